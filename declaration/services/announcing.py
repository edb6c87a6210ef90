"""Public acts for reading: entries of the ledger with the names of who acts and whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from declaration.canonical import Json, digest, parse_canonical
from declaration.ledger.entries import MAX_STATEMENT, Entry, Kind
from declaration.ledger.merkle import leaf_hash
from declaration.ledger.tiles import ENTRIES, Tile
from declaration.services import reading
from declaration.store import queries
from declaration.store.session import View

NAMED: Final = frozenset({Kind.RESERVATION_WITHDRAWN, Kind.OBJECTION_RAISED, Kind.OBJECTION_WITHDRAWN})
"""Acts about a reservation that their statement names."""
WIDTH = 256
"""Entries in a full bundle (C2SP tlog-tiles)."""


@dataclass(frozen=True, slots=True)
class Act:
    """One public act.

    Args:
        index: in the ledger, from 0.
        kind: of the entry.
        at: when, in UTC.
        by: name of who acted; a city for a signatory.
        subject: id of what it is about: an amendment, a signatory, a drafter, a version's number; empty if none.
        about: its name, where it has one.
        facts: members of the entry's body that a sentence may name: reason, number, signatures, declined, clauses,
            deadline, minimum, sponsors (names), clause, author (name of whose reservation it is).

    """

    index: int
    kind: str
    at: datetime
    by: str
    subject: str
    about: str
    facts: Mapping[str, Json]


def acts(session: View, declaration: str, start: int, stop: int) -> tuple[Act, ...]:
    """Return the acts from `start` up to and without `stop`, in order."""
    names = reading.names(session, declaration)
    found = queries.entries(session, declaration, max(start, 0), stop)
    return tuple(act(index, Entry.parse(data), names) for index, data in enumerate(found, max(start, 0)))


def act(index: int, entry: Entry, names: Mapping[str, str]) -> Act:
    """Return the act that an entry records; `names` is `reading.names`."""
    body = entry.body
    subject, about = _subject(entry, names)
    facts = {name: body[name] for name in ("reason", "number", "signatures", "declined", "roster") if name in body}
    if entry.kind == "rules.set":
        facts |= {"minimum": body["sponsors"], "deadline": body["deadline"]}
    elif isinstance(sponsors := body.get("sponsors"), list):
        named = [str(item["drafter"]) for item in sponsors if isinstance(item, dict)]
        facts["sponsors"] = [names.get(drafter, drafter) for drafter in named]
    if isinstance(correction := body.get("correction"), dict):
        facts |= {"language": str(correction["language"]), "reason": str(correction["reason"])}
    if entry.kind == "translation.confirmed":
        chosen = body["passages"]
        facts |= {"language": str(body["language"]), "passages": len(chosen) if isinstance(chosen, list) else 0}
    if entry.kind == "positions.taken":
        statement = parse_canonical(str(body["statement"]).encode(), limit=MAX_STATEMENT, what="The statement")
        taken = statement.get("positions") if isinstance(statement, dict) else None
        facts["clauses"] = len(taken) if isinstance(taken, list) else 0
    if entry.kind in NAMED:
        facts |= _named(entry, names)
    return Act(index, str(entry.kind), entry.at, names.get(entry.by, entry.by), subject, about, facts)


def _named(entry: Entry, names: Mapping[str, str]) -> dict[str, Json]:
    """Return what a statement about a reservation says: whose it is, on which clause, and why."""
    said = parse_canonical(str(entry.body["statement"]).encode(), limit=MAX_STATEMENT, what="The statement")
    assert isinstance(said, dict)
    author = str(said.get("author", entry.by))
    reason: dict[str, Json] = {"reason": said["reason"]} if "reason" in said else {}
    return {"author": names.get(author, author), "clause": str(said["clause"])} | reason


def _subject(entry: Entry, names: Mapping[str, str]) -> tuple[str, str]:
    body = entry.body
    match entry.kind.split(".")[0]:
        case "drafter":
            return str(body["drafter"]), str(body["name"])
        case "signatory":
            party = body["signatory"]
            assert isinstance(party, dict)
            return str(party["id"]), str(party["city"])
        case "amendment":
            return str(body["amendment"]), str(body["amendment"])
        case "version":
            return str(body["number"]), str(body["number"])
    if entry.kind == "instrument.frozen":
        return str(body["number"]), str(body["number"])
    who = str(body.get("signatory", ""))
    return who, names.get(who, who)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry in full.

    Args:
        act: what it says.
        value: the entry as JSON.
        size: of its bytes.
        digest: SHA-256 of its bytes.
        leaf: hash of its leaf (RFC 9162, section 2.1.1), hexadecimal.
        bundle: path below ``ledger/`` of the entry bundle that holds it, None before a checkpoint covers it.
        tile: path of the tile that holds its leaf hash, likewise.

    """

    act: Act
    value: Mapping[str, Json]
    size: int
    digest: str
    leaf: str
    bundle: str | None
    tile: str | None


def entry(session: View, declaration: str, index: int, covered: int) -> Recorded:
    """Return one entry in full.

    Args:
        session: the view.
        declaration: id.
        index: of the entry.
        covered: entries that the newest checkpoint covers.

    Raises:
        NotFound: ``entry.unknown``.

    """
    found = queries.entry(session, declaration, index)
    value = parse_canonical(found.data, limit=len(found.data), what="The entry")
    assert isinstance(value, dict)
    number = index // WIDTH
    width = min(WIDTH, covered - number * WIDTH)
    served = index < covered
    return Recorded(
        act=act(index, found.entry, reading.names(session, declaration)),
        value=value,
        size=len(found.data),
        digest=digest(found.data),
        leaf=leaf_hash(found.data).hex(),
        bundle=Tile(ENTRIES, number, width).path if served else None,
        tile=Tile(0, number, width).path if served else None,
    )
