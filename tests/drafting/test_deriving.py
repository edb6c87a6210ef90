"""Deriving explicit changes from what an author typed, and reading several in the order in which they were written."""

import pytest
from drafting_worlds import rng_of, seeds
from hypothesis import given, settings

from declaration.drafting.amendment import Move
from declaration.drafting.apply import apply
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    derive_retitle,
    in_reading_order,
    section_of,
)
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.errors import InputRefused, NotFound


def text():
    def clause(name):
        return Clause(name, {"fr": f"les villes de {name} agissent"})

    sections = (
        Section("s1", SectionKind.CHAPTER, {"fr": "Un"}, tuple(map(clause, "abc"))),
        Section("s2", SectionKind.CHAPTER, {}, (clause("d"),)),
    )
    return Text("t", ("fr", "de"), {"fr": "Titre"}, sections)


def order(result):
    return " ".join("".join(clause.id for clause in section.clauses) for section in result.sections)


def said(words, clause="a", language="fr"):
    return derive_replace(text(), clause, language, words)


def test_what_is_derived_says_where_and_against_what():
    change = said("les grandes villes de a agissent")
    assert change.edits == (Edit(2, 2, "", "grandes "),)
    assert apply(text(), (change,)).clause("a").texts["fr"] == "les grandes villes de a agissent"
    first = said("die Städte", language="de")
    assert (first.base, first.edits) == (None, (Edit(0, 0, "", "die Städte"),))
    assert derive_retitle(text(), "s2", "fr", "Deux").base is None


REFUSED = {
    "an unknown clause": (lambda: derive_replace(text(), "z", "fr", "x"), "clause.unknown"),
    "an unknown clause to delete": (lambda: derive_delete(text(), "z"), "clause.unknown"),
    "an unknown clause to move": (lambda: derive_move(text(), "z", after=None), "clause.unknown"),
    "a move after an unknown one": (lambda: derive_move(text(), "a", after="z"), "clause.unknown"),
    "an unknown section": (lambda: derive_retitle(text(), "s9", "fr", "x"), "section.unknown"),
    "an insert into an unknown section": (
        lambda: derive_insert(text(), "s9", None, "n", {"fr": "x"}),
        "section.unknown",
    ),
    "a move into an unknown section": (lambda: derive_move(text(), "a", after=None, section="s9"), "section.unknown"),
    "the same words": (lambda: said("les villes de a agissent"), "change.nothing"),
    "the same title": (lambda: derive_retitle(text(), None, "fr", "Titre"), "change.nothing"),
    "where it stands": (lambda: derive_move(text(), "b", after="a"), "change.nothing"),
    "first where it is first": (lambda: derive_move(text(), "d", after=None), "change.nothing"),
    "after itself": (lambda: derive_move(text(), "a", after="a"), "change.anchor"),
    "no words": (lambda: said(""), "text.empty"),
    "words that are not composed": (lambda: said("e\u0301"), "text.not-nfc"),
    "two lines": (lambda: said("un\ndeux"), "text.character"),
    "a language that is not authentic": (lambda: said("x", language="ar"), "change.language"),
    "an insert in such a language": (lambda: derive_insert(text(), "s1", None, "n", {"ar": "x"}), "change.language"),
    "an id that is taken": (lambda: derive_insert(text(), "s2", None, "A", {"fr": "x"}), "change.id"),
    "an id that is none": (lambda: derive_insert(text(), "s2", None, "n n", {"fr": "x"}), "text.id"),
    "an insert without words": (lambda: derive_insert(text(), "s2", None, "n", {}), "text.empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_derived_is_refused(name):
    derive, code = REFUSED[name]
    with pytest.raises((InputRefused, NotFound)) as refusal:
        derive()
    assert refusal.value.code == code


def test_where_a_move_goes_without_a_section_named():
    assert derive_move(text(), "a", after="d") == Move("a", "s2", "d")
    assert derive_move(text(), "b", after=None) == Move("b", "s1", None)
    assert section_of(text(), "d").id == "s2"


def after(anchor, name):
    return derive_insert(text(), "s1", anchor, name, {"fr": "neuf"})


READING = {
    "two after one": ([after("a", "x"), after("a", "y")], "axybc d"),
    "three after one": ([after("a", "x"), after("a", "y"), after("a", "z")], "axyzbc d"),
    "one after the first of two": ([after("a", "x"), after("a", "y"), after("x", "z")], "axyzbc d"),
    "one after the second of two": ([after("a", "x"), after("a", "y"), after("y", "z")], "axyzbc d"),
    "a move after an insert": ([after("a", "x"), derive_move(text(), "d", after="a")], "axdbc "),
    "two first": ([after(None, "x"), after(None, "y")], "xyabc d"),
    "one after a chain": ([after("a", "x"), after("x", "y"), after("a", "z")], "axyzbc d"),
}


@pytest.mark.parametrize("name", READING)
def test_changes_written_one_after_another_stand_in_that_order(name):
    changes, expected = READING[name]
    assert order(apply(text(), in_reading_order(changes))) == expected


CIRCLES = {
    "a clause after itself": [after("n", "n"), after("n", "m")],
    "two moves after each other": [Move("a", "s1", "b"), Move("b", "s1", "a"), after("a", "n"), after("b", "m")],
}


@pytest.mark.parametrize("name", CIRCLES)
def test_circles_are_refused(name):
    with pytest.raises(InputRefused, match="cannot be applied"):
        apply(text(), in_reading_order(CIRCLES[name]))


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_inserts_in_any_writing_never_meet_at_one_place(seed):
    rng = rng_of(seed)
    names, changes = [], []
    for number in range(rng.randint(1, 7)):
        anchor = rng.choice([None, "a", "b", "c", *names])
        names.append(f"n{number}")
        changes.append(after(anchor, names[-1]))
    result = apply(text(), in_reading_order(changes))
    ids = [clause.id for clause in result.sections[0].clauses]
    assert sorted(ids) == sorted(["a", "b", "c", *names])
    for change in changes:
        assert change.after is None or ids.index(change.after) < ids.index(change.clause.id)
