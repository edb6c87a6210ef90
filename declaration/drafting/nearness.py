"""How near to each other several amendments change one clause: what a person must know who confirms the merged text.

Two edits fit together when one untouched token lies between them. One word between "may not" and "without" is reason
to read twice; two lines between them is less of one. Nothing here decides: it measures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from declaration.drafting.amendment import Amendment, Replace
from declaration.drafting.edits import Edit
from declaration.drafting.text import Text
from declaration.drafting.tokens import tokens


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near two amendments come to each other in one text.

    Args:
        clause: its id.
        language: of the text.
        words: untouched words between them (characters, where a script has no spaces).
        between: the untouched passage.
        amendments: ids, in the order of the passages that they change.

    """

    clause: str
    language: str
    words: int
    between: str
    amendments: tuple[str, str]


def nearest(text: Text, amendments: Iterable[Amendment], clause: str) -> tuple[Nearness, ...]:
    """Return where amendments come nearest to each other in a clause, once for each language that several change.

    Passages that several amendments change in the same words are one change, and have no distance.

    Args:
        text: the base to which all refer.
        amendments: that fit together.
        clause: id of the clause.

    """
    wanted: dict[str, dict[Edit, list[str]]] = defaultdict(lambda: defaultdict(list))
    for amendment in amendments:
        for change in amendment.changes:
            if isinstance(change, Replace) and change.clause == clause:
                for edit in change.edits:
                    wanted[change.language][edit].append(amendment.id)
    found = []
    for language in text.languages:
        before = tokens(text.clause(clause).texts.get(language, ""))
        gaps = [
            Nearness(clause, language, _words(between), "".join(between), pair)
            for between, pair in _gaps(before, wanted.get(language, {}))
        ]
        if gaps:
            found.append(min(gaps, key=lambda gap: gap.words))
    return tuple(found)


def _gaps(before: Sequence[str], edits: dict[Edit, list[str]]) -> list[tuple[Sequence[str], tuple[str, str]]]:
    """Return what lies between neighbouring edits of different amendments; no two others are nearer."""
    ordered = sorted(edits)
    gaps = []
    for one, other in pairwise(ordered):
        if edits[one] != edits[other]:
            first = edits[one][0]
            second = next((name for name in edits[other] if name != first), edits[other][0])
            if second == first:
                first = next(name for name in edits[one] if name != second)
            gaps.append((before[one.end : other.start], (first, second)))
    return gaps


def _words(passage: Sequence[str]) -> int:
    return sum(any(character.isalnum() for character in token) for token in passage)
