"""Words divided at the ends of lines: where, when, and without a trace in the text; and the spaces of French."""

import random
from itertools import pairwise

import pyphen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.render.hyphenation import Patterns, hyphenates, points
from declaration.render.shaping import shape, words
from declaration.render.typography import Style, paragraph

BODY = Style(10, 15, hyphenated=True)
GERMAN = (
    "Die Oberbürgermeisterinnen und Oberbürgermeister verpflichten sich, die Beteiligungsmöglichkeiten der "
    "Einwohnerinnen und Einwohner in allen Angelegenheiten der Stadtentwicklung weiterzuentwickeln."
)


def divided(word, language):
    ends = (0, *points(word, language), len(word))
    return "-".join(word[start:end] for start, end in pairwise(ends))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Ober-bür-ger-meis-te-rin-nen-kon-fe-renz"),
        ("de", "weiterzuentwickeln"),
        ("fr", "dé-ve-lop-pe-ment"),
        ("fr", "mu-ni-ci-pa-li-tés"),
        ("fr", "l’éga-lité,"),
        ("en", "neigh-bour-hoods"),
        ("ru", "со-труд-ни-че-ство"),
        ("tr", "sür-dü-rü-le-bi-lir-lik"),
        ("tr", "kent-le-ra-rası"),
    ],
)
def test_words_are_divided_by_the_rules_of_their_language(language, expected):
    if "-" in expected:
        assert divided(expected.replace("-", ""), language) == expected
    else:
        assert points(expected, language)
    assert points(expected.replace("-", ""), f"{language}-Latn") == points(expected.replace("-", ""), language)


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("Drummondville", "en"),
        ("Drummondville", "fr"),
        ("UNESCO", "de"),
        ("BÜRGERMEISTERINNEN", "de"),
        ("https://declaration.example/duesseldorf", "en"),
        ("info@duesseldorf.example", "de"),
        ("2030er-Agenda1", "de"),
        ("e1f7a0cdefabcdefdecade", "en"),
        ("kurz", "de"),
        ("", "fr"),
        ("المسؤولية", "ar"),
        ("নাগরিকদের", "bn"),
        ("共同生活宣言", "zh"),
        ("האחריות", "he"),
        ("नगरपालिका", "hi"),
        ("internationalisation", "xx"),
    ],
)
def test_what_is_never_divided(word, language):
    assert points(word, language) == ()


@pytest.mark.parametrize("name", ["de_DE", "de_AT", "fr", "en_GB", "hu_HU", "ru_RU", "nl_NL", "af_ZA", "bg_BG"])
def test_patterns_divide_as_pyphen_divides(name):
    path = pyphen.LANGUAGES[name]
    ours, theirs = Patterns(path.read_bytes()), pyphen.HyphDict(path)
    chance = random.Random(name)
    pieces = ["".join(letter for letter in piece if letter.isalpha()) for piece in sorted(theirs.patterns)]
    divided = 0
    for _ in range(300):
        word = "".join(chance.choices(pieces, k=chance.randint(1, 5)))[: chance.randint(4, 24)].lower()
        expected = [int(place) for place in theirs.positions(word) if not place.data]
        assert ours.places(word) == expected, word
        divided += len(expected)
    assert divided > 300


@pytest.mark.parametrize(
    ("file", "word", "expected"),
    [
        (b"UTF-8\n1ba\n", "ababa", [1, 3]),
        (b"UTF-8\r\nLEFTHYPHENMIN 2\r\n1ba\r\n.a2b\r\n", "ababa", [3]),
        (b"UTF-8\n% 1ba\n#1ba\n", "ababa", []),
        (b"UTF-8\nc1k/k=k,1,2\n", "zucker", []),
        (b"UTF-8\nc1k/k=k,1,2\nu1c\nk1e\n", "zucker", [2, 4]),
        (b"UTF-8\n1ba\nba\n", "aba", [1]),
        (b"ISO8859-1\n1^^e4b\n", "aäb", [1]),
        ("microsoft-cp1251\n1ба\n".encode("cp1251"), "аба", [1]),
        (b"UTF-8\n", "aba", []),
        (b"UTF-8", "aba", []),
    ],
)
def test_files_of_patterns_are_read_as_hunspell_writes_them(file, word, expected):
    assert Patterns(file).places(word) == expected


def test_languages_without_patterns_say_so():
    assert [tag for tag in ("fr", "de", "en", "ru", "uk", "tr", "ar", "he", "bn", "zh") if hyphenates(tag)] == [
        "fr", "de", "en", "ru", "uk", "tr"
    ]  # fmt: skip


def seen(line):
    """What is seen of a line, as characters; a glyph that stands for none is a hyphen."""
    return "".join(glyph.text or "-" for piece, _ in line.pieces for glyph in piece.glyphs)


@pytest.mark.parametrize("measure", [70, 90, 120, 180, 260])
def test_a_hyphen_is_seen_and_is_not_in_the_text(measure):
    lines = paragraph(GERMAN, BODY, language="de", measure=measure)
    told = "".join(line.text + "".join(piece.text for piece in line.hanging) for line in lines)
    assert told == GERMAN
    assert all(line.width <= measure + 0.01 for line in lines)
    ends = [seen(line).endswith("-") for line in lines]
    assert any(ends)
    assert not any(all(ends[start : start + 3]) for start in range(len(ends) - 2) if measure >= 120)
    assert not ends[-1]


def test_even_lines_are_left_alone():
    plain = Style(10, 15)
    for measure in (342, 380):
        assert [line.text for line in paragraph(GERMAN, BODY, language="de", measure=measure)] == [
            line.text for line in paragraph(GERMAN, plain, language="de", measure=measure)
        ]


def test_a_word_longer_than_the_measure_is_divided_where_it_may_be():
    title = Style(16, 22, balanced=True)
    lines = paragraph("Oberbürgermeisterinnenkonferenz", title, language="de", measure=150)
    assert [seen(line)[-1] for line in lines[:-1]] == ["-"] * (len(lines) - 1)
    assert "".join(line.text for line in lines) == "Oberbürgermeisterinnenkonferenz"


def test_what_is_not_divided_is_shaped_as_one():
    """A word whose parts stand on one line is drawn as if it could not be divided."""
    for line in paragraph(GERMAN, BODY, language="de", measure=120):
        for piece, _ in line.pieces:
            whole = shape(piece.text, piece.face, piece.level, "de")
            count = len(whole.glyphs)
            assert piece.glyphs[:count] == whole.glyphs
            assert len(piece.glyphs) - count in {0, 1}


SYLLABLES = ("ge", "mein", "schaft", "stadt", "wahl", "für", "ung", "bei", "trag", "en", "é", "tion", "sur", "dé")


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6), measure=st.integers(40, 300), language=st.sampled_from(["de", "fr", "en", "tr", "uk"])
)
def test_any_text_at_any_width_comes_back_whole(seed, measure, language):
    chance = random.Random(seed)
    text = " ".join("".join(chance.choices(SYLLABLES, k=chance.randint(1, 8))) for _ in range(chance.randint(1, 30)))
    lines = paragraph(text, BODY, language=language, measure=measure)
    assert "".join(line.text + "".join(piece.text for piece in line.hanging) for line in lines) == text
    assert all(line.width <= measure + 0.01 for line in lines)


# -- the spaces of French ----------------------------------------------------------------------------------------------


def spaces(text, language="fr"):
    found = words(text, language=language, weight=400, rtl=False)
    glyphs = [glyph for word in found for piece in (*word.pieces, *word.spaces) for glyph in piece.glyphs]
    return [round(glyph.advance) for glyph in glyphs if glyph.text in {" ", "\u00a0", "\u202f"}]


def test_french_punctuation_is_spaced_alike_whatever_was_typed():
    whole = spaces("a b")[0]
    for space in (" ", "\u00a0", "\u202f"):
        half = round(whole / 2)
        assert spaces(f"ville{space}; quoi{space}! où{space}?") == [half, whole, half, whole, half]
        assert spaces(f"ville{space}: «{space}oui{space}»") == [whole] * 4
    assert spaces("à 12:30; oui") == [whole, whole]
    assert spaces("ville ; quoi", "en") == [whole, whole]


def test_no_line_begins_with_french_punctuation():
    text = "Nous voulons : « vivre ensemble » ; est-ce possible ? Oui ! " * 4
    for measure in range(40, 200, 7):
        for line in paragraph(text, BODY, language="fr", measure=measure):
            assert line.text[:1] not in set(";:!?»")
            assert not line.text.rstrip().endswith("«")
