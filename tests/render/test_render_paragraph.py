"""Shaping keeps every character, lines keep to the measure, and what no font holds is not lost."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.render.fonts import face, face_for, is_rtl
from declaration.render.shaping import box_digits, shape, well_formed
from declaration.render.typography import Style, free_paragraph, paragraph

BODY = Style(10.4, 15.8)
LANGUAGES = ["ar", "bn", "de", "el", "en", "fr", "he", "hi", "ja", "ko", "ru", "th", "zh"]


def spelt(piece):
    ordered = reversed(piece.glyphs) if piece.level % 2 else piece.glyphs
    return "".join(glyph.text for glyph in ordered)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_script_has_glyphs_and_the_glyphs_spell_the_text(texts, language):
    for text in texts[language].values():
        lines = paragraph(text, BODY, language=language, measure=342)
        for line in lines:
            assert line.width <= 342.001
            assert line.rtl == (language in {"ar", "he"})
            for piece, place in line.pieces:
                assert piece.face is not None, piece.text
                assert all(glyph.index for glyph in piece.glyphs), piece.text
                assert spelt(piece) == piece.text
                assert -0.001 <= place <= 342
        assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.sampled_from(LANGUAGES), st.floats(40, 400))
def test_nothing_is_lost_whatever_the_text(text, language, measure):
    lines = free_paragraph(text, BODY, language=language, measure=measure)
    joined = "".join(line.text for line in lines)
    assert (
        joined.replace(" ", "")
        == "".join(
            "" if unicodedata.category(c) == "Zs" and c not in "\u00a0\u202f\u2007" else c for c in well_formed(text)
        )
        or joined.split() == well_formed(text).split()
    )
    for line in lines:
        assert line.width <= measure + 0.001 or len(line.pieces) == 1


def test_a_word_longer_than_the_line_is_cut():
    lines = paragraph("W" * 300, BODY, language="de", measure=100)
    assert len(lines) > 20
    assert all(line.width <= 100 for line in lines)
    assert "".join(line.text for line in lines) == "W" * 300


def test_an_arabic_word_longer_than_the_line_keeps_joining():
    lines = paragraph("سلام" * 40, BODY, language="ar", measure=100)
    assert all(line.width <= 100.001 for line in lines)
    assert "".join(line.text for line in lines) == "سلام" * 40


def test_the_last_line_is_not_one_short_word():
    text = "We create spaces where residents meet and give quarters the means of their own future a b"
    lines = paragraph(text, BODY, language="en", measure=150)
    assert lines[-1].width > 0.22 * 150


def test_titles_are_balanced_and_do_not_end_a_line_in_a_compound():
    style = Style(21, 29, 500, balanced=True)
    lines = paragraph("Déclaration de Düsseldorf sur le vivre-ensemble", style, language="fr", measure=400)
    assert [line.text for line in lines] == ["Déclaration de Düsseldorf", "sur le vivre-ensemble"]


def test_an_empty_text_has_no_lines():
    assert paragraph("", BODY, language="fr", measure=100) == ()


@pytest.mark.parametrize(
    ("cluster", "language", "family"),
    [
        ("é", "fr", "NotoSerif"),
        ("ж", "ar", "NotoSerif"),
        ("λ", "el", "NotoSerif"),
        ("ب", "fr", "Amiri"),
        ("ש", "fr", "FrankRuhlLibre"),
        ("কি", "en", "HindSiliguri"),
        ("हि", "en", "NotoSansDevanagari"),
        ("ที่", "en", "NotoSansThai"),
        ("城", "zh", "NotoSerifSC"),
        ("城", "ja", "NotoSerifJP"),
        ("城", "ko", "NotoSerifKR"),
        ("한", "en", "NotoSerifKR"),
    ],
)
def test_each_script_has_its_family(cluster, language, family):
    assert face_for(cluster, language=language, weight=400, beside=None).family.name == family


@pytest.mark.parametrize("character", ["\U0001f600", "\u202e", "\x00", "\n", "\ue000", "\U00012345"])
def test_what_no_font_holds_becomes_a_box(character):
    assert face_for(character, language="en", weight=400, beside=face("NotoSerif", 400)) is None
    piece = shape(character, None, 0, "en")
    assert piece.text == character
    assert piece.width > 0
    assert "".join(box_digits(character)).lstrip("0") == f"{ord(character):X}".lstrip("0")


def test_punctuation_stays_in_the_face_of_its_neighbours():
    arabic = face("Amiri", 400)
    assert face_for("،", language="ar", weight=400, beside=arabic) is arabic
    assert face_for("1", language="ar", weight=400, beside=arabic) is arabic


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", True),
        ("ar-MA", True),
        ("he", True),
        ("az-Arab", True),
        ("ar-Latn", False),
        ("fr", False),
        ("zh-Hant", False),
    ],
)
def test_direction_of_a_language(language, expected):
    assert is_rtl(language) is expected
