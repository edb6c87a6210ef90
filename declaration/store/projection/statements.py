"""Statements: what a passkey authorised, compared with the state. Signatures over them are checked before recording."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from declaration.canonical import Json, parse_canonical, unb64u
from declaration.errors import InputRefused, NotPermitted, StateConflict
from declaration.ledger.entries import MAX_STATEMENT
from declaration.store.ask import given
from declaration.store.projection.act import Act
from declaration.store.tables import Credentials, Nonces, Signatories

FORMAT: Final = "declaration-statement/1"
NONCE: Final = 32
"""Bytes of a statement's nonce."""
COMMON: Final = frozenset({"format", "act", "declaration", "ledger", "signatory", "credential", "nonce", "at"})
"""Members of every statement."""

_CREDENTIAL: Final = select(Credentials.signatory, Credentials.revoked).where(
    Credentials.declaration == given("declaration"), Credentials.credential == given("credential")
)
_SIGNATORY: Final = select(Signatories.office, Signatories.name, Signatories.city, Signatories.country).where(
    Signatories.declaration == given("declaration"), Signatories.signatory == given("signatory")
)
_NONCE: Final = select(Nonces.entry).where(Nonces.declaration == given("declaration"), Nonces.nonce == given("nonce"))

_AGAIN: Final = "Ask for a new statement, and authorise that one."


def read(act: Act, text: str, *, deed: str, credential: str) -> dict[str, Json]:
    """Return the members of a statement that belongs to this signatory, this ledger and this credential.

    Args:
        act: whose entry names the signatory.
        text: the statement as it was authorised.
        deed: the member ``act`` it must have (``"sign"``).
        credential: the credential that authorised it, in base64url.

    Raises:
        InputRefused: ``statement.form``, ``statement.act``, ``statement.nonce``, or not canonical JSON.
        NotPermitted: ``statement.declaration``, ``statement.ledger``, ``statement.signatory``,
            ``statement.credential``: it was made for something or somebody else.
        StateConflict: ``statement.replayed``, its nonce was recorded before.

    """
    statement = parse_canonical(text.encode(), limit=MAX_STATEMENT, what="The statement")
    if not isinstance(statement, dict) or statement.get("format") != FORMAT:
        raise InputRefused("statement.form", f"The statement is not of the form {FORMAT}.", hint=_AGAIN)
    if statement.get("act") != deed:
        raise InputRefused("statement.act", f"The statement does not authorise the act “{deed}”.", hint=_AGAIN)
    for member, expected, place in (
        ("declaration", act.declaration, "declaration"),
        ("ledger", act.before.origin, "ledger"),
        ("signatory", _party(act, act.text("signatory")), "signatory"),
        ("credential", credential, "credential"),
    ):
        if statement.get(member) != expected:
            raise NotPermitted(f"statement.{place}", f"The statement was made for another {place}.", hint=_AGAIN)
    _check_nonce(act, statement.get("nonce"))
    return statement


def use_nonce(act: Act, statement: dict[str, Json]) -> None:
    """Remember a statement's nonce, so that it is never accepted again."""
    act.add(Nonces, nonce=statement["nonce"], entry=act.index)


def active_credential(act: Act, credential: str) -> None:
    """Make sure that a credential is enrolled for the entry's signatory and not revoked.

    Raises:
        NotPermitted: ``credential.unknown``, ``credential.other``, ``credential.revoked``.

    """
    row = act.ask(_CREDENTIAL, credential=credential).one_or_none()
    if row is None:
        raise NotPermitted(
            "credential.unknown", "This passkey is not enrolled.", hint="Enrol it with the link in the invitation."
        )
    if row.signatory != act.text("signatory"):
        raise NotPermitted(
            "credential.other", "This passkey belongs to another signatory.", hint="Use the passkey enrolled for you."
        )
    if row.revoked is not None:
        raise NotPermitted(
            "credential.revoked", "This passkey has been revoked.", hint="Ask the depositary for a new invitation."
        )


def assertion_credential(assertion: dict[str, Json]) -> str:
    """Return the credential that made an assertion, in base64url; the entry has checked its form."""
    credential = assertion["credential"]
    assert isinstance(credential, str)
    return credential


def _party(act: Act, signatory: str) -> dict[str, Json]:
    """Return the signatory as statements name them.

    Raises:
        NotPermitted: ``signatory.unknown``.

    """
    row = act.ask(_SIGNATORY, signatory=signatory).one_or_none()
    if row is None:
        raise NotPermitted(
            "signatory.unknown",
            f"“{signatory}” is not invited to sign this declaration.",
            hint="Ask the depositary for an invitation.",
        )
    return {"id": signatory, "office": row.office, "name": row.name, "city": row.city, "country": row.country}


def _check_nonce(act: Act, nonce: Json) -> None:
    if not isinstance(nonce, str) or len(unb64u(nonce, what="The statement's nonce")) != NONCE:
        raise InputRefused("statement.nonce", f"The statement has no nonce of {NONCE} bytes.", hint=_AGAIN)
    if act.ask(_NONCE, nonce=nonce).one_or_none() is not None:
        raise StateConflict("statement.replayed", "This statement has been recorded before.", hint=_AGAIN)
