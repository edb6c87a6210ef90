"""Pages that anybody may read, answered as cheaply as they can be.

Everything that such a page shows follows from the head of the ledger, the reader's language, the address and this
program: their digest is its strong ETag. Whoever has it already is answered without a template being touched; a page
that was made before comes from memory. The head itself is asked from the database again after every transaction of
this process, and after `LAG` seconds, because other processes write too.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from declaration.canonical import digest
from declaration.drafting.text import check_id
from declaration.errors import InputRefused
from declaration.services import reading
from declaration.services.chancery import Chancery
from declaration.services.renderings import program
from declaration.store import heads, queries
from declaration.store.heads import Head
from declaration.store.session import View
from declaration.web.conditional import has
from declaration.web.languages import PARAMETER, asked, choose
from declaration.web.pages.look import Address, Look

LAG: Final = 0.25
"""Seconds for which a page may lag behind what another process has recorded."""
KEPT: Final = 64 * 1024 * 1024
"""Bytes of pages kept in memory: some hundred pages of the longest text."""
KNOWN: Final = 1_000
"""Heads remembered: more declarations than one service will hold."""
MAX_PARAMETER: Final = 200
"""Characters of a parameter of an address: ids have 64; what is longer is cut, and names nothing."""
YEAR: Final = 31_536_000
"""Seconds for which a browser remembers the language of the interface."""
HTML: Final = "text/html; charset=utf-8"
Shown: TypeAlias = Mapping[str, Any]
"""What a template names."""


class _Bare(Convertor[str]):
    """A part of a path that is not the name of a file: a bundle stands beside the page, under ``<id>.json``."""

    regex = r"[^/]+(?<!\.json)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Proper(Convertor[str]):
    """A part of a path that is not the name of a document: one stands beside the page, under ``<id>.<language>``."""

    regex = r"[^/]+(?<!\.akn\.xml)(?<!\.docx)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Number(Convertor[int]):
    """A number from 0, written one way, of at most nine digits."""

    regex = r"(?:0|[1-9][0-9]{0,8})"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("bare", _Bare())
register_url_convertor("number", _Number())
register_url_convertor("proper", _Proper())

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


def number_in(value: str, what: str) -> int:
    """Return a number of an address, counted from 1.

    Raises:
        InputRefused: ``page.number``.

    """
    if not _NUMBER.fullmatch(value):
        raise InputRefused(
            "page.number", f"{value[:80]!r} is not the number of {what}.", hint="Count from 1, in digits."
        )
    return int(value)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asked for.

    Args:
        session: a view of the database.
        frame: of the declaration.
        parts: parts of the path, without the declaration.
        parameters: those that the page understands, as they were given.
        language: of the interface.

    """

    session: View
    frame: reading.Frame
    parts: Mapping[str, Any]
    parameters: Mapping[str, str]
    language: str

    @property
    def declaration(self) -> str:
        """The id of the declaration."""
        return self.frame.id

    def texts(self) -> str:
        """Return the language in which to show texts: asked for, else the interface's, else the drafting language.

        A language that is not authentic is none of the text's: it is passed over.
        """
        wanted = self.parameters.get("lang", "")
        for language in (wanted, self.language):
            if language in self.frame.languages:
                return language
        return self.frame.languages[0]


@dataclass(frozen=True, slots=True)
class Page:
    """One public page.

    Args:
        path: below the declaration, as Starlette writes paths.
        template: which shows it.
        show: gives what the template names; raises our errors.
        parameters: of the address that it understands; others are passed over.
        media: what it is.

    """

    path: str
    template: str
    show: Callable[[Asked], Shown]
    parameters: tuple[str, ...] = ()
    media: str = HTML


class Shelf:
    """Public pages, made once and kept.

    Args:
        chancery: the service.
        look: templates and languages.
        tick: seconds of a clock that never goes back.
        limit: bytes to keep.

    """

    def __init__(self, chancery: Chancery, look: Look, *, tick: Callable[[], float], limit: int = KEPT) -> None:
        self._store = chancery.store
        self._look = look
        self._tick = tick
        self._limit = limit
        self._size = 0
        self._heads: dict[str, tuple[int, float, Head]] = {}
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._making = threading.Lock()

    def route(self, page: Page) -> Route:
        """Return the address of a page."""

        async def serve(request: Request) -> Response:
            parts = dict(request.path_params)
            declaration = check_id(parts.pop("declaration")[:80], where="The address")
            head = self._known(declaration)
            if head is None:
                head = await run_in_threadpool(self._look_up, declaration)
            language = choose(request, drafting=head.drafting)
            query = request.query_params
            parameters = {name: query[name][:MAX_PARAMETER] for name in page.parameters if name in query}
            address = Address(request.scope["path"], parameters)
            tag = _tag(head.tag, language, address)
            body = b""
            if not has(request, f'"{tag}"'):
                found = self._kept.get(tag)
                if found is None:
                    # the head may have moved on meanwhile: what was made then has the tag of what it shows
                    tag, body = await run_in_threadpool(self._make, page, declaration, parts, address, language)
                else:
                    with suppress(KeyError):  # another thread may have made room just now
                        self._kept.move_to_end(tag)
                    body = found
            headers = _headers(request, tag, language)
            if not body:
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            return Response(body, headers=headers, media_type=page.media)

        return Route("/{declaration}" + page.path, serve, methods=["GET"])

    def front(self) -> Route:
        """Return the address of the list of declarations; where there is one alone, it leads there."""

        async def serve(request: Request) -> Response:
            frames = await run_in_threadpool(self._frames)
            if len(frames) == 1:
                # relative, so that it holds behind any proxy and says nothing of what the request called this host
                return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": f"{frames[0].id}/"})
            language = choose(request)
            body = self._look.render("public/front.html", language, frame=None, address=Address("/", {}), frames=frames)
            tag = digest(body.encode())
            headers = _headers(request, tag, language)
            if has(request, headers["ETag"]):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            return Response(body, headers=headers, media_type=HTML)

        return Route("/", serve, methods=["GET"])

    def _frames(self) -> list[reading.Frame]:
        with self._store.reading() as session:
            return [reading.frame(session, name) for name in queries.declarations(session)]

    def _known(self, declaration: str) -> Head | None:
        found = self._heads.get(declaration)
        if found is not None and found[0] == self._store.written and self._tick() < found[1]:
            return found[2]
        return None

    def _look_up(self, declaration: str) -> Head:
        written, until = self._store.written, self._tick() + LAG  # before the question: what comes later is seen later
        with self._store.reading() as session:
            head = heads.head(session, declaration)
        if len(self._heads) >= KNOWN:
            self._heads.clear()
        self._heads[declaration] = (written, until, head)
        return head

    def _make(
        self, page: Page, declaration: str, parts: Mapping[str, Any], address: Address, language: str
    ) -> tuple[str, bytes]:
        """Make a page from one view of the database, and return its tag and its bytes."""
        with self._making:
            with self._store.reading() as session:
                tag = _tag(heads.head(session, declaration).tag, language, address)
                if (made := self._kept.get(tag)) is not None:
                    return tag, made
                frame = reading.frame(session, declaration)
                shown = page.show(Asked(session, frame, parts, address.parameters, language))
            text = self._look.render(page.template, language, frame=frame, address=address, **shown)
            self._keep(tag, text.encode())
            return tag, text.encode()

    def _keep(self, tag: str, body: bytes) -> None:
        self._kept[tag] = body
        self._size += len(body)
        while self._size > self._limit:
            self._size -= len(self._kept.popitem(last=False)[1])


def _tag(head: str, language: str, address: Address) -> str:
    return digest(repr((program(), head, language, address.path, sorted(address.parameters.items()))).encode())


def _headers(request: Request, tag: str, language: str) -> dict[str, str]:
    headers = {
        "ETag": f'"{tag}"',
        "Cache-Control": "public, no-cache",
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
    }
    if asked(request) is not None:
        secure = "; Secure" if request.url.scheme == "https" else ""
        headers["Set-Cookie"] = f"{PARAMETER}={language}; Path=/; Max-Age={YEAR}; SameSite=Lax; HttpOnly{secure}"
        headers["Cache-Control"] = "private, no-cache"
    return headers
