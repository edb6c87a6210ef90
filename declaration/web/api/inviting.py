"""The depositary lets people in: signatories and drafters, their invitations, a device that was lost.

An answer that holds an invitation's secret is shown once: it is neither cached nor kept under an idempotency key. Asked
for again, another invitation is made, and the one before ends.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.services import inviting, opening
from declaration.services.actors import Role
from declaration.services.addresses import MAX_ADDRESS
from declaration.services.inviting import Link, Person
from declaration.web.api.common import (
    MAX_PAGE,
    REFUSALS,
    After,
    Content,
    Entered,
    Id,
    Key,
    Limit,
    answer,
    entered,
    page,
    spend,
    write,
)
from declaration.web.caller import AsDepositary, Service

router = APIRouter(prefix="/declarations/{declaration}/desk", tags=["inviting"], responses=REFUSALS)

MAX_ROSTER = 12_000
"""Signatories in one request: the largest campaign of cities that we know of."""
Office = Annotated[Role, Field(strict=False)]


class NewSignatory(Content):
    """A signatory of a roster."""

    id: Id
    city: Annotated[str, Field(min_length=1, max_length=200)]
    native: Annotated[str, Field(min_length=1, max_length=200)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    office: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    name: Annotated[str | None, Field(min_length=1, max_length=200)] = None


class Roster(Content):
    """A roster in its JSON form; ``source`` says where it comes from, and is not recorded."""

    signatories: Annotated[list[NewSignatory], Field(min_length=1, max_length=MAX_ROSTER)]
    source: Annotated[str | None, Field(max_length=2_000)] = None


class Added(BaseModel):
    """Entries that were recorded, and what was cleaned."""

    items: list[Entered]
    notes: list[str]


class NewDrafter(Content):
    """An office, a workshop or a delegation that may table amendments."""

    drafter: Id
    name: Annotated[str, Field(min_length=1, max_length=200)]


class Subject(Content):
    """Somebody, by role and id."""

    role: Office
    subject: Id


class Lost(Subject):
    """Whose device is gone; the reason stands in the ledger where the passkey did."""

    reason: Annotated[str, Field(min_length=1, max_length=4_000)]


class Waiting(Content):
    """Everybody of a role who has not enrolled; ``again`` also those whose invitation is still open."""

    role: Office
    again: bool = False
    after: Annotated[str, Field(max_length=64)] = ""


class ByLetter(Subject):
    """Somebody who is invited by e-mail; the address is kept until the letter has gone, and no longer."""

    address: Annotated[str, Field(min_length=3, max_length=MAX_ADDRESS)]
    language: Literal["fr", "de", "en"]


class Sent(BaseModel):
    """An invitation whose link goes out by e-mail, and is shown nowhere."""

    role: str
    subject: str
    name: str
    expires: str


class Code(BaseModel):
    """A QR code: the path of an SVG whose box is ``0 0 size size``."""

    size: int
    path: str


class Invitation(BaseModel):
    """An invitation; ``link`` holds its secret and is shown this once."""

    role: str
    subject: str
    name: str
    expires: str
    link: str
    code: Code


class Invitations(BaseModel):
    """Invitations, and the id to go on after."""

    items: list[Invitation]
    next: str | None


class Recalled(BaseModel):
    """How many invitations were recalled."""

    recalled: int


class PersonShown(BaseModel):
    """Somebody who acts in an office, and whether they can come in."""

    role: str
    id: str
    name: str
    office: str
    city: str
    native: str
    country: str
    access: str
    since: str | None
    until: str | None


class People(BaseModel):
    """A page of people."""

    items: list[PersonShown]
    next: str | None


@router.post("/signatories", status_code=201, response_model=Added)
def add_signatories(
    request: Request, chancery: Service, actor: AsDepositary, content: Roster, key: Key = None
) -> Response:
    """Invite signatories, all of them or none; the same roster sent again changes nothing."""

    def do() -> Json:
        spend(chancery, actor)
        done = inviting.add_signatories(chancery, actor.declaration, content.model_dump(exclude_none=True))
        return {"items": [entered(recorded) for recorded in done.recorded], "notes": list(done.notes)}

    return write(request, chancery, actor, content, do, key=key, status=201)


@router.post("/drafters", status_code=201, response_model=Entered)
def admit(request: Request, chancery: Service, actor: AsDepositary, content: NewDrafter, key: Key = None) -> Response:
    """Admit a drafter."""

    def do() -> Json:
        spend(chancery, actor)
        return entered(opening.admit_drafter(chancery, actor.declaration, content.drafter, content.name))

    return write(request, chancery, actor, content, do, key=key, status=201)


@router.get("/people", response_model=People)
def people(
    chancery: Service,
    actor: AsDepositary,
    role: Annotated[Role | None, Query(description="Only these.")] = None,
    after: After = "",
    limit: Limit = MAX_PAGE,
) -> Response:
    """List who acts here, and whether they have enrolled; ``after`` is ``role/id``."""
    with chancery.store.reading() as session:
        found = inviting.people(session, actor.declaration, now=chancery.now())
    keys = [f"{line.role}/{line.id}" for line in found]
    rest = found[keys.index(after) + 1 if after in keys else 0 :]
    items = [_person(line) for line in rest if role in {None, line.role}][: limit + 1]
    return answer(page(items, limit=limit, key=_key))


@router.post("/invitations", status_code=201, response_model=Invitation)
def invite(chancery: Service, actor: AsDepositary, content: Subject) -> Response:
    """Make an invitation; its link is shown this once, and one made before ends."""
    spend(chancery, actor)
    return answer(link(inviting.invite(chancery, actor.declaration, content.role, content.subject)), status=201)


@router.post("/invitations/waiting", status_code=201, response_model=Invitations)
def invite_waiting(chancery: Service, actor: AsDepositary, content: Waiting) -> Response:
    """Make an invitation for everybody of a role who has not enrolled, up to 200 at once."""
    spend(chancery, actor)
    made, after = inviting.invite_waiting(
        chancery, actor.declaration, content.role, again=content.again, after=content.after
    )
    return answer({"items": [link(item) for item in made], "next": after}, status=201)


@router.post("/invitations/letter", status_code=202, response_model=Sent)
def invite_by_letter(chancery: Service, actor: AsDepositary, content: ByLetter) -> Response:
    """Make an invitation and send its link by e-mail; one made before ends.

    No idempotency key: what is kept under one tells the address to whoever guesses it.
    """
    spend(chancery, actor)
    made = inviting.invite_by_letter(
        chancery,
        actor.declaration,
        content.role,
        content.subject,
        address=content.address,
        language=content.language,
    )
    who, expires = made.actor, moment(made.expires)
    return answer({"role": str(who.role), "subject": who.subject, "name": who.name, "expires": expires}, status=202)


@router.post("/invitations/recall", response_model=Recalled)
def recall(chancery: Service, actor: AsDepositary, content: Subject) -> Response:
    """Recall an invitation that has not been used."""
    spend(chancery, actor)
    return answer({"recalled": inviting.recall(chancery, actor.declaration, content.role, content.subject)})


@router.post("/devices/replace", status_code=201, response_model=Invitation)
def replace_device(chancery: Service, actor: AsDepositary, content: Lost) -> Response:
    """Revoke the passkey of a device that was lost, and invite anew; signatures already given stay valid."""
    spend(chancery, actor)
    made = inviting.replace_device(chancery, actor.declaration, content.role, content.subject, reason=content.reason)
    return answer(link(made), status=201)


def link(made: Link) -> dict[str, Json]:
    """Return an invitation as `Invitation`."""
    actor = made.invited.actor
    return {
        "role": str(actor.role),
        "subject": actor.subject,
        "name": actor.name,
        "expires": moment(made.invited.expires),
        "link": made.address,
        "code": {"size": made.code.size, "path": made.code.path},
    }


def moment(at: datetime) -> str:
    """Return a moment as the interface writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _person(line: Person) -> dict[str, Json]:
    return {
        "role": str(line.role),
        "id": line.id,
        "name": line.name,
        "office": line.office,
        "city": line.city,
        "native": line.native,
        "country": line.country,
        "access": str(line.access),
        "since": None if line.since is None else moment(line.since),
        "until": None if line.until is None else moment(line.until),
    }


def _key(item: Json) -> str:
    assert isinstance(item, dict)
    return f"{item['role']}/{item['id']}"
