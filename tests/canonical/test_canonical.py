"""Canonical JSON and base64url against independent implementations, on whatever hypothesis thinks of."""

import base64
import json

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from declaration import canonical
from declaration.canonical import MAX_DEPTH, MAX_INTEGER, b64u, encode, is_digest, parse, parse_canonical, unb64u
from declaration.errors import InputRefused, LimitExceeded

NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_it_writes_what_an_independent_implementation_writes(value):
    try:
        expected = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        expected = None
    if expected is None:
        with pytest.raises(InputRefused):
            encode(value)
    else:
        assert encode(value) == expected
        assert parse_canonical(expected, limit=len(expected), what="it") == value


@given(VALUES, st.sampled_from([(", ", ": "), (",", ":")]), st.booleans())
def test_another_spelling_of_the_same_is_read_and_is_not_canonical(value, separators, ascii_only):
    text = json.dumps(value, separators=separators, ensure_ascii=ascii_only, sort_keys=True)
    try:
        data = text.encode()
        canonical = encode(value)
    except (UnicodeEncodeError, InputRefused):
        return
    assert parse(data, limit=len(data), what="it") == value
    if data != canonical:
        with pytest.raises(InputRefused) as refused:
            parse_canonical(data, limit=len(data), what="it")
        assert refused.value.code == "json.not-canonical"


REFUSED = {
    b'{"a":1,"a":2}': "json.malformed",
    b'{"a":{"b":1,"b":1}}': "json.malformed",
    b"1.0": "json.malformed",
    b"1e3": "json.malformed",
    b"-0.0": "json.malformed",
    b"NaN": "json.malformed",
    b"-Infinity": "json.malformed",
    b"[1,]": "json.malformed",
    b"": "json.malformed",
    b"\xef\xbb\xbf{}": "json.malformed",
    b'"\xff"': "json.malformed",
    b'"\\ud800"': "json.malformed",
    b'{"a":["\\udfff"]}': "json.malformed",
    b'"\\u00"': "json.malformed",
    b'{"\xc3\xa9":1}': "json.name",
    b'{"a":{"\xc3\xa9":1}}': "json.name",
    b"9007199254740992": "json.integer",
    b"-9007199254740992": "json.integer",
    b"9" * 5000: "json.malformed",
    b"[" * 5000 + b"]" * 5000: "json.malformed",
    b"[" * (MAX_DEPTH + 3) + b"]" * (MAX_DEPTH + 3): "json.depth",
}


@pytest.mark.parametrize(("data", "code"), REFUSED.items())
def test_what_is_not_of_the_subset_is_refused(data, code):
    with pytest.raises(InputRefused) as refused:
        parse(data, limit=len(data), what="it")
    assert refused.value.code == code


def judged(read, *arguments):
    try:
        return read(*arguments)
    except InputRefused as error:
        return error.code


NESTED = [
    innermost if not depth else kind[0] * depth + innermost + kind[1] * depth
    for kind in ((b"[", b"]"), (b'{"a":', b"}"))
    for innermost in (b"1", b"[]", b"{}", b'""', b"[1.5]")
    for depth in range(MAX_DEPTH - 2, MAX_DEPTH + 5)
]
PIECES = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"a"',
    b'"b"',
    b'"\\u0061"',
    b'"\xc3\xa9"',
    b"1",
    b"-0",
    b"1.0",
    b"1e2",
    b" ",
    b"null",
]
"""Of which well-formed and malformed JSON is put together."""


@pytest.mark.parametrize("data", [*NESTED, *REFUSED])
def test_the_quick_reader_agrees_with_the_one_that_explains(data):
    assert judged(lambda: parse(data, limit=1 << 20, what="it")) == judged(canonical._read_any, data, "it")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
@example(b'{"a":1,"a":1}')
@example(b'{"b":1,"a":[]}')
@example(b"18446744073709551615")
def test_the_quick_reader_agrees_on_whatever_is_put_together(data):
    found = judged(lambda: parse(data, limit=1 << 20, what="it"))
    strictly = judged(canonical._read_any, data, "it")
    assert found == strictly
    assert type(found) is type(strictly)


def test_depth_and_size_have_limits():
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    value = parse(deep, limit=len(deep), what="it")
    assert encode(value) == deep
    with pytest.raises(LimitExceeded):
        parse(b"[]", limit=1, what="it")
    for _ in range(3):
        value = [value]
    with pytest.raises(LimitExceeded):
        encode(value)


@pytest.mark.parametrize("value", [1.0, {"a": 2.5}, {1: 2}, {"é": 1}, b"", {"a": {1, 2}}, 2**53, "\ud800", ["\udc00"]])
def test_what_has_no_canonical_form_is_not_written(value):
    with pytest.raises(InputRefused):
        encode(value)


@given(st.binary(max_size=40))
def test_base64url_round_trip(data):
    assert unb64u(b64u(data), what="it") == data


@given(st.text(st.sampled_from("ABCDwQgxz019-_+/= \né"), max_size=9))
def test_base64url_has_one_spelling(text):
    def slowly():
        try:
            data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        return data if b64u(data) == text else None

    expected = slowly()
    if expected is None:
        with pytest.raises(InputRefused) as refused:
            unb64u(text, what="it")
        assert refused.value.code == "base64.malformed"
    else:
        assert unb64u(text, what="it") == expected


def test_a_digest_has_one_spelling():
    good = "0123456789abcdef" * 4
    assert is_digest(good)
    for bad in (good[:-1], good + "0", good.upper(), good[:-1] + "g", good[:-1] + "\n", good.encode(), None, 5):
        assert not is_digest(bad)
