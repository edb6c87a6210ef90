"""Signing or declining, step by step: the device makes its key, the passkey authorises, the device signs, all is kept.

A signature takes three calls: for the statement, for the certificate and the attributes to sign, and to bring the
signature back. Every one may be sent again under the same idempotency key: a phone in a full hall loses answers.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.ledger.entries import MAX_REASON
from declaration.services import answering, signing
from declaration.services.answering import Standing
from declaration.services.signing import Draft
from declaration.store.values import Decline
from declaration.web.api.common import (
    REFUSALS,
    AssertionContent,
    Binary,
    Content,
    Entered,
    Key,
    answer,
    binary,
    entered,
    read_bytes,
    spend,
    write,
)
from declaration.web.api.positions import Confirmed, spend_gesture
from declaration.web.caller import AsMayor, AsOffice, Service

router = APIRouter(prefix="/declarations/{declaration}/my/signing", tags=["signing"], responses=REFUSALS)

Spki = Annotated[Binary, Field(max_length=400)]
"""SubjectPublicKeyInfo of a P-256 key, in DER: 91 bytes, or fewer when its point is compressed."""
Drawing = Annotated[Binary | None, Field(max_length=100_000)]
"""A drawn signature of at most 65,536 bytes, in the one form of SVG that is recorded."""


class Party(BaseModel):
    """Who signs, as the roster names them."""

    id: str
    office: str
    name: str
    city: str
    native: str
    country: str


class Instrument(BaseModel):
    """What is signed: digests of the version, of instrument.pdf and of declaration.json."""

    version: str
    number: int
    instrument: str
    document: str
    at: str


class Answer(BaseModel):
    """How the signatory answered."""

    entry: int
    at: str
    reason: str | None


class Signing(BaseModel):
    """Where a signatory's answer stands, and what their device compares a statement with."""

    state: str
    declaration: str
    ledger: str
    rp_id: str
    signatory: Party
    credential: str | None
    instrument: Instrument | None
    answer: Answer | None
    void: bool


class Beginning(Content):
    """The device's ephemeral key, and a drawn signature if one was drawn."""

    key: Spki
    drawn: Drawing = None


class Given(BaseModel):
    """A statement to be signed by the passkey, over its SHA-256."""

    statement: str


class Authorising(Confirmed):
    """The passkey's yes to a statement, with the parts that it names."""

    key: Spki
    drawn: Drawing = None


class Authorised(BaseModel):
    """A certificate for the device's key, and the attributes that it must sign, both DER in base64url."""

    certificate: str
    attributes: str


class Completing(Content):
    """Everything that the earlier steps gave, and the device's signature over the attributes (r‖s, or DER)."""

    statement: Annotated[str, Field(max_length=60_000)]
    assertion: AssertionContent
    certificate: Annotated[Binary, Field(max_length=8_000)]
    attributes: Annotated[Binary, Field(max_length=8_000)]
    drawn: Drawing = None
    signature: Annotated[Binary, Field(max_length=200)]


class Reason(Content):
    """Why a signatory declines."""

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON)]


@router.get("", response_model=Signing)
def state(chancery: Service, actor: AsOffice, declaration: str) -> Response:
    """Say where the signatory's answer stands."""
    assert actor.signatory is not None  # the guard lets only signatories and their delegates pass
    with chancery.store.reading() as session:
        found = answering.standing(session, declaration, actor.signatory)
    return answer(_standing(found))


@router.post("/statement", response_model=Given)
def begin(request: Request, chancery: Service, actor: AsMayor, content: Beginning, key: Key = None) -> Response:
    """Return the statement that authorises one signature with the device's key."""

    def do() -> Json:
        spend_gesture(chancery, actor)
        statement = signing.begin(
            chancery,
            actor.declaration,
            actor.subject,
            key=read_bytes(content.key, "key"),
            drawn=_drawn(content.drawn),
        )
        return {"statement": statement.decode()}

    return write(request, chancery, actor, content, do, key=key)


@router.post("/authorisation", response_model=Authorised)
def authorise(request: Request, chancery: Service, actor: AsMayor, content: Authorising, key: Key = None) -> Response:
    """Take the passkey's yes; return a certificate for the device's key and the attributes that it must sign."""

    def do() -> Json:
        spend_gesture(chancery, actor)
        statement = content.statement.encode()
        answering.require_own(actor, statement)
        given = signing.authorise(
            chancery,
            statement,
            content.assertion.assertion(),
            key=read_bytes(content.key, "key"),
            drawn=_drawn(content.drawn),
        )
        return {"certificate": binary(given.certificate), "attributes": binary(given.attributes)}

    return write(request, chancery, actor, content, do, key=key)


@router.post("", response_model=Entered)
def complete(request: Request, chancery: Service, actor: AsMayor, content: Completing, key: Key = None) -> Response:
    """Take the device's signature: it is timestamped, verified as the public will verify it, and recorded."""

    def do() -> Json:
        spend(chancery, actor)
        statement = content.statement.encode()
        answering.require_own(actor, statement)
        draft = Draft(
            statement,
            content.assertion.assertion(),
            read_bytes(content.certificate, "certificate"),
            read_bytes(content.attributes, "attributes"),
            _drawn(content.drawn),
        )
        return entered(signing.complete(chancery, draft, read_bytes(content.signature, "signature")))

    return write(request, chancery, actor, content, do, key=key)


@router.post("/refusal/statement", response_model=Given)
def begin_decline(request: Request, chancery: Service, actor: AsMayor, content: Reason, key: Key = None) -> Response:
    """Return the statement by which the signatory declines, with a reason that will be public."""

    def do() -> Json:
        spend_gesture(chancery, actor)
        statement = signing.begin_decline(chancery, actor.declaration, actor.subject, reason=content.reason)
        return {"statement": statement.decode()}

    return write(request, chancery, actor, content, do, key=key)


@router.post("/refusal", response_model=Entered)
def decline(request: Request, chancery: Service, actor: AsMayor, content: Confirmed, key: Key = None) -> Response:
    """Take the passkey's yes to a refusal, and record it."""

    def do() -> Json:
        spend(chancery, actor)
        statement = content.statement.encode()
        answering.require_own(actor, statement)
        return entered(signing.decline(chancery, statement, content.assertion.assertion()))

    return write(request, chancery, actor, content, do, key=key)


@router.get(
    "/receipt",
    responses={200: {"description": "The bundle (docs/spec/bundle.md), proven up to a signed head of the ledger."}},
)
def receipt(chancery: Service, actor: AsOffice, declaration: str) -> Response:
    """Return the bundle of the signatory's answer, to keep and to verify anywhere."""
    assert actor.signatory is not None  # the guard lets only signatories and their delegates pass
    bundle = answering.receipt(chancery, declaration, actor.signatory)
    name = f"{declaration}-{actor.signatory}.json"
    return Response(
        bundle,
        media_type="application/json",
        headers={"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _drawn(value: str | None) -> bytes | None:
    """Return a drawing; an empty one is none."""
    return read_bytes(value, "drawn") if value else None


def _standing(found: Standing) -> dict[str, Json]:
    instrument, given = found.instrument, found.answer
    return {
        "state": str(found.state),
        "declaration": found.declaration.id,
        "ledger": found.declaration.origin,
        "rp_id": found.declaration.rp_id,
        "signatory": found.party.as_json(),
        "credential": None if found.credential is None else found.credential.credential,
        "instrument": None
        if instrument is None
        else {
            "version": instrument.version,
            "number": instrument.number,
            "instrument": instrument.instrument,
            "document": instrument.document,
            "at": f"{instrument.at:%Y-%m-%dT%H:%M:%SZ}",
        },
        "answer": None
        if given is None
        else {
            "entry": given.entry,
            "at": f"{given.at:%Y-%m-%dT%H:%M:%SZ}",
            "reason": given.reason if isinstance(given, Decline) else None,
        },
        "void": found.void,
    }
