"""The longest text takes no longer for being strange; and what was sped up finds what it found before."""

import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from declaration.drafting import hygiene
from declaration.drafting.tokens import graphemes, tokens

SECONDS = 1.5
"""Of processor time; each takes a hundredth. Where the effort grows with the square of the length, it takes five."""
LENGTH = hygiene.MAX_LENGTH
STRANGE = {
    "spaces": "a" + " " * LENGTH + "b",
    "spaces that do not break": "a" + "\u00a0" * LENGTH + "b",
    "spaces before every break": ("a" + " " * 500 + "\n") * (LENGTH // 500),
    "breaks": "a" + " \n" * (LENGTH // 2) + "b",
    "flags": "🇩🇪" * (LENGTH // 2),
    "half a flag before flags": "🇩" + "🇩🇪" * (LENGTH // 2),
    "marks": "a" + "\u0301" * LENGTH,
    "joiners": "م" + "\u200c\u200d" * (LENGTH // 2),
    "joined emoji": "👩\u200d" * (LENGTH // 2),
    "selectors": "👩" + "\ufe0f\u200d" * (LENGTH // 2),
    "noise": "a\u00ad" * (LENGTH // 2),
    "two alphabets": "aа" * (LENGTH // 2),
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_a_strange_text_takes_no_longer_than_a_plain_one(text):
    begin = time.process_time()
    cleaned = hygiene.clean(text).text
    assert "".join(tokens(text)) == text
    hygiene.suspicious_words(cleaned)
    assert time.process_time() - begin < SECONDS


@given(st.text(st.sampled_from("🇩🇪🇫é a\u0301\u200d\ufe0f👩🏽\u0600\u094dक\u0903\u20e3"), max_size=16))
def test_graphemes_are_those_of_the_standard(text):
    assert graphemes(text) == tuple(regex.findall(r"\X", text))


@given(st.text(st.sampled_from("ab \u00a0\n\t\r\u2028"), max_size=16))
def test_breaks_fold_as_they_are_described(text):
    described = regex.sub(r"[ \u00a0]*(?:[\t\n\r\u2028][ \u00a0]*)+", " ", text.strip())
    assert hygiene.clean(text).text == described.strip()
