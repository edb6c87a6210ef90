"""Why two changes cannot both be made: the passage, the two wishes, and a sentence for people.

The ledger keeps the sentence, in English. `read` finds its code and values again, so that pages can say it in other
languages; a sentence that is not exactly of this form stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from declaration.drafting.tokens import graphemes

MAX_QUOTE: Final = 300
"""Characters quoted of one passage in a sentence: enough to find it; the reason itself holds all of it."""
UNDONE: Final = "The adoption that touched it was undone; a revision gives it its own words back."
"""Why an amendment is in conflict for a moment when an adoption is undone."""
THIS: Final = "the amendment"
"""Stands for an amendment in sentences that are kept with it."""
_ADOPTED: Final = "the adopted text"
_SENTENCES: Final[Mapping[str, str]] = {
    "overlap": "{who} change the same passage of {where}: “{a}” or “{b}”.",
    "title": "{who} word {where} differently: “{a}” or “{b}”.",
    "deleted": "{who} disagree about {where}: one deletes it, the other needs it.",
    "moved": "{who} disagree about where {where} stands.",
    "place": "{who} each place a clause at the same point of section {section}.",
    "id": "{who} each insert a clause with the id {clause}.",
    "together": "{who} change {where} so that together they leave no text that may stand there.",
    "size": "{who} insert more clauses than a text may have.",
    "alternatives": "{who} are alternatives: at most one of them is adopted.",
    "parent": "{who} hang together: the one amends the other, which collides.",
    "parent-closed": "{who} hang together, and the first was withdrawn or rejected.",
    "parent-stuck": "{who} hang together, and the first no longer fits the text.",
    "parent-modified": "{who} hang together, and the first was adopted in other words.",
    "parent-revised": "{who} hang together, and the first was written anew.",
}
"""By code; they stand in ledgers and never change."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: which amendment (None for what is adopted already), and what it wants the passage to read."""

    amendment: str | None
    wants: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two changes cannot both be made.

    Args:
        code: ``overlap``, ``title``, ``deleted``, ``moved``, ``place``, ``id``, ``together`` or ``size``; between whole
            amendments ``alternatives``, or ``parent`` and what follows it with a hyphen, the first side being the
            amendment that the other amends.
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
        who = " and ".join(side.amendment or _ADOPTED for side in self.sides)
        one, other = (_shortened(side.wants) for side in self.sides)
        section = self.section or ""
        values = {"who": who, "where": where, "a": one, "b": other, "section": section, "clause": self.clause or ""}
        return _SENTENCES[self.code].format_map(values)


def between(code: str, one: str | None, other: str | None) -> Reason:
    """Return a reason that is about two amendments as such, and no place of the text."""
    return Reason(code, None, None, None, "", (Side(one, ""), Side(other, "")))


def _shortened(passage: str) -> str:
    if len(passage) <= MAX_QUOTE:
        return passage
    return "".join(graphemes(passage[:MAX_QUOTE])[:-1]) + "…"  # the last may have been cut in two


@dataclass(frozen=True, slots=True)
class Told:
    """A recorded sentence, understood.

    Args:
        code: as of a `Reason`, or ``undone``.
        sides: the two amendments, or `THIS`; None for what is adopted already; empty for ``undone``.
        clause: as of a `Reason`.
        section: likewise.
        language: likewise.
        wants: the two wishes as they were quoted; empty where the sentence quotes none.

    """

    code: str
    sides: tuple[str | None, ...] = ()
    clause: str | None = None
    section: str | None = None
    language: str | None = None
    wants: tuple[str, ...] = ()


def read(sentence: str) -> Told | None:
    """Return what a recorded sentence says; None for one that is not certainly ours: it is shown as it stands."""
    if sentence == UNDONE:
        return Told("undone")
    if sentence.count("” or “") > 1:  # a passage that holds these signs itself could be split in two ways
        return None
    for code, form in _FORMS.items():
        if (found := form.fullmatch(sentence)) is not None:
            parts = found.groupdict()
            sides = tuple(None if parts[name] == _ADOPTED else parts[name] for name in ("one", "other"))
            wants = (parts["a"], parts["b"]) if parts.get("a") is not None else ()
            return Told(code, sides, parts.get("clause"), parts.get("section"), parts.get("language"), wants)
    return None


_ID: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_PARTS: Final = {
    "who": rf"(?P<one>{_ADOPTED}|{THIS}|{_ID}) and (?P<other>{_ADOPTED}|{THIS}|{_ID})",
    "where": rf"(?:clause (?P<clause>{_ID})|the title of (?:the declaration|(?P<section>{_ID})))"
    r"(?: \((?P<language>[A-Za-z0-9-]{1,40})\))?",
    "a": "(?P<a>.*)",
    "b": "(?P<b>.*)",
    "section": rf"(?P<section>{_ID})",
    "clause": rf"(?P<clause>{_ID})",
}


def _form(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    return re.compile("".join(_PARTS[part] if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL)


_FORMS: Final = {code: _form(sentence) for code, sentence in _SENTENCES.items()}
