"""Pages: made on the server, readable without script."""

from __future__ import annotations

import time

from starlette.routing import BaseRoute

from declaration.services.chancery import Chancery
from declaration.web.pages import depositary, discussing, drafter, entering, following, mayor, public, speaking
from declaration.web.pages.look import Look
from declaration.web.pages.shelf import Shelf


def routes(chancery: Chancery, look: Look) -> list[BaseRoute]:
    """Return the addresses of every page, and of what pages are made of."""
    shelf = Shelf(chancery, look, tick=time.monotonic)
    pages: list[BaseRoute] = [look.assets.route(), shelf.front(), *(shelf.route(page) for page in public.PAGES)]
    if chancery.secret is not None:  # without a secret nobody comes in
        groups = (entering.PAGES, following.PAGES, drafter.PAGES, mayor.PAGES, depositary.PAGES, discussing.PAGES)
        pages += entering.rooms(chancery, look, tuple(room for group in groups for room in group))
        pages += [following.stopping(chancery, look), speaking.speaking(chancery, look)]
    return pages
