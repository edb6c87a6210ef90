"""Signing by the interface: three steps of one gesture, each refused where it does not belong to the others."""

import base64
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from web_mayor import DRAWN, MY, Hand, decline, delegate, freeze, fresh_key, size, take_positions, unfreeze
from web_summit import DECLARATION, Summit, ok, refused

from declaration.canonical import b64u, digest, unb64u
from declaration.services import entering, public
from declaration.services.actors import Role
from declaration.signing.bundle import Bundle
from declaration.store import queries


@pytest.fixture
def mayor(summit):
    return summit.come_in("signatory", "haifa")


@pytest.fixture
def frozen(summit, mayor):
    return freeze(summit)


@pytest.fixture(scope="module")
def hostile_mayor(tmp_path_factory, web_keys):
    """One mayor for all hostile requests, since none of them changes anything."""
    made = Summit(f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'summit.db'}", web_keys)
    client = made.come_in("signatory", "haifa")
    freeze(made)
    made.clock.forward(minutes=5)
    yield client
    made.close()


def signed(summit):
    with summit.chancery.store.reading() as session:
        return [item.signatory for item in queries.signatures(session, DECLARATION)]


def test_the_state_says_what_a_device_needs(summit, mayor):
    before = ok(mayor.get(f"{MY}/signing"))
    assert (before["state"], before["instrument"], before["answer"], before["void"]) == ("drafting", None, None, False)
    frozen = freeze(summit)
    found = ok(mayor.get(f"{MY}/signing"))
    assert found["state"] == "waiting"
    assert found["signatory"] == {
        "id": "haifa",
        "office": "Mayor",
        "name": "Mayor of Haifa",
        "city": "Haifa",
        "native": "חיפה",
        "country": "IL",
    }
    assert found["ledger"] == f"localhost/{DECLARATION}"
    assert found["credential"] == summit.passkeys["signatory", "haifa"].credential
    assert found["instrument"]["instrument"] == digest(frozen.instrument)
    assert found["instrument"]["document"] == digest(frozen.document)


@pytest.mark.parametrize("drawn", [None, DRAWN], ids=["without", "with a drawing"])
def test_a_mayor_signs_and_keeps_a_receipt_that_anybody_can_verify(summit, mayor, frozen, drawn):
    recorded = Hand(summit, mayor, "haifa", drawn).whole()
    assert recorded["kind"] == "signature.affixed"
    found = ok(mayor.get(f"{MY}/signing"))
    assert (found["state"], found["answer"]["entry"]) == ("signed", recorded["index"])
    answer = mayor.get(f"{MY}/signing/receipt")
    assert answer.headers["content-disposition"] == f'attachment; filename="{DECLARATION}-haifa.json"'
    bundle = Bundle.parse(answer.content)
    assert bundle.drawn == drawn
    assert json.loads(bundle.statement)["instrument"] == digest(frozen.instrument)
    assert mayor.get(f"{MY}/signing/receipt").content == answer.content  # no new head is signed for asking again
    with public.PublicRecord(summit.chancery).open(DECLARATION) as opened:
        assert opened.receipt("haifa").read() == answer.content


def test_a_drawing_is_nowhere_before_it_is_signed_and_for_everybody_afterwards(summit, mayor, frozen, tmp_path):
    hand = Hand(summit, mayor, "haifa", DRAWN)

    def kept():
        spellings = (DRAWN, DRAWN[-60:], b64u(DRAWN).encode()[-60:])
        files = [file.read_bytes() for file in tmp_path.rglob("summit.db*")]
        assert files
        return any(spelling in data for data in files for spelling in spellings)

    given = ok(hand.authorise(ok(hand.begin())["statement"]))
    assert not kept()
    page = f"/{DECLARATION}/signatures/haifa"
    assert "data:image" not in summit.client().get(page).text
    ok(hand.complete(given))
    assert kept()
    shown = summit.client().get(page)
    assert f'src="data:image/svg+xml;base64,{base64.b64encode(DRAWN).decode()}"' in shown.text
    assert "script-src 'self'" in shown.headers["content-security-policy"]


def test_three_mayors_sign_at_once(summit):
    hands = [Hand(summit, summit.come_in("signatory", name), name) for name in ("abidjan", "haifa", "reading")]
    freeze(summit)
    with ThreadPoolExecutor(3) as pool:
        indexes = [found["index"] for found in pool.map(lambda hand: hand.whole(), hands)]
    assert len(set(indexes)) == 3
    assert sorted(signed(summit)) == ["abidjan", "haifa", "reading"]


def test_nobody_signs_twice(summit, mayor, frozen):
    late = Hand(summit, mayor, "haifa")
    statement = ok(late.begin())["statement"]
    given = ok(late.authorise(statement))
    Hand(summit, mayor, "haifa").whole()
    before = size(summit)
    refused(Hand(summit, mayor, "haifa").begin(), 409, "signature.given")
    refused(late.complete(given), 409, "signature.given")
    refused(decline_statement(mayor), 409, "signature.given")
    assert (size(summit), signed(summit)) == (before, ["haifa"])


def decline_statement(client):
    return client.post(f"{MY}/signing/refusal/statement", json={"reason": "No."})


def test_after_a_decline_nobody_signs_and_the_other_way_round(summit, mayor, frozen):
    late = Hand(summit, mayor, "haifa")
    given = ok(late.authorise(ok(late.begin())["statement"]))
    assert ok(decline(summit, mayor, "haifa"))["kind"] == "signature.declined"
    before = size(summit)
    refused(Hand(summit, mayor, "haifa").begin(), 409, "signature.declined")
    refused(late.complete(given), 409, "signature.declined")
    refused(decline_statement(mayor), 409, "signature.declined")
    found = ok(mayor.get(f"{MY}/signing"))
    assert (found["state"], found["answer"]["reason"]) == ("declined", "The council has not decided yet.")
    assert Bundle.parse(mayor.get(f"{MY}/signing/receipt").content).cms is None
    assert (size(summit), signed(summit)) == (before, [])


def test_there_is_nothing_to_sign_before_the_freeze_and_after_an_unfreeze(summit, mayor):
    hand = Hand(summit, mayor, "haifa")
    refused(hand.begin(), 409, "declaration.not-frozen")
    refused(decline_statement(mayor), 409, "declaration.not-frozen")
    refused(mayor.get(f"{MY}/signing/receipt"), 409, "answer.missing")
    freeze(summit)
    hand.whole()
    late = Hand(summit, summit.come_in("signatory", "abidjan"), "abidjan")
    given = ok(late.authorise(ok(late.begin())["statement"]))
    unfreeze(summit)
    refused(late.complete(given), 409, "declaration.not-frozen")
    found = ok(mayor.get(f"{MY}/signing"))
    assert (found["state"], found["void"]) == ("drafting", True)


def test_each_step_counts_once(summit, mayor, frozen):
    hand = Hand(summit, mayor, "haifa")
    statement = ok(hand.begin())["statement"]
    assertion = summit.confirm("signatory", "haifa", statement)
    given = ok(hand.authorise(statement, assertion=assertion))
    refused(hand.authorise(statement, assertion=assertion), 409, "challenge.used")
    ok(hand.complete(given))
    refused(hand.complete(given), 409, "challenge.used")


def test_a_step_sent_again_after_a_lost_answer_gives_the_same_answer(summit, mayor, frozen):
    hand, keys = Hand(summit, mayor, "haifa"), [fresh_key() for _ in range(3)]
    [statement] = {ok(hand.begin(**keys[0]))["statement"] for _ in range(2)}
    assertion = summit.confirm("signatory", "haifa", statement)
    answers = [ok(hand.authorise(statement, assertion=assertion, headers=keys[1])) for _ in range(2)]
    assert answers[0] == answers[1]
    signature = hand.sign(answers[0]["attributes"])
    told = [hand.complete(answers[0], signature=signature, headers=keys[2]).content for _ in range(3)]
    assert len(set(told)) == 1
    assert signed(summit) == ["haifa"]


def test_another_mayor_cannot_bring_my_steps(summit, mayor, frozen):
    other = summit.come_in("signatory", "abidjan")
    hand = Hand(summit, mayor, "haifa")
    statement = ok(hand.begin())["statement"]
    thief = Hand(summit, other, "haifa")
    thief.spki = hand.spki
    refused(thief.authorise(statement), 403, "statement.other")
    given = ok(hand.authorise(statement))
    thief.sent, thief.key = hand.sent, hand.key
    refused(thief.complete(given), 403, "statement.other")
    ok(hand.complete(given))


def test_the_key_and_the_drawing_are_those_of_the_statement(summit, mayor, frozen):
    other = b64u(os.urandom(91))
    for part in ({"key": other}, {"drawn": b64u(DRAWN)}):
        hand = Hand(summit, mayor, "haifa")
        statement = ok(hand.begin())["statement"]
        refused(hand.authorise(statement, **part), 400, "signing.parts")
        summit.clock.forward(minutes=1)
    hand = Hand(summit, mayor, "haifa", DRAWN)
    refused(hand.authorise(ok(hand.begin())["statement"], drawn=None), 400, "signing.parts")


def test_attributes_certificate_and_drawing_come_back_as_they_were_given(summit, mayor, frozen):
    hand = Hand(summit, mayor, "haifa", DRAWN)
    given = ok(hand.authorise(ok(hand.begin())["statement"]))
    attributes = unb64u(given["attributes"], what="attributes")
    altered = b64u(attributes[:-1] + bytes([attributes[-1] ^ 1]))
    refused(hand.complete(given, attributes=altered), 403, "challenge.other")
    refused(hand.complete(given, drawn=None), 403, "challenge.other")
    certificate = unb64u(given["certificate"], what="certificate")
    refused(hand.complete(given, certificate=b64u(certificate[:-1] + b"\0")), 404, "challenge.unknown")
    ok(hand.complete(given))


def test_another_key_s_signature_is_none(summit, mayor, frozen):
    hand = Hand(summit, mayor, "haifa")
    given = ok(hand.authorise(ok(hand.begin())["statement"]))
    hand.key = ec.generate_private_key(ec.SECP256R1())
    answer = hand.complete(given)
    assert answer.status_code == 422
    assert signed(summit) == []


@pytest.mark.parametrize("signature", ["", b64u(bytes(64)), b64u(bytes(63)), b64u(b"\x30\x06\x02\x01\x01\x02\x01\x01")])
def test_a_signature_that_is_none_is_refused(summit, mayor, frozen, signature):
    hand = Hand(summit, mayor, "haifa")
    given = ok(hand.authorise(ok(hand.begin())["statement"]))
    answer = hand.complete(given, signature=signature)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert signed(summit) == []


@pytest.mark.parametrize("key", ["", "AAAA", b64u(os.urandom(91))])
def test_a_key_that_is_none_is_certified_for_nobody(summit, mayor, frozen, key):
    hand = Hand(summit, mayor, "haifa")
    hand.spki = key
    statement = ok(hand.begin())["statement"]
    answer = hand.authorise(statement)
    assert answer.status_code in {400, 422}, answer.text
    assert signed(summit) == []


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (b"no picture", "drawn.form"),
        (DRAWN[:40], "drawn.form"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "drawn.raster"),
        (DRAWN.replace(b"1400", b"3001"), "drawn.bounds"),
    ],
)
def test_a_drawing_that_is_not_of_the_form_is_refused_at_once(summit, mayor, frozen, drawn, code):
    problem = refused(Hand(summit, mayor, "haifa", drawn).begin(), 400, code)
    assert "Draw the signature again" in problem["hint"]


def test_a_drawing_that_is_too_large_is_refused(summit, mayor, frozen):
    refused(Hand(summit, mayor, "haifa", DRAWN + bytes(66_000)).begin(), 413, "drawn.size")


def test_a_statement_waits_ten_minutes(summit, mayor, frozen):
    hand = Hand(summit, mayor, "haifa")
    statement = ok(hand.begin())["statement"]
    summit.clock.forward(minutes=11)
    assert hand.authorise(statement).status_code in {404, 409}
    assert signed(summit) == []


def test_a_lost_device_signs_nothing(summit, mayor, frozen):
    hand = Hand(summit, mayor, "haifa")
    statement = ok(hand.begin())["statement"]
    entering.replace_device(summit.chancery, DECLARATION, Role.SIGNATORY, "haifa", reason="Lost at the airport.")
    refused(hand.authorise(statement), 401, "caller.unknown")


def test_a_delegate_reads_and_neither_signs_nor_declines(summit, mayor):
    helper, _ = delegate(summit, mayor)
    take_positions(summit, mayor, "haifa", city_1="accept")
    freeze(summit)
    hand = Hand(summit, mayor, "haifa")
    statement = ok(hand.begin())["statement"]
    hand.client = helper
    assert ok(helper.get(f"{MY}/signing"))["state"] == "waiting"
    refused(hand.begin(), 403, "caller.role")
    refused(hand.authorise(statement), 403, "caller.role")
    refused(decline_statement(helper), 403, "caller.role")
    hand.client = mayor
    ok(hand.complete(ok(hand.authorise(statement))))
    assert helper.get(f"{MY}/signing/receipt").content == mayor.get(f"{MY}/signing/receipt").content


def test_gestures_are_counted_for_each_signatory(summit, mayor, frozen):
    hand = Hand(summit, mayor, "haifa")
    told = [hand.begin() for _ in range(14)]
    assert [answer.status_code for answer in told[:10]] == [200] * 10
    refused(told[-1], 429, "traffic.too-often")
    ok(Hand(summit, summit.come_in("signatory", "abidjan"), "abidjan").begin())


@pytest.mark.parametrize("reason", ["", "  ", " a", "a\u202eb", "x" * 4_001])
def test_a_reason_is_needed_and_holds_what_a_text_may_hold(mayor, frozen, reason):
    answer = mayor.post(f"{MY}/signing/refusal/statement", json={"reason": reason})
    assert answer.status_code == 400, answer.text


HOSTILE = [b"", b"{", b"[]", b"null", b'{"key":1}', b'{"statement":"{}"}', b"\xff", b'{"statement":"\\ud800"}']


@pytest.mark.parametrize("content", HOSTILE)
@pytest.mark.parametrize("step", ["signing/statement", "signing/authorisation", "signing", "signing/refusal"])
def test_hostile_content_is_refused_plainly(hostile_mayor, step, content):
    answer = hostile_mayor.post(f"{MY}/{step}", content=content, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("statement", ["", "{}", "null", '{"act":"sign"}', "x" * 59_000])
def test_a_statement_that_is_none_is_refused(hostile_mayor, statement):
    assertion = {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}
    sent = {"statement": statement, "assertion": assertion}
    for step, more in (("signing/authorisation", {"key": "AA"}), ("signing/refusal", {}), ("positions", {})):
        answer = hostile_mayor.post(f"{MY}/{step}", json=sent | more)
        assert answer.status_code in {400, 413}, answer.text
