"""The instrument: the same bytes every time, every script readable and extractable, nothing outside the paper."""

import hashlib
import io
import os
import re
import subprocess
import sys
from datetime import datetime

import pikepdf
import pytest

from declaration.canonical import digest
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.errors import InputRefused
from declaration.render.instrument import render_instrument
from declaration.render.values import ReservationLine, RosterLine
from declaration.signing.pdf import File

DOCUMENT = b'{"format":"declaration/1"}'
FORBIDDEN = [
    b"/ObjStm", b"/XRef", b"/Encrypt", b"/Annots", b"/OpenAction", b"/AA", b"/JavaScript", b"/DCTDecode",
    b"/ASCII85Decode", b"Helvetica",
]  # fmt: skip
LANGUAGES = ["fr", "de", "en", "ar", "he", "bn", "hi", "ru", "el", "zh", "ja", "ko", "th"]


def text_of(pdf, *options):
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def bare(text):
    """Without white space and the directional marks that pdftotext adds."""
    return re.sub(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)


def render(version, frozen_at, roster=(), reservations=(), **more):
    return render_instrument(version, roster, reservations, document=DOCUMENT, frozen_at=frozen_at, **more)


@pytest.fixture(scope="module")
def babel(declare, roster, reservations, frozen_at, occasion):
    return render(declare(*LANGUAGES), frozen_at, roster, reservations, occasion=occasion)


@pytest.fixture(scope="module")
def babel_text(babel):
    return bare(text_of(babel.pdf, "-raw"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_comes_back_in_logical_order(babel_text, texts, language):
    for key, text in texts[language].items():
        assert bare(text) in babel_text, key


def test_nothing_is_missing(babel):
    assert babel.missing == ()


def test_numbers_ids_roster_and_reservations_are_there(babel, babel_text, roster, reservations):
    for needle in ("(a)", "(b)", "1.1", "2.1", "recital-1", f"1/{babel.pages}", f"{babel.pages}/{babel.pages}"):
        assert needle in babel_text
    for line in roster:
        assert bare(line.office) in babel_text
        assert bare(line.native) in babel_text
    for line in reservations:
        assert bare(line.text) in babel_text


def test_version_digest_is_on_every_page(declare, frozen_at):
    version = declare("fr", "ar")
    rendered = render(version, frozen_at)
    for page in range(1, rendered.pages + 1):
        shown = text_of(rendered.pdf, "-f", str(page), "-l", str(page))
        assert version.digest in shown


def test_only_embedded_subsets_with_unicode_maps(babel):
    listed = subprocess.run(["pdffonts", "-"], input=babel.pdf, capture_output=True, check=True).stdout.decode()
    fonts = listed.splitlines()[2:]
    assert len(fonts) >= 9
    for line in fonts:
        assert re.match(r"[A-Z]{6}\+", line), line
        assert re.search(r"yes yes yes\s+\d+\s+0$", line), line


def test_file_keeps_to_the_profile(babel):
    document = File(babel.pdf).after(0)
    assert len(document.pages()) == babel.pages
    for forbidden in FORBIDDEN:
        assert forbidden not in babel.pdf


def test_pdf_a_declarations(babel, frozen_at):
    with pikepdf.open(io.BytesIO(babel.pdf)) as pdf:
        xmp = pdf.Root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in xmp
        assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
        assert frozen_at.strftime("%Y-%m-%dT%H:%M:%S+00:00") in xmp
        assert pdf.Root.OutputIntents[0].DestOutputProfile.N == 3
        assert str(pdf.docinfo.CreationDate) == "D:20190831180000+00'00'"
        assert str(pdf.Root.Lang) == "fr"


def test_source_is_attached(babel):
    with pikepdf.open(io.BytesIO(babel.pdf)) as pdf:
        spec = pdf.Root.AF[0]
        assert spec.AFRelationship == pikepdf.Name.Source
        assert pdf.Root.Names.EmbeddedFiles.Names[0] == "declaration.json"
        assert spec.EF.F.read_bytes() == DOCUMENT
        assert bytes(spec.EF.F.Params.CheckSum) == hashlib.md5(DOCUMENT).digest()
        assert digest(DOCUMENT) in str(spec.Desc)


def test_bookmarks_lead_to_each_language(babel):
    with pikepdf.open(io.BytesIO(babel.pdf)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        within = [item.title for item in outline.root[0].children]
        assert [item.title for item in outline.root[-1].children] == []
    assert within == ["Préambule", "1 La ville ouverte", "2 Dispositions finales"]
    assert titles[:4] == ["Français", "Deutsch", "English", "العربية"]
    assert titles[-2:] == ["Signataires", "Réserves"]


SCRIPT = """
import json, sys
from datetime import UTC, datetime
sys.path.insert(0, sys.argv[1])
from conftest import PLAN, TEXTS
from declaration.canonical import digest
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.render.docx import render_docx
from declaration.render.edition import render_edition
from declaration.render.html import render_html
from declaration.render.instrument import render_instrument
from declaration.render.values import Attachment, RosterLine, SignatureLine
languages = ("fr", "ar", "zh", "bn")
said = lambda key: {language: TEXTS[language][key] for language in languages}
sections = tuple(Section(k, kind, said(k), tuple(Clause(c, said(c)) for c in names)) for k, kind, names in PLAN)
version = Version(1, None, Text("duesseldorf-2019", languages, said("title"), sections))
party = RosterLine("algiers", "Mayor of Algiers", "", "Algiers", "الجزائر", "DZ")
at = datetime(2019, 8, 31, 18, 0, tzinfo=UTC)
instrument = render_instrument(version, [party], [], document=b"{}", frozen_at=at)
signature = SignatureLine(party, at, "ab" * 32, "https://example.org/s/algiers")
files = [Attachment(name, name.encode(), "text/plain", "") for name in {"b.txt", "a.txt", "c.txt"}]
files.sort(key=lambda item: item.name)
edition = render_edition(instrument.pdf, version, signatures=[signature], attachments=files, sealed_at=at)
for made in (instrument.pdf, edition.pdf, render_docx(version), render_html(version).encode()):
    print(digest(made))
"""


def test_same_bytes_in_every_process(request):
    folder = str(request.path.parent)
    seen = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, folder],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("4242", "Asia/Tokyo"))
    }
    assert len(seen) == 1
    assert len(set(seen.pop().split())) == 4


def test_same_bytes_again_in_a_warm_process(declare, roster, frozen_at, occasion):
    first = render(declare("fr", "ar"), frozen_at, roster, occasion=occasion)
    render(declare("zh", "th"), frozen_at)
    assert render(declare("fr", "ar"), frozen_at, roster, occasion=occasion).pdf == first.pdf


def test_what_no_font_holds_is_drawn_reported_and_kept_in_the_text(declare, frozen_at):
    party = RosterLine("x", "Mayor 😀 of \u202eX", "", "Xanadu", "𒀭", "XX")
    rendered = render(declare("en"), frozen_at, [party])
    assert [item.code_point for item in rendered.missing] == [0x202E, 0x1202D, 0x1F600]
    assert all(item.count == 1 and "roster (x)" in item.where for item in rendered.missing)
    assert "GRINNING FACE" in str(rendered.missing[2])
    assert "😀" in text_of(rendered.pdf, "-raw")
    assert "𒀭" in text_of(rendered.pdf, "-raw")


def boxes(pdf):
    found = text_of(pdf, "-bbox")
    for word in re.finditer(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">', found):
        yield tuple(map(float, word.groups()))


def hostile():
    long = "Donaudampfschifffahrtsgesellschaftskapitän" * 12
    texts = ["x" * 900, long, "<script>alert(1)</script> & \"'", "(((((" * 60, "ا" * 700, "城" * 900, "กา" * 300]
    clauses = tuple(Clause(f"c{index}-{'i' * 55}", {"en": text}) for index, text in enumerate(texts))
    sections = (
        Section("s" * 64, SectionKind.CHAPTER, {"en": "y" * 200}, clauses),
        Section("empty", SectionKind.CHAPTER, {}, ()),
        Section("quiet", SectionKind.PREAMBLE, {}, (Clause("q", {"en": "."}),)),
    )
    return Version(1, None, Text("hostile", ("en",), {"en": "Title " * 40}, sections))


def test_nothing_leaves_the_paper(frozen_at):
    parties = [
        RosterLine("a" * 64, "O" * 300, "N" * 300, "C" * 300, "ב" * 300, "ZZ"),
        RosterLine("b", "", "", "", "", ""),
    ]
    notes = [ReservationLine("N" * 200, "z" * 64, "r" * 900), ReservationLine("", "", "", number="")]
    rendered = render(hostile(), frozen_at, parties, notes)
    found = list(boxes(rendered.pdf))
    assert len(found) > 200
    for left, top, right, bottom in found:
        assert left >= 20
        assert right <= 575.5
        assert top >= 0
        assert bottom <= 842


def test_a_passage_that_is_missing_says_so(frozen_at):
    clause = Clause("one", {"fr": "Oui."})
    text = Text("t", ("fr", "de"), {"fr": "Titre"}, (Section("s", SectionKind.CHAPTER, {"fr": "Un"}, (clause,)),))
    shown = text_of(render(Version(1, None, text), frozen_at).pdf)
    assert shown.count("Diese Stelle fehlt in dieser Sprache.") == 2


def test_without_reservations_it_says_so(declare, frozen_at):
    shown = text_of(render(declare("fr", "de"), frozen_at).pdf)
    assert "Aucune réserve n’a été formulée." in shown
    assert "Es wurden keine Vorbehalte erklärt." in shown


def test_many_languages_fit_the_title_page(declare, frozen_at, texts):
    sections = declare("fr").text.sections
    tags = ("fr", *(f"x{chr(97 + n)}{chr(97 + m)}" for n in range(4) for m in range(7)))
    text = Text("many", tags, dict.fromkeys(tags, texts["fr"]["title"]), sections)
    rendered = render(Version(1, None, text), frozen_at)
    page = text_of(rendered.pdf, "-l", "1", "-raw")
    assert page.count(texts["fr"]["title"]) == len(tags)
    assert max(box[3] for box in boxes(rendered.pdf)) < 842


@pytest.mark.parametrize(
    ("language", "heading", "starts_left"),
    [
        ("he", "Signatories", True),
        ("ur", "Signatories", True),
        ("ru", "Signatories", True),
        ("fr", "Signataires", True),
        ("ar", "الموقّعون", False),
    ],
)
def test_lists_run_from_the_side_of_their_headings(language, heading, starts_left, frozen_at):
    section = Section("s", SectionKind.CHAPTER, {}, (Clause("a", {language: "…"}),))
    version = Version(1, None, Text("t", (language,), {language: "…"}, (section,)))
    who = [RosterLine(name, name, f"{name} of Example", "Example", "Example", "FR") for name in ("First", "Second")]
    said = [ReservationLine("Third of Example", "a", "Because of many words.", number="7.7")]
    pdf = render(version, frozen_at, who, said).pdf
    assert bare(heading) in bare(text_of(pdf, "-raw"))
    words = text_of(pdf, "-bbox")
    at = {word: float(x) for x, word in re.findall(r'xMin="([0-9.]+)"[^>]*>(First|Second|Third|7\.7)<', words)}
    assert (at["First"] < at["Second"]) is starts_left
    assert (at["7.7"] < at["Third"]) is starts_left


def test_a_moment_without_zone_is_refused(declare):
    with pytest.raises(InputRefused, match="no time zone"):
        render(declare("fr"), datetime(2019, 9, 1))  # noqa: DTZ001  # that is the point


def test_headings_never_stand_alone_at_the_foot(declare, frozen_at, texts):
    rendered = render(declare("de", chapters=30), frozen_at)
    headings = {texts["de"][key] for key in ("preamble", "city", "closing")}
    for page in range(2, rendered.pages):
        lines = text_of(rendered.pdf, "-raw", "-f", str(page), "-l", str(page)).splitlines()
        body = [
            line for line in lines if line.strip() and "SHA-256" not in line and "city" not in line and "/" not in line
        ]
        assert body[-1].split(" ", 1)[-1] not in headings
