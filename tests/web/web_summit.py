"""A small summit behind the application: its people come in by invitation and passkey, as they do in life."""

import os
from datetime import UTC, datetime, timedelta
from functools import cache

from fastapi.testclient import TestClient

from declaration.canonical import sha256, unb64u
from declaration.ceremony.authenticator import Passkey
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.services import entering, opening
from declaration.services.actors import Role
from declaration.services.chancery import Chancery, Site
from declaration.signing.keystore import init_keys, open_keys
from declaration.signing.pkcs8 import THROWAWAY
from declaration.signing.statement import Party
from declaration.store.session import open_store
from declaration.store.values import Depositary
from declaration.web.app import create_app

ORIGIN = "http://localhost:8000"
SITE = Site(rp_id="localhost", origins=(ORIGIN,), host="localhost")
PASSPHRASE = "a passphrase for tests alone"
DECLARATION = "small-summit"
API = f"/api/v1/declarations/{DECLARATION}"
HOST = Depositary("host", "City of Düsseldorf", "Düsseldorf", "DE")
DRAFTERS = {"workshop": "Workshop on water", "delegation": "Delegation of Reading"}
PARTIES = (
    Party("abidjan", "Mayor", "Mayor of Abidjan", "Abidjan", "Abidjan", "CI"),
    Party("haifa", "Mayor", "Mayor of Haifa", "Haifa", "חיפה", "IL"),
    Party("reading", "Mayor", "Mayor of Reading", "Reading", "Reading", "GB"),
)
TEXT = Text(
    DECLARATION,
    ("fr", "en", "ar"),
    {
        "fr": "Déclaration de la petite ville",
        "en": "Declaration of the small city",
        "ar": "إعلان المدينة الصغيرة",
    },
    (
        Section(
            "preamble",
            SectionKind.PREAMBLE,
            {"fr": "Préambule", "en": "Preamble", "ar": "ديباجة"},
            (
                Clause(
                    "preamble-1",
                    {
                        "fr": "Nous, bourgmestres et maires de villes petites et grandes,",
                        "en": "We, the mayors of cities small and large,",
                        "ar": "نحن رؤساء بلديات مدن صغيرة وكبيرة،",
                    },
                ),
            ),
        ),
        Section(
            "city",
            SectionKind.CHAPTER,
            {"fr": "La ville", "en": "The city", "ar": "المدينة"},
            (
                Clause(
                    "city-1",
                    {
                        "fr": "Nous ouvrons nos places et nos jardins à toutes et à tous.",
                        "en": "We open our squares and our gardens to everybody.",
                        "ar": "نفتح ساحاتنا وحدائقنا للجميع.",
                    },
                ),
                Clause(
                    "city-2",
                    {
                        "fr": "Nous gardons l’eau propre pour celles et ceux qui viendront après nous.",
                        "en": "We keep the water clean for those who will come after us.",
                        "ar": "نحافظ على نظافة المياه لمن سيأتون بعدنا.",
                    },
                ),
            ),
        ),
    ),
)


class Clock:
    """A clock that tests can put forward; it never stands still."""

    def __init__(self):
        self.ahead = timedelta()

    def __call__(self):
        return datetime.now(UTC) + self.ahead

    def forward(self, **by):
        self.ahead += timedelta(**by)


def make_keys(folder):
    """Make the keys of a service; slow, so once for all tests."""
    init_keys(
        folder, passphrase=PASSPHRASE, at=datetime.now(UTC) - timedelta(days=1), random=os.urandom, hardness=THROWAWAY
    )
    return folder


@cache
def opened_keys(folder):
    """Keys, opened once: what makes a passphrase hard to guess takes a third of a second."""
    return open_keys(folder, passphrase=PASSPHRASE, random=os.urandom)


class Summit:
    """A service with one declaration, its people, and clients of them.

    Args:
        url: of an empty database.
        keys: folder of `make_keys`.

    """

    def __init__(self, url, keys, *, text=TEXT, parties=PARTIES, drafters=DRAFTERS, host=HOST, site=SITE):
        self.clock = Clock()
        store = open_store(url)
        store.upgrade()
        opened = opened_keys(keys)
        self.chancery = Chancery(
            store=store,
            keys=opened,
            timestamps=opened.timestamps,
            site=site,
            clock=self.clock,
            random=os.urandom,
            secret=b"a secret for tests alone, and long enough",
        )
        self.declaration = text.id
        self.host = host
        opening.open_declaration(self.chancery, text, host)
        for drafter, name in drafters.items():
            opening.admit_drafter(self.chancery, text.id, drafter, name)
        opening.invite_signatories(self.chancery, text.id, parties)
        self.app = create_app(self.chancery)
        self.passkeys = {}

    def close(self):
        self.chancery.store.dispose()

    def client(self, **headers):
        """A browser that nobody has signed in with."""
        return TestClient(
            self.app,
            base_url=ORIGIN,
            headers={"origin": ORIGIN, "sec-fetch-site": "same-origin", **headers},
            raise_server_exceptions=False,
            follow_redirects=False,
        )

    def invite(self, role, subject):
        return entering.invite(self.chancery, self.declaration, Role(role), subject).secret

    def come_in(self, role, subject, *, client=None):
        """Answer a fresh invitation with a new passkey; return the client that is in."""
        client = client or self.client()
        secret = self.invite(role, subject)
        passkey = Passkey(os.urandom(16), rp_id=SITE.rp_id, origin=ORIGIN)
        self.passkeys[role, subject] = passkey
        at = f"/api/v1/declarations/{self.declaration}"
        options = ok(client.post(f"{at}/passkey/options", json={"secret": secret}))["publicKey"]
        made = passkey.create(unb64u(options["challenge"], what="challenge"))
        sent = {"secret": secret, "challenge": options["challenge"], "credential": made}
        found = ok(client.post(f"{at}/passkey", json=sent))
        if "statement" in found:
            proof = passkey.get(_challenge(found["statement"]))
            sent = {
                "secret": secret,
                "statement": found["statement"],
                "public_key": found["public_key"],
                "assertion": proof,
            }
            found = ok(client.post(f"{at}/passkey/proof", json=sent))
        assert (found["role"], found["subject"]) == (role, subject)
        return client

    def sign_in(self, role, subject, *, client=None):
        """Sign in with the passkey that `come_in` made."""
        client = client or self.client()
        at = f"/api/v1/declarations/{self.declaration}"
        options = ok(client.post(f"{at}/session/options"))["publicKey"]
        answer = self.passkeys[role, subject].get(unb64u(options["challenge"], what="challenge"))
        ok(client.post(f"{at}/session", json={"challenge": options["challenge"], "assertion": answer}))
        return client

    def confirm(self, role, subject, statement):
        """What the person's passkey answers to a statement."""
        return self.passkeys[role, subject].get(_challenge(statement))


def _challenge(statement):
    return sha256(statement.encode())


def ok(response, status=200):
    """The JSON of an answer that has this status."""
    assert response.status_code == status, (response.status_code, response.text)
    return response.json()


def refused(response, status, code):
    """Is it a problem with this status and code?"""
    assert response.status_code == status, (response.status_code, response.text)
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert found["code"] == code, found
    assert found["status"] == status
    assert found["detail"].endswith((".", ")")), found
    assert found["hint"], found
    return found
