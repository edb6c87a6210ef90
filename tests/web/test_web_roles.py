"""Who may do what: every route of the interface with every role, in one table that must name them all."""

import re
import warnings

import pytest
from web_desk import addresses
from web_summit import API, DECLARATION, HOST, TEXT, ok

from declaration.services import entering, opening, sessions
from declaration.services.actors import Role, find_actor
from declaration.services.opening import RESERVED
from declaration.store import heads, reception
from declaration.web.app import create_app

PUBLIC = {"none", "drafter", "delegate", "mayor", "other mayor", "depositary", "stranger"}
"""Everybody; a stranger is somebody who is in at another declaration of the same service."""
IN = PUBLIC - {"none", "stranger"}
OFFICE = {"mayor", "other mayor", "delegate"}
MAYOR = {"mayor", "other mayor"}
DRAFTER = {"drafter"}
DESK = {"depositary"}

TABLE = {
    # reading
    "GET ": PUBLIC,
    "GET /versions": PUBLIC,
    "GET /versions/{number}": PUBLIC,
    "GET /amendments": PUBLIC,
    "GET /amendments/{amendment}": PUBLIC,
    "GET /matrix": PUBLIC,
    "GET /matrix.csv": PUBLIC,
    "GET /matrix.xlsx": PUBLIC,
    "GET /reservations": PUBLIC,
    "GET /signatories": PUBLIC,
    "GET /signatories/{signatory}": PUBLIC,
    "GET /acts": PUBLIC,
    # coming in
    "POST /invitation": PUBLIC,
    "POST /passkey/options": PUBLIC,
    "POST /passkey": PUBLIC,
    "POST /passkey/proof": PUBLIC,
    "POST /session/options": PUBLIC,
    "POST /session": PUBLIC,
    "DELETE /session": PUBLIC,
    "GET /session": IN,
    "DELETE /sessions": IN,
    "GET /tokens": IN,
    "POST /tokens": IN,
    "DELETE /tokens/{token}": IN,
    # drafting
    "GET /drafting/drafts": DRAFTER,
    "POST /drafting/drafts": DRAFTER,
    "GET /drafting/drafts/{draft}": DRAFTER,
    "PUT /drafting/drafts/{draft}": DRAFTER,
    "DELETE /drafting/drafts/{draft}": DRAFTER,
    "GET /drafting/drafts/{draft}/preview": DRAFTER,
    "POST /drafting/drafts/{draft}/table": DRAFTER,
    "POST /drafting/word": DRAFTER,
    "POST /drafting/word/draft": DRAFTER,
    "GET /drafting/amendments": DRAFTER,
    "GET /drafting/amendments/{amendment}/collisions": DRAFTER | DESK,
    "POST /drafting/amendments/{amendment}/draft": DRAFTER,
    "POST /drafting/amendments/{amendment}/withdraw": DRAFTER,
    "GET /drafting/drafts/{draft}/sponsors": DRAFTER,
    "PUT /drafting/drafts/{draft}/sponsors/{drafter}": DRAFTER,
    "DELETE /drafting/drafts/{draft}/sponsors/{drafter}": DRAFTER,
    "GET /drafting/requests": DRAFTER,
    "GET /drafting/requests/{draft}": DRAFTER,
    "PUT /drafting/requests/{draft}": DRAFTER,
    "DELETE /drafting/requests/{draft}": DRAFTER,
    "PUT /drafting/amendments/{amendment}/support": DRAFTER,
    "DELETE /drafting/amendments/{amendment}/support": DRAFTER,
    # the discussion
    "GET /discussion": IN,
    "GET /discussion/participants": IN,
    "GET /discussion/threads": IN,
    "POST /discussion/threads": IN,
    "GET /discussion/threads/{thread}": IN,
    "POST /discussion/threads/{thread}/comments": IN,
    "PUT /discussion/threads/{thread}/resolution": IN,
    "DELETE /discussion/threads/{thread}/resolution": IN,
    "PUT /discussion/comments/{comment}": IN,
    "DELETE /discussion/comments/{comment}": IN,
    "POST /discussion/comments/{comment}/removal": DESK,
    "GET /discussion/comments/{comment}/wordings": IN,
    "GET /discussion/discussion.json": IN,
    "POST /discussion/following": IN,
    # positions and signing
    "GET /my/clauses": OFFICE,
    "PUT /my/prepared/{clause}": OFFICE,
    "DELETE /my/prepared/{clause}": OFFICE,
    "POST /my/positions/statements": MAYOR,
    "POST /my/positions": MAYOR,
    "POST /my/reservations/statement": MAYOR,
    "POST /my/reservations": MAYOR,
    "GET /my/signing": OFFICE,
    "POST /my/signing": MAYOR,
    "POST /my/signing/statement": MAYOR,
    "POST /my/signing/authorisation": MAYOR,
    "POST /my/signing/refusal/statement": MAYOR,
    "POST /my/signing/refusal": MAYOR,
    "GET /my/signing/receipt": OFFICE,
    "GET /my/delegates": OFFICE,
    "POST /my/delegates": MAYOR,
    "POST /my/delegates/{delegate}/invitation": MAYOR,
    "DELETE /my/delegates/{delegate}": MAYOR,
    # the desk
    "POST /desk/signatories": DESK,
    "POST /desk/drafters": DESK,
    "GET /desk/people": DESK,
    "POST /desk/invitations": DESK,
    "POST /desk/invitations/waiting": DESK,
    "POST /desk/invitations/letter": DESK,
    "POST /desk/invitations/recall": DESK,
    "POST /desk/devices/replace": DESK,
    "GET /desk/consolidation": DESK,
    "POST /desk/preview": DESK,
    "POST /desk/versions": DESK,
    "POST /desk/rejections": DESK,
    "PUT /desk/rules": DESK,
    "GET /languages": PUBLIC,
    "POST /desk/languages/confirmations": DESK,
    "POST /desk/languages/corrections": DESK,
    "GET /desk/undo": DESK,
    "POST /desk/undo": DESK,
    "GET /desk/agreement": DESK,
    "GET /desk/readiness": DESK,
    "GET /desk/proof.pdf": DESK,
    "POST /desk/freeze": DESK,
    "POST /desk/unfreeze": DESK,
    "GET /desk/ceremony": DESK,
    "POST /desk/seal": DESK,
    "GET /desk/evidence.zip": DESK,
    "POST /desk/audit": DESK,
    "GET /webhooks": DESK,
    "POST /webhooks": DESK,
    "DELETE /webhooks/{webhook}": DESK,
    # following: whoever holds the link of a letter
    "POST /following": PUBLIC,
    "PUT /following/{name}": PUBLIC,
    "DELETE /following/{name}": PUBLIC,
}
"""Each route below a declaration, and who passes its guard; what they then may do is up to the state."""
STREAM = "GET /events"
"""Public, and without end: asked for in the tests of the events."""


def described(app):
    """Every operation of the interface below one declaration."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # an id that is there twice would confuse client generators
        schema = app.openapi()
    below = "/api/v1/declarations/{declaration}"
    return {
        f"{method.upper()} {path.removeprefix(below)}": operation
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if path.startswith(below)
    }


def token_of(summit, declaration, role, subject):
    with summit.chancery.store.reading() as session:
        actor = find_actor(session, declaration, role, subject)
    return sessions.make_token(summit.chancery, actor, label="a role")[1]


@pytest.fixture
def everybody(summit):
    """A client for each role, by token: as programs come."""
    other = type(TEXT)("other-summit", TEXT.languages, TEXT.title, TEXT.sections)
    opening.open_declaration(summit.chancery, other, HOST)
    with summit.chancery.store.transaction() as session:
        at = summit.chancery.now()
        reception.name_delegate(session, DECLARATION, reception.Delegate("aide", "haifa", "An aide", at, None))
    whose = {
        "drafter": (DECLARATION, Role.DRAFTER, "workshop"),
        "delegate": (DECLARATION, Role.DELEGATE, "aide"),
        "mayor": (DECLARATION, Role.SIGNATORY, "haifa"),
        "other mayor": (DECLARATION, Role.SIGNATORY, "reading"),
        "depositary": (DECLARATION, Role.DEPOSITARY, "host"),
        "stranger": ("other-summit", Role.DEPOSITARY, "host"),
    }
    clients = {name: summit.client(authorization=f"Bearer {token_of(summit, *who)}") for name, who in whose.items()}
    return {"none": summit.client(), **clients}


def test_the_table_names_every_route(summit):
    assert set(described(summit.app)) - {STREAM} == set(TABLE)


def call(client, route):
    method, _, path = route.partition(" ")
    filled = re.sub(r"\{(\w+)\}", lambda found: "1" if found[1] == "number" else "nothing-here", path)
    content = {"json": {}} if method in {"POST", "PUT"} else {}
    return client.request(method, f"{API}{filled}", **content)


@pytest.mark.parametrize("role", sorted(PUBLIC))
def test_each_role_passes_where_the_table_says_so_and_nowhere_else(summit, everybody, role):
    wrong = []
    with summit.chancery.store.reading() as session:
        before = heads.head(session, DECLARATION).size
    # what ends the caller's own being-in comes last
    for route in sorted(TABLE, key=lambda name: (name.startswith("DELETE /sessions"), name)):
        found = call(everybody[role], route)
        if found.status_code >= 500:
            wrong.append((route, found.status_code, found.text))
        elif role in TABLE[route]:
            if found.status_code in {401, 403} and not route.startswith("POST /session"):
                wrong.append((route, "kept out", found.text))
        elif found.status_code != (401 if role == "none" else 403):
            wrong.append((route, "let in", found.status_code, found.text))
    assert not wrong
    if role != "depositary":  # whose empty requests may freeze the text
        with summit.chancery.store.reading() as session:
            assert heads.head(session, DECLARATION).size == before


def test_nobody_acts_for_another_mayor(summit):
    """Whatever a mayor sends, it is about themselves: no route takes the name of a signatory from the content."""
    for route, operation in described(summit.app).items():
        if "/my/" not in route or "requestBody" not in operation:
            continue
        named = re.findall(r"#/components/schemas/(\w+)", str(operation["requestBody"]))
        members = summit.app.openapi()["components"]["schemas"][named[0]]["properties"]
        assert "signatory" not in members, route


def test_a_role_that_has_ended_is_out(summit, everybody):
    ok(everybody["delegate"].get(f"{API}/my/clauses"))
    with summit.chancery.store.transaction() as session:
        reception.end_delegate(session, DECLARATION, "aide", at=summit.chancery.now())
    assert everybody["delegate"].get(f"{API}/my/clauses").status_code == 401


def test_an_invitation_of_another_declaration_opens_nothing_here(summit, everybody):
    secret = entering.invite(summit.chancery, "other-summit", Role.DEPOSITARY, "host").secret
    found = everybody["none"].post(f"{API}/passkey/options", json={"secret": secret})
    assert found.status_code == 404


def test_no_declaration_can_be_called_like_an_address_of_the_service(summit):
    own = {path for _, path in addresses(summit.app)} | {getattr(route, "path", "/") for route in summit.app.routes}
    assert {path.split("/")[1] for path in own} - {"", "{declaration}"} == RESERVED


def test_without_a_secret_the_service_is_for_reading_alone(summit):
    object.__setattr__(summit.chancery, "secret", None)
    app = create_app(summit.chancery)
    reading = {route for route, who in TABLE.items() if who == PUBLIC and route.startswith("GET ")}
    assert set(described(app)) == reading | {STREAM}
