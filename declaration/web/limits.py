"""How much a request may carry: refused by its announced length before a byte is read, and counted while it comes."""

from __future__ import annotations

import contextlib
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from declaration.web.errors import problem
from declaration.web.security import headers_for

MAX_CONTENT: Final = 4 * 1024 * 1024
"""Bytes of a request's content: the longest text of a section in every language, with room to spare."""


class ContentLimit:
    """Middleware (ASGI) that refuses content which is too long.

    Args:
        app: what it stands around.
        limit: bytes.

    """

    def __init__(self, app: ASGIApp, *, limit: int = MAX_CONTENT) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isascii() or not announced.isdigit() or int(announced[:20]) > self._limit:
            await self._refuse(scope, receive, send)
            return
        read, begun = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._limit:
                raise _TooLong
            return message

        async def told(message: Message) -> None:
            nonlocal begun
            # whoever reads the content may take our exception for a client that is gone, and answer something else
            if read <= self._limit or begun:
                begun = True
                await send(message)

        with contextlib.suppress(_TooLong):
            await self._app(scope, counted, told)
        if read > self._limit and not begun:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            code="http.content-length",
            message=f"The request's content is longer than {self._limit} bytes.",
            hint="Send less at once.",
            headers={**headers_for("application/problem+json"), "Connection": "close"},
        )
        await refusal(scope, receive, send)


class _TooLong(Exception):
    """More has come than a request may carry."""
