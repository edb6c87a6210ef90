"""A signatory answers once: what a second answer to the same instrument is told."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from declaration.errors import StateConflict
from declaration.store.ask import ask, given
from declaration.store.tables import Declines, Signatures

_TOLD: Final = tuple(
    (
        select(table.entry).where(
            table.declaration == given("declaration"),
            table.frozen == given("frozen"),
            table.signatory == given("signatory"),
        ),
        code,
        told,
    )
    for table, code, told in (
        (Signatures, "signature.given", "has signed already"),
        (Declines, "signature.declined", "has declined to sign"),
    )
)


def require_none(session: Session, declaration: str, frozen: int | None, signatory: str) -> None:
    """Make sure that a signatory has neither signed nor declined.

    Args:
        session: any.
        declaration: its id.
        frozen: index of the freeze.
        signatory: who is about to answer.

    Raises:
        StateConflict: ``signature.given``, ``signature.declined``.

    """
    for answer, code, told in _TOLD:
        entry = ask(session, answer, declaration=declaration, frozen=frozen, signatory=signatory).scalar()
        if entry is not None:
            raise StateConflict(
                code, f"“{signatory}” {told} (entry {entry}).", hint="The first answer stands; nothing was changed."
            )
