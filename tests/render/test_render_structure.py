"""The structure of documents: all that is drawn belongs somewhere, and is read in order, each text in its language."""

import io
import re
import subprocess

import pikepdf
import pytest
from spoken_text import spoken

from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.render.edition import render_edition
from declaration.render.instrument import render_instrument
from declaration.render.sheet import Sheets
from declaration.render.structure import Kind, composed, document
from declaration.render.tongues import language_of_place, language_of_text
from declaration.render.typography import Style, paragraph
from declaration.render.values import Attachment, DeclineLine, SignatureLine

LANGUAGES = ("fr", "de", "en", "ar", "he", "ru", "uk", "tr", "bn", "zh")
MORE = {
    "uk": "Ми, мери та міські лідери світу, поділяємо одне переконання: місто — це місце, де людство вчиться "
    "жити разом; об’єднані, ми діємо.",
    "tr": "Bizler, dünyanın dört bir yanından belediye başkanları, tek bir inancı paylaşıyoruz: kent, insanlığın "
    "birlikte yaşamayı öğrendiği yerdir; ığüşöç İĞÜŞÖÇ.",
}


@pytest.fixture(scope="module")
def version(texts):
    """Every clause that there is, in ten languages."""

    def said(key):
        return {language: texts.get(language, {}).get(key) or MORE[language] for language in LANGUAGES}

    clauses = tuple(Clause(name, said(name)) for name in ("recital-1", "recital-2", "city-1", "city-2", "closing-1"))
    preamble = Section("preamble", SectionKind.PREAMBLE, {}, clauses[:2])
    city = Section("city", SectionKind.CHAPTER, {language: f"{language} 1" for language in LANGUAGES}, clauses[2:])
    return Version(1, None, Text("duesseldorf-2019", LANGUAGES, said("title"), (preamble, city)))


@pytest.fixture(scope="module")
def instrument(version, roster, reservations, frozen_at):
    return render_instrument(version, roster, reservations, document=b"{}", frozen_at=frozen_at).pdf


@pytest.fixture(scope="module")
def edition(version, instrument, roster, frozen_at):
    signed = [SignatureLine(line, frozen_at, "ab" * 32, f"https://example.org/{line.id}") for line in roster[:3]]
    declined = [DeclineLine(roster[3], frozen_at, "אנו לא נחתום, \u202eעדיין.", "cd" * 32)]
    files = [Attachment(name, b"{}", "application/json", "") for name in ("a.signature.json", "b.signature.json")]
    files.append(Attachment("instrument.pdf", instrument, "application/pdf", "What was signed", "Source"))
    return render_edition(
        instrument,
        version,
        signatures=signed,
        declines=declined,
        unanswered=roster[4:],
        attachments=files,
        sealed_at=frozen_at,
        url="https://example.org/",
    ).pdf


@pytest.fixture(scope="module")
def told(edition):
    return spoken(edition)


def elements(pdf):
    """Every structure element, from the top."""
    waiting = [pdf.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop(0)
        yield element
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, pikepdf.Array) else [kids]
        waiting = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid] + waiting


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_clause_is_read_exactly_as_it_was_written(told, version, language):
    part = told.kids[1 + LANGUAGES.index(language)]
    read = {item.title: item for item in part.all("LI")}
    assert list(read) == [clause.id for clause in version.text.clauses()]
    for clause in version.text.clauses():
        [body] = read[clause.id].all("LBody")
        assert body.text == clause.texts[language], clause.id


def test_what_is_read_has_an_outline_of_headings(told, version):
    headings = [(node.kind, node.text) for part in told.kids for kind in ("H1", "H2") for node in part.all(kind)]
    titles = [("H1", version.text.title[language]) for language in LANGUAGES]
    assert [item for item in headings if item in titles] == titles
    assert ("H2", "1 fr 1") in headings
    assert [node.kind for node in told.kids] == ["Sect"] * len(told.kids)
    assert not told.all("H3")


def test_no_level_of_headings_is_left_out(texts, frozen_at):
    clause = Clause("c", {"en": texts["en"]["city-1"]})
    sections = (Section("s", SectionKind.CHAPTER, {"en": "Alone"}, (clause,)),)
    version = Version(1, None, Text("untitled", ("en",), {}, sections))
    read = spoken(render_instrument(version, (), (), document=b"{}", frozen_at=frozen_at).pdf)
    assert [node.text for node in read.all("H1")] == ["1 Alone", "Reservations"]
    assert not read.all("H2")


def test_lists_have_labels_and_tables_have_headers(told):
    assert [label.text.strip() for label in told.kids[1].all("Lbl")] == ["(a)", "(b)", "1.1", "1.2", "1.3"]
    [table] = told.all("Table")
    assert [[cell.kind for cell in row.kids] for row in table.all("TR")] == [["TH", "TD"]] * 2
    assert [row.kids[0].text for row in table.all("TR")] == ["*.signature.json  × 2", "instrument.pdf"]


def test_every_signatory_is_one_item(told):
    titled = [item.title for item in told.kids[-2].all("LI")]
    assert titled == ["abidjan", "algiers", "kolkata", "haifa", "chernivtsi"]
    read = told.kids[-2].all("LI")[1].text
    assert read.startswith("Algiers الجزائر · DZ Mayor of Algiers a signé")


def test_each_passage_says_its_language(edition):
    with pikepdf.open(io.BytesIO(edition)) as pdf:
        top = pdf.Root.StructTreeRoot.K[0]
        assert str(top.Lang) == "fr"
        parts = [part.get("/Lang", None) for part in top.K]
        assert [str(tag) for tag in parts[2 : len(LANGUAGES) + 1]] == list(LANGUAGES[1:])
        drawn = b"".join(page.Contents.read_bytes() for page in pdf.pages)
        assert re.search(rb"/Span <</MCID \d+ /Lang \(ar\)>> BDC", drawn)  # a city's own name
        assert b" /Lang (bn)>> BDC" in drawn
        assert {str(each.Lang) for each in elements(pdf) if "/Lang" in each} == set(LANGUAGES)


def test_figures_say_what_they_show_and_where_they_stand(edition):
    with pikepdf.open(io.BytesIO(edition)) as pdf:
        figures = [each for each in elements(pdf) if str(each.S) == "/Figure"]
        assert [str(each.Alt) for each in figures] == [
            *(f"Code QR : https://example.org/{name}" for name in ("abidjan", "algiers", "kolkata")),
            "Code QR : https://example.org/",
        ]
        for each in figures:
            left, bottom, right, top = each.A.BBox
            assert 0 < left < right < 596
            assert 0 < bottom < top < 842


def test_every_sequence_has_its_element_and_every_element_its_sequence(edition):
    with pikepdf.open(io.BytesIO(edition)) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        assert numbers[::2] == list(range(len(pdf.pages)))
        for place, page in enumerate(pdf.pages):
            assert page.StructParents == place
            assert page.Tabs == pikepdf.Name.S
            drawn = page.Contents.read_bytes()
            marked = [int(each) for each in re.findall(rb"/MCID (\d+)", drawn)]
            assert marked == list(range(len(numbers[2 * place + 1])))
            assert drawn.count(b" BDC") + drawn.count(b" BMC") == len(re.findall(rb"\bEMC\b", drawn))
            depth = 0
            for opens in re.findall(rb"MCID|\bB(?:DC|MC)\b|\bEMC\b", drawn):
                depth += {b"EMC": -1, b"MCID": 0}.get(opens, 1)
                assert depth <= 2
                assert not (opens == b"MCID" and depth)  # readers lose what follows an inner sequence
        for element in elements(pdf):
            held = element.get("/K", [])
            for kid in held if isinstance(held, pikepdf.Array) else [held]:
                if isinstance(kid, int):
                    owners = numbers[2 * int(element.Pg.StructParents) + 1]
                    assert owners[kid].objgen == element.objgen


def test_running_heads_and_feet_are_not_read(told, version):
    assert version.digest not in told.kids[1].text
    assert "1 / " not in told.text


def test_nothing_can_be_drawn_outside_the_structure():
    [line] = paragraph("Nowhere", Style(10, 14), language="en", measure=200)
    for draw in (
        lambda sheets: sheets.line(line, 10, 10),
        lambda sheets: sheets.rule(10, 10, 10, color=(0, 0, 0)),
        lambda sheets: sheets.code("https://example.org", 10, 10, 20, color=(0, 0, 0)),
    ):
        with pytest.raises(RuntimeError, match="neither"):
            draw(Sheets())


def test_children_stand_in_the_order_of_drawing_wherever_they_are_drawn():
    sheets = Sheets()
    [line] = paragraph("x", Style(10, 14), language="en", measure=200)
    whole = document("en")
    first, second = whole.add(Kind.PARAGRAPH), whole.add(Kind.PARAGRAPH)
    for element in (first, second):
        with sheets.inside(element):
            sheets.line(line, 10, 10)
    sheets.finish_page()
    with sheets.inside(first):
        sheets.line(line, 10, 10)
    assert sheets.recording.kids[whole] == [first, second]
    assert sheets.recording.kids[first] == [(0, 0), (1, 0)]
    assert sheets.recording.root is whole


def test_default_extraction_keeps_words_of_right_to_left_text(instrument):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=instrument, capture_output=True, check=True)
    shown = re.sub("[\u200e\u200f\u202a-\u202e]", "", done.stdout.decode())
    for word in ("מרחבים", "התושבים", "السكان", "البلديات"):
        assert word in shown


@pytest.mark.parametrize(
    ("name", "country", "language"),
    [
        *(("الجزائر", "DZ", "ar"), ("تهران", "IR", "fa"), ("Київ", "UA", "uk"), ("Казань", "RU", "ru")),
        *(
            ("Warszawa", "PL", "pl"),
            ("Köln", "DE", "de"),
            ("कोलकाता", "IN", "hi"),
            ("東京", "JP", "ja"),
            ("北京", "CN", "zh"),
        ),
        *(
            ("서울", "KR", "ko"),
            ("Αθήνα", "GR", "el"),
            ("Kolkata", "IN", "en"),
            ("Xanadu", "XX", None),
            ("123", "DE", None),
            ("", "", None),
        ),
    ],
)
def test_the_language_of_a_place_follows_from_script_and_country(name, country, language):
    assert language_of_place(name, country) == language


def test_the_language_of_a_text_is_claimed_only_where_its_script_says_it():
    said = ("Nous", "Мы", "নমস্কার", "שלום", "今日は", "…")
    assert [language_of_text(text) for text in said] == ["und", "und", "bn", "he", "ja", "und"]


def test_composed_texts_know_where_their_languages_stand():
    text, tongues = composed(("Köln", None), ("", "de"), ("كولونيا", "ar"), separator=" · ")
    assert text == "Köln · كولونيا"
    assert [(text[each.start : each.end], each.language) for each in tongues] == [("كولونيا", "ar")]
