"""The bidirectional algorithm agrees with an independent implementation, and says what UAX 9 says."""

import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.render.bidi import is_rtl_text, levels, visual_order

CHARACTERS = "abé אבג ابج ١٢ 12 ()[]{}«»,.+-%$!?/:;'&–\u0301\u064e"


def shown(text, *, rtl):
    return "".join(text[index] for index in visual_order(levels(text, rtl=rtl)))


@settings(max_examples=1500, deadline=None)
@given(st.text(alphabet=CHARACTERS, max_size=24), st.booleans())
def test_order_is_that_of_the_reference(text, rtl):
    assert shown(text, rtl=rtl) == get_display(text, base_dir="R" if rtl else "L")


@given(st.text(max_size=30), st.booleans())
def test_nothing_is_lost_or_doubled(text, rtl):
    assert sorted(visual_order(levels(text, rtl=rtl))) == list(range(len(text)))


@pytest.mark.parametrize(
    ("text", "rtl", "expected"),
    [
        ("abc", False, (0, 0, 0)),
        ("אב", False, (1, 1)),
        ("אב 12", True, (1, 1, 1, 2, 2)),
        ("a(ב)", False, (0, 0, 1, 0)),
        ("ב(a)", True, (1, 1, 2, 1)),
        ("", True, ()),
    ],
)
def test_levels(text, rtl, expected):
    assert levels(text, rtl=rtl) == expected


@pytest.mark.parametrize("control", ["\u202e", "\u202b", "\u2067", "\u2066", "\u202d"])
def test_explicit_controls_reorder_nothing(control):
    with_control = levels(f"Mayor {control}of Lyon", rtl=False)
    assert set(with_control) == {0}


@pytest.mark.parametrize(("text", "expected"), [("(1) مرحبا", True), ("1. Hello مرحبا", False), ("12!", False)])
def test_first_strong_character_decides(text, expected):
    assert is_rtl_text(text) is expected
