"""From a draft to an amendment: the last look, what collides with it and why, tabling, withdrawing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from declaration.canonical import Json, digest, encode
from declaration.drafting.amendment import Amendment, Change, Insert, Move, Retitle
from declaration.drafting.composition import collisions
from declaration.drafting.consolidate import consolidate
from declaration.drafting.reasons import Reason
from declaration.drafting.text import Text, Version
from declaration.errors import InputRefused, StateConflict
from declaration.services import drafts, negotiating, proposals, supporting
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.drafts import Check, Draft, Opened
from declaration.services.proposals import Wish
from declaration.services.supporting import Backing
from declaration.services.typed import Derived
from declaration.store import leaves, queries
from declaration.store import supporting as requests
from declaration.store.record import Recorded, record
from declaration.store.session import View
from declaration.store.values import StoredAmendment

_NUMBERED: Final = re.compile(r"[Aa]([0-9]{1,9})")
"""Ids of amendments that count on: those of other forms are left alone."""


@dataclass(frozen=True, slots=True)
class Collision:
    """An open amendment that cannot be adopted together with another, and why; `sides` of each reason: theirs first.

    Args:
        amendment: its id.
        by: its author.
        reasons: at least one; the first side is that of `amendment`.

    """

    amendment: str
    by: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly what would be tabled.

    Args:
        opened: the draft, and the version in force.
        derived: the explicit changes of that version, what was cleaned, what stands in the way.
        wishes: the changes for reading.
        collisions: open amendments that could not be adopted together with it.
        backing: who stands behind it, and what the rules demand.

    """

    opened: Opened
    derived: Derived
    wishes: tuple[Wish, ...]
    collisions: tuple[Collision, ...]
    backing: Backing

    @property
    def is_ready(self) -> bool:
        """Whether it can be tabled as it is."""
        return self.backing.is_enough and self.is_whole

    @property
    def is_whole(self) -> bool:
        """Whether it can be tabled as it is, if enough others stand behind it and it is not too late."""
        return not self.derived.problems and not self.opened.is_carried and self.opened.draft.tabled is None


def preview(session: View, actor: Actor, draft: Draft, *, at: datetime) -> Preview:
    """Return what a draft would be as an amendment of the version in force, at a moment; nothing is recorded."""
    opened = drafts.opened(session, actor, draft)
    derived = opened.derive()
    found: tuple[Collision, ...] = ()
    if derived.changes:
        name = draft.amendment or next_number(session, actor.declaration)
        proposed = opened.as_amendment(name, derived)
        found = tuple(colliding(opened.version.text, proposed, _fitting(session, actor.declaration)))
    behind = supporting.backing(session, actor, opened, derived, at=at)
    return Preview(opened, derived, proposals.wishes(opened.text, derived.changes), found, behind)


def collisions_of(session: View, declaration: str, amendment: str) -> tuple[Collision, ...]:
    """Return the open amendments that collide with a tabled one; none where it is decided or stands in conflict.

    Raises:
        NotFound: ``amendment.unknown``.

    """
    line = queries.amendment(session, declaration, amendment)
    if not line.state.is_open or line.conflict:
        return ()
    text = queries.current_version(session, declaration).text
    return tuple(colliding(text, line.amendment, _fitting(session, declaration)))


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own amendment: as it is recorded, and what collides with it while it is open."""

    line: StoredAmendment
    collisions: tuple[Collision, ...]


def mine(session: View, actor: Actor) -> tuple[Mine, ...]:
    """Return one's own amendments, the newest first."""
    fitting = _fitting(session, actor.declaration)
    text = queries.current_version(session, actor.declaration).text
    found = []
    for line in reversed(queries.amendments(session, actor.declaration)):
        if line.amendment.by == actor.subject:
            collides = colliding(text, line.amendment, fitting) if line in fitting else ()
            found.append(Mine(line, tuple(collides)))
    return tuple(found)


def colliding(text: Text, amendment: Amendment, others: Iterable[StoredAmendment]) -> Iterator[Collision]:
    """Give those of the amendments that fit `text` that cannot be adopted together with one, and why.

    Args:
        text: of the version in force.
        amendment: that fits it.
        others: all that fit it; the same amendment among them is passed over.

    """
    fitting = {line.amendment.id: line.amendment for line in others}
    own, group = set(_claims(amendment.changes)), amendment.alternative or amendment.id
    for name, other in fitting.items():
        excluded = (other.alternative or name) == group
        if name == amendment.id or (own.isdisjoint(_claims(other.changes)) and not excluded):
            continue  # of a thousand amendments, most are about something else
        if amendment.amends is None and other.amends is None and not excluded:
            found = [reason for _, _, reason in collisions(text, [other.changes, amendment.changes], [name, None])]
        else:
            found = _between(text, amendment, other, fitting)
        if found:
            yield Collision(name, other.by, tuple(found))


def _between(text: Text, ours: Amendment, theirs: Amendment, fitting: Mapping[str, Amendment]) -> list[Reason]:
    """Return why two amendments exclude each other, each with the one that it amends."""
    parents = {fitting[one.amends].id: fitting[one.amends] for one in (ours, theirs) if one.amends is not None}
    found = consolidate(text, {**parents, ours.id: ours, theirs.id: theirs}.values())
    reasons = [reason for group in found.groups for reason in group.reasons if reason.code != "parent"]
    return [_from(reason, ours.id) for reason in reasons if {s.amendment for s in reason.sides} == {ours.id, theirs.id}]


def _from(reason: Reason, ours: str) -> Reason:
    """Return a reason with their side first, and our own unnamed."""
    one, other = reason.sides
    theirs, own = (other, one) if one.amendment == ours else (one, other)
    return replace(reason, sides=(theirs, replace(own, amendment=None)))


def _claims(changes: Sequence[Change]) -> Iterator[tuple[str, str | None]]:
    """Give what changes are about: two lists that share nothing of it never collide."""
    for change in changes:
        if isinstance(change, Retitle):
            yield "title", change.section
            continue
        if isinstance(change, Insert | Move):
            yield ("head", change.section) if change.after is None else ("clause", change.after.lower())
        yield "clause", (change.clause.id if isinstance(change, Insert) else change.clause).lower()


def _fitting(session: View, declaration: str) -> list[StoredAmendment]:
    return [line for line in queries.open_amendments(session, declaration) if not line.conflict]


def table(chancery: Chancery, actor: Actor, draft: str, *, check: Check) -> Tabled:
    """Make a draft public as an amendment, or as the new words of the one that it revises; done again, it stays done.

    The amendment's number is the next one, and never changes. The entry names those who support exactly this.

    Args:
        chancery: the service.
        actor: its drafter.
        draft: its id.
        check: compares the tag of what was looked at with that of what stands there.

    Raises:
        NotFound: ``draft.unknown``.
        StateConflict: ``draft.outdated``, another version is in force; ``draft.aside``; ``declaration.frozen``,
            ``declaration.sealed``; ``amendment.state``, what it revises is decided; ``amendment.deadline``,
            ``amendment.sponsors``.
        InputRefused: nothing can be made of what was typed: ``draft.empty``, ``text.*``, ``change.*``.

    """
    with chancery.store.transaction() as session:
        leaves.lock(session, actor.declaration)  # numbers follow one another, and no version is adopted meanwhile
        present = drafts.find(session, actor, draft, locked=True)
        if present.tabled is not None:
            return _again(session, actor.declaration, present.tabled)
        drafts.require_drafting(session, actor.declaration)
        check(present.tag)
        version = queries.current_version(session, actor.declaration)
        amendment = _amendment(session, actor, present, version)
        kind = "amendment.tabled" if present.amendment is None else "amendment.revised"
        document = encode(amendment.document())
        body: dict[str, Json] = {"amendment": amendment.id, "base": amendment.base, "document": digest(document)}
        if sponsors := supporting.sponsors(session, actor, present, amendment):
            body["sponsors"] = sponsors
        entry = chancery.entry(kind, actor.declaration, by=actor.subject, body=body)
        recorded = record(session, entry, blobs={digest(document): document})
        drafts.mark_tabled(session, actor, present, amendment.id, chancery.now())
        requests.drop(session, actor.declaration, draft)
    return Tabled(amendment.id, recorded)


@dataclass(frozen=True, slots=True)
class Tabled:
    """What a draft has become: the amendment's id, and the entry."""

    amendment: str
    recorded: Recorded


def _amendment(session: View, actor: Actor, draft: Draft, version: Version) -> Amendment:
    opened = drafts.opened(session, actor, draft)
    if opened.is_carried:
        raise StateConflict(
            "draft.outdated",
            f"The text has changed since this draft was saved: version {version.number} is in force.",
            hint="Read how the draft was carried to it, save it, then table it.",
        )
    derived = opened.derive()
    for problem in derived.problems:
        refusal: Callable[..., StateConflict | InputRefused] = (
            StateConflict if problem.code == "draft.aside" else InputRefused
        )
        raise refusal(problem.code, problem.message, hint=problem.hint)
    identifier = draft.amendment or next_number(session, actor.declaration)
    return opened.as_amendment(identifier, derived)


def next_number(session: View, declaration: str) -> str:
    """Return the id of the next amendment: A01, A02, …; numbers are never used twice, also of withdrawn amendments."""
    found = [_NUMBERED.fullmatch(line.amendment.id) for line in queries.amendments(session, declaration)]
    return f"A{max((int(match[1]) for match in found if match), default=0) + 1:02d}"


def _again(session: View, declaration: str, amendment: str) -> Tabled:
    line = queries.amendment(session, declaration, amendment)
    last = queries.entry(session, declaration, line.entry if line.revised is None else line.revised)
    return Tabled(amendment, Recorded(last.index, last.entry, last.leaf_hash, repeated=True))


def withdraw(chancery: Chancery, actor: Actor, amendment: str) -> Recorded:
    """Take one's own open amendment back; done again, it stays done.

    Raises:
        NotFound: ``amendment.unknown``.
        NotPermitted: ``amendment.author``.
        StateConflict: ``amendment.state``, ``declaration.frozen``, ``declaration.sealed``.

    """
    with chancery.store.reading() as session:
        drafts.require_author(queries.amendment(session, actor.declaration, amendment), actor)
    return negotiating.withdraw(chancery, actor.declaration, amendment, by=actor.subject)
