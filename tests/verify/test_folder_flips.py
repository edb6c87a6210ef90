"""One flipped bit anywhere in the folder: refused, wherever it is."""

import random

import pytest

from declaration.signing.folder import verify_folder
from declaration.signing.report import Verdict

EACH = 8
"""Places in every file, whatever its size."""
MORE = 100
"""Places spread over all bytes of the folder."""


def places(files):
    drawn = random.Random(2019)
    found = []
    for name, data in sorted(files.items()):
        found += [(name, place) for place in drawn.sample(range(len(data)), min(EACH, len(data)))]
        found += [(name, 0), (name, len(data) - 1)]
    spread = [(name, place) for name, data in sorted(files.items()) for place in range(len(data))]
    return sorted({*found, *drawn.sample(spread, MORE)})


def test_every_flipped_bit_is_refused(summit):
    assert verify_folder(summit.files, trust=summit.trust).verdict is Verdict.VALID
    attacked = places(summit.files)
    assert len(attacked) >= 300
    assert {name for name, _ in attacked} == summit.files.keys()
    unnoticed = []
    for name, place in attacked:
        data = bytearray(summit.files[name])
        data[place] ^= 1 << ((place * 5 + len(name)) % 8)
        report = verify_folder(summit.files | {name: bytes(data)}, trust=summit.trust)
        if report.verdict not in {Verdict.ALTERED, Verdict.CANNOT_BE_VERIFIED}:
            unnoticed.append((name, place))
        assert not any(finding.code == "container.failure" for finding in report.findings), report.findings
    assert not unnoticed


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\n", lambda _: b""])
def test_every_file_has_exactly_one_length(summit, change):
    for name, data in summit.files.items():
        report = verify_folder(summit.files | {name: change(data)}, trust=summit.trust)
        assert report.verdict in {Verdict.ALTERED, Verdict.CANNOT_BE_VERIFIED}, name


def test_every_file_is_needed(summit):
    for name in summit.files:
        rest = {other: data for other, data in summit.files.items() if other != name}
        report = verify_folder(rest, trust=summit.trust)
        assert report.verdict in {Verdict.ALTERED, Verdict.CANNOT_BE_VERIFIED}, name
