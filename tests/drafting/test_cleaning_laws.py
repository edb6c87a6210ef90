"""Laws of cleaning: once is enough, and what looks the same without a digit's selector is the same."""

import unicodedata

import pytest
from drafting_worlds import FRAGMENTS
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.drafting.hygiene import check, clean
from declaration.errors import InputRefused

NOISE = (
    "\u200b",
    "\u00ad",
    "\u200c",
    "\u200d",
    "\ufe0f",
    "\ufe0e",
    "\n",
    "\t",
    "\u2060",
    "\ufeff",
    " ",
    "\u0301",
    "\u094d",
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from((*FRAGMENTS, *NOISE, *NOISE)), max_size=12).map("".join))
def test_cleaning_once_is_enough(text):
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned.text)
    assert cleaned.text == cleaned.text.strip()
    assert clean(cleaned.text).text == cleaned.text
    assert clean(cleaned.text).notes == ()
    if cleaned.text:
        check(cleaned.text, where="here")


@pytest.mark.parametrize("text", ["20\ufe0f30", "1\ufe0f\u0308\u20e3", "#\ufe0f", "2\ufe0e"])
def test_a_digit_with_a_selector_that_nobody_sees_is_refused(text):
    with pytest.raises(InputRefused, match="U\\+FE0"):
        check(text, where="here")
    assert "\ufe0f" not in clean(text).text
