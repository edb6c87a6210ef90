"""The life of one clause: how its words changed from version to version, and which amendments touch it."""

from __future__ import annotations

from dataclasses import dataclass

from declaration.drafting.text import Clause, Section, Text
from declaration.errors import NotFound
from declaration.render.numbering import clause_numbers
from declaration.services.comparing import Pairs, difference
from declaration.services.reading import clauses_of
from declaration.store import queries
from declaration.store.session import View
from declaration.store.values import StoredAmendment, StoredVersion


@dataclass(frozen=True, slots=True)
class Step:
    """What one version did to a clause.

    Args:
        row: the version.
        number: of the clause in it; empty where it is deleted.
        event: ``introduced``, ``reworded``, ``moved`` or ``deleted``.
        pairs: the difference of its words in the language shown; empty when they stayed.
        languages: in which its words changed.

    """

    row: StoredVersion
    number: str
    event: str
    pairs: Pairs
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """A clause from its first version to its last.

    Args:
        clause: its last words.
        section: where it stands, or stood last.
        number: in the version in force, or in the last that had it.
        before: id of the clause before it, None where there is none.
        following: id of the one after it.
        is_there: whether it stands in the version in force.
        steps: the newest first.
        amendments: that touch it, the newest first.

    """

    clause: Clause
    section: Section
    number: str
    before: str | None
    following: str | None
    is_there: bool
    steps: tuple[Step, ...]
    amendments: tuple[StoredAmendment, ...]


def life(session: View, declaration: str, clause: str, language: str) -> Life:
    """Return the life of a clause, with differences in one language.

    Raises:
        NotFound: ``clause.unknown``, no version ever had it.

    """
    rows = queries.versions(session, declaration)
    steps: list[Step] = []
    last: Text | None = None
    old: Text | None = None
    for row in rows:
        text = queries.version_text(session, declaration, row.number).text
        if (step := _step(row, old, text, clause, language)) is not None:
            steps.append(step)
        if _find(text, clause) is not None:
            last = text
        old = text
    if last is None or old is None:
        raise NotFound(
            "clause.unknown", f"No version has a clause “{clause}”.", hint="Follow the links beside the clauses."
        )
    order = [one.id for one in last.clauses()]
    at = order.index(clause)
    return Life(
        clause=last.clause(clause),
        section=_section(last, clause),
        number=clause_numbers(last)[clause],
        before=order[at - 1] if at else None,
        following=order[at + 1] if at + 1 < len(order) else None,
        is_there=last is old,
        steps=tuple(reversed(steps)),
        amendments=tuple(
            line
            for line in reversed(queries.amendments(session, declaration))
            if clause in clauses_of(line.amendment.changes)
        ),
    )


def _step(row: StoredVersion, old: Text | None, new: Text, clause: str, language: str) -> Step | None:
    before = None if old is None else _find(old, clause)
    after = _find(new, clause)
    if after is None:
        if before is None or old is None:
            return None
        return Step(row, "", "deleted", difference(before.texts, {}, language), ())
    number = clause_numbers(new)[clause]
    if before is None or old is None:
        return Step(row, number, "introduced", (), ())
    languages = tuple(tag for tag in new.languages if before.texts.get(tag) != after.texts.get(tag))
    if languages:
        pairs = difference(before.texts, after.texts, language) if language in languages else ()
        return Step(row, number, "reworded", pairs, languages)
    moved = _section(old, clause).id != _section(new, clause).id
    return Step(row, number, "moved", (), ()) if moved else None


def _find(text: Text, clause: str) -> Clause | None:
    return next((one for one in text.clauses() if one.id == clause), None)


def _section(text: Text, clause: str) -> Section:
    return next(section for section in text.sections if any(one.id == clause for one in section.clauses))
