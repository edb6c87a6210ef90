"""The OpenDocument text: what LibreOffice reads in it is the text, word for word, under our numbers."""

import io
import random
import re
import subprocess
import xml.etree.ElementTree as ET
import zipfile

import pytest
from drafting_worlds import FRAGMENTS, a_text, made

from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.render.labels import label, language_name
from declaration.render.numbering import clause_numbers, section_numbers
from declaration.render.odt import render_odt

T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
MIMETYPE = b"application/vnd.oasis.opendocument.text"
ODD = (
    " = <b>&amp;",
    "two  spaces and   three",
    " at both ends ",
    "\u00a0x\u202f!",
    "]]>",
    "@SUM(1)",
    "{PAGE}",
    "#1",
    "1. One",
)


def paragraphs(version, languages):
    """What a reader of the document sees: a number and words, paragraph by paragraph."""
    text, numbers, chapters = version.text, clause_numbers(version.text), section_numbers(version.text)
    for language in languages:
        yield "", text.title.get(language) or language_name(language)
        for section in text.sections:
            if section.kind is not SectionKind.PREAMBLE or language in section.title:
                yield chapters[section.id], section.title.get(language, "")
            for one in section.clauses:
                yield numbers[one.id], one.texts.get(language) or label("missing", language)


def converted(words):
    """The paragraphs of a text conversion: without the indentation that shows the level of a list."""
    return [re.sub(r"^ {4,8}(?=\(|\d)", "", line) for line in words.removesuffix("\n").split("\n")]


def numbered(version, languages):
    return [f"{number} {words}" if number else words for number, words in paragraphs(version, languages)]


@pytest.mark.parametrize("languages", [("fr",), ("ar",), ("fr", "de", "ar", "he"), ("zh", "ja", "ko", "hi", "th")])
def test_converted_to_text_it_gives_exactly_the_words_in_order(office, declare, languages):
    version = declare(*languages, chapters=3)
    data = render_odt(version)
    assert converted(office.words(data)) == numbered(version, languages)
    assert office.texts(data, ending="odt") == [words for _, words in paragraphs(version, languages) if words]


@pytest.mark.parametrize("seed", range(2))
def test_any_text_is_read_there_word_for_word(office, seed):
    chance = random.Random(seed)
    text = a_text(chance, clauses=12, sections=6)
    strange = [made([*chance.choices(FRAGMENTS, k=6), " ", odd, " ", *chance.choices(FRAGMENTS, k=2)]) for odd in ODD]
    odd = [Clause(f"odd-{number}", {"fr": words}) for number, words in enumerate([*ODD, *filter(None, strange)])]
    text = Text(
        text.id, text.languages, text.title, (*text.sections, Section("odd", SectionKind.CLOSING, {}, tuple(odd)))
    )
    version = Version(1, None, text)
    data = render_odt(version)
    assert office.texts(data, ending="odt") == [words for _, words in paragraphs(version, text.languages) if words]
    assert converted(office.words(data)) == numbered(version, text.languages)


def test_languages_stand_one_after_the_other_as_asked(office, declare):
    version = declare("fr", "ar")
    assert office.texts(render_odt(version, languages=["ar"]), ending="odt") == [
        w for _, w in paragraphs(version, ["ar"])
    ]
    both = office.texts(render_odt(version, languages=["ar", "fr"]), ending="odt")
    assert both == [words for _, words in paragraphs(version, ["ar", "fr"])]


def words_on_page(pdf, tmp_path):
    """Where words begin and end on the pages of a PDF, as shares of their width."""
    file = tmp_path / "shown.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True).stdout
    width = float(re.search(r'<page width="([\d.]+)"', told)[1])
    found = re.findall(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">', told)
    return [(float(left) / width, float(right) / width) for left, right in found]


@pytest.mark.parametrize(("language", "edge"), [("fr", 3 / 21), ("ar", 18 / 21)])
def test_what_is_written_from_the_right_begins_on_the_right(office, language, edge, tmp_path):
    """The margins of the page are three centimetres of twenty-one; no line is longer than half of it."""
    words = {"fr": "Court.", "ar": "قصير."}[language]
    section = Section("s", SectionKind.CHAPTER, {language: words}, (Clause("c", {language: words}),))
    version = Version(1, None, Text("t", (language,), {language: words}, (section,)))
    found = words_on_page(office.printed(render_odt(version), "odt"), tmp_path)
    assert len(found) == 5
    assert {left < 0.5 for left, _ in found} == {edge < 0.5}
    nearest = min(found, key=lambda span: min(abs(at - edge) for at in span))
    assert min(abs(at - edge) for at in nearest) < 0.03


def test_each_clause_that_has_words_has_its_bookmark(declare):
    text = declare("fr", "ar").text
    less = tuple(
        Section(s.id, s.kind, s.title, (Clause("gap", {"ar": "فراغ"}), *s.clauses)) for s in text.sections[1:2]
    )
    version = Version(1, None, Text(text.id, text.languages, text.title, less))
    body = ET.fromstring(parts(render_odt(version))["content.xml"])
    names = [item.get(f"{T}name") for item in body.iter(f"{T}bookmark-start")]
    assert names == ["_clause_city-1", "_clause_city-2", "_clause_gap.ar", "_clause_city-1.ar", "_clause_city-2.ar"]
    assert names == [item.get(f"{T}name") for item in body.iter(f"{T}bookmark-end")]


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_package_is_as_the_standard_wants_it(declare):
    """ODF 1.3 part 2: the media type first, stored, at a known place; every part in the manifest."""
    data = render_odt(declare("fr"))
    assert data[30:38] == b"mimetype"
    assert data[38 : 38 + len(MIMETYPE)] == MIMETYPE
    found = parts(data)
    manifest = ET.fromstring(found["META-INF/manifest.xml"])
    full = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}full-path"
    assert {item.get(full) for item in manifest} == {"/", *found} - {"mimetype", "META-INF/manifest.xml"}


def test_the_same_version_gives_the_same_bytes_and_says_which_it_is(declare):
    version = declare("fr", "ar")
    data = render_odt(version)
    assert data == render_odt(version)
    assert f"<dc:identifier>{version.digest}</dc:identifier>".encode() in parts(data)["meta.xml"]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
