"""Cold start: the whole process of `declaration verify` for one bundle and its instrument, from nothing to its answer.

What is measured is the processor time of the process; the time on the wall is told beside it, and is the same on a
machine that does nothing else. The floor is a Python that starts, imports the one library without which nothing can be
verified, and ends.
"""

import resource
import subprocess
import sys
import time
from statistics import median

from measure import Figure, ratio, rounds, shown
from small_summit import summit

REPETITIONS = 15


def figures():
    with summit(2) as folder:
        bundle = next(iter(sorted((folder / "signatures").glob("*.json"))))
        command = [sys.executable, "-m", "declaration", "verify"]
        paths = [str(bundle), str(folder / "instrument.pdf"), "--trust", str(folder / "trust")]

        edition = [str(folder / "signed.pdf"), "--trust", str(folder / "trust")]
        wall = {}

        def process(name, *arguments):
            def run():
                begun = time.perf_counter()
                subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
                wall.setdefault(name, []).append(time.perf_counter() - begun)

            return run

        taken = rounds(
            {
                "json": process("json", *command, *paths, "--json"),
                "shown": process("shown", *command, *paths),
                "edition": process("edition", *command, *edition),
                "floor": process("floor", sys.executable, "-c", "from cryptography import x509"),
            },
            repetitions=REPETITIONS,
            clock=of_children,
        )
        for name, told in (
            ("json", "`declaration verify BUNDLE instrument.pdf --json`"),
            ("shown", "`declaration verify BUNDLE instrument.pdf`, as a table"),
            ("edition", "`declaration verify signed.pdf`, two signatories"),
        ):
            spent = median(taken[name])
            yield Figure(
                told,
                f"{shown(spent)} (wall {shown(median(wall[name]))})",
                f"Python importing `cryptography.x509` {shown(median(taken['floor']))}",
                f"{ratio(taken[name], taken['floor']):.1f} ×",
                "< 0.7 s",
                spent < 0.7,
            )


def of_children():
    """Return the processor time of all ended child processes, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
