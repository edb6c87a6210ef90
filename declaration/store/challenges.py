"""One-time challenges: given out for one purpose, one signatory and one payload, and consumed at most once.

Only digests of challenge and payload are kept, so that a copy of the database lets nobody answer in another's place.
Consume in a transaction of its own and before verifying anything: a failed attempt must use the challenge up, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from declaration.canonical import digest
from declaration.errors import InputRefused, NotFound, NotPermitted, StateConflict
from declaration.store.ask import add, ask, given
from declaration.store.tables import Challenges

MIN_SECRET: Final = 16
"""Bytes of a challenge: WebAuthn level 3, section 13.4.3, asks for at least 16."""
LONGEST: Final = timedelta(days=90)
"""Longest life: invitations may wait for a mayor's return from leave; a challenge for a gesture lives minutes."""

_MINE: Final = (
    Challenges.digest == given("named"),
    Challenges.declaration == given("of"),
    Challenges.purpose == given("to"),
    Challenges.signatory == given("by"),
    Challenges.payload == given("what"),
)
_THERE: Final = select(Challenges.digest).where(Challenges.digest == given("digest"))
_CONSUMED: Final = select(Challenges.consumed).where(*_MINE)
_CONSUME: Final = (
    update(Challenges)
    .where(*_MINE, Challenges.consumed.is_(None), Challenges.expires > given("now"))
    .values(consumed=given("now"))
)
_AGAIN: Final = "Start again, and use the new challenge."


def issue(
    session: Session,
    *,
    declaration: str,
    purpose: str,
    signatory: str,
    secret: bytes,
    payload: bytes,
    now: datetime,
    lifetime: timedelta,
) -> datetime:
    """Remember a challenge and return the moment when it expires.

    Args:
        session: of ``Store.transaction``.
        declaration: id of the declaration.
        purpose: the one step it may be used for (``"sign"``).
        signatory: who may use it.
        secret: the challenge, at least `MIN_SECRET` unpredictable bytes.
        payload: what exactly is offered; the same bytes must come back.
        now: the present moment, timezone-aware.
        lifetime: positive, at most `LONGEST`.

    Raises:
        InputRefused: ``challenge.secret``, ``challenge.lifetime``.
        StateConflict: ``challenge.repeated``, the same secret was given out before.

    """
    if len(secret) < MIN_SECRET:
        raise InputRefused(
            "challenge.secret",
            f"A challenge of {len(secret)} bytes can be guessed.",
            hint=f"Use at least {MIN_SECRET} random bytes.",
        )
    if not timedelta(0) < lifetime <= LONGEST:
        raise InputRefused(
            "challenge.lifetime",
            f"A challenge cannot live for {lifetime}.",
            hint=f"Choose a time up to {LONGEST.days} days.",
        )
    name = digest(secret)
    if ask(session, _THERE, digest=name).scalar() is not None:
        raise StateConflict(
            "challenge.repeated", "This challenge was given out before.", hint="Make a new random challenge."
        )
    expires = now + lifetime
    row = {
        "digest": name,
        "declaration": declaration,
        "purpose": purpose,
        "signatory": signatory,
        "payload": digest(payload),
        "issued": now,
        "expires": expires,
        "consumed": None,
    }
    add(session, Challenges, [row])
    return expires


def consume(
    session: Session,
    *,
    declaration: str,
    purpose: str,
    signatory: str,
    secret: bytes,
    payload: bytes,
    now: datetime,
) -> None:
    """Use a challenge up: of any number of callers at once exactly one returns.

    Args:
        session: of ``Store.transaction``; commit before judging the answer.
        declaration: as given to `issue`.
        purpose: as given to `issue`.
        signatory: as given to `issue`.
        secret: the challenge.
        payload: the bytes that came back.
        now: the present moment, timezone-aware.

    Raises:
        NotFound: ``challenge.unknown``, never given out, or expired and forgotten.
        NotPermitted: ``challenge.other``, given out for another declaration, purpose, signatory or payload; it stays
            usable for that one.
        StateConflict: ``challenge.used``, ``challenge.expired``.

    """
    mine = {
        "named": digest(secret),
        "of": declaration,
        "to": purpose,
        "by": signatory,
        "what": digest(payload),
    }
    taken = session.connection().execute(_CONSUME, {**mine, "now": now})
    if taken.rowcount != 1:
        raise _why(session, secret, mine)


def _why(session: Session, secret: bytes, mine: Mapping[str, str]) -> NotFound | NotPermitted | StateConflict:
    if ask(session, _THERE, digest=digest(secret)).scalar() is None:
        return NotFound("challenge.unknown", "This challenge was never given out.", hint=_AGAIN)
    row = ask(session, _CONSUMED, **mine).one_or_none()
    if row is None:
        return NotPermitted("challenge.other", "This challenge was given out for something else.", hint=_AGAIN)
    if row.consumed is not None:
        return StateConflict("challenge.used", "This challenge was used already.", hint=_AGAIN)
    return StateConflict("challenge.expired", "This challenge has expired.", hint=_AGAIN)


def purge(session: Session, *, now: datetime) -> int:
    """Forget every challenge that has expired; return how many there were."""
    gone = session.execute(delete(Challenges).where(Challenges.expires <= now))
    return cast("CursorResult[Any]", gone).rowcount
