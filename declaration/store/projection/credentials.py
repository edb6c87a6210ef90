"""Enrolling and revoking passkeys: at any moment a signatory has at most one."""

from __future__ import annotations

from typing import Final

from sqlalchemy import or_, select, update

from declaration.canonical import digest, unb64u
from declaration.errors import NotFound, NotPermitted, StateConflict
from declaration.store.ask import given
from declaration.store.projection import statements
from declaration.store.projection.act import Act
from declaration.store.tables import Credentials

_MINE: Final = select(Credentials.credential).where(Credentials.declaration == given("declaration"))
_SAME: Final = _MINE.where(or_(Credentials.credential == given("credential"), Credentials.public_key == given("key")))
_ACTIVE: Final = _MINE.where(Credentials.signatory == given("signatory"), Credentials.revoked.is_(None))


def credential_enrolled(act: Act) -> None:
    """Make a passkey's public key public, for an invited signatory who has no other active one.

    Raises:
        StateConflict: ``credential.known`` (the id or the key was enrolled before, by whomever),
            ``credential.active`` (revoke the present one first).
        NotPermitted: ``signatory.unknown``, ``statement.key``; others as `statements.read`.

    """
    credential, key, signatory = act.text("credential"), act.text("public_key"), act.text("signatory")
    statement = statements.read(act, act.text("statement"), deed="enrol", credential=credential)
    if statement.get("key") != digest(unb64u(key, what="The public key")):
        raise NotPermitted(
            "statement.key", "The statement enrols another public key.", hint="Enrol the passkey again from the start."
        )
    if act.ask(_SAME, credential=credential, key=key).first() is not None:
        raise StateConflict(
            "credential.known", "This passkey has been enrolled before.", hint="Make a new passkey and enrol that."
        )
    if act.ask(_ACTIVE, signatory=signatory).first() is not None:
        raise StateConflict(
            "credential.active",
            f"“{signatory}” has an active passkey.",
            hint="Ask the depositary to revoke it first.",
        )
    act.add(
        Credentials,
        credential=credential,
        signatory=signatory,
        public_key=key,
        algorithm=act.number("algorithm"),
        entry=act.index,
        at=act.entry.at,
        revoked=None,
        reason=None,
    )
    statements.use_nonce(act, statement)


def credential_revoked(act: Act) -> None:
    """End a passkey; what it authorised before stays.

    Raises:
        NotFound: ``credential.unknown``, not enrolled for this signatory.
        StateConflict: ``credential.revoked``, ended before.

    """
    this = (
        Credentials.declaration == act.declaration,
        Credentials.credential == act.text("credential"),
        Credentials.signatory == act.text("signatory"),
    )
    row = act.session.execute(select(Credentials.revoked).where(*this)).one_or_none()
    if row is None:
        raise NotFound(
            "credential.unknown",
            f"No such passkey is enrolled for “{act.text('signatory')}”.",
            hint="Look at the list of enrolled passkeys.",
        )
    if row.revoked is not None:
        raise StateConflict(
            "credential.revoked", "This passkey has been revoked already.", hint="Nothing is left to do."
        )
    act.session.execute(update(Credentials).where(*this).values(revoked=act.index, reason=act.text("reason")))
