"""The rules in force, who supports what, and (privately) who has been asked to support a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from declaration.store.ask import add_new
from declaration.store.private import Requests
from declaration.store.tables import Rules as RulesTable
from declaration.store.tables import Supports
from declaration.store.values import Rules, Support


def rules(session: Session, declaration: str) -> Rules:
    """Return the rules in force; nobody has to have set any."""
    wanted = select(RulesTable.sponsors, RulesTable.deadline, RulesTable.zone, RulesTable.entry)
    row = session.execute(wanted.where(RulesTable.declaration == declaration)).one_or_none()
    return Rules() if row is None else Rules(*row)


def supports(session: Session, declaration: str, amendment: str | None = None) -> tuple[Support, ...]:
    """Return the last support of every drafter for one amendment, or for all, in the order in which it was given."""
    wanted = select(
        Supports.amendment,
        Supports.drafter,
        Supports.content,
        Supports.entry,
        Supports.at,
        Supports.stale,
        Supports.withdrawn,
    ).where(Supports.declaration == declaration)
    if amendment is not None:
        wanted = wanted.where(Supports.amendment == amendment)
    rows = session.execute(wanted.order_by(Supports.entry, Supports.at, Supports.drafter))
    return tuple(Support(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Request:
    """A drafter has been asked to support a draft.

    Args:
        draft: its id.
        drafter: who is asked.
        author: whose draft it is.
        asked: when.
        content: digest of what was supported; None until it is.
        given: when it was supported.

    """

    draft: str
    drafter: str
    author: str
    asked: datetime
    content: str | None = None
    given: datetime | None = None


def requests_of(session: Session, declaration: str, draft: str) -> tuple[Request, ...]:
    """Return who has been asked to support a draft, in the order in which they were asked."""
    return _requests(session, Requests.declaration == declaration, Requests.draft == draft)


def requests_to(session: Session, declaration: str, drafter: str) -> tuple[Request, ...]:
    """Return what a drafter has been asked to support, what was asked last first."""
    found = _requests(session, Requests.declaration == declaration, Requests.drafter == drafter)
    return tuple(reversed(found))


def ask(session: Session, declaration: str, request: Request) -> bool:
    """Keep a request; return whether it was not there."""
    row = {
        "declaration": declaration,
        "draft": request.draft,
        "drafter": request.drafter,
        "author": request.author,
        "asked": request.asked,
        "content": request.content,
        "given": request.given,
    }
    return add_new(session, Requests, row)


def give(session: Session, declaration: str, draft: str, drafter: str, *, content: str, at: datetime) -> None:
    """Keep what a drafter supports of a draft."""
    mine = {"declaration": declaration, "draft": draft, "drafter": drafter}
    session.execute(update(Requests).filter_by(**mine).values(content=content, given=at))


def drop(session: Session, declaration: str, draft: str, drafter: str | None = None) -> None:
    """Forget a request, or all of a draft; one that is not there stays away."""
    chosen = {"declaration": declaration, "draft": draft} | ({} if drafter is None else {"drafter": drafter})
    session.execute(delete(Requests).filter_by(**chosen))


def _requests(session: Session, *chosen: object) -> tuple[Request, ...]:
    wanted = select(
        Requests.draft, Requests.drafter, Requests.author, Requests.asked, Requests.content, Requests.given
    ).where(*chosen)  # type: ignore[arg-type] # conditions of a question
    rows = session.execute(wanted.order_by(Requests.asked, Requests.draft, Requests.drafter))
    return tuple(Request(*row) for row in rows)
