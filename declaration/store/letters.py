"""Letters on their way: a queue that any number of processes may empty; each letter has one sender at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from declaration.store.private import Letters


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter.

    Args:
        letter: its name, the same in every attempt.
        declaration: about which it writes.
        following: for which it was written; None for an invitation.
        kind: what it is.
        sealed: recipient and words, encrypted.
        attempts: how often it has been tried.
        due: not before this moment is it tried.
        at: when it was written.
        expires: after which it is of no use.

    """

    letter: str
    declaration: str
    following: str | None
    kind: str
    sealed: str
    attempts: int
    due: datetime
    at: datetime
    expires: datetime


def post(session: Session, letter: StoredLetter) -> None:
    """Put a letter into the queue."""
    session.add(Letters(**{name: getattr(letter, name) for name in StoredLetter.__dataclass_fields__}))
    session.flush()


def count(session: Session, kind: str | None = None) -> int:
    """Return how many letters are on their way, of one kind or of all."""
    wanted = select(func.count()).select_from(Letters)
    return session.scalars(wanted if kind is None else wanted.where(Letters.kind == kind)).one()


def waits(session: Session, following: str, kind: str) -> bool:
    """Tell whether a letter of this kind is on its way for a following."""
    mine = (Letters.following == following, Letters.kind == kind)
    return session.scalars(select(Letters.letter).where(*mine).limit(1)).first() is not None


def due(session: Session, *, now: datetime, limit: int) -> tuple[StoredLetter, ...]:
    """Return letters that may be tried now, the longest waiting first."""
    rows = select(Letters).where(Letters.due <= now).order_by(Letters.due, Letters.at, Letters.letter).limit(limit)
    return tuple(_letter(row) for row in session.scalars(rows))


def claim(session: Session, letter: StoredLetter, *, until: datetime) -> bool:
    """Take a letter for one attempt; False when another process has just done so, or it is not wanted any more."""
    mine = (Letters.letter == letter.letter, Letters.attempts == letter.attempts, Letters.due == letter.due)
    changed = update(Letters).where(*mine).values(attempts=letter.attempts + 1, due=until)
    return _count(session.execute(changed)) == 1


def postpone(session: Session, letter: str, *, due: datetime) -> None:
    """Try a letter again, not before a moment."""
    session.execute(update(Letters).where(Letters.letter == letter).values(due=due))


def drop(session: Session, letter: str) -> None:
    """Forget a letter: it has arrived, or never will."""
    session.execute(delete(Letters).where(Letters.letter == letter))


def _letter(row: Letters) -> StoredLetter:
    return StoredLetter(**{name: getattr(row, name) for name in StoredLetter.__dataclass_fields__})


def _count(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount
