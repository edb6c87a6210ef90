"""What pages show of a declaration, as plain values: its frame, its text, its people, its amendments.

Every function takes a view of the database (`View`) and the declaration's id; nothing here writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from declaration.drafting.amendment import Amendment, Change, Insert, Retitle
from declaration.drafting.states import Phase
from declaration.drafting.text import Clause, Section, Text
from declaration.render.numbering import clause_numbers, section_numbers
from declaration.store import heads, queries
from declaration.store.heads import Signed
from declaration.store.session import View
from declaration.store.values import Depositary, StoredVersion


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of a declaration shows around its content.

    Args:
        id: of the declaration.
        titles: by language; empty before the first version.
        languages: authentic languages, the drafting language first.
        phase: drafting, frozen or sealed.
        version: number of the version in force, None before the first.
        size: entries in the ledger.
        depositary: the host city.
        opened: when.
        checkpoint: the signed head of the ledger given out last, None before the first.

    """

    id: str
    titles: Mapping[str, str]
    languages: tuple[str, ...]
    phase: Phase
    version: int | None
    size: int
    depositary: Depositary
    opened: datetime
    checkpoint: Signed | None


def frame(session: View, declaration: str) -> Frame:
    """Return the frame of a declaration.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    found = queries.declaration(session, declaration)
    titles: Mapping[str, str] = {}
    if found.version is not None:
        titles = queries.version_text(session, declaration, found.version).text.title
    return Frame(
        id=found.id,
        titles=titles or {found.languages[0]: found.id},
        languages=found.languages,
        phase=found.phase,
        version=found.version,
        size=found.size,
        depositary=found.depositary,
        opened=found.at,
        checkpoint=heads.signed(session, declaration),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A clause and the number by which readers call it."""

    clause: Clause
    number: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section, its number (empty for the preamble) and its clauses."""

    section: Section
    number: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A version as it is read.

    Args:
        row: when it was adopted, and its digest.
        text: its text.
        parts: the text with its numbers.
        missing: (place, language) of what an authentic language still lacks.

    """

    row: StoredVersion
    text: Text
    parts: tuple[Part, ...]
    missing: tuple[tuple[str, str], ...]


def version(session: View, declaration: str, number: int) -> Reading:
    """Return a version for reading.

    Raises:
        NotFound: ``version.unknown``.

    """
    row = queries.version(session, declaration, number)
    text = queries.version_text(session, declaration, number).text  # raises where there is none
    assert row is not None
    return Reading(row, text, parts(text), text.missing())


def parts(text: Text) -> tuple[Part, ...]:
    """Return a text with its numbers."""
    numbers, chapters = clause_numbers(text), section_numbers(text)
    return tuple(
        Part(section, chapters[section.id], tuple(Line(clause, numbers[clause.id]) for clause in section.clauses))
        for section in text.sections
    )


def numbers(text: Text) -> Mapping[str, str]:
    """Return the number of each clause by its id."""
    return clause_numbers(text)


def names(session: View, declaration: str) -> Mapping[str, str]:
    """Return by id who may act: drafters, signatories (by city) and the depositary."""
    found = {drafter.id: drafter.name for drafter in queries.drafters(session, declaration)}
    found |= {party.id: party.city for party in queries.signatories(session, declaration)}
    depositary = queries.declaration(session, declaration).depositary
    return {**found, depositary.id: depositary.name}


def touched(amendments: Iterable[Amendment]) -> Mapping[str, int]:
    """Return by clause how many of these amendments would change, move or delete it."""
    found: Counter[str] = Counter()
    for amendment in amendments:
        found.update(set(clauses_of(amendment.changes)))
    return found


def clauses_of(changes: Sequence[Change]) -> tuple[str, ...]:
    """Return the clauses that changes are about, each once, in their order."""
    about = [
        change.clause.id if isinstance(change, Insert) else change.clause
        for change in changes
        if not isinstance(change, Retitle)
    ]
    return tuple(dict.fromkeys(about))
