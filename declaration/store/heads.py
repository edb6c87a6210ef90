"""The head of a ledger at a glance: what everything that is shown of a declaration depends on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from declaration.canonical import digest
from declaration.ledger.checkpoint import Checkpoint
from declaration.ledger.note import Note
from declaration.store import leaves
from declaration.store.ask import ask, given
from declaration.store.tables import Checkpoints, Declarations, Heads

_COVERED: Final = (
    select(func.max(Checkpoints.size)).where(Checkpoints.declaration == given("declaration")).scalar_subquery()
)
_HEAD: Final = select(
    Heads.size,
    Heads.frontier,
    _COVERED.label("covered"),
    select(Declarations.languages).where(Declarations.declaration == given("declaration")).scalar_subquery(),
).where(Heads.declaration == given("declaration"))
_SIGNED: Final = (
    select(Checkpoints.note, Checkpoints.at)
    .where(Checkpoints.declaration == given("declaration"))
    .order_by(Checkpoints.size.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Head:
    """The present head of a ledger.

    Args:
        size: entries.
        drafting: the drafting language.
        tag: 64 hexadecimal digits that change with every entry and with every checkpoint given out. They bind the
            tree's right edge, and with it every entry (RFC 9162, section 2.1).

    """

    size: int
    drafting: str
    tag: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed head that was given out: entries covered, root (hexadecimal digits), when it was signed."""

    size: int
    root: str
    at: datetime


def head(session: Session, declaration: str) -> Head:
    """Return the head of a ledger, in one question to the database.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    row = ask(session, _HEAD, declaration=declaration).one_or_none()
    if row is None:
        raise leaves.unknown(declaration)
    size, frontier, covered, languages = row
    return Head(size, languages[0], digest(b"%d %d %b" % (size, covered or 0, frontier)))


def signed(session: Session, declaration: str) -> Signed | None:
    """Return the signed head that covers most, or None before the first."""
    row = ask(session, _SIGNED, declaration=declaration).one_or_none()
    if row is None:
        return None
    parsed = Checkpoint.parse(Note.parse(row.note.encode()).text)
    return Signed(parsed.size, parsed.root.hex(), row.at)
