"""Headers that tell a browser to do nothing but show: no script, nothing from elsewhere, no frame around it."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy (CSP level 3) of everything that is not a page."""
HTML: Final = "text/html"


def policy(style: str) -> str:
    """Return the policy of a page.

    Args:
        style: the source expression of its one style, ``'sha256-…'``.

    """
    return f"{NOTHING}; style-src {style}"


def headers_for(media: str, *, style: str = "'none'") -> dict[str, str]:
    """Return the headers that an answer of this media type carries."""
    return {
        "Content-Security-Policy": policy(style) if media.partition(";")[0] == HTML else NOTHING,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


class SecurityHeaders:
    """Middleware (ASGI) that puts these headers on every answer.

    An answer 304 carries no policy: caches take its headers for those of the page that they keep (RFC 9111, section
    3.2), whose type it does not name.

    Args:
        app: what it stands around.
        style: source expression of the pages' one style.

    """

    def __init__(self, app: ASGIApp, *, style: str) -> None:
        self._app = app
        self._style = style

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(headers_for(headers.get("content-type", ""), style=self._style))
                if message["status"] == 304:
                    del headers["content-security-policy"]
            await send(message)

        await self._app(scope, receive, guarded)
