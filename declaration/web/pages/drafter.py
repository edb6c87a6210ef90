"""A drafter's pages: what needs them, their drafts, the editor, the last look before tabling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from declaration.drafting.concordance import Task
from declaration.drafting.text import check_id
from declaration.services import drafts, proposals, reading, supporting, tabling, threads, translating
from declaration.services.actors import Actor, Role
from declaration.services.comparing import Pairs, difference
from declaration.services.drafts import Opened
from declaration.services.proposals import Wish
from declaration.services.supporting import Backing
from declaration.services.tabling import Mine
from declaration.services.topics import Topic, read_topic
from declaration.store import queries
from declaration.store import supporting as kept
from declaration.web.pages.entering import Room, Shown, Visit

DRAFTER: Final = (Role.DRAFTER,)
TALK: Final = 30
"""Clauses and amendments with open threads that the desk names, those with the most first."""
_NOTES: Final = (
    ("noise", re.compile(r"([0-9]+) × (soft hyphen|zero-width space|word joiner|byte order mark) .*")),
    ("breaks", re.compile(r"([0-9]+) × line break.*")),
    ("strays", re.compile(r"([0-9]+) × joiner.*")),
    ("ends", re.compile(r"white space at the ends removed")),
    ("composed", re.compile(r"composed to NFC")),
)
"""What cleaning says (`drafting.hygiene.clean`), to be said in the reader's language."""


@dataclass(frozen=True, slots=True)
class Note:
    """What was cleaned: which kind, how often, of what; `words` where it is none of the known kinds."""

    kind: str
    count: int
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Lying:
    """A draft on the desk: as it stands to the version in force, what it wants of it, and who stands behind it."""

    opened: Opened
    wishes: tuple[Wish, ...]
    backing: Backing


def note(words: str) -> Note:
    """Return what a note of cleaning says, for a sentence in another language."""
    for kind, pattern in _NOTES:
        if found := pattern.fullmatch(words):
            groups = (*found.groups(), "0", "")
            return Note(kind, int(groups[0]), groups[1] if kind == "noise" else "", words)
    return Note("", 0, "", words)


def _desk(visit: Visit) -> Shown:
    actor = _actor(visit)
    lying = [_lying(visit, actor, draft) for draft in drafts.of(visit.session, actor) if draft.tabled is None]
    mine = tabling.mine(visit.session, actor)
    return {
        **_common(visit),
        "lying": lying,
        "mine": mine,
        "stuck": [one for one in mine if one.line.state.is_open and one.line.conflict],
        "both": {one.line.amendment.id: _both(visit, one) for one in mine if one.line.state.is_open},
        "tabled": visit.parameters.get("tabled", ""),
        "proposed": supporting.proposed(visit.session, actor),
        "again": supporting.again(visit.session, actor),
        "wanting": _wanting(visit),
        "talk": sorted(
            (
                (read_topic(topic), count)
                for topic, count in threads.unresolved(visit.session, actor.declaration).items()
            ),
            key=lambda line: (-line[1], str(line[0])),
        )[:TALK],
        "waiting": threads.count(visit.session, actor, "waiting"),
    }


def _wanting(visit: Visit) -> Mapping[str, tuple[Task, ...]]:
    """Return by language what has to be translated or compared before the text can be frozen."""
    version = queries.current_version(visit.session, visit.declaration)
    tasks = translating.wanted(visit.session, visit.declaration, version)
    found = {tag: tuple(task for task in tasks if task.language == tag) for tag in version.text.languages}
    return {tag: wanted for tag, wanted in found.items() if wanted}


def _talk(visit: Visit) -> list[tuple[Topic, int]]:
    """Return what has open threads in the discussion, and how many, those with the most first."""
    found = threads.unresolved(visit.session, visit.declaration)
    order = sorted(found.items(), key=lambda line: (-line[1], line[0]))
    return [(read_topic(topic), count) for topic, count in order[:TALK]]


def _lying(visit: Visit, actor: Actor, draft: drafts.Draft) -> Lying:
    opened = drafts.opened(visit.session, actor, draft)
    derived = opened.derive()
    backing = supporting.backing(visit.session, actor, opened, derived, at=visit.at)
    return Lying(opened, proposals.wishes(opened.text, derived.changes), backing)


def _both(visit: Visit, one: Mine) -> tuple[tuple[Wish, Mapping[str, Pairs]], ...]:
    """Return what an amendment in conflict wants, and by language what has become of each clause since its base."""
    if not one.line.conflict:
        return ()
    base = proposals.base_of(queries.versions(visit.session, visit.declaration), one.line)
    then = queries.version_text(visit.session, visit.declaration, base.number).text
    now = queries.current_version(visit.session, visit.declaration).text
    before, after = ({clause.id: clause.texts for clause in text.clauses()} for text in (then, now))
    ground = proposals.ground(visit.session, visit.declaration, one.line)
    return tuple(
        (
            wish,
            {tag: difference(before[wish.clause], after.get(wish.clause, {}), tag) for tag in wish.words}
            if wish.clause in before
            else {},
        )
        for wish in proposals.wishes(ground, one.line.amendment.changes)
    )


def _draft(visit: Visit) -> Shown:
    actor = _actor(visit)
    draft = drafts.find(visit.session, actor, check_id(visit.parts["draft"][:80], where="The address"))
    found = tabling.preview(visit.session, actor, draft, at=visit.at)
    return {**_common(visit), "found": found, "opened": found.opened, "draft": draft}


def _table(visit: Visit) -> Shown:
    return {**_draft(visit), "note": note}


def _word(visit: Visit) -> Shown:
    return {**_common(visit), "number": queries.current_version(visit.session, visit.declaration).number}


def _common(visit: Visit) -> dict[str, Any]:
    """Return what all of these pages show: names, numbers and titles of the version in force."""
    text = queries.current_version(visit.session, visit.declaration).text
    rules = kept.rules(visit.session, visit.declaration)
    return {
        "rules": rules,
        "is_over": rules.is_over(visit.at),
        "lang": visit.texts(),
        "languages": text.languages,
        "numbers": reading.numbers(text),
        "titles": {section.id: section.title for section in text.sections} | {None: text.title},
        "names": reading.names(visit.session, visit.declaration),
        "differing": difference,
    }


def _actor(visit: Visit) -> Actor:
    assert visit.actor is not None  # the room has let only drafters in
    return visit.actor


PAGES: Final = (
    Room("/drafting", "drafter/desk.html", _desk, DRAFTER, ("lang", "tabled")),
    Room("/drafting/word", "drafter/word.html", _word, DRAFTER, ("lang",)),
    Room("/drafting/{draft}", "drafter/draft.html", _draft, DRAFTER, ("lang",)),
    Room("/drafting/{draft}/table", "drafter/table.html", _table, DRAFTER, ("lang",)),
)
"""Every page of a drafter."""
