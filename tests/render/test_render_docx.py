"""The Word document: text, anchors, numbers, directions, and the version it is based on."""

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.render.docx import render_docx


def opened(data):
    return docx.Document(io.BytesIO(data))


def anchored(document, kind="_clause_"):
    """Return the text of each paragraph by the name of its bookmark."""
    found = {}
    for paragraph in document.paragraphs:
        for start in paragraph._p.findall(qn("w:bookmarkStart")):
            if start.get(qn("w:name")).startswith(kind):
                found[start.get(qn("w:name"))] = paragraph.text
    return found


def test_each_clause_stands_alone_under_its_bookmark(declare, texts):
    version = declare("fr", "ar")
    found = anchored(opened(render_docx(version)))
    expected = {f"_clause_{clause.id}": clause.texts["fr"] for clause in version.text.clauses()}
    expected |= {f"_clause_{clause.id}.ar": clause.texts["ar"] for clause in version.text.clauses()}
    assert found == expected


def test_one_language_alone_has_the_plain_bookmarks(declare, texts):
    found = anchored(opened(render_docx(declare("fr", "ar"), languages=["ar"])))
    assert found["_clause_city-1"] == texts["ar"]["city-1"]
    assert len(found) == 5


def test_bookmarks_have_ends_and_numbers_of_their_own(declare):
    body = opened(render_docx(declare("fr", "de", "ar"))).element.body
    starts = [start.get(qn("w:id")) for start in body.iter(qn("w:bookmarkStart"))]
    ends = [end.get(qn("w:id")) for end in body.iter(qn("w:bookmarkEnd"))]
    assert starts == ends
    assert len(set(starts)) == 27  # three titles, nine headings, fifteen clauses


def test_properties_say_what_it_is_based_on(declare, texts):
    version = declare("fr", "en")
    properties = opened(render_docx(version)).core_properties
    assert properties.identifier == version.digest
    assert properties.title == texts["fr"]["title"]
    assert properties.author == ""
    assert properties.language == "fr"


@pytest.mark.parametrize(("language", "rtl"), [("ar", True), ("he", True), ("fr", False), ("zh", False)])
def test_direction(declare, language, rtl):
    for paragraph in opened(render_docx(declare(language))).paragraphs:
        assert (paragraph._p.pPr.find(qn("w:bidi")) is not None) is rtl
        flags = [run.font.rtl for run in paragraph.runs]
        assert any(flags) is rtl


def test_latin_words_in_arabic_are_runs_of_their_own(declare, texts):
    document = opened(render_docx(declare("ar")))
    paragraph = next(item for item in document.paragraphs if "Live close" in item.text)
    assert paragraph.text == texts["ar"]["closing-1"]
    assert "Live close, feel free" in [run.text for run in paragraph.runs if not run.font.rtl]


def test_same_bytes_and_no_dates(declare):
    first, second = render_docx(declare("fr", "ar")), render_docx(declare("fr", "ar"))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms" not in package.read("docProps/core.xml").replace(b"xmlns:dcterms", b"")
        assert not [name for name in package.namelist() if "thumbnail" in name]


def test_numbering_begins_again_in_each_language(declare):
    document = opened(render_docx(declare("fr", "de")))
    numbers = {
        paragraph._p.pPr.numPr.numId.val for paragraph in document.paragraphs if paragraph._p.pPr.numPr is not None
    }
    assert len(numbers) == 4


def test_titles_and_headings_have_anchors_of_their_own(declare, texts):
    document = opened(render_docx(declare("fr", "ar")))
    assert anchored(document, "_title_") == {"_title_fr": texts["fr"]["title"], "_title_ar": texts["ar"]["title"]}
    assert anchored(document, "_section_")["_section_city.ar"] == texts["ar"]["city"]


def test_what_is_missing_has_an_anchor_that_says_so():
    clause = Clause("one", {"fr": 'Oui & <non> "peut-être"'})
    text = Text("t", ("fr", "de"), {}, (Section("s", SectionKind.CHAPTER, {}, (clause,)),))
    document = opened(render_docx(Version(1, None, text)))
    assert anchored(document) == {"_clause_one": 'Oui & <non> "peut-être"'}
    assert anchored(document, "_missing_") == {"_missing_one.de": "Diese Stelle fehlt in dieser Sprache."}
