"""What traffic is counted: allowances that every process shares, and answers kept for requests that are repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from declaration.store.ask import add_new
from declaration.store.private import Replies, Throttles


def take(session: Session, key: str, *, cost: int, depth: int, now: int) -> int:
    """Pour into a leaking bucket, if there is room; return for how long to wait otherwise.

    The bucket leaks one millisecond a millisecond: `empty` is the moment when it will have run dry. So one number
    says everything, and two processes that pour at once cannot both take the last room (the row is locked).

    Args:
        session: of ``Store.transaction``.
        key: whose allowance of what.
        cost: milliseconds that this call pours in: the time after which one such call is allowed again for good.
        depth: milliseconds that the bucket holds: a burst.
        now: milliseconds since 1970.

    Returns:
        0 when the call is allowed, else the milliseconds until it will be.

    """
    add_new(session, Throttles, {"key": key, "empty": now})
    locked = select(Throttles.empty).where(Throttles.key == key).with_for_update()
    empty = max(session.scalars(locked).one(), now)
    wait = empty + cost - depth - now
    if wait > 0:
        return wait
    session.execute(update(Throttles).where(Throttles.key == key).values(empty=empty + cost))
    return 0


def purge_throttles(session: Session, *, now: int) -> int:
    """Forget the buckets that have run dry; return how many there were."""
    return _count(session.execute(delete(Throttles).where(Throttles.empty <= now)))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request was answered; `status` is None while it is being worked on."""

    request: str
    status: int | None
    answer: str | None
    at: datetime


def begin_reply(session: Session, *, actor: str, key: str, request: str, at: datetime) -> Reply | None:
    """Reserve an idempotency key; return None when it was free, else what stands there."""
    row = {"actor": actor, "key": key, "request": request, "status": None, "answer": None, "at": at}
    if add_new(session, Replies, row):
        return None
    found = session.get(Replies, (actor, key))
    assert found is not None
    return Reply(found.request, found.status, found.answer, found.at)


def end_reply(session: Session, *, actor: str, key: str, status: int, answer: str) -> None:
    """Keep the answer of a request."""
    mine = (Replies.actor == actor, Replies.key == key)
    session.execute(update(Replies).where(*mine).values(status=status, answer=answer))


def drop_reply(session: Session, *, actor: str, key: str) -> None:
    """Free a key again: nothing was done under it."""
    session.execute(delete(Replies).where(Replies.actor == actor, Replies.key == key, Replies.status.is_(None)))


def purge_replies(session: Session, *, before: datetime) -> int:
    """Forget answers from before a moment; return how many there were."""
    return _count(session.execute(delete(Replies).where(Replies.at < before)))


def _count(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount
