"""Amendments as Akoma Ntoso: valid, and enough for somebody who has nothing but them and the version to apply them."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from akoma_world import AKN, OPENED, is_valid, life_of, one, texts, written
from drafting_worlds import a_list, seeds
from hypothesis import given as holds_for
from hypothesis import settings
from lxml import etree

from declaration.ceremony import content
from declaration.drafting.amendment import Amendment
from declaration.drafting.apply import apply
from declaration.drafting.derive import derive_delete, derive_insert, derive_move, derive_replace, derive_retitle
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.errors import DeclarationError, NotFound
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.files import Given
from declaration.exchange.text_yaml import read_text
from declaration.render.akoma_amendment import Tabled, render_akoma_amendment, touches
from declaration.services.akoma import read_amendment


def tabled(changes, version, **more):
    amendment = Amendment("A1", "workshop", version.digest, "Parce que.\n\nC’est <mieux> & plus court.", changes)
    return Tabled(amendment, version, "Atelier « Eau »", OPENED + timedelta(hours=3), **more)


def documents(changes, version):
    """The files of an amendment by language."""
    life = life_of([version])
    given = tabled(changes, version)
    tags = [tag for tag in version.text.languages if touches(given.amendment, tag)]
    return {tag: render_akoma_amendment(given, tag, life) for tag in tags}


def applied(base, amendment):
    """What somebody else reads: clauses in order, headings, the title, with nothing of ours but the two files."""
    root = etree.fromstring(base)
    order, words, sections, placed, gone, passages = [], {}, {}, {}, [], {}
    for place in root.iter(f"{AKN}recitals", f"{AKN}chapter", f"{AKN}hcontainer"):
        own = list(place.iterchildren(f"{AKN}clause", f"{AKN}recital"))
        sections[place.get("wId")] = [item.get("wId") for item in own]
        words |= {item.get("wId"): "".join(item.find(f".//{AKN}p").itertext()) for item in own}
        heading = place.find(f"{AKN}heading")
        words[f"{place.get('wId')}/heading"] = "" if heading is None else heading.text
    title = root.find(f".//{AKN}docTitle")
    words["title"] = "" if title is None else title.text
    change = etree.fromstring(amendment)
    quoted = {item.get("eId"): item for item in change.iter(f"{AKN}quotedText", f"{AKN}quotedStructure")}
    before = dict(words)
    for mod in change.iter(f"{AKN}textualMod"):
        targets = mod.findall(f"{AKN}destination")
        old, new = (mod.find(f"{AKN}{role}") for role in ("old", "new"))
        told = {
            role: None if item is None else quoted[item.get("href")[1:]] for role, item in (("old", old), ("new", new))
        }
        place, name = targets[0].get("href").partition("#")[2], targets[0].get("wId")
        key = "title" if name is None else f"{name}/heading" if name in sections else name
        kind = mod.get("type")
        if kind == "renumbering":
            placed[name] = targets[1]
        elif kind == "insertion" and told["new"].tag == f"{AKN}quotedStructure":
            (clause,) = told["new"]
            words[clause.get("wId")] = "".join(clause.find(f".//{AKN}p").itertext())
            placed[clause.get("wId")] = targets[0]
        elif kind == "insertion":
            words[key] = told["new"].text
        elif kind == "repeal" and told["old"] is None:
            gone.append(name)
        else:
            assert before[key].count(told["old"].text) == 1, (place, told["old"].text, before[key])
            start = before[key].index(told["old"].text)
            new = "" if told["new"] is None else told["new"].text
            passages.setdefault(key, []).append((start, start + len(told["old"].text), new))
    for key, found in passages.items():
        words[key] = exchanged(before[key], found)
    put(sections, placed)
    for names in sections.values():
        order += [(name, words[name]) for name in names if name not in gone]
    return order, {name: words[f"{name}/heading"] for name in sections}, words["title"]


def exchanged(base, found):
    """Words with passages exchanged, none of which overlap."""
    pieces, at = [], 0
    for start, end, new in sorted(found):
        assert start >= at
        pieces += [base[at:start], new]
        at = end
    return "".join([*pieces, base[at:]])


def put(sections, placed):
    """Put clauses where destinations say: at the beginning of a section, or after a clause at its new place."""
    for names in sections.values():
        names[:] = [name for name in names if name not in placed]
    waiting = dict(placed)
    while waiting:
        ready = {}
        for name, target in waiting.items():
            at = target.get("wId")
            home = (
                sections[at] if target.get("pos") == "start" else next((n for n in sections.values() if at in n), None)
            )
            if home is not None:
                ready[name] = (home, 0 if target.get("pos") == "start" else home.index(at) + 1)
        assert ready, f"nothing leads to {sorted(waiting)}"
        name, (home, place) = next(iter(ready.items()))
        home.insert(place, name)
        del waiting[name]


def wanted(text, tag):
    """What stands there when an amendment is applied: the clauses in order, the headings, the title."""
    return (
        [(one.id, one.texts.get(tag, "")) for one in text.clauses()],
        {part.id: part.title.get(tag, "") for part in text.sections},
        text.title.get(tag, ""),
    )


@holds_for(texts(), seeds)
@settings(max_examples=30)
def test_every_amendment_is_valid_in_every_language(text, seed):
    version = Version(1, None, text)
    for data in documents(a_list(random.Random(seed), text), version).values():
        assert is_valid(data)


CITY = Text(
    "ville",
    ("fr", "ar"),
    {"fr": "La ville"},
    (
        Section("why", SectionKind.PREAMBLE, {}, (Clause("w", {"fr": "Considérant l’eau,", "ar": "إذ"}),)),
        Section(
            "what",
            SectionKind.CHAPTER,
            {"fr": "Quoi"},
            tuple(
                Clause(f"c{n}", {"fr": f"Nous avons {n} villes et nous avons l’eau.", "ar": f"لنا {n} مدن"})
                for n in (1, 2, 3)
            ),
        ),
    ),
)
BASE = Version(1, None, CITY)
CHANGES = (
    derive_replace(CITY, "c1", "fr", "Nous avons 100 villes et nous gardons l’air."),
    derive_replace(CITY, "w", "ar", "إذ نذكّر"),
    derive_delete(CITY, "c2"),
    derive_insert(CITY, "why", "w", "new", {"fr": "Neuve <b>.", "ar": "جديد."}),
    derive_move(CITY, "c3", after=None, section="what"),
    derive_retitle(CITY, "what", "fr", "Quoi donc"),
    derive_retitle(CITY, None, "ar", "المدينة"),
)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_somebody_else_can_apply_it(language):
    read = applied(written([BASE], 1)[language], documents(CHANGES, BASE)[language])
    assert read == wanted(apply(CITY, CHANGES), language)


@holds_for(texts(), seeds)
@settings(max_examples=30)
def test_the_words_of_any_amendment_are_those_that_it_wants(text, seed):
    version = Version(1, None, text)
    changes = a_list(random.Random(seed), text)
    after = apply(text, changes)
    for tag, data in documents(changes, version).items():
        assert applied(written([version], 1)[tag], data) == wanted(after, tag)


def test_what_it_says_for_readers_is_in_the_language_of_the_text():
    root = etree.fromstring(documents(CHANGES, BASE)["fr"])
    said = ["".join(item.itertext()) for item in one(root, "amendmentContent")]
    assert said[:2] == [
        "Dans la clause 1.1, remplacer 1 par 100.",
        "Dans la clause 1.1, remplacer nous avons par nous gardons.",
    ]
    assert ["".join(item.itertext()) for item in one(root, "amendmentJustification")] == [
        "Parce que.",
        "C’est <mieux> & plus court.",
    ]


def test_its_address_rests_on_the_day_of_its_tabling_and_a_revision_has_its_own():
    life = life_of([BASE])
    first, again = (render_akoma_amendment(tabled(CHANGES, BASE, revised=at), "fr", life) for at in (None, 17))
    found = [one(etree.fromstring(data), "FRBRExpression/FRBRuri").get("value") for data in (first, again)]
    work = "/akn/de/amendment/declaration/ville/2019-09-01/A1"
    assert found == [f"{work}/fra@v1", f"{work}/fra@v1.17"]


def test_there_is_none_in_a_language_that_it_does_not_change():
    changes = (derive_replace(CITY, "w", "ar", "إذ نذكّر"),)
    with pytest.raises(NotFound, match="changes nothing in “fr”") as refused:
        render_akoma_amendment(tabled(changes, BASE), "fr", life_of([BASE]))
    assert (refused.value.code, refused.value.hint) == ("amendment.language", "Ask for ar.")


def test_every_amendment_of_the_default_acts_is_valid_and_says_what_it_wants(amend):
    text = read_text(content.TEXT.read_bytes(), file="text.yaml").text
    acts = read_acts(content.ACTS.read_bytes(), file="acts.yaml", text=text).acts
    version, count = Version(1, None, text), 0
    for line in acts.amendments_in(1):
        found = amend(line, version).changes
        after = apply(text, found)
        for tag, data in documents(found, version).items():
            assert is_valid(data)
            assert applied(written([version], 1)[tag], data) == wanted(after, tag)
            count += 1
    assert count > 20


# read again


def read_back(files, version):
    return read_amendment([Given(data, f"{tag}.akn.xml") for tag, data in files.items()], version)


@holds_for(texts(), seeds, seeds)
@settings(max_examples=40)
def test_any_amendment_comes_back_exactly_from_any_of_its_files(text, seed, order):
    version, chance = Version(1, None, text), random.Random(order)
    changes = a_list(random.Random(seed), text)
    files = documents(changes, version)
    some = chance.sample(sorted(files), chance.randint(1, len(files)))
    found = read_back({tag: files[tag] for tag in some}, version)
    assert found == tabled(changes, version).amendment
    assert found.content == tabled(changes, version).amendment.content
    assert apply(text, found.changes) == apply(text, changes)


def test_only_the_words_of_the_version_decide():
    later = Version(3, BASE.digest, CITY)
    assert read_back(documents(CHANGES, BASE), later) == tabled(CHANGES, later).amendment


def test_white_space_between_elements_and_other_prefixes_say_nothing():
    root = etree.fromstring(documents(CHANGES, BASE)["fr"])
    for place in root.iter("{*}textualMod", "{*}activeModifications", "{*}amendmentContent"):
        place.text = "\n\n  \t"
    prefixed = etree.tostring(root).replace(b"<amendmentBody", b"<!-- said --><amendmentBody")
    assert read_back({"fr": prefixed}, BASE).changes == CHANGES


def spoilt(old, new, language="fr", count=1):
    data = documents(CHANGES, BASE)[language].decode()
    assert old in data, old
    return data.replace(old, new, count).encode()


OTHER = Version(1, None, apply(CITY, (derive_replace(CITY, "c1", "fr", "Nous avons une ville."),)))
ELSEWHERE = Version(1, None, replace(CITY, id="ailleurs"))


@pytest.mark.parametrize(
    ("files", "version", "code", "said"),
    [
        ({}, BASE, "akn.files", "0 files"),
        ({"fr": written([BASE], 1)["fr"]}, BASE, "akn.form", "no amendment"),
        ({"fr": b"<akomaNtoso/>"}, BASE, "akn.form", "not Akoma Ntoso"),
        ({"fr": b"nothing"}, BASE, "xml.malformed", "line 1"),
        ({"fr": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, BASE, "xml.doctype", "fr.akn.xml"),
        ({"fr": spoilt("<proprietary", "<presentation").replace(b"</proprietary", b"</presentation")}, BASE,
         "akn.form", "one <proprietary> belongs here"),
        ({"fr": spoilt('"by":"workshop"', '"by":"somebody"')}, BASE, "akn.amendment", "another digest"),
        ({"fr": spoilt('"by":"workshop"', '"by": "workshop"')}, BASE, "akn.amendment", "json.not-canonical"),
        ({"fr": spoilt("&lt;mieux&gt;", "mieux", count=1)}, BASE, "akn.amendment", "another digest"),
        ({"fr": spoilt("declaration-amendment/1", "declaration-amendment/2")}, BASE, "akn.amendment", "format"),
        ({"fr": spoilt('type="repeal"', 'type="insertion"')}, BASE, "akn.altered", "<textualMod"),
        ({"fr": spoilt("nous gardons</quotedText>", "nous vendons</quotedText>")}, BASE, "akn.altered", "<quotedText"),
        ({"fr": spoilt("C’est &lt;mieux&gt; &amp; plus court.</p>", "Pour rien.</p>")}, BASE, "akn.altered", "<p>"),
        ({"fr": spoilt("</amendmentContent>", "<p>De plus.</p></amendmentContent>")}, BASE, "akn.altered",
         "<amendmentContent"),
        ({"fr": spoilt("<docNumber>A1", "<docNumber>A2")}, BASE, "akn.altered", "<docNumber"),
        ({"fr": spoilt("</docProponent></p>", "</docProponent></p><p>Ou non.</p>")}, BASE, "akn.form", "one <p>"),
        ({"fr": spoilt("</docProponent>", "</docProponent> et le contraire")}, BASE, "akn.altered", "<p>"),
        ({"fr": spoilt("</amendmentBody>", "</amendmentBody><conclusions><p>Rien.</p></conclusions>")}, BASE,
         "akn.form", "and nothing else"),
        ({"fr": documents(CHANGES, BASE)["fr"].replace(b"fra@v1#", b"fra@v9#").replace(b'fra@v1"', b'fra@v9"')}, BASE,
         "akn.base", "fra@v9”"),
        ({"fr": documents(CHANGES, BASE)["fr"].replace(b"/fra@v1", b"/ara@v1")}, BASE, "akn.base", "ara@v1”"),
        ({"fr": documents(CHANGES, BASE)["fr"].replace(b"/ville/fra@v1", b"/village/fra@v1")}, BASE,
         "akn.base", "village"),
        ({"fr": spoilt(' language="fr"', ' language="de"')}, BASE, "akn.language", "changes nothing in “de”"),
        ({"fr": spoilt(' language="fr"', ' language="ar"')}, BASE, "akn.base", "fra@v1”"),
        ({"fr": documents(CHANGES, BASE)["fr"], "ar": documents(CHANGES[:2], BASE)["ar"]}, BASE,
         "akn.other-amendment", "ar.akn.xml"),
        ({"fr": documents(CHANGES, BASE)["fr"], "again": documents(CHANGES, BASE)["fr"]}, BASE, "akn.doubled", "twice"),
        (documents(CHANGES, BASE), OTHER, "akn.base", "another version"),
        (documents(CHANGES, BASE), ELSEWHERE, "akn.base", "“ailleurs”"),
    ],
)  # fmt: skip
def test_what_is_not_exactly_an_amendment_is_refused_with_its_place(files, version, code, said):
    with pytest.raises(DeclarationError) as refused:
        read_back(files, version)
    assert refused.value.code == code, refused.value.message
    assert said in refused.value.message
    assert refused.value.hint


@holds_for(seeds)
@settings(max_examples=60)
def test_a_changed_byte_is_refused_or_says_nothing(seed):
    chance, data = random.Random(seed), bytearray(documents(CHANGES, BASE)["fr"])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(7)
    with suppress(DeclarationError):
        assert read_back({"fr": bytes(data)}, BASE).changes == CHANGES
