"""Drafts: what a drafter has typed and not tabled, each saved under a revision that grows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from declaration.canonical import Json
from declaration.store.ask import add_new
from declaration.store.private import Drafts


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it was saved last; `revision` counts from 1."""

    drafter: str
    draft: str
    content: Json
    revision: int
    changed: datetime


def draft(session: Session, declaration: str, drafter: str, draft: str, *, locked: bool = False) -> StoredDraft | None:
    """Return one draft, or None.

    Args:
        session: a view; of a transaction where it is locked.
        declaration: its id.
        drafter: whose it is.
        draft: its id.
        locked: whether nobody else may save it until the transaction ends.

    """
    wanted = select(Drafts).filter_by(declaration=declaration, drafter=drafter, draft=draft)
    if locked:
        wanted = wanted.with_for_update()
    row = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    return None if row is None else _draft(row)


def drafts(session: Session, declaration: str, drafter: str | None = None) -> tuple[StoredDraft, ...]:
    """Return the drafts of one drafter, or of all, those changed last first."""
    wanted = select(Drafts).where(Drafts.declaration == declaration)
    if drafter is not None:
        wanted = wanted.where(Drafts.drafter == drafter)
    return tuple(_draft(row) for row in session.scalars(wanted.order_by(Drafts.changed.desc(), Drafts.draft)))


def add(session: Session, declaration: str, stored: StoredDraft) -> bool:
    """Keep a new draft; return whether its id was free."""
    row = {
        "declaration": declaration,
        "drafter": stored.drafter,
        "draft": stored.draft,
        "content": stored.content,
        "revision": stored.revision,
        "changed": stored.changed,
    }
    return add_new(session, Drafts, row)


def keep(session: Session, declaration: str, stored: StoredDraft) -> None:
    """Keep a draft in the place of what was saved before; the caller holds it locked."""
    mine = {"declaration": declaration, "drafter": stored.drafter, "draft": stored.draft}
    session.execute(
        update(Drafts)
        .filter_by(**mine)
        .values(content=stored.content, revision=stored.revision, changed=stored.changed)
    )


def drop(session: Session, declaration: str, drafter: str, draft: str) -> None:
    """Forget a draft; one that is not there stays away."""
    session.execute(delete(Drafts).filter_by(declaration=declaration, drafter=drafter, draft=draft))


def _draft(row: Drafts) -> StoredDraft:
    return StoredDraft(row.drafter, row.draft, row.content, row.revision, row.changed)
