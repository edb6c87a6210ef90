"""Following a declaration: a stream of server-sent events, or pages of entries for programs that ask now and then."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from declaration.canonical import Json, parse
from declaration.services import events
from declaration.web.api.common import REFUSALS, Limit, answer, page
from declaration.web.caller import Service
from declaration.web.live import Hub

PING: Final = 15
"""Seconds between comments that keep a quiet stream open through proxies."""

router = APIRouter(prefix="/declarations/{declaration}", tags=["following"], responses=REFUSALS)

After: Final = Query(ge=-1, le=2**53, description="Index of the last entry that you have; -1 for none.")


@router.get("/events", response_class=EventSourceResponse)
async def stream(
    request: Request,
    chancery: Service,
    declaration: str,
    after: Annotated[int | None, After] = None,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> Response:
    """Stream public acts as they are recorded (`text/event-stream`); a reader that names its last one misses none."""
    hub: Hub = request.app.state.hub
    await run_in_threadpool(events.size, chancery, declaration)
    hub.require_room()
    if last_event_id is not None and last_event_id.isascii() and last_event_id.isdigit():
        after = int(last_event_id)
    return EventSourceResponse(
        hub.stream(declaration, after),
        ping=PING,
        sep="\n",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/acts")
def acts(chancery: Service, declaration: str, after: Annotated[int, After] = -1, limit: Limit = 100) -> Response:
    """List public acts after an index, oldest first."""
    found = events.since(chancery, declaration, after + 1)[: limit + 1]
    items: list[Json] = [parse(item.data, limit=len(item.data), what="An act") for item in found]
    return answer(page(items, limit=limit, key=_index))


def _index(item: Json) -> str:
    assert isinstance(item, dict)
    return str(item["index"])
