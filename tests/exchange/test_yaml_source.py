"""YAML into a tree: literal scalars, named limits, and every refusal with file, line and field."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.errors import InputRefused, LimitExceeded
from declaration.exchange import yaml_source
from declaration.exchange.yaml_source import read_yaml


def read(data):
    return read_yaml(data.encode() if isinstance(data, str) else data, file="draft.yaml")


REFUSED = {
    "empty file": ("", "yaml.empty", "line 1"),
    "only a comment": ("# nothing\n", "yaml.empty", "line"),
    "two documents": ("a: 1\n---\nb: 2\n", "yaml.documents", "line 2"),
    "anchor": ("a:\n  - b: &x y\n", "yaml.anchor", "line 2, a[0].b"),
    "alias": ("a: x\nb: *x\n", "yaml.anchor", "line 2, b"),
    "alias as a name": ("*x : y\n", "yaml.anchor", "line 1"),
    "anchor on a list": ("a: &x [1]\n", "yaml.anchor", "line 1, a"),
    "tag": ("a: !!str x\n", "yaml.tag", "line 1, a"),
    "python object": ("a:\n  !!python/object/apply:os.system ['true']\n", "yaml.tag", "line 2, a"),
    "local tag": ("a: !x y\n", "yaml.tag", "line 1, a"),
    "non-specific tag": ("a: ! y\n", "yaml.tag", "line 1, a"),
    "merge key": ("a: {b: 1}\nc:\n  <<: {b: 2}\n", "yaml.merge", "line 3, c"),
    "doubled name": ("a:\n  b: 1\n  c: 2\n  b: 3\n", "yaml.doubled-key", "line 4, a.b"),
    "doubled name, once in quotes": ("no: 1\n'no': 2\n", "yaml.doubled-key", "line 2, no"),
    "list as a name": ("? [a]\n: b\n", "yaml.key", "line 1"),
    "not UTF-8": (b"a: x\nb: \xff\n", "yaml.encoding", "line 2"),
    "UTF-16": ("a: x".encode("utf-16"), "yaml.encoding", "line 1"),
    "null character": ("a: x\nb: \0\n", "yaml.nul", "line 2"),
    "half a surrogate pair": ('a: "\\ud800"', "yaml.surrogate", "line 1, a"),
    "half a surrogate pair as a name": ('x: {"\\udfff": y}', "yaml.surrogate", "line 1, x"),
    "escape beyond Unicode": ('a: "\\U00110000"', "yaml.malformed", "line 1"),
    "escape far beyond Unicode": ('a: x\nb: "\\Uffffffff"', "yaml.malformed", "line 2"),
    "colon in a plain text": ("a: x\nb: c: d\n", "yaml.malformed", "line 2"),
    "open quote": ("a: 'x\n", "yaml.malformed", "line"),
    "tab as indentation": ("a:\n\t- b\n", "yaml.malformed", "line 2"),
    "unknown version": ("%YAML 9.1\n---\na: b\n", "yaml.malformed", "line 1"),
    "wrong indentation": ("a:\n  b: 1\n c: 2\n", "yaml.malformed", "line 3"),
}


@pytest.mark.parametrize(("data", "code", "place"), REFUSED.values(), ids=REFUSED)
def test_refusal_names_code_file_and_place(data, code, place):
    with pytest.raises(InputRefused) as caught:
        read(data)
    assert caught.value.code == code
    assert caught.value.message.startswith(f"draft.yaml, {place}")
    assert caught.value.hint


def test_plain_scalars_are_taken_literally():
    top, notes = read("no: yes\non: 0x10\ny: 2019-09-01\nTrue: 1_000\n12: .5\n")
    assert {name: value.scalar() for name, value in top.entries().items()} == {
        "no": "yes",
        "on": "0x10",
        "y": "2019-09-01",
        "True": "1_000",
        "12": ".5",
    }
    assert notes == ()


@pytest.mark.parametrize("written", ["", "~", "null", "NULL"])
def test_an_unquoted_nothing_is_absent(written):
    assert read(f"a: {written}\n")[0].entries()["a"].is_absent
    assert not read(f"a: '{written}'\n")[0].entries()["a"].is_absent


def test_a_byte_order_mark_is_left_out_with_a_note():
    top, notes = read(b"\xef\xbb\xbfid: x\n")
    assert list(top.entries()) == ["id"]
    assert notes == ("draft.yaml, line 1: left out a byte order mark (U+FEFF).",)


def test_a_block_loses_the_line_break_of_its_notation_only():
    top, _ = read("a: |\n  one\n  two\nb: >-\n  one\n  two\nc: |+\n  one\n\n")
    assert [value.scalar() for value in top.entries().values()] == ["one\ntwo", "one two", "one\n"]


@pytest.mark.parametrize(
    "character", ["\x07", "\x7f", "\x9f", "\x85", "\u2028", "\u2029", "\ufffe", "\u202e", "\ufeff"]
)
def test_forbidden_characters_reach_their_field(character):
    """The text's own rules refuse them, and can then name the field."""
    top, _ = read(f"a:\n  b: x{character}y\n")
    field = top.entries()["a"].entries()["b"]
    assert field.scalar() == f"x{character}y"
    assert field.where == "draft.yaml, line 2, a.b"


def test_a_name_that_could_forge_a_message_is_shown_escaped():
    top, _ = read('"\\e[31m\\u202ea": x\n')
    (field,) = top.entries().values()
    assert field.path.isascii()
    assert field.path.isprintable()


def test_limits(monkeypatch):
    with pytest.raises(LimitExceeded, match=r"line 1, \[0\]\[0\].*nested more than 16 levels") as caught:
        read("[" * 1_000 + "]" * 1_000)
    assert caught.value.code == "yaml.depth"
    deepest = yaml_source.MAX_DEPTH
    read("[" * deepest + "]" * deepest)
    monkeypatch.setattr(yaml_source, "MAX_NODES", 10)
    with pytest.raises(LimitExceeded, match="line 10") as caught:
        read("- x\n" * 20)
    assert caught.value.code == "yaml.nodes"
    monkeypatch.setattr(yaml_source, "MAX_BYTES", 10)
    with pytest.raises(LimitExceeded, match="20 bytes") as caught:
        read("x" * 20)
    assert caught.value.code == "yaml.size"


def test_a_deep_indentation_is_no_recursion_error():
    lines = "".join(" " * depth + "a:\n" for depth in range(2_000))
    with pytest.raises(LimitExceeded):
        read(lines)


signs = st.sampled_from(": -?,#{}[]'\"|>&*!%`@~\\\n\t\0\x85\ufeffxéב")
words = st.sampled_from(["no", ": ", "- ", "  ", "!!str ", "<<: ", "&x ", "*x", "\\U00110000", "%YAML 1.1\n", "---\n"])
sources = st.lists(signs | words, max_size=25).map(lambda parts: "".join(parts).encode())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | sources)
def test_hostile_bytes_are_a_tree_or_one_of_our_errors(data):
    try:
        said = read(data)[0].where
    except InputRefused as error:
        said = error.message
    assert said.startswith("draft.yaml, line ")
    said.encode()
