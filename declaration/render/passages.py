"""Passages to quote: of each text the shortest that name a place without doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from declaration.drafting.edits import Edit
from declaration.drafting.tokens import tokens

MANY: Final = 100
"""Edits of one text from which it is quoted whole: nobody reads that many passages, and looking for them takes long."""
WIDEST: Final = 40
"""Neighbours that a passage may take in (twenty words) before its text is quoted whole."""


class Passage(NamedTuple):
    """Words of the base that stand there exactly once, and what shall stand in their place (nothing: struck)."""

    old: str
    new: str


def passages(base: str, edits: Sequence[Edit]) -> tuple[Passage, ...]:
    """Return what edits of a text replace, in passages that a reader finds without counting.

    Each `old` stands exactly once in `base`, no two overlap, and replacing each by its `new` gives the amended text.

    >>> passages("a b a c", (Edit(4, 5, "a", "d"),))
    (Passage(old='b a', new='b d'),)
    """
    words = tokens(base)
    if len(edits) >= MANY:
        return (Passage(base, _applied(words, 0, len(words), sorted(edits))),)
    spans: list[tuple[int, int, list[Edit]]] = []
    for edit in sorted(edits):
        start, end = _widened(base, words, edit.start, edit.end)
        held = [edit]
        while spans and start <= spans[-1][1]:  # they touch: one passage
            before = spans.pop()
            start, end = _widened(base, words, min(start, before[0]), max(end, before[1]))
            held = [*before[2], *held]
        spans.append((start, end, held))
    return tuple(Passage("".join(words[start:end]), _applied(words, start, end, held)) for start, end, held in spans)


def _widened(base: str, words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return the span with as many neighbours as it needs to stand once, and not to begin or end with a space."""
    for _ in range(WIDEST):
        quoted = "".join(words[start:end])
        if quoted and quoted == quoted.strip() and base.find(quoted) == base.rfind(quoted):
            return start, end
        # to the left first: words before a place name it as people do
        if start > 0 and (end == len(words) or _left(quoted)):
            start -= 1
        elif end < len(words):
            end += 1
    return 0, len(words)


def _left(quoted: str) -> bool:
    """Whether the next neighbour is taken from the left: always, unless the passage ends with a space."""
    return not quoted or quoted == quoted.rstrip()


def _applied(words: Sequence[str], start: int, end: int, edits: Sequence[Edit]) -> str:
    parts: list[str] = []
    at = start
    for edit in edits:
        parts += [*words[at : edit.start], edit.new]
        at = edit.end
    return "".join([*parts, *words[at:end]])
