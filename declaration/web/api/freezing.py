"""The depositary freezes the text into the instrument that is signed, and may unfreeze it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.services import readiness
from declaration.services.readiness import Lines, Readiness
from declaration.web.api.common import (
    REFUSALS,
    Content,
    Digest,
    Entered,
    Key,
    Match,
    answer,
    entered,
    spend,
    write,
)
from declaration.web.api.deciding import spend_on_present
from declaration.web.caller import AsDepositary, Service

router = APIRouter(prefix="/declarations/{declaration}/desk", tags=["freezing"], responses=REFUSALS)

PDF = "application/pdf"
Line = Annotated[str, Field(min_length=1, max_length=readiness.MAX_LINE)]
Lined = Annotated[dict[str, Line], Field(max_length=64)]


class Occasion(Content):
    """Lines of the title page, each by language and each optional."""

    name: Lined = Field(default_factory=dict)
    place: Lined = Field(default_factory=dict)
    date: Lined = Field(default_factory=dict)


class Freezing(Content):
    """What is frozen: ``base`` is the digest of the version; ``with_stale`` leaves positions on former words out.

    ``columns`` is the number of languages that stand beside each other: 1 sets one after another.
    """

    base: Digest
    occasion: Occasion = Field(default_factory=Occasion)
    with_stale: bool = False
    columns: Annotated[int, Field(ge=1, le=readiness.MOST_COLUMNS)] = 1


class Unfreezing(Content):
    """Why, and how many answers (signatures and refusals) become void by it."""

    reason: Annotated[str, Field(min_length=1, max_length=4_000)]
    voids: Annotated[int, Field(ge=0, le=1_000_000)]


class Unprintable(BaseModel):
    """A character that no font draws: it would stand as a box with its code point."""

    code_point: int
    name: str
    where: str
    count: int


class ReadinessShown(BaseModel):
    """What prevents freezing, and what to know before; clauses are named by their numbers."""

    number: int
    digest: str
    roster: int
    blocked: bool
    needs_word: bool
    missing: list[tuple[str, str]]
    unconfirmed: dict[str, list[str]]
    stale: dict[str, list[str]]
    objections: dict[str, list[str]]
    open: list[str]
    unprintable: list[Unprintable]
    not_enrolled: list[str]


class FrozenShown(Entered):
    """The freeze: digests of the two files, and characters that no font could draw."""

    instrument: str
    document: str
    unprintable: list[str]


@router.get("/readiness", response_model=ReadinessShown)
def ready(chancery: Service, actor: AsDepositary) -> Response:
    """Say whether the version in force can be frozen."""
    with chancery.store.reading() as session:
        found = readiness.readiness(session, actor.declaration)
    return answer(_readiness(found), headers={"ETag": f'"{found.version.digest}"'})


@router.get("/proof.pdf", response_class=Response, responses={200: {"content": {PDF: {}}}})
def proof(
    chancery: Service, actor: AsDepositary, columns: Annotated[int, Query(ge=1, le=readiness.MOST_COLUMNS)] = 1
) -> Response:
    """Show the document as it would be set if it were frozen now, with so many languages beside each other."""
    spend(chancery, actor)
    with chancery.store.reading() as session:
        made = readiness.proof(session, actor.declaration, columns)
    headers = {"Content-Disposition": 'inline; filename="proof.pdf"', "Cache-Control": "no-store"}
    return Response(made, media_type=PDF, headers=headers)


@router.post("/freeze", status_code=201, response_model=FrozenShown)
def freeze(
    request: Request,
    chancery: Service,
    actor: AsDepositary,
    content: Freezing,
    *,
    key: Key = None,
    match: Match = None,
) -> Response:
    """Freeze the version in force: from here on it is signed, and cannot change."""

    def do() -> Json:
        spend_on_present(chancery, actor, match)
        given = content.occasion
        lines = Lines(given.name, given.place, given.date)
        done = readiness.freeze(
            chancery,
            actor.declaration,
            lines=lines,
            base=content.base,
            with_stale=content.with_stale,
            columns=content.columns,
        )
        body = done.recorded.entry.body
        return entered(done.recorded) | {
            "instrument": body["instrument"],
            "document": body["document"],
            "unprintable": [str(item) for item in done.missing_glyphs],
        }

    return write(request, chancery, actor, content, do, key=key, status=201)


@router.post("/unfreeze", status_code=201, response_model=Entered)
def unfreeze(
    request: Request, chancery: Service, actor: AsDepositary, content: Unfreezing, key: Key = None
) -> Response:
    """Return to drafting; every signature given so far becomes void, and the ledger says so."""

    def do() -> Json:
        spend(chancery, actor)
        return entered(readiness.unfreeze(chancery, actor.declaration, reason=content.reason, voids=content.voids))

    return write(request, chancery, actor, content, do, key=key, status=201)


def _readiness(found: Readiness) -> dict[str, Json]:
    return {
        "number": found.version.number,
        "digest": found.version.digest,
        "roster": found.roster,
        "blocked": found.is_blocked,
        "needs_word": found.needs_word,
        "missing": [list(place) for place in found.missing],
        "unconfirmed": {
            language: [task.passage.name for task in found.unconfirmed if task.language == language]
            for language in sorted({task.language for task in found.unconfirmed})
        },
        "stale": {number: list(who) for number, who in found.stale.items()},
        "objections": {number: list(who) for number, who in found.objections.items()},
        "open": list(found.open),
        "unprintable": [
            {"code_point": item.code_point, "name": item.name, "where": item.where, "count": item.count}
            for item in found.unprintable
        ],
        "not_enrolled": list(found.not_enrolled),
    }
