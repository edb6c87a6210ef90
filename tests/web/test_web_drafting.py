"""Drafting by the interface: nothing typed is lost, nothing is overwritten, and what is tabled is what was shown."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from web_mayor import adopt, freeze
from web_summit import API, DECLARATION, ok, refused

from declaration.services import negotiating
from declaration.store import queries

AT = f"{API}/drafting"
WORDS = "We open our squares to everybody at any hour."


@pytest.fixture
def drafter(summit):
    return summit.come_in("drafter", "workshop")


@pytest.fixture
def other(summit):
    return summit.come_in("drafter", "delegation")


def begin(client, **typed):
    return ok(client.post(f"{AT}/drafts", json={"typed": typed}), 201)


def save(client, draft, *, base=None, match=None, **typed):
    content = {"base": base or draft["base"]["digest"], "typed": typed}
    return client.put(f"{AT}/drafts/{draft['draft']}", json=content, headers={"if-match": match or draft["etag"]})


def shown(client, draft, *, carried=False):
    return ok(client.get(f"{AT}/drafts/{draft['draft']}?carried={str(carried).lower()}"))


def look(client, draft):
    return ok(client.get(f"{AT}/drafts/{draft['draft']}/preview"))


def table(client, draft, **headers):
    return client.post(
        f"{AT}/drafts/{draft['draft']}/table", headers={"if-match": look(client, draft)["etag"], **headers}
    )


def replacing(words, clause="city-1", language="en"):
    return {"texts": {clause: {language: words}}}


def head(summit):
    """What the record says: its size and the digest of the version in force."""
    with summit.chancery.store.reading() as session:
        size = queries.declaration(session, DECLARATION).size
    return size, negotiating.current_version(summit.chancery, DECLARATION).digest


def in_ledger(summit, index):
    with summit.chancery.store.reading() as session:
        return queries.entry(session, DECLARATION, index).entry


# Drafts


def test_a_draft_is_saved_read_listed_and_thrown_away(drafter):
    draft = begin(drafter, **replacing(WORDS))
    assert draft["revision"] == 1
    again = ok(save(drafter, draft, **replacing(WORDS), rationale="  Day\nand night "))
    assert again["revision"] == 2
    read = drafter.get(f"{AT}/drafts/{draft['draft']}")
    assert read.headers["etag"] == f'"{again["etag"]}"'
    assert ok(read)["typed"]["rationale"] == "  Day\nand night "
    assert [item["draft"] for item in ok(drafter.get(f"{AT}/drafts"))["items"]] == [draft["draft"]]
    away = drafter.delete(f"{AT}/drafts/{draft['draft']}", headers={"if-match": again["etag"]})
    assert away.status_code == 204
    refused(drafter.get(f"{AT}/drafts/{draft['draft']}"), 404, "draft.unknown")


def test_everything_typed_comes_back_as_it_was_typed(drafter):
    typed = {
        "texts": {"city-1": {"en": " raw\u200b\r\n\x00text\u202e ", "ar": ""}},
        "title": {"fr": "<script>alert(1)</script>"},
        "titles": {"city": {"ar": "المدينة\u00ad"}},
        "inserted": [{"id": "city-new", "section": "city", "after": "city-2", "texts": {"en": "New", "fr": ""}}],
        "deleted": ["preamble-1"],
        "moved": [{"clause": "city-2", "section": "city", "after": None}],
        "rationale": "\u202eWhy\n\n'; DROP TABLE drafts; --",
        "aside": [
            {
                "kind": "text",
                "clause": "gone",
                "section": None,
                "language": "en",
                "after": None,
                "version": 1,
                "was": {"en": "was"},
                "mine": {"en": "mine"},
                "why": "deleted",
            }
        ],
    }
    assert shown(drafter, begin(drafter, **typed))["typed"] == typed


def test_nobody_else_sees_or_touches_a_draft(summit, drafter, other):
    draft = begin(drafter, **replacing(WORDS))
    for client in (other, summit.client(), summit.come_in("depositary", "host"), summit.come_in("signatory", "haifa")):
        status = {True: 404}.get(client is other)
        for answer in (
            client.get(f"{AT}/drafts/{draft['draft']}"),
            client.get(f"{AT}/drafts/{draft['draft']}/preview"),
            save(client, draft),
            client.delete(f"{AT}/drafts/{draft['draft']}", headers={"if-match": draft["etag"]}),
            client.post(f"{AT}/drafts/{draft['draft']}/table", headers={"if-match": draft["etag"]}),
        ):
            assert answer.status_code in {status or 401, status or 403}
            assert WORDS not in answer.text
    assert ok(other.get(f"{AT}/drafts"))["items"] == []
    assert shown(drafter, draft)["typed"]["texts"] == {"city-1": {"en": WORDS}}


def test_two_tabs_never_overwrite_each_other(drafter):
    draft = begin(drafter, **replacing(WORDS))
    ok(save(drafter, draft, **replacing("One tab.")))
    found = refused(save(drafter, draft, **replacing("Another tab.")), 412, "http.outdated")
    assert "own words" in found["hint"]
    assert shown(drafter, draft)["typed"]["texts"]["city-1"]["en"] == "One tab."
    late = {"if-match": draft["etag"]}
    refused(drafter.delete(f"{AT}/drafts/{draft['draft']}", headers=late), 412, "http.outdated")
    refused(drafter.post(f"{AT}/drafts/{draft['draft']}/table", headers=late), 412, "http.outdated")


@pytest.mark.parametrize("database", ["summit", "summit_on_postgresql"])
def test_of_many_tabs_that_save_at_once_one_is_heard_and_drafts_live_their_whole_life(request, database):
    summit = request.getfixturevalue(database)
    drafter = summit.come_in("drafter", "workshop")
    for _ in range(3):
        draft, gate = begin(drafter), Barrier(6)

        def tab(number, draft=draft, gate=gate):
            gate.wait()
            return save(drafter, draft, **replacing(f"Tab {number}."))

        with ThreadPoolExecutor(6) as hands:
            answers = list(hands.map(tab, range(6)))
        assert sorted(answer.status_code for answer in answers) == [200, *[412] * 5]
        [heard] = [number for number, answer in enumerate(answers) if answer.status_code == 200]
        assert shown(drafter, draft)["typed"]["texts"]["city-1"]["en"] == f"Tab {heard}."
    adopt(summit, "city-2", "We keep the water clean.")
    carried = shown(drafter, draft, carried=True)
    assert carried["base"]["number"] == 2
    ok(save(drafter, carried, **carried["typed"]))
    ok(table(drafter, draft))
    kept = [one["draft"] for one in ok(drafter.get(f"{AT}/drafts"))["items"]]
    assert len(kept) == 2
    gone = {"if-match": shown(drafter, {"draft": kept[0]})["etag"]}
    assert drafter.delete(f"{AT}/drafts/{kept[0]}", headers=gone).status_code == 204
    assert [one["draft"] for one in ok(drafter.get(f"{AT}/drafts"))["items"]] == kept[1:]


def test_a_save_whose_answer_was_lost_is_answered_again(drafter):
    draft = begin(drafter)
    first = ok(save(drafter, draft, **replacing("One tab.")))
    assert ok(save(drafter, draft, **replacing("One tab."))) == first


def test_saving_without_saying_what_was_looked_at_is_refused(drafter):
    draft = begin(drafter)
    content = {"base": draft["base"]["digest"], "typed": replacing(WORDS)}
    refused(drafter.put(f"{AT}/drafts/{draft['draft']}", json=content), 400, "draft.if-match")


def test_a_draft_is_begun_once_under_one_key(drafter):
    key = {"idempotency-key": "0123456789abcdef"}
    first = ok(drafter.post(f"{AT}/drafts", json={}, headers=key), 201)
    assert ok(drafter.post(f"{AT}/drafts", json={}, headers=key), 201) == first
    assert len(ok(drafter.get(f"{AT}/drafts"))["items"]) == 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"texts": {"../x": {"en": "a"}}}, "http.content"),
        ({"texts": {"city-1": {"EN": "a"}}}, "http.content"),
        ({"texts": {"city-1": "a"}}, "http.content"),
        ({"texts": {"city-1": {"en": "a" * 100_001}}}, "http.content"),
        ({"deleted": ["city-1", "City-1"]}, "draft.form"),
        ({"moved": [{"clause": "city-1", "section": "city", "after": None}] * 2}, "draft.form"),
        ({"rationale": None}, "http.content"),
        ({"strange": 1}, "http.content"),
        ({"texts": {"city-1": {"en": "half \ud800"}}}, "http.content"),
    ],
)
def test_content_of_another_form_is_refused(drafter, typed, code):
    sent = json.dumps({"typed": typed})
    answer = drafter.post(f"{AT}/drafts", content=sent, headers={"content-type": "application/json"})
    refused(answer, 400, code)


def test_a_draft_larger_than_any_text_is_refused(drafter):
    typed = {"texts": {f"c{number}": {"en": "a" * 90_000} for number in range(36)}}
    refused(drafter.post(f"{AT}/drafts", json={"typed": typed}), 413, "draft.size")


def test_a_base_that_is_no_version_is_refused(drafter):
    refused(drafter.post(f"{AT}/drafts", json={"base": "0" * 64}), 400, "draft.base")
    refused(save(drafter, begin(drafter), base="0" * 64), 400, "draft.base")


# The last look


def test_the_preview_shows_exactly_what_is_tabled(summit, drafter):
    draft = begin(
        drafter,
        **replacing("We open our squares and our parks to everybody."),
        titles={"city": {"en": "The open city"}},
        inserted=[{"id": "city-air", "section": "city", "after": "city-2", "texts": {"en": "We keep the air clean."}}],
        deleted=["preamble-1"],
        moved=[{"clause": "city-1", "section": "city", "after": "city-2"}],
        rationale="Parks are more than gardens.",
    )
    found = look(drafter, draft)
    assert found["ready"], found
    assert [wish["op"] for wish in found["wishes"]] == ["retitle", "replace", "delete", "insert", "move"]
    replaced = found["wishes"][1]["words"]["en"]
    assert ["delete", "gardens"] in replaced
    assert ["insert", "parks"] in replaced
    done = ok(table(drafter, draft))
    assert done["amendment"] == "A01"
    with summit.chancery.store.reading() as session:
        stored = queries.amendment(session, DECLARATION, "A01")
        document = json.loads(queries.blob(session, DECLARATION, stored.document))
    assert document["changes"] == found["changes"]
    assert document["rationale"] == found["rationale"]
    assert document["base"] == found["in_force"]["digest"]
    assert in_ledger(summit, done["entry"]["index"]).by == "workshop"


def test_what_was_cleaned_is_said_and_suspicious_words_are_named(drafter):
    draft = begin(
        drafter,
        **replacing("We open our squa\u00adres\u200b\nand our gаrdens to everybody."),  # one of the letters is Cyrillic
        rationale="Soft\u00ad.\n\nSecond paragraph.",
    )
    found = look(drafter, draft)
    cleaned, why = found["cleanings"]
    assert cleaned["place"] == {"kind": "text", "clause": "city-1", "section": None, "language": "en"}
    assert cleaned["text"] == "We open our squares and our gаrdens to everybody."
    assert len(cleaned["notes"]) == 3
    assert cleaned["suspicious"] == ["gаrdens"]
    assert why["place"]["kind"] == "rationale"
    assert found["rationale"] == "Soft.\n\nSecond paragraph."
    assert found["ready"]
    assert shown(drafter, draft)["typed"]["texts"]["city-1"]["en"].count("\u00ad") == 1  # as it was typed


@pytest.mark.parametrize(
    ("typed", "code", "kind"),
    [
        ({}, "draft.empty", "whole"),
        (replacing("We open our squares and our gardens to everybody."), "draft.empty", "whole"),
        (replacing("A \u202e turn."), "text.character", "text"),
        (replacing(""), "text.empty", "text"),
        (replacing("Wir.", language="de"), "change.language", "text"),
        (replacing("a" * 20_001), "text.length", "text"),
        (replacing("a", clause="gone"), "clause.unknown", "text"),
        ({"deleted": ["gone"]}, "clause.unknown", "delete"),
        ({"titles": {"gone": {"en": "a"}}}, "section.unknown", "title"),
        ({"moved": [{"clause": "city-1", "section": "city", "after": "gone"}]}, "change.anchor", "whole"),
        (
            {"inserted": [{"id": "city-1", "section": "city", "after": None, "texts": {"en": "a"}}]},
            "change.id",
            "insert",
        ),
        ({"inserted": [{"id": "new", "section": "city", "after": None, "texts": {}}]}, "text.empty", "insert"),
    ],
)
def test_what_stands_in_the_way_is_said_with_its_place_and_nothing_is_tabled(summit, drafter, typed, code, kind):
    before = head(summit)
    draft = begin(drafter, **typed)
    found = look(drafter, draft)
    assert not found["ready"]
    assert (found["problems"][0]["code"], found["problems"][0]["place"]["kind"]) == (code, kind)
    refused(table(drafter, draft), 400, code)
    assert head(summit) == before
    assert shown(drafter, draft)["tabled"] is None


def test_a_clause_moved_back_and_a_word_typed_back_are_no_change(drafter):
    draft = begin(
        drafter,
        **replacing("We open our squares and our gardens to everybody.\n"),
        moved=[{"clause": "city-2", "section": "city", "after": "city-1"}],
        deleted=["preamble-1"],
    )
    found = look(drafter, draft)
    assert [wish["op"] for wish in found["wishes"]] == ["delete"]


# Tabling


def test_tabled_twice_is_tabled_once(summit, drafter):
    draft = begin(drafter, **replacing(WORDS))
    first = ok(table(drafter, draft))
    before = head(summit)
    second = ok(drafter.post(f"{AT}/drafts/{draft['draft']}/table"))
    assert second["amendment"] == first["amendment"]
    assert second["entry"]["index"] == first["entry"]["index"]
    assert second["entry"]["repeated"]
    assert head(summit) == before
    assert ok(drafter.get(f"{AT}/drafts"))["items"] == []
    refused(save(drafter, draft, **replacing("Other.")), 409, "draft.tabled")


def test_numbers_follow_one_another_whoever_tables_and_are_never_used_again(drafter, other):
    first = ok(table(drafter, begin(drafter, **replacing(WORDS))))["amendment"]
    ok(drafter.post(f"{AT}/amendments/{first}/withdraw"))
    second = ok(table(other, begin(other, **replacing(WORDS))))["amendment"]
    assert (first, second) == ("A01", "A02")
    assert [item["state"] for item in ok(drafter.get(f"{AT}/amendments"))["items"]] == ["withdrawn"]


def test_withdrawn_twice_is_withdrawn_once_and_only_by_its_author(summit, drafter, other):
    ok(table(drafter, begin(drafter, **replacing(WORDS))))
    refused(other.post(f"{AT}/amendments/A01/withdraw"), 403, "amendment.author")
    first = ok(drafter.post(f"{AT}/amendments/A01/withdraw"))
    before = head(summit)
    assert ok(drafter.post(f"{AT}/amendments/A01/withdraw"))["index"] == first["index"]
    refused(other.post(f"{AT}/amendments/A01/withdraw"), 403, "amendment.author")
    assert head(summit) == before
    refused(drafter.post(f"{AT}/amendments/A99/withdraw"), 404, "amendment.unknown")


def test_collisions_are_named_with_both_wishes_before_tabling_and_after(drafter, other, summit):
    ok(table(drafter, begin(drafter, **replacing(WORDS))))
    ok(table(drafter, begin(drafter, **replacing("We keep the rivers clean for those after us.", "city-2"))))
    rival = begin(other, **replacing("We open our squares and our gardens to all."), deleted=["preamble-1"])
    found = look(other, rival)
    (collision,) = found["collisions"]
    assert (collision["amendment"], collision["by"]) == ("A01", "workshop")
    reason = collision["reasons"][0]
    assert (reason["code"], reason["clause"], reason["language"]) == ("overlap", "city-1", "en")
    assert "at any hour" in reason["theirs"]
    assert "all" in reason["ours"]
    assert found["ready"]  # a collision is for people to settle
    ok(table(other, rival))
    assert [item["amendment"] for item in ok(drafter.get(f"{AT}/amendments/A01/collisions"))["items"]] == ["A03"]
    host = summit.come_in("depositary", "host")
    assert [item["amendment"] for item in ok(host.get(f"{AT}/amendments/A03/collisions"))["items"]] == ["A01"]
    fates = {item["amendment"]: item for item in ok(drafter.get(f"{AT}/amendments"))["items"]}
    assert [len(fates[name]["collisions"]) for name in ("A01", "A02")] == [1, 0]


# Another version


def test_a_draft_is_carried_to_a_newer_version_with_its_own_words(summit, drafter):
    draft = begin(drafter, **replacing("We open our squares and our gardens to everybody at any hour."))
    adopt(summit, words="We open our wide squares and our gardens to everybody.")
    refused(table(drafter, draft), 409, "draft.outdated")
    assert not look(drafter, draft)["ready"]
    stored, carried = shown(drafter, draft), shown(drafter, draft, carried=True)
    assert stored["base"]["number"] == 1
    assert stored["typed"]["texts"]["city-1"]["en"].startswith("We open our squares")
    assert carried["base"] == carried["in_force"]
    words = "We open our wide squares and our gardens to everybody at any hour."
    assert carried["typed"]["texts"] == {"city-1": {"en": words}}
    ok(save(drafter, stored, base=carried["base"]["digest"], **carried["typed"]))
    assert ok(table(drafter, draft))["amendment"] == "A01"


def test_what_no_longer_fits_is_put_aside_with_both_texts_and_the_rest_is_carried(summit, drafter):
    draft = begin(drafter, texts={"city-1": {"en": WORDS, "fr": "Nous ouvrons tout."}, "city-2": {"en": "Water."}})
    adopt(summit, words="We open our squares and our gardens to all.")
    carried = shown(drafter, draft, carried=True)
    assert carried["typed"]["texts"] == {"city-1": {"fr": "Nous ouvrons tout."}, "city-2": {"en": "Water."}}
    (aside,) = carried["typed"]["aside"]
    assert aside["was"] == {"en": "We open our squares and our gardens to everybody."}
    assert aside["mine"] == {"en": WORDS}
    assert (aside["version"], aside["why"], aside["clause"]) == (1, "overlap", "city-1")
    saved = ok(save(drafter, draft, base=carried["base"]["digest"], **carried["typed"]))
    refused(table(drafter, draft), 409, "draft.aside")
    settled = carried["typed"] | {"aside": []}
    ok(save(drafter, saved, base=carried["base"]["digest"], **settled))
    ok(table(drafter, draft))


def test_a_conflicting_amendment_is_taken_up_again_and_keeps_its_number(summit, drafter, other):
    ok(table(drafter, begin(drafter, **replacing(WORDS), rationale="Night")))
    adopt(summit, words="We open our squares and our gardens to all.")
    (fate,) = ok(drafter.get(f"{AT}/amendments"))["items"]
    assert fate["conflict"]
    refused(other.post(f"{AT}/amendments/A01/draft"), 403, "amendment.author")
    draft = ok(drafter.post(f"{AT}/amendments/A01/draft"), 201)
    assert ok(drafter.post(f"{AT}/amendments/A01/draft"), 201)["draft"] == draft["draft"]
    carried = shown(drafter, draft, carried=True)
    assert carried["revises"] == "A01"
    assert carried["typed"]["rationale"] == "Night"
    assert carried["typed"]["aside"][0]["mine"] == {"en": WORDS}
    typed = carried["typed"] | replacing("We open our squares to all at any hour.") | {"aside": []}
    ok(save(drafter, draft, base=carried["base"]["digest"], **typed))
    done = ok(table(drafter, draft))
    assert (done["amendment"], done["entry"]["kind"]) == ("A01", "amendment.revised")
    (fate,) = ok(drafter.get(f"{AT}/amendments"))["items"]
    assert fate["conflict"] == []
    ok(drafter.post(f"{AT}/amendments/A01/withdraw"))
    refused(drafter.post(f"{AT}/amendments/A01/draft"), 409, "amendment.state")


def test_after_the_freeze_everything_is_refused_and_the_text_stays_as_it_was(summit, drafter):
    ok(table(drafter, begin(drafter, **replacing("We keep the rivers clean.", "city-2"))))
    draft = begin(drafter, **replacing(WORDS))
    negotiating.reject(summit.chancery, DECLARATION, "A01", reason="No.")
    freeze(summit)
    before = head(summit)
    match = {"if-match": draft["etag"]}
    for answer in (
        drafter.post(f"{AT}/drafts", json={}),
        save(drafter, draft, **replacing("Later.")),
        drafter.delete(f"{AT}/drafts/{draft['draft']}", headers=match),
        drafter.post(f"{AT}/drafts/{draft['draft']}/table", headers=match),
        drafter.post(f"{AT}/amendments/A01/draft"),
        drafter.post(f"{AT}/amendments/A01/withdraw"),
    ):
        refused(answer, 409, "declaration.frozen")
    assert head(summit) == before
    assert shown(drafter, draft)["typed"]["texts"]["city-1"]["en"] == WORDS  # what was saved stays readable


def test_a_program_with_a_token_does_what_a_person_does(summit, drafter):
    token = ok(drafter.post(f"{API}/tokens", json={"label": "editor"}), 201)["secret"]
    program = summit.client(authorization=f"Bearer {token}")
    draft = begin(program, **replacing(WORDS))
    assert ok(table(program, draft))["amendment"] == "A01"


# Pages


def page(client, path="drafting", **parameters):
    return client.get(f"/{DECLARATION}/{path}", params=parameters, headers={"accept": "text/html"})


def test_pages_are_for_their_drafter_alone(summit, drafter, other):
    draft = begin(drafter, **replacing(WORDS))["draft"]
    mayor = summit.come_in("signatory", "haifa")
    for path in ("drafting", f"drafting/{draft}", f"drafting/{draft}/table"):
        stranger = page(summit.client(), path)
        assert stranger.status_code == 303
        assert stranger.headers["location"].startswith(f"/{DECLARATION}/enter?next=")
        assert page(mayor, path).status_code == 403
        mine = page(drafter, path)
        assert mine.status_code == 200
        assert mine.headers["cache-control"] == "no-store"
    assert page(other, f"drafting/{draft}").status_code == 404
    assert draft not in page(other).text


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_what_was_typed_is_never_markup(drafter, language, summit):
    attack = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>"
    typed = {
        "texts": {"city-1": {"en": attack}},
        "titles": {"city": {"en": attack}},
        "inserted": [{"id": "city-new", "section": "city", "after": None, "texts": {"fr": attack}}],
        "rationale": attack,
    }
    draft = begin(drafter, **typed)
    for path in ("drafting", f"drafting/{draft['draft']}", f"drafting/{draft['draft']}/table"):
        shown_page = page(drafter, path, ui=language).text
        assert "<script>alert" not in shown_page
        assert "<img" not in shown_page
    ok(table(drafter, draft))
    adopt(summit, words="We open our squares.")
    assert "<img" not in page(drafter, ui=language).text


def test_the_last_look_speaks_of_problems_and_of_other_versions(summit, drafter):
    draft = begin(drafter, **replacing(""))
    assert "This stands in the way" in page(drafter, f"drafting/{draft['draft']}/table", ui="en").text
    good = begin(drafter, **replacing(WORDS))
    assert 'data-act="table"' in page(drafter, f"drafting/{good['draft']}/table").text
    adopt(summit, "city-2", "We keep the water clean.")
    late = page(drafter, f"drafting/{good['draft']}/table", ui="en").text
    assert "Another version has been adopted" in late
    assert 'data-act="table"' not in late
    freeze(summit)
    assert "not being drafted any more" in page(drafter, ui="en").text
    assert "New draft" not in page(drafter, ui="en").text
