"""What is made of a sealed declaration: certificates, large print, posters, a page and a Word document."""

import html.parser
import io
import json
import os
import pickle
import re
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import docx
import pikepdf
import pytest
import vera
from docx.oxml.ns import qn
from PIL import Image, ImageDraw

from declaration.errors import LimitExceeded, NotFound
from declaration.render.certificate import INSET, render_certificate
from declaration.render.certificate_words import written_moment
from declaration.render.large_print import render_large_print
from declaration.render.poster import MARGIN, NAME_FLOOR, TEXT_FLOOR, Size, render_poster
from declaration.render.signed_docx import render_signed_docx
from declaration.render.signed_html import render_signed_html
from declaration.render.signed_text import SignedText, short_code
from declaration.render.values import DeclineLine, ObjectionLine, RosterLine, SignatureLine

URL = "https://declaration.example/duesseldorf-2019"
START = datetime(2019, 9, 1, 9, 4, 5, tzinfo=UTC)
LONG = RosterLine(
    "long",
    "Oberbürgermeisterin der Landeshauptstadt und Vorsitzende des Städtetages am Rhein",
    "Ihre Exzellenz Frau Dr. Anna-Maria Freifrau von Oberhausen-Untergrundstätten-Mey",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch",
    "กรุงเทพมหานคร อมรรัตนโกสินทร์",
    "GB",
)


OBJECTION = ObjectionLine("Mayor of Haifa", "Die Vorbehalte heben den Sinn des Satzes auf.")


def picture():
    image = Image.new("RGBA", (300, 90), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(10, 60), (90, 20), (150, 70), (280, 30)], fill=(10, 20, 60, 255), width=5)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def sealed(declare, roster, reservations):
    """A sealed declaration in some languages, signed by as many as wanted."""
    drawn = picture()

    def make(*languages, count=3, hands=True):
        parties = [replace(roster[n % 5], id=f"{roster[n % 5].id}-{n}", name=f"Name {n:04}") for n in range(count)]
        lines = tuple(
            SignatureLine(
                party,
                START + timedelta(seconds=n),
                f"{n * 7919 + 1:064x}"[::-1],
                f"{URL}/signatures/{party.id}",
                drawn if hands and n % 3 else None,
            )
            for n, party in enumerate(parties)
        )
        declined = DeclineLine(roster[3], START, "עוד לא החלטנו.", "ef" * 32, f"{URL}/signatures/haifa")
        return SignedText(
            version=declare(*languages),
            instrument="ab" * 32,
            edition="cd" * 32,
            sealed_at=START + timedelta(hours=3),
            url=URL,
            reservations=(replace(reservations[0], objections=(OBJECTION,)), *reservations[1:]),
            signatures=lines,
            declines=(declined,),
            unanswered=(roster[4],),
        )

    return make


def text_of(pdf):
    """The words in the order of drawing, which suits columns, then as they stand, which suits right-to-left lines."""
    said = [
        subprocess.run(["pdftotext", *mode, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
        for mode in (["-raw"], [])
    ]
    return flat(" ".join(said))


def flat(text):
    return " ".join(unicodedata.normalize("NFC", re.sub(r"[\u200b\u200e\u200f\u202a-\u202e]", "", text)).split())


def boxes(pdf):
    """Each page's size with the rectangles of its words."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    root = ET.fromstring(re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", done.stdout))
    space = {"h": "http://www.w3.org/1999/xhtml"}
    for page in root.iterfind(".//h:page", space):
        words = [
            tuple(float(w.get(k)) for k in ("xMin", "yMin", "xMax", "yMax")) for w in page.iterfind("h:word", space)
        ]
        yield float(page.get("width")), float(page.get("height")), words


def sizes(pdf):
    """The sizes of type in a file, as they are on paper."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = set()
        for page in opened.pages:
            scale = 1.0
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "cm" and scale == 1.0 and float(operands[0]) > 1:
                    scale = float(operands[0])
                if str(operator) == "Tf":
                    found.add(round(float(operands[1]) * scale, 1))
        return found


# -- certificates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "de", "en", "ar", "ru"])
def test_a_certificate_says_who_signed_what_when(sealed, language):
    signed = sealed("fr", "ar", "ru")
    line = signed.signatures[1]
    made = render_certificate(signed, line.signatory.id, language)
    said = text_of(made.pdf)
    assert (made.pages, made.missing) == (1, ())
    title = signed.version.text.title.get(language, signed.version.text.title["fr"])
    for words in (*title.split()[:2], "Name 0001", "Algiers", "الجزائر", short_code(line.digest), "ab" * 32, line.url):
        assert words in said, words
    assert "11:04" not in said
    assert "09:04:06" in said
    assert "2019" in said


def test_a_moment_is_written_as_people_write_it():
    assert written_moment(START, "de") == "1. September 2019 um 09:04:05 UTC"
    assert written_moment(START, "fr") == "1er septembre 2019 à 09:04:05 UTC"
    assert written_moment(START, "zh-Hant") == "2019年9月1日 09:04:05（UTC）"
    assert written_moment(START, "bn") == "2019-09-01 09:04:05 UTC"


@pytest.mark.parametrize("hand", [None, picture()])
def test_names_of_eighty_letters_are_set_smaller_and_never_cut(sealed, hand):
    signed = sealed("de")
    line = replace(signed.signatures[0], signatory=LONG, drawn=hand)
    made = render_certificate(replace(signed, signatures=(line,)), "long", "de")
    said = text_of(made.pdf)
    for word in (*LONG.name.split()[:3], LONG.city, *LONG.office.split()):
        assert word in said, word
    assert said.count("Exzellenz") == 4
    [(width, height, words)] = boxes(made.pdf)
    assert all(INSET < x0 < x1 < width - INSET and INSET < y0 < y1 < height - INSET for x0, y0, x1, y1 in words)


def test_only_those_who_signed_have_a_certificate(sealed):
    with pytest.raises(NotFound, match="has not signed") as caught:
        render_certificate(sealed("fr"), "haifa", "fr")
    assert caught.value.code == "certificate.none"


def test_what_cannot_fit_on_a_certificate_is_refused(sealed, declare):
    version = declare("fr")
    title = {"fr": "Déclaration " + "de toutes les villes du monde " * 400}
    signed = replace(sealed("fr"), version=replace(version, text=replace(version.text, title=title)))
    with pytest.raises(LimitExceeded) as caught:
        render_certificate(signed, signed.signatures[0].signatory.id, "fr")
    assert caught.value.code == "certificate.long"


# -- large print -------------------------------------------------------------------------------------------------


def test_large_print_has_every_word_in_large_letters_and_says_what_it_is_not(sealed):
    signed = sealed("fr", "de", "ar")
    made = render_large_print(signed)
    said = text_of(made.pdf)
    for clause in signed.version.text.clauses():
        for language in ("fr", "de"):
            assert flat(clause.texts[language]) in said
    for words in ("pas le document signé", "nicht das unterzeichnete", "signed.pdf", URL, "Name 0002", "عוד"[:0]):
        assert words in said
    assert min(sizes(made.pdf)) >= 15
    assert 18 in sizes(made.pdf)
    assert made.missing == ()
    for width, height, words in boxes(made.pdf):
        assert [w for w in words if not (40 < w[0] <= w[2] < width - 40 and 40 < w[1] < w[3] < height - 20)] == []


def test_large_print_is_to_be_had_in_one_language(sealed):
    signed = sealed("fr", "ar")
    assert render_large_print(signed, ["ar"]).pages < render_large_print(signed).pages
    with pytest.raises(NotFound, match="no text"):
        render_large_print(signed, ["de"])


# -- the page and the Word document --------------------------------------------------------------------------------


class Page(html.parser.HTMLParser):
    def __init__(self, data):
        super().__init__()
        self.tags, self.text, self.said = [], "", []
        self.feed(data.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def of(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def test_the_page_says_everything_in_its_language_and_fetches_nothing(sealed):
    signed = sealed("fr", "de", "ar")
    data = render_signed_html(signed)
    page = Page(data)
    for language in signed.languages:
        for clause in signed.version.text.clauses():
            assert clause.texts[language] in page.text
    assert {"script", "img", "link", "iframe"}.isdisjoint({tag for tag, _ in page.tags})
    assert all("src" not in attributes and "style" not in attributes for _, attributes in page.tags)
    assert [len(page.of(tag)) for tag in ("h1", "main", "header", "footer", "nav", "article")] == [1, 1, 1, 1, 1, 3]
    for attributes in page.of("article"):
        assert attributes["dir"] == ("rtl" if attributes["lang"] == "ar" else "ltr")
    anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = [attributes["href"] for attributes in page.of("a")]
    assert all(link[1:] in anchors if link.startswith("#") else link.startswith(URL) for link in links)
    assert len(anchors) == len([1 for _, attributes in page.tags if "id" in attributes])
    for words in ("Name 0002", short_code(signed.signatures[2].digest), "עוד לא החלטנו.", "কলকাতা", "declaration verify"):
        assert words in page.text
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_words_never_become_markup(sealed):
    signed = sealed("fr")
    evil = replace(signed.signatures[0].signatory, name="<script>alert(1)</script>", city='"><img src=x>')
    line = replace(signed.signatures[0], signatory=evil)
    page = Page(render_signed_html(replace(signed, signatures=(line,))))
    assert not page.of("script")
    assert not page.of("img")


def test_the_document_has_headings_languages_and_a_table(sealed):
    signed = sealed("fr", "ar")
    document = docx.Document(io.BytesIO(render_signed_docx(signed)))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles.count("Title") == 1
    titles = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert titles[:2] == [signed.version.text.title["fr"], signed.version.text.title["ar"]]
    assert titles[2:] == ["Réserves", "Signatures", "Autres réponses", "Comment vérifier"]
    by_text = {paragraph.text.partition("\t")[2]: paragraph for paragraph in document.paragraphs}
    for clause in signed.version.text.clauses():
        for language, kind in (("fr", "val"), ("ar", "bidi")):
            paragraph = by_text[clause.texts[language]]
            tags = {lang.get(qn(f"w:{kind}")) for lang in paragraph._p.iter(qn("w:lang"))}
            assert tags - {None} == {language}
    [table] = document.tables
    assert len(table.rows) == 1 + len(signed.signatures)
    assert [cell.text for cell in table.rows[0].cells] == ["Ville", "Nom et fonction", "Signé le", "Code"]
    assert table.rows[2].cells[0].text == "Algiers\nالجزائر · DZ"
    assert document.core_properties.identifier == signed.version.digest


def test_a_word_processor_reads_the_document(sealed, office):
    signed = sealed("fr", "ar")
    said = flat(" ".join(office.texts(render_signed_docx(signed))))
    for clause in signed.version.text.clauses():
        for text in clause.texts.values():
            assert flat(text) in said


def test_objections_stand_below_the_reservation_to_which_they_were_raised(sealed):
    signed = sealed("fr")
    reserved, objected = signed.reservations[0].text, OBJECTION.reason
    page = Page(render_signed_html(signed)).text
    document = "\n".join(p.text for p in docx.Document(io.BytesIO(render_signed_docx(signed))).paragraphs)
    for said in (page, document):
        assert said.index(reserved) < said.index("Objection") < said.index(objected)
        assert said.index(objected) < said.index(signed.reservations[1].text)
    assert objected in text_of(render_large_print(signed).pdf)


# -- posters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "size", "languages"),
    [(3, Size.A1, ("fr",)), (35, Size.A0, ("fr", "de", "ar")), (200, Size.A0, ("de",)), (1000, Size.A0, ("en", "fr"))],
)
def test_a_poster_is_one_sheet_with_every_word_and_every_name(sealed, count, size, languages):
    signed = sealed(*languages, count=count)
    made = render_poster(signed, size)
    [(width, height, words)] = boxes(made.pdf)
    assert (made.pages, made.missing) == (1, ())
    assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == size.value
    edge = (MARGIN - 1) * size.scale
    assert [w for w in words if not (edge < w[0] <= w[2] < width - edge and edge < w[1] < w[3] < height - edge)] == []
    said = text_of(made.pdf)
    assert len(set(re.findall(r"Name \d{4}", said))) == count
    for clause in signed.version.text.clauses():
        assert flat(clause.texts[languages[0]]) in said
    assert min(sizes(made.pdf)) >= min(NAME_FLOOR * 0.86, 0.8 * TEXT_FLOOR)
    assert URL in said


def test_drawn_signatures_are_on_the_poster_while_there_is_room(sealed):
    def pictures(count):
        with pikepdf.open(io.BytesIO(render_poster(sealed("fr", count=count), Size.A0).pdf)) as opened:
            return len(opened.pages[0].Resources.get("/XObject", {}))

    assert pictures(3) == 1  # one picture, drawn twice
    assert pictures(600) == 0


def test_what_does_not_fit_on_a_sheet_is_refused_with_what_to_leave_out(sealed, declare):
    version = declare("fr", "de", "en", chapters=18)
    signed = replace(sealed("fr", "de", "en", count=40), version=version)
    with pytest.raises(LimitExceeded, match="3 languages with 40 signatures") as caught:
        render_poster(signed, Size.A1)
    assert caught.value.code == "poster.full"
    assert "at most" in caught.value.hint
    fewer = int(re.search(r"at most (\d)", caught.value.hint)[1])
    assert render_poster(signed, Size.A1, ["fr", "de", "en"][:fewer]).pages == 1


# -- all of them -------------------------------------------------------------------------------------------------


def everything(signed):
    return {
        "certificate": render_certificate(signed, signed.signatures[1].signatory.id, "ar").pdf,
        "large": render_large_print(signed).pdf,
        "poster": render_poster(signed, Size.A1).pdf,
        "page": render_signed_html(signed),
        "word": render_signed_docx(signed),
    }


SCRIPT = """
import dataclasses, hashlib, json, pickle, sys
sys.path += json.loads(sys.argv[1])
from declaration.drafting.text import version_from_document
import test_render_layouts as tests
document, signed = pickle.load(sys.stdin.buffer)
signed = dataclasses.replace(signed, version=version_from_document(document))
for name, data in tests.everything(signed).items():
    print(name, hashlib.sha256(data).hexdigest())
"""


def test_two_processes_make_the_same_bytes(sealed):
    signed = sealed("fr", "ar")
    given = pickle.dumps((signed.version.document(), replace(signed, version=None)))
    paths = json.dumps([path for path in sys.path if path])
    said = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, paths],
            input=given,
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert len(said[0].splitlines()) == 5


def test_layouts_are_archival_and_accessible(sealed, tmp_path):
    made = everything(sealed("ar", count=2))
    files = []
    for name in ("certificate", "large", "poster"):
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(made[name])
    assert {key: broken for key, broken in vera.judge(files).items() if broken} == {}


def test_all_fonts_are_embedded(sealed):
    for name, data in everything(sealed("fr", "ar")).items():
        if data.startswith(b"%PDF"):
            done = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True)
            rows = done.stdout.decode().splitlines()[2:]
            assert rows, name
            assert all(" yes yes yes " in row for row in rows), name
