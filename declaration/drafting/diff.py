"""The difference of two texts, on words: never half a grapheme, the same on every machine.

Tokens are mapped to private code points (planes 0, 15 and 16, so that no surrogate appears), compared with
diff-match-patch without a time limit, and mapped back. Long texts go through the C++ port of the same algorithm, which
gives the same result (a test compares them). Cleaning up is our own, on the tokens themselves: the library's scores
letters and spaces, and sees none in private code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import fast_diff_match_patch
import regex
from diff_match_patch import diff_match_patch

from declaration.drafting.tokens import tokens
from declaration.errors import LimitExceeded

LONG: Final = 400
"""Tokens from which on the C++ port is used: below, the reference is as quick."""
_PLANES: Final = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
MAX_DISTINCT: Final = sum(last - first + 1 for first, last in _PLANES)
"""Distinct tokens in one comparison: as many as there are private code points (137,468)."""

_WORD: Final = regex.compile(r"[\p{L}\p{N}\p{M}_]")
_SPACE: Final = regex.compile(r"\s")


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
    found = [_trimmed(hunk, old, new) for hunk in _without_crumbs(_raw(old, new), old, new)]
    slid: list[Hunk] = []
    for place, hunk in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        slid.append(_slid(hunk, old, new, slid[-1] if slid else None, following))
    return tuple(slid)


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


def _raw(old: Sequence[str], new: Sequence[str]) -> Iterator[Hunk]:
    """Give the differences as the engine finds them."""
    start = new_start = at = new_at = 0
    one, other = _mapped(old, new)
    engine = swift if len(old) + len(new) >= LONG else reference
    for operation, length in (*engine(one, other), (0, 0)):
        if operation < 0:
            at += length
        elif operation > 0:
            new_at += length
        else:
            if (start, new_start) != (at, new_at):
                yield Hunk(start, at, new_start, new_at)
            start, new_start = at, new_at = at + length, new_at + length


def reference(one: str, other: str) -> list[tuple[int, int]]:
    """Compare two mapped texts with diff-match-patch itself: -1, 0 or 1, and how many tokens."""
    engine = diff_match_patch()
    engine.Diff_Timeout = 0  # any other value makes the result depend on the machine's speed
    return [(operation, len(passage)) for operation, passage in engine.diff_main(one, other, False)]


def swift(one: str, other: str) -> list[tuple[int, int]]:
    """Compare two mapped texts with the C++ port, which gives what `reference` gives."""
    operations: list[tuple[str, int]] = fast_diff_match_patch.diff(
        one, other, timelimit=0, checklines=False, cleanup="No", counts_only=True
    )
    return [({"-": -1, "=": 0, "+": 1}[sign], length) for sign, length in operations]


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


def _without_crumbs(found: Iterable[Hunk], old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """Join differences that only a crumb keeps apart: words that are left equal by chance tell a reader nothing."""
    joined: list[Hunk] = []
    for hunk in found:
        whole = hunk
        while joined and _is_crumb(joined[-1], whole, old, new):
            whole = Hunk(joined[-1].start, whole.end, joined.pop().new_start, whole.new_end)
        joined.append(whole)
    return joined


def _is_crumb(one: Hunk, other: Hunk, old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether what is equal between two hunks is there by chance.

    It is when it is half as long as what changes on either side; or a space or sign between two replacements. It is
    not between two insertions or two deletions: a reader sees what is added to words that stay, or struck among them.
    """
    inserts = [hunk.start == hunk.end for hunk in (one, other)]
    deletes = [hunk.new_start == hunk.new_end for hunk in (one, other)]
    if all(inserts) or all(deletes):
        return False
    between = old[one.end : other.start]
    if not any((*inserts, *deletes)) and len(between) == 1 and not _WORD.match(between[0]):
        return True
    crumb = 2 * _length(between)
    return all(
        crumb <= max(_length(old[hunk.start : hunk.end]), _length(new[hunk.new_start : hunk.new_end]))
        for hunk in (one, other)
    )


def _length(passage: Sequence[str]) -> int:
    return sum(map(len, passage))


def _trimmed(hunk: Hunk, old: Sequence[str], new: Sequence[str]) -> Hunk:
    """Leave out what a joined hunk has in common at its ends."""
    start, end, new_start, new_end = hunk
    while start < end and new_start < new_end and old[start] == new[new_start]:
        start, new_start = start + 1, new_start + 1
    while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    return Hunk(start, end, new_start, new_end)


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
    if _SPACE.match(passage[at - 1]):
        return 2
    return 0 if _WORD.match(passage[at]) and _WORD.match(passage[at - 1]) else 1
