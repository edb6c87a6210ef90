"""Being in: a session by a cookie, or a token for a program; both are kept by a keyed digest and end by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from declaration.errors import InputRefused, NotFound
from declaration.services.actors import Actor, Role, find_actor
from declaration.services.chancery import Chancery
from declaration.services.secrets import keyed_digest, new_secret
from declaration.store import reception
from declaration.store.reception import StoredSession, StoredToken
from declaration.store.session import View

LONGEST: Final = timedelta(days=7)
"""How long a session lasts at most; a summit lasts three days."""
IDLE: Final = timedelta(hours=12)
"""How long a session waits for the next request."""
EXCHANGE: Final = timedelta(hours=1)
"""How often the secret in the cookie is exchanged for a fresh one."""
OVERLAP: Final = timedelta(seconds=60)
"""For how long the secret before it still counts: other requests of the same browser are on their way."""
TOKEN: Final = timedelta(days=90)
"""How long a token lasts."""
MAX_TOKENS: Final = 20
"""Tokens in use of one actor."""
MAX_LABEL: Final = 80
"""Characters of a token's label."""
PREFIX: Final = "dcl_"
"""How a token begins, so that people and scanners recognise one that leaked."""
_SESSION: Final = "session"
_TOKEN: Final = "token"  # noqa: S105 - the name of a purpose


@dataclass(frozen=True, slots=True)
class Entered:
    """A session that was opened or exchanged; `secret` goes into the cookie and nowhere else."""

    actor: Actor
    secret: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is in.

    Args:
        actor: who.
        credential: the passkey that let them in; empty for a token.
        fresh: a new secret for the cookie, when it is time.

    """

    actor: Actor
    credential: str
    fresh: Entered | None = None


def open_for(chancery: Chancery, session: View, actor: Actor, *, credential: str) -> Entered:
    """Open a session, in a transaction of the caller's."""
    now, secret = chancery.now(), new_secret(chancery)
    opened = StoredSession(
        session=new_secret(chancery),
        digest=keyed_digest(chancery, _SESSION, secret),
        exchanged=now,
        declaration=actor.declaration,
        role=actor.role,
        subject=actor.subject,
        credential=credential,
        opened=now,
        seen=now,
        expires=now + LONGEST,
    )
    reception.purge_sessions(session, now=now)
    reception.open_session(session, opened)
    return Entered(actor, secret, opened.expires)


def present(chancery: Chancery, secret: str) -> Present | None:
    """Return who is in by a cookie's secret, or None."""
    name, now = keyed_digest(chancery, _SESSION, secret), chancery.now()
    with chancery.store.reading() as session:
        found = reception.find_session(session, name)
        if found is None or found.expires <= now or found.seen + IDLE <= now:
            return None
        if found.digest != name and found.exchanged + OVERLAP <= now:
            return None
        actor = _actor(session, found.declaration, found.role, found.subject)
    if actor is None:
        return None
    fresh = None
    if found.digest == name and found.exchanged + EXCHANGE <= now:
        fresh = _exchange(chancery, actor, found)
    return Present(actor, found.credential, fresh)


def _exchange(chancery: Chancery, actor: Actor, found: StoredSession) -> Entered | None:
    secret = new_secret(chancery)
    fresh = keyed_digest(chancery, _SESSION, secret)
    with chancery.store.transaction() as session:
        done = reception.exchange_session(session, found.digest, fresh=fresh, at=chancery.now())
    return Entered(actor, secret, found.expires) if done else None


def leave(chancery: Chancery, secret: str) -> None:
    """Close a session; one that is closed already stays so."""
    with chancery.store.transaction() as session:
        reception.close_sessions(session, digest=keyed_digest(chancery, _SESSION, secret))


def _actor(session: View, declaration: str, role: str, subject: str) -> Actor | None:
    """Return an actor as the record knows them now; None when they are none any more."""
    try:
        return find_actor(session, declaration, Role(role), subject)
    except NotFound:
        return None


# Tokens


def make_token(chancery: Chancery, actor: Actor, *, label: str) -> tuple[StoredToken, str]:
    """Make a token with which a program acts as `actor`; return it and its secret, which is shown once.

    Raises:
        InputRefused: ``token.label``; ``token.many``.

    """
    if not label.strip() or len(label) > MAX_LABEL or not label.isprintable():
        raise InputRefused("token.label", "A token needs a short label.", hint=f"Write up to {MAX_LABEL} characters.")
    now, secret = chancery.now(), PREFIX + new_secret(chancery)
    name = new_secret(chancery)[:12]
    token = StoredToken(
        actor.declaration, name, actor.role, actor.subject, label.strip(), now, now + TOKEN, revoked=None
    )
    with chancery.store.transaction() as session:
        in_use = [t for t in _tokens(session, actor) if t.revoked is None and t.expires > now]
        if len(in_use) >= MAX_TOKENS:
            raise InputRefused("token.many", f"You have {MAX_TOKENS} tokens in use.", hint="End one of them first.")
        reception.keep_token(session, token, digest=keyed_digest(chancery, _TOKEN, secret))
    return token, secret


def tokens(chancery: Chancery, actor: Actor) -> Sequence[StoredToken]:
    """Return an actor's tokens, ended ones too."""
    with chancery.store.reading() as session:
        return _tokens(session, actor)


def _tokens(session: View, actor: Actor) -> Sequence[StoredToken]:
    return reception.tokens(session, actor.declaration, actor.role, actor.subject)


def end_token(chancery: Chancery, actor: Actor, token: str) -> None:
    """End one of an actor's tokens.

    Raises:
        NotFound: ``token.unknown``.

    """
    with chancery.store.transaction() as session:
        reception.revoke_token(session, actor.declaration, actor.role, actor.subject, token, at=chancery.now())


def bearer(chancery: Chancery, secret: str) -> Present | None:
    """Return who acts by a token, or None."""
    if not secret.startswith(PREFIX):
        return None
    try:
        name = keyed_digest(chancery, _TOKEN, secret)
        with chancery.store.reading() as session:
            found = reception.find_token(session, name, now=chancery.now())
            actor = None if found is None else _actor(session, found.declaration, found.role, found.subject)
    except UnicodeEncodeError:
        return None
    return None if actor is None else Present(actor, "")


def close_all(chancery: Chancery, actor: Actor) -> None:
    """End every session and token of somebody, on all devices."""
    with chancery.store.transaction() as session:
        reception.close_sessions(session, declaration=actor.declaration, role=actor.role, subject=actor.subject)
        reception.revoke_tokens(session, actor.declaration, actor.role, actor.subject, at=chancery.now())
