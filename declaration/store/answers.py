"""A signatory answers once: what a second answer to the same instrument is told."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from declaration.errors import StateConflict
from declaration.store.tables import Declines, Signatures

_TOLD: Final = (
    (Signatures, "signature.given", "has signed already"),
    (Declines, "signature.declined", "has declined to sign"),
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
    for table, code, told in _TOLD:
        answer = select(table.entry).where(
            table.declaration == declaration, table.frozen == frozen, table.signatory == signatory
        )
        if (entry := session.scalar(answer)) is not None:
            raise StateConflict(
                code, f"“{signatory}” {told} (entry {entry}).", hint="The first answer stands; nothing was changed."
            )
