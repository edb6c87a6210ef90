"""Reservations, objections to them, and how each came about; a signatory objects and withdraws with the passkey."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.drafting.reservations import Event, Objection
from declaration.errors import InputRefused
from declaration.services import answering, reservations
from declaration.services.reservations import Held
from declaration.signing.statement import Named, Objecting, ObjectionWithdrawal, ReservationWithdrawal
from declaration.web.api.common import (
    REFUSALS,
    AssertionContent,
    Content,
    Digest,
    Entered,
    Id,
    Key,
    answer,
    entered,
    spend,
    write,
)
from declaration.web.api.positions import spend_gesture
from declaration.web.caller import AsMayor, Service

reading = APIRouter(prefix="/declarations/{declaration}", tags=["reservations"], responses=REFUSALS)
router = APIRouter(prefix="/declarations/{declaration}/my/reservations", tags=["reservations"], responses=REFUSALS)


class Asked(Content):
    """What a signatory wants to say about a reservation; the content is its digest, as it was read."""

    act: Literal["object", "withdraw-objection", "withdraw-reservation"]
    clause: Id
    reservation: Digest
    author: Id | None = None
    """Whose reservation it is; not for the withdrawal of one's own."""
    reason: Annotated[str | None, Field(max_length=10_000)] = None
    """Of an objection, and of nothing else."""

    def named(self) -> Named:
        """Return it as a statement says it.

        Raises:
            InputRefused: ``objection.members``.

        """
        author, reason = self.author, self.reason
        if self.act == "object" and author is not None and reason is not None:
            return Objecting(author, self.clause, self.reservation, reason)
        if self.act == "withdraw-objection" and author is not None and reason is None:
            return ObjectionWithdrawal(author, self.clause, self.reservation)
        if self.act == "withdraw-reservation" and author is None and reason is None:
            return ReservationWithdrawal(self.clause, self.reservation)
        raise InputRefused(
            "objection.members",
            f"“{self.act}” has another author or reason than it may have.",
            hint="An objection names author and reason, its withdrawal the author, a reservation's withdrawal neither.",
        )


class Given(BaseModel):
    """The statement to be confirmed."""

    statement: str


class Confirmed(Content):
    """The statement, and the passkey's assertion over it."""

    statement: Annotated[str, Field(max_length=60_000)]
    assertion: AssertionContent


class ObjectionLine(BaseModel):
    """One objection, in force as long as it has not ended."""

    signatory: str
    reservation: str
    reason: str
    entry: int
    at: str
    ended: int | None
    ended_at: str | None
    withdrawn: bool


class EventLine(BaseModel):
    """One step in the life of a reservation."""

    step: str
    by: str
    entry: int
    at: str
    words: str | None


class ReservationLine(BaseModel):
    """One reservation: as it reads, whether it stands, what others object, and how it came about."""

    signatory: str
    clause: str
    number: str
    digest: str
    reservation: str
    content: str
    standing: bool
    current: bool
    annex: bool
    objections: list[ObjectionLine]
    history: list[EventLine]


class Reservations(BaseModel):
    """Every reservation ever made, in the order of protocol."""

    phase: str
    items: list[ReservationLine]


@reading.get("/reservations", response_model=Reservations)
def listed(chancery: Service, declaration: str, clause: Id | None = None, signatory: Id | None = None) -> Response:
    """Return every reservation with the objections to it and its history; of one clause or signatory, if named."""
    with chancery.store.reading() as session:
        found = reservations.register(session, declaration, clause=clause, signatory=signatory)
    return answer({"phase": str(found.phase), "items": [_line(line) for line in found.lines]})


@router.post("/statement", response_model=Given)
def ask(request: Request, chancery: Service, actor: AsMayor, content: Asked, key: Key = None) -> Response:
    """Return the statement of an objection or of a withdrawal; the signatory's passkey signs its SHA-256."""

    def do() -> Json:
        spend_gesture(chancery, actor)
        return {"statement": reservations.prepare(chancery, actor, content.named()).decode()}

    return write(request, chancery, actor, content, do, key=key)


@router.post("", response_model=Entered)
def confirm(request: Request, chancery: Service, actor: AsMayor, content: Confirmed, key: Key = None) -> Response:
    """Record the objection or withdrawal of a statement that the signatory's passkey has signed."""

    def do() -> Json:
        spend(chancery, actor)
        statement = content.statement.encode()
        answering.require_own(actor, statement)
        return entered(reservations.confirm(chancery, statement, content.assertion.assertion()))

    return write(request, chancery, actor, content, do, key=key)


def _line(line: Held) -> Json:
    last = line.life.last.reservation
    return {
        "signatory": last.signatory,
        "clause": last.clause,
        "number": line.number,
        "digest": last.clause_digest,
        "reservation": last.words,
        "content": last.content,
        "standing": line.life.is_standing,
        "current": line.is_current,
        "annex": line.in_annex,
        "objections": [_objection(item) for item in line.life.objections],
        "history": [_event(event) for event in line.life.events()],
    }


def _objection(item: Objection) -> Json:
    ended = item.ended
    return {
        "signatory": item.signatory,
        "reservation": item.content,
        "reason": item.reason,
        "entry": item.began.entry,
        "at": f"{item.began.at:%Y-%m-%dT%H:%M:%SZ}",
        "ended": None if ended is None else ended.entry,
        "ended_at": None if ended is None else f"{ended.at:%Y-%m-%dT%H:%M:%SZ}",
        "withdrawn": item.withdrawn,
    }


def _event(event: Event) -> Json:
    return {
        "step": str(event.step),
        "by": event.by,
        "entry": event.mark.entry,
        "at": f"{event.mark.at:%Y-%m-%dT%H:%M:%SZ}",
        "words": event.words,
    }
