"""Coming in, as pages: signing in, answering an invitation; and what every page behind the door has in common.

Pages behind the door belong to one person: no cache keeps them, and whoever is not in is led to the door and back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from declaration.drafting.text import check_id
from declaration.errors import NotPermitted
from declaration.services import reading
from declaration.services.actors import Actor, Role
from declaration.services.chancery import Chancery
from declaration.store import queries
from declaration.store.session import View
from declaration.web.api.common import PREFIX
from declaration.web.caller import Door
from declaration.web.languages import PARAMETER, asked, choose
from declaration.web.pages.look import Address, Look
from declaration.web.pages.shelf import HTML, MAX_PARAMETER, YEAR

Shown: TypeAlias = Mapping[str, Any]
"""What a template names."""
TEXTS: Final = "lang"
"""Cookie that remembers in which language somebody reads texts."""
ROOMS: Final[Mapping[Role, str]] = {
    Role.SIGNATORY: "my",
    Role.DELEGATE: "my",
    Role.DRAFTER: "drafting",
    Role.DEPOSITARY: "desk",
}
"""Where each role works, below the declaration."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a page that is theirs.

    Args:
        session: a view of the database.
        frame: of the declaration.
        actor: who; on pages before the door None for anybody.
        parameters: those that the page understands, as they were given.
        language: of the interface.
        parts: parts of the path, without the declaration.
        at: now.

    """

    session: View
    frame: reading.Frame
    actor: Actor | None
    parameters: Mapping[str, str]
    language: str
    parts: Mapping[str, str]
    at: datetime

    @property
    def declaration(self) -> str:
        """The id of the declaration."""
        return self.frame.id

    @property
    def signatory(self) -> str:
        """The signatory whose page it is."""
        assert self.actor is not None  # the room has let only them and their delegates in
        assert self.actor.signatory is not None
        return self.actor.signatory

    def texts(self) -> str:
        """Return the language in which to show texts: asked for, else the interface's, else the drafting language."""
        for language in (self.parameters.get("lang", ""), self.language):
            if language in self.frame.languages:
                return language
        return self.frame.languages[0]


@dataclass(frozen=True, slots=True)
class Room:
    """One page for people who have come in.

    Args:
        path: below the declaration.
        template: which shows it.
        show: gives what the template names; raises our errors.
        roles: who may read it; empty for a page before the door.
        parameters: of the address that it understands; others are passed over.

    """

    path: str
    template: str
    show: Callable[[Visit], Shown]
    roles: tuple[Role, ...] = ()
    parameters: tuple[str, ...] = ()


def rooms(chancery: Chancery, look: Look, pages: tuple[Room, ...]) -> list[BaseRoute]:
    """Return the addresses of pages for people who have come in."""
    return [_route(chancery, look, room) for room in pages]


def _route(chancery: Chancery, look: Look, room: Room) -> Route:
    def serve(request: Request) -> Response:
        parts = dict(request.path_params)
        declaration = check_id(parts.pop("declaration")[:80], where="The address")
        door: Door = request.app.state.door
        actor = door.caller(request).actor
        mine = actor if actor is not None and actor.declaration == declaration else None
        parts = {name: part for name, part in request.path_params.items() if name != "declaration"}
        query = request.query_params
        given = {name: query[name][:MAX_PARAMETER] for name in room.parameters if name in query}
        address = Address(request.url.path, given)
        parameters = {**_remembered(request, room), **given}
        with chancery.store.reading() as session:
            frame = reading.frame(session, declaration)
            language = choose(request, drafting=frame.languages[0])
            if room.roles and mine is None:
                return _to_the_door(declaration, address)
            _require_role(room, mine)
            shown = room.show(Visit(session, frame, mine, parameters, language, parts, chancery.now()))
        body = look.render(
            room.template, language, frame=frame, address=address, actor=mine, api=_api(declaration), **shown
        )
        answer = Response(body, headers=_headers(language), media_type=HTML)
        _remember(request, answer, frame, given)
        return answer

    return Route("/{declaration}" + room.path, serve, methods=["GET"])


def _to_the_door(declaration: str, address: Address) -> Response:
    place = f"/{quote(declaration)}/enter?{urlencode({'next': address.but()})}"
    return Response(status_code=HTTPStatus.SEE_OTHER, headers={"Location": place, "Cache-Control": "no-store"})


def _require_role(room: Room, actor: Actor | None) -> None:
    if room.roles and (actor is None or actor.role not in room.roles):
        raise NotPermitted(
            "caller.role", "This page belongs to another role than yours.", hint=f"It is for: {', '.join(room.roles)}."
        )


def _api(declaration: str) -> str:
    return f"{PREFIX}/declarations/{declaration}"


def _headers(language: str) -> dict[str, str]:
    return {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language, Cookie"}


def _remembered(request: Request, room: Room) -> dict[str, str]:
    """Return the language in which somebody chose to read texts on an earlier page."""
    kept = request.cookies.get(TEXTS, "")[:MAX_PARAMETER]
    return {"lang": kept} if kept and "lang" in room.parameters else {}


def _remember(request: Request, answer: Response, frame: reading.Frame, given: Mapping[str, str]) -> None:
    """Remember a choice made now: the interface's language, and the texts'."""
    chosen = {PARAMETER: asked(request), TEXTS: given.get("lang")}
    if chosen[TEXTS] not in frame.languages:
        chosen[TEXTS] = None
    secure = "; Secure" if request.url.scheme == "https" else ""
    for name, value in chosen.items():
        if value is not None:
            kept = f"{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax; HttpOnly{secure}"
            answer.headers.append("set-cookie", kept)


def _enter(visit: Visit) -> Shown:
    return {"room": None if visit.actor is None else ROOMS[visit.actor.role]}


def _welcome(visit: Visit) -> Shown:
    return {"rp": queries.declaration(visit.session, visit.declaration).rp_id}


PAGES: Final = (
    Room("/enter", "entering/enter.html", _enter, parameters=("next",)),
    Room("/welcome", "entering/welcome.html", _welcome),
)
"""Pages before the door."""
