"""Discussing: what drafters and delegations write about clauses and amendments, answer, edit, strike and resolve.

A discussion is private working matter: whoever takes part reads it, nobody else, and it never enters the ledger, which
is for ever, while law may ask that words be struck (docs/adr/0029-discussion-beside-the-ledger.md). But nobody changes
it silently: every act names the one before (`drafting.discussion`), and every wording stays to be read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from declaration.canonical import Json, b64u
from declaration.drafting import discussion
from declaration.drafting.discussion import Act, ActKind, Words
from declaration.drafting.states import Phase
from declaration.errors import LimitExceeded, NotFound, NotPermitted, StateConflict
from declaration.ledger.forms import write_moment
from declaration.services import anchoring, participants
from declaration.services.actors import Actor, Role
from declaration.services.anchoring import Anchor
from declaration.services.chancery import Chancery
from declaration.services.topics import About, Topic, read_topic
from declaration.services.traffic import Allowance
from declaration.store import discussions, queries
from declaration.store.discussions import StoredComment
from declaration.store.session import View

TALKING: Final = Allowance("discuss", burst=30, seconds=10)
"""Comments, edits and answers of one actor: a lively debate, and no flood of letters to those who are mentioned."""
MAX_ACTS: Final = 200_000
"""Acts of one discussion: eighty for each of the 2,500 amendments of the largest negotiation that we know of."""
MAX_ANSWERS: Final = 500
"""Comments of one thread: past that a thread is read by nobody, and a new one says what is left."""
MAX_REVISIONS: Final = 50
"""Wordings of one comment, all of which are kept."""
_SALT: Final = 16


@dataclass(frozen=True, slots=True)
class Done:
    """What an act left behind: never the words, so that an answer kept for a repeated request holds none.

    Args:
        comment: number of the comment.
        thread: number of the comment that began the thread.
        revision: how often the comment has been worded.
        act: index of the act.
        digest: of the act, which names all before it.

    """

    comment: int
    thread: int
    revision: int
    act: int
    digest: str


# Saying something


def begin(chancery: Chancery, actor: Actor, topic: Topic, text: str, *, read: str | None = None) -> Done:
    """Begin a thread.

    Args:
        chancery: the service.
        actor: who writes.
        topic: a clause or an amendment.
        text: what they write; noise is taken out of it.
        read: digest of the words or the content that they read; None for those that stand there now.

    Raises:
        InputRefused: ``comment.*``, ``text.*``, ``discussion.topic``.
        NotFound: ``clause.unknown``, ``amendment.unknown``.
        StateConflict: ``discussion.anchor``; ``declaration.sealed``.
        LimitExceeded: ``comment.long``, ``comment.mentions``, ``discussion.full``.

    """
    words = _words(chancery, text)
    with chancery.store.transaction() as session:
        writer = _Writer(chancery, session, actor)
        writer.require_open()
        anchor = anchoring.find(session, actor.declaration, topic, read)
        about: Json = {"kind": str(topic.about), "id": topic.id, "digest": anchor.digest, "place": anchor.place}
        act = writer.act(ActKind.WRITTEN, None, words, {"about": about})
        return writer.keep(act, words, thread=act.index, topic=topic, anchor=anchor)


def answer(chancery: Chancery, actor: Actor, thread: int, text: str) -> Done:
    """Answer in a thread; one that was resolved is open again.

    Raises:
        NotFound: ``thread.unknown``.
        LimitExceeded: ``thread.full``; and as `begin`.

    """
    words = _words(chancery, text)
    with chancery.store.transaction() as session:
        writer = _Writer(chancery, session, actor)
        writer.require_open()
        first = find_thread(session, actor.declaration, thread)
        if discussions.count_answers(session, actor.declaration, thread) >= MAX_ANSWERS:
            raise LimitExceeded(
                "thread.full", f"This thread has {MAX_ANSWERS} comments.", hint="Begin another one beside it."
            )
        topic = read_topic(first.topic)
        anchor = anchoring.present(session, actor.declaration, topic) or Anchor(first.anchor, first.place)
        if first.resolved is not None:
            act = writer.act(ActKind.REOPENED, thread, None, {})
            discussions.change(session, actor.declaration, thread, resolved=None, changed=act.index)
        act = writer.act(ActKind.ANSWERED, None, words, {"thread": thread})
        return writer.keep(act, words, thread=thread, topic=topic, anchor=anchor)


def edit(
    chancery: Chancery, actor: Actor, comment: int, text: str, *, check: Callable[[str], None] = lambda _: None
) -> Done:
    """Word a comment of one's own anew; its earlier wordings stay to be read.

    Args:
        chancery: the service.
        actor: its author.
        comment: its number.
        text: what it says from now on; the same words again change nothing.
        check: is given the tag of the wording that stands there, and raises where another one was looked at.

    Raises:
        NotFound: ``comment.unknown``.
        NotPermitted: ``comment.author``.
        StateConflict: ``comment.struck``, ``declaration.sealed``; whatever `check` raises.
        LimitExceeded: ``comment.revisions``; and as `begin`.

    """
    words = _words(chancery, text)
    with chancery.store.transaction() as session:
        writer = _Writer(chancery, session, actor)
        writer.require_open()
        found = _standing(session, actor, comment)
        _require_author(found, actor)
        if discussions.words_of(session, actor.declaration, [found.latest])[found.latest] == words.text:
            return _done(found, discussions.act(session, actor.declaration, found.latest)[0])
        check(found.tag)
        if found.revision >= MAX_REVISIONS:
            raise LimitExceeded(
                "comment.revisions",
                f"This comment has been worded {MAX_REVISIONS} times, and every wording is kept.",
                hint="Write what is still to be said as an answer.",
            )
        act = writer.act(ActKind.EDITED, comment, words, {"revision": found.revision + 1})
        return writer.reword(act, words, found)


# Striking


def delete(chancery: Chancery, actor: Actor, comment: int) -> Done:
    """Strike the words of one's own comment, in all wordings and for good; that there was one stays. Again: no change.

    Raises:
        NotFound: ``comment.unknown``.
        NotPermitted: ``comment.author``.

    """
    with chancery.store.transaction() as session:
        writer = _Writer(chancery, session, actor)
        found = find_comment(session, actor.declaration, comment)
        _require_author(found, actor)
        return writer.strike(found, ActKind.DELETED, {})


def remove(chancery: Chancery, actor: Actor, comment: int, reason: str) -> Done:
    """Strike the words of anybody's comment, with a reason that everybody who takes part reads. Again: no change.

    Raises:
        NotFound: ``comment.unknown``.
        NotPermitted: ``comment.removal``, not the depositary.
        InputRefused: the reason, as the text of `begin`.

    """
    if actor.role is not Role.DEPOSITARY:
        raise NotPermitted(
            "comment.removal", "Only the depositary removes what others wrote.", hint="Tell the depositary why."
        )
    why = discussion.tidy(reason)
    with chancery.store.transaction() as session:
        writer = _Writer(chancery, session, actor)
        return writer.strike(find_comment(session, actor.declaration, comment), ActKind.REMOVED, {"reason": why})


# Resolving


def resolve(chancery: Chancery, actor: Actor, thread: int) -> Done:
    """Say that a thread needs nothing more; again: no change.

    Raises:
        NotFound: ``thread.unknown``.
        NotPermitted: ``thread.resolving``.
        StateConflict: ``declaration.sealed``.

    """
    return _settle(chancery, actor, thread, ActKind.RESOLVED)


def reopen(chancery: Chancery, actor: Actor, thread: int) -> Done:
    """Open a resolved thread again; errors as `resolve`."""
    return _settle(chancery, actor, thread, ActKind.REOPENED)


def _settle(chancery: Chancery, actor: Actor, thread: int, kind: ActKind) -> Done:
    with chancery.store.transaction() as session:
        writer = _Writer(chancery, session, actor)
        writer.require_open()
        first = find_thread(session, actor.declaration, thread)
        if not may_resolve(session, actor, first):
            raise NotPermitted(
                "thread.resolving",
                "This thread is resolved by whoever began it, by the amendment’s author, or by the depositary.",
                hint="Write in the thread that it can be resolved.",
            )
        if (first.resolved is not None) == (kind is ActKind.RESOLVED):
            return _done(first, discussions.act(session, actor.declaration, first.changed)[0])
        act = writer.act(kind, thread, None, {})
        resolved = act.index if kind is ActKind.RESOLVED else None
        discussions.change(session, actor.declaration, thread, resolved=resolved, changed=act.index)
        return _done(first, act)


def may_resolve(session: View, actor: Actor, first: StoredComment) -> bool:
    """Tell whether somebody resolves a thread: its author, the depositary, or the author of its amendment."""
    if actor.role is Role.DEPOSITARY or is_author(first, actor):
        return True
    topic = read_topic(first.topic)
    if actor.role is not Role.DRAFTER or topic.about is not About.AMENDMENT:
        return False
    return queries.amendment(session, actor.declaration, topic.id).amendment.by == actor.subject


def is_author(comment: StoredComment, actor: Actor) -> bool:
    """Tell whether somebody wrote a comment."""
    return (comment.role, comment.author) == (actor.role, actor.subject)


# Finding


def find_comment(session: View, declaration: str, number: int) -> StoredComment:
    """Return a comment.

    Raises:
        NotFound: ``comment.unknown``.

    """
    found = discussions.comment(session, declaration, number)
    if found is None:
        raise NotFound("comment.unknown", f"There is no comment {number}.", hint="Look at the list of threads.")
    return found


def find_thread(session: View, declaration: str, number: int) -> StoredComment:
    """Return the comment that began a thread.

    Raises:
        NotFound: ``thread.unknown``.

    """
    found = discussions.comment(session, declaration, number)
    if found is None or not found.begins:
        raise NotFound("thread.unknown", f"There is no thread {number}.", hint="Look at the list of threads.")
    return found


def _standing(session: View, actor: Actor, number: int) -> StoredComment:
    found = find_comment(session, actor.declaration, number)
    if found.struck is not None:
        raise StateConflict(
            "comment.struck", "The words of this comment have been struck.", hint="Write another comment."
        )
    return found


def _require_author(found: StoredComment, actor: Actor) -> None:
    if not is_author(found, actor):
        raise NotPermitted(
            "comment.author", "This comment is somebody else’s.", hint="Answer it, or tell the depositary."
        )


# Writing down


def _words(chancery: Chancery, text: str) -> Words:
    return Words(discussion.tidy(text), b64u(chancery.random(_SALT)))


def _done(found: StoredComment, act: Act) -> Done:
    return Done(found.comment, found.thread, found.revision, act.index, act.digest)


class _Writer:
    """Writes the acts of one transaction at the end of a locked discussion."""

    def __init__(self, chancery: Chancery, session: View, actor: Actor) -> None:
        self._session, self._actor = session, actor
        self._at = chancery.now()
        self._end = discussions.begin(session, actor.declaration)

    def require_open(self) -> None:
        """Nothing more is said when the signed edition is sealed; what has to be struck still is."""
        if queries.declaration(self._session, self._actor.declaration).phase is Phase.SEALED:
            raise StateConflict(
                "declaration.sealed", "The signed edition is sealed: the discussion has ended.", hint="It can be read."
            )

    def act(self, kind: ActKind, comment: int | None, words: Words | None, detail: dict[str, Json]) -> Act:
        """Add an act; without a comment it writes a new one, which takes its index as its number."""
        index = self._end.size + 1
        if index > MAX_ACTS and not kind.strikes:
            raise LimitExceeded(
                "discussion.full", f"This discussion has {MAX_ACTS} acts.", hint="Ask the depositary what to do."
            )
        made = Act(
            declaration=self._actor.declaration,
            index=index,
            previous=self._end.head,
            kind=kind,
            comment=index if comment is None else comment,
            role=str(self._actor.role),
            by=self._actor.subject,
            at=write_moment(self._at, "discussion.at"),
            words=None if words is None else words.digest,
            detail=detail,
        )
        discussions.append(self._session, made, words)
        self._end = discussions.Place(index, made.digest)
        return made

    def keep(self, act: Act, words: Words, *, thread: int, topic: Topic, anchor: Anchor) -> Done:
        """Keep the new comment that an act wrote."""
        kept = StoredComment(
            comment=act.index,
            thread=thread,
            topic=str(topic),
            anchor=anchor.digest,
            place=anchor.place,
            role=str(self._actor.role),
            author=self._actor.subject,
            written=self._at,
            revision=1,
            latest=act.index,
            changed=act.index,
        )
        discussions.keep(self._session, self._actor.declaration, kept)
        self._touch(thread, act)
        self._mention(act, words)
        return _done(kept, act)

    def reword(self, act: Act, words: Words, found: StoredComment) -> Done:
        """Give a comment the words of an act."""
        columns = {"revision": found.revision + 1, "latest": act.index, "changed": act.index}
        discussions.change(self._session, self._actor.declaration, found.comment, **columns)
        self._touch(found.thread, act)
        self._mention(act, words)
        return Done(found.comment, found.thread, found.revision + 1, act.index, act.digest)

    def strike(self, found: StoredComment, kind: ActKind, detail: dict[str, Json]) -> Done:
        """Strike a comment's words; a comment whose words are struck already stays as it is."""
        declaration = self._actor.declaration
        if found.struck is not None:
            return _done(found, discussions.acts(self._session, declaration, comments=[found.comment])[-1][0])
        act = self.act(kind, found.comment, None, detail)
        discussions.strike(self._session, declaration, found.comment)
        discussions.forget_mentions(self._session, declaration, found.comment)
        discussions.change(self._session, declaration, found.comment, struck=str(kind), changed=act.index)
        self._touch(found.thread, act)
        return _done(found, act)

    def _touch(self, thread: int, act: Act) -> None:
        discussions.change(self._session, self._actor.declaration, thread, changed=act.index)

    def _mention(self, act: Act, words: Words) -> None:
        """Remember who is mentioned; whoever mentions themselves is told nothing."""
        people = participants.found_in(words.text, participants.listed(self._session, self._actor.declaration))
        whom = {participants.mentions_of(one.role, one.id) for one in people} - {participants.mine(self._actor)}
        discussions.mention(self._session, self._actor.declaration, act.comment, sorted(whom), act=act.index)
