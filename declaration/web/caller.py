"""Who calls: somebody with a session's cookie, a program with a token, or anybody; and what a call may ask for.

A cookie comes along with every request that a browser makes, whoever made it ask; so a call that writes by a cookie is
believed only from our own pages (Fetch Metadata, or else Origin). A token is sent on purpose and needs no such proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from declaration.errors import NotPermitted
from declaration.services import sessions
from declaration.services.actors import Actor, Role
from declaration.services.chancery import Chancery
from declaration.services.sessions import Entered, Present

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""
_FRESH: Final = "fresh_cookie"
_ENTER: Final = "Sign in with your passkey, or send a token (Authorization: Bearer …)."


class NotSignedIn(NotPermitted):
    """Nobody is in, where somebody has to be."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Args:
        present: who is in; None for anybody.
        secret: of the session's cookie, if that is how they came; None for programs and for anybody.

    """

    present: Present | None = None
    secret: str | None = None

    @property
    def actor(self) -> Actor | None:
        """Who acts; None for anybody."""
        return None if self.present is None else self.present.actor

    def role_in(self, declaration: str) -> Role | None:
        """Return the caller's role in a declaration, None for the public."""
        actor = self.actor
        return actor.role if actor is not None and actor.declaration == declaration else None


class Door:
    """Finds out who calls; made once for an application.

    Args:
        chancery: the service.

    """

    def __init__(self, chancery: Chancery) -> None:
        self._chancery = chancery
        self._origins = frozenset(chancery.site.origins)
        self.cookie = cookie_name(chancery.site.origins)

    def caller(self, request: Request) -> Caller:
        """Return who calls, once a request.

        Raises:
            NotPermitted: ``caller.token``, a token that is none or has ended; ``caller.origin``, another website made
                a browser ask for this.

        """
        known: Caller | None = getattr(request.state, "caller", None)
        if known is None:
            known = self._find(request)
            request.state.caller = known
        return known

    def _find(self, request: Request) -> Caller:
        if self._chancery.secret is None:
            return Caller()
        kind, _, written = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            present = sessions.bearer(self._chancery, written.strip())
            if present is None:
                raise NotSignedIn("caller.token", "This token is not valid here.", hint="Make a new one, or sign in.")
            return Caller(present)
        if request.method not in READING:
            self.require_own_page(request)
        secret = request.cookies.get(self.cookie)
        if not secret:
            return Caller()
        present = sessions.present(self._chancery, secret)
        if present is None:
            return Caller()
        if present.fresh is not None:
            keep_cookie(request, present.fresh)
        return Caller(present, secret)

    def require_own_page(self, request: Request) -> None:
        """Make sure that a browser was asked by one of our own pages.

        Programs send neither of the two headers; without a cookie they are nobody, and with a token they are asked for
        none.

        Raises:
            NotPermitted: ``caller.origin``.

        """
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        silent = site is None and origin is None  # a program, or a browser from before 2011
        if silent and self.cookie not in request.cookies:
            return
        if not silent and site in {None, "same-origin"} and (origin is None or origin in self._origins):
            return
        raise NotPermitted(
            "caller.origin",
            "Another website asked your browser to do this, or the address is not one of this service's own.",
            hint="Open the page of this service itself, and do it there.",
        )

    def require(self, *roles: Role) -> Callable[[Request, str], Actor]:
        """Return a dependency that lets only these roles of the declaration pass, and gives the actor.

        It raises NotPermitted: ``caller.unknown``, nobody is signed in; ``caller.role``, somebody else's act.
        """

        def required(request: Request, declaration: str) -> Actor:
            actor = self.caller(request).actor
            if actor is None:
                raise NotSignedIn("caller.unknown", "Nobody is signed in.", hint=_ENTER)
            if actor.declaration != declaration or actor.role not in roles:
                raise NotPermitted(
                    "caller.role",
                    "This belongs to another role than yours.",
                    hint=f"It is done by: {', '.join(roles)}.",
                )
            return actor

        return required


def cookie_name(origins: tuple[str, ...]) -> str:
    """Return the cookie's name; behind https the prefix ``__Host-`` binds it to this host alone (RFC 6265bis)."""
    return "__Host-declaration" if all(origin.startswith("https:") for origin in origins) else "declaration"


def keep_cookie(request: Request, entered: Entered | None) -> None:
    """Let the answer to this request set the session's cookie, or, with None, take it away."""
    request.scope.setdefault("state", {})[_FRESH] = ("", 0) if entered is None else (entered.secret, entered.expires)


class SessionCookie:
    """Middleware (ASGI) that sets the cookie which `keep_cookie` left behind.

    Args:
        app: what it stands around.
        name: of the cookie.

    """

    def __init__(self, app: ASGIApp, *, name: str) -> None:
        self._app = app
        self._name = name
        self._attributes = "Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if name.startswith("__Host-") else "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _FRESH in scope.get("state", {}):
                secret, expires = scope["state"][_FRESH]
                ends = f"Expires={expires:%a, %d %b %Y %H:%M:%S} GMT" if secret else "Max-Age=0"
                headers = MutableHeaders(scope=message)
                headers.append("set-cookie", f"{self._name}={secret}; {ends}; {self._attributes}")
                headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, with_cookie)


def chancery_of(request: Request) -> Chancery:
    """Return the service of the application (a dependency)."""
    chancery: Chancery = request.app.state.chancery
    return chancery


def caller_of(request: Request) -> Caller:
    """Return who calls (a dependency)."""
    door: Door = request.app.state.door
    return door.caller(request)


def _acting(*roles: Role) -> Callable[[Request, str], Actor]:
    def required(request: Request, declaration: str) -> Actor:
        door: Door = request.app.state.door
        return door.require(*roles)(request, declaration)

    return required


Service: TypeAlias = Annotated[Chancery, Depends(chancery_of)]
"""A parameter of a handler: the service."""
Anybody: TypeAlias = Annotated[Caller, Depends(caller_of)]
"""A parameter of a handler: whoever calls."""
Somebody: TypeAlias = Annotated[Actor, Depends(_acting(*Role))]
"""A parameter of a handler below ``/{declaration}``: whoever is in, in any role."""
AsDrafter: TypeAlias = Annotated[Actor, Depends(_acting(Role.DRAFTER))]
"""Likewise: a drafter."""
AsProposer: TypeAlias = Annotated[Actor, Depends(_acting(Role.DRAFTER, Role.DEPOSITARY))]
"""Likewise: a drafter, or the depositary in their place."""
AsMayor: TypeAlias = Annotated[Actor, Depends(_acting(Role.SIGNATORY))]
"""Likewise: a signatory in person."""
AsOffice: TypeAlias = Annotated[Actor, Depends(_acting(Role.SIGNATORY, Role.DELEGATE))]
"""Likewise: a signatory, or somebody who prepares for one."""
AsDepositary: TypeAlias = Annotated[Actor, Depends(_acting(Role.DEPOSITARY))]
"""Likewise: the depositary."""
