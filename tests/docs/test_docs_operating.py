"""What operators are told: the numbers are those of the code, and the example for receivers works."""

import dataclasses
import re

import pytest

from declaration.config import PREFIX, Settings
from declaration.services import following, traffic, webhooks
from declaration.store import session as store
from declaration.web import limits, live
from declaration.web.api import events
from declaration.web.pages import shelf

SECRET, CONTENT, NOW = "a secret that was shown once", b'{"acts":[]}', 1_567_332_000


@pytest.fixture(scope="module")
def operating(root):
    return (root / "docs" / "operating.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def is_genuine(operating):
    [block] = re.findall(r"^```python\n(.*?)^```$", operating, re.MULTILINE | re.DOTALL)
    names = {}
    exec(compile(block, "docs/operating.md", "exec"), names)
    return names["is_genuine"]


def test_the_receiver_of_the_example_believes_the_service(is_genuine):
    header = webhooks.signature(SECRET, CONTENT, seconds=NOW)
    assert is_genuine(SECRET, header, CONTENT, now=NOW + 299)


@pytest.mark.parametrize(
    ("secret", "header", "content", "now"),
    [
        ("another secret", None, CONTENT, NOW),
        (SECRET, None, CONTENT + b" ", NOW),
        (SECRET, None, CONTENT, NOW + 301),
        (SECRET, None, CONTENT, NOW - 301),
        (SECRET, "", CONTENT, NOW),
        (SECRET, f"t={NOW}", CONTENT, NOW),
        (SECRET, f"t={NOW},v1=ä", CONTENT, NOW),
        (SECRET, f"t={NOW},v1=" + "0" * 64, CONTENT, NOW),
        (SECRET, "t=" + "9" * 5_000 + ",v1=" + "0" * 64, CONTENT, NOW),
        (SECRET, "t=²,v1=" + "0" * 64, CONTENT, NOW),
    ],
)
def test_the_receiver_of_the_example_believes_nobody_else(is_genuine, secret, header, content, now):
    written = webhooks.signature(SECRET, CONTENT, seconds=NOW) if header is None else header
    assert not is_genuine(secret, written, content, now=now)


def test_the_readme_lists_every_setting_and_no_other(root):
    names = {"passphrase": "KEY_PASSPHRASE"}
    there = {PREFIX + names.get(line.name, line.name.upper()) for line in dataclasses.fields(Settings)}
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(rf"^\| `({PREFIX}\w+)` \|", readme, re.MULTILINE)) == there


def test_allowances_are_those_of_the_code(operating):
    rows = re.findall(
        r"^\| .+ \| (?:address|signatory|actor|mailbox) \| (\d+) \| ([\d.]+) s \|$", operating, re.MULTILINE
    )
    told = [(int(burst), float(seconds)) for burst, seconds in rows]
    known = (
        traffic.ENTERING,
        traffic.INVITATIONS,
        traffic.SIGNING,
        traffic.WRITING,
        following.ASKED,
        following.ASKED_OF,
    )
    assert told == [(line.burst, line.seconds) for line in known]


def test_other_numbers_are_those_of_the_code(operating):
    assert f"every {events.PING} seconds" in operating
    assert f"serves {live.MAX_STREAMS:,}\nstreams" in operating
    assert f"Up to {webhooks.BATCH} acts" in operating
    assert (webhooks.MAX_WEBHOOKS, webhooks.FIRST_PAUSE.seconds, webhooks.LONGEST_PAUSE.seconds) == (10, 5, 6 * 3600)
    assert (limits.MAX_CONTENT, shelf.LAG) == (4 << 20, 0.25)
    assert f"up to {store.POOL + store.OVERFLOW} connections" in operating
