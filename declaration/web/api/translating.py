"""The languages beside each other: how far each is in step, confirming what says the same, mending what does not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.services import translating
from declaration.services.consolidating import Given
from declaration.services.translating import Bench, Row
from declaration.store import queries
from declaration.web.api.common import REFUSALS, Content, Digest, Key, Match, answer, write
from declaration.web.api.deciding import MAX_WORDS, VersionNamed, Words, named, spend_on_present
from declaration.web.caller import AsDepositary, Service

reading = APIRouter(prefix="/declarations/{declaration}", tags=["languages"], responses=REFUSALS)
router = APIRouter(prefix="/declarations/{declaration}/desk/languages", tags=["languages"], responses=REFUSALS)

MAX_CHOSEN = 5_001
"""Passages in one confirmation: every clause of the longest text, and a title."""
Language = Annotated[str, Field(min_length=2, max_length=64)]


class Confirming(Content):
    """Passages whose words say the same as in the drafting language, by name; null for all that have words in both."""

    base: Digest
    language: Language
    passages: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=80)]] | None, Field(min_length=1, max_length=MAX_CHOSEN)
    ] = None


class Correcting(Content):
    """Words that mend a translation without changing what it means; ``ask`` those again who read that language."""

    base: Digest
    words: Annotated[list[Words], Field(min_length=1, max_length=MAX_WORDS)]
    reason: Annotated[str, Field(min_length=1, max_length=4_000)]
    ask: bool


class Step(BaseModel):
    """How far a language is in step: passages of the text, those without words, those that nobody has confirmed."""

    language: str
    all: int
    missing: int
    unconfirmed: int


class Beside(BaseModel):
    """A passage in both languages, what is left to do, and how each has changed since it was in step last."""

    passage: str
    number: str
    drafting: str | None
    words: str | None
    want: str | None
    before: int | None
    drafting_since: list[tuple[str, str]]
    words_since: list[tuple[str, str]]


class Languages(BaseModel):
    """How far each language beside the drafting language is in step, and a page of one of them."""

    version: VersionNamed
    drafting: str
    languages: list[Step]
    language: str | None
    count: int
    page: int
    pages: int
    items: list[Beside]


class LanguageConfirmed(BaseModel):
    """How many passages are out of step in that language now."""

    left: int


class Corrected(BaseModel):
    """The version that mends the words, and open amendments that are carried to it or stand in conflict with it."""

    version: VersionNamed
    carried: list[str]
    in_conflict: list[str]


@reading.get("/languages", response_model=Languages)
def languages(
    chancery: Service,
    declaration: str,
    language: Annotated[str | None, Query(max_length=64)] = None,
    *,
    everything: bool = False,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Response:
    """Return what is out of step with the drafting language, or with ``everything`` all of it, by the page."""
    with chancery.store.reading() as session:
        found = translating.bench(session, declaration, language, everything=everything, page=page)
        version = queries.current_version(session, declaration) if found is None else found.version
    shown: dict[str, Json] = {
        "version": named(version),
        "drafting": version.text.languages[0],
        "languages": [],
        "language": None,
        "count": 0,
        "page": 1,
        "pages": 1,
        "items": [],
    }
    return answer(shown | ({} if found is None else _bench(found)), headers={"ETag": f'"{version.digest}"'})


@router.post("/confirmations", status_code=201, response_model=LanguageConfirmed)
def confirm(
    request: Request,
    chancery: Service,
    actor: AsDepositary,
    content: Confirming,
    *,
    key: Key = None,
    match: Match = None,
) -> Response:
    """Confirm that words in a language say the same as those in the drafting language."""

    def do() -> Json:
        spend_on_present(chancery, actor, match)
        left = translating.confirm(
            chancery, actor.declaration, content.language, base=content.base, passages=content.passages
        )
        return {"left": left}

    return write(request, chancery, actor, content, do, key=key, status=201)


@router.post("/corrections", status_code=201, response_model=Corrected)
def correct(
    request: Request,
    chancery: Service,
    actor: AsDepositary,
    content: Correcting,
    *,
    key: Key = None,
    match: Match = None,
) -> Response:
    """Mend a translation as a version of its own; positions stay, and the mended words are confirmed with it."""

    def do() -> Json:
        spend_on_present(chancery, actor, match)
        given = [Given(item.clause, item.section, item.language, item.text) for item in content.words]
        done = translating.correct(
            chancery, actor.declaration, given, base=content.base, reason=content.reason, ask=content.ask
        )
        return {
            "version": named(done.version),
            "carried": list(done.carried),
            "in_conflict": list(done.in_conflict),
        }

    return write(request, chancery, actor, content, do, key=key, status=201)


def _bench(found: Bench) -> dict[str, Json]:
    steps: list[Json] = [
        {"language": line.language, "all": line.all, "missing": line.missing, "unconfirmed": line.unconfirmed}
        for line in found.tongues
    ]
    return {
        "languages": steps,
        "language": found.language,
        "count": found.count,
        "page": found.page,
        "pages": found.pages,
        "items": [_row(row) for row in found.rows],
    }


def _row(row: Row) -> dict[str, Json]:
    return {
        "passage": row.passage.name,
        "number": row.number,
        "drafting": row.drafting,
        "words": row.words,
        "want": None if row.want is None else str(row.want),
        "before": row.before,
        "drafting_since": [list(pair) for pair in row.drafting_since],
        "words_since": [list(pair) for pair in row.words_since],
    }
