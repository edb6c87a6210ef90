"""Discussions: acts that are only added, where each comment stands after them, and who is mentioned where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from declaration.drafting.discussion import Act, ActKind, Said, Words
from declaration.ledger.forms import read_moment, write_moment
from declaration.store.ask import add, add_new
from declaration.store.leaves import lock
from declaration.store.private import Comments, DiscussionActs, Mentions


@dataclass(frozen=True, slots=True)
class StoredComment:
    """A comment as it stands.

    Args:
        comment: its number, the index of the act by which it was written.
        thread: number of the comment that began the thread; its own where it did.
        topic: what it is about, as `services.topics` writes it.
        anchor: digest of the words or the content about which it was written.
        place: the version in which these words stood last, or the entry that gave the amendment this content.
        role: of its author.
        author: their id.
        written: when.
        revision: how often it has been worded.
        latest: index of the act that worded it last.
        changed: index of the last act about it, or, where it began a thread, about that.
        struck: the kind of act that struck its words, if any.
        resolved: where it began a thread: index of the act that resolved that.

    """

    comment: int
    thread: int
    topic: str
    anchor: str
    place: int
    role: str
    author: str
    written: datetime
    revision: int
    latest: int
    changed: int
    struck: str | None = None
    resolved: int | None = None

    @property
    def begins(self) -> bool:
        """Whether it began a thread."""
        return self.comment == self.thread

    @property
    def tag(self) -> str:
        """Another one with every wording, and when the words are struck."""
        return f"{self.comment}.{self.revision}{'' if self.struck is None else '.struck'}"


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a discussion: how many acts there are, and the digest of the last."""

    size: int
    head: str | None


def begin(session: Session, declaration: str) -> Place:
    """Lock a discussion until the transaction ends, by the lock on everything of its declaration; return its end."""
    lock(session, declaration)
    return end(session, declaration)


def end(session: Session, declaration: str) -> Place:
    """Return the end of a discussion."""
    wanted = select(DiscussionActs.index, DiscussionActs.digest).where(DiscussionActs.declaration == declaration)
    row = session.execute(wanted.order_by(DiscussionActs.index.desc()).limit(1)).one_or_none()
    return Place(0, None) if row is None else Place(row[0], row[1])


def append(session: Session, act: Act, words: Words | None) -> None:
    """Add an act to a locked discussion."""
    row = {
        **act.document(),
        "declaration": act.declaration,
        "at": read_moment(act.at, "discussion.at"),
        "digest": act.digest,
        "text": None if words is None else words.text,
        "salt": None if words is None else words.salt,
    }
    add(session, DiscussionActs, [row])


def acts(session: Session, declaration: str, *, comments: Iterable[int] | None = None) -> tuple[Said, ...]:
    """Return the acts of a discussion in their order, all or those about some comments."""
    wanted = select(DiscussionActs).where(DiscussionActs.declaration == declaration).order_by(DiscussionActs.index)
    if comments is not None:
        wanted = wanted.where(DiscussionActs.comment.in_(list(comments)))
    return tuple(_said(row) for row in session.scalars(wanted.execution_options(populate_existing=True)))


def act(session: Session, declaration: str, index: int) -> Said:
    """Return one act, which is there."""
    row = session.scalars(select(DiscussionActs).filter_by(declaration=declaration, index=index)).one()
    return _said(row)


def words_of(session: Session, declaration: str, latest: Sequence[int]) -> dict[int, str]:
    """Return the words of acts by index, of those that have not been struck."""
    wanted = select(DiscussionActs.index, DiscussionActs.text).where(
        DiscussionActs.declaration == declaration,
        DiscussionActs.index.in_(latest),
        DiscussionActs.text.is_not(None),
    )
    return {index: str(text) for index, text in session.execute(wanted)}


def moments_of(session: Session, declaration: str, indexes: Sequence[int]) -> dict[int, tuple[datetime, str, str]]:
    """Return when, and in which role by whom, acts were done, by index."""
    columns = (DiscussionActs.index, DiscussionActs.at, DiscussionActs.role, DiscussionActs.by)
    wanted = select(*columns).where(DiscussionActs.declaration == declaration, DiscussionActs.index.in_(indexes))
    return {index: (at, role, by) for index, at, role, by in session.execute(wanted)}


def strike(session: Session, declaration: str, comment: int) -> None:
    """Strike every wording of a comment, for good."""
    mine = (DiscussionActs.declaration == declaration, DiscussionActs.comment == comment)
    session.execute(update(DiscussionActs).where(*mine).values(text=None, salt=None))


def keep(session: Session, declaration: str, comment: StoredComment) -> None:
    """Keep a new comment."""
    row = {name: getattr(comment, name) for name in StoredComment.__dataclass_fields__}
    add(session, Comments, [{"declaration": declaration, **row}])


def change(session: Session, declaration: str, comment: int, **columns: Any) -> None:
    """Change where a comment stands."""
    mine = (Comments.declaration == declaration, Comments.comment == comment)
    session.execute(update(Comments).where(*mine).values(**columns))


def comment(session: Session, declaration: str, number: int) -> StoredComment | None:
    """Return a comment by its number."""
    row = session.scalars(
        select(Comments).filter_by(declaration=declaration, comment=number).execution_options(populate_existing=True)
    ).one_or_none()
    return None if row is None else _comment(row)


def answers(session: Session, declaration: str, threads: Sequence[int]) -> tuple[StoredComment, ...]:
    """Return the comments of some threads, those that began them too, in the order in which they were written."""
    wanted = select(Comments).where(Comments.declaration == declaration, Comments.thread.in_(threads))
    return tuple(_comment(row) for row in session.scalars(wanted.order_by(Comments.comment)))


def count_answers(session: Session, declaration: str, thread: int) -> int:
    """Return how many comments a thread has, with the one that began it."""
    wanted = select(func.count()).select_from(Comments).filter_by(declaration=declaration, thread=thread)
    return session.scalars(wanted).one()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which threads are wanted.

    Args:
        topic: those about it; None for all.
        resolved: those that are, or are not; None for both.
        whom: those in which somebody is mentioned, as ``mentions:ROLE.ID``; None for all.

    """

    topic: str | None = None
    resolved: bool | None = None
    whom: str | None = None


def threads(
    session: Session, declaration: str, wanted: Wanted, *, before: int | None, limit: int
) -> tuple[StoredComment, ...]:
    """Return the comments that began threads, the newest first.

    Args:
        session: a view.
        declaration: its id.
        wanted: which.
        before: only threads with a smaller number.
        limit: at most so many.

    """
    chosen = _chosen(select(Comments), declaration, wanted)
    if before is not None:
        chosen = chosen.where(Comments.comment < before)
    return tuple(_comment(row) for row in session.scalars(chosen.order_by(Comments.comment.desc()).limit(limit)))


def count_threads(session: Session, declaration: str, wanted: Wanted) -> int:
    """Return how many threads there are of those that are wanted."""
    found: int = session.scalars(_chosen(select(func.count()).select_from(Comments), declaration, wanted)).one()
    return found


def _chosen(chosen: Select[Any], declaration: str, wanted: Wanted) -> Select[Any]:
    chosen = chosen.where(Comments.declaration == declaration, Comments.comment == Comments.thread)
    if wanted.topic is not None:
        chosen = chosen.where(Comments.topic == wanted.topic)
    if wanted.resolved is not None:
        chosen = chosen.where(Comments.resolved.is_not(None) if wanted.resolved else Comments.resolved.is_(None))
    if wanted.whom is not None:
        inside = Comments.__table__.alias("inside")
        mentioned = (
            select(inside.c.thread)
            .join(
                Mentions,
                (Mentions.declaration == inside.c.declaration) & (Mentions.comment == inside.c.comment),
            )
            .where(inside.c.declaration == declaration, Mentions.whom == wanted.whom)
        )
        chosen = chosen.where(Comments.thread.in_(mentioned))
    return chosen


def unresolved(session: Session, declaration: str) -> dict[str, int]:
    """Return by topic how many threads are open."""
    wanted = select(Comments.topic, func.count().label("threads")).where(
        Comments.declaration == declaration, Comments.comment == Comments.thread, Comments.resolved.is_(None)
    )
    return {row.topic: row.threads for row in session.execute(wanted.group_by(Comments.topic))}


# Mentions


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention: in which comment of which thread, about what, and by whom."""

    act: int
    comment: int
    thread: int
    topic: str
    role: str
    author: str
    at: datetime


def mention(session: Session, declaration: str, comment: int, whom: Iterable[str], *, act: int) -> None:
    """Remember who is mentioned in a comment; who was already, stays so by the earlier act."""
    for one in whom:
        add_new(session, Mentions, {"declaration": declaration, "comment": comment, "whom": one, "act": act})


def forget_mentions(session: Session, declaration: str, comment: int) -> None:
    """Forget who is mentioned in a comment whose words are struck."""
    mine = (Mentions.declaration == declaration, Mentions.comment == comment)
    for row in session.scalars(select(Mentions).where(*mine)):
        session.delete(row)
    session.flush()


def mentions_of(session: Session, declaration: str, whom: str, *, after: int, limit: int) -> tuple[Mention, ...]:
    """Return where somebody was mentioned after an act, by others, in comments that still say something."""
    wanted = (
        select(
            Mentions.act,
            Comments.comment,
            Comments.thread,
            Comments.topic,
            Comments.role,
            Comments.author,
            DiscussionActs.at,
        )
        .join(Comments, (Comments.declaration == Mentions.declaration) & (Comments.comment == Mentions.comment))
        .join(
            DiscussionActs,
            (DiscussionActs.declaration == Mentions.declaration) & (DiscussionActs.index == Mentions.act),
        )
        .where(Mentions.declaration == declaration, Mentions.whom == whom, Mentions.act > after)
        .order_by(Mentions.act, Mentions.comment)
        .limit(limit)
    )
    return tuple(Mention(*row) for row in session.execute(wanted))


def _said(row: DiscussionActs) -> Said:
    made = Act(
        row.declaration,
        row.index,
        row.previous,
        ActKind(row.kind),
        row.comment,
        row.role,
        row.by,
        write_moment(row.at, "discussion.at"),
        row.words,
        cast("dict[str, Any]", row.detail),
    )
    return made, None if row.text is None or row.salt is None else Words(row.text, row.salt)


def _comment(row: Comments) -> StoredComment:
    return StoredComment(**{name: getattr(row, name) for name in StoredComment.__dataclass_fields__})
