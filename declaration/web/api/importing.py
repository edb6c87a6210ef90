"""Drafting elsewhere: an edited Word document, or an amendment in Akoma Ntoso, is looked over and becomes a draft."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel
from starlette.responses import Response

from declaration.canonical import Json
from declaration.drafting.amendment import changes_to_json
from declaration.services import importing, reading
from declaration.services.importing import IGNORED, Read, Refused, Understood, sentence
from declaration.services.word import MEDIA
from declaration.web.api.common import REFUSALS, Content, Digest, Key, answer, spend, write
from declaration.web.api.drafting_forms import DraftLine, VersionNamed, WishShown, line_json, wish_json
from declaration.web.caller import AsDrafter, Service

router = APIRouter(prefix="/declarations/{declaration}/drafting/word", tags=["drafting"], responses=REFUSALS)
Document = Annotated[
    bytes,
    Body(media_type=MEDIA, description="The Word document as it was saved, or a file of an amendment in Akoma Ntoso."),
]


class RefusedShown(BaseModel):
    """Something in the document of which no change was made; ``ignored`` where nothing is lost by that."""

    code: str
    clause: str | None
    section: str | None
    number: str
    others: list[str]
    language: str | None
    words: str
    by: str
    detail: str
    ignored: bool


class UnderstoodShown(BaseModel):
    """A change that was understood: whose tracked changes it comes of, and whether all of it was tracked."""

    change: dict[str, Any]
    by: list[str]
    tracked: bool


class WordShown(BaseModel):
    """What comes of a document: changes of the version that it is based on, and what was not understood."""

    base: VersionNamed
    in_force: VersionNamed
    languages: list[str]
    understood: list[UnderstoodShown]
    wishes: list[WishShown]
    refused: list[RefusedShown]


class DraftTaken(DraftLine):
    """A draft that was begun with a document, and what comes of it."""

    document: WordShown


class _Sent(Content):
    """What names a document in an idempotent request."""

    sha256: Digest


@router.post("", response_model=WordShown)
def look(chancery: Service, actor: AsDrafter, document: Document) -> Response:
    """Read an edited Word document, or an amendment in Akoma Ntoso, and show what comes of it; nothing is saved."""
    spend(chancery, actor)
    with chancery.store.reading() as session:
        found = importing.read(session, actor.declaration, document)
    return answer(_read_json(found))


@router.post("/draft", status_code=201, response_model=DraftTaken)
def take_over(
    request: Request, chancery: Service, actor: AsDrafter, document: Document, *, key: Key = None
) -> Response:
    """Begin a draft with what is understood of an edited Word document, or with an amendment in Akoma Ntoso."""

    def do() -> Json:
        spend(chancery, actor)
        draft, found = importing.take_over(chancery, actor, document)
        return line_json(draft) | {"document": _read_json(found)}

    sent = _Sent(sha256=hashlib.sha256(document).hexdigest())
    return write(request, chancery, actor, sent, do, key=key, status=201)


def _read_json(read: Read) -> dict[str, Json]:
    numbers = reading.numbers(read.base.text)
    return {
        "base": {"number": read.base.number, "digest": read.base.digest},
        "in_force": {"number": read.in_force.number, "digest": read.in_force.digest},
        "languages": list(read.found.languages),
        "understood": [_understood_json(one) for one in read.found.understood],
        "wishes": [wish_json(wish) for wish in read.wishes],
        "refused": [_refused_json(one, numbers) for one in read.found.refused],
    }


def _understood_json(one: Understood) -> dict[str, Json]:
    return {"change": changes_to_json([one.change])[0], "by": list(one.by), "tracked": one.tracked}


def _refused_json(one: Refused, numbers: Mapping[str, str]) -> dict[str, Json]:
    return {
        "code": one.code,
        "clause": one.clause,
        "section": one.section,
        "number": numbers.get(one.clause or "", ""),
        "others": [numbers.get(other, other) for other in one.others],
        "language": one.language,
        "words": one.words,
        "by": one.by,
        "detail": sentence(one),
        "ignored": one.code in IGNORED,
    }
