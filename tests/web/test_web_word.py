"""A document edited in a word processor comes in by the interface: looked over, and taken over into a draft."""

import io
import zipfile

import pytest
from web_desk import air, table, version, without_water
from web_mayor import adopt, freeze
from web_summit import API, DECLARATION, HOST, TEXT, ok, refused
from web_word import MEDIA, edited

from declaration.drafting.amendment import Amendment, changes_to_json
from declaration.drafting.derive import derive_replace
from declaration.services import negotiating, opening
from declaration.store import queries

AT = f"{API}/drafting"
HEADERS = {"content-type": MEDIA}
OLD, NEW = "our gardens", "our schools"


@pytest.fixture
def drafter(summit):
    return summit.come_in("drafter", "workshop")


def download(client, path="versions/1.en.docx"):
    answer = client.get(f"/{DECLARATION}/{path}")
    assert answer.status_code == 200
    return answer.content


def test_what_was_changed_is_shown_and_nothing_saved(summit, drafter):
    data = edited(download(drafter), (OLD, NEW))
    shown = ok(drafter.post(f"{AT}/word", content=data, headers=HEADERS))
    assert shown["languages"] == ["en"]
    assert shown["refused"] == []
    (one,) = shown["understood"]
    assert (one["change"]["op"], one["change"]["clause"], one["tracked"]) == ("replace", "city-1", False)
    (wish,) = shown["wishes"]
    assert wish["number"] == "1.1"
    assert ["insert", "schools"] in wish["words"]["en"]
    assert ok(drafter.get(f"{AT}/drafts"))["items"] == []


def test_an_unchanged_document_changes_nothing_and_makes_no_draft(summit, drafter):
    for path in ("versions/1.docx", "versions/1.en.docx", "versions/1.ar.docx"):
        shown = ok(drafter.post(f"{AT}/word", content=download(drafter, path), headers=HEADERS))
        assert (shown["understood"], shown["refused"]) == ([], [])
    answer = drafter.post(f"{AT}/word/draft", content=download(drafter), headers=HEADERS)
    refused(answer, 400, "word.nothing")


def test_it_becomes_a_draft_once_and_is_tabled_as_it_was_shown(summit, drafter):
    data = edited(download(drafter), (OLD, NEW))
    key = {"idempotency-key": "the-same-document"}
    first = ok(drafter.post(f"{AT}/word/draft", content=data, headers=HEADERS | key), 201)
    again = ok(drafter.post(f"{AT}/word/draft", content=data, headers=HEADERS | key), 201)
    assert first == again
    assert len(ok(drafter.get(f"{AT}/drafts"))["items"]) == 1
    look = ok(drafter.get(f"{AT}/drafts/{first['draft']}/preview"))
    assert look["changes"] == [one["change"] for one in first["document"]["understood"]]
    tabled = ok(drafter.post(f"{AT}/drafts/{first['draft']}/table", headers={"if-match": look["etag"]}))
    found = download(drafter, f"amendments/{tabled['amendment']}.en.docx")
    assert b"Workshop on water" in zipfile.ZipFile(io.BytesIO(found)).read("word/document.xml")
    shown = ok(drafter.post(f"{AT}/word", content=found, headers=HEADERS))
    assert [one["change"] for one in shown["understood"]] == look["changes"]
    assert [one["by"] for one in shown["understood"]] == [["Workshop on water"]]


def test_an_amendment_in_akoma_ntoso_becomes_the_same_draft_from_any_language(summit, drafter):
    words = ("city-1", "en", "We open our squares & our <gardens>.")
    table(summit, "A7", air, without_water, ("preamble-1", "fr", "Nous, maires de villes petites et grandes,"), words)
    with summit.chancery.store.reading() as session:
        changes = changes_to_json(queries.amendment(session, DECLARATION, "A7").amendment.changes)
    for tag in TEXT.languages:
        data = download(drafter, f"amendments/A7.{tag}.akn.xml")
        shown = ok(drafter.post(f"{AT}/word", content=data, headers={"content-type": "application/akn+xml"}))
        assert [one["change"] for one in shown["understood"]] == changes
        assert (shown["refused"], len(shown["wishes"]) > 0, shown["languages"]) == ([], True, list(TEXT.languages))
    taken = ok(drafter.post(f"{AT}/word/draft", content=data, headers=HEADERS), 201)
    assert "So that it is said." in drafter.get(f"{AT}/drafts/{taken['draft']}").text
    preview = ok(drafter.get(f"{AT}/drafts/{taken['draft']}/preview"))
    # what was typed anew makes the same text; a clause of somebody else's has an id of its own
    assert sorted(one["op"] for one in preview["changes"]) == sorted(one["op"] for one in changes)
    spoilt = data.replace(b"air clean", b"air foul", 1)
    refused(drafter.post(f"{AT}/word", content=spoilt, headers=HEADERS), 400, "akn.amendment")
    refused(drafter.post(f"{AT}/word", content=b"<html/>", headers=HEADERS), 400, "akn.form")


def test_that_an_amendment_was_an_alternative_is_not_lost_in_silence(summit, drafter):
    table(summit, "A7", without_water)
    derived = (derive_replace(version(summit).text, "city-2", "en", "We keep the water."),)
    given = Amendment("A8", "workshop", version(summit).digest, "Or so.", derived, alternative="A7")
    negotiating.table(summit.chancery, DECLARATION, given)
    shown = ok(drafter.post(f"{AT}/word", content=download(drafter, "amendments/A8.en.akn.xml"), headers=HEADERS))
    [told] = shown["refused"]
    assert (told["code"], told["ignored"]) == ("akn.alternative", False)
    assert "alternative to A7" in told["detail"]


def test_a_document_of_an_earlier_version_is_carried(summit, drafter):
    data = edited(download(drafter), (OLD, NEW))
    adopt(summit, "city-2", "We keep the water clean.")
    shown = ok(drafter.post(f"{AT}/word", content=data, headers=HEADERS))
    assert (shown["base"]["number"], shown["in_force"]["number"]) == (1, 2)


def test_nothing_is_taken_over_into_a_frozen_text(summit, drafter):
    data = edited(download(drafter), (OLD, NEW))
    freeze(summit)
    refused(drafter.post(f"{AT}/word/draft", content=data, headers=HEADERS), 409, "declaration.frozen")


@pytest.mark.parametrize("case", ["Dear all", "PK\x03\x04 and no more"])
def test_what_is_no_document_is_refused_in_words(summit, drafter, case):
    refused(drafter.post(f"{AT}/word", content=case.encode(), headers=HEADERS), 400, "word.archive")


def test_a_document_of_another_declaration_is_refused(summit, drafter):
    other = type(TEXT)("other-summit", TEXT.languages, TEXT.title, TEXT.sections)
    opening.open_declaration(summit.chancery, other, HOST)
    data = download(drafter, "../other-summit/versions/1.en.docx")
    refused(drafter.post(f"{AT}/word", content=data, headers=HEADERS), 400, "word.base")


def test_too_large_a_document_is_refused_before_it_is_read(summit, drafter):
    answer = drafter.post(f"{AT}/word", content=b"PK" + bytes(5 * 1024 * 1024), headers=HEADERS)
    refused(answer, 413, "http.content-length")
