"""What has happened: the public acts of a declaration after a given one, in their order, for whoever follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from declaration.canonical import Json, encode
from declaration.ledger.entries import Entry
from declaration.ledger.forms import write_moment
from declaration.services.chancery import Chancery
from declaration.store import heads, queries
from declaration.store.record import subject

MAX_EVENTS: Final = 1_000
"""Events read at once."""


@dataclass(frozen=True, slots=True)
class Event:
    """A public act.

    Args:
        index: of its entry in the ledger; also its place in the stream.
        data: canonical JSON with exactly the members index, kind, at, by, subject.

    """

    index: int
    data: bytes


def since(chancery: Chancery, declaration: str, start: int) -> tuple[Event, ...]:
    """Return the acts from an index on, `MAX_EVENTS` at most.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    with chancery.store.reading() as session:
        heads.head(session, declaration)
        found = queries.entries(session, declaration, start, start + MAX_EVENTS)
    return tuple(_event(start + place, Entry.parse(data)) for place, data in enumerate(found))


def size(chancery: Chancery, declaration: str) -> int:
    """Return how many acts are recorded; errors as `since`."""
    with chancery.store.reading() as session:
        return heads.head(session, declaration).size


def _event(index: int, entry: Entry) -> Event:
    body: dict[str, Json] = {
        "index": index,
        "kind": str(entry.kind),
        "at": write_moment(entry.at, "event.at"),
        "by": entry.by,
        "subject": subject(entry).partition(":")[2],
    }
    return Event(index, encode(body))
