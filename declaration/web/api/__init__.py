"""The interface for programs, and for the pages: everything that writes goes through here."""

from __future__ import annotations

from functools import cache
from typing import Final

from fastapi import APIRouter
from starlette.routing import BaseRoute

from declaration.web.api import (
    deciding,
    delegates,
    discussing,
    drafting,
    entering,
    events,
    following,
    freezing,
    importing,
    inviting,
    positions,
    public,
    reservations,
    sealing,
    signing,
    supporting,
    translating,
    webhooks,
)
from declaration.web.api.common import PREFIX
from declaration.web.described import name_of

ROUTERS: Final = (
    entering.router,
    drafting.router,
    importing.router,
    supporting.router,
    discussing.router,
    positions.router,
    reservations.router,
    signing.router,
    delegates.router,
    inviting.router,
    deciding.router,
    translating.router,
    freezing.router,
    sealing.router,
    webhooks.router,
    following.router,
)
"""Where somebody acts, one a file, in the order in which the description of the interface shows them."""
PUBLIC: Final = (public.router, translating.reading, reservations.reading, events.router)
"""For anybody; likewise."""


@cache
def routes(*, people: bool = True) -> tuple[BaseRoute, ...]:
    """Return every address of the interface, worked out once: nothing else about an application takes as long.

    Args:
        people: whether anybody may come in; else the interface is for reading alone.

    """
    router = APIRouter()
    for part in (*PUBLIC, *(ROUTERS if people else ())):
        router.include_router(part, prefix=PREFIX, generate_unique_id_function=name_of)
    return tuple(router.routes)
