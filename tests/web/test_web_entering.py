"""Coming in: invitations once, passkeys, sessions that end, tokens; and everything that must not let anybody in."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from web_summit import API, DECLARATION, ORIGIN, SITE, ok, refused

from declaration.canonical import unb64u
from declaration.ceremony.authenticator import Passkey
from declaration.services import entering
from declaration.services.actors import Role
from declaration.store import queries

EVERYBODY = [("drafter", "workshop"), ("signatory", "haifa"), ("depositary", "host")]


@pytest.mark.parametrize(("role", "subject"), EVERYBODY)
def test_an_invitation_lets_one_person_in_once(summit, role, subject):
    client = summit.come_in(role, subject)
    found = ok(client.get(f"{API}/session"))
    assert (found["role"], found["subject"], found["declaration"]) == (role, subject, DECLARATION)
    assert client.delete(f"{API}/session").status_code == 204
    refused(client.get(f"{API}/session"), 401, "caller.unknown")
    again = summit.sign_in(role, subject)
    assert ok(again.get(f"{API}/session")) == found


def test_a_signatory_s_passkey_stands_in_the_ledger_and_no_other_does(summit):
    for role, subject in EVERYBODY:
        summit.come_in(role, subject)
    with summit.chancery.store.reading() as session:
        assert [item.signatory for item in queries.credentials(session, DECLARATION)] == ["haifa"]


def test_used_recalled_old_and_invented_invitations_let_nobody_in(summit):
    client = summit.client()
    first = summit.invite("drafter", "workshop")
    second = summit.invite("drafter", "workshop")
    refused(client.post(f"{API}/passkey/options", json={"secret": first}), 409, "invitation.recalled")
    refused(client.post(f"{API}/passkey/options", json={"secret": second[:-1]}), 404, "invitation.unknown")
    assert ok(client.post(f"{API}/invitation", json={"secret": second}))["subject"] == "workshop"
    summit.clock.forward(days=31)
    refused(client.post(f"{API}/invitation", json={"secret": second}), 409, "invitation.expired")
    summit.come_in("drafter", "workshop")
    refused(client.post(f"{API}/invitation", json={"secret": second}), 409, "invitation.recalled")


def test_an_invitation_opened_on_two_devices_at_once_enrols_one(summit):
    secret = summit.invite("drafter", "delegation")

    def one(_):
        client = summit.client()
        passkey = Passkey(os.urandom(16), rp_id=SITE.rp_id, origin=ORIGIN)
        options = client.post(f"{API}/passkey/options", json={"secret": secret})
        if options.status_code != 200:
            return options.status_code
        challenge = options.json()["publicKey"]["challenge"]
        made = passkey.create(unb64u(challenge, what="challenge"))
        return client.post(
            f"{API}/passkey", json={"secret": secret, "challenge": challenge, "credential": made}
        ).status_code

    with ThreadPoolExecutor(6) as hands:
        assert sorted(hands.map(one, range(6))) == [200, 409, 409, 409, 409, 409]


def test_secrets_are_kept_by_digest_alone(summit, tmp_path):
    secret = summit.invite("drafter", "workshop")
    client = summit.come_in("depositary", "host")
    token = ok(client.post(f"{API}/tokens", json={"label": "a script"}), 201)["secret"]
    cookie = next(iter(client.cookies.jar)).value
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("summit.db*"))
    for told in (secret, token, cookie):
        assert told.encode() not in stored


def test_the_cookie_is_for_the_server_alone(summit):
    client = summit.client()
    secret = summit.invite("drafter", "workshop")
    passkey = Passkey(os.urandom(16), rp_id=SITE.rp_id, origin=ORIGIN)
    options = ok(client.post(f"{API}/passkey/options", json={"secret": secret}))["publicKey"]
    made = passkey.create(unb64u(options["challenge"], what="challenge"))
    answer = client.post(
        f"{API}/passkey", json={"secret": secret, "challenge": options["challenge"], "credential": made}
    )
    written = answer.headers["set-cookie"]
    assert "HttpOnly" in written
    assert "SameSite=Lax" in written
    assert "Path=/" in written
    assert answer.headers["cache-control"] == "no-store"


FOREIGN = [
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    {"origin": ORIGIN, "sec-fetch-site": "same-site"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"origin": "http://localhost:8001", "sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_website_cannot_write_by_a_cookie_nor_sign_anybody_in(summit, headers):
    client = summit.come_in("drafter", "workshop")
    for header in ("origin", "sec-fetch-site"):
        client.headers.pop(header, None)
    refused(client.post(f"{API}/tokens", json={"label": "a"}, headers=headers), 403, "caller.origin")
    refused(client.post(f"{API}/session/options", headers=headers), 403, "caller.origin")
    refused(client.post(f"{API}/tokens", json={"label": "a"}), 403, "caller.origin")  # a cookie, and nothing said


def test_a_session_s_secret_is_exchanged_and_the_old_one_ends(summit):
    client = summit.come_in("drafter", "workshop")
    old = dict(client.cookies)
    summit.clock.forward(minutes=61)
    answer = client.get(f"{API}/session")
    assert ok(answer)["subject"] == "workshop"
    assert "set-cookie" in answer.headers
    assert dict(client.cookies) != old
    stale = summit.client()
    stale.cookies.update(old)
    assert ok(stale.get(f"{API}/session"))["subject"] == "workshop"  # a request that was on its way
    summit.clock.forward(minutes=2)
    refused(stale.get(f"{API}/session"), 401, "caller.unknown")
    assert ok(client.get(f"{API}/session"))["subject"] == "workshop"
    summit.clock.forward(hours=13)
    refused(client.get(f"{API}/session"), 401, "caller.unknown")


def test_a_passkey_of_nobody_and_one_of_another_site_are_refused_alike(summit):
    summit.come_in("drafter", "workshop")
    known = summit.passkeys["drafter", "workshop"]
    told = []
    for passkey in (
        Passkey(os.urandom(16), rp_id=SITE.rp_id, origin=ORIGIN),
        Passkey(b"s" * 16, rp_id=SITE.rp_id, origin="https://evil.example"),
    ):
        client = summit.client()
        challenge = ok(client.post(f"{API}/session/options"))["publicKey"]["challenge"]
        answer = passkey.get(unb64u(challenge, what="challenge"))
        told.append(client.post(f"{API}/session", json={"challenge": challenge, "assertion": answer}))
    client = summit.client()
    challenge = ok(client.post(f"{API}/session/options"))["publicKey"]["challenge"]
    forged = known.get(os.urandom(32))
    told.append(client.post(f"{API}/session", json={"challenge": challenge, "assertion": forged}))
    assert len({refused(answer, 403, "enter.refused")["detail"] for answer in told}) == 1


def test_a_challenge_counts_once(summit):
    client = summit.come_in("drafter", "workshop")
    challenge = ok(client.post(f"{API}/session/options"))["publicKey"]["challenge"]
    answer = summit.passkeys["drafter", "workshop"].get(unb64u(challenge, what="challenge"))
    sent = {"challenge": challenge, "assertion": answer}
    ok(client.post(f"{API}/session", json=sent))
    refused(client.post(f"{API}/session", json=sent), 409, "challenge.used")


def test_a_lost_device_is_out_at_once_and_the_person_is_invited_anew(summit):
    client = summit.come_in("signatory", "abidjan")
    token = ok(client.post(f"{API}/tokens", json={"label": "t"}), 201)["secret"]
    invited = entering.replace_device(
        summit.chancery, DECLARATION, Role.SIGNATORY, "abidjan", reason="The phone was left in a taxi."
    )
    refused(client.get(f"{API}/session"), 401, "caller.unknown")
    refused(summit.client().get(f"{API}/session", headers={"authorization": f"Bearer {token}"}), 401, "caller.token")
    options = ok(summit.client().post(f"{API}/passkey/options", json={"secret": invited.secret}))
    assert options["publicKey"]["rp"]["id"] == SITE.rp_id
    challenge = ok(client.post(f"{API}/session/options"))["publicKey"]["challenge"]
    answer = summit.passkeys["signatory", "abidjan"].get(unb64u(challenge, what="challenge"))
    refused(client.post(f"{API}/session", json={"challenge": challenge, "assertion": answer}), 403, "enter.refused")


def test_a_token_acts_for_its_role_until_it_is_ended(summit):
    client = summit.come_in("drafter", "workshop")
    made = ok(client.post(f"{API}/tokens", json={"label": "a script"}), 201)
    program = summit.client(authorization=f"Bearer {made['secret']}")
    assert ok(program.get(f"{API}/session"))["subject"] == "workshop"
    assert [item["label"] for item in ok(program.get(f"{API}/tokens"))["items"]] == ["a script"]
    assert client.delete(f"{API}/tokens/{made['id']}").status_code == 204
    refused(program.get(f"{API}/session"), 401, "caller.token")
    refused(client.delete(f"{API}/tokens/{made['id']}"), 404, "token.unknown")


def test_knocking_too_often_has_to_wait(summit):
    client = summit.client()
    told = [client.post(f"{API}/session/options") for _ in range(40)]
    late = [answer for answer in told if answer.status_code != 200]
    assert 10 < len(late) < 25
    refused(late[-1], 429, "traffic.too-often")
    assert 1 <= int(late[-1].headers["retry-after"]) <= 5
    summit.clock.forward(seconds=10)
    ok(client.post(f"{API}/session/options"))


HOSTILE = [b"", b"{", b"[]", b'{"secret":1}', b'{"secret":"a","x":1}', b"\xff\xfe", b'{"secret":"\\ud800"}', b"null"]


@pytest.mark.parametrize("content", HOSTILE)
@pytest.mark.parametrize("address", ["invitation", "passkey/options", "passkey", "passkey/proof", "session"])
def test_hostile_content_is_refused_plainly(summit, address, content):
    answer = summit.client().post(f"{API}/{address}", content=content, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_content_that_is_too_long_is_refused_before_it_is_read(summit):
    answer = summit.client().post(f"{API}/invitation", content=b"{}", headers={"content-length": str(10**12)})
    refused(answer, 413, "http.content-length")


def test_content_whose_length_is_not_announced_is_refused_as_soon_as_it_is_too_long(summit):
    sent = []

    def pieces():
        for _ in range(100):
            sent.append(65_536)
            yield b" " * 65_536

    answer = summit.client().post(f"{API}/invitation", content=pieces(), headers={"content-type": "application/json"})
    refused(answer, 413, "http.content-length")
    assert "content-length" not in answer.request.headers
