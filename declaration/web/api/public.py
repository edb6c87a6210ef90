"""What anybody may read, for programs: where a declaration stands, its versions, amendments, positions, signatories.

Every answer depends on the head of the ledger alone, and carries it as a strong ETag: whoever has it already is
answered from one question to the database.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from declaration.canonical import Json, digest, parse
from declaration.drafting.states import AmendmentState
from declaration.drafting.text import check_language
from declaration.errors import NotFound
from declaration.ledger.forms import write_moment
from declaration.services import matrix_files, summaries
from declaration.services.chancery import Chancery
from declaration.store import blobs, heads, queries, supporting
from declaration.store.session import View
from declaration.store.values import Decline, Signatory, Signature, StoredVersion
from declaration.web.api.common import REFUSALS, After, Limit, answer, page
from declaration.web.caller import Service
from declaration.web.conditional import has

router = APIRouter(prefix="/declarations", tags=["reading"], responses=REFUSALS)

MAX_SUMMARY: Final = 64 * 1024 * 1024
"""Bytes of a summary read back: far above the largest matrix."""
Number = Annotated[int, Path(ge=1, le=999_999_999)]
Spoken = Annotated[str, Query(max_length=35, description="A language tag; without one, the drafting language.")]
Name = Annotated[str, Path(max_length=64)]


class Standing(BaseModel):
    """Where a declaration stands."""

    id: str
    title: dict[str, str]
    languages: list[str]
    phase: str
    version: int | None
    entries: int
    origin: str
    depositary: dict[str, str]
    opened: str
    rules: dict[str, Any]


class VersionLine(BaseModel):
    """A version in a list."""

    number: int
    digest: str
    parent: str | None
    entry: int
    at: str


class Page(BaseModel):
    """A page of a list; `next` goes into the parameter ``after`` of the next one."""

    items: list[dict[str, Any]]
    next: str | None


@router.get("", response_model=Page)
def declarations(chancery: Service, after: After = "", limit: Limit = 100) -> Response:
    """List the declarations of this service, by id."""
    with chancery.store.reading() as session:
        names = [name for name in queries.declarations(session) if name > after][: limit + 1]
        items: list[Json] = [_standing(session, name) for name in names]
    return answer(page(items, limit=limit, key=_member("id")))


@router.get("/{declaration}", response_model=Standing)
def declaration(request: Request, chancery: Service, declaration: Name) -> Response:
    """Say where a declaration stands."""
    return _read(request, chancery, declaration, lambda session: _standing(session, declaration))


@router.get("/{declaration}/versions", response_model=Page)
def versions(
    request: Request, chancery: Service, declaration: Name, after: Annotated[int, Query(ge=0)] = 0, limit: Limit = 100
) -> Response:
    """List the versions, oldest first."""

    def read(session: View) -> Json:
        rows = [row for row in queries.versions(session, declaration) if row.number > after]
        return page([_version(row) for row in rows[: limit + 1]], limit=limit, key=_member("number"))

    return _read(request, chancery, declaration, read)


@router.get("/{declaration}/versions/{number}")
def version(request: Request, chancery: Service, declaration: Name, number: Number) -> Response:
    """Return a version with its whole text; `document` is what the ledger binds (docs/spec/text.md, section 3)."""

    def read(session: View) -> Json:
        row = queries.version(session, declaration, number)
        if row is None:
            raise NotFound("version.unknown", f"There is no version {number}.", hint="Look at the list of versions.")
        document = blobs.get(session, declaration, row.document)
        return _version(row) | {"document": parse(document, limit=len(document), what="A version")}

    return _read(request, chancery, declaration, read)


@router.get("/{declaration}/amendments", response_model=Page)
def amendments(
    *,
    request: Request,
    chancery: Service,
    declaration: Name,
    state: Annotated[AmendmentState | None, Query(description="Only those in this state.")] = None,
    after: After = "",
    limit: Limit = 100,
) -> Response:
    """List the amendments in the order in which they were tabled; `after` is the id of the last one."""

    def read(session: View) -> Json:
        lines = queries.amendments(session, declaration)
        names = [line.amendment.id for line in lines]
        begin = names.index(after) + 1 if after in names else 0
        wanted = [line for line in lines[begin:] if state in {None, line.state}][: limit + 1]
        return page(summaries.lines(session, declaration, wanted), limit=limit, key=_amendment_id)

    return _read(request, chancery, declaration, read)


@router.get("/{declaration}/amendments/{amendment}")
def amendment(request: Request, chancery: Service, declaration: Name, amendment: Name) -> Response:
    """Return an amendment with its changes as last carried, and what became of it."""

    def read(session: View) -> Json:
        (shown,) = summaries.lines(session, declaration, [queries.amendment(session, declaration, amendment)])
        return shown

    return _read(request, chancery, declaration, read)


@router.get("/{declaration}/matrix")
def matrix(request: Request, chancery: Service, declaration: Name) -> Response:
    """Return who stands where on every clause of the version in force."""

    def read(session: View) -> Json:
        return parse(summaries.matrix(session, declaration), limit=MAX_SUMMARY, what="The matrix")

    return _read(request, chancery, declaration, read)


@router.get("/{declaration}/matrix.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def matrix_table(request: Request, chancery: Service, declaration: Name, lang: Spoken = "") -> Response:
    """Return every position on the version in force as CSV (UTF-8 with a byte order mark), one a line."""
    return _file(request, chancery, declaration, lang, make=matrix_files.csv, media=matrix_files.CSV)


@router.get(
    "/{declaration}/matrix.xlsx", response_class=Response, responses={200: {"content": {matrix_files.XLSX: {}}}}
)
def matrix_workbook(request: Request, chancery: Service, declaration: Name, lang: Spoken = "") -> Response:
    """Return a workbook: cities by clauses, every position with its words and date, the clauses and how each stands."""
    return _file(request, chancery, declaration, lang, make=matrix_files.xlsx, media=matrix_files.XLSX)


@router.get("/{declaration}/signatories", response_model=Page)
def signatories(
    request: Request, chancery: Service, declaration: Name, after: After = "", limit: Limit = 100
) -> Response:
    """List the signatories by id, and what each has answered to the instrument in force."""

    def read(session: View) -> Json:
        given = _answers(session, declaration)
        parties = sorted(queries.signatories(session, declaration), key=lambda party: party.id)
        wanted = [party for party in parties if party.id > after][: limit + 1]
        return page([_signatory(party, given.get(party.id)) for party in wanted], limit=limit, key=_member("id"))

    return _read(request, chancery, declaration, read)


@router.get("/{declaration}/signatories/{signatory}")
def signatory(request: Request, chancery: Service, declaration: Name, signatory: Name) -> Response:
    """Return a signatory and what they have answered; the bundle stands at ``/{declaration}/signatures/{id}.json``."""

    def read(session: View) -> Json:
        party = queries.signatory(session, declaration, signatory)
        return _signatory(party, _answers(session, declaration).get(signatory))

    return _read(request, chancery, declaration, read)


def _read(request: Request, chancery: Chancery, declaration: str, read: Callable[[View], Json]) -> Response:
    def reply(session: View, headers: dict[str, str]) -> Response:
        return answer(read(session), headers=headers)

    return _tagged(request, chancery, declaration, reply)


def _file(
    request: Request,
    chancery: Chancery,
    declaration: str,
    language: str,
    *,
    make: Callable[[View, str, str], bytes],
    media: str,
) -> Response:
    def reply(session: View, headers: dict[str, str]) -> Response:
        wanted = language or queries.declaration(session, declaration).languages[0]
        made = make(session, declaration, check_language(wanted, where="The address, lang"))
        return Response(made, headers=headers, media_type=media)

    return _tagged(request, chancery, declaration, reply)


def _tagged(
    request: Request, chancery: Chancery, declaration: str, reply: Callable[[View, dict[str, str]], Response]
) -> Response:
    """Answer from one view of the record, or not at all where the reader has it already."""
    with chancery.store.reading() as session:
        head = heads.head(session, declaration)
        tag = f'"{digest(f"{head.tag} {request.url.path}?{request.url.query}".encode())}"'
        headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
        if has(request, tag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return reply(session, headers)


def _standing(session: View, declaration: str) -> dict[str, Json]:
    found = queries.declaration(session, declaration)
    title = {} if found.version is None else queries.version_text(session, declaration, found.version).text.title
    host = found.depositary
    return {
        "id": found.id,
        "title": dict(title),
        "languages": list(found.languages),
        "phase": str(found.phase),
        "version": found.version,
        "entries": found.size,
        "origin": found.origin,
        "depositary": {"id": host.id, "name": host.name, "city": host.city, "country": host.country},
        "opened": write_moment(found.at, "declaration.at"),
        "rules": summaries.rules(supporting.rules(session, declaration)),
    }


def _version(row: StoredVersion) -> dict[str, Json]:
    return {
        "number": row.number,
        "digest": row.digest,
        "parent": row.parent,
        "entry": row.entry,
        "at": write_moment(row.at, "version.at"),
    }


def _answers(session: View, declaration: str) -> dict[str, Signature | Decline]:
    found: list[Signature | Decline] = [*queries.signatures(session, declaration)]
    found += queries.declines(session, declaration)
    return {item.signatory: item for item in found if item.voided is None}


def _signatory(party: Signatory, given: Signature | Decline | None) -> dict[str, Json]:
    told: dict[str, Json] = {"answer": None, "entry": None, "at": None, "reason": None}
    if given is not None:
        told = {
            "answer": "declined" if isinstance(given, Decline) else "signed",
            "entry": given.entry,
            "at": write_moment(given.at, "answer.at"),
            "reason": given.reason if isinstance(given, Decline) else None,
        }
    return party.as_json() | told


def _member(name: str) -> Callable[[Json], str]:
    def key(item: Json) -> str:
        assert isinstance(item, dict)
        return str(item[name])

    return key


def _amendment_id(item: Json) -> str:
    assert isinstance(item, dict)
    document = item["amendment"]
    assert isinstance(document, dict)
    return str(document["id"])
