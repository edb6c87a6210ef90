"""Reading reservations and objections to them, those that ended too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from declaration.drafting.reservations import Life, Mark, Objection, Reservation, Spell, Step, lives
from declaration.store.tables import Objections, Reservations


def reservations(
    session: Session, declaration: str, *, clause: str | None = None, signatory: str | None = None
) -> tuple[Life, ...]:
    """Return every reservation ever made with everything that became of it.

    Args:
        session: of ``Store.reading``, or of a transaction.
        declaration: its id.
        clause: only those made to this one.
        signatory: only those made by this one.

    """
    return lives(_spells(session, declaration, clause, signatory), _objections(session, declaration, clause, signatory))


def _spells(session: Session, declaration: str, clause: str | None, signatory: str | None) -> list[Spell]:
    wanted = select(
        Reservations.signatory,
        Reservations.clause,
        Reservations.digest,
        Reservations.words,
        Reservations.version,
        Reservations.step,
        Reservations.entry,
        Reservations.at,
        Reservations.ended,
        Reservations.ended_at,
    ).where(Reservations.declaration == declaration)
    if clause is not None:
        wanted = wanted.where(Reservations.clause == clause)
    if signatory is not None:
        wanted = wanted.where(Reservations.signatory == signatory)
    return [
        Spell(
            Reservation(row.signatory, row.clause, row.digest, row.words),
            row.version,
            Step(row.step),
            Mark(row.entry, row.at),
            _mark(row.ended, row.ended_at),
        )
        for row in session.execute(wanted)
    ]


def _objections(session: Session, declaration: str, clause: str | None, author: str | None) -> list[Objection]:
    wanted = select(
        Objections.signatory,
        Objections.author,
        Objections.clause,
        Objections.content,
        Objections.reason,
        Objections.entry,
        Objections.at,
        Objections.ended,
        Objections.ended_at,
        Objections.withdrawn,
    ).where(Objections.declaration == declaration)
    if clause is not None:
        wanted = wanted.where(Objections.clause == clause)
    if author is not None:
        wanted = wanted.where(Objections.author == author)
    return [
        Objection(
            row.signatory,
            row.author,
            row.clause,
            row.content,
            row.reason,
            Mark(row.entry, row.at),
            _mark(row.ended, row.ended_at),
            row.withdrawn is not None,
        )
        for row in session.execute(wanted)
    ]


def _mark(entry: int | None, at: datetime | None) -> Mark | None:
    return None if entry is None or at is None else Mark(entry, at)
