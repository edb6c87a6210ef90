"""The discussion as pages for those who take part: what waits, what is said of a clause or an amendment, one thread."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from declaration.drafting.discussion import MAX_LENGTH
from declaration.drafting.text import check_id
from declaration.services import anchoring, participants, reading, threads
from declaration.services.actors import Actor, Role
from declaration.services.comparing import Pairs
from declaration.services.threads import Thread
from declaration.services.topics import About, Topic
from declaration.store import queries
from declaration.web.pages.entering import Room, Shown, Visit

EVERYBODY: Final = tuple(Role)
"""Who reads these pages: whoever takes part."""
THREADS: Final = 20
"""Threads on one page; a phone shows three at once."""
_ALL: Final = 500
"""Threads about one clause or amendment on its page; older ones are found in the list."""


def overview(visit: Visit) -> Shown:
    """List threads: those that are open, or wait for the reader, or all."""
    actor = _actor(visit)
    view = visit.parameters.get("show", "open")
    view = view if view in threads.VIEWS else "open"
    after = visit.parameters.get("after", "")
    before = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else None
    found = threads.listed(visit.session, actor, topic=None, view=view, before=before, limit=THREADS + 1)
    shown = found[:THREADS]
    return {
        **_common(visit, shown),
        "found": shown,
        "view": view,
        "counts": {name: threads.count(visit.session, actor, name) for name in threads.VIEWS},
        "next": shown[-1].number if len(found) > THREADS else None,
    }


def about_clause(visit: Visit) -> Shown:
    """Show what is said of a clause, with its words."""
    return _about(visit, Topic(About.CLAUSE, check_id(visit.parts["clause"][:80], where="The address")))


def about_amendment(visit: Visit) -> Shown:
    """Show what is said of an amendment."""
    return _about(visit, Topic(About.AMENDMENT, check_id(visit.parts["amendment"][:80], where="The address")))


def _about(visit: Visit, topic: Topic) -> Shown:
    anchor = anchoring.find(visit.session, visit.declaration, topic, None)
    found = threads.listed(visit.session, _actor(visit), topic=topic, view="all", before=None, limit=_ALL)
    words: Mapping[str, str] = {}
    if topic.about is About.CLAUSE:
        text = queries.version_text(visit.session, visit.declaration, anchor.place).text
        words = text.clause(topic.id).texts
    return {**_common(visit, found), "found": found, "topic": topic, "anchor": anchor, "words": words}


def one(visit: Visit) -> Shown:
    """Show one thread."""
    found = threads.find(visit.session, _actor(visit), int(visit.parts["thread"]))
    return {**_common(visit, (found,)), "found": (found,), "thread": found}


def _common(visit: Visit, found: tuple[Thread, ...]) -> dict[str, Any]:
    """Return what all of these pages show: numbers of clauses, who can be mentioned, what changed since."""
    people = participants.listed(visit.session, visit.declaration)
    ids = sorted({person.id for person in people if person.is_in})
    numbers: Mapping[str, str] = {}
    if visit.frame.version is not None:
        text = queries.version_text(visit.session, visit.declaration, visit.frame.version).text
        numbers = reading.numbers(text)
    lang = visit.texts()
    return {
        "lang": lang,
        "numbers": numbers,
        "people_in": [person for person in people if person.is_in],
        "called": _called(people),
        "cut": lambda text: threads.cut(text, ids),
        "since": {one.number: _since(visit, one, lang) for one in found if one.stale},
        "end": threads.end(visit.session, visit.declaration),
        "key": lambda: secrets.token_urlsafe(16),
        "longest": MAX_LENGTH,
        "open": visit.frame.phase != "sealed",
    }


def _called(people: tuple[participants.Participant, ...]) -> Mapping[str, str]:
    """Return by id how those who bear it are called."""
    found: dict[str, str] = {}
    for person in people:
        found[person.id] = f"{found[person.id]}, {person.called}" if person.id in found else person.called
    return found


def _since(visit: Visit, thread: Thread, language: str) -> Pairs:
    if thread.topic.about is not About.CLAUSE:
        return ()
    return anchoring.since(visit.session, visit.declaration, thread.topic, thread.anchor, language)


def _actor(visit: Visit) -> Actor:
    assert visit.actor is not None  # the room has let only those in who take part
    return visit.actor


PAGES: Final = (
    Room("/discussion", "discussion/overview.html", overview, EVERYBODY, ("show", "after", "lang")),
    Room("/discussion/clauses/{clause}", "discussion/about.html", about_clause, EVERYBODY, ("lang",)),
    Room("/discussion/amendments/{amendment}", "discussion/about.html", about_amendment, EVERYBODY, ("lang",)),
    Room("/discussion/threads/{thread:number}", "discussion/thread.html", one, EVERYBODY, ("lang",)),
)
"""Every page of the discussion."""
