"""A signatory's delegates, who prepare for them; and anybody's own devices: what lets them in, and how to end it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.services import delegating, sessions
from declaration.services.delegating import Listed
from declaration.services.entering import Invited
from declaration.web.api.common import REFUSALS, Content, Key, answer, spend, write
from declaration.web.caller import Anybody, AsMayor, AsOffice, Service, Somebody, keep_cookie

router = APIRouter(prefix="/declarations/{declaration}", tags=["delegates"], responses=REFUSALS)


class Naming(Content):
    """Somebody who shall prepare."""

    name: Annotated[str, Field(min_length=1, max_length=400)]


class DelegateShown(BaseModel):
    """Somebody who prepares; ``enrolled`` once they have come in."""

    id: str
    name: str
    at: str
    enrolled: bool


class Delegates(BaseModel):
    """Everybody who prepares for a signatory."""

    items: list[DelegateShown]
    next: None


class InvitedDelegate(BaseModel):
    """An invitation; its secret is shown this once."""

    id: str
    name: str
    secret: str
    expires: str


@router.get("/my/delegates", response_model=Delegates)
def delegates(chancery: Service, actor: AsOffice) -> Response:
    """List who prepares for the signatory."""
    return answer({"items": [_listed(item) for item in delegating.delegates(chancery, actor)], "next": None})


@router.post("/my/delegates", response_model=InvitedDelegate, status_code=201)
def name(request: Request, chancery: Service, actor: AsMayor, content: Naming, key: Key = None) -> Response:
    """Name somebody who prepares, and invite them: give them the secret, it is shown this once."""

    def do() -> Json:
        spend(chancery, actor)
        return _invited(delegating.name(chancery, actor, called=content.name))

    del key  # an answer that holds a secret is not kept
    return write(request, chancery, actor, content, do, key=None, status=201)


@router.post("/my/delegates/{delegate}/invitation", response_model=InvitedDelegate, status_code=201)
def invite(request: Request, chancery: Service, actor: AsMayor, delegate: str) -> Response:
    """Invite a delegate anew; their passkeys and sessions until now end."""

    def do() -> Json:
        spend(chancery, actor)
        return _invited(delegating.invite(chancery, actor, delegate[:80]))

    return write(request, chancery, actor, None, do, key=None, status=201)


@router.delete("/my/delegates/{delegate}", status_code=204)
def end(chancery: Service, actor: AsMayor, delegate: str) -> Response:
    """End a delegation; what was prepared stays."""
    delegating.end(chancery, actor, delegate[:80])
    return Response(status_code=204)


@router.delete("/sessions", status_code=204)
def leave_everywhere(request: Request, chancery: Service, caller: Anybody, actor: Somebody) -> Response:
    """Go on every device: all of one's sessions and tokens end."""
    sessions.close_all(chancery, actor)
    if caller.secret is not None:
        keep_cookie(request, None)
    return Response(status_code=204)


def _listed(item: Listed) -> dict[str, Json]:
    return {
        "id": item.delegate.id,
        "name": item.delegate.name,
        "at": f"{item.delegate.at:%Y-%m-%dT%H:%M:%SZ}",
        "enrolled": item.enrolled,
    }


def _invited(invited: Invited) -> dict[str, Json]:
    return {
        "id": invited.actor.subject,
        "name": invited.actor.name,
        "secret": invited.secret,
        "expires": f"{invited.expires:%Y-%m-%dT%H:%M:%SZ}",
    }
