"""Freezing by the interface: what prevents it, what it fixes whoever asks and by whatever address, and unfreezing."""

import io
import re

import pikepdf
import pytest
from web_desk import DESK, NIGHT, SQUARES, addresses, record_of, table, version, words
from web_mayor import Hand, decline, take_positions
from web_summit import API, DECLARATION, Summit, ok, refused

from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.services import translating
from declaration.store import blobs, queries

OCCASION = {"name": {"fr": "Sommet", "en": "Summit"}, "place": {"fr": "Düsseldorf"}, "date": {"en": "1 September 2019"}}


@pytest.fixture
def desk(summit):
    return summit.come_in("depositary", "host")


def freeze(desk, summit, status=201, **more):
    translating.confirm_all(summit.chancery, DECLARATION)
    return ok(desk.post(f"{DESK}/freeze", json={"base": version(summit).digest, **more}), status)


def unfreeze(desk, voids, reason="A comma is missing."):
    return desk.post(f"{DESK}/unfreeze", json={"reason": reason, "voids": voids})


# Readiness


def test_readiness_names_what_to_know_and_freezing_says_what_is_left_out(summit, desk):
    mayor = summit.come_in("signatory", "haifa")
    take_positions(summit, mayor, "haifa", city_1="accept", city_2=("object", "Too vague."))
    ok(desk.post(f"{DESK}/versions", json={"base": version(summit).digest, "words": [words()]}), 201)
    found = ok(desk.get(f"{DESK}/readiness"))
    assert found["blocked"]
    assert {"title", "clause:city-1"} <= set(found["unconfirmed"]["en"])
    translating.confirm_all(summit.chancery, DECLARATION)
    table(summit, "A1", ("city-1", "en", NIGHT))
    found = ok(desk.get(f"{DESK}/readiness"))
    assert (found["number"], found["roster"], found["missing"]) == (2, 3, [])
    assert (found["blocked"], found["needs_word"]) == (False, True)
    assert (found["stale"], found["objections"]) == ({"1.1": ["haifa"]}, {"1.2": ["haifa"]})
    assert (found["open"], found["not_enrolled"]) == (["A1"], ["abidjan", "reading"])
    sent = {"base": version(summit).digest}
    refused(desk.post(f"{DESK}/freeze", json=sent), 409, "positions.stale")
    freeze(desk, summit, with_stale=True)


def test_a_character_of_a_reservation_that_no_font_has_is_named_before_freezing(summit, desk):
    mayor = summit.come_in("signatory", "haifa")
    take_positions(summit, mayor, "haifa", city_1=("accept-with-reservation", "As far as \U000131a0 goes."))
    [missing] = ok(desk.get(f"{DESK}/readiness"))["unprintable"]
    assert missing["code_point"] == 0x131A0
    assert "reservation" in missing["where"]


def test_a_missing_language_prevents_freezing_and_a_missing_glyph_does_not(tmp_path, web_keys):
    clauses = (Clause("one", {"fr": "Un \U000131a0 mot.", "en": "A word."}), Clause("two", {"fr": "Deux."}))
    text = Text(
        "gaps", ("fr", "en"), {"fr": "Lacunes", "en": "Gaps"}, (Section("s", SectionKind.CHAPTER, {}, clauses),)
    )
    small = Summit(f"sqlite:///{tmp_path / 'gaps.db'}", web_keys, text=text)
    try:
        desk = small.come_in("depositary", "host")
        at = DESK.replace(DECLARATION, "gaps")
        found = ok(desk.get(f"{at}/readiness"))
        assert found["blocked"]
        assert ["clause two", "en"] in found["missing"]
        [missing] = found["unprintable"]
        assert (missing["code_point"], missing["name"]) == (0x131A0, "EGYPTIAN HIEROGLYPH K006")
        assert "one (fr)" in missing["where"]
        page = desk.get("/gaps/desk/ceremony").text
        assert "U+131A0" in page
        assert missing["where"] in page
        base = found["digest"]
        refused(desk.post(f"{at}/freeze", json={"base": base}), 409, "instrument.incomplete")
    finally:
        small.close()


def test_nobody_invited_prevents_freezing(tmp_path, web_keys):
    lonely = Summit(f"sqlite:///{tmp_path / 'lonely.db'}", web_keys, parties=())
    try:
        desk = lonely.come_in("depositary", "host")
        found = ok(desk.get(f"{DESK}/readiness"))
        assert found["blocked"]
        refused(desk.post(f"{DESK}/freeze", json={"base": found["digest"]}), 409, "instrument.roster")
    finally:
        lonely.close()


# Freezing


def test_freezing_prints_the_occasion_and_names_both_files(summit, desk):
    done = freeze(desk, summit, occasion=OCCASION)
    with summit.chancery.store.reading() as session:
        frozen = queries.frozen_instrument(session, DECLARATION)
    assert (done["kind"], done["instrument"], done["document"]) == (
        "instrument.frozen",
        frozen.instrument,
        frozen.document,
    )
    assert done["unprintable"] == []
    refused(desk.post(f"{DESK}/freeze", json={"base": version(summit).digest}), 409, "declaration.frozen")


def test_the_depositary_looks_at_a_layout_and_freezes_it(summit, desk):
    proofs = [desk.get(f"{DESK}/proof.pdf", params={"columns": columns}) for columns in (1, 2, 3)]
    assert [one.status_code for one in proofs] == [200] * 3
    assert len({one.content for one in proofs}) == 3
    assert desk.get(f"{DESK}/proof.pdf", params={"columns": 2}).content == proofs[1].content
    refused(desk.get(f"{DESK}/proof.pdf", params={"columns": 4}), 400, "http.content")
    refused(desk.post(f"{DESK}/freeze", json={"base": version(summit).digest, "columns": 0}), 400, "http.content")
    done = freeze(desk, summit, columns=2)
    with (
        summit.chancery.store.reading() as session,
        pikepdf.open(io.BytesIO(blobs.get(session, DECLARATION, done["instrument"]))) as pdf,
        pdf.open_outline() as outline,
    ):
        assert " · " in " ".join(outline.root[0].title.split())


@pytest.mark.parametrize(
    ("occasion", "code"),
    [
        ({"name": {"de": "Gipfel"}}, "occasion.language"),
        ({"name": {"fr": "Sommet\u202e"}}, "text.character"),
        ({"name": {"fr": ""}}, "http.content"),
        ({"hour": {"fr": "Midi"}}, "http.content"),
    ],
)
def test_a_title_page_takes_lines_that_may_be_printed(summit, desk, occasion, code):
    refused(desk.post(f"{DESK}/freeze", json={"base": version(summit).digest, "occasion": occasion}), 400, code)


def test_only_the_version_that_was_looked_at_is_frozen(summit, desk):
    first = version(summit).digest
    ok(desk.post(f"{DESK}/versions", json={"base": first, "words": [words()]}), 201)
    translating.confirm_all(summit.chancery, DECLARATION)
    refused(desk.post(f"{DESK}/freeze", json={"base": first}), 409, "version.stale")
    sent = {"base": version(summit).digest}
    refused(desk.post(f"{DESK}/freeze", json=sent, headers={"if-match": f'"{first}"'}), 412, "http.outdated")
    headers = {"idempotency-key": "freeze-once-01", "if-match": f'"{sent["base"]}"'}
    told = [ok(desk.post(f"{DESK}/freeze", json=sent, headers=headers), 201) for _ in range(2)]
    assert told[0] == told[1]


# What a freeze fixes

SENT = {
    "/desk/signatories": {"signatories": [{"id": "seoul", "city": "Seoul", "native": "Seoul", "country": "KR"}]},
    "/desk/preview": {"base": "{digest}", "adopted": ["A1"]},
    "/desk/versions": {"base": "{digest}", "adopted": ["A1"]},
    "/desk/rejections": {"amendment": "A1", "reason": "No."},
    "/desk/undo": {"base": "{digest}"},
    "/desk/languages/confirmations": {"base": "{digest}", "language": "en"},
    "/desk/languages/corrections": {
        "base": "{digest}",
        "words": [{"clause": "city-1", "language": "en", "text": "We open."}],
        "reason": "A typing error.",
        "ask": False,
    },
    "/desk/freeze": {"base": "{digest}"},
    "/desk/rules": {"sponsors": 2, "deadline": None},
    "/desk/seal": {"without": 3},
}
"""Content with which each of these would change the record before the freeze; it has to answer 409."""
GOES_ON = re.compile(
    r"/(invitation|passkey(/options|/proof)?|session(/options)?|sessions|tokens|tokens/\{token\})$"
    r"|/webhooks|/following/|/my/|/drafting/|/desk/(drafters|invitations.*|devices/replace|audit|unfreeze)$"
)
"""Addresses that have their use after a freeze, or touch nothing public; even these leave the text as it is."""
INSIDE = (("drafter", "workshop"), ("signatory", "haifa"), ("depositary", "host"))
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def everybody(summit):
    return [summit.client(), *(summit.come_in(role, subject) for role, subject in INSIDE)]


def test_after_the_freeze_no_address_changes_the_text_whoever_asks(summit):
    table(summit, "A1", ("city-1", "en", SQUARES))
    callers = everybody(summit)
    freeze(callers[-1], summit)
    fixed, digest = record_of(summit), version(summit).digest
    walked = 0
    for method, path in addresses(summit.app):
        if method not in WRITING or not path.startswith(API.replace(DECLARATION, "{declaration}")):
            continue
        known = next((place for place in SENT if path.endswith(place)), None)
        content = SENT.get(known, {})
        content = {name: digest if value == "{digest}" else value for name, value in content.items()}
        asked = re.sub(r"\{\w+(:\w+)?\}", "A1", path.replace("{declaration}", DECLARATION))
        told = [caller.request(method, asked, json=content) for caller in callers]
        walked += 1
        statuses = {answer.status_code for answer in told}
        assert not any(status >= 500 for status in statuses), (method, path, statuses)
        if known is not None:
            assert told[-1].status_code == 409, (path, told[-1].text)
        elif not GOES_ON.search(path):
            assert not any(status < 400 for status in statuses), (method, path, statuses)
        assert record_of(summit) == fixed, (method, path)
        for index, (role, subject) in enumerate(
            (("drafter", "workshop"), ("signatory", "haifa"), ("depositary", "host")), 1
        ):
            if callers[index].get(f"{API}/session").status_code != 200:  # an address by which one goes
                callers[index] = summit.sign_in(role, subject)
    assert walked > 20


def test_unfreezing_says_how_many_answers_become_void(summit, desk):
    refused(unfreeze(desk, 0), 409, "declaration.not-frozen")
    mayors = {who: summit.come_in("signatory", who) for who in ("haifa", "abidjan")}
    freeze(desk, summit)
    Hand(summit, mayors["haifa"], "haifa").whole()
    ok(decline(summit, mayors["abidjan"], "abidjan"))
    refused(unfreeze(desk, 0), 409, "unfreeze.count")
    refused(unfreeze(desk, 1), 409, "unfreeze.count")
    ok(unfreeze(desk, 2), 201)
    with summit.chancery.store.reading() as session:
        (instrument,) = queries.instruments(session, DECLARATION)
        (signature,) = queries.signatures(session, DECLARATION, instrument.frozen)
    assert (instrument.reason, signature.voided) == ("A comma is missing.", instrument.unfrozen)
    table(summit, "A1", ("city-1", "en", SQUARES))
    found = ok(desk.get(f"{DESK}/ceremony"))
    assert (found["phase"], found["signed"], found["instrument"], found["next"]) == ("drafting", 0, None, None)
