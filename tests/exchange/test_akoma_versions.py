"""Versions as Akoma Ntoso: valid, the same version again when read, with names that stay and a life that is told."""

import random
from datetime import datetime, timedelta, timezone

import pytest
from akoma_world import AKN, HOST, OPENED, given, histories, is_valid, life_of, one, texts, written
from drafting_worlds import a_text
from hypothesis import given as holds_for
from hypothesis import settings
from hypothesis import strategies as st
from lxml import etree

from declaration.ceremony import content
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.akoma import read_akoma
from declaration.exchange.signatories_json import read_signatories
from declaration.exchange.text_yaml import read_text
from declaration.render.akoma import render_akoma
from declaration.render.akoma_identity import Life, moment


@holds_for(histories(), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_what_was_written_is_read_as_the_same_version(versions, chance):
    for version in versions:
        files = given(written(versions, version.number))
        chance.shuffle(files)
        found = read_akoma(files)
        assert (found, found.digest) == (version, version.digest)


@holds_for(histories())
@settings(max_examples=20)
def test_every_file_of_every_version_is_valid(versions):
    for version in versions:
        assert all(is_valid(data) for data in written(versions, version.number).values())


def test_the_same_version_gives_the_same_bytes():
    versions = [Version(1, None, a_text(random.Random(7)))]
    assert written(versions, 1) == written(versions, 1)


CLAUSES = (Clause("a", {"fr": "Une.", "ar": "واحد."}), Clause("b", {"fr": "Deux."}))
TEXT = Text(
    "ville-2019",
    ("fr", "ar"),
    {"fr": "Déclaration"},
    (
        Section("why", SectionKind.PREAMBLE, {}, (Clause("w", {"fr": "Considérant,", "ar": "إذ"}),)),
        Section("what", SectionKind.CHAPTER, {"fr": "Quoi", "ar": "ماذا"}, CLAUSES),
        Section("end", SectionKind.CLOSING, {}, (Clause("e", {"fr": "Fait.", "ar": "تم."}),)),
    ),
)
SECOND = Text(
    TEXT.id,
    TEXT.languages,
    TEXT.title,
    (
        TEXT.sections[0],
        Section(
            "what",
            SectionKind.CHAPTER,
            {"fr": "Quoi", "ar": "ماذا"},
            (Clause("b", {"fr": "Deux et demie."}), Clause("n", {"fr": "Neuve.", "ar": "جديد."})),
        ),
        TEXT.sections[2],
    ),
)
ONE = Version(1, None, TEXT)
TWO = Version(2, ONE.digest, SECOND)
LIFE = life_of([ONE, TWO], {2: ("A1", "A2")})


def document(number, language="fr"):
    return etree.fromstring(written([ONE, TWO], number, LIFE)[language])


def uris(root):
    return [
        (level, name.removeprefix("FRBR"), one(root, f"FRBR{level}/{name}").get("value"))
        for level in ("Work", "Expression", "Manifestation")
        for name in ("FRBRthis", "FRBRuri")
    ]


def test_addresses_follow_the_naming_convention():
    work = "/akn/de/statement/declaration/2019-09-01/ville-2019"
    assert uris(document(2, "ar")) == [
        ("Work", "this", f"{work}/!main"),
        ("Work", "uri", work),
        ("Expression", "this", f"{work}/ara@v2/!main"),
        ("Expression", "uri", f"{work}/ara@v2"),
        ("Manifestation", "this", f"{work}/ara@v2/!main.xml"),
        ("Manifestation", "uri", f"{work}/ara@v2.xml"),
    ]
    assert one(document(2, "ar"), "FRBRtranslation").get("href") == f"{work}/fra@v2"
    assert document(2, "fr").findall(f".//{AKN}FRBRtranslation") == []


def test_addresses_and_all_else_of_a_version_stay_when_later_ones_come():
    alone = life_of([ONE], None)
    for tag in TEXT.languages:
        assert render_akoma(ONE, tag, alone) == render_akoma(ONE, tag, LIFE)


def test_the_day_in_an_address_is_that_of_utc():
    night = datetime(2019, 9, 2, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    assert Life(LIFE.declaration, night, HOST, LIFE.languages, LIFE.steps).work == LIFE.work


def test_languages_that_share_a_code_have_addresses_of_their_own():
    life = Life("d", OPENED, HOST, ("de", "deu", "zh-Hant", "sr-Latn"), ())
    found = [life.expression(1, tag).rpartition("/")[2] for tag in life.languages]
    assert found == ["de@v1", "deu@v1", "zho-Hant@v1", "srp-Latn@v1"]


def test_what_a_clause_is_called_stays_and_where_it_stands_is_counted():
    places = {
        number: {item.get("wId"): item.get("eId") for item in document(number).iter(f"{AKN}clause", f"{AKN}recital")}
        for number in (1, 2)
    }
    assert places == {
        1: {
            "w": "preamble__recs_1__rec_1",
            "a": "chp_1__clause_1",
            "b": "chp_1__clause_2",
            "e": "hcontainer_1__clause_1",
        },
        2: {
            "w": "preamble__recs_1__rec_1",
            "b": "chp_1__clause_1",
            "n": "chp_1__clause_2",
            "e": "hcontainer_1__clause_1",
        },
    }


def test_a_clause_without_words_in_a_language_says_so():
    found = {item.get("wId"): item.get("status") for item in document(1, "ar").iter(f"{AKN}clause")}
    assert found == {"a": None, "b": "incomplete", "e": None}


@holds_for(histories())
@settings(max_examples=20)
def test_no_place_has_two_elements(versions):
    for data in written(versions, len(versions)).values():
        found = [item.get("eId") for item in etree.fromstring(data).iter() if item.get("eId")]
        assert len(found) == len(set(found))


def test_the_lifecycle_names_every_adoption_up_to_this_version():
    told = {
        number: [
            (item.get("eId"), item.get("date"), item.get("source"), item.get("type"))
            for item in document(number).iter(f"{AKN}eventRef")
        ]
        for number in (1, 2)
    }
    first = ("adoption_1", moment(OPENED), "#ver_1", "generation")
    second = ("adoption_2", moment(OPENED + timedelta(days=1)), "#ver_2", "amendment")
    assert told == {1: [first], 2: [first, second]}


def test_references_lead_to_versions_and_amendments():
    root = document(2)
    named = {item.get("eId"): item.get("href") for item in one(root, "references")}
    work = LIFE.work
    assert named["ver_1"] == f"{work}/fra@v1"
    assert named["ver_2"] == f"{work}/fra@v2"
    assert named["amd_A1"] == "/akn/de/amendment/declaration/ville-2019/2019-09-01/A1"
    sources = {item.get("source") for item in root.iter() if item.get("source")}
    assert {source.removeprefix("#") for source in sources} <= set(named)


def test_what_an_adoption_did_is_told_for_each_language():
    def told(language):
        return [
            (
                item.get("type"),
                item.find(f"{AKN}destination").get("wId"),
                [s.get("href")[-2:] for s in item.iter(f"{AKN}source")],
            )
            for item in document(2, language).iter(f"{AKN}textualMod")
        ]

    both = ["A1", "A2"]
    assert told("fr") == [("substitution", "b", both), ("insertion", "n", both), ("repeal", "a", both)]
    assert told("ar") == [("insertion", "n", both), ("repeal", "a", both)]
    assert list(document(1).iter(f"{AKN}textualMod")) == []


@pytest.fixture(scope="module")
def summit(play_acts):
    """The default text through all its rounds."""
    text = read_text(content.TEXT.read_bytes(), file="text.yaml").text
    cities = [line.id for line in read_signatories(content.SIGNATORIES.read_bytes(), file="s.json").signatories]
    acts = read_acts(content.ACTS.read_bytes(), file="acts.yaml", text=text, signatories=cities).acts
    return play_acts(acts, text).versions


def test_the_default_text_is_valid_and_read_again_in_every_version_and_language(summit):
    assert len(summit) > 1
    for version in summit:
        files = written(summit, version.number)
        assert set(files) == {"fr", "de", "en", "ar"}
        assert all(is_valid(data) for data in files.values())
        assert read_akoma(given(files)) == version


@holds_for(texts())
@settings(max_examples=20)
def test_readers_see_the_words_and_nothing_else(text):
    """The text of each paragraph, as any XML reader gives it."""
    for tag, data in written([Version(1, None, text)], 1).items():
        root = etree.fromstring(data)
        seen = ["".join(item.find(f".//{AKN}p").itertext()) for item in root.iter(f"{AKN}clause", f"{AKN}recital")]
        in_preamble = {item.get("wId") for item in root.iter(f"{AKN}recitals")}
        ordered = sorted(text.sections, key=lambda part: part.id not in in_preamble)
        assert seen == [one.texts.get(tag, "") for part in ordered for one in part.clauses]
