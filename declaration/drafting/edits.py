"""Edits: which tokens of one text are replaced by which, so that edits which do not touch compose exactly.

An edit is *closed* when applying it gives the tokens before it, its own tokens, and the tokens after it: no word melts
into its neighbour, no accent falls onto another letter. What `derive` gives is closed, because its neighbours stand as
tokens in the new text too. Any run of tokens, taken by itself, splits into the same tokens again (UAX #29 looks back
no further than the cluster, and tokens begin with one), so whether an edit is closed depends on its two neighbours
alone, and closed edits with an untouched token between them are closed together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from declaration.drafting.diff import hunks
from declaration.drafting.tokens import split, tokens
from declaration.errors import InputRefused, StateConflict


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace tokens `start` up to and without `end` of the base, which read `old`, by `new`."""

    start: int
    end: int
    old: str
    new: str

    def __post_init__(self) -> None:
        """Check that the edit does something, somewhere."""
        if not 0 <= self.start <= self.end or self.old == self.new or (self.start == self.end) != (not self.old):
            raise InputRefused(
                "edit.form",
                f"The edit of tokens {self.start} to {self.end} changes nothing or names no passage.",
                hint="Write the amendment again from the base text.",
            )

    def fits_beside(self, other: Edit) -> bool:
        """Whether both can be applied: identical, or with at least one untouched token between them."""
        return self == other or self.end < other.start or other.end < self.start


def derive(base: str, new: str) -> tuple[Edit, ...]:
    """Return the closed edits that turn one text into another; empty when they are equal.

    >>> derive("Les villes agissent.", "Les grandes villes agissent.")
    (Edit(start=2, end=2, old='', new='grandes '),)
    """
    before, after = tokens(base), tokens(new)
    return tuple(
        Edit(
            hunk.start,
            hunk.end,
            "".join(before[hunk.start : hunk.end]),
            "".join(after[hunk.new_start : hunk.new_end]),
        )
        for hunk in hunks(before, after)
    )


def check(base: str, edits: Sequence[Edit]) -> None:
    """Make sure that edits fit a base: in order, apart, reading what they say, and closed.

    Raises:
        StateConflict: ``edit.base``, the base reads otherwise.
        InputRefused: ``edit.order`` or ``edit.open``.

    """
    before = tokens(base)
    for place, edit in enumerate(edits):
        if place and edits[place - 1].end >= edit.start:
            raise InputRefused(
                "edit.order", "Two edits of one text touch or are out of order.", hint="Derive them from the base text."
            )
        if edit.end > len(before) or "".join(before[edit.start : edit.end]) != edit.old:
            raise StateConflict(
                "edit.base",
                f"The base does not read “{edit.old}” at tokens {edit.start} to {edit.end}.",
                hint="Write the amendment again from the present text.",
            )
        if not _is_closed(before, edit.start, edit.end, edit.new):
            raise InputRefused(
                "edit.open", f"The edit to “{edit.new}” melts into its neighbours.", hint="Derive it from whole words."
            )


def apply(base: str, edits: Iterable[Edit]) -> str:
    """Return the text after edits that `check` accepts.

    Raises:
        StateConflict, InputRefused: as `check`.

    """
    ordered = sorted(edits)
    check(base, ordered)
    before = tokens(base)
    pieces: list[str] = []
    at = 0
    for edit in ordered:
        pieces += before[at : edit.start]
        pieces.append(edit.new)
        at = edit.end
    return "".join((*pieces, *before[at:]))


def invert(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits that lead back, in positions of the new text."""
    back: list[Edit] = []
    offset = 0
    for edit in sorted(edits):
        start = edit.start + offset
        length = len(tokens(edit.new))
        back.append(Edit(start, start + length, edit.new, edit.old))
        offset += length - (edit.end - edit.start)
    return tuple(back)


def shift(edits: Iterable[Edit], applied: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return edits in positions of the text after `applied`, where each fits beside all of `applied`.

    An edit identical to an applied one is done already, and left out.
    """
    done = set(applied)
    earlier = sorted(applied)
    moved = []
    offset = passed = 0
    for edit in sorted(edits):
        while passed < len(earlier) and earlier[passed].end < edit.start:
            offset += len(tokens(earlier[passed].new)) - (earlier[passed].end - earlier[passed].start)
            passed += 1
        if edit not in done:
            moved.append(Edit(edit.start + offset, edit.end + offset, edit.old, edit.new))
    return tuple(moved)


def _is_closed(before: Sequence[str], start: int, end: int, passage: str) -> bool:
    left = before[start - 1 : start] if start else before[:0]
    right = before[end : end + 1]
    around = "".join((*left, passage, *right))
    return split(around) == (*left, *tokens(passage), *right) and unicodedata.is_normalized("NFC", around)
