"""Who follows what by e-mail, and how far each has been written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from declaration.store.ask import add_new
from declaration.store.private import Followings, Letters, Mentions
from declaration.store.tables import Heads

_OF_MENTIONS: Final = Followings.topic.startswith("mentions:")
"""Followings of a discussion: `sent` counts its acts, not the ledger's entries."""


@dataclass(frozen=True, slots=True)
class StoredFollowing:
    """Somebody who follows.

    Args:
        following: its name.
        declaration: whose acts are told.
        reader: keyed digest of the address.
        address: encrypted.
        topic: what is followed.
        language: in which letters are written.
        pace: how often.
        asked: when.
        confirmed: when the address answered; None while it has not.
        sent: index of the next entry to look at; of mentions, of the last act of the discussion that was looked at.
        due: not before this moment is anything gathered.
        refusals: letters in a row that the address refused for good.

    """

    following: str
    declaration: str
    reader: str
    address: str
    topic: str
    language: str
    pace: str
    asked: datetime
    confirmed: datetime | None
    sent: int
    due: datetime
    refusals: int


def begin(session: Session, following: StoredFollowing) -> StoredFollowing:
    """Remember somebody who asked to follow; return what stands there, which is theirs from before if they have one."""
    add_new(session, Followings, {name: getattr(following, name) for name in StoredFollowing.__dataclass_fields__})
    wanted = select(Followings).where(
        Followings.declaration == following.declaration,
        Followings.reader == following.reader,
        Followings.topic == following.topic,
    )
    return _following(session.scalars(wanted).one())


def find(session: Session, following: str) -> StoredFollowing | None:
    """Return a following by its name."""
    row = session.scalars(select(Followings).where(Followings.following == following)).one_or_none()
    return None if row is None else _following(row)


def count(session: Session, *, declaration: str | None = None, reader: str | None = None) -> int:
    """Return how many followings there are, in a declaration or of an address."""
    wanted = select(func.count()).select_from(Followings)
    if declaration is not None:
        wanted = wanted.where(Followings.declaration == declaration)
    if reader is not None:
        wanted = wanted.where(Followings.reader == reader)
    return session.scalars(wanted).one()


def confirm(
    session: Session, following: str, *, pace: str, language: str, sent: int, due: datetime, at: datetime
) -> bool:
    """Believe that the address wants it, at this pace and in this language; False where it is not there (any more).

    What is told begins with the next act, unless it had begun before.
    """
    mine = Followings.following == following
    chosen = update(Followings).where(mine).values(pace=pace, language=language, due=due)
    first = update(Followings).where(mine, Followings.confirmed.is_(None)).values(confirmed=at, sent=sent)
    found = _count(session.execute(chosen)) == 1
    session.execute(first)
    return found


def stop(session: Session, following: str) -> bool:
    """Forget a following and every letter for it that has not gone out; tell whether it was there."""
    session.execute(delete(Letters).where(Letters.following == following))
    return _count(session.execute(delete(Followings).where(Followings.following == following))) == 1


def unanswered(session: Session, *, before: datetime) -> bool:
    """Tell whether somebody asked before a moment whose address has never answered."""
    return session.scalars(select(Followings.following).where(*_stale(before)).limit(1)).first() is not None


def forget_unanswered(session: Session, *, before: datetime) -> int:
    """Forget those whose address has never answered; return how many there were."""
    return _count(session.execute(delete(Followings).where(*_stale(before))))


def _stale(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Followings.confirmed.is_(None), Followings.asked < before)


def due(session: Session, *, now: datetime, limit: int) -> tuple[StoredFollowing, ...]:
    """Return those for whom there are entries to look at and no letter is on its way, the longest waiting first."""
    waiting = select(Letters.letter).where(Letters.following == Followings.following, Letters.kind == "news").exists()
    rows = (
        select(Followings)
        .join(Heads, Heads.declaration == Followings.declaration)
        .where(Followings.confirmed.is_not(None), Followings.due <= now, Followings.sent < Heads.size, ~waiting)
        .where(~_OF_MENTIONS)
        .order_by(Followings.due, Followings.following)
        .limit(limit)
    )
    return tuple(_following(row) for row in session.scalars(rows))


def due_mentions(session: Session, *, now: datetime, limit: int) -> tuple[StoredFollowing, ...]:
    """Return those who have been mentioned since they were told last, and for whom no letter is on its way."""
    waiting = select(Letters.letter).where(Letters.following == Followings.following, Letters.kind == "news").exists()
    mine = (Mentions.declaration == Followings.declaration, Mentions.whom == Followings.topic)
    mentioned = select(Mentions.act).where(*mine, Mentions.act > Followings.sent).exists()
    rows = (
        select(Followings)
        .where(_OF_MENTIONS, Followings.confirmed.is_not(None), Followings.due <= now, mentioned, ~waiting)
        .order_by(Followings.due, Followings.following)
        .limit(limit)
    )
    return tuple(_following(row) for row in session.scalars(rows))


def pass_over(session: Session, like: StoredFollowing, *, now: datetime, sent: int, due: datetime | None) -> int:
    """Put all forward that stand where one stands, because there is nothing to tell; return how many they were.

    Args:
        session: of ``Store.transaction``.
        like: one of them: they follow the same, at the same pace, and have been told as much.
        now: those that are not yet due stay.
        sent: index of the next entry to look at.
        due: not before this moment is anything gathered again; None leaves that as it is.

    """
    same = (getattr(Followings, name) == getattr(like, name) for name in ("declaration", "topic", "pace", "sent"))
    moved = update(Followings).where(*same, Followings.confirmed.is_not(None), Followings.due <= now)
    return _count(session.execute(moved.values(sent=sent, **({} if due is None else {"due": due}))))


def advance(session: Session, following: StoredFollowing, *, sent: int, due: datetime) -> bool:
    """Put a following forward; False when another process has just done so, or it was stopped."""
    mine = (Followings.following == following.following, Followings.sent == following.sent)
    changed = update(Followings).where(*mine, Followings.due == following.due).values(sent=sent, due=due)
    return _count(session.execute(changed)) == 1


def accepted(session: Session, following: str) -> None:
    """Remember that the address took a letter."""
    mine = (Followings.following == following, Followings.refusals > 0)
    session.execute(update(Followings).where(*mine).values(refusals=0))


def refused(session: Session, following: str, *, allowed: int) -> bool:
    """Count a letter that the address refused for good; past `allowed`, or unconfirmed, it is stopped (True)."""
    found = find(session, following)
    if found is None:
        return False
    if found.confirmed is None or found.refusals >= allowed:
        return stop(session, following)
    session.execute(
        update(Followings).where(Followings.following == following).values(refusals=Followings.refusals + 1)
    )
    return False


def _following(row: Followings) -> StoredFollowing:
    return StoredFollowing(**{name: getattr(row, name) for name in StoredFollowing.__dataclass_fields__})


def _count(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount
