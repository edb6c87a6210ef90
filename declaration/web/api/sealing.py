"""The depositary leads the ceremony to its end: who is next, sealing, taking the evidence away, the audit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from declaration.canonical import Json
from declaration.services import control, packing
from declaration.services.control import Audit, Ceremony, Place
from declaration.store.values import Seal
from declaration.web.api.common import REFUSALS, Content, Key, answer, spend, write
from declaration.web.api.inviting import moment
from declaration.web.caller import AsDepositary, Service

router = APIRouter(prefix="/declarations/{declaration}/desk", tags=["sealing"], responses=REFUSALS)

ZIP = "application/zip"


class Sealing(Content):
    """How many are known not to have answered: 0 seals only when everybody has."""

    without: Annotated[int, Field(ge=0, le=1_000_000)]


class PlaceShown(BaseModel):
    """A place in the order of protocol: signed, declined, ready (has a passkey) or absent (has none)."""

    id: str
    office: str
    name: str
    city: str
    native: str
    country: str
    standing: str
    at: str | None
    reason: str | None


class SealShown(BaseModel):
    """The seal: digests of the edition and of all signatures in one."""

    at: str
    edition: str
    merged: str
    signatures: int
    declined: int


class CeremonyShown(BaseModel):
    """A ceremony as it stands."""

    phase: str
    instrument: str | None
    signed: int
    declined: int
    missing: int
    next: str | None
    seal: SealShown | None
    roster: list[PlaceShown]


class AuditShown(BaseModel):
    """What an audit found; ``finding`` says what differs, and ``hint`` what to do."""

    agrees: bool
    size: int
    root: str
    checkpoints: int
    rows: dict[str, int]
    finding: str
    hint: str
    table: str


@router.get("/ceremony", response_model=CeremonyShown)
def ceremony(chancery: Service, actor: AsDepositary) -> Response:
    """Return who has answered and who has not, in the order of protocol."""
    with chancery.store.reading() as session:
        return answer(_ceremony(control.ceremony(session, actor.declaration)))


@router.post("/seal", response_model=SealShown)
def seal(request: Request, chancery: Service, actor: AsDepositary, content: Sealing, key: Key = None) -> Response:
    """Seal the edition; asked for again, by whomever, it is the same seal."""

    def do() -> Json:
        spend(chancery, actor)
        return _seal(control.seal(chancery, actor.declaration, without=content.without).seal)

    return write(request, chancery, actor, content, do, key=key)


@router.get("/evidence.zip", response_class=StreamingResponse, responses={200: {"content": {ZIP: {}}}})
def evidence(chancery: Service, actor: AsDepositary) -> Response:
    """Take the whole evidence away: edition, signatures, ledger, roots, report and guide, for anybody to verify."""
    pieces = packing.evidence(chancery, actor.declaration)
    headers = {"Content-Disposition": f'attachment; filename="{actor.declaration}.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type=ZIP, headers=headers)


@router.post("/audit", response_model=AuditShown)
def audit(chancery: Service, actor: AsDepositary) -> Response:
    """Replay the ledger from nothing and compare every public table with what comes out; nothing is changed."""
    spend(chancery, actor)
    return answer(_audit(control.check(chancery, actor.declaration)))


def _ceremony(found: Ceremony) -> dict[str, Json]:
    return {
        "phase": str(found.phase),
        "instrument": None if found.instrument is None else found.instrument.instrument,
        "signed": found.count(control.Standing.SIGNED),
        "declined": found.count(control.Standing.DECLINED),
        "missing": found.missing,
        "next": None if found.next is None else found.next.id,
        "seal": None if found.seal is None else _seal(found.seal),
        "roster": [_place(place) for place in found.places],
    }


def _place(place: Place) -> dict[str, Json]:
    party = {name: value for name, value in place.party.as_json().items() if isinstance(value, str)}
    return {
        **party,
        "standing": str(place.standing),
        "at": None if place.at is None else moment(place.at),
        "reason": place.reason,
    }


def _seal(found: Seal) -> dict[str, Json]:
    return {
        "at": moment(found.at),
        "edition": found.edition,
        "merged": found.merged,
        "signatures": found.signatures,
        "declined": found.declined,
    }


def _audit(found: Audit) -> dict[str, Json]:
    return {
        "agrees": found.agrees,
        "size": found.size,
        "root": found.root,
        "checkpoints": found.checkpoints,
        "rows": dict(found.rows),
        "finding": found.finding,
        "hint": found.hint,
        "table": found.table,
    }
