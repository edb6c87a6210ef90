"""The edition: the instrument untouched, every answer shown, every attachment in its place."""

import io
import re
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta

import pikepdf
import pytest

from declaration.errors import InputRefused
from declaration.render.edition import render_edition
from declaration.render.ink import GROWTH, Ink
from declaration.render.instrument import render_instrument
from declaration.render.values import Attachment, DeclineLine, RosterLine, SignatureLine
from declaration.signing.pdf import File


@pytest.fixture(scope="module")
def version(declare):
    return declare("fr", "en", "ar")


@pytest.fixture(scope="module")
def instrument(version, roster, frozen_at):
    return render_instrument(version, roster, [], document=b"{}", frozen_at=frozen_at).pdf


WAVE = tuple((x, 600 + (x % 200) * (-1) ** (x // 200)) for x in range(300, 2700, 25))


def drawn(*strokes):
    return Ink(strokes or (WAVE, ((1500, 100),)), 3000, 1200, 24)


def lines_for(count, start):
    parties = [RosterLine(f"city-{n}", f"Mayor of City {n}", "", f"City {n}", "Город", "UA") for n in range(count)]
    return [
        SignatureLine(party, start + timedelta(seconds=n), f"{n:064x}", f"https://example.org/s/{party.id}")
        for n, party in enumerate(parties)
    ]


def text_of(pdf, how="-raw"):
    done = subprocess.run(["pdftotext", how, "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"[\u202a-\u202e]", "", done.stdout.decode())


def same(one, other, seen):
    """Compare two objects deeply, without the way back to the page tree."""
    if not isinstance(one, pikepdf.Object) or not isinstance(other, pikepdf.Object):
        return type(one) is type(other) and one == other
    if one.is_indirect:
        key = (one.objgen, other.objgen)
        if key in seen:
            return True
        seen.add(key)
    if isinstance(one, pikepdf.Array):
        return len(one) == len(other) and all(same(a, b, seen) for a, b in zip(one, other, strict=True))
    if isinstance(one, pikepdf.Stream) and one.read_raw_bytes() != other.read_raw_bytes():
        return False
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        names = set(one.keys()) - {"/Parent"}
        return names == set(other.keys()) - {"/Parent"} and all(same(one[name], other[name], seen) for name in names)
    return one == other


def test_the_instruments_pages_are_taken_over_as_they_are(instrument, version, frozen_at):
    edition = render_edition(instrument, version, signatures=lines_for(3, frozen_at), sealed_at=frozen_at)
    with pikepdf.open(io.BytesIO(instrument)) as before, pikepdf.open(io.BytesIO(edition.pdf)) as after:
        assert len(after.pages) == edition.pages > len(before.pages)
        for one, other in zip(before.pages, after.pages, strict=False):
            assert same(one.obj, other.obj, set())
        assert not same(before.pages[0].obj, after.pages[1].obj, set())


def test_every_answer_is_shown(instrument, version, roster, frozen_at):
    signed = [SignatureLine(line, frozen_at, "ab" * 32, "https://example.org/s", drawn()) for line in roster[:2]]
    declined = [DeclineLine(roster[2], frozen_at, "আমাদের পরিষদ এখনও সিদ্ধান্ত নেয়নি।", "cd" * 32, None)]
    edition = render_edition(
        instrument, version, signatures=signed, declines=declined, unanswered=roster[3:], sealed_at=frozen_at
    )
    shown = text_of(edition.pdf)
    assert "Signatures 2 · Refus 1 · Sans réponse 2" in re.sub(r" +", " ", shown)
    assert len(re.findall(r"a signé\s+2019-08-31 18:00:00 UTC", shown)) == 2
    assert "a décliné" in shown
    assert "আমাদের পরিষদ এখনও সিদ্ধান্ত নেয়নি।" in shown
    assert shown.count("sans réponse") == 2
    assert "SHA-256 " + "ab" * 16 in shown
    assert "Comment vérifier" in shown
    assert "declaration verify signed.pdf" in shown
    assert edition.missing == ()


@pytest.mark.parametrize("count", [0, 1, 2, 200])
def test_any_number_of_signatures(instrument, version, frozen_at, count):
    edition = render_edition(instrument, version, signatures=lines_for(count, frozen_at), sealed_at=frozen_at)
    shown = text_of(edition.pdf)
    for n in range(count):
        assert f"Mayor of City {n}\n" in shown
    assert len(re.findall(r"a signé\s+2019-", shown)) == count
    assert f"Signatures {count}" in shown


def test_attachments_are_sorted_and_associated(instrument, version, frozen_at):
    names = ["z.signature.json", "instrument.pdf", "a.signature.json", "checkpoint", "signatures.p7s"]
    files = [Attachment(name, name.encode(), "application/json", f"about {name}") for name in names]
    edition = render_edition(instrument, version, signatures=[], attachments=files, sealed_at=frozen_at)
    document = File(edition.pdf).after(0)
    tree = document.entries(document.root["Names"], "names")["EmbeddedFiles"]
    found = [name.decode() for name, _ in document.named(tree, "attachments")]
    assert found == sorted([*names, "declaration.json"])
    with pikepdf.open(io.BytesIO(edition.pdf)) as pdf:
        assert len(pdf.Root.AF) == 6
        specs = {str(spec.F): spec for spec in pdf.Root.AF}
        assert specs["checkpoint"].EF.F.read_bytes() == b"checkpoint"
    shown = text_of(edition.pdf)
    assert "*.signature.json × 2" in re.sub(r" +", " ", shown)
    assert "about checkpoint" in shown


def test_an_attachment_replaces_one_of_the_same_name(instrument, version, frozen_at):
    file = Attachment("declaration.json", b"new", "application/json", "", "Source")
    edition = render_edition(instrument, version, signatures=[], attachments=[file], sealed_at=frozen_at)
    with pikepdf.open(io.BytesIO(edition.pdf)) as pdf:
        assert [spec.EF.F.read_bytes() for spec in pdf.Root.AF] == [b"new"]


@pytest.mark.parametrize("names", [["a", "a"], [""], ["ü"], ["a/b"], ["a\\b"], ["a\nb"]])
def test_attachment_names_that_cannot_be(instrument, version, frozen_at, names):
    files = [Attachment(name, b"", "text/plain", "") for name in names]
    with pytest.raises(InputRefused) as refused:
        render_edition(instrument, version, signatures=[], attachments=files, sealed_at=frozen_at)
    assert refused.value.code == "render.attachment"


def added_pages(edition, instrument):
    """What the pages behind the instrument's draw: their content, and how many pictures they have."""
    with pikepdf.open(io.BytesIO(edition.pdf)) as pdf, pikepdf.open(io.BytesIO(instrument)) as before:
        pages = pdf.pages[len(before.pages) :]
        content = b"\n".join(page.Contents.read_bytes() for page in pages)
        return content, sum(len(page.get_images()) + len(page.Resources.get("/XObject", {})) for page in pages)


def test_a_drawn_signature_is_lines_and_no_picture(instrument, version, roster, frozen_at):
    line = SignatureLine(roster[0], frozen_at, "ab" * 32, None, drawn())
    content, pictures = added_pages(
        render_edition(instrument, version, signatures=[line], sealed_at=frozen_at), instrument
    )
    assert pictures == 0
    assert b"\n" + " ".join([f"{WAVE[0][0]} {WAVE[0][1]} m", *(f"{x} {y} l" for x, y in WAVE[1:])]).encode() in content
    assert b"1500 100 m 1500 100 l" in content  # a dot
    assert b"/Figure <</MCID" in content
    plain, _ = added_pages(
        render_edition(instrument, version, signatures=[replace(line, drawn=None)], sealed_at=frozen_at), instrument
    )
    assert b" 1 J 1 j" in content
    assert b" 1 J 1 j" not in plain


@pytest.mark.parametrize(
    "ink",
    [
        drawn(),
        drawn(((0, 0),)),
        drawn(((3000, 1200),)),
        drawn(((0, 0), (3000, 1200))),
        drawn(((1500, 0), (1500, 1200))),
        drawn(((0, 600), (3000, 600))),
        drawn(((1500, 600), (1501, 601))),
    ],
)
@pytest.mark.parametrize("place", [(190, 34), (230, 62), (62, 230), (4, 2), (4000, 900)])
def test_a_drawing_of_any_shape_fits_into_a_place_with_its_line(ink, place):
    width, height = place
    fitted = ink.fitted(width, height)
    assert 0 < fitted.pen < 0.05 * height
    assert fitted.pen <= fitted.width <= width + 1e-6
    assert fitted.pen <= fitted.height <= height + 1e-6
    assert fitted.scale <= GROWTH * min(width / 3000, height / 1200) + 1e-9


def test_long_names_and_empty_ones(instrument, version, frozen_at):
    parties = [
        RosterLine("a", "O" * 200, "N" * 200, "C" * 200, "ب" * 200, "ZZ"),
        RosterLine("b", "", "", "", "", ""),
        RosterLine("c", "\u202eMayor", "<b>&</b>", "𝔛", "\x00", ""),
    ]
    signed = [SignatureLine(party, frozen_at, "", "https://example.org/" + "x" * 200) for party in parties]
    declined = [DeclineLine(party, frozen_at, "r" * 3000, "", None) for party in parties]
    edition = render_edition(instrument, version, signatures=signed, declines=declined, sealed_at=frozen_at)
    assert {0x202E, 0x0} <= {item.code_point for item in edition.missing}
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=edition.pdf, capture_output=True, check=True)
    edges = [float(found) for found in re.findall(r'xMax="([\d.]+)"', done.stdout.decode())]
    assert max(edges) <= 575.5


def test_right_to_left_document(declare, roster, frozen_at):
    version = declare("ar", "fr")
    pdf = render_instrument(version, roster, [], document=b"{}", frozen_at=frozen_at).pdf
    edition = render_edition(pdf, version, signatures=lines_for(3, frozen_at), sealed_at=frozen_at)
    assert edition.missing == ()
    shown = text_of(edition.pdf, "-layout")  # in reading order every letter is a word to pdftotext
    assert "كيفية" in shown
    assert shown.count("2019-08-31 18:00:0") == 4  # three signatures and the seal


def test_what_is_no_pdf_and_a_moment_without_zone(instrument, version, frozen_at):
    with pytest.raises(InputRefused) as refused:
        render_edition(b"not a PDF", version, signatures=[], sealed_at=frozen_at)
    assert refused.value.code == "render.instrument"
    with pytest.raises(InputRefused) as refused:
        render_edition(instrument, version, signatures=[], sealed_at=datetime(2019, 9, 1))  # noqa: DTZ001
    assert refused.value.code == "render.naive-moment"
