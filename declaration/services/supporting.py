"""Support for amendments: asking for it while one is a draft, giving it to exact words, taking it back.

While an amendment is a draft, what is asked and given stays between its author and those who are asked. Tabling
publishes who supported exactly what is tabled. Whenever the words change, whoever supported the former ones is asked
again, because support names the digest of the content (`Amendment.content`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from declaration.canonical import Json
from declaration.drafting.amendment import Amendment
from declaration.errors import InputRefused, LimitExceeded, NotFound, StateConflict
from declaration.ledger.entries import MAX_SPONSORS
from declaration.services import drafts, proposals, reading
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.drafts import Draft, Opened
from declaration.services.proposals import Wish
from declaration.services.typed import Derived
from declaration.store import leaves, queries
from declaration.store import supporting as kept
from declaration.store.record import Recorded, record
from declaration.store.session import View
from declaration.store.supporting import Request
from declaration.store.values import Rules, StoredAmendment, Support

_UNNUMBERED: Final = "draft"
"""Stands for the id that a draft has not: the content does not name it."""


class Answer(StrEnum):
    """What somebody who was asked to support a draft has answered."""

    WAITING = "waiting"
    GIVEN = "given"
    FORMER = "former"
    """Given to what the draft said before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One who was asked to support a draft."""

    drafter: str
    name: str
    answer: Answer
    asked: datetime
    given: datetime | None


@dataclass(frozen=True, slots=True)
class Backing:
    """Who stands behind a draft.

    Args:
        rules: in force.
        binding: whether they bind this draft: what mends a conflict, or says what it said, is free of them.
        content: digest of what it says; None while something stands in the way of tabling it.
        asked: those who were asked, in order.
        others: drafters who could be asked, with their names.
        is_over: whether the deadline has passed.

    """

    rules: Rules
    binding: bool
    content: str | None
    asked: tuple[Asked, ...]
    others: tuple[tuple[str, str], ...]
    is_over: bool

    @property
    def given(self) -> int:
        """How many others support exactly what it says."""
        return sum(one.answer is Answer.GIVEN for one in self.asked)

    @property
    def needed(self) -> int:
        """How many others the rules demand."""
        return self.rules.sponsors - 1 if self.binding else 0

    @property
    def missing(self) -> int:
        """How many others are missing."""
        return max(0, self.needed - self.given)

    @property
    def is_enough(self) -> bool:
        """Whether the rules let it be tabled now."""
        return not self.binding or (not self.missing and not self.is_over)


def content_of(opened: Opened, derived: Derived) -> str | None:
    """Return the digest of what a draft would say as an amendment; None while something stands in the way."""
    if derived.problems or not derived.changes:
        return None
    return opened.as_amendment(_UNNUMBERED, derived).content


def backing(session: View, actor: Actor, opened: Opened, derived: Derived, *, at: datetime) -> Backing:
    """Return who stands behind a draft of one's own.

    Args:
        session: a view.
        actor: its drafter.
        opened: the draft.
        derived: what comes of it.
        at: now.

    """
    content = content_of(opened, derived)
    requests = kept.requests_of(session, actor.declaration, opened.draft.id)
    names = {drafter.id: drafter.name for drafter in queries.drafters(session, actor.declaration)}
    rules = kept.rules(session, actor.declaration)
    asked = {request.drafter for request in requests}
    return Backing(
        rules=rules,
        binding=_binds(session, actor, opened.draft, content),
        content=content,
        asked=tuple(_asked(request, content, names) for request in requests),
        others=tuple((other, name) for other, name in names.items() if other not in asked | {actor.subject}),
        is_over=rules.is_over(at),
    )


def _binds(session: View, actor: Actor, draft: Draft, content: str | None) -> bool:
    if draft.amendment is None:
        return True
    line = queries.amendment(session, actor.declaration, draft.amendment)
    return not line.conflict and line.amendment.content != content


def _asked(request: Request, content: str | None, names: dict[str, str]) -> Asked:
    name = names.get(request.drafter, request.drafter)
    return Asked(request.drafter, name, _answer(request, content), request.asked, request.given)


def _answer(request: Request, content: str | None) -> Answer:
    if request.content is None:
        return Answer.WAITING
    return Answer.GIVEN if request.content == content else Answer.FORMER


def sponsors(session: View, actor: Actor, draft: Draft, amendment: Amendment) -> list[Json]:
    """Return those who support exactly what a draft says, as the entry that tables it names them."""
    found: list[Json] = []
    for request in kept.requests_of(session, actor.declaration, draft.id):
        if request.content == amendment.content and request.given is not None:
            at = f"{request.given:%Y-%m-%dT%H:%M:%SZ}"
            found.append({"drafter": request.drafter, "content": request.content, "at": at})
    return found


def ask(chancery: Chancery, actor: Actor, draft: str, drafter: str) -> None:
    """Ask another drafter to support a draft, which lets them read it; asked again, it stays asked.

    Raises:
        NotFound: ``draft.unknown``; ``drafter.unknown``.
        StateConflict: ``draft.tabled``, ``declaration.frozen``, ``declaration.sealed``.
        InputRefused: ``support.own``.
        LimitExceeded: ``support.many``.

    """
    with chancery.store.transaction() as session:
        drafts.require_drafting(session, actor.declaration)
        drafts.require_untabled(drafts.find(session, actor, draft, locked=True))
        if drafter == actor.subject:
            raise InputRefused("support.own", "You stand behind your own draft anyway.", hint="Ask somebody else.")
        if drafter not in {one.id for one in queries.drafters(session, actor.declaration)}:
            raise NotFound("drafter.unknown", f"There is no drafter “{drafter}”.", hint="Choose one of the list.")
        if len(kept.requests_of(session, actor.declaration, draft)) >= MAX_SPONSORS:
            raise LimitExceeded(
                "support.many",
                f"You have asked {MAX_SPONSORS} drafters: an amendment names no more as its sponsors.",
                hint="Others can support it when it is tabled.",
            )
        kept.ask(session, actor.declaration, Request(draft, drafter, actor.subject, chancery.now()))


def stop_asking(chancery: Chancery, actor: Actor, draft: str, drafter: str) -> None:
    """No longer ask a drafter to support a draft: they read it no more, and their support goes with it.

    Raises:
        NotFound: ``draft.unknown``.
        StateConflict: ``draft.tabled``.

    """
    with chancery.store.transaction() as session:
        drafts.require_untabled(drafts.find(session, actor, draft, locked=True))
        kept.drop(session, actor.declaration, draft, drafter)


# Who is asked


@dataclass(frozen=True, slots=True)
class Proposed:
    """A draft that one is asked to support.

    Args:
        draft: as it stands to the version in force.
        author: name of its author.
        derived: what would be tabled.
        wishes: the same for reading.
        content: digest of it; None while its author has something to mend.
        answer: what one has answered.
        request: when one was asked, and what one supported.

    """

    draft: Opened
    author: str
    derived: Derived
    wishes: tuple[Wish, ...]
    content: str | None
    answer: Answer
    request: Request


def proposed(session: View, actor: Actor) -> tuple[Proposed, ...]:
    """Return the drafts that one is asked to support, what waits for an answer first."""
    found = [
        _proposed(session, actor, request) for request in kept.requests_to(session, actor.declaration, actor.subject)
    ]
    return tuple(sorted(found, key=lambda one: one.answer is Answer.GIVEN))


def look(session: View, actor: Actor, draft: str) -> Proposed:
    """Return one draft that one is asked to support.

    Raises:
        NotFound: ``support.not-asked``.

    """
    return _proposed(session, actor, _request(session, actor, draft))


def _request(session: View, actor: Actor, draft: str) -> Request:
    for request in kept.requests_to(session, actor.declaration, actor.subject):
        if request.draft == draft:
            return request
    raise NotFound(
        "support.not-asked",
        "Nobody asks you to support such a draft: it may have been tabled or thrown away.",
        hint="Look at the list of what you are asked for.",
    )


def _proposed(session: View, actor: Actor, request: Request, *, locked: bool = False) -> Proposed:
    author = replace(actor, subject=request.author)
    opened = drafts.opened(session, author, drafts.find(session, author, request.draft, locked=locked))
    derived = opened.derive()
    content = content_of(opened, derived)
    return Proposed(
        draft=opened,
        author=reading.names(session, actor.declaration).get(request.author, request.author),
        derived=derived,
        wishes=proposals.wishes(opened.text, derived.changes),
        content=content,
        answer=_answer(request, content),
        request=request,
    )


def give(chancery: Chancery, actor: Actor, draft: str, content: str) -> Proposed:
    """Support what a draft says; it is published if its author tables exactly this.

    Args:
        chancery: the service.
        actor: a drafter who was asked.
        draft: its id.
        content: digest of what was read.

    Raises:
        NotFound: ``support.not-asked``.
        StateConflict: ``support.content``, the draft says something else now; ``declaration.frozen``,
            ``declaration.sealed``.

    """
    with chancery.store.transaction() as session:
        drafts.require_drafting(session, actor.declaration)
        found = _proposed(session, actor, _request(session, actor, draft), locked=True)
        if content != found.content:
            raise StateConflict(
                "support.content",
                "The draft says something else now.",
                hint="Read it again, then support what it says.",
            )
        if found.answer is not Answer.GIVEN:
            kept.give(session, actor.declaration, draft, actor.subject, content=content, at=chancery.now())
        return _proposed(session, actor, _request(session, actor, draft))


def decline(chancery: Chancery, actor: Actor, draft: str) -> None:
    """Take what one was asked for off one's list: support given to the draft ends; its author may ask again."""
    with chancery.store.transaction() as session:
        kept.drop(session, actor.declaration, draft, actor.subject)


# What is tabled


@dataclass(frozen=True, slots=True)
class Supporter:
    """A drafter, by name, and what became of their support."""

    name: str
    support: Support


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands behind a tabled amendment.

    Args:
        content: digest of what it says now.
        present: those who support it, in the order in which they did.
        former: those who supported what it said before, and have not been heard since.

    """

    content: str
    present: tuple[Supporter, ...]
    former: tuple[Supporter, ...]

    def has(self, drafter: str) -> bool:
        """Whether a drafter supports what it says now."""
        return any(one.support.drafter == drafter for one in self.present)


def standing(session: View, declaration: str, line: StoredAmendment) -> Standing:
    """Return who stands behind a tabled amendment."""
    names = reading.names(session, declaration)
    found = [
        Supporter(names.get(support.drafter, support.drafter), support)
        for support in kept.supports(session, declaration, line.amendment.id)
    ]
    return Standing(
        content=line.amendment.content,
        present=tuple(one for one in found if one.support.counts),
        former=tuple(one for one in found if one.support.stale is not None and one.support.withdrawn is None),
    )


def again(session: View, actor: Actor) -> tuple[StoredAmendment, ...]:
    """Return the open amendments that say something else than what a drafter supported, the newest first."""
    stale = {
        given.amendment
        for given in kept.supports(session, actor.declaration)
        if given.drafter == actor.subject and given.stale is not None and given.withdrawn is None
    }
    lines = queries.open_amendments(session, actor.declaration) if stale else ()
    return tuple(line for line in reversed(lines) if line.amendment.id in stale)


def support(chancery: Chancery, actor: Actor, amendment: str, content: str) -> Recorded:
    """Support what an open amendment says; done again, it stays done.

    Args:
        chancery: the service.
        actor: a drafter.
        amendment: its id.
        content: digest of what was read.

    Raises:
        NotFound: ``amendment.unknown``.
        NotPermitted: ``support.own``.
        StateConflict: ``amendment.state``, ``support.content``, ``declaration.frozen``, ``declaration.sealed``.

    """
    with chancery.store.transaction() as session:
        leaves.lock(session, actor.declaration)
        drafts.require_drafting(session, actor.declaration)
        mine = _mine(session, actor, amendment)
        if mine is not None and mine.counts and content in {mine.content, _content(session, actor, amendment)}:
            return _again(session, actor, mine.entry)
        body: dict[str, Json] = {"amendment": amendment, "content": content}
        return record(session, chancery.entry("amendment.supported", actor.declaration, by=actor.subject, body=body))


def stop_supporting(chancery: Chancery, actor: Actor, amendment: str) -> Recorded:
    """Take back one's support for an open amendment; done again, it stays done.

    Raises:
        NotFound: ``amendment.unknown``.
        StateConflict: ``amendment.state``, ``support.none``, ``declaration.frozen``, ``declaration.sealed``.

    """
    with chancery.store.transaction() as session:
        leaves.lock(session, actor.declaration)
        drafts.require_drafting(session, actor.declaration)
        mine = _mine(session, actor, amendment)
        if mine is not None and mine.withdrawn is not None:
            return _again(session, actor, mine.withdrawn)
        body: dict[str, Json] = {"amendment": amendment}
        return record(session, chancery.entry("amendment.unsupported", actor.declaration, by=actor.subject, body=body))


def _mine(session: View, actor: Actor, amendment: str) -> Support | None:
    found = kept.supports(session, actor.declaration, amendment)
    return next((one for one in found if one.drafter == actor.subject), None)


def _content(session: View, actor: Actor, amendment: str) -> str:
    return queries.amendment(session, actor.declaration, amendment).amendment.content


def _again(session: View, actor: Actor, index: int) -> Recorded:
    found = queries.entry(session, actor.declaration, index)
    return Recorded(found.index, found.entry, found.leaf_hash, repeated=True)
