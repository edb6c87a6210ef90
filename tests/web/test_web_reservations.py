"""Reservations and objections by the interface, on pages, in letters and in a mayor's browser."""

import json

import pytest
from web_mayor import MY, adopt, chosen, freeze, statements, take_positions, unfreeze
from web_phone import Phone, chromium, living
from web_sight import faults
from web_summit import API, DECLARATION, ok, refused

from declaration.services import announcing, reservations, topics
from declaration.services.letter_words import say
from declaration.services.news import _sentence
from declaration.services.topics import About, Topic
from declaration.store import queries
from declaration.store.audit import audit

WORDS = "Not in a drought."


@pytest.fixture
def two(summit):
    """Haifa holds a reservation; both have come in."""
    haifa, reading = summit.come_in("signatory", "haifa"), summit.come_in("signatory", "reading")
    take_positions(summit, haifa, "haifa", city_2=("accept-with-reservation", WORDS))
    return haifa, reading


def listed(summit, **chosen):
    return ok(summit.client().get(f"{API}/reservations", params=chosen))["items"]


def content(summit):
    [line] = listed(summit)
    return line["content"]


def asked(summit, **more):
    return {"act": "object", "author": "haifa", "clause": "city-2", "reservation": content(summit), **more}


def say_it(summit, client, subject, sent):
    statement = ok(client.post(f"{MY}/reservations/statement", json=sent))["statement"]
    assertion = summit.confirm("signatory", subject, statement)
    return client.post(f"{MY}/reservations", json={"statement": statement, "assertion": assertion})


def test_an_objection_from_the_first_word_to_the_last(summit, two):
    haifa, reading = two
    ok(say_it(summit, reading, "reading", asked(summit, reason="It empties the clause.")))
    [line] = listed(summit)
    assert (line["standing"], line["current"], line["annex"], line["number"]) == (True, True, False, "1.2")
    assert [(item["signatory"], item["reason"]) for item in line["objections"]] == [
        ("reading", "It empties the clause.")
    ]
    assert [event["step"] for event in line["history"]] == ["declared", "objected"]
    refused(reading.post(f"{MY}/reservations/statement", json=asked(summit, reason="Again.")), 409, "objection.given")
    frozen = freeze(summit)
    [held] = json.loads(frozen.document)["reservations"]
    assert held["objections"] == [{"reason": "It empties the clause.", "signatory": "reading"}]
    withdrawn = {"act": "withdraw-objection", "author": "haifa", "clause": "city-2", "reservation": content(summit)}
    ok(say_it(summit, reading, "reading", withdrawn))
    ok(
        say_it(
            summit,
            haifa,
            "haifa",
            {"act": "withdraw-reservation", "clause": "city-2", "reservation": content(summit)},
        )
    )
    [line] = listed(summit, clause="city-2", signatory="haifa")
    assert (line["standing"], line["current"], line["annex"]) == (False, False, True)
    assert listed(summit, signatory="reading") == listed(summit, clause="city-1") == []
    page = summit.client().get(f"/{DECLARATION}/clauses/city-2?ui=en").text
    assert "withdrawn" in page
    assert "The annex of the instrument still holds it." in page
    unfreeze(summit)
    assert json.loads(freeze(summit).document)["reservations"] == []
    audit(summit.chancery.store, DECLARATION)


def test_new_words_ask_again(summit, two):
    haifa, reading = two
    sent = asked(summit, reason="No.")
    statement = ok(reading.post(f"{MY}/reservations/statement", json=sent))["statement"]
    take_positions(summit, haifa, "haifa", city_2=("accept-with-reservation", "Not in summer."))
    assertion = summit.confirm("signatory", "reading", statement)
    refused(
        reading.post(f"{MY}/reservations", json={"statement": statement, "assertion": assertion}),
        409,
        "reservation.changed",
    )
    refused(reading.post(f"{MY}/reservations/statement", json=sent), 409, "reservation.changed")
    assert [event["step"] for event in listed(summit)[0]["history"]] == ["declared", "modified"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"author": "reading"}, 403, "objection.own"),
        ({"author": "seoul"}, 404, "reservation.unknown"),
        ({"clause": "city-1"}, 404, "reservation.unknown"),
        ({"reservation": "0" * 64}, 409, "reservation.changed"),
        ({"reason": "a\u202eb"}, 400, "objection.words"),
        ({"reason": "\u2066a\u2069"}, 400, "objection.words"),
        ({"reason": "x" * 4_001}, 400, "objection.words"),
        ({"reason": " "}, 400, "objection.words"),
        ({"reason": None}, 400, "objection.members"),
        ({"author": None}, 400, "objection.members"),
        ({"act": "withdraw-objection"}, 400, "objection.members"),
        ({"act": "withdraw-objection", "reason": None}, 409, "objection.none"),
        ({"act": "withdraw-reservation", "reason": None}, 400, "objection.members"),
        ({"act": "positions"}, 400, "http.content"),
    ],
)
def test_what_cannot_be_said_is_refused_before_the_gesture(summit, two, change, status, code):
    _, reading = two
    answer = reading.post(f"{MY}/reservations/statement", json=asked(summit, reason="No.") | change)
    refused(answer, status, code)


def test_nobody_confirms_the_objection_of_another_or_twice(summit, two):
    haifa, reading = two
    statement = ok(reading.post(f"{MY}/reservations/statement", json=asked(summit, reason="No.")))["statement"]
    assertion = summit.confirm("signatory", "reading", statement)
    sent = {"statement": statement, "assertion": assertion}
    assert haifa.post(f"{MY}/reservations", json=sent).status_code == 403
    ok(reading.post(f"{MY}/reservations", json=sent))
    refused(reading.post(f"{MY}/reservations", json=sent), 409, "challenge.used")


def test_a_statement_of_another_kind_is_refused(summit, two):
    _, reading = two
    [statement] = statements(reading, chosen(reading, city_1="accept"))
    assertion = summit.confirm("signatory", "reading", statement)
    answer = reading.post(f"{MY}/reservations", json={"statement": statement, "assertion": assertion})
    assert answer.json()["code"] == "statement.act"


def test_a_stale_reservation_waits_for_its_author(summit, two):
    _, reading = two
    take_positions(summit, two[0], "haifa", city_1=("accept-with-reservation", "Squares only."))
    adopt(summit)
    line = next(line for line in listed(summit) if line["clause"] == "city-1")
    assert (line["standing"], line["current"]) == (True, False)
    sent = {"act": "object", "author": "haifa", "clause": "city-1", "reservation": line["content"], "reason": "No."}
    refused(reading.post(f"{MY}/reservations/statement", json=sent), 409, "reservation.stale")


def test_feeds_letters_and_acts_tell_it(summit, two):
    _, reading = two
    ok(say_it(summit, reading, "reading", asked(summit, reason="It empties the clause.")))
    with summit.chancery.store.reading() as session:
        size = queries.declaration(session, DECLARATION).size
        names = {"haifa": "Haifa", "reading": "Reading"}
        act = announcing.act(size - 1, queries.entry(session, DECLARATION, size - 1).entry, names)
        about = topics.entries_about(session, DECLARATION, Topic(About.CLAUSE, "city-2"), 0, size)
        other = topics.entries_about(session, DECLARATION, Topic(About.CLAUSE, "city-1"), 0, size)
        found = reservations.register(session, DECLARATION)
    assert act.facts["reason"] == "It empties the clause."
    assert _sentence(act, "fr") == "Reading a fait objection à la réserve de Haifa à cette clause."
    assert say("objection.withdrawn", "de", about="Reading", author="Haifa").endswith("zurückgezogen.")
    assert (size - 1 in about, size - 1 in other) == (True, False)
    assert len(found.contested()) == 1
    feed = summit.client().get(f"/{DECLARATION}/feed.atom?ui=en", headers={"Accept-Language": "en"}).text
    assert "objected to the reservation of" in feed


@pytest.mark.parametrize("ui", ["fr", "de", "en"])
def test_pages_show_it_to_everybody(summit, two, ui):
    _, reading = two
    ok(say_it(summit, reading, "reading", asked(summit, reason="It empties the clause.")))
    desk = summit.come_in("depositary", "host")
    for client, path in (
        (summit.client(), "reservations"),
        (summit.client(), "clauses/city-2"),
        (desk, "desk/agreement"),
        (reading, "my/reservations"),
        (two[0], "my/reservations"),
    ):
        page = client.get(f"/{DECLARATION}/{path}?ui={ui}")
        assert page.status_code == 200, path
        assert WORDS in page.text, path
        assert "It empties the clause." in page.text, path


def test_a_mayor_objects_and_withdraws_in_a_browser(tmp_path, web_keys, typefaces):
    with chromium() as browser, living(tmp_path, web_keys) as summit:
        author = Phone(browser, summit)
        author.come_in("signatory", "haifa")
        author.go("my")
        author.page.locator("#clause-city-2 label.stance.accept-with-reservation").click()
        author.page.locator("#words-city-2").fill(WORDS)
        author.page.get_by_role("button", name="Read over and confirm").click()
        author.agree()
        author.told("Confirmed and public")
        author.close()
        phone = Phone(browser, summit)
        phone.come_in("signatory", "reading")
        phone.go("my/reservations")
        phone.page.locator("summary", has_text="Object to this reservation").click()
        phone.page.locator("textarea").fill("It empties the clause.")
        phone.page.get_by_role("button", name="Object, with the passkey").click()
        phone.agree()
        phone.told("Your objection is recorded.")
        assert faults(phone.page, "my-reservations", "en") == []
        assert [item["signatory"] for item in listed(summit)[0]["objections"]] == ["reading"]
        phone.page.get_by_role("button", name="Withdraw your objection").click()
        phone.agree()
        phone.told("Your objection is withdrawn.")
        assert listed(summit)[0]["objections"][0]["withdrawn"]
        phone.close()
