"""Whole ceremonies with 35 and with 1,000 signatories: time and size a signature, and the peak memory of the process.

Each ceremony is a process of its own: it plays the summit on SQLite, writes the evidence, and verifies it from the
written files, as `declaration ceremony` does. Signatures come from 35 devices at a time; what a signature costs is the
time from one completed signature to the next. It must not grow with what is recorded already, so the last signatures
are compared with the first.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

from measure import Figure, shown
from small_summit import script

from declaration.ceremony.rehearsal import Rehearsal
from declaration.ceremony.summit import HANDS
from declaration.signing.files import read_folder
from declaration.signing.folder import verify_folder
from declaration.signing.trust import Trust

MEMORY = {35: 300, 1_000: 600}
"""Signatories, and the peak memory in MB that a ceremony may use."""
REPETITIONS = {35: 3, 1_000: 1}
SIZED = ("instrument.pdf", "signed.pdf", "signatures.p7s", "signatures.asics")
"""Files of which the size is told."""
SIGNATURES = "Signatures, each from its own device"


class Watching:
    """A stage that notes when each step and each unit of it ended."""

    def __init__(self):
        self.steps = []

    def step(self, title, _total):
        self.steps.append((title, [time.perf_counter()], [time.process_time()]))

    def advance(self):
        self.steps[-1][1].append(time.perf_counter())
        self.steps[-1][2].append(time.process_time())

    def say(self, line):
        """Ignore it."""


def play(count):
    """Play one ceremony in this process and print what it took, as JSON."""
    begun, worked = time.perf_counter(), time.process_time()
    stage = Watching()
    with tempfile.TemporaryDirectory(prefix="declaration-bench-") as name:
        folder = Path(name)
        out = Rehearsal(folder / "out", seed=1).play(script(folder, count).plan, stage).folder
        stage.step("Everything is verified from the written files alone", 1)
        report = verify_folder(read_folder(out), trust=Trust.from_directory(out / "trust"))
        stage.advance()
        sizes = {kept: (out / kept).stat().st_size for kept in SIZED}
        sizes["bundles"] = sum(file.stat().st_size for file in (out / "signatures").glob("*.json"))
    found = {
        "sizes": sizes,
        "verdict": report.verdict,
        "steps": stage.steps,
        "seconds": time.perf_counter() - begun,
        "work": time.process_time() - worked,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


def figures():
    sizes = {}
    for count, repetitions in REPETITIONS.items():
        runs = [_in_a_process(count) for _ in range(repetitions)]
        yield _whole(count, runs)
        yield _growth(count, runs)
        yield _memory(count, runs)
        last = runs[-1]
        sizes[count] = last["sizes"]
        for title, ended, worked in last["steps"]:
            yield Figure(
                f"{count:,} signatories: {title}", shown(ended[-1] - ended[0]), f"work {shown(worked[-1] - worked[0])}"
            )

    few, many = sorted(sizes)
    for name, size in sizes[few].items():
        each = (sizes[many][name] - size) / (many - few)
        yield Figure(
            f"{name}: {few} and {many:,} signatories",
            f"{size / 1000:,.0f} kB and {sizes[many][name] / 1000:,.0f} kB",
            f"{each / 1000:.1f} kB a further signatory",
        )


def _in_a_process(count):
    told = subprocess.run([sys.executable, __file__, str(count)], check=True, capture_output=True, text=True)
    found = json.loads(told.stdout)
    if found["verdict"] not in {"valid", "incomplete"}:
        raise SystemExit(f"The ceremony with {count} signatories ended {found['verdict']}.")
    return found


def _whole(count, runs):
    spent, work = median(run["seconds"] for run in runs), median(run["work"] for run in runs)
    target = {"target": "< 20 s", "met": spent < 20} if count == 35 else {}
    each = f"{shown(spent / count)} a signatory"
    return Figure(f"ceremony with {count:,} signatories", f"{shown(spent)} (work {shown(work)})", each, **target)


def _growth(count, runs):
    """Compare the first with the last signatures: the mean time and the mean work between two completions.

    The very first ones, until every device has something to do, are left out where there are many.
    """
    part = min(100, count // 3)
    begin = HANDS if count > 10 * HANDS else 1
    spans = {"time": 1, "work": 2}
    cost = {}
    for name, place in spans.items():
        moments = [next(step[place] for step in run["steps"] if step[0] == SIGNATURES) for run in runs]
        gaps = [[b - a for a, b in pairwise(each[begin:])] for each in moments]
        first, last = (median(mean(gap[cut]) for gap in gaps) for cut in (slice(None, part), slice(-part, None)))
        cost[name] = (first, last)
    (first, last), (first_work, last_work) = cost["time"], cost["work"]
    return Figure(
        f"a signature among {count:,}: the last {part} against the first {part}",
        f"{shown(last)} (work {shown(last_work)})",
        f"first {shown(first)} (work {shown(first_work)})",
        f"{last / first:.2f} × (work {last_work / first_work:.2f} ×)",
        "may not grow",
        last_work / first_work < 1.15,
    )


def _memory(count, runs):
    peak = max(run["peak"] for run in runs)
    return Figure(
        f"peak memory of the whole process, {count:,} signatories",
        f"{peak:,.0f} MB",
        target=f"< {MEMORY[count]} MB",
        met=peak < MEMORY[count],
    )


if __name__ == "__main__":
    play(int(sys.argv[1]))
