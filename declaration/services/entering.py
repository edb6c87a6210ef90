"""Coming in: a one-time invitation, then a passkey; later the passkey alone. There are no passwords.

A signatory's passkey goes into the ledger with a proof of possession (`enrolment`), everybody else's is kept privately.
Whoever asks for somebody who is not there learns nothing from the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from declaration.canonical import Json, b64u, digest, unb64u
from declaration.errors import NotFound, NotPermitted, StateConflict, VerificationError
from declaration.services import enrolment, gestures, sessions
from declaration.services.actors import Actor, Role, find_actor
from declaration.services.chancery import Chancery
from declaration.services.secrets import keyed_digest, new_secret
from declaration.services.sessions import Entered
from declaration.signing import passkey
from declaration.signing.passkey import Assertion
from declaration.store import challenges, queries, reception
from declaration.store.reception import Invitation, StoredPasskey
from declaration.store.session import View

INVITATION: Final = timedelta(days=30)
"""How long an invitation waits: a summit is prepared over weeks, and mayors travel."""
_KEY: Final = "invitation"
_CREATE: Final = "enter.create"
_ENTER: Final = "enter"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as it leaves the service.

    Args:
        actor: whom it lets in.
        secret: known to nobody else, and shown once.
        expires: when it ends.
        name: under which it is kept.

    """

    actor: Actor
    secret: str
    expires: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a device needs to create a passkey: options for ``navigator.credentials.create``, in their JSON form."""

    actor: Actor
    options: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Created:
    """A new passkey.

    Args:
        entered: the session that it opened; None for a signatory, whose passkey has yet to sign the statement.
        statement: of a signatory's enrolment.
        public_key: SubjectPublicKeyInfo, DER.

    """

    entered: Entered | None
    statement: bytes | None
    public_key: bytes


def invite(chancery: Chancery, declaration: str, role: Role, subject: str) -> Invited:
    """Invite somebody to create a passkey; earlier invitations that they have not used end.

    Raises:
        NotFound: nobody of that id holds the role.
        StateConflict: ``invitation.enrolled``, a signatory has a passkey and would have to lose it first.

    """
    with chancery.store.transaction() as session:
        return invite_within(chancery, session, declaration, role, subject)


def replace_device(chancery: Chancery, declaration: str, role: Role, subject: str, *, reason: str) -> Invited:
    """Revoke what somebody comes in with and invite them anew; signatures already given stay valid.

    For a signatory the revocation is an entry of the ledger, with its reason.

    Raises:
        NotFound: nobody of that id holds the role; ``credential.none``, a signatory has no passkey to lose.

    """
    if role is Role.SIGNATORY:
        enrolment.revoke(chancery, declaration, subject, reason=reason)
    with chancery.store.transaction() as session:
        reception.revoke_passkeys(session, declaration, role, subject, at=chancery.now())
        shut_out(chancery, session, declaration, role, subject)
        return invite_within(chancery, session, declaration, role, subject)


def shut_out(chancery: Chancery, session: View, declaration: str, role: Role, subject: str) -> None:
    """End everything by which somebody is in at the moment: sessions, tokens, invitations."""
    now = chancery.now()
    reception.close_sessions(session, declaration=declaration, role=role, subject=subject)
    reception.revoke_tokens(session, declaration, role, subject, at=now)
    reception.recall(session, declaration, role, subject, at=now)


def invite_within(chancery: Chancery, session: View, declaration: str, role: Role, subject: str) -> Invited:
    """Invite somebody in a transaction of the caller's; otherwise as `invite`."""
    actor = find_actor(session, declaration, role, subject)
    if role is Role.SIGNATORY and _has_passkey(session, declaration, subject):
        raise StateConflict(
            "invitation.enrolled",
            f"{actor.name} has a passkey already.",
            hint="If the device is lost, revoke its passkey; that invites anew.",
        )
    secret, now = new_secret(chancery), chancery.now()
    expires = now + INVITATION
    name = keyed_digest(chancery, _KEY, secret)
    reception.invite(session, Invitation(name, declaration, role, subject, now, expires, None, None))
    return Invited(actor, secret, expires, name)


def _has_passkey(session: View, declaration: str, signatory: str) -> bool:
    return any(item.revoked is None for item in queries.credentials(session, declaration, signatory))


def look(chancery: Chancery, declaration: str, secret: str) -> Actor:
    """Return whom an invitation is for, without using it.

    Raises:
        NotFound: ``invitation.unknown``.
        StateConflict: ``invitation.used``, ``invitation.recalled``, ``invitation.expired``.

    """
    with chancery.store.reading() as session:
        return _invited(chancery, session, declaration, secret)


def _invited(chancery: Chancery, session: View, declaration: str, secret: str) -> Actor:
    found = reception.invitation(session, keyed_digest(chancery, _KEY, secret), now=chancery.now())
    if found.declaration != declaration:
        raise reception.no_invitation()
    return find_actor(session, found.declaration, Role(found.role), found.subject)


def offer(chancery: Chancery, declaration: str, secret: str) -> Offer:
    """Answer an invitation with what the device needs to create a passkey; errors as `look`."""
    with chancery.store.transaction() as session:
        actor = _invited(chancery, session, declaration, secret)
        if actor.role is not Role.SIGNATORY:
            challenge = chancery.random(32)
            challenges.issue(
                session,
                declaration=declaration,
                purpose=_CREATE,
                signatory=f"{actor.role}/{actor.subject}",
                secret=challenge,
                payload=b"",
                now=chancery.now(),
                lifetime=gestures.LIFETIME,
            )
            return _offered(chancery, actor, challenge, f"{declaration}/{actor.role}/{actor.subject}")
    given = enrolment.offer(chancery, declaration, actor.subject)
    return _offered(chancery, actor, given.challenge, f"{declaration}/{actor.subject}")


def _offered(chancery: Chancery, actor: Actor, challenge: bytes, handle: str) -> Offer:
    options = passkey.creation_options(
        challenge=challenge,
        rp_id=chancery.site.rp_id,
        rp_name=actor.declaration,
        user=bytes.fromhex(digest(handle.encode())),
        user_name=actor.name,
    )
    options["authenticatorSelection"] = {"residentKey": "required", "userVerification": "required"}
    return Offer(actor, options)


def create(
    chancery: Chancery, declaration: str, secret: str, *, challenge: bytes, credential: Mapping[str, Json]
) -> Created:
    """Take a new passkey. A signatory goes on with `prove`; everybody else is in.

    Args:
        chancery: the service.
        declaration: its id.
        secret: the invitation's.
        challenge: from the options of `offer`; used up by this call.
        credential: the browser's ``PublicKeyCredential.toJSON()``.

    Raises:
        NotFound, StateConflict: as `look`; the challenge has been used or is too old.
        InputRefused: the credential is not an ES256 passkey of this site made with user verification.

    """
    actor = look(chancery, declaration, secret)
    if actor.role is Role.SIGNATORY:
        given = enrolment.register(chancery, declaration, actor.subject, challenge=challenge, credential=credential)
        return Created(None, given.statement, given.public_key)
    with chancery.store.transaction() as session:
        challenges.consume(
            session,
            declaration=declaration,
            purpose=_CREATE,
            signatory=f"{actor.role}/{actor.subject}",
            secret=challenge,
            payload=b"",
            now=chancery.now(),
        )
    made = passkey.register(credential, challenge=challenge, rp_id=chancery.site.rp_id, origins=chancery.site.origins)
    now = chancery.now()
    with chancery.store.transaction() as session:
        reception.use_invitation(session, keyed_digest(chancery, _KEY, secret), now=now)
        kept = StoredPasskey(made.credential, actor.role, actor.subject, b64u(made.public_key), now, None)
        reception.keep_passkey(session, declaration, kept)
        entered = sessions.open_for(chancery, session, actor, credential=made.credential)
    return Created(entered, None, made.public_key)


def prove(
    chancery: Chancery, declaration: str, secret: str, *, statement: bytes, public_key: bytes, assertion: Assertion
) -> Entered:
    """Take a signatory's proof of possession: the passkey goes into the ledger, and they are in.

    Raises:
        NotFound, StateConflict: as `look`; the statement has been used, or is another's.
        VerificationError: the assertion is not by the new passkey over this statement.

    """
    actor = look(chancery, declaration, secret)
    enrolment.require_subject(statement, declaration, actor.subject)
    name = keyed_digest(chancery, _KEY, secret)
    entered: list[Entered] = []

    def also(session: View) -> None:
        reception.use_invitation(session, name, now=chancery.now())
        entered.append(sessions.open_for(chancery, session, actor, credential=assertion.credential))

    enrolment.prove(chancery, statement, public_key=public_key, assertion=assertion, also=also)
    return entered[-1]


def ask(chancery: Chancery, declaration: str) -> dict[str, Json]:
    """Return options for ``navigator.credentials.get``: whoever holds a passkey of this site may answer.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    challenge = chancery.random(32)
    with chancery.store.transaction() as session:
        queries.declaration(session, declaration)
        challenges.issue(
            session,
            declaration=declaration,
            purpose=_ENTER,
            signatory="",
            secret=challenge,
            payload=b"",
            now=chancery.now(),
            lifetime=gestures.LIFETIME,
        )
    return {
        "challenge": b64u(challenge),
        "rpId": chancery.site.rp_id,
        "allowCredentials": [],
        "userVerification": "required",
    }


def enter(chancery: Chancery, declaration: str, *, challenge: bytes, assertion: Assertion) -> Entered:
    """Let somebody in by their passkey.

    Raises:
        NotPermitted: ``enter.refused``: the passkey is unknown here, revoked, or did not sign this challenge; which of
            these is not told.
        NotFound, StateConflict: the challenge was never given out, has been used or is too old.

    """
    with chancery.store.transaction() as session:
        challenges.consume(
            session,
            declaration=declaration,
            purpose=_ENTER,
            signatory="",
            secret=challenge,
            payload=b"",
            now=chancery.now(),
        )
    with chancery.store.reading() as session:
        known = _known(session, declaration, assertion.credential)
    if known is None:
        raise _refused()
    actor, key = known
    try:
        passkey.verify_assertion(
            assertion,
            challenge=challenge,
            rp_id=chancery.site.rp_id,
            origins=chancery.site.origins,
            credential=assertion.credential,
            public_key=unb64u(key, what="The enrolled key"),
        )
    except VerificationError as error:
        raise _refused() from error
    with chancery.store.transaction() as session:
        if _known(session, declaration, assertion.credential) != known:
            raise _refused()  # revoked while we looked
        return sessions.open_for(chancery, session, actor, credential=assertion.credential)


def _known(session: View, declaration: str, credential: str) -> tuple[Actor, str] | None:
    """Return who holds a passkey, and its public key."""
    kept = reception.passkey(session, declaration, credential)
    if kept is not None:
        return find_actor(session, declaration, Role(kept.role), kept.subject), kept.public_key
    try:
        enrolled = queries.credential(session, declaration, credential)
    except NotFound:
        return None
    if enrolled.revoked is not None:
        return None
    return find_actor(session, declaration, Role.SIGNATORY, enrolled.signatory), enrolled.public_key


def _refused() -> NotPermitted:
    return NotPermitted(
        "enter.refused",
        "This passkey does not let you in here.",
        hint="Choose the passkey that you made for this declaration, or ask the depositary for a new invitation.",
    )
