"""Reasons of conflicts: recorded as sentences, and found again in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaration.drafting.reasons import THIS, UNDONE, Reason, Side, Told, read

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,12}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
ABOUT = {
    "overlap": ("clause", "language"),
    "title": ("section", "language"),
    "deleted": ("clause",),
    "moved": ("clause",),
    "place": ("section",),
    "id": ("clause",),
    "together": ("clause", "language"),
    "size": (),
}


@given(st.sampled_from(sorted(ABOUT)), st.none() | IDS, st.just(THIS) | IDS, IDS, IDS, WORDS, WORDS)
def test_what_was_recorded_is_understood_or_left_alone(code, one, other, clause, section, a, b):
    values = {"clause": clause, "section": section, "language": "fr"}
    values = {name: values[name] if name in ABOUT[code] else None for name in values}
    sentence = Reason(code, **values, base="", sides=(Side(one, a), Side(other, b))).sentence
    told = read(sentence)
    if told is None:
        assert "” or “" in a + "” or “" + b
        assert (a + b).count("”") + (a + b).count("“") > 0
        return
    wants = (a, b) if code in {"overlap", "title"} else ()
    assert told == Told(code, (one, other), **values, wants=wants)


def test_the_title_of_the_declaration_belongs_to_no_section():
    sentence = Reason("title", None, None, "de", "", (Side("A1", "So"), Side(None, "Anders"))).sentence
    assert read(sentence) == Told("title", ("A1", None), None, None, "de", ("So", "Anders"))


def test_an_undone_adoption_is_understood():
    assert read(UNDONE) == Told("undone")


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "It does not fit.",
        "A1 and A2 insert more clauses than a text may have. Or so.",
        "A1 and A2 change the same passage of clause c (fr): “x” or “y” or “z”.",
        "A 1 and A2 disagree about where clause c stands.",
    ],
)
def test_other_sentences_stay_what_they_are(sentence):
    assert read(sentence) is None
