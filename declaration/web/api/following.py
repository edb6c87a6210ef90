"""Following by e-mail: asking, answering from the address, stopping. The name in a letter's links is all that it takes.

Nobody needs to come in for it, and asking is answered alike whether the address follows already or not.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.services import following
from declaration.services.addresses import MAX_ADDRESS
from declaration.services.following import Following, Pace
from declaration.services.topics import read_topic
from declaration.services.traffic import WRITING, take
from declaration.web.api.common import REFUSALS, Content, answer
from declaration.web.api.entering import address_of
from declaration.web.caller import Door, Service

router = APIRouter(prefix="/declarations/{declaration}/following", tags=["following"], responses=REFUSALS)

MAX_TOPIC = 80
"""Characters of a topic: its kind, and an id."""
Name: TypeAlias = Annotated[str, Path(max_length=64, description="As it stands in the letter's links.")]
Language: TypeAlias = Literal["fr", "de", "en"]


class Wish(Content):
    """Whoever has this address may want to follow; ``topic`` is ``text``, ``clause:ID`` or ``amendment:ID``."""

    address: Annotated[str, Field(min_length=3, max_length=MAX_ADDRESS)]
    topic: Annotated[str, Field(min_length=4, max_length=MAX_TOPIC)] = "text"
    language: Language = "en"


class Chosen(Content):
    """How often to write, and in which language."""

    pace: Annotated[Pace, Field(strict=False)]
    language: Language


class Followed(BaseModel):
    """What is followed."""

    topic: str
    pace: str
    language: str


@router.post("", status_code=202)
def ask(request: Request, chancery: Service, declaration: str, content: Wish) -> Response:
    """Ask an address, by a letter, whether it wants to follow; nothing else is sent until it has answered."""
    _knock(request)
    following.ask(
        chancery,
        declaration,
        address=content.address,
        topic=read_topic(content.topic),
        language=content.language,
        caller=address_of(request),
    )
    return answer({"asked": True}, status=202)


@router.put("/{name}", response_model=Followed)
def confirm(request: Request, chancery: Service, declaration: str, name: Name, content: Chosen) -> Response:
    """Answer from the address, the first time or with another choice."""
    take(chancery, WRITING, address_of(request))
    kept = following.confirm(chancery, declaration, name, pace=content.pace, language=content.language)
    return answer(_followed(kept))


@router.delete("/{name}", status_code=204)
def stop(request: Request, chancery: Service, declaration: str, name: Name) -> Response:
    """Stop, and have the address forgotten; what has stopped already is answered alike."""
    take(chancery, WRITING, address_of(request))
    following.stop(chancery, declaration, name)
    return Response(status_code=204)


def _knock(request: Request) -> None:
    """Let only our own pages, or a program, ask: no other website makes its readers send letters."""
    door: Door = request.app.state.door
    door.require_own_page(request)


def _followed(kept: Following) -> dict[str, Json]:
    return {"topic": str(kept.topic), "pace": str(kept.pace), "language": kept.language}
