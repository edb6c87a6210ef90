"""Texts whose every character is a grapheme take a shorter way through the tokeniser, to the same tokens."""

from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.drafting import tokens as tokeniser

PLAIN = "abÉß12_ '’,.—«»()%\u00a0\u202f\u3000жяώОالمدن١٢城市がタ一、。ไทยกคლ"


@settings(max_examples=300)
@given(st.text(st.sampled_from(PLAIN) | st.characters(codec="utf-8"), max_size=30))
def test_both_ways_give_the_same_tokens(text):
    assert list(tokeniser.split(text)) == tokeniser._TOKEN.findall(text)


def test_both_ways_are_taken():
    assert tokeniser._PLAIN.fullmatch(PLAIN)
    assert not tokeniser._PLAIN.fullmatch("e\u0301")
    assert not tokeniser._PLAIN.fullmatch("한")
    assert not tokeniser._PLAIN.fullmatch("👩\u200d👧")
