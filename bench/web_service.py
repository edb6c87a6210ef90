"""A frozen summit behind the web, for the parts that measure it: people enrolled and in, server processes beside us."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from small_summit import script
from starlette.responses import Response

from declaration.canonical import b64u, sha256, unb64u
from declaration.ceremony.device import Device
from declaration.ceremony.stage import Silent
from declaration.ceremony.summit import Summit
from declaration.config import DEMO_PASSPHRASE
from declaration.render.values import Occasion
from declaration.services import freezing, sessions, translating
from declaration.services.actors import Role, find_actor
from declaration.services.chancery import Chancery, Site
from declaration.signing.keystore import init_keys, open_keys
from declaration.signing.pkcs8 import THROWAWAY
from declaration.store import queries
from declaration.store.session import open_store
from declaration.web.app import create_app

ORIGIN = "http://localhost:8000"
SITE = Site("localhost", (ORIGIN,), "localhost")
SECRET = b"a secret for measuring, and nothing else"
COOKIE = "declaration"


def chancery(url, keys):
    store = open_store(url)
    opened = open_keys(Path(keys), passphrase=DEMO_PASSPHRASE, random=os.urandom)
    return Chancery(store, opened, opened.timestamps, SITE, lambda: datetime.now(UTC), os.urandom, secret=SECRET)


class Service:
    """A frozen declaration with `count` signatories, and how to reach it."""

    def __init__(self, folder, url, count):
        self.keys, self.url = folder / "keys", url
        init_keys(self.keys, passphrase=DEMO_PASSPHRASE, at=datetime.now(UTC), random=os.urandom, hardness=THROWAWAY)
        self.chancery = chancery(url, self.keys)
        self.chancery.store.upgrade()
        self.plan = script(folder, count).plan
        self.declaration = self.plan.text.id
        self.devices = {party.id: self._device(party) for party in self.plan.parties}
        Summit(self.chancery, self.plan, self.devices, Silent()).assemble()
        translating.confirm_all(self.chancery, self.declaration)
        freezing.freeze(self.chancery, self.declaration, occasion=Occasion({}, {}, {}))
        with self.chancery.store.reading() as session:
            frozen = queries.frozen_instrument(session, self.declaration)
            self.instrument = queries.blob(session, self.declaration, frozen.instrument)
            self.document = queries.blob(session, self.declaration, frozen.document)
        self.cookies = {party.id: self._cookie(party.id) for party in self.plan.parties}

    def _device(self, party):
        return Device(
            seed=sha256(party.id.encode()),
            party=party,
            declaration=self.declaration,
            ledger=SITE.ledger_origin(self.declaration),
            rp_id=SITE.rp_id,
            origin=ORIGIN,
        )

    def _cookie(self, signatory):
        with self.chancery.store.transaction() as session:
            actor = find_actor(session, self.declaration, Role.SIGNATORY, signatory)
            return sessions.open_for(self.chancery, session, actor, credential="").secret

    def signed(self):
        with self.chancery.store.reading() as session:
            return len(queries.signatures(session, self.declaration))

    @contextmanager
    def processes(self, count):
        """Serve with that many processes; give their ports."""
        with ExitStack() as stack:
            yield [stack.enter_context(served(self.url, self.keys)) for _ in range(count)]


@contextmanager
def service(url=None, *, count):
    with tempfile.TemporaryDirectory(prefix="declaration-bench-") as name:
        folder = Path(name)
        made = Service(folder, url or f"sqlite:///{folder}/service.db", count)
        try:
            yield made
        finally:
            made.chancery.store.dispose()


@contextmanager
def served(url, keys, kind="service"):
    """Run a server process on a free port of localhost; give port and process id."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, __file__, kind, url, str(keys), str(port)])
    try:
        limit = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > limit or process.poll() is not None:
                    raise SystemExit("The server does not start.") from None
                time.sleep(0.05)
        yield Port(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


class Port(int):
    """A port, and the process that listens there."""

    def __new__(cls, port, pid):
        made = super().__new__(cls, port)
        made.pid = pid
        return made

    def resident(self):
        """Return the megabytes of memory that the process holds."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1e6


class Client:
    """One browser: a connection that is kept open, and a cookie."""

    def __init__(self, port, cookie=""):
        self._link = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
        self._headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Host": "localhost:8000"}
        if cookie:
            self._headers["Cookie"] = f"{COOKIE}={cookie}"

    def get(self, address, **headers):
        self._link.request("GET", address, headers={**self._headers, **headers})
        answer = self._link.getresponse()
        return answer.status, answer.headers, answer.read()

    def post(self, address, content):
        body = json.dumps(content).encode()
        self._link.request("POST", address, body=body, headers={**self._headers, "Content-Type": "application/json"})
        answer = self._link.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{address} was answered {answer.status}: {data.decode()}")
        return json.loads(data)

    def close(self):
        self._link.close()


def sign(service, port, signatory):
    """Sign as a phone does, by three calls."""
    client = Client(port, service.cookies[signatory])
    device = service.devices[signatory]
    at = f"/api/v1/declarations/{service.declaration}/my/signing"
    session = device.begin(service.instrument, service.document)
    key = b64u(session.public_key)
    statement = client.post(f"{at}/statement", {"key": key})["statement"]
    assertion = browser_form(session.authorise(statement.encode()))
    given = client.post(f"{at}/authorisation", {"statement": statement, "assertion": assertion, "key": key})
    attributes, certificate = _bytes(given["attributes"]), _bytes(given["certificate"])
    signature = b64u(session.sign(attributes, certificate))
    client.post(at, {"statement": statement, "assertion": assertion, **given, "signature": signature})
    client.close()


def browser_form(assertion):
    """Return an assertion as ``PublicKeyCredential.toJSON()`` gives it."""
    response = {
        "clientDataJSON": b64u(assertion.client_data),
        "authenticatorData": b64u(assertion.authenticator_data),
        "signature": b64u(assertion.signature),
    }
    return {"id": assertion.credential, "rawId": assertion.credential, "type": "public-key", "response": response}


def _bytes(text):
    return unb64u(text, what="an answer")


def bare():
    """Return the framework alone: one route that answers with bytes."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    page = b"x" * 10_000

    @app.get("/page")
    async def answer():
        return Response(page, media_type="text/html")

    return app


if __name__ == "__main__":
    kind, url, keys, port = sys.argv[1:]
    app = bare() if kind == "bare" else create_app(chancery(url, keys))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
