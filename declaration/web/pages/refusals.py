"""Refusals as pages, where a person's browser asks for one; programs get problem+json (RFC 9457) from `errors`."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from declaration.web.languages import choose
from declaration.web.pages.look import Address, Look

PROBLEM: Final = b"application/problem+json"
READING: Final = frozenset({"GET", "HEAD"})


class RefusalPages:
    """Middleware (ASGI) that shows a person what went wrong in their own language.

    Args:
        app: what it stands around; it answers refusals as problem+json.
        look: the templates.
        programs: beginning of the addresses that only programs ask for.

    """

    def __init__(self, app: ASGIApp, *, look: Look, programs: str) -> None:
        self._app = app
        self._look = look
        self._programs = programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or not self._is_person(scope):
            await self._app(scope, receive, send)
            return
        held: list[Message] = []

        async def shown(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_problem(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                held.append(message)
                if not message.get("more_body"):
                    for part in self._page(scope, held):
                        await send(part)

        await self._app(scope, receive, shown)

    def _is_person(self, scope: Scope) -> bool:
        """Whether a browser asks for a page: it names HTML, and does so before JSON."""
        if scope["method"] not in READING or scope["path"].startswith(self._programs):
            return False
        wanted = Headers(scope=scope).get("accept", "")
        page = wanted.find("text/html")
        return page >= 0 and not 0 <= wanted.find("json") < page

    def _page(self, scope: Scope, held: list[Message]) -> list[Message]:
        start = held[0]
        status = HTTPStatus(start["status"])
        said: dict[str, Any] = json.loads(b"".join(part.get("body", b"") for part in held[1:]) or b"{}")
        request = Request(scope)
        language = choose(request)
        body = self._look.render(
            "public/refusal.html",
            language,
            frame=None,
            address=Address(scope["path"], {}),
            status=int(status),
            code=str(said.get("code", "")),
            detail=str(said.get("detail", "")),
            hint=str(said.get("hint", "")),
        ).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers["Content-Length"] = str(len(body))
        headers["Content-Language"] = language
        headers["Vary"] = "Accept, Accept-Language, Cookie"
        return [{**start, "headers": headers.raw}, {"type": "http.response.body", "body": body}]


def _is_problem(start: Message) -> bool:
    return start["status"] >= HTTPStatus.BAD_REQUEST and any(
        name.lower() == b"content-type" and value.startswith(PROBLEM) for name, value in start["headers"]
    )
