"""Signing and declining: once each signatory, for the instrument in force, by the passkey enrolled for them."""

from __future__ import annotations

from typing import Final

from declaration.canonical import Json, parse_canonical
from declaration.errors import InputRefused, NotPermitted, StateConflict
from declaration.store import answers
from declaration.store.projection import statements
from declaration.store.projection.act import Act
from declaration.store.projection.instrument import Freeze, freeze_in_force
from declaration.store.tables import Declines, Signatures

MAX_EVIDENCE: Final = 8 * 1024 * 1024
"""Largest evidence, in bytes: a statement, an assertion, a CMS with its chain and a drawn signature are below 1 MiB."""

_EVIDENCE: Final = frozenset({"assertion", "cms", "drawn", "statement"})
_AGAIN: Final = "Ask for a new statement, and authorise that one."


def signature_affixed(act: Act) -> None:
    """Record a signature; its cryptography has been verified by the caller.

    Raises:
        NotPermitted: ``signatory.unknown``, ``credential.*``, ``statement.*``.
        StateConflict: ``signature.instrument``, ``signature.given``, ``signature.declined``, ``statement.replayed``.
        InputRefused: ``blob.missing``, ``evidence.form``.

    """
    credential = act.text("credential")
    freeze = _answerable(act)
    statements.active_credential(act, credential)
    evidence = _evidence(act)
    assertion = evidence["assertion"]
    if not isinstance(assertion, dict) or assertion.get("credential") != credential:
        raise NotPermitted(
            "evidence.credential", "The assertion was made by another passkey than the entry says.", hint=_AGAIN
        )
    statement = statements.read(act, str(evidence["statement"]), deed="sign", credential=credential)
    _check_instrument(statement, freeze, ("version", "instrument", "document"))
    act.add(
        Signatures,
        frozen=freeze.index,
        signatory=act.text("signatory"),
        instrument=freeze.instrument,
        credential=credential,
        evidence=act.text("evidence"),
        entry=act.index,
        at=act.entry.at,
        voided=None,
    )
    statements.use_nonce(act, statement)


def signature_declined(act: Act) -> None:
    """Record that a signatory will not sign, and why.

    Raises:
        NotPermitted: ``signatory.unknown``, ``credential.*``, ``statement.*``.
        StateConflict: ``signature.instrument``, ``signature.given``, ``signature.declined``, ``statement.replayed``.
        InputRefused: ``statement.reason``, the statement gives another reason than the entry.

    """
    credential = statements.assertion_credential(act.object("assertion"))
    freeze = _answerable(act)
    statements.active_credential(act, credential)
    statement = statements.read(act, act.text("statement"), deed="decline", credential=credential)
    _check_instrument(statement, freeze, ("version", "instrument"))
    if statement.get("reason") != act.text("reason"):
        raise InputRefused("statement.reason", "The statement gives another reason than the entry.", hint=_AGAIN)
    act.add(
        Declines,
        frozen=freeze.index,
        signatory=act.text("signatory"),
        instrument=freeze.instrument,
        credential=credential,
        reason=act.text("reason"),
        entry=act.index,
        at=act.entry.at,
        voided=None,
    )
    statements.use_nonce(act, statement)


def _answerable(act: Act) -> Freeze:
    """Return the freeze in force if the entry is about it and its signatory has not answered yet."""
    freeze = freeze_in_force(act)
    if act.text("instrument") != freeze.instrument:
        raise StateConflict(
            "signature.instrument",
            "This is not the instrument in force.",
            hint="Download the present instrument, read it, and start again.",
        )
    answers.require_none(act.session, act.declaration, freeze.index, act.text("signatory"))
    return freeze


def _evidence(act: Act) -> dict[str, Json]:
    value = parse_canonical(act.blob(act.text("evidence")), limit=MAX_EVIDENCE, what="The evidence")
    if (
        not isinstance(value, dict)
        or value.keys() != _EVIDENCE
        or not isinstance(value["statement"], str)
        or not isinstance(value["cms"], str)
        or not isinstance(value["drawn"], str | None)
    ):
        raise InputRefused(
            "evidence.form",
            "The evidence is not an object of assertion, cms, drawn and statement.",
            hint="Send the document as specified (docs/spec/bundle.md).",
        )
    return value


def _check_instrument(statement: dict[str, Json], freeze: Freeze, members: tuple[str, ...]) -> None:
    for member in members:
        if statement.get(member) != getattr(freeze, member):
            raise NotPermitted(f"statement.{member}", f"The statement was made for another {member}.", hint=_AGAIN)
