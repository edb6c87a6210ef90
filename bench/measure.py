"""Measuring: interleaved repetitions, medians, and one line a figure.

Machines are shared and clocks are noisy, so what is compared is measured alternately, in the same process, and a ratio
is the median of the ratios of single rounds. Work that waits for nothing is measured in processor time.
"""

import gc
import time
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One line: what was measured, its median, and what it is compared with.

    Args:
        name: what was measured.
        value: the median, with its unit.
        against: the floor or the peer, with its median; empty where there is none.
        ratio: how the two compare; empty likewise.
        target: what we want; empty where nothing was promised.
        met: whether the target is met; None without one.

    """

    name: str
    value: str
    against: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None

    def line(self):
        """Return the figure as a row of a Markdown table."""
        verdict = "" if self.met is None else (" ✓" if self.met else " ✗ missed")
        return f"| {self.name} | {self.value} | {self.against} | {self.ratio} | {self.target}{verdict} |"


HEAD = "| figure | median | against | ratio | target |\n| --- | --- | --- | --- | --- |"


def rounds(acts, *, repetitions, warm=2, clock=time.process_time):
    """Run each act once a round, in turn, and return the seconds of each, by name.

    Args:
        acts: functions without arguments, by name.
        repetitions: rounds that count.
        warm: rounds before them that do not.
        clock: seconds of this process's own work, unless waiting belongs to what is measured (`time.perf_counter`).

    """
    found = {name: [] for name in acts}
    for number in range(warm + repetitions):
        for name, act in acts.items():
            gc.collect()
            begun = clock()
            act()
            spent = clock() - begun
            if number >= warm:
                found[name].append(spent)
    return found


def ratio(one, other):
    """Return the median of the ratios of two lists of seconds, round by round."""
    return median(a / b for a, b in zip(one, other, strict=True))


def shown(seconds):
    """Return a duration with three significant digits in the unit that suits it."""
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}" if seconds * factor < 1000 else f"{seconds * factor:,.0f} {unit}"
    return f"{seconds * 1e9:.3g} ns"
