"""A signatory's positions: clauses as they stand to them, choices that are prepared, statements, the passkey's yes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.drafting.positions import Stance
from declaration.services import answering, positions, preparing
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.positions import Chosen
from declaration.services.preparing import Desk, Line
from declaration.services.traffic import SIGNING, take
from declaration.store.prepared import Choice
from declaration.web.api.common import (
    REFUSALS,
    AssertionContent,
    Content,
    Digest,
    Entered,
    Id,
    Key,
    answer,
    entered,
    spend,
    write,
)
from declaration.web.caller import AsMayor, AsOffice, Service

router = APIRouter(prefix="/declarations/{declaration}/my", tags=["positions"], responses=REFUSALS)

MAX_CHOICES = 500
"""Choices in one request: more than any declaration has clauses."""


class Choosing(Content):
    """What is chosen for a clause whose words were read."""

    digest: Digest
    stance: Annotated[Stance, Field(strict=False)]
    reservation: Annotated[str | None, Field(max_length=10_000)] = None


class ChosenClause(Choosing):
    """The same, with the clause's id."""

    clause: Id


class Asked(Content):
    """Choices for which statements are asked."""

    choices: Annotated[list[ChosenClause], Field(min_length=1, max_length=MAX_CHOICES)]
    language: Annotated[str | None, Field(min_length=2, max_length=64)] = None
    """In which the words were read; without it, the drafting language."""


class Confirmed(Content):
    """A statement, and the passkey's assertion over it."""

    statement: Annotated[str, Field(max_length=60_000)]
    assertion: AssertionContent


class Statements(BaseModel):
    """Statements to be confirmed one after another."""

    statements: list[str]


class Prepared(BaseModel):
    """A choice that lies prepared; ``stale`` when the words have changed since."""

    digest: str
    stance: str
    reservation: str | None
    by: str
    at: str
    stale: bool


class Taken(BaseModel):
    """A position that was confirmed; ``stale`` when the words have changed since."""

    digest: str
    stance: str
    reservation: str | None
    version: int
    at: str
    stale: bool


class ClauseOfMine(BaseModel):
    """A clause: its words by language, one's position, what changed since, what lies prepared."""

    clause: str
    section: str
    number: str
    digest: str
    texts: dict[str, str]
    position: Taken | None
    changes: dict[str, list[tuple[str, str]]]
    prepared: Prepared | None


class VersionOfMine(BaseModel):
    """The version in force."""

    number: int
    digest: str


class Clauses(BaseModel):
    """The text in force, as one signatory stands to it."""

    version: VersionOfMine
    signatory: str
    open: int
    stale: int
    items: list[ClauseOfMine]


@router.get("/clauses", response_model=Clauses)
def clauses(chancery: Service, actor: AsOffice, declaration: str) -> Response:
    """Return every clause with one's own position, what changed since it was taken, and what lies prepared."""
    signatory = _signatory(actor)
    with chancery.store.reading() as session:
        desk = preparing.desk(session, declaration, signatory)
    return answer(_desk(desk, signatory))


@router.put("/prepared/{clause}", response_model=Prepared)
def choose(
    request: Request, chancery: Service, actor: AsOffice, clause: Id, content: Choosing, *, key: Key = None
) -> Response:
    """Prepare a choice for a clause; a signatory or their delegate may, and nothing is public yet."""

    def do() -> Json:
        spend(chancery, actor)
        choice = preparing.choose(
            chancery, actor, clause, digest=content.digest, stance=content.stance, reservation=content.reservation
        )
        return _choice(choice, stale=False)

    return write(request, chancery, actor, content, do, key=key)


@router.delete("/prepared/{clause}", status_code=204)
def unchoose(chancery: Service, actor: AsOffice, clause: Id) -> Response:
    """Take a prepared choice away."""
    spend(chancery, actor)
    preparing.unchoose(chancery, actor, clause)
    return Response(status_code=204)


@router.post("/positions/statements", response_model=Statements)
def ask(request: Request, chancery: Service, actor: AsMayor, content: Asked, key: Key = None) -> Response:
    """Return statements over choices; the signatory's passkey signs the SHA-256 of each."""

    def do() -> Json:
        spend_gesture(chancery, actor)
        chosen = {item.clause: (item.digest, Chosen(item.stance, item.reservation)) for item in content.choices}
        given = preparing.ask(chancery, actor, chosen, language=content.language)
        return {"statements": [statement.decode() for statement in given]}

    return write(request, chancery, actor, content, do, key=key)


@router.post("/positions", response_model=Entered)
def confirm(request: Request, chancery: Service, actor: AsMayor, content: Confirmed, key: Key = None) -> Response:
    """Take the positions of a statement that the signatory's passkey has signed."""

    def do() -> Json:
        spend(chancery, actor)
        statement = content.statement.encode()
        answering.require_own(actor, statement)
        recorded = positions.confirm(chancery, statement, content.assertion.assertion())
        preparing.settle(chancery, actor, recorded)
        return entered(recorded)

    return write(request, chancery, actor, content, do, key=key)


def spend_gesture(chancery: Chancery, actor: Actor) -> None:
    """Use one of a signatory's gestures."""
    take(chancery, SIGNING, f"{actor.declaration}/{actor.signatory}")


def _signatory(actor: Actor) -> str:
    assert actor.signatory is not None  # the guard lets only signatories and their delegates pass
    return actor.signatory


def _desk(desk: Desk, signatory: str) -> dict[str, Json]:
    items: list[Json] = [_line(line, part.section.id) for part in desk.parts for line in part.lines]
    return {
        "version": {"number": desk.version.number, "digest": desk.version.digest},
        "signatory": signatory,
        "open": desk.open,
        "stale": desk.stale,
        "items": items,
    }


def _line(line: Line, section: str) -> dict[str, Json]:
    taken = line.taken
    position: Json = None
    if taken is not None:
        position = {
            "digest": taken.position.clause_digest,
            "stance": str(taken.position.stance),
            "reservation": taken.position.reservation,
            "version": taken.version,
            "at": f"{taken.at:%Y-%m-%dT%H:%M:%SZ}",
            "stale": line.stale,
        }
    return {
        "clause": line.clause.id,
        "section": section,
        "number": line.number,
        "digest": line.clause.digest,
        "texts": dict(line.clause.texts),
        "position": position,
        "changes": {language: [list(pair) for pair in pairs] for language, pairs in line.changes.items()},
        "prepared": None if line.choice is None else _choice(line.choice, stale=line.outdated),
    }


def _choice(choice: Choice, *, stale: bool) -> dict[str, Json]:
    return {
        "digest": choice.digest,
        "stance": choice.stance,
        "reservation": choice.reservation,
        "by": choice.by,
        "at": f"{choice.at:%Y-%m-%dT%H:%M:%SZ}",
        "stale": stale,
    }
