"""What can be followed, and which public acts are about it: the text, a clause, an amendment.

Feeds and letters ask the same question here, so that they never tell different things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final

from declaration.canonical import parse, parse_canonical
from declaration.drafting.text import Clause, Text, check_id
from declaration.errors import InputRefused, NotFound
from declaration.ledger.entries import MAX_STATEMENT, Kind
from declaration.services import participants, reading
from declaration.services.announcing import NAMED
from declaration.store import queries
from declaration.store.session import View
from declaration.store.values import StoredEntry

_AMENDMENT: Final = frozenset(kind for kind in Kind if kind.startswith("amendment."))
_TEXT: Final = frozenset(
    {
        Kind.AMENDMENT_TABLED,
        Kind.AMENDMENT_REVISED,
        Kind.AMENDMENT_WITHDRAWN,
        Kind.AMENDMENT_REJECTED,
        Kind.VERSION_ADOPTED,
        Kind.INSTRUMENT_FROZEN,
        Kind.INSTRUMENT_UNFROZEN,
        Kind.INSTRUMENT_SEALED,
    }
)
"""Acts about the text: those that change it, want to, or close it. Who enrols, and who signs, is not among them."""
MANY: Final = 50
"""Amendments from which on all are read at once instead of one by one."""
WINDOW: Final = 1_000
"""Entries looked at in one go, from the end of the ledger, for the latest about a topic."""


class About(StrEnum):
    """Kinds of topics."""

    TEXT = "text"
    CLAUSE = "clause"
    AMENDMENT = "amendment"
    MENTIONS = "mentions"
    """Somebody's own, in the discussion, which is not public: nobody else can follow them."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What is followed.

    Args:
        about: the kind.
        id: of the clause or the amendment; ``ROLE.ID`` of whoever is mentioned; empty for the text.

    """

    about: About
    id: str = ""

    def __str__(self) -> str:
        """Return it as it is stored: ``text``, ``clause:ID``, ``amendment:ID``, ``mentions:ROLE.ID``."""
        return f"{self.about}:{self.id}" if self.id else str(self.about)


TEXT: Final = Topic(About.TEXT)


def read_topic(written: str) -> Topic:
    """Return a topic as `Topic.__str__` writes it.

    Raises:
        InputRefused: ``following.topic``; the id is none.

    """
    about, colon, name = written.partition(":")
    if about not in set(About) or (about == About.TEXT) == bool(colon):
        raise InputRefused(
            "following.topic",
            f"{written[:80]!r} cannot be followed.",
            hint="Write text, clause:ID or amendment:ID.",
        )
    if about == About.MENTIONS:
        participants.read_mentions(written)
        return Topic(About.MENTIONS, name)
    return Topic(About(about), check_id(name[:80], where="The topic") if colon else "")


def require(session: View, declaration: str, topic: Topic) -> None:
    """Make sure that there is something to follow.

    Raises:
        NotFound: ``declaration.unknown``, ``clause.unknown``, ``amendment.unknown``.
        InputRefused: ``following.topic``: mentions are followed by those alone who are in (`services.mentioning`).

    """
    match topic.about:
        case About.MENTIONS:
            raise InputRefused(
                "following.topic", "Mentions are followed from the discussion.", hint="Come in, and ask there."
            )
        case About.TEXT:
            queries.declaration(session, declaration)
        case About.AMENDMENT:
            queries.amendment(session, declaration, topic.id)
        case About.CLAUSE:
            for row in reversed(queries.versions(session, declaration)):
                if _clause(queries.version_text(session, declaration, row.number).text, topic.id) is not None:
                    return
            queries.declaration(session, declaration)
            raise NotFound(
                "clause.unknown", f"No version has a clause “{topic.id}”.", hint="Follow the links beside the clauses."
            )


def entries_about(session: View, declaration: str, topic: Topic, start: int, stop: int) -> tuple[int, ...]:
    """Return the indexes of the entries about a topic, from `start` up to and without `stop`, in their order."""
    kinds: frozenset[Kind]
    match topic.about:
        case About.MENTIONS:
            return ()
        case About.TEXT:
            return tuple(entry.index for entry in queries.entries_of(session, declaration, _TEXT, start, stop))
        case About.AMENDMENT:
            kinds = _AMENDMENT | {Kind.VERSION_ADOPTED}
            is_about = partial(_names, session, declaration, topic.id)
        case About.CLAUSE:
            kinds = _AMENDMENT | {Kind.VERSION_ADOPTED, Kind.POSITIONS_TAKEN} | NAMED
    found = queries.entries_of(session, declaration, kinds, start, stop)
    if topic.about is About.CLAUSE:
        is_about = partial(_touches, session, declaration, topic.id, _wishes(session, declaration, found))
    return tuple(entry.index for entry in found if is_about(entry))


def latest_about(session: View, declaration: str, topic: Topic, stop: int, count: int) -> tuple[int, ...]:
    """Return the indexes of the last entries about a topic before `stop`, `count` at most, in their order."""
    found: tuple[int, ...] = ()
    while stop > 0 and len(found) < count:
        start = max(0, stop - WINDOW)
        found, stop = entries_about(session, declaration, topic, start, stop) + found, start
    return found[-count:]


def _names(session: View, declaration: str, amendment: str, entry: StoredEntry) -> bool:
    """Whether an entry names an amendment, or adopts a version that decided it or carried it on."""
    body = entry.entry.body
    if entry.entry.kind != Kind.VERSION_ADOPTED:
        return body.get("amendment") == amendment
    carriage = body["carriage"]
    if not isinstance(carriage, str):
        return False
    data = queries.blob(session, declaration, carriage)
    members: Any = parse(data, limit=len(data), what="A carriage")
    return any(line["amendment"] == amendment for line in (*members["outcomes"], *members["carried"]))


def _touches(
    session: View, declaration: str, clause: str, wishes: Callable[[str], frozenset[str]], entry: StoredEntry
) -> bool:
    """Whether an entry changes a clause, wants to, or says where somebody stands on it."""
    body = entry.entry.body
    if entry.entry.kind == Kind.VERSION_ADOPTED:
        return _changed(session, declaration, clause, int(str(body["number"])))
    if entry.entry.kind == Kind.POSITIONS_TAKEN:
        said: Any = parse_canonical(str(body["statement"]).encode(), limit=MAX_STATEMENT, what="The statement")
        return any(line["clause"] == clause for line in said["positions"])
    if entry.entry.kind in NAMED:
        named: Any = parse_canonical(str(body["statement"]).encode(), limit=MAX_STATEMENT, what="The statement")
        return bool(named["clause"] == clause)
    return clause in wishes(str(body["amendment"]))


def _changed(session: View, declaration: str, clause: str, number: int) -> bool:
    new = queries.version_text(session, declaration, number).text
    old = queries.version_text(session, declaration, number - 1).text if number > 1 else None
    before = None if old is None else _clause(old, clause)
    return before != _clause(new, clause)


def _clause(text: Text, clause: str) -> tuple[str, Clause] | None:
    """Return a clause and the section in which it stands."""
    found = ((section.id, one) for section in text.sections for one in section.clauses if one.id == clause)
    return next(found, None)


def _wishes(session: View, declaration: str, entries: list[StoredEntry]) -> Callable[[str], frozenset[str]]:
    """Return a function that gives the clauses that an amendment wants to change."""
    wanted = {str(entry.entry.body["amendment"]) for entry in entries if entry.entry.kind in _AMENDMENT}
    if len(wanted) > MANY:
        rows = queries.amendments(session, declaration)
    else:
        rows = tuple(queries.amendment(session, declaration, name) for name in sorted(wanted))
    known: Mapping[str, frozenset[str]] = {
        row.amendment.id: frozenset(reading.clauses_of(row.amendment.changes)) for row in rows
    }
    return lambda name: known.get(name, frozenset())
