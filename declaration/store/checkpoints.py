"""Checkpoints that were given out: kept, because whatever they cover can never be taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from declaration.errors import StateConflict
from declaration.ledger.checkpoint import Checkpoint
from declaration.ledger.note import Note
from declaration.store import leaves
from declaration.store.tables import Checkpoints, Declarations


def keep(session: Session, declaration: str, note: bytes, *, at: datetime) -> Checkpoint:
    """Keep a signed checkpoint of a declaration's ledger; one of the same size, with more signatures, replaces it.

    The signatures are not verified here. That its root is the ledger's own is: nothing else may be given out.

    Args:
        session: of ``Store.transaction``.
        declaration: id of the declaration.
        note: the signed note.
        at: the moment it was signed, timezone-aware.

    Raises:
        NotFound: ``declaration.unknown``.
        InputRefused: not the note of a checkpoint; it covers more entries than there are.
        StateConflict: ``checkpoint.other``, another ledger's origin or another root.

    """
    parsed = Note.parse(note)
    checkpoint = Checkpoint.parse(parsed.text)
    tree = leaves.tree(session, declaration)
    origin = session.scalar(select(Declarations.origin).where(Declarations.declaration == declaration))
    if checkpoint.origin != origin or checkpoint.root != tree.root(checkpoint.size):
        raise StateConflict(
            "checkpoint.other",
            f"The checkpoint is not one of the ledger of “{declaration}”.",
            hint="Sign the root of this ledger; `declaration audit` tells whether it was changed.",
        )
    this = (Checkpoints.declaration == declaration, Checkpoints.size == checkpoint.size)
    session.execute(delete(Checkpoints).where(*this))
    session.execute(
        insert(Checkpoints).values(declaration=declaration, size=checkpoint.size, note=note.decode(), at=at)
    )
    return checkpoint


def latest(session: Session, declaration: str, *, upto: int | None = None) -> bytes | None:
    """Return the note of the checkpoint that covers most, or None before the first.

    Args:
        session: of ``Store.reading``, or of a transaction.
        declaration: id of the declaration.
        upto: cover no more than this many entries.

    """
    wanted = select(Checkpoints.note).where(Checkpoints.declaration == declaration)
    if upto is not None:
        wanted = wanted.where(Checkpoints.size <= upto)
    note = session.scalar(wanted.order_by(Checkpoints.size.desc()).limit(1))
    return None if note is None else note.encode()


def covered(session: Session, declaration: str) -> int:
    """Return how many entries the checkpoints given out cover."""
    wanted = select(func.max(Checkpoints.size)).where(Checkpoints.declaration == declaration)
    return session.scalar(wanted) or 0


def notes(session: Session, declaration: str) -> tuple[bytes, ...]:
    """Return every note kept, by growing size: the partial tiles of each must stay published."""
    kept = session.scalars(
        select(Checkpoints.note).where(Checkpoints.declaration == declaration).order_by(Checkpoints.size)
    )
    return tuple(note.encode() for note in kept)
