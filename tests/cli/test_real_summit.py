"""A real summit as its operator runs it: own keys, own domain, several processes behind a proxy; nothing of a demo."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import httpx2
import pytest
from ceremony_runs import clean_environment

from declaration.canonical import unb64u
from declaration.ceremony.authenticator import Passkey
from declaration.services import traffic
from declaration.signing.keystore import init_keys
from declaration.signing.pkcs8 import THROWAWAY

HOST, ORIGIN = "declaration.example", "https://declaration.example"
OPEN = ("--name", "City of Düsseldorf", "--city", "Düsseldorf", "--country", "DE")
SECRETS = {
    "DECLARATION_KEY_PASSPHRASE": "nobody else knows these nine plain words of ours",
    "DECLARATION_SECRET": "6f8d0b6a2c1e4f7797d7c54f4f4fd1a2b7c3d9e0a1b2c3d4e5f60718293a4b5c",
}


@pytest.fixture(scope="module")
def settings(here, tmp_path_factory):
    """Everything that the operator sets, with keys made and tables brought to the newest form."""
    folder = tmp_path_factory.mktemp("real")
    made = {
        **SECRETS,
        "DECLARATION_DATABASE_URL": f"sqlite:///{folder / 'real.db'}",
        "DECLARATION_KEYS": str(folder / "keys"),
        "DECLARATION_RP_ID": HOST,
        "DECLARATION_ORIGINS": ORIGIN,
        "DECLARATION_PROXIES": "127.0.0.1",
        "DECLARATION_MAIL_FOLDER": str(folder / "outbox"),
    }
    # `keys init` makes such keys, too (tests/config); these open in no time, which every command here does
    passphrase = made["DECLARATION_KEY_PASSPHRASE"]
    init_keys(folder / "keys", passphrase=passphrase, at=datetime.now(UTC), random=os.urandom, hardness=THROWAWAY)
    assert here.run("db", "upgrade", **made).status == 0
    return made


@pytest.fixture(scope="module")
def link(here, settings, good):
    """The link that lets the depositary in."""
    ended = here.run("open", good["text"], *OPEN, "--signatories", good["signatories"], **settings)
    assert (ended.status, ended.complained) == (0, "")
    assert "invited to sign: 2" in ended.said
    return link_in(ended)


def link_in(ended):
    [found] = re.findall(rf"^{ORIGIN}/small/welcome#\S+$", ended.said, re.MULTILINE)
    return found


class Serving:
    """`declaration serve` as its operator starts it."""

    def __init__(self, settings, *arguments):
        command = [sys.executable, "-m", "declaration", "serve", "--port", "0", *arguments]
        environment = clean_environment() | settings | {"PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.clients = []
        self.at = re.sub(r"/small/$", "", self.process.stdout.readline().strip())
        assert self.at.startswith("http://127.0.0.1:"), self.at + self.process.stdout.read()

    def client(self, address="203.0.113.7"):
        headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "X-Forwarded-For": address}
        self.clients.append(httpx2.Client(base_url=self.at, headers=headers, timeout=20))
        return self.clients[-1]

    def close(self):
        for client in self.clients:
            client.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)
        self.process.stdout.close()

    def wait(self):
        deadline, client = time.monotonic() + 30, self.client()
        while time.monotonic() < deadline:
            try:
                if client.get("/healthz").status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
        raise AssertionError(self.stop())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        rest = self.process.stdout.read()
        assert self.process.wait(20) == 0, rest
        return rest


@pytest.fixture(scope="module")
def serving(settings, link):
    served = Serving(settings, "--workers", "2")
    try:
        served.wait()
        yield served
    finally:
        served.close()


def come_in(client, address):
    """Answer an invitation with a new passkey, over HTTP; return the session's cookie."""
    secret, api = address.partition("#")[2], "/api/v1/declarations/small"
    options = client.post(f"{api}/passkey/options", json={"secret": secret}).raise_for_status().json()["publicKey"]
    passkey = Passkey(os.urandom(16), rp_id=HOST, origin=ORIGIN)
    made = passkey.create(unb64u(options["challenge"], what="challenge"))
    sent = {"secret": secret, "challenge": options["challenge"], "credential": made}
    answer = client.post(f"{api}/passkey", json=sent).raise_for_status()
    cookie = answer.headers["set-cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    return {"Cookie": cookie.partition(";")[0]}


def test_from_the_keys_to_the_depositary_s_desk_and_back_after_a_lost_device(here, settings, link, serving):
    client = serving.client()
    assert "strict-transport-security" in client.get("/small/").headers
    cookie = come_in(client, link)
    for _ in range(6):  # whichever process answers
        assert client.get("/small/desk", headers=cookie).status_code == 200
    refused = client.post("/api/v1/declarations/small/passkey/options", json={"secret": link.partition("#")[2]})
    assert refused.json()["code"] == "invitation.used"

    # another device comes in beside the first one
    again = here.run("invite", "small", **settings)
    second = come_in(serving.client(), link_in(again))
    assert client.get("/small/desk", headers=cookie).status_code == 200
    third = link_in(here.run("invite", "small", "--lost", **settings))
    for gone in (cookie, second):
        assert client.get("/api/v1/declarations/small/desk/people", headers=gone).status_code == 401
    assert client.get("/small/desk", headers=come_in(serving.client(), third)).status_code == 200
    assert here.run("audit", **settings).status == 0


def test_whoever_asks_too_often_is_counted_by_their_own_address(serving):
    guess = {"secret": "x" * 43}

    def ask(client, **headers):
        return client.post("/api/v1/declarations/small/invitation", json=guess, headers=headers).status_code

    loud, other = serving.client("198.51.100.1"), serving.client("198.51.100.2")
    assert {ask(loud) for _ in range(traffic.INVITATIONS.burst)} == {404}
    assert ask(loud) == 429
    assert ask(other) == 404
    # what the client itself has put before the proxy's word is not believed
    assert ask(loud, **{"X-Forwarded-For": "192.0.2.9, 198.51.100.1"}) == 429


def test_what_is_refused_changes_nothing(here, settings, good, link, tmp_path):
    before = here.run("audit", **settings).said
    other = here.run("open", good["text"], *OPEN[:1], "City of Bonn", *OPEN[2:], **settings)
    assert other.refused("began otherwise") == "declaration.taken"
    text = tmp_path / "reserved.yaml"
    text.write_text(good["text"].read_text().replace("id: small", "id: API"))
    assert here.run("open", text, *OPEN, **settings).refused() == "declaration.reserved"
    text.write_text(good["text"].read_text().replace("id: small", "id: another"))
    without = {name: value for name, value in settings.items() if name != "DECLARATION_SECRET"}
    assert here.run("open", text, *OPEN, **without).refused("DECLARATION_SECRET") == "service.secret"
    assert here.run("publish", "small", "--out", tmp_path / "public", **settings).refused() == "publish.unsealed"
    assert not (tmp_path / "public").exists()
    assert here.run("audit", **settings).said == before


def test_every_process_ends_when_it_is_told(serving):
    assert "Traceback" not in serving.stop()
