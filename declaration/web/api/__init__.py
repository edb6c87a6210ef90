"""The interface for programs, and for the pages: everything that writes goes through here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from declaration.web.api import entering
from declaration.web.api.common import PREFIX

ROUTERS: Final = (entering.router,)
"""One a file, in the order in which the description of the interface shows them."""


def routes() -> APIRouter:
    """Return every address of the interface."""
    router = APIRouter(prefix=PREFIX)
    for part in ROUTERS:
        router.include_router(part)
    return router
