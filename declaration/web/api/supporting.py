"""Support: asking others to stand behind a draft, answering, supporting what is tabled; and the rules about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.ledger.entries import MAX_MINIMUM
from declaration.ledger.forms import write_moment
from declaration.services import drafts, ruling, supporting
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.ruling import Deadline
from declaration.services.supporting import Backing, Proposed
from declaration.web.api.common import REFUSALS, Content, Digest, Entered, Id, Key, answer, entered, spend, write
from declaration.web.api.drafting_forms import WishShown, wish_json
from declaration.web.caller import AsDepositary, AsDrafter, Service

router = APIRouter(prefix="/declarations/{declaration}", tags=["supporting"], responses=REFUSALS)


class Supporting(Content):
    """What is supported: the digest of the content that was read."""

    content: Digest


class Until(Content):
    """A deadline: a time on the clocks of a place, to the minute, and the name of its time zone (IANA)."""

    local: Annotated[
        str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$", examples=["2019-08-30T18:00"])
    ]
    zone: Annotated[str, Field(min_length=1, max_length=64, examples=["Europe/Berlin"])]


class NewRules(Content):
    """The rules from here on: how many stand behind an amendment, its author among them; until when one is tabled."""

    sponsors: Annotated[int, Field(ge=1, le=MAX_MINIMUM)]
    deadline: Until | None


class AskedShown(BaseModel):
    """One who was asked to support a draft; the answer is waiting, given, or former (given to other words)."""

    drafter: str
    name: str
    answer: str
    asked: str
    given: str | None


class BackingShown(BaseModel):
    """Who stands behind a draft, and how many others are missing; ``content`` is null while it cannot be tabled."""

    draft: str
    content: str | None
    needed: int
    given: int
    missing: int
    enough: bool
    asked: list[AskedShown]


class ProposedShown(BaseModel):
    """A draft that one is asked to support."""

    draft: str
    author: str
    name: str
    answer: str
    content: str | None
    revises: str | None
    rationale: str
    wishes: list[WishShown]


class ProposedList(BaseModel):
    """The drafts that one is asked to support."""

    items: list[ProposedShown]
    next: str | None


@router.get("/drafting/drafts/{draft}/sponsors", response_model=BackingShown)
def backing(chancery: Service, actor: AsDrafter, draft: Id) -> Response:
    """Say who stands behind a draft of one's own, and what the rules demand."""
    return answer(_backing(chancery, actor, draft))


@router.put("/drafting/drafts/{draft}/sponsors/{drafter}", response_model=BackingShown)
def ask(request: Request, chancery: Service, actor: AsDrafter, draft: Id, drafter: Id, *, key: Key = None) -> Response:
    """Ask another drafter to support a draft, which lets them read it."""

    def do() -> Json:
        spend(chancery, actor)
        supporting.ask(chancery, actor, draft, drafter)
        return _backing(chancery, actor, draft)

    return write(request, chancery, actor, None, do, key=key)


@router.delete("/drafting/drafts/{draft}/sponsors/{drafter}", status_code=204)
def stop_asking(chancery: Service, actor: AsDrafter, draft: Id, drafter: Id) -> Response:
    """No longer ask a drafter to support a draft: they read it no more, and their support goes with it."""
    spend(chancery, actor)
    supporting.stop_asking(chancery, actor, draft, drafter)
    return Response(status_code=204)


@router.get("/drafting/requests", response_model=ProposedList)
def requests(chancery: Service, actor: AsDrafter) -> Response:
    """List the drafts that one is asked to support, what waits for an answer first."""
    with chancery.store.reading() as session:
        found = supporting.proposed(session, actor)
    return answer({"items": [_proposed(one) for one in found], "next": None})


@router.get("/drafting/requests/{draft}", response_model=ProposedShown)
def look(chancery: Service, actor: AsDrafter, draft: Id) -> Response:
    """Return a draft that one is asked to support, as it would be tabled."""
    with chancery.store.reading() as session:
        return answer(_proposed(supporting.look(session, actor, draft)))


@router.put("/drafting/requests/{draft}", response_model=ProposedShown)
def give(
    request: Request, chancery: Service, actor: AsDrafter, draft: Id, content: Supporting, *, key: Key = None
) -> Response:
    """Support exactly what a draft says; whoever tables it publishes who supports it, and since when."""

    def do() -> Json:
        spend(chancery, actor)
        return _proposed(supporting.give(chancery, actor, draft, content.content))

    return write(request, chancery, actor, content, do, key=key)


@router.delete("/drafting/requests/{draft}", status_code=204)
def decline(chancery: Service, actor: AsDrafter, draft: Id) -> Response:
    """Take a draft off one's list, and one's support for it back."""
    spend(chancery, actor)
    supporting.decline(chancery, actor, draft)
    return Response(status_code=204)


@router.put("/drafting/amendments/{amendment}/support", response_model=Entered)
def support(
    request: Request, chancery: Service, actor: AsDrafter, amendment: Id, content: Supporting, *, key: Key = None
) -> Response:
    """Support what an open amendment says now, in public."""

    def do() -> Json:
        spend(chancery, actor)
        return entered(supporting.support(chancery, actor, amendment, content.content))

    return write(request, chancery, actor, content, do, key=key)


@router.delete("/drafting/amendments/{amendment}/support", response_model=Entered)
def stop_supporting(request: Request, chancery: Service, actor: AsDrafter, amendment: Id, key: Key = None) -> Response:
    """Take back one's support for an open amendment, in public."""

    def do() -> Json:
        spend(chancery, actor)
        return entered(supporting.stop_supporting(chancery, actor, amendment))

    return write(request, chancery, actor, None, do, key=key)


@router.put("/desk/rules", response_model=Entered)
def rules(request: Request, chancery: Service, actor: AsDepositary, content: NewRules, key: Key = None) -> Response:
    """Set the rules of the negotiation from here on; what is tabled already stays."""

    def do() -> Json:
        spend(chancery, actor)
        until = None if content.deadline is None else _deadline(content.deadline)
        return entered(ruling.set_rules(chancery, actor.declaration, sponsors=content.sponsors, deadline=until))

    return write(request, chancery, actor, content, do, key=key)


def _deadline(until: Until) -> Deadline:
    return ruling.deadline(until.local, until.zone)


def _backing(chancery: Chancery, actor: Actor, draft: str) -> dict[str, Json]:
    with chancery.store.reading() as session:
        opened = drafts.opened(session, actor, drafts.find(session, actor, draft))
        derived = opened.derive()
        found = supporting.backing(session, actor, opened, derived, at=chancery.now())
    return {"draft": draft, **backing_json(found)}


def backing_json(found: Backing) -> dict[str, Json]:
    """Return who stands behind a draft as `BackingShown`, without the draft's id."""
    return {
        "content": found.content,
        "needed": found.needed,
        "given": found.given,
        "missing": found.missing,
        "enough": found.is_enough,
        "asked": [
            {
                "drafter": one.drafter,
                "name": one.name,
                "answer": str(one.answer),
                "asked": _moment(one.asked),
                "given": None if one.given is None else _moment(one.given),
            }
            for one in found.asked
        ],
    }


def _proposed(found: Proposed) -> dict[str, Json]:
    return {
        "draft": found.request.draft,
        "author": found.request.author,
        "name": found.author,
        "answer": str(found.answer),
        "content": found.content,
        "revises": found.draft.draft.amendment,
        "rationale": found.derived.rationale,
        "wishes": [wish_json(wish) for wish in found.wishes],
    }


def _moment(at: datetime) -> str:
    return write_moment(at, "support.at")
