"""Headers that tell a browser what a page may do: run our own scripts, and nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy (CSP level 3) of everything that is not a page."""
PAGE: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""The policy of a page: everything from here, no script or style inside it, no text ever made into script."""
HTML: Final = "text/html"
HSTS: Final = "max-age=63072000"
"""Two years (RFC 6797): said only where every address of the service is encrypted."""


def sheet(style: str) -> str:
    """Return the policy of a page that stands alone, with no script and one style inside.

    Args:
        style: the source expression of that style, ``'sha256-…'``.

    """
    return f"{NOTHING}; style-src {style}"


def headers_for(media: str) -> dict[str, str]:
    """Return the headers that an answer of this media type carries."""
    return {
        "Content-Security-Policy": PAGE if media.partition(";")[0] == HTML else NOTHING,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def is_encrypted(origins: Iterable[str]) -> bool:
    """Tell whether every web origin of a service is reached by https."""
    return all(origin.startswith("https://") for origin in origins)


class SecurityHeaders:
    """Middleware (ASGI) that puts these headers on every answer; a policy that an answer brings along is left to it.

    An answer 304 carries no policy: caches take its headers for those of the page that they keep (RFC 9111, section
    3.2), whose type it does not name.

    Args:
        app: what it stands around.
        encrypted: whether the service is reached by https alone.

    """

    def __init__(self, app: ASGIApp, *, encrypted: bool = False) -> None:
        self._app = app
        always = {"Strict-Transport-Security": HSTS} if encrypted else {}
        self._page = _raw({**headers_for(HTML), **always})
        self._other = _raw({**headers_for(""), **always})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._guard(message["status"], message["headers"])
            await send(message)

        await self._app(scope, receive, guarded)

    def _guard(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Return the headers of an answer with ours; it stands in the way of every answer, so it is quick."""
        given = {name.lower(): value for name, value in headers}
        mine = self._page if given.get(b"content-type", b"").startswith(HTML.encode()) else self._other
        whole = [*headers, *(pair for pair in mine if pair[0] not in given)]
        return whole if status != 304 else [pair for pair in whole if pair[0].lower() != _POLICY]


_POLICY: Final = b"content-security-policy"


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
