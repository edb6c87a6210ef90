"""Our errors over HTTP: one table, one form of answer (RFC 9457, with two members of our own: code and hint)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from declaration.canonical import Json, encode
from declaration.errors import (
    Altered,
    CannotBeVerified,
    ConfigurationError,
    DeclarationError,
    InputRefused,
    LimitExceeded,
    NotFound,
    NotPermitted,
    RecordDamaged,
    StateConflict,
    VerificationError,
)
from declaration.services.traffic import TooOften
from declaration.web.caller import NotSignedIn
from declaration.web.security import headers_for


class Outdated(StateConflict):
    """What the caller looked at (``If-Match``) is not what stands there now."""


STATUS: Final[Mapping[type[DeclarationError], HTTPStatus]] = {
    InputRefused: HTTPStatus.BAD_REQUEST,
    LimitExceeded: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    StateConflict: HTTPStatus.CONFLICT,
    Outdated: HTTPStatus.PRECONDITION_FAILED,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    NotPermitted: HTTPStatus.FORBIDDEN,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    NotFound: HTTPStatus.NOT_FOUND,
    ConfigurationError: HTTPStatus.SERVICE_UNAVAILABLE,
    VerificationError: HTTPStatus.UNPROCESSABLE_ENTITY,
    Altered: HTTPStatus.UNPROCESSABLE_ENTITY,
    CannotBeVerified: HTTPStatus.UNPROCESSABLE_ENTITY,
    RecordDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    DeclarationError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of each class of error. Where it is 500 or more, the words are the operator's and go to the log alone."""
PROBLEM: Final = "application/problem+json"
"""Media type of every refusal (RFC 9457)."""

_SAID: Final[Mapping[HTTPStatus, tuple[str, str, str]]] = {
    HTTPStatus.NOT_FOUND: (
        "http.not-found",
        "There is nothing at this address.",
        "Begin at /<declaration>/, and compare the address with the description of the record.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "http.method",
        "This address does not take this method.",
        "The record is read with GET or HEAD; timestamps are asked for with POST.",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "http.media-type",
        "This address does not take content of this type.",
        "Send an RFC 3161 request as application/timestamp-query.",
    ),
}
_OURS: Final = "The service cannot answer this at the moment."
_LATER: Final = "Try again later; if it stays so, tell whoever runs the service."
_log: Final = logging.getLogger("declaration.web")


def problem(
    status: HTTPStatus, *, code: str, message: str, hint: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a refusal with its parts, which no cache may keep."""
    body: dict[str, Json] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": message,
        "code": code,
        "hint": hint,
    }
    return Response(
        encode(body),
        status_code=status,
        headers={**(headers or {}), "Cache-Control": "no-store"},
        media_type=PROBLEM,
    )


def status_of(error: DeclarationError) -> HTTPStatus:
    """Return the status of an error by its class, or by the nearest class above it in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


async def _refuse(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DeclarationError)
    status = status_of(error)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        headers = {}
        if isinstance(error, TooOften):
            headers["Retry-After"] = str(error.seconds)
        if isinstance(error, NotSignedIn):
            headers["WWW-Authenticate"] = "Bearer"
        return problem(status, code=error.code, message=error.message, hint=error.hint, headers=headers)
    _log.error("%s (%s)", error, error.code)
    return problem(status, code=error.code, message=_OURS, hint=_LATER)


async def _refuse_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    code, message, hint = _SAID.get(status, (f"http.{status.value}", f"{status.phrase}.", "Check the request."))
    return problem(status, code=code, message=message, hint=hint, headers=error.headers)


async def _refuse_content(_request: Request, error: Exception) -> Response:
    """Name the first place in a request that is not of its form, and no more: values may be secret."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0] if error.errors() else {"loc": (), "msg": "It cannot be read"}
    place = ".".join(str(part)[:40] for part in first["loc"])
    return problem(
        HTTPStatus.BAD_REQUEST,
        code="http.content",
        message=f"The request is not of its form at {place or 'its content'}: {str(first['msg'])[:200]}.",
        hint="Compare it with the description of the interface (/api/v1/openapi.json).",
    )


async def _fail(_request: Request, _error: Exception) -> Response:
    """Answer for a fault of ours; it stands outside the middleware, so it brings the headers along."""
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        code="service.fault",
        message=_OURS,
        hint=_LATER,
        headers=headers_for(PROBLEM),
    )


def install(app: FastAPI) -> None:
    """Let an application answer every failure in this form."""
    app.add_exception_handler(DeclarationError, _refuse)
    app.add_exception_handler(HTTPException, _refuse_http)
    app.add_exception_handler(RequestValidationError, _refuse_content)
    app.add_exception_handler(Exception, _fail)
