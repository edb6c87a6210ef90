"""Following by e-mail, as pages: where the links of letters lead, and where one click ends them (RFC 8058)."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from declaration.drafting.text import check_id
from declaration.errors import NotFound
from declaration.services import following, news, reading
from declaration.services.chancery import Chancery
from declaration.web.languages import choose
from declaration.web.pages.entering import Room, Shown, Visit
from declaration.web.pages.look import Address, Look
from declaration.web.pages.shelf import HTML

_STOP: Final = "/following/{name}/stop"


def chosen(visit: Visit) -> Shown:
    """Show what somebody follows, and let them choose."""
    kept = following.find(visit.session, visit.declaration, visit.parts["name"][:64])
    return {"kept": kept, "number": news.number_of(visit.session, visit.frame, kept.topic)}


def asked(visit: Visit) -> Shown:
    """Ask whether to end it: programs that look at the links of a letter open this, and change nothing."""
    try:
        return chosen(visit)
    except NotFound:
        return {"kept": None}


def stopping(chancery: Chancery, look: Look) -> Route:
    """Return the address that ends it: a mail program posts to it (RFC 8058), or the button of its page.

    The answer is no redirection, which that RFC forbids, and the same for whatever has ended already.
    """

    def serve(request: Request) -> Response:
        declaration = check_id(request.path_params["declaration"][:80], where="The address")
        with chancery.store.reading() as session:
            frame = reading.frame(session, declaration)
        following.stop(chancery, declaration, request.path_params["name"][:64])
        language = choose(request, drafting=frame.languages[0])
        address = Address(request.url.path, {})
        body = look.render("following/stop.html", language, frame=frame, address=address, kept=None)
        headers = {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language, Cookie"}
        return Response(body, headers=headers, media_type=HTML)

    return Route("/{declaration}" + _STOP, serve, methods=["POST"])


PAGES: Final = (
    Room("/following/{name}", "following/chosen.html", chosen),
    Room(_STOP, "following/stop.html", asked),
)
"""Pages before the door."""
