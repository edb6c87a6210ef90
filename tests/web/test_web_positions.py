"""Positions by the interface: prepared, asked for, confirmed by the passkey; and everything that must not count."""

import json
import os

import pytest
from web_mayor import MY, adopt, chosen, clauses, delegate, freeze, fresh_key, size, statements, take_positions
from web_summit import API, DECLARATION, ORIGIN, SITE, ok, refused

from declaration.canonical import sha256
from declaration.ceremony.authenticator import Passkey
from declaration.store import queries


@pytest.fixture
def mayor(summit):
    return summit.come_in("signatory", "haifa")


def positions(summit):
    with summit.chancery.store.reading() as session:
        return {
            (line.position.signatory, line.position.clause): (str(line.position.stance), line.position.reservation)
            for line in queries.positions(session, DECLARATION)
        }


def confirm(client, statement, assertion, **headers):
    return client.post(
        f"{MY}/positions", json={"statement": statement, "assertion": assertion}, headers=headers or None
    )


def test_my_clauses_say_where_i_stand(summit, mayor):
    found = ok(mayor.get(f"{MY}/clauses"))
    assert (found["version"]["number"], found["signatory"], found["open"], found["stale"]) == (1, "haifa", 3, 0)
    assert [item["clause"] for item in found["items"]] == ["preamble-1", "city-1", "city-2"]
    assert set(found["items"][0]["texts"]) == {"fr", "en", "ar"}
    take_positions(summit, mayor, "haifa", city_1="accept", city_2=("accept-with-reservation", "Not in a drought."))
    found = clauses(mayor)
    assert found["city-1"]["position"]["stance"] == "accept"
    assert found["city-2"]["position"]["reservation"] == "Not in a drought."
    assert found["preamble-1"]["position"] is None
    assert positions(summit) == {
        ("haifa", "city-1"): ("accept", None),
        ("haifa", "city-2"): ("accept-with-reservation", "Not in a drought."),
    }


def test_a_yes_goes_stale_with_the_words_and_shows_what_changed(summit, mayor):
    take_positions(summit, mayor, "haifa", city_1="accept", city_2="accept")
    adopt(summit)
    found = clauses(mayor)
    assert found["city-1"]["position"]["stale"] is True
    assert found["city-2"]["position"]["stale"] is False
    assert found["city-2"]["changes"] == {}
    assert set(found["city-1"]["changes"]) == {"en"}  # in the other languages the words are the same
    pairs = found["city-1"]["changes"]["en"]
    assert "".join(words for kind, words in pairs if kind != "insert") == (
        "We open our squares and our gardens to everybody."
    )
    assert "".join(words for kind, words in pairs if kind != "delete") == "We open our squares to everybody."
    take_positions(summit, mayor, "haifa", city_1="abstain")
    assert clauses(mayor)["city-1"]["position"] | {"at": ""} == {
        "digest": found["city-1"]["digest"],
        "stance": "abstain",
        "reservation": None,
        "version": 2,
        "at": "",
        "stale": False,
    }


def test_what_is_prepared_waits_for_the_passkey_and_is_gone_after_it(summit, mayor):
    before = size(summit)
    for choice in chosen(mayor, city_1="object", city_2="accept"):
        clause = choice.pop("clause")
        ok(mayor.put(f"{MY}/prepared/{clause}", json=choice))
    first = clauses(mayor)
    assert first["city-1"]["prepared"]["stance"] == "object"
    assert first["city-1"]["prepared"]["by"] == "haifa"
    assert first["city-1"]["position"] is None
    assert size(summit) == before  # nothing is public
    assert mayor.delete(f"{MY}/prepared/city-2").status_code == 204
    assert mayor.delete(f"{MY}/prepared/city-2").status_code == 204
    take_positions(summit, mayor, "haifa", city_1=("object", "Too far."))
    after = clauses(mayor)
    assert after["city-1"]["prepared"] is None
    assert after["city-1"]["position"]["reservation"] == "Too far."
    assert after["city-2"]["prepared"] is None


def test_a_prepared_choice_on_former_words_is_shown_as_such_and_asked_for_by_nobody(summit, mayor):
    choice = chosen(mayor, city_1="accept")[0]
    ok(mayor.put(f"{MY}/prepared/city-1", json={"digest": choice["digest"], "stance": "accept"}))
    adopt(summit)
    assert clauses(mayor)["city-1"]["prepared"]["stale"] is True
    refused(
        mayor.put(f"{MY}/prepared/city-1", json={"digest": choice["digest"], "stance": "accept"}), 409, "clause.changed"
    )
    refused(mayor.post(f"{MY}/positions/statements", json={"choices": [choice]}), 409, "clause.changed")


def test_a_text_that_changes_between_statement_and_yes_is_not_confirmed(summit, mayor):
    [statement] = statements(mayor, chosen(mayor, city_2="accept"))
    adopt(summit)
    refused(confirm(mayor, statement, summit.confirm("signatory", "haifa", statement)), 409, "positions.version")
    assert positions(summit) == {}


def test_after_the_freeze_nothing_is_taken_or_prepared(summit, mayor):
    [statement] = statements(mayor, chosen(mayor, city_2="accept"))
    choice = chosen(mayor, city_2="object")[0]
    freeze(summit)
    before = size(summit)
    refused(confirm(mayor, statement, summit.confirm("signatory", "haifa", statement)), 409, "declaration.frozen")
    refused(mayor.post(f"{MY}/positions/statements", json={"choices": [choice]}), 409, "declaration.frozen")
    choice.pop("clause")
    refused(mayor.put(f"{MY}/prepared/city-2", json=choice), 409, "declaration.frozen")
    assert (size(summit), positions(summit)) == (before, {})


def test_a_statement_counts_once(summit, mayor):
    [statement] = statements(mayor, chosen(mayor, city_2="accept"))
    assertion = summit.confirm("signatory", "haifa", statement)
    ok(confirm(mayor, statement, assertion))
    refused(confirm(mayor, statement, assertion), 409, "challenge.used")


def test_the_same_request_sent_again_is_answered_again(summit, mayor):
    key = fresh_key()
    choices = {"choices": chosen(mayor, city_2="accept")}
    asked = [mayor.post(f"{MY}/positions/statements", json=choices, headers=key).content for _ in range(3)]
    assert len(set(asked)) == 1
    [statement] = ok(mayor.post(f"{MY}/positions/statements", json=choices, headers=key))["statements"]
    assertion, key = summit.confirm("signatory", "haifa", statement), fresh_key()
    before = size(summit)
    told = [confirm(mayor, statement, assertion, **key) for _ in range(3)]
    assert len({answer.content for answer in told}) == 1
    assert ok(told[0])["kind"] == "positions.taken"
    assert size(summit) == before + 1
    other = {"choices": chosen(mayor, city_1="accept")}
    refused(mayor.post(f"{MY}/positions/statements", json=other, headers=key), 400, "idempotency.other")


def test_another_mayor_can_neither_ask_nor_confirm_for_me(summit, mayor):
    other = summit.come_in("signatory", "abidjan")
    [statement] = statements(mayor, chosen(mayor, city_2="accept"))
    mine = summit.confirm("signatory", "haifa", statement)
    refused(confirm(other, statement, mine), 403, "statement.other")
    refused(confirm(other, statement, summit.confirm("signatory", "abidjan", statement)), 403, "statement.other")
    ok(confirm(mayor, statement, mine))  # it was not used up by the others
    assert positions(summit) == {("haifa", "city-2"): ("accept", None)}


def test_another_passkey_confirms_nothing_for_me(summit, mayor):
    summit.come_in("signatory", "abidjan")
    [statement] = statements(mayor, chosen(mayor, city_2="accept"))
    assertion = summit.confirm("signatory", "abidjan", statement)
    refused(confirm(mayor, statement, assertion), 422, "assertion.credential")
    [statement] = statements(mayor, chosen(mayor, city_2="accept"))
    stranger = Passkey(os.urandom(16), rp_id=SITE.rp_id, origin=ORIGIN).get(sha256(statement.encode()))
    stranger["id"] = stranger["rawId"] = assertion["id"]
    refused(confirm(mayor, statement, stranger), 422, "assertion.credential")
    assert positions(summit) == {}


def test_an_altered_statement_is_none_that_was_given_out(summit, mayor):
    [statement] = statements(mayor, chosen(mayor, city_2="accept"))
    altered = statement.replace('"stance":"accept"', '"stance":"object"')
    answer = confirm(mayor, altered, summit.confirm("signatory", "haifa", altered))
    refused(answer, 403, "challenge.other")
    assert positions(summit) == {}


@pytest.mark.parametrize(
    ("stance", "words", "code"),
    [
        ("accept-with-reservation", None, "position.reservation-missing"),
        ("accept-with-reservation", "  ", "position.reservation-missing"),
        ("accept", "But.", "position.reservation-stray"),
        ("abstain", "But.", "position.reservation-stray"),
        ("object", "A\u202eB", "position.words"),
        ("object", " A", "position.words"),
        ("maybe", None, "http.content"),
    ],
)
def test_a_stance_and_its_words_must_fit(mayor, stance, words, code):
    digest = clauses(mayor)["city-1"]["digest"]
    sent = {"digest": digest, "stance": stance, "reservation": words}
    refused(mayor.put(f"{MY}/prepared/city-1", json=sent), 400, code)


def test_clauses_that_are_not_there_are_not_found(mayor):
    choice = chosen(mayor, city_1="accept")[0]
    sent = {"choices": [choice | {"clause": "nothing"}]}
    refused(mayor.post(f"{MY}/positions/statements", json=sent), 404, "clause.unknown")
    choice.pop("clause")
    refused(mayor.put(f"{MY}/prepared/nothing", json=choice), 404, "clause.unknown")


def test_gestures_are_counted(summit, mayor):
    sent = {"choices": chosen(mayor, city_1="accept")}
    told = [mayor.post(f"{MY}/positions/statements", json=sent) for _ in range(14)]
    assert [answer.status_code for answer in told[:10]] == [200] * 10
    refused(told[-1], 429, "traffic.too-often")
    summit.clock.forward(minutes=2)
    ok(mayor.post(f"{MY}/positions/statements", json=sent))


def test_only_a_signatory_has_clauses(summit):
    refused(summit.client().get(f"{MY}/clauses"), 401, "caller.unknown")
    refused(summit.come_in("drafter", "workshop").get(f"{MY}/clauses"), 403, "caller.role")
    refused(summit.come_in("depositary", "host").get(f"{MY}/clauses"), 403, "caller.role")


def test_many_positions_are_divided_among_statements(summit, mayor):
    words = "x" * 3_900
    choices = chosen(
        mayor,
        preamble_1=("accept-with-reservation", words),
        city_1=("object", words),
        city_2=("accept-with-reservation", "ا" * 3_900),
    )
    found = statements(mayor, choices)
    for statement in found:
        ok(confirm(mayor, statement, summit.confirm("signatory", "haifa", statement)))
    assert len(positions(summit)) == 3


def test_what_a_delegate_prepared_is_the_mayor_s_to_confirm(summit, mayor):
    helper, name = delegate(summit, mayor)
    choice = chosen(helper, city_2="accept")[0]
    ok(helper.put(f"{MY}/prepared/city-2", json={"digest": choice["digest"], "stance": "accept"}))
    assert clauses(mayor)["city-2"]["prepared"]["by"] == name
    refused(helper.post(f"{MY}/positions/statements", json={"choices": [choice]}), 403, "caller.role")
    [statement] = statements(mayor, [choice])
    assertion = summit.confirm("delegate", name, statement)
    refused(confirm(helper, statement, assertion), 403, "caller.role")
    refused(confirm(mayor, statement, assertion), 422, "assertion.credential")
    [statement] = statements(mayor, [choice])
    ok(confirm(mayor, statement, summit.confirm("signatory", "haifa", statement)))
    assert clauses(helper)["city-2"]["position"]["stance"] == "accept"
    assert ok(mayor.get(f"{API}/session"))["role"] == "signatory"


def test_choices_and_positions_are_kept_on_postgresql_too(summit_on_postgresql):
    summit = summit_on_postgresql
    mayor = summit.come_in("signatory", "haifa")
    for stance in ("accept", "object"):
        choice = chosen(mayor, city_1=stance)[0]
        choice.pop("clause")
        ok(mayor.put(f"{MY}/prepared/city-1", json=choice))
    assert clauses(mayor)["city-1"]["prepared"]["stance"] == "object"
    take_positions(summit, mayor, "haifa", city_1="object")
    assert clauses(mayor)["city-1"]["prepared"] is None
    assert positions(summit) == {("haifa", "city-1"): ("object", None)}


@pytest.mark.parametrize("words", ["\ud800", "a\u0000b", "\u202e"])
def test_what_is_no_text_is_refused_plainly(mayor, words):
    digest = clauses(mayor)["city-1"]["digest"]
    sent = json.dumps({"digest": digest, "stance": "object", "reservation": words})
    answer = mayor.put(f"{MY}/prepared/city-1", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == 400, answer.text
    sent = json.dumps({"statement": words, "assertion": {"id": "AA", "rawId": "AA", "type": "t", "response": {}}})
    answer = mayor.post(f"{MY}/positions", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == 400, answer.text
