"""Drawn signatures: one form, one spelling, and nothing else in it."""

import contextlib
import json
import random
from dataclasses import replace

import pytest
from drawing_lies import GOOD, LIES, of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from declaration.canonical import b64u, encode
from declaration.ceremony import hand
from declaration.errors import Altered, CannotBeVerified, DeclarationError, InputRefused, LimitExceeded
from declaration.signing import verify
from declaration.signing.bundle import Bundle
from declaration.signing.drawing import HEIGHT, MAX_DRAWN, MAX_POINTS, MAX_STROKES, WIDTH, Drawing

POINTS = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))


def distinct(points):
    return tuple(point for at, point in enumerate(points) if at == 0 or points[at - 1] != point)


STROKES = st.lists(POINTS, min_size=1, max_size=12).map(distinct)
DRAWINGS = st.lists(STROKES, min_size=1, max_size=8).map(tuple).map(Drawing)


@given(DRAWINGS)
@settings(max_examples=150)
@example(Drawing((((0, 0),),)))
@example(Drawing((((WIDTH, HEIGHT), (0, 0), (WIDTH, HEIGHT)),)))
def test_what_is_written_is_read_again(drawing):
    assert Drawing.parse(drawing.svg()) == drawing


@given(st.data(), DRAWINGS)
@settings(max_examples=150)
def test_whatever_is_read_has_one_spelling(data, drawing):
    lie = bytearray(drawing.svg())
    at = data.draw(st.integers(0, len(lie) - 1))
    written = data.draw(st.sampled_from([b"", b"0", b"1", b" ", b"L", b"M", b"\xff"]))
    lie[at : at + data.draw(st.integers(0, 2))] = written
    with contextlib.suppress(InputRefused):
        assert Drawing.parse(bytes(lie)).svg() == bytes(lie)


@pytest.mark.parametrize("name", LIES)
def test_what_is_no_drawn_signature_is_refused_by_its_code(name):
    lie, code = LIES[name]
    with pytest.raises(InputRefused) as caught:
        Drawing.parse(lie)
    assert caught.value.code == code
    assert isinstance(caught.value, LimitExceeded) == (code in {"drawn.size", "drawn.strokes", "drawn.points"})


def test_the_largest_drawing_is_within_the_bytes():
    points = MAX_POINTS - (MAX_STROKES - 1)
    long = tuple((WIDTH - at % 2, HEIGHT - at % 2) for at in range(points))
    drawing = Drawing((*(((WIDTH, HEIGHT),),) * (MAX_STROKES - 1), long))
    assert len(drawing.svg()) <= MAX_DRAWN
    assert Drawing.parse(drawing.svg()) == drawing


@pytest.mark.parametrize("strokes", [(), ((),), (((1, 2), (3, 4)), ())])
def test_a_drawing_without_lines_cannot_be_made(strokes):
    with pytest.raises(InputRefused) as caught:
        Drawing(strokes)
    assert caught.value.code == "drawn.empty"


def test_a_byte_changed_in_a_drawing_is_found(signed):
    """Whether what stands there afterwards is a drawing or not."""
    bundle = signed.bundle("algiers")
    value, random_places = json.loads(bundle.encode()), random.Random(7)
    codes = set()
    for place in range(len(bundle.drawn)):
        lie = bytearray(bundle.drawn)
        lie[place] ^= 1 << random_places.randrange(7)
        data = encode(value | {"drawn": b64u(bytes(lie))})
        with pytest.raises((Altered, CannotBeVerified)) as caught:
            verify.verify_bundle(Bundle.parse(data), instrument=signed.frozen, trust=signed.trust)
        codes.add(caught.value.code)
    assert codes == {"bundle.malformed", "statement.drawn"}


def test_a_picture_is_refused_even_where_the_statement_names_it(signed):
    bundle = signed.bundle("algiers")
    for lie, code in LIES.values():
        with pytest.raises(DeclarationError) as caught:
            replace(bundle, drawn=lie)
        assert caught.value.code == code
        with pytest.raises(CannotBeVerified) as caught:
            Bundle.parse(encode(json.loads(bundle.encode()) | {"drawn": b64u(lie)}))
        assert caught.value.code == "bundle.malformed"


def test_hands_of_a_rehearsal_draw_the_same_again_and_not_the_same_as_others():
    seeds = [bytes([number]) * 32 for number in range(200)]
    drawn = [hand.draw(seed) for seed in seeds]
    assert drawn == [hand.draw(seed) for seed in seeds]
    signed = [each for each in drawn if each is not None]
    assert len(set(signed)) == len(signed)
    assert 140 < len(signed) < 195
    for each in signed:
        strokes = Drawing.parse(each).strokes
        assert 60 < sum(map(len, strokes)) < 700
        assert max(x for stroke in strokes for x, _ in stroke) - min(x for stroke in strokes for x, _ in stroke) > 500


def test_the_form_in_the_table_of_lies_is_the_form():
    assert Drawing.parse(GOOD).strokes == (((10, 20), (30, 40)),)
    assert Drawing.parse(of("M1 2L1 2M3 4L5 6")).strokes == (((1, 2),), ((3, 4), (5, 6)))
