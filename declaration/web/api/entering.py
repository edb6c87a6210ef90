"""Coming in and going: invitations, passkeys, the session, tokens for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from declaration.canonical import Json, unb64u
from declaration.services import entering, sessions
from declaration.services.actors import Actor
from declaration.services.sessions import Entered
from declaration.services.traffic import ENTERING, INVITATIONS, take
from declaration.store.reception import StoredToken
from declaration.web.api.common import (
    REFUSALS,
    AssertionContent,
    Binary,
    Content,
    CredentialContent,
    Key,
    answer,
    binary,
    read_bytes,
    write,
)
from declaration.web.caller import Anybody, Door, Service, Somebody, keep_cookie

router = APIRouter(prefix="/declarations/{declaration}", tags=["entering"], responses=REFUSALS)


class Who(BaseModel):
    """Who is in."""

    declaration: str
    role: str
    subject: str
    name: str
    signatory: str | None


class Invitation(Content):
    """An invitation that is answered."""

    secret: Annotated[str, Field(min_length=1, max_length=64)]


class NewPasskey(Invitation):
    """A passkey that was made for an invitation."""

    challenge: Binary
    credential: CredentialContent


class Proof(Invitation):
    """A signatory's proof that they hold the new passkey."""

    statement: Annotated[str, Field(max_length=60_000)]
    public_key: Binary
    assertion: AssertionContent


class Entering(Content):
    """A passkey's answer to the challenge."""

    challenge: Binary
    assertion: AssertionContent


class NewToken(Content):
    """A token that is asked for."""

    label: Annotated[str, Field(min_length=1, max_length=sessions.MAX_LABEL)]


def who(actor: Actor) -> dict[str, Json]:
    """Return an actor as `Who`."""
    return {
        "declaration": actor.declaration,
        "role": str(actor.role),
        "subject": actor.subject,
        "name": actor.name,
        "signatory": actor.signatory,
    }


def address_of(request: Request) -> str:
    """Return the network address from which a request comes."""
    return request.client.host if request.client else ""


def _knock(request: Request) -> None:
    """Let only our own pages, or a program, ask: a login that another website makes a browser do is an attack, too."""
    door: Door = request.app.state.door
    door.require_own_page(request)


def _let_in(request: Request, entered: Entered) -> Response:
    keep_cookie(request, entered)
    return answer(who(entered.actor))


@router.post("/invitation", response_model=Who)
def look(request: Request, chancery: Service, declaration: str, content: Invitation) -> Response:
    """Say whom an invitation is for, without using it."""
    take(chancery, INVITATIONS, address_of(request))
    return answer(who(entering.look(chancery, declaration, content.secret)))


@router.post("/passkey/options")
def offer(request: Request, chancery: Service, declaration: str, content: Invitation) -> Response:
    """Answer an invitation with options for ``navigator.credentials.create``."""
    _knock(request)
    take(chancery, INVITATIONS, address_of(request))
    return answer({"publicKey": entering.offer(chancery, declaration, content.secret).options})


@router.post("/passkey")
def create(request: Request, chancery: Service, declaration: str, content: NewPasskey) -> Response:
    """Take a new passkey: a signatory is answered with the statement to prove it by, everybody else is in."""
    _knock(request)
    take(chancery, INVITATIONS, address_of(request))
    made = entering.create(
        chancery,
        declaration,
        content.secret,
        challenge=read_bytes(content.challenge, "challenge"),
        credential=content.credential.credential(),
    )
    if made.entered is not None:
        return _let_in(request, made.entered)
    assert made.statement is not None
    return answer({"statement": made.statement.decode(), "public_key": binary(made.public_key)})


@router.post("/passkey/proof", response_model=Who)
def prove(request: Request, chancery: Service, declaration: str, content: Proof) -> Response:
    """Take a signatory's proof of possession; the passkey's public key goes into the ledger."""
    _knock(request)
    take(chancery, INVITATIONS, address_of(request))
    entered = entering.prove(
        chancery,
        declaration,
        content.secret,
        statement=content.statement.encode(),
        public_key=read_bytes(content.public_key, "public_key"),
        assertion=content.assertion.assertion(),
    )
    return _let_in(request, entered)


@router.post("/session/options")
def ask(request: Request, chancery: Service, declaration: str) -> Response:
    """Return options for ``navigator.credentials.get``, the same whoever asks."""
    _knock(request)
    take(chancery, ENTERING, address_of(request))
    return answer({"publicKey": entering.ask(chancery, declaration)})


@router.post("/session", response_model=Who)
def enter(request: Request, chancery: Service, declaration: str, content: Entering) -> Response:
    """Let somebody in by their passkey; the answer sets the session's cookie."""
    _knock(request)
    take(chancery, ENTERING, address_of(request))
    entered = entering.enter(
        chancery,
        declaration,
        challenge=unb64u(content.challenge, what="challenge"),
        assertion=content.assertion.assertion(),
    )
    return _let_in(request, entered)


@router.get("/session", response_model=Who)
def present(actor: Somebody) -> Response:
    """Say who is in."""
    return answer(who(actor))


@router.delete("/session", status_code=204)
def leave(request: Request, chancery: Service, caller: Anybody, declaration: str) -> Response:
    """Go: the session ends on this device."""
    if caller.secret is not None and caller.role_in(declaration) is not None:
        sessions.leave(chancery, caller.secret)
        keep_cookie(request, None)
    return Response(status_code=204)


@router.get("/tokens")
def tokens(chancery: Service, actor: Somebody) -> Response:
    """List the tokens with which programs act as the caller."""
    return answer({"items": [_token(item) for item in sessions.tokens(chancery, actor)], "next": None})


@router.post("/tokens", status_code=201)
def make_token(request: Request, chancery: Service, actor: Somebody, content: NewToken, key: Key = None) -> Response:
    """Make a token; its secret is shown this once."""

    def make() -> Json:
        token, secret = sessions.make_token(chancery, actor, label=content.label)
        return _token(token) | {"secret": secret}

    del key  # an answer that holds a secret is not kept
    return write(request, chancery, actor, content, make, key=None, status=201)


@router.delete("/tokens/{token}", status_code=204)
def end_token(chancery: Service, actor: Somebody, token: str) -> Response:
    """End a token."""
    sessions.end_token(chancery, actor, token[:80])
    return Response(status_code=204)


def _token(token: StoredToken) -> dict[str, Json]:
    return {
        "id": token.token,
        "label": token.label,
        "issued": f"{token.issued:%Y-%m-%dT%H:%M:%SZ}",
        "expires": f"{token.expires:%Y-%m-%dT%H:%M:%SZ}",
        "revoked": None if token.revoked is None else f"{token.revoked:%Y-%m-%dT%H:%M:%SZ}",
    }
