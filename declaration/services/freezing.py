"""Freezing a version into the instrument that is signed, and unfreezing it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from declaration.canonical import Json, digest, encode
from declaration.drafting import concordance
from declaration.drafting.concordance import Task, Want
from declaration.drafting.positions import Position, Stance
from declaration.drafting.reservations import Life, Objection, protocol
from declaration.drafting.text import Version
from declaration.errors import StateConflict
from declaration.render.instrument import render_instrument
from declaration.render.values import MissingGlyph, ObjectionLine, Occasion, ReservationLine, RosterLine
from declaration.services.chancery import Chancery
from declaration.store import queries
from declaration.store.record import Recorded, record
from declaration.store.reservations import reservations
from declaration.store.session import View
from declaration.store.values import Signatory, StoredPosition

DOCUMENT_FORMAT = "declaration/1"
"""Value of the member ``format`` of declaration.json."""

Objections: TypeAlias = Mapping[tuple[str, str], tuple[Objection, ...]]
"""Objections by whose reservation on which clause."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A freeze: the entry, the instrument, and the characters that no font could draw."""

    recorded: Recorded
    instrument: bytes
    document: bytes
    missing_glyphs: tuple[MissingGlyph, ...]


def freeze(
    chancery: Chancery,
    declaration: str,
    *,
    occasion: Occasion,
    columns: int = 1,
    with_stale: bool = False,
    base: str | None = None,
) -> Frozen:
    """Render the version in force as the instrument and record that the text is frozen.

    Args:
        chancery: the service.
        declaration: its id.
        occasion: lines for the title page.
        columns: how many languages stand beside each other, from 1 (one after another) to 3.
        with_stale: freeze although positions were taken on words that have changed since; reservations among
            them would not appear in the annex.
        base: digest of the version that was looked at; refused when it is no longer in force. None freezes the one
            in force.

    Raises:
        StateConflict: frozen already; another version has been adopted meanwhile; a text is missing in an authentic
            language, or not confirmed against the drafting language; positions are stale; nobody is invited.
        InputRefused: ``layout.columns``.

    """
    with chancery.store.reading() as session:
        version = queries.current_version(session, declaration)
        roster = queries.signatories(session, declaration)
        positions = queries.positions(session, declaration)
        by = queries.declaration(session, declaration).depositary.id
        annex = annex_of(session, declaration, version, roster)
        tasks = concordance.tasks(version.text, queries.confirmed(session, declaration).keys())
    if not roster:
        raise StateConflict(
            "instrument.roster", "Nobody is invited to sign yet.", hint="Invite the signatories, then freeze the text."
        )
    if base not in {None, version.digest}:
        raise StateConflict(
            "version.stale",
            f"Version {version.number} of “{declaration}” has been adopted meanwhile.",
            hint="Look at the new version, then freeze it.",
        )
    present = {clause.id: clause.digest for clause in version.text.clauses()}
    _refuse_unconfirmed(tasks)
    if not with_stale:
        _refuse_stale(positions, present)
    document = encode(document_of(version, roster, annex.held, annex.against))
    at = chancery.now()
    rendered = render_instrument(
        version,
        [roster_line(party) for party in roster],
        annex.lines,
        document=document,
        frozen_at=at,
        occasion=occasion,
        columns=columns,
    )
    body: dict[str, Json] = {
        "version": version.digest,
        "number": version.number,
        "instrument": digest(rendered.pdf),
        "document": digest(document),
        "roster": len(roster),
    }
    with chancery.store.transaction() as session:
        recorded = record(
            session,
            chancery.entry("instrument.frozen", declaration, by=by, body=body),
            blobs={digest(rendered.pdf): rendered.pdf, digest(document): document},
        )
    return Frozen(recorded, rendered.pdf, document, rendered.missing)


@dataclass(frozen=True, slots=True)
class Annex:
    """The reservations on the present words, in the order of clauses and of protocol, and how they are printed."""

    held: tuple[StoredPosition, ...]
    against: Objections
    lines: tuple[ReservationLine, ...]


def annex_of(session: View, declaration: str, version: Version, roster: Sequence[Signatory]) -> Annex:
    """Return the annex of a version, as it stands now."""
    present = {clause.id: clause.digest for clause in version.text.clauses()}
    against = objections_in_force(reservations(session, declaration))
    names = {party.id: party.name for party in roster}
    rank = protocol(list(present), list(names))
    held = [
        found
        for found in queries.positions(session, declaration)
        if found.position.stance is Stance.ACCEPT_WITH_RESERVATION
        and found.position.is_on(present.get(found.position.clause))
    ]
    held.sort(key=lambda found: rank(found.position.clause, found.position.signatory))
    lines = tuple(_annex_line(found.position, names, against) for found in held)
    return Annex(tuple(held), against, lines)


def unfreeze(chancery: Chancery, declaration: str, *, reason: str) -> Recorded:
    """Return to drafting; every signature given so far becomes void, and the entry says so."""
    with chancery.store.transaction() as session:
        by = queries.declaration(session, declaration).depositary.id
        frozen = queries.frozen_instrument(session, declaration)
        body: dict[str, Json] = {"instrument": frozen.instrument, "reason": reason}
        return record(session, chancery.entry("instrument.unfrozen", declaration, by=by, body=body))


def document_of(
    version: Version,
    roster: Sequence[Signatory],
    reservations: Sequence[StoredPosition],
    against: Objections,
) -> dict[str, Json]:
    """Return declaration.json: the version, who may sign, and the reservations of its annex with the objections."""
    return {
        "format": DOCUMENT_FORMAT,
        "version": version.document(),
        "roster": [party.as_json() for party in roster],
        "reservations": [_document_line(p.position, against) for p in reservations],
    }


def objections_in_force(found: Iterable[Life]) -> Objections:
    """Return the objections in force by whose reservation on which clause, in the order of who raised them."""
    return {
        (life.signatory, life.clause): tuple(sorted(life.standing(), key=lambda line: line.signatory))
        for life in found
        if life.is_standing
    }


def _document_line(position: Position, against: Objections) -> Json:
    line: dict[str, Json] = {
        "signatory": position.signatory,
        "clause": position.clause,
        "digest": position.clause_digest,
        "reservation": position.reservation,
    }
    raised: list[Json] = [
        {"signatory": line.signatory, "reason": line.reason}
        for line in against.get((position.signatory, position.clause), ())
    ]
    return line | {"objections": raised} if raised else line


def _annex_line(position: Position, names: Mapping[str, str], against: Objections) -> ReservationLine:
    """Return a reservation as it is printed, objections in the order of protocol (that of `names`)."""
    rank = list(names)
    raised = sorted(against.get((position.signatory, position.clause), ()), key=lambda o: rank.index(o.signatory))
    return ReservationLine(
        names[position.signatory],
        position.clause,
        position.reservation or "",
        objections=tuple(ObjectionLine(names[line.signatory], line.reason) for line in raised),
    )


def roster_line(party: Signatory) -> RosterLine:
    """Return a signatory as the renderer takes it."""
    return RosterLine(party.id, party.office, party.name, party.city, party.native, party.country)


def _refuse_unconfirmed(tasks: Sequence[Task]) -> None:
    # what is missing altogether is refused where the freeze is recorded
    if tasks and all(task.want is Want.UNCONFIRMED for task in tasks):
        raise StateConflict(
            "instrument.unconfirmed",
            f"{len(tasks)} passages are not confirmed against the drafting language,"
            f" the first is {tasks[0].passage.name} in “{tasks[0].language}”.",
            hint="Compare the languages, and confirm what says the same.",
        )


def _refuse_stale(positions: Sequence[StoredPosition], present: dict[str, str]) -> None:
    # a position on a clause that is gone binds nobody and cannot be confirmed
    taken = [p.position for p in positions if p.position.clause in present]
    stale = [position for position in taken if not position.is_on(present[position.clause])]
    if stale:
        first = stale[0]
        raise StateConflict(
            "positions.stale",
            f"{len(stale)} positions were taken on words that have changed since,"
            f" the first by “{first.signatory}” on clause “{first.clause}”.",
            hint="Ask these signatories to confirm or change them, or freeze with stale positions left out.",
        )
