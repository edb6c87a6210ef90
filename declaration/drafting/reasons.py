"""Why two changes cannot both be made: the passage, the two wishes, and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from declaration.drafting.tokens import graphemes

MAX_QUOTE: Final = 300
"""Characters quoted of one passage in a sentence: enough to find it; the reason itself holds all of it."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: which amendment (None for what is adopted already), and what it wants the passage to read."""

    amendment: str | None
    wants: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two changes cannot both be made.

    Args:
        code: ``overlap``, ``title``, ``deleted``, ``moved``, ``place``, ``id``, ``together`` or ``size``.
        clause: the clause it is about; None for a title, a place or the whole.
        section: the section, where it is about a title or a place.
        language: for texts.
        base: the passage as it reads in the base, with everything that either side changes of it.
        sides: the two wishes.

    """

    code: str
    clause: str | None
    section: str | None
    language: str | None
    base: str
    sides: tuple[Side, Side]

    @property
    def sentence(self) -> str:
        """The reason in one plain English sentence; long passages are shortened."""
        where = f"clause {self.clause}" if self.clause else f"the title of {self.section or 'the declaration'}"
        if self.language:
            where += f" ({self.language})"
        who = " and ".join(side.amendment or "the adopted text" for side in self.sides)
        one, other = (f"“{_shortened(side.wants)}”" for side in self.sides)
        return {
            "overlap": f"{who} change the same passage of {where}: {one} or {other}.",
            "title": f"{who} word {where} differently: {one} or {other}.",
            "deleted": f"{who} disagree about {where}: one deletes it, the other needs it.",
            "moved": f"{who} disagree about where {where} stands.",
            "place": f"{who} each place a clause at the same point of section {self.section}.",
            "id": f"{who} each insert a clause with the id {self.clause}.",
            "together": f"{who} change {where} so that together they leave no text that may stand there.",
            "size": f"{who} insert more clauses than a text may have.",
        }[self.code]


def _shortened(passage: str) -> str:
    if len(passage) <= MAX_QUOTE:
        return passage
    return "".join(graphemes(passage[:MAX_QUOTE])[:-1]) + "…"  # the last may have been cut in two
