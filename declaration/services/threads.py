"""Threads as those who take part read them: who said what of which words, what was struck and why, what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from declaration.drafting.discussion import Act, ActKind, Said, Words
from declaration.drafting.mentions import Piece, pieces
from declaration.errors import InputRefused
from declaration.ledger.forms import read_moment
from declaration.services import anchoring, discussing, participants
from declaration.services.actors import Actor
from declaration.services.anchoring import Anchor
from declaration.services.topics import Topic, read_topic
from declaration.store import discussions
from declaration.store.discussions import Place, StoredComment, Wanted
from declaration.store.session import View

VIEWS = ("open", "waiting", "mentions", "resolved", "all")
"""Which threads a list shows: open ones, open ones that mention the reader, all that do, resolved ones, all."""


@dataclass(frozen=True, slots=True)
class Struck:
    """Words that were struck: whether the depositary did it, when, and why."""

    removed: bool
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a comment; `text` is None when it has been struck."""

    revision: int
    at: str
    digest: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it is read.

    Args:
        kept: where it stands.
        by: how its author is called.
        text: what it says; None when its words have been struck.
        edited: when it was worded last, where it was worded anew.
        former: its earlier wordings, the first one first.
        struck: by whom and why its words were struck, if they were.
        mine: whether the reader wrote it.

    """

    kept: StoredComment
    by: str
    text: str | None
    edited: datetime | None
    former: tuple[Wording, ...]
    struck: Struck | None
    mine: bool

    @property
    def tag(self) -> str:
        """The entity tag of the comment: another one with every wording, and when it is struck."""
        return self.kept.tag


@dataclass(frozen=True, slots=True)
class Settled:
    """Who resolved a thread, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread.

    Args:
        topic: what it is about.
        comments: the one that began it, then the answers.
        settled: who resolved it; None while it is open.
        may_resolve: whether the reader may resolve it and open it again.
        stale: whether what it was written about has been written anew since, or is gone.

    """

    topic: Topic
    comments: tuple[Comment, ...]
    settled: Settled | None
    may_resolve: bool
    stale: bool

    @property
    def number(self) -> int:
        """Its number: that of the comment that began it."""
        return self.comments[0].kept.comment

    @property
    def anchor(self) -> Anchor:
        """What it was written about."""
        return Anchor(self.comments[0].kept.anchor, self.comments[0].kept.place)

    @property
    def tag(self) -> str:
        """The entity tag of the thread: another one with every act in it."""
        return f"{self.number}-{self.comments[0].kept.changed}"


def find(session: View, actor: Actor, number: int) -> Thread:
    """Return a thread.

    Raises:
        NotFound: ``thread.unknown``.

    """
    return _read(session, actor, [discussing.find_thread(session, actor.declaration, number)])[0]


def listed(
    session: View, actor: Actor, *, topic: Topic | None, view: str, before: int | None, limit: int
) -> tuple[Thread, ...]:
    """Return threads, the newest first.

    Args:
        session: a view of one moment.
        actor: who reads.
        topic: what they are about; None for anything.
        view: one of `VIEWS`.
        before: only threads with a smaller number.
        limit: at most so many.

    Raises:
        InputRefused: ``discussion.view``.

    """
    wanted = wanted_in(actor, view, topic)
    found = discussions.threads(session, actor.declaration, wanted, before=before, limit=limit)
    return _read(session, actor, found)


def count(session: View, actor: Actor, view: str) -> int:
    """Return how many threads a view has; errors as `listed`."""
    return discussions.count_threads(session, actor.declaration, wanted_in(actor, view))


def wanted_in(actor: Actor, view: str, topic: Topic | None = None) -> Wanted:
    """Return which threads a view means; errors as `listed`."""
    if view not in VIEWS:
        raise InputRefused("discussion.view", f"{view[:40]!r} is no view.", hint=f"Write one of {', '.join(VIEWS)}.")
    resolved = {"open": False, "waiting": False, "resolved": True}.get(view)
    whom = participants.mine(actor) if view in {"waiting", "mentions"} else None
    return Wanted(None if topic is None else str(topic), resolved, whom)


def wordings(session: View, actor: Actor, number: int) -> tuple[Wording, ...]:
    """Return every wording of a comment, the first one first.

    Raises:
        NotFound: ``comment.unknown``.

    """
    discussing.find_comment(session, actor.declaration, number)
    said = [line for line in discussions.acts(session, actor.declaration, comments=[number]) if line[0].kind.says]
    return tuple(_wording(revision, act, words) for revision, (act, words) in enumerate(said, 1))


def _wording(revision: int, act: Act, words: Words | None) -> Wording:
    return Wording(revision, act.at, str(act.words), None if words is None else words.text)


def unresolved(session: View, declaration: str) -> Mapping[str, int]:
    """Return by topic, as it is written, how many threads are open."""
    return discussions.unresolved(session, declaration)


def end(session: View, declaration: str) -> Place:
    """Return where a discussion ends: whoever has seen this place has seen all of it."""
    return discussions.end(session, declaration)


def cut(text: str, ids: Sequence[str]) -> tuple[tuple[Piece, ...], ...]:
    """Return a comment line by line, each cut at its mentions; a blank line has no pieces."""
    return tuple(pieces(line, ids) if line else () for line in text.split("\n"))


def _read(session: View, actor: Actor, firsts: Sequence[StoredComment]) -> tuple[Thread, ...]:
    if not firsts:
        return ()
    reader = _Reader(session, actor, firsts)
    return tuple(reader.thread(first) for first in firsts)


class _Reader:
    """Reads some threads with a handful of questions, however many comments they have."""

    def __init__(self, session: View, actor: Actor, firsts: Sequence[StoredComment]) -> None:
        self._session, self._actor = session, actor
        declaration = actor.declaration
        self._names = participants.names(participants.listed(session, declaration))
        self._comments = discussions.answers(session, declaration, [first.comment for first in firsts])
        self._of_thread: dict[int, list[StoredComment]] = {}
        for one in self._comments:
            self._of_thread.setdefault(one.thread, []).append(one)
        self._words = discussions.words_of(session, declaration, [one.latest for one in self._comments])
        resolved = [first.resolved for first in firsts if first.resolved is not None]
        edited = [one.latest for one in self._comments if one.revision > 1]
        self._moments = discussions.moments_of(session, declaration, [*resolved, *edited])
        self._former: dict[int, list[Wording]] = {}
        worded = [one.comment for one in self._comments if one.revision > 1 and one.struck is None]
        latest = {one.latest for one in self._comments}
        if worded:
            for act, words in discussions.acts(session, declaration, comments=worded):
                if act.kind.says and act.index not in latest:
                    lines = self._former.setdefault(act.comment, [])
                    lines.append(_wording(len(lines) + 1, act, words))
        self._struck: dict[int, Said] = {}
        gone = [one.comment for one in self._comments if one.struck is not None]
        if gone:
            for line in discussions.acts(session, declaration, comments=gone):
                if line[0].kind.strikes:
                    self._struck[line[0].comment] = line
        self._anchors: dict[str, Anchor | None] = {}

    def thread(self, first: StoredComment) -> Thread:
        topic = read_topic(first.topic)
        if first.topic not in self._anchors:
            self._anchors[first.topic] = anchoring.present(self._session, self._actor.declaration, topic)
        now = self._anchors[first.topic]
        settled = None
        if first.resolved is not None:
            at, role, by = self._moments[first.resolved]
            settled = Settled(self._names.get((role, by), by), at)
        return Thread(
            topic=topic,
            comments=tuple(map(self._comment, self._of_thread[first.comment])),
            settled=settled,
            may_resolve=discussing.may_resolve(self._session, self._actor, first),
            stale=now is None or now.digest != first.anchor,
        )

    def _comment(self, kept: StoredComment) -> Comment:
        struck = None
        if kept.struck is not None:
            act, _ = self._struck[kept.comment]
            at = read_moment(act.at, "discussion.at")
            struck = Struck(act.kind is ActKind.REMOVED, at, str(act.detail.get("reason", "")))
        return Comment(
            kept=kept,
            by=self._names.get((kept.role, kept.author), kept.author),
            text=self._words.get(kept.latest),
            edited=self._moments[kept.latest][0] if kept.revision > 1 else None,
            former=tuple(self._former.get(kept.comment, ())),
            struck=struck,
            mine=discussing.is_author(kept, self._actor),
        )
