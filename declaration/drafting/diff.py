"""The difference of two texts, on words: never half a grapheme, the same on every machine.

Tokens are mapped to private code points (planes 0, 15 and 16, so that no surrogate appears), compared with
diff-match-patch without a time limit, and mapped back. Long texts go through the C++ port of the same algorithm, which
gives the same result (a test compares them). Cleaning up is our own: the library's scores letters and spaces, and sees
none in private code points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import fast_diff_match_patch
from diff_match_patch import diff_match_patch

from declaration.drafting.tokens import tokens
from declaration.errors import LimitExceeded

LONG: Final = 400
"""Tokens from which on the C++ port is used: below, the reference is as quick."""
_PLANES: Final = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
MAX_DISTINCT: Final = sum(last - first + 1 for first, last in _PLANES)
"""Distinct tokens in one comparison: as many as there are private code points (137,468)."""


class Hunk(NamedTuple):
    """A difference: tokens `start` to `end` of the old text became tokens `new_start` to `new_end` of the new one."""

    start: int
    end: int
    new_start: int
    new_end: int


def hunks(old: Sequence[str], new: Sequence[str]) -> tuple[Hunk, ...]:
    """Return the differences of two token sequences, in order, with at least one equal token between them.

    Raises:
        LimitExceeded: ``diff.tokens``, more than `MAX_DISTINCT` distinct tokens.

    """
    found: list[Hunk] = []
    at = new_at = 0
    for operation, length in _compare(old, new):
        if operation == 0:
            at, new_at = at + length, new_at + length
            continue
        if found and found[-1].end == at and found[-1].new_end == new_at:
            last = found.pop()
        else:
            last = Hunk(at, at, new_at, new_at)
        at, new_at = (at + length, new_at) if operation < 0 else (at, new_at + length)
        found.append(Hunk(last.start, at, last.new_start, new_at))
    slid: list[Hunk] = []
    for place, hunk in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        slid.append(_slid(hunk, old, new, slid[-1] if slid else None, following))
    return tuple(_joined(slid, old))


def word_difference(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Return the difference for showing: pairs of ``equal``, ``delete`` or ``insert`` and a passage.

    The equal and inserted passages joined give the new text, the equal and deleted ones the old text.
    """
    before, after = tokens(old), tokens(new)
    shown: list[tuple[str, str]] = []
    at = 0
    for hunk in hunks(before, after):
        shown.append(("equal", "".join(before[at : hunk.start])))
        shown.append(("delete", "".join(before[hunk.start : hunk.end])))
        shown.append(("insert", "".join(after[hunk.new_start : hunk.new_end])))
        at = hunk.end
    shown.append(("equal", "".join(before[at:])))
    return tuple(pair for pair in shown if pair[1])


def _compare(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return (-1, 0 or 1, number of tokens) in order."""
    one, other = _mapped(old, new)
    if len(old) + len(new) >= LONG:
        operations: list[tuple[str, int]] = fast_diff_match_patch.diff(
            one, other, timelimit=0, checklines=False, cleanup="No", counts_only=True
        )
        return [({"-": -1, "=": 0, "+": 1}[sign], length) for sign, length in operations]
    return reference(one, other)


def reference(one: str, other: str) -> list[tuple[int, int]]:
    """Compare two mapped texts with diff-match-patch itself."""
    engine = diff_match_patch()
    engine.Diff_Timeout = 0  # any other value makes the result depend on the machine's speed
    return [(operation, len(passage)) for operation, passage in engine.diff_main(one, other, False)]


def _mapped(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    numbers: dict[str, int] = {}
    for token in (*old, *new):
        numbers.setdefault(token, len(numbers))
    if len(numbers) > MAX_DISTINCT:
        raise LimitExceeded(
            "diff.tokens", f"The texts have {len(numbers)} distinct words.", hint="Compare them clause by clause."
        )
    table = {token: _private(number) for token, number in numbers.items()}
    return "".join(map(table.__getitem__, old)), "".join(map(table.__getitem__, new))


def _private(number: int) -> str:
    for first, last in _PLANES:
        if number <= last - first:
            return chr(first + number)
        number -= last - first + 1
    raise AssertionError(number)  # the caller has counted


def _slid(hunk: Hunk, old: Sequence[str], new: Sequence[str], before: Hunk | None, after: Hunk | None) -> Hunk:
    """Slide a pure insertion or deletion to where a reader would cut: at spaces and ends, not inside a phrase.

    It stays one equal token away from the hunk before it, which has slid already, and from the one after it.
    """
    inserts = hunk.start == hunk.end
    if not inserts and hunk.new_start != hunk.new_end:
        return hunk
    passage = new if inserts else old
    first, last = (hunk.new_start, hunk.new_end) if inserts else (hunk.start, hunk.end)
    least = 0 if before is None else (before.new_end if inserts else before.end) + 1
    most = len(passage) if after is None else (after.new_start if inserts else after.start) - 1
    shifts = [0]
    while first + shifts[-1] > least and passage[first + shifts[-1] - 1] == passage[last + shifts[-1] - 1]:
        shifts.append(shifts[-1] - 1)
    forward = 0
    while last + forward < most and passage[first + forward] == passage[last + forward]:
        forward += 1
        shifts.append(forward)
    best = max(shifts, key=lambda shift: (_cut(passage, first + shift) + _cut(passage, last + shift), shift))
    return Hunk(hunk.start + best, hunk.end + best, hunk.new_start + best, hunk.new_end + best)


def _cut(passage: Sequence[str], at: int) -> int:
    """Tell how good a place is to cut a text: its ends, after a space, beside a sign, inside a phrase."""
    if at in {0, len(passage)}:
        return 3
    if passage[at - 1].isspace():
        return 2
    return 0 if passage[at].isalnum() and passage[at - 1].isalnum() else 1


def _joined(found: Sequence[Hunk], old: Sequence[str]) -> list[Hunk]:
    """Join two replacements that only a space or a sign keeps apart: a reader sees one phrase replaced by another."""
    joined: list[Hunk] = []
    for hunk in found:
        if joined:
            last = joined[-1]
            between = old[last.end : hunk.start]
            replaces = all(h.start < h.end and h.new_start < h.new_end for h in (last, hunk))
            if not between or (replaces and len(between) == 1 and not between[0][0].isalnum()):
                joined[-1] = Hunk(last.start, hunk.end, last.new_start, hunk.new_end)
                continue
        joined.append(hunk)
    return joined
