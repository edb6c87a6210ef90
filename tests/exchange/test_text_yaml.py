"""A declaration's text as YAML: complete, clean, exact both ways, and refused with file, line and field."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.drafting import hygiene
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.errors import InputRefused, LimitExceeded
from declaration.exchange.text_yaml import read_text, write_text

GOOD = """\
id: example
languages: [fr, no]
title: {fr: Titre, no: Tittel}
sections:
  - id: preamble
    kind: preamble
    clauses:
      - id: preamble-1
        text:
          fr: Nous, maires des villes signataires,
          no: Vi, ordførerne,
  - id: closing
    kind: closing
    title:
      fr: Clôture
      no: Avslutning
    clauses:
      - id: closing-1
        text: {fr: 'no', no: "2019-09-01"}
"""


def read(source, **options):
    return read_text(source.encode(), file="draft.yaml", **options)


def test_a_text_is_read_as_it_stands():
    read_once = read(GOOD)
    assert read_once.notes == ()
    text = read_once.text
    assert (text.id, text.languages, dict(text.title)) == ("example", ("fr", "no"), {"fr": "Titre", "no": "Tittel"})
    assert [section.kind for section in text.sections] == [SectionKind.PREAMBLE, SectionKind.CLOSING]
    assert dict(text.sections[0].title) == {}
    assert dict(text.clause("closing-1").texts) == {"fr": "no", "no": "2019-09-01"}
    assert text.missing() == ()


REFUSED = {
    "bidi control": (
        ("Vi, ordførerne,", "Vi \u202eordførerne"),
        "text.character",
        "line 11, sections[0].clauses[0].text.no: position 4 holds U+202E",
    ),
    "control character": (("Titre", "Ti\x07tre"), "text.character", "line 3, title.fr: position 3 holds U+0007"),
    "private use": (("Titre", "Ti\uf8fftre"), "text.character", "line 3, title.fr: position 3 holds U+F8FF"),
    "missing language": (
        (", no: Tittel", ""),
        "text.incomplete",
        "line 3, title: the text is missing in no",
    ),
    "empty text": (
        ("fr: Nous, maires des villes signataires,", "fr:"),
        "text.incomplete",
        "line 10, sections[0].clauses[0].text: the text is missing in fr",
    ),
    "heading in one language only": (
        ("\n      no: Avslutning", ""),
        "text.incomplete",
        "line 15, sections[1].title: the text is missing in no",
    ),
    "quoted nothing": (("Titre", "''"), "text.empty", "line 3, title.fr: "),
    "list in place of a text": (("Titre", "[a, b]"), "exchange.not-text", "line 3, title.fr: "),
    "mapping in place of a text": (("Titre", "{a: b}"), "exchange.not-text", "line 3, title.fr: "),
    "text in place of languages": (("{fr: Titre, no: Tittel}", "Titre"), "exchange.not-mapping", "line 3, title: "),
    "text in place of a list": (("[fr, no]", "fr"), "exchange.not-list", "line 2, languages: "),
    "language that is not declared": (("no: Tittel", "de: Titel"), "exchange.language", "line 3, title.de: "),
    "no language tag": (("[fr, no]", "[FR, no]"), "text.language", "line 2, languages[0]: "),
    "no language": (("[fr, no]", "[]"), "text.language", "line 2, languages: "),
    "doubled language": (("[fr, no]", "[fr, no, fr]"), "exchange.doubled-id", "line 2, languages[2]: "),
    "no identifier": (("id: closing-1", "id: closing 1"), "text.id", "line 18, sections[1].clauses[0].id: "),
    "doubled clause": (
        ("id: closing-1", "id: PREAMBLE-1"),
        "exchange.doubled-id",
        "line 18, sections[1].clauses[0]: the clause PREAMBLE-1 was already given on line 8",
    ),
    "doubled section": (("- id: closing\n", "- id: preamble\n"), "exchange.doubled-id", "line 12, sections[1]: "),
    "unknown kind": (("kind: closing", "kind: annex"), "text.kind", "line 13, sections[1].kind: annex"),
    "unknown field": (("    kind: closing", "    kind: closing\n    number: 1"), "exchange.unknown-field", "line 14, "),
    "missing field": (("id: example\n", ""), "exchange.missing-field", "line 1: the field id is missing"),
}


@pytest.mark.parametrize(("change", "code", "place"), REFUSED.values(), ids=REFUSED)
def test_refusal_names_file_line_and_field(change, code, place):
    old, new = change
    assert GOOD.count(old) == 1
    with pytest.raises(InputRefused) as caught:
        read(GOOD.replace(old, new))
    assert caught.value.code == code
    assert caught.value.message.startswith(f"draft.yaml, {place}")


def test_what_only_the_whole_shows_names_the_file():
    many = ", ".join(f"x{a}{b}" for a in "abcdef" for b in "abcdef")
    with pytest.raises(LimitExceeded, match=r"^draft\.yaml: .*36 languages") as caught:
        read(f"id: x\nlanguages: [{many}]\ntitle: {{xaa: T}}\nsections: []\n", allow_incomplete=True)
    assert caught.value.code == "text.languages"


def test_a_long_text_is_refused_before_it_is_cleaned():
    with pytest.raises(LimitExceeded, match=r"line 3, title\.fr: .*20001"):
        read(GOOD.replace("Titre", '"' + " " * 20_001 + '"'))


def test_an_incomplete_text_is_read_only_on_demand():
    source = GOOD.replace(", no: Tittel", "").replace("no: Vi, ordførerne,", "no: null")
    with pytest.raises(InputRefused):
        read(source)
    text = read(source, allow_incomplete=True).text
    assert text.missing() == (("title", "no"), ("clause preamble-1", "no"))


def test_a_clause_without_any_text_is_refused_even_then():
    with pytest.raises(InputRefused, match=r"line 19, sections\[1\]\.clauses\[0\]\.text"):
        read(GOOD.replace("{fr: 'no', no: \"2019-09-01\"}", "{}"), allow_incomplete=True)


def test_noise_is_cleaned_and_noted_with_line_and_field():
    noisy = GOOD.replace("Titre", '"Ti\u00adt\u200bre"').replace("Clôture", "Clo\u0302ture\ufeff")
    read_once = read_text(b"\xef\xbb\xbf" + noisy.encode(), file="draft.yaml")
    assert read_once.text == read(GOOD).text
    assert [note.rpartition(": ")[0] for note in read_once.notes] == [
        "draft.yaml, line 1",
        "draft.yaml, line 3, title.fr",
        "draft.yaml, line 3, title.fr",
        "draft.yaml, line 15, sections[1].title.fr",
        "draft.yaml, line 15, sections[1].title.fr",
    ]
    for found, named in zip(read_once.notes, ("FEFF", "00AD", "200B", "FEFF", "NFC"), strict=True):
        assert named in found


def test_blocks_are_paragraphs():
    """A folded or literal block is one paragraph; only a break inside a literal one is worth a note."""
    folded = read(GOOD.replace("fr: Nous, maires des", "fr: >\n            Nous, maires\n            des"))
    assert folded.text == read(GOOD).text
    assert folded.notes == ()
    literal = read(GOOD.replace("fr: Nous, maires des", "fr: |\n            Nous, maires\n            des"))
    assert literal.text == read(GOOD).text
    assert len(literal.notes) == 1


def test_the_written_form_is_readable():
    written = write_text(read(GOOD).text).decode()
    assert written.startswith("id: example\nlanguages:\n  - fr\n  - 'no'\ntitle:\n  fr: Titre\n  'no': Tittel\n")
    assert "          fr: Nous, maires des villes signataires,\n" in written
    assert "ordførerne" in written
    assert written.count("'no'") == 6  # as a language five times, as a text once


characters = st.one_of(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Cf", "Zl", "Zp")),
    st.sampled_from(list("'\"#:&*!|>%@`{}[],?-~= ")),
)


def usable(raw):
    cleaned = hygiene.clean(raw).text
    try:
        hygiene.check(cleaned, where="")
    except InputRefused:
        return False
    return unicodedata.is_normalized("NFC", cleaned)


paragraphs = st.text(characters, min_size=1, max_size=40).filter(usable).map(lambda raw: hygiene.clean(raw).text)
awkward = st.sampled_from(
    ["no", "null", "~", "12", "2019-09-01", "a: b", "- a", "x #y", "'", '"', "…", "é" * 200, "!a"]
)
wordings = st.fixed_dictionaries({"no": paragraphs | awkward, "zh-Hant": paragraphs | awkward})
kinds = st.sampled_from(list(SectionKind))


@st.composite
def texts(draw):
    sections = []
    for number in range(draw(st.integers(0, 3))):
        clauses = tuple(Clause(f"c{number}-{i}", draw(wordings)) for i in range(draw(st.integers(0, 3))))
        title = draw(st.one_of(st.just({}), wordings))
        sections.append(Section(f"s{number}", draw(kinds), title, clauses))
    return Text("null", ("no", "zh-Hant"), draw(wordings), tuple(sections))


@settings(max_examples=80, deadline=None)
@given(texts())
def test_reading_what_was_written_gives_an_equal_text_and_no_notes(text):
    read_once = read_text(write_text(text), file="export.yaml")
    assert read_once.text == text
    assert read_once.notes == ()
