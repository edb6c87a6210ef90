"""A finished ceremony in a temporary folder, for the parts that measure what it wrote."""

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path

from declaration.ceremony import content
from declaration.ceremony.rehearsal import Rehearsal, read_script
from declaration.ceremony.stage import Silent


def cities(count):
    """Return the signatories file with `count` signatories: the default ones, then again under numbered ids."""
    document = json.loads(content.SIGNATORIES.read_text(encoding="utf-8"))
    default = document["signatories"]
    listed = []
    for number in range(count):
        city = dict(default[number % len(default)])
        if number >= len(default):
            city["id"] += f"-{number // len(default) + 1}"
        listed.append(city)
    return json.dumps({"source": document["source"], "signatories": listed}, ensure_ascii=False).encode()


def script(folder, count):
    """Return what a ceremony of `count` signatories is played from: the default text and amendments."""
    file = folder / f"signatories-{count}.json"
    file.write_bytes(cities(count))
    return read_script(None, file, None)


@contextmanager
def summit(count=8):
    """Play a ceremony of `count` signatories, and give the folder that it wrote."""
    with tempfile.TemporaryDirectory(prefix="declaration-bench-") as name:
        folder = Path(name)
        plan = script(folder, count).plan
        yield Rehearsal(folder / "out", seed=1).play(plan, Silent()).folder
