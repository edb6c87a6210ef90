"""Names by which a place of a text is found again in a document that went through a word processor.

They are names of hidden bookmarks (a leading underscore hides one from the reader): what word processors carry
through editing and through each other's formats. Whoever reads a document makes the names again from the text that
it is based on, and takes nothing out of them; only a clause that the text does not have yet brings its id along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from declaration.canonical import digest
from declaration.drafting.text import Text, check_id
from declaration.errors import InputRefused

LONGEST: Final = 40
"""Characters of a bookmark's name that Word keeps ([MS-OI29500], 2.1.534)."""
_COPY: Final = re.compile(r"(.+?)(?:_Copy_[0-9]{1,6})+")
"""How LibreOffice calls the bookmark of a copied passage."""
_HASHED: Final = 24
"""Hexadecimal digits that stand for a name that would be longer."""


class Kind(StrEnum):
    """What stands under an anchor."""

    TITLE = "title"
    """The declaration's title, with which each language begins."""
    SECTION = "section"
    """A section's heading."""
    CLAUSE = "clause"
    """A clause's words."""
    MISSING = "missing"
    """The sentence that stands where a clause has no words in a language."""
    MOVED = "moved"
    """A clause's words where an amendment moves them."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place: `id` is that of a section or clause, empty for the title."""

    kind: Kind
    id: str
    language: str


def name_of(anchor: Anchor, *, first: bool) -> str:
    """Return the name of a place.

    Args:
        anchor: the place.
        first: whether its language is the first of the document, whose names have no language in them.

    """
    if anchor.kind is Kind.TITLE:
        return _fitting(anchor.kind, anchor.language)
    return _fitting(anchor.kind, anchor.id if first else f"{anchor.id}.{anchor.language}")


def names(text: Text, languages: Sequence[str]) -> Mapping[Anchor, str]:
    """Return the names of all places of a text in a document that has it in these languages, one after the other."""
    found: dict[Anchor, str] = {}
    taken: set[str] = set()
    for rank, language in enumerate(languages):
        places = [Anchor(Kind.TITLE, "", language)]
        places += [Anchor(Kind.SECTION, section.id, language) for section in text.sections]
        for clause in text.clauses():
            places += [Anchor(kind, clause.id, language) for kind in (Kind.CLAUSE, Kind.MISSING, Kind.MOVED)]
        for place in places:
            name = name_of(place, first=rank == 0)
            if name.lower() in taken:  # a clause “a.fr” beside the French words of “a”
                name = _hashed(place.kind, f"{place.id} {place.language}")
            taken.add(name.lower())
            found[place] = name
    return found


def found(name: str, known: Mapping[str, Anchor]) -> Anchor | None:
    """Return the place of a name; a copy of a clause, as LibreOffice makes when one is moved, is where it moved to."""
    if name in known or (copied := _COPY.fullmatch(name)) is None:
        return known.get(name)
    anchor = known.get(copied[1])
    return anchor if anchor is None or anchor.kind in {Kind.TITLE, Kind.SECTION} else replace(anchor, kind=Kind.MOVED)


def title_languages(present: Sequence[str], languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages that a document has, in its order, by the names of all its bookmarks in their order."""
    tags = {_fitting(Kind.TITLE, tag): tag for tag in languages}
    return tuple(tags[name] for name in present if name in tags)


def new_clause(name: str) -> str | None:
    """Return the id of a clause out of a name that is none of the text's; None where it holds none."""
    prefix = f"_{Kind.CLAUSE}_"
    if not name.startswith(prefix):
        return None
    try:
        return check_id(name.removeprefix(prefix), where="bookmark")
    except InputRefused:
        return None


def _fitting(kind: Kind, rest: str) -> str:
    name = f"_{kind}_{rest}"
    return name if len(name) <= LONGEST else _hashed(kind, rest)


def _hashed(kind: Kind, rest: str) -> str:
    """No id begins with a dot, so that this is never the name of another place."""
    return f"_{kind}_.{digest(rest.encode())[:_HASHED]}"
