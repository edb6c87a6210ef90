"""The interface for programs, and for the pages: everything that writes goes through here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from declaration.web.api import (
    deciding,
    delegates,
    drafting,
    entering,
    events,
    freezing,
    inviting,
    positions,
    public,
    sealing,
    signing,
    webhooks,
)
from declaration.web.api.common import PREFIX

ROUTERS: Final = (
    entering.router,
    drafting.router,
    positions.router,
    signing.router,
    delegates.router,
    inviting.router,
    deciding.router,
    freezing.router,
    sealing.router,
    webhooks.router,
)
"""For people who have come in, one a file, in the order in which the description of the interface shows them."""
PUBLIC: Final = (public.router, events.router)
"""For anybody; likewise."""


def routes(*, people: bool = True) -> APIRouter:
    """Return every address of the interface.

    Args:
        people: whether anybody may come in; else the interface is for reading alone.

    """
    router = APIRouter(prefix=PREFIX)
    for part in (*PUBLIC, *(ROUTERS if people else ())):
        router.include_router(part)
    return router
