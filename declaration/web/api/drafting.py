"""Drafting: drafts saved as one types, the last look, tabling, revising and withdrawing, what collides with what."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from declaration.canonical import Json
from declaration.services import drafts, tabling
from declaration.web.api.common import (
    REFUSALS,
    Entered,
    Id,
    Key,
    Match,
    answer,
    entered,
    refuse,
    require_match,
    spend,
    write,
)
from declaration.web.api.drafting_forms import (
    Amendments,
    Collisions,
    DraftLine,
    Drafts,
    DraftShown,
    NewDraft,
    PreviewShown,
    SavedDraft,
    TabledShown,
    collision_json,
    line_json,
    mine_json,
    preview_json,
    shown_json,
)
from declaration.web.caller import AsDrafter, AsProposer, Service

router = APIRouter(prefix="/declarations/{declaration}/drafting", tags=["drafting"], responses=REFUSALS)


@router.get("/drafts", response_model=Drafts)
def drafts_of(chancery: Service, actor: AsDrafter) -> Response:
    """List one's drafts that are not tabled, those changed last first."""
    with chancery.store.reading() as session:
        found = [draft for draft in drafts.of(session, actor) if draft.tabled is None]
    return answer({"items": [line_json(draft) for draft in found], "next": None})


@router.post("/drafts", status_code=201, response_model=DraftLine)
def begin(request: Request, chancery: Service, actor: AsDrafter, content: NewDraft, key: Key = None) -> Response:
    """Begin a draft."""

    def do() -> Json:
        spend(chancery, actor)
        kin = {"amends": content.amends, "alternative": content.alternative}
        return line_json(drafts.create(chancery, actor, content.typed.typed(), base=content.base, **kin))

    return _tagged(write(request, chancery, actor, content, do, key=key, status=201))


@router.get("/drafts/{draft}", response_model=DraftShown)
def show(
    chancery: Service,
    actor: AsDrafter,
    draft: Id,
    carried: Annotated[bool, Query(description="Carried to the version in force, which saves nothing.")] = False,
) -> Response:
    """Return a draft as it was saved, or as it stands to the version in force; its ETag names the revision."""
    with chancery.store.reading() as session:
        opened = drafts.opened(session, actor, drafts.find(session, actor, draft))
    return _tagged(answer(shown_json(opened, carried=carried)))


@router.put("/drafts/{draft}", response_model=DraftLine)
def save(
    request: Request,
    chancery: Service,
    actor: AsDrafter,
    draft: Id,
    content: SavedDraft,
    *,
    match: Match = None,
    key: Key = None,
) -> Response:
    """Save a draft; ``If-Match`` names the revision that was looked at, so that two tabs overwrite nothing."""

    def do() -> Json:
        spend(chancery, actor)
        typed = content.typed.typed()
        return line_json(drafts.save(chancery, actor, draft, typed, base=content.base, check=_check(match)))

    return _tagged(write(request, chancery, actor, content, do, key=key))


@router.delete("/drafts/{draft}", status_code=204)
def discard(chancery: Service, actor: AsDrafter, draft: Id, match: Match = None) -> Response:
    """Throw a draft away for good."""
    spend(chancery, actor)
    drafts.discard(chancery, actor, draft, check=_check(match))
    return Response(status_code=204)


@router.get("/drafts/{draft}/preview", response_model=PreviewShown)
def preview(chancery: Service, actor: AsDrafter, draft: Id) -> Response:
    """Take the last look: the explicit changes, what was cleaned, what stands in the way, what it collides with."""
    with chancery.store.reading() as session:
        found = tabling.preview(session, actor, drafts.find(session, actor, draft), at=chancery.now())
    return _tagged(answer(preview_json(found)))


@router.post("/drafts/{draft}/table", response_model=TabledShown)
def table(
    request: Request, chancery: Service, actor: AsDrafter, draft: Id, *, match: Match = None, key: Key = None
) -> Response:
    """Table a draft: it becomes an amendment with a number that never changes, or the new words of the one it revises.

    ``If-Match`` names the revision of the preview. A draft that is tabled already is answered as it was.
    """

    def do() -> Json:
        spend(chancery, actor)
        done = tabling.table(chancery, actor, draft, check=_check(match))
        return {"amendment": done.amendment, "entry": entered(done.recorded)}

    return write(request, chancery, actor, None, do, key=key)


@router.get("/amendments", response_model=Amendments)
def mine(chancery: Service, actor: AsDrafter) -> Response:
    """List one's own amendments with their fate, the newest first."""
    with chancery.store.reading() as session:
        found = tabling.mine(session, actor)
    return answer({"items": [mine_json(one) for one in found], "next": None})


@router.get("/amendments/{amendment}/collisions", response_model=Collisions)
def collisions(chancery: Service, actor: AsProposer, amendment: Id) -> Response:
    """List the open amendments that cannot be adopted together with an open one, and why."""
    with chancery.store.reading() as session:
        found = tabling.collisions_of(session, actor.declaration, amendment)
    return answer({"items": [collision_json(one) for one in found], "next": None})


@router.post("/amendments/{amendment}/draft", status_code=201, response_model=DraftLine)
def revise(request: Request, chancery: Service, actor: AsDrafter, amendment: Id, key: Key = None) -> Response:
    """Take up one's own open amendment again: tabling this draft replaces its changes, and its number stays."""

    def do() -> Json:
        spend(chancery, actor)
        return line_json(drafts.revise(chancery, actor, amendment))

    return _tagged(write(request, chancery, actor, None, do, key=key, status=201))


@router.post("/amendments/{amendment}/withdraw", response_model=Entered)
def withdraw(request: Request, chancery: Service, actor: AsDrafter, amendment: Id, key: Key = None) -> Response:
    """Take one's own open amendment back."""

    def do() -> Json:
        spend(chancery, actor)
        return entered(tabling.withdraw(chancery, actor, amendment))

    return write(request, chancery, actor, None, do, key=key)


def _check(match: str | None) -> Callable[[str], None]:
    """Return what compares a revision; whoever names none is refused: two tabs would overwrite each other."""

    def check(tag: str) -> None:
        if match is None:
            raise refuse(
                "draft.if-match",
                "The header If-Match is missing.",
                "Send the ETag of the revision that you looked at.",
            )
        require_match(match, tag)

    return check


def _tagged(response: Response) -> Response:
    """Let the header ETag name the revision that an answer is about."""
    response.headers["ETag"] = f'"{json.loads(bytes(response.body))["etag"]}"'
    return response
