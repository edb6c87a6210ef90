"""What a mayor's tests need: the depositary's acts in one call each, and a mayor's device that speaks to the API."""

import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from web_summit import API, DECLARATION, ok

from declaration.canonical import b64u, unb64u
from declaration.drafting.derive import derive_replace
from declaration.render.values import Occasion
from declaration.services import freezing, negotiating, translating
from declaration.services.negotiating import Decision
from declaration.signing.drawing import Drawing
from declaration.store import queries

MY = f"{API}/my"
DRAWN = Drawing((((200, 800), (900, 200), (1400, 900)), ((2000, 300),))).svg()
"""A line and a dot."""


def adopt(summit, clause="city-1", words="We open our squares to everybody.", *, language="en"):
    """Give a clause other words, as the depositary alone can."""
    version = negotiating.current_version(summit.chancery, DECLARATION)
    change = derive_replace(version.text, clause, language, words)
    return negotiating.adopt(summit.chancery, DECLARATION, Decision(version.digest, words=(change,)))


def freeze(summit, **more):
    translating.confirm_all(summit.chancery, DECLARATION)
    return freezing.freeze(summit.chancery, DECLARATION, occasion=Occasion(), **more)


def unfreeze(summit):
    return freezing.unfreeze(summit.chancery, DECLARATION, reason="A comma is missing.")


def clauses(client):
    """My clauses by id."""
    return {item["clause"]: item for item in ok(client.get(f"{MY}/clauses"))["items"]}


def chosen(client, **stances):
    """Choices for clauses on their present words; a stance, or a stance and its words."""
    found = clauses(client)
    made = []
    for name, stance in stances.items():
        clause = name.replace("_", "-")
        said, words = stance if isinstance(stance, tuple) else (stance, None)
        made.append({"clause": clause, "digest": found[clause]["digest"], "stance": said, "reservation": words})
    return made


def statements(client, choices):
    return ok(client.post(f"{MY}/positions/statements", json={"choices": choices}))["statements"]


def take_positions(summit, client, subject, **stances):
    """Take positions and confirm them with the passkey."""
    for statement in statements(client, chosen(client, **stances)):
        assertion = summit.confirm("signatory", subject, statement)
        ok(client.post(f"{MY}/positions", json={"statement": statement, "assertion": assertion}))


class Hand:
    """A mayor's device at the signature: it makes its key, and brings each step's answer to the next."""

    def __init__(self, summit, client, subject, drawn=None):
        self.summit, self.client, self.subject = summit, client, subject
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.spki = b64u(self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        self.drawn = None if drawn is None else b64u(drawn)

    def begin(self, **headers):
        sent = {"key": self.spki, "drawn": self.drawn}
        return self.client.post(f"{MY}/signing/statement", json=sent, headers=headers)

    def authorise(self, statement, *, assertion=None, headers=None, **other):
        assertion = assertion or self.summit.confirm("signatory", self.subject, statement)
        sent = {"statement": statement, "assertion": assertion, "key": self.spki, "drawn": self.drawn, **other}
        answer = self.client.post(f"{MY}/signing/authorisation", json=sent, headers=headers)
        self.sent = {"statement": statement, "assertion": assertion, "drawn": self.drawn}
        return answer

    def sign(self, attributes):
        return b64u(self.key.sign(unb64u(attributes, what="attributes"), ec.ECDSA(SHA256())))

    def complete(self, given, *, headers=None, **other):
        sent = {**self.sent, **given, "signature": self.sign(given["attributes"]), **other}
        return self.client.post(f"{MY}/signing", json=sent, headers=headers)

    def whole(self):
        """Sign, all steps."""
        statement = ok(self.begin())["statement"]
        return ok(self.complete(ok(self.authorise(statement))))


def decline(summit, client, subject, reason="The council has not decided yet."):
    statement = ok(client.post(f"{MY}/signing/refusal/statement", json={"reason": reason}))["statement"]
    assertion = summit.confirm("signatory", subject, statement)
    return client.post(f"{MY}/signing/refusal", json={"statement": statement, "assertion": assertion})


def delegate(summit, mayor, name="Chief of staff"):
    """Name a delegate; return a client that is in as them."""
    invited = ok(mayor.post(f"{MY}/delegates", json={"name": name}), 201)
    return summit.come_in("delegate", invited["id"]), invited["id"]


def size(summit):
    """Entries in the ledger."""
    with summit.chancery.store.reading() as session:
        return queries.declaration(session, DECLARATION).size


def fresh_key():
    return {"idempotency-key": os.urandom(12).hex()}
