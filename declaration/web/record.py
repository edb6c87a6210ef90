"""The public record over HTTP, read only: tables of addresses, and one way to answer them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from declaration.canonical import encode
from declaration.services.layouts import Layouts
from declaration.services.public import OpenRecord, PublicRecord
from declaration.services.public_file import File, Lasting
from declaration.store.session import View
from declaration.store.values import Declaration
from declaration.web.conditional import has
from declaration.web.security import HTML, sheet

READING: Final = ("GET", "HEAD")

WHOLE: Final[Mapping[str, Callable[[OpenRecord], File]]] = {
    "/amendments.json": OpenRecord.amendments,
    "/declaration.json": OpenRecord.document,
    "/instrument.pdf": OpenRecord.instrument,
    "/ledger/checkpoint": OpenRecord.checkpoint,
    "/matrix.json": OpenRecord.matrix,
    "/signatures.asics": OpenRecord.container,
    "/signatures.p7s": OpenRecord.merged,
    "/signed.pdf": OpenRecord.edition,
}
"""Addresses below ``/<declaration>`` at which one file stands."""
PARTS: Final[Mapping[str, Callable[[OpenRecord, str], File]]] = {
    "/amendments/{part}.akn.xml": OpenRecord.amendment_akoma,
    "/amendments/{part}.docx": OpenRecord.amendment_word,
    "/ledger/blob/{part}": OpenRecord.blob,
    "/ledger/tile/{part:path}": OpenRecord.tile,
    "/signatures/{part}.json": OpenRecord.receipt,
    "/trust/{part}": OpenRecord.trust,
    "/versions/{part}.akn.xml": OpenRecord.version_akoma,
    "/versions/{part}.docx": OpenRecord.version_word,
    "/versions/{part}.html": OpenRecord.version_page,
    "/versions/{part}.json": OpenRecord.version_document,
    "/versions/{part}.odt": OpenRecord.version_odt,
}
"""Addresses below ``/<declaration>`` with a part that says which file."""
LAYOUTS: Final[Mapping[str, Callable[[Layouts, View, Declaration, str], File]]] = {
    "/certificates/{part}.pdf": Layouts.certificate,
    "/large-print/{part}.pdf": Layouts.large_print,
    "/posters/{part}.pdf": Layouts.poster,
    "/signed/{part}.docx": Layouts.word,
    "/signed/{part}.html": Layouts.page,
}
"""Addresses below ``/<declaration>`` of what is made from the sealed edition, with a part that says for whom."""
WORDED: Final[Mapping[str, Callable[[OpenRecord, str], File]]] = {
    "/matrix.csv": OpenRecord.matrix_table,
    "/matrix.xlsx": OpenRecord.matrix_workbook,
}
"""Addresses below ``/<declaration>`` at which a file stands in the words of the language that ``?lang=`` names."""
LONGEST: Final = 400
"""Characters of the part of an address that says for whom a layout is: every language of the longest text."""
CACHING: Final[Mapping[Lasting, str]] = {
    Lasting.FOREVER: "public, max-age=31536000, immutable",
    Lasting.AWHILE: "public, max-age=3600",
    Lasting.PRESENT: "public, no-cache",
    Lasting.MOMENT: "public, max-age=5",
}
"""What a cache may do (RFC 9111, RFC 8246). A checkpoint that is five seconds old still covers all that it names."""


def routes(record: PublicRecord) -> APIRouter:
    """Return the addresses of the record."""
    router = APIRouter()

    def get(path: str, handler: Callable[..., Response]) -> None:
        router.add_api_route(path, handler, methods=list(READING), response_model=None, include_in_schema=False)

    def health() -> Response:
        record.answers()
        return Response(encode({"status": "ok"}), headers={"Cache-Control": "no-store"}, media_type="application/json")

    def to_page(declaration: str) -> Response:
        with record.open(declaration):
            # relative, so that it holds behind any proxy and says nothing of what the request called this host
            return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": f"{declaration}/"})

    get("/healthz", health)
    get("/{declaration}", to_page)
    for path, find in WHOLE.items():
        get("/{declaration}" + path, _whole(record, find))
    for path, find_worded in WORDED.items():
        get("/{declaration}" + path, _worded(record, find_worded))
    for path, find_layout in LAYOUTS.items():
        get("/{declaration}" + path, _layout(record, find_layout))
    for path, find_part in PARTS.items():
        get("/{declaration}" + path, _part(record, find_part))
    return router


def _whole(record: PublicRecord, find: Callable[[OpenRecord], File]) -> Callable[..., Response]:
    def handler(request: Request, declaration: str) -> Response:
        with record.open(declaration) as opened:
            return answer(request, find(opened))

    return handler


def _part(record: PublicRecord, find: Callable[[OpenRecord, str], File]) -> Callable[..., Response]:
    def handler(request: Request, declaration: str, part: str) -> Response:
        with record.open(declaration) as opened:
            return answer(request, find(opened, part))

    return handler


def _layout(record: PublicRecord, find: Callable[[Layouts, View, Declaration, str], File]) -> Callable[..., Response]:
    def handler(request: Request, declaration: str, part: str) -> Response:
        with record.open(declaration) as opened:
            return answer(request, opened.layout(find, part[:LONGEST]))

    return handler


def _worded(record: PublicRecord, find: Callable[[OpenRecord, str], File]) -> Callable[..., Response]:
    def handler(request: Request, declaration: str, lang: str = "") -> Response:
        with record.open(declaration) as opened:
            return answer(request, find(opened, lang[:40]))

    return handler


def answer(request: Request, file: File) -> Response:
    """Return a file, or 304 without reading it where the reader has it already (RFC 9110, section 13.1.2)."""
    headers = {"ETag": f'"{file.tag}"', "Cache-Control": CACHING[file.lasting]}
    if has(request, headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if file.saved:
        headers["Content-Disposition"] = f'inline; filename="{file.saved}"'
    if file.media == HTML:
        headers["Content-Security-Policy"] = sheet(file.style)
    return Response(file.read(), headers=headers, media_type=file.media)
