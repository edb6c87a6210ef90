"""What every call has in common: strict content, answers given once, versions that must match, pages of a list."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from declaration.canonical import Json, b64u, encode, unb64u
from declaration.errors import InputRefused
from declaration.services import replies
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.replies import Answer
from declaration.services.traffic import WRITING, take
from declaration.signing.passkey import Assertion
from declaration.store.record import Recorded
from declaration.web.errors import Outdated

PREFIX: Final = "/api/v1"
"""Where the interface begins; what it promises stays as long as the number."""
MAX_PAGE: Final = 500
"""Items in one page of a list."""

Id: TypeAlias = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""An id of the record (docs/spec/ledger.md, section 1.2)."""
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256."""
Binary: TypeAlias = Annotated[str, Field(max_length=1_400_000, pattern=r"^[A-Za-z0-9_-]*$")]
"""Bytes, base64url without padding."""
Key: TypeAlias = Annotated[
    str | None, Header(alias="Idempotency-Key", description="Sent again with the same key, it is done once.")
]
Match: TypeAlias = Annotated[
    str | None, Header(alias="If-Match", description="The ETag of what was looked at; another one is refused (412).")
]
After: TypeAlias = Annotated[str, Query(max_length=80, description="The last item of the page before.")]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Items in a page.")]


class Content(BaseModel):
    """Content of a request: exactly the members that are named."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str


class Entered(BaseModel):
    """An entry of the ledger that was recorded."""

    index: int
    kind: str
    at: str
    leaf_hash: str
    repeated: bool


class AssertionContent(Content):
    """What ``navigator.credentials.get`` gave, in its JSON form (WebAuthn Level 3, section 5.1.8)."""

    id: Binary
    raw_id: Annotated[str, Field(alias="rawId")]
    type: str
    response: dict[str, Any]
    authenticator_attachment: Annotated[str | None, Field(alias="authenticatorAttachment")] = None
    client_extension_results: Annotated[dict[str, Any] | None, Field(alias="clientExtensionResults")] = None

    def assertion(self) -> Assertion:
        """Return it as the record keeps it.

        Raises:
            InputRefused: it is malformed or too long.

        """
        return Assertion.from_browser(
            {"id": self.id, "rawId": self.raw_id, "type": self.type, "response": self.response}
        )


class CredentialContent(AssertionContent):
    """What ``navigator.credentials.create`` gave, in its JSON form."""

    def credential(self) -> dict[str, Json]:
        """Return it as the library reads it."""
        return {"id": self.id, "rawId": self.raw_id, "type": self.type, "response": self.response}


REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in (400, 401, 403, 404, 409, 412, 413, 422, 429)
}
"""What any call may be answered instead, for the description of the interface."""


def answer(value: Json, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a value in its canonical form, which no cache keeps unless `headers` say so."""
    return Response(
        encode(value),
        status_code=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type="application/json",
    )


def entered(recorded: Recorded) -> dict[str, Json]:
    """Return a recorded entry as `Entered`."""
    return {
        "index": recorded.index,
        "kind": str(recorded.entry.kind),
        "at": f"{recorded.entry.at:%Y-%m-%dT%H:%M:%SZ}",
        "leaf_hash": recorded.leaf_hash.hex(),
        "repeated": recorded.repeated,
    }


def write(
    request: Request,
    chancery: Chancery,
    actor: Actor,
    content: Content | None,
    do: Callable[[], Json],
    *,
    key: str | None,
    status: int = 200,
) -> Response:
    """Do what a request asks for and answer; under an idempotency key it is done once.

    Args:
        request: the request.
        chancery: the service.
        actor: whose key it is.
        content: of the request.
        do: does it and returns the answer.
        key: of the header ``Idempotency-Key``, if any.
        status: of the answer.

    """
    if key is None:
        return answer(do(), status=status)
    asked = hashlib.sha256(f"{request.method} {request.url.path}\n".encode())
    if content is not None:
        asked.update(content.model_dump_json(by_alias=True).encode())
    given = replies.once(
        chancery,
        actor=f"{actor.declaration}/{actor.role}/{actor.subject}",
        key=key,
        request=asked.hexdigest(),
        do=lambda: Answer(status, encode(do()).decode()),
    )
    return Response(
        given.body, status_code=given.status, headers={"Cache-Control": "no-store"}, media_type="application/json"
    )


def spend(chancery: Chancery, actor: Actor) -> None:
    """Use one of somebody's writes.

    Raises:
        TooOften: ``traffic.too-often``.

    """
    take(chancery, WRITING, f"{actor.declaration}/{actor.role}/{actor.subject}")


def require_match(given: str | None, tag: str) -> None:
    """Make sure that what the caller looked at still stands there.

    Args:
        given: of the header ``If-Match``, if any.
        tag: of what stands there.

    Raises:
        Outdated: ``http.outdated``.

    """
    if given is None or given.strip() == "*":
        return
    if tag not in [item.strip().strip('"') for item in given.split(",")]:
        raise Outdated(
            "http.outdated",
            "What you looked at has changed meanwhile.",
            hint="Read it again, then decide; your own words are still with you.",
        )


def page(items: Sequence[Json], *, limit: int, key: Callable[[Json], str]) -> dict[str, Json]:
    """Return a page of a list, by keyset: nothing is skipped or doubled when items are added meanwhile.

    Args:
        items: those after the last one of the page before, one more than `limit` if there are so many.
        limit: items in a page.
        key: names an item for the parameter ``after`` of the next page.

    """
    shown = list(items[:limit])
    return {"items": shown, "next": key(shown[-1]) if len(items) > limit else None}


def read_bytes(value: str, place: str) -> bytes:
    """Return the bytes of a base64url member.

    Raises:
        InputRefused: it is not base64url.

    """
    return unb64u(value, what=place)


def binary(data: bytes) -> str:
    """Return bytes as base64url."""
    return b64u(data)


def refuse(code: str, message: str, hint: str) -> InputRefused:
    """Return a refusal of a request's content."""
    return InputRefused(code, message, hint=hint)
