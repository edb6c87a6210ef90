"""Enrolling a signatory's passkey: create it, prove possession over an enrolment statement, make the key public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from declaration.canonical import Json, b64u, digest
from declaration.errors import Altered, NotPermitted
from declaration.services import gestures
from declaration.services.chancery import Chancery
from declaration.signing import passkey
from declaration.signing.passkey import Assertion
from declaration.signing.statement import Act, Enrolment, Statement, build_enrol
from declaration.store import challenges, queries
from declaration.store.record import Recorded, record
from declaration.store.session import View

PURPOSE = "passkey"
"""What the challenge of ``navigator.credentials.create`` may be used for."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a device needs to create a passkey.

    Args:
        challenge: 32 bytes for ``navigator.credentials.create``.
        rp_id: relying party id.
        user_handle: opaque bytes that name the signatory to the authenticator.

    """

    challenge: bytes
    rp_id: str
    user_handle: bytes


@dataclass(frozen=True, slots=True)
class Registered:
    """A passkey that exists and has yet to prove itself: the statement it must sign, and its public key (SPKI DER)."""

    statement: bytes
    public_key: bytes


def offer(chancery: Chancery, declaration: str, signatory: str) -> Offer:
    """Begin an enrolment for an invited signatory.

    Raises:
        NotFound: nobody of that id is invited.

    """
    challenge = chancery.random(32)
    with chancery.store.transaction() as session:
        queries.signatory(session, declaration, signatory)
        challenges.issue(
            session,
            declaration=declaration,
            purpose=PURPOSE,
            signatory=signatory,
            secret=challenge,
            payload=b"",
            now=chancery.now(),
            lifetime=gestures.LIFETIME,
        )
    handle = bytes.fromhex(digest(f"{declaration}/{signatory}".encode()))
    return Offer(challenge, chancery.site.rp_id, handle)


def register(
    chancery: Chancery, declaration: str, signatory: str, *, challenge: bytes, credential: Mapping[str, Json]
) -> Registered:
    """Check the new passkey (WebAuthn Level 3 section 7.1) and answer with the statement it must sign.

    Args:
        chancery: the service.
        declaration: its id.
        signatory: who enrols.
        challenge: from `offer`; used up by this call.
        credential: the browser's ``PublicKeyCredential.toJSON()``.

    Raises:
        StateConflict: the challenge has been used or is too old.
        InputRefused: the credential is not an ES256 passkey of this site made with user verification.

    """
    with chancery.store.transaction() as session:
        challenges.consume(
            session,
            declaration=declaration,
            purpose=PURPOSE,
            signatory=signatory,
            secret=challenge,
            payload=b"",
            now=chancery.now(),
        )
    created = passkey.register(
        credential, challenge=challenge, rp_id=chancery.site.rp_id, origins=chancery.site.origins
    )
    with chancery.store.reading() as session:
        party = queries.signatory(session, declaration, signatory)
    occasion = chancery.occasion(declaration, party, created.credential)
    statement = build_enrol(occasion, key=digest(created.public_key))
    return Registered(gestures.give_out(chancery, statement), created.public_key)


def prove(
    chancery: Chancery,
    statement: bytes,
    *,
    public_key: bytes,
    assertion: Assertion,
    also: Callable[[View], object] = lambda _session: None,
) -> Recorded:
    """Check the passkey's assertion over the enrolment statement and record the credential.

    Args:
        chancery: the service.
        statement: as `register` gave it out.
        public_key: the new passkey's, SubjectPublicKeyInfo in DER.
        assertion: by the new passkey over the statement.
        also: what belongs into the same transaction, such as using an invitation up; done first.

    Raises:
        StateConflict: the statement has been used, or the signatory has an active credential already.
        VerificationError: the assertion is not by the new passkey over this statement.

    """
    parsed = gestures.take_back(chancery, statement, Act.ENROL)
    if not isinstance(parsed.details, Enrolment) or parsed.details.key != digest(public_key):
        raise Altered(
            "enrolment.key",
            "The public key is not the one that the statement names.",
            hint="Enrol again from the start.",
        )
    passkey.verify_assertion(
        assertion,
        challenge=parsed.challenge,
        rp_id=chancery.site.rp_id,
        origins=chancery.site.origins,
        credential=parsed.credential,
        public_key=public_key,
    )
    entry = chancery.entry(
        "credential.enrolled",
        parsed.declaration,
        by=parsed.signatory.id,
        body={
            "signatory": parsed.signatory.id,
            "credential": parsed.credential,
            "public_key": b64u(public_key),
            "algorithm": -7,
            "statement": statement.decode(),
            "assertion": assertion.as_json(),
        },
    )
    with chancery.store.transaction() as session:
        also(session)
        return record(session, entry)


def require_subject(statement: bytes, declaration: str, signatory: str) -> None:
    """Make sure that a statement that comes back is about this signatory.

    Raises:
        InputRefused: it is no statement.
        NotPermitted: ``enrolment.other``.

    """
    parsed = Statement.parse(statement)
    if (parsed.declaration, parsed.signatory.id) != (declaration, signatory):
        raise NotPermitted("enrolment.other", "This statement enrols somebody else.", hint="Open your own invitation.")


def revoke(chancery: Chancery, declaration: str, signatory: str, *, reason: str) -> Recorded:
    """Revoke the active credential of a signatory (a lost device); signatures already given stay valid."""
    with chancery.store.transaction() as session:
        active = queries.active_credential(session, declaration, signatory)
        by = queries.declaration(session, declaration).depositary.id
        body: dict[str, Json] = {"signatory": signatory, "credential": active.credential, "reason": reason}
        return record(session, chancery.entry("credential.revoked", declaration, by=by, body=body))
