"""What comments are about: a clause with the words that were read, or an amendment with the content that was read."""

from __future__ import annotations

from dataclasses import dataclass

from declaration.drafting.text import Clause
from declaration.errors import InputRefused, NotFound, StateConflict
from declaration.services.comparing import Pairs, difference
from declaration.services.topics import About, Topic
from declaration.store import queries
from declaration.store.session import View


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a comment was written about.

    Args:
        digest: of the words of the clause, or of the content of the amendment.
        place: the version in which the words stood, or the entry that gave the amendment this content.

    """

    digest: str
    place: int


def present(session: View, declaration: str, topic: Topic) -> Anchor | None:
    """Return what a topic says now; None for a clause that the version in force does not have.

    Raises:
        NotFound: ``amendment.unknown``, ``version.none``.

    """
    if topic.about is About.AMENDMENT:
        line = queries.amendment(session, declaration, topic.id)
        return Anchor(line.amendment.content, line.entry if line.revised is None else line.revised)
    version = queries.current_version(session, declaration)
    clause = _clause(session, declaration, version.number, topic.id)
    return None if clause is None else Anchor(clause.digest, version.number)


def find(session: View, declaration: str, topic: Topic, read: str | None) -> Anchor:
    """Return the words or the content that somebody read.

    Args:
        session: a view.
        declaration: its id.
        topic: a clause or an amendment.
        read: the digest of what they read; None for what stands there now, or stood there last.

    Raises:
        InputRefused: ``discussion.topic``, neither.
        NotFound: ``amendment.unknown``, ``clause.unknown``.
        StateConflict: ``discussion.anchor``, it never said that, or does no longer.

    """
    if topic.about not in {About.CLAUSE, About.AMENDMENT}:
        raise InputRefused(
            "discussion.topic", "A comment is about a clause or an amendment.", hint="Write clause:ID or amendment:ID."
        )
    now = present(session, declaration, topic)
    if now is not None and read in {None, now.digest}:
        return now
    if topic.about is About.CLAUSE:
        was_there = False
        for row in reversed(queries.versions(session, declaration)):
            clause = _clause(session, declaration, row.number, topic.id)
            if clause is not None and read in {None, clause.digest}:
                return Anchor(clause.digest, row.number)
            was_there = was_there or clause is not None
        if not was_there:
            raise NotFound(
                "clause.unknown", f"No version has a clause “{topic.id}”.", hint="Follow the links beside the clauses."
            )
    raise StateConflict(
        "discussion.anchor",
        "What you read is not what stands there: it has been written anew meanwhile.",
        hint="Load the page again and read it; your own words are still with you.",
    )


def since(session: View, declaration: str, topic: Topic, anchor: Anchor, language: str) -> Pairs:
    """Return how the words of a clause in a language have changed since a comment was written about them."""
    then = _clause(session, declaration, anchor.place, topic.id)
    now = _clause(session, declaration, queries.current_version(session, declaration).number, topic.id)
    return difference({} if then is None else then.texts, {} if now is None else now.texts, language)


def _clause(session: View, declaration: str, number: int, clause: str) -> Clause | None:
    text = queries.version_text(session, declaration, number).text
    return next((one for one in text.clauses() if one.id == clause), None)
