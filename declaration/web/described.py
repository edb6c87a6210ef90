"""The description of the interface (OpenAPI 3.1), from which client generators make programs."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

DESCRIPTION: Final = """\
Everything that the pages do can be done here with a token of the same role.

* Refusals are `application/problem+json` (RFC 9457) with two members of our own: `code`, and `hint`, what to do.
* Writes take an `Idempotency-Key`: sent again with the same key they are done once and answered alike.
* What is read carries an `ETag`; `If-None-Match` is answered 304, and `If-Match` refuses what has changed since (412).
* Lists come in pages by key: `next` of a page is `after` of the next one; null ends the list.
* `/events` streams public acts (`text/event-stream`) and catches up from `Last-Event-ID`; webhooks push them, signed.
"""
"""What a reader needs before the first call."""


def name_of(route: APIRoute) -> str:
    """Return the id of an operation: its group and its function."""
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def describe(app: FastAPI, *, cookie: str) -> None:
    """Let an application describe its interface, with the two ways to be somebody.

    Args:
        app: with all its routes.
        cookie: name of the session's cookie.

    """

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title="declaration", version="1", description=DESCRIPTION, routes=app.routes)
            made.setdefault("components", {})["securitySchemes"] = {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
            }
            made["security"] = [{"token": []}, {"session": []}, {}]
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign] # as FastAPI's manual describes it
