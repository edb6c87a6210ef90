"""The forms of the discussion: whoever has no script writes, too; with script the page stays where it is.

A form carries an idempotency key that the server made, so that a second press, or a page that is sent again, writes
nothing twice. What is refused is shown with its words, which can be sent again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeAlias
from urllib.parse import parse_qs, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from declaration.canonical import encode, parse
from declaration.drafting.text import check_id
from declaration.errors import DeclarationError, InputRefused, LimitExceeded
from declaration.services import discussing, reading, replies
from declaration.services.actors import Actor, Role
from declaration.services.chancery import Chancery
from declaration.services.discussing import TALKING, Done
from declaration.services.replies import Answer
from declaration.services.topics import read_topic
from declaration.services.traffic import take
from declaration.web.api.common import require_match
from declaration.web.caller import Door, NotSignedIn
from declaration.web.errors import status_of
from declaration.web.languages import choose
from declaration.web.pages.look import Address, Look
from declaration.web.pages.shelf import HTML, number_in

MAX_FORM: Final = 128 * 1024
"""Bytes of a form: the longest comment with every character written as nine (``%E2%80%99``)."""
MAX_ANSWER: Final = 4096
"""Bytes of what is remembered of a form that was sent: numbers and a digest."""
_FIELDS: Final = frozenset({"act", "number", "about", "read", "tag", "text", "back", "key"})
_BACK: Final = re.compile(r"(?:clauses|amendments)/[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Fields: TypeAlias = Mapping[str, str]


def _begin(chancery: Chancery, actor: Actor, given: Fields) -> Done:
    return discussing.begin(
        chancery, actor, read_topic(given["about"][:80]), given["text"], read=given.get("read") or None
    )


def _answer(chancery: Chancery, actor: Actor, given: Fields) -> Done:
    return discussing.answer(chancery, actor, _number(given), given["text"])


def _edit(chancery: Chancery, actor: Actor, given: Fields) -> Done:
    def check(tag: str) -> None:
        require_match(given.get("tag") or None, tag)

    return discussing.edit(chancery, actor, _number(given), given["text"], check=check)


def _remove(chancery: Chancery, actor: Actor, given: Fields) -> Done:
    return discussing.remove(chancery, actor, _number(given), given["text"])


ACTS: Final[Mapping[str, Callable[[Chancery, Actor, Fields], Done]]] = {
    "begin": _begin,
    "answer": _answer,
    "edit": _edit,
    "remove": _remove,
    "delete": lambda chancery, actor, given: discussing.delete(chancery, actor, _number(given)),
    "resolve": lambda chancery, actor, given: discussing.resolve(chancery, actor, _number(given)),
    "reopen": lambda chancery, actor, given: discussing.reopen(chancery, actor, _number(given)),
}
"""What a form does, by its field ``act``."""


def speaking(chancery: Chancery, look: Look) -> Route:
    """Return the address that takes the forms of the discussion."""

    async def serve(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM:
                raise LimitExceeded("discussion.form", "This form is too long.", hint="Write a shorter comment.")
        return await run_in_threadpool(_serve, chancery, look, request, bytes(body))

    return Route("/{declaration}/discussion", serve, methods=["POST"])


def _serve(chancery: Chancery, look: Look, request: Request, body: bytes) -> Response:
    declaration = check_id(request.path_params["declaration"][:80], where="The address")
    scripted = "application/json" in request.headers.get("accept", "")
    door: Door = request.app.state.door
    given: Fields = {}
    try:
        actor = door.require(*Role)(request, declaration)
        given = _fields(body)
        done = _once(chancery, actor, given, body)
    except NotSignedIn:
        if scripted:
            raise
        return _go(f"/{quote(declaration)}/enter?{urlencode({'next': f'/{declaration}/discussion'})}")
    except DeclarationError as error:
        if scripted or status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return _refused(chancery, look, request, declaration, given=given, error=error)
    place = f"{_back(declaration, given, done)}#comment-{done['comment']}"
    if scripted:
        return Response(encode({"place": place}), media_type="application/json", headers={"Cache-Control": "no-store"})
    return _go(place)


def _once(chancery: Chancery, actor: Actor, given: Fields, body: bytes) -> dict[str, int]:
    def do() -> Answer:
        take(chancery, TALKING, f"{actor.declaration}/{actor.role}/{actor.subject}")
        done = ACTS[given["act"]](chancery, actor, given)
        return Answer(HTTPStatus.OK, encode({"comment": done.comment, "thread": done.thread}).decode())

    who = f"{actor.declaration}/{actor.role}/{actor.subject}"
    asked = hashlib.sha256(b"POST discussion\n" + body).hexdigest()
    kept = replies.once(chancery, actor=who, key=given["key"], request=asked, do=do) if given.get("key") else do()
    found = parse(kept.body.encode(), limit=MAX_ANSWER, what="An answer")
    assert isinstance(found, dict)
    return {name: int(str(value)) for name, value in found.items()}


def _fields(body: bytes) -> Fields:
    """Return the fields of a form, each once.

    Raises:
        InputRefused: ``discussion.form``.

    """
    try:
        read = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=len(_FIELDS))
    except ValueError as error:  # UnicodeDecodeError among them
        raise _no_form() from error
    given = {name: values[0] for name, values in read.items()}
    if read.keys() - _FIELDS or any(len(values) > 1 for values in read.values()) or given.get("act") not in ACTS:
        raise _no_form()
    needed = {"begin": {"about", "text"}, "answer": {"text"}, "edit": {"text"}, "remove": {"text"}}
    if needed.get(given["act"], set()) - given.keys():
        raise _no_form()
    return given


def _no_form() -> InputRefused:
    return InputRefused("discussion.form", "This is no form of the discussion.", hint="Load the page again.")


def _number(given: Fields) -> int:
    return number_in(given.get("number", ""), "a comment")


def _back(declaration: str, given: Fields, done: Mapping[str, int]) -> str:
    """Return the page to go on with: the one from which the form was sent, if it is one of the discussion."""
    home = f"/{quote(declaration)}/discussion"
    if _BACK.fullmatch(given.get("back", "")):
        return f"{home}/{given['back']}"
    return f"{home}/threads/{done['thread']}"


def _go(place: str) -> Response:
    return Response(status_code=HTTPStatus.SEE_OTHER, headers={"Location": place, "Cache-Control": "no-store"})


def _refused(
    chancery: Chancery, look: Look, request: Request, declaration: str, *, given: Fields, error: DeclarationError
) -> Response:
    """Show what was refused with its words; the status is that of the same refusal to a program."""
    with chancery.store.reading() as session:
        frame = reading.frame(session, declaration)
    language = choose(request, drafting=frame.languages[0])
    body = look.render(
        "discussion/refused.html",
        language,
        frame=frame,
        address=Address(f"/{declaration}/discussion", {}),
        given={name: value for name, value in given.items() if name != "text"},
        text=given.get("text", ""),
        error=error,
    )
    headers = {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language, Cookie"}
    return Response(body, status_code=status_of(error), headers=headers, media_type=HTML)
