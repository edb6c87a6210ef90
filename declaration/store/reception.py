"""Who may come in: invitations, passkeys, sessions and tokens, each found by a digest and never by a secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CursorResult, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from declaration.errors import NotFound, StateConflict
from declaration.store.private import Delegates, Invitations, Passkeys, Sessions, Tokens

_INVITE_AGAIN: Final = "Ask the depositary for a new invitation."


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link, as it was given out; `used` and `recalled` say when it ended before its time."""

    digest: str
    declaration: str
    role: str
    subject: str
    issued: datetime
    expires: datetime
    used: datetime | None
    recalled: datetime | None


@dataclass(frozen=True, slots=True)
class Delegate:
    """Somebody who prepares for a signatory."""

    id: str
    signatory: str
    name: str
    at: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class StoredPasskey:
    """A passkey of somebody who does not sign; `public_key` is DER, base64url."""

    credential: str
    role: str
    subject: str
    public_key: str
    at: datetime
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class StoredSession:
    """Somebody who is signed in; `session` is its name, which is no secret."""

    session: str
    digest: str
    exchanged: datetime
    declaration: str
    role: str
    subject: str
    credential: str
    opened: datetime
    seen: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A program's key; `token` is its name, which is no secret."""

    declaration: str
    token: str
    role: str
    subject: str
    label: str
    issued: datetime
    expires: datetime
    revoked: datetime | None


# Invitations


def invite(session: Session, invitation: Invitation) -> None:
    """Remember an invitation, and recall those that the same person has not used."""
    recall(session, invitation.declaration, invitation.role, invitation.subject, at=invitation.issued)
    session.execute(
        insert(Invitations).values(
            digest=invitation.digest,
            declaration=invitation.declaration,
            role=invitation.role,
            subject=invitation.subject,
            issued=invitation.issued,
            expires=invitation.expires,
            used=None,
            recalled=None,
        )
    )


def recall(session: Session, declaration: str, role: str, subject: str, *, at: datetime) -> int:
    """Recall every invitation of somebody that was not used; return how many there were."""
    return _count(
        session.execute(
            update(Invitations)
            .where(
                Invitations.declaration == declaration,
                Invitations.role == role,
                Invitations.subject == subject,
                Invitations.used.is_(None),
                Invitations.recalled.is_(None),
            )
            .values(recalled=at)
        )
    )


def recall_one(session: Session, digest: str, *, at: datetime) -> None:
    """Recall one invitation, if it was not used."""
    mine = (Invitations.digest == digest, Invitations.used.is_(None), Invitations.recalled.is_(None))
    session.execute(update(Invitations).where(*mine).values(recalled=at))


def invitation(session: Session, digest: str, *, now: datetime) -> Invitation:
    """Return an invitation that can still be used.

    Raises:
        NotFound: ``invitation.unknown``.
        StateConflict: ``invitation.used``, ``invitation.recalled``, ``invitation.expired``.

    """
    row = session.get(Invitations, digest)
    if row is None:
        raise no_invitation()
    if row.used is not None:
        raise StateConflict("invitation.used", "This invitation was used already.", hint=_INVITE_AGAIN)
    if row.recalled is not None:
        raise StateConflict("invitation.recalled", "A newer invitation replaces this one.", hint="Use the newer one.")
    if row.expires <= now:
        raise StateConflict("invitation.expired", "This invitation has expired.", hint=_INVITE_AGAIN)
    return _invitation(row)


def no_invitation() -> NotFound:
    """Return what is said of an invitation that was never given out, or is of another declaration."""
    return NotFound("invitation.unknown", "This invitation does not exist.", hint=_INVITE_AGAIN)


def use_invitation(session: Session, digest: str, *, now: datetime) -> None:
    """Use an invitation up: of any number of callers at once exactly one returns; errors as `invitation`."""
    taken = session.execute(
        update(Invitations)
        .where(
            Invitations.digest == digest,
            Invitations.used.is_(None),
            Invitations.recalled.is_(None),
            Invitations.expires > now,
        )
        .values(used=now)
    )
    if _count(taken) != 1:
        invitation(session, digest, now=now)
        raise StateConflict("invitation.used", "This invitation was used already.", hint=_INVITE_AGAIN)


def invitations(session: Session, declaration: str) -> tuple[Invitation, ...]:
    """Return every invitation of a declaration, the newest last."""
    rows = session.scalars(
        select(Invitations)
        .where(Invitations.declaration == declaration)
        .order_by(Invitations.issued, Invitations.digest)
    )
    return tuple(_invitation(row) for row in rows)


def _invitation(row: Invitations) -> Invitation:
    return Invitation(
        row.digest, row.declaration, row.role, row.subject, row.issued, row.expires, row.used, row.recalled
    )


# Delegates


def name_delegate(session: Session, declaration: str, delegate: Delegate) -> None:
    """Remember who prepares for a signatory.

    Raises:
        StateConflict: ``delegate.taken``.

    """
    if session.get(Delegates, (declaration, delegate.id)) is not None:
        raise StateConflict("delegate.taken", "Somebody has this id already.", hint="Choose another id.")
    session.add(
        Delegates(
            declaration=declaration,
            delegate=delegate.id,
            signatory=delegate.signatory,
            name=delegate.name,
            at=delegate.at,
            ended=None,
        )
    )
    session.flush()


def end_delegate(session: Session, declaration: str, delegate: str, *, at: datetime) -> None:
    """End a delegation; what was prepared stays with the signatory.

    Raises:
        NotFound: ``delegate.unknown``.

    """
    ended = session.execute(
        update(Delegates)
        .where(Delegates.declaration == declaration, Delegates.delegate == delegate, Delegates.ended.is_(None))
        .values(ended=at)
    )
    if _count(ended) != 1:
        raise _no_delegate()


def delegate(session: Session, declaration: str, delegate: str) -> Delegate:
    """Return somebody who prepares now.

    Raises:
        NotFound: ``delegate.unknown``.

    """
    row = session.get(Delegates, (declaration, delegate))
    if row is None or row.ended is not None:
        raise _no_delegate()
    return _delegate(row)


def delegates(session: Session, declaration: str, signatory: str | None = None) -> tuple[Delegate, ...]:
    """Return who prepares or has prepared, of one signatory or of all."""
    rows = select(Delegates).where(Delegates.declaration == declaration).order_by(Delegates.delegate)
    if signatory is not None:
        rows = rows.where(Delegates.signatory == signatory)
    return tuple(_delegate(row) for row in session.scalars(rows))


def _delegate(row: Delegates) -> Delegate:
    return Delegate(row.delegate, row.signatory, row.name, row.at, row.ended)


def _no_delegate() -> NotFound:
    return NotFound("delegate.unknown", "Nobody of this id prepares here.", hint="Look at the list of delegates.")


# Passkeys


def keep_passkey(session: Session, declaration: str, passkey: StoredPasskey) -> None:
    """Remember a passkey.

    Raises:
        StateConflict: ``passkey.taken``.

    """
    if session.get(Passkeys, (declaration, passkey.credential)) is not None:
        raise StateConflict("passkey.taken", "This passkey is enrolled already.", hint="Sign in with it.")
    session.add(
        Passkeys(
            declaration=declaration,
            credential=passkey.credential,
            role=passkey.role,
            subject=passkey.subject,
            public_key=passkey.public_key,
            at=passkey.at,
            revoked=None,
        )
    )
    session.flush()


def passkey(session: Session, declaration: str, credential: str) -> StoredPasskey | None:
    """Return a passkey that is in use."""
    row = session.get(Passkeys, (declaration, credential))
    return None if row is None or row.revoked is not None else _passkey(row)


def passkeys(session: Session, declaration: str) -> tuple[StoredPasskey, ...]:
    """Return every passkey that is kept here, revoked ones too."""
    rows = session.scalars(select(Passkeys).where(Passkeys.declaration == declaration).order_by(Passkeys.credential))
    return tuple(_passkey(row) for row in rows)


def revoke_passkeys(session: Session, declaration: str, role: str, subject: str, *, at: datetime) -> int:
    """Revoke somebody's passkeys; return how many there were."""
    return _count(
        session.execute(
            update(Passkeys)
            .where(
                Passkeys.declaration == declaration,
                Passkeys.role == role,
                Passkeys.subject == subject,
                Passkeys.revoked.is_(None),
            )
            .values(revoked=at)
        )
    )


def _passkey(row: Passkeys) -> StoredPasskey:
    return StoredPasskey(row.credential, row.role, row.subject, row.public_key, row.at, row.revoked)


# Sessions


def open_session(session: Session, opened: StoredSession) -> None:
    """Remember somebody who has signed in."""
    session.add(
        Sessions(
            session=opened.session,
            digest=opened.digest,
            former=None,
            exchanged=opened.exchanged,
            declaration=opened.declaration,
            role=opened.role,
            subject=opened.subject,
            credential=opened.credential,
            opened=opened.opened,
            seen=opened.seen,
            expires=opened.expires,
        )
    )
    session.flush()


def find_session(session: Session, digest: str) -> StoredSession | None:
    """Return the session that a secret, or the one before the last exchange, belongs to."""
    rows = session.scalars(select(Sessions).where(or_(Sessions.digest == digest, Sessions.former == digest)))
    row = rows.one_or_none()
    if row is None:
        return None
    return StoredSession(
        row.session,
        row.digest,
        row.exchanged,
        row.declaration,
        row.role,
        row.subject,
        row.credential,
        row.opened,
        row.seen,
        row.expires,
    )


def exchange_session(session: Session, digest: str, *, fresh: str, at: datetime) -> bool:
    """Give a session another secret; False when another request has just done so."""
    changed = session.execute(
        update(Sessions).where(Sessions.digest == digest).values(digest=fresh, former=digest, exchanged=at, seen=at)
    )
    return _count(changed) == 1


def close_sessions(
    session: Session, *, digest: str | None = None, declaration: str = "", role: str = "", subject: str = ""
) -> int:
    """Close one session by its secret's digest, or all sessions of somebody; return how many there were."""
    if digest is not None:
        return _count(
            session.execute(delete(Sessions).where(or_(Sessions.digest == digest, Sessions.former == digest)))
        )
    mine = (Sessions.declaration == declaration, Sessions.role == role, Sessions.subject == subject)
    return _count(session.execute(delete(Sessions).where(*mine)))


def purge_sessions(session: Session, *, now: datetime) -> int:
    """Forget the sessions that have expired; return how many there were."""
    return _count(session.execute(delete(Sessions).where(Sessions.expires <= now)))


# Tokens


def keep_token(session: Session, token: StoredToken, *, digest: str) -> None:
    """Remember a program's key."""
    session.add(
        Tokens(
            declaration=token.declaration,
            token=token.token,
            digest=digest,
            role=token.role,
            subject=token.subject,
            label=token.label,
            issued=token.issued,
            expires=token.expires,
            revoked=None,
        )
    )
    session.flush()


def find_token(session: Session, digest: str, *, now: datetime) -> StoredToken | None:
    """Return the token in use that a secret belongs to."""
    row = session.scalars(select(Tokens).where(Tokens.digest == digest)).one_or_none()
    return None if row is None or row.revoked is not None or row.expires <= now else _token(row)


def tokens(session: Session, declaration: str, role: str, subject: str) -> Sequence[StoredToken]:
    """Return somebody's tokens, ended ones too."""
    mine = (Tokens.declaration == declaration, Tokens.role == role, Tokens.subject == subject)
    return [_token(row) for row in session.scalars(select(Tokens).where(*mine).order_by(Tokens.issued, Tokens.token))]


def revoke_token(session: Session, declaration: str, role: str, subject: str, token: str, *, at: datetime) -> None:
    """End a token.

    Raises:
        NotFound: ``token.unknown``.

    """
    ended = session.execute(
        update(Tokens)
        .where(
            Tokens.declaration == declaration,
            Tokens.role == role,
            Tokens.subject == subject,
            Tokens.token == token,
            Tokens.revoked.is_(None),
        )
        .values(revoked=at)
    )
    if _count(ended) != 1:
        raise NotFound("token.unknown", "You have no token of this name.", hint="Look at the list of your tokens.")


def revoke_tokens(session: Session, declaration: str, role: str, subject: str, *, at: datetime) -> int:
    """End all of somebody's tokens; return how many there were."""
    mine = (Tokens.declaration == declaration, Tokens.role == role, Tokens.subject == subject)
    return _count(session.execute(update(Tokens).where(*mine, Tokens.revoked.is_(None)).values(revoked=at)))


def _token(row: Tokens) -> StoredToken:
    return StoredToken(
        row.declaration, row.token, row.role, row.subject, row.label, row.issued, row.expires, row.revoked
    )


def _count(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount
