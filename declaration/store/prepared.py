"""Choices that lie prepared: what a signatory, or a delegate, chose for a clause, and nobody has confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from declaration.store.ask import add_new
from declaration.store.private import Prepared


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice for one clause.

    Args:
        clause: its id.
        digest: of the clause as it was read; when the present words have another one, the choice is stale.
        stance: what is chosen.
        reservation: its words, or the reason of an objection.
        by: id of the signatory or delegate who chose.
        at: when.

    """

    clause: str
    digest: str
    stance: str
    reservation: str | None
    by: str
    at: datetime


def keep(session: Session, declaration: str, signatory: str, choice: Choice) -> None:
    """Keep a choice in the place of the one before it on the same clause."""
    mine = {"declaration": declaration, "signatory": signatory, "clause": choice.clause}
    said = {
        "digest": choice.digest,
        "stance": choice.stance,
        "reservation": choice.reservation,
        "by": choice.by,
        "at": choice.at,
    }
    if not add_new(session, Prepared, {**mine, **said}):
        session.execute(update(Prepared).filter_by(**mine).values(**said))


def choices(session: Session, declaration: str, signatory: str) -> tuple[Choice, ...]:
    """Return what lies prepared for a signatory, by clause."""
    rows = session.scalars(
        select(Prepared)
        .where(Prepared.declaration == declaration, Prepared.signatory == signatory)
        .order_by(Prepared.clause)
    )
    return tuple(Choice(row.clause, row.digest, row.stance, row.reservation, row.by, row.at) for row in rows)


def drop(session: Session, declaration: str, signatory: str, clauses: Iterable[str]) -> None:
    """Take choices away, because they were confirmed or are not wanted; those that are not there stay away."""
    session.execute(
        delete(Prepared).where(
            Prepared.declaration == declaration,
            Prepared.signatory == signatory,
            Prepared.clause.in_(list(clauses)),
        )
    )
