"""The embedded timestamp authority over HTTP (RFC 3161, section 3.4)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from declaration.errors import LimitExceeded, NotFound
from declaration.services.chancery import Chancery
from declaration.signing.timestamp import MAX_REQUEST, EmbeddedAuthority

QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"


def routes(chancery: Chancery) -> APIRouter:
    """Return the address of the authority."""
    router = APIRouter()

    @router.post("/timestamp", response_model=None, include_in_schema=False)
    async def timestamp(request: Request) -> Response:
        """Give a timestamp token over the SHA-256 in the request."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != QUERY:
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        query = await _body(request)
        reply = await run_in_threadpool(_authority(chancery).respond, query, at=chancery.now())
        return Response(reply, headers={"Cache-Control": "no-store"}, media_type=REPLY)

    @router.api_route("/timestamp", methods=["GET", "HEAD"], response_model=None, include_in_schema=False)
    def explain() -> Response:
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})

    return router


def _authority(chancery: Chancery) -> EmbeddedAuthority:
    """Return the service's own authority, if that is the one whose tokens verify here."""
    if isinstance(chancery.timestamps, EmbeddedAuthority):
        return chancery.timestamps
    raise NotFound(
        "timestamp.elsewhere",
        "This service takes its timestamps from another authority.",
        hint="Ask that authority; its root is trust/timestamp-root.pem of each declaration.",
    )


async def _body(request: Request) -> bytes:
    """Return the request's content, of which no more is held in memory than a request may have.

    Raises:
        LimitExceeded: ``timestamp.size``.

    """
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > MAX_REQUEST:
            raise LimitExceeded(
                "timestamp.size",
                f"A timestamp request has at most {MAX_REQUEST} bytes.",
                hint="Send the request that holds the digest, and not the file.",
            )
    return bytes(received)
