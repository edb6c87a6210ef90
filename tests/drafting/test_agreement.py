"""Positions bind to exact words; states change by the tables, and in no other way."""

import itertools
from dataclasses import replace

import pytest

from declaration.drafting.apply import apply
from declaration.drafting.derive import derive_delete, derive_move, derive_replace, derive_retitle
from declaration.drafting.positions import Position, Stance, matrix
from declaration.drafting.states import (
    AMENDMENT_TRANSITIONS,
    PHASE_TRANSITIONS,
    AmendmentState,
    Phase,
    require_amendment,
    require_phase,
)
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.errors import InputRefused, StateConflict

CITIES = ("abidjan", "dakar", "lyon", "paris")


def text():
    clauses = tuple(Clause(name, {"fr": f"le mot {name}", "de": f"das Wort {name}"}) for name in ("one", "two"))
    return Text("t", ("fr", "de", "ar"), {"fr": "Titre"}, (Section("s", SectionKind.CHAPTER, {}, clauses),))


def position(city, clause, stance, reservation=None, *, of=None):
    return Position(city, clause, (of or text()).clause(clause).digest, stance, reservation)


def table(now, *taken):
    return matrix(now, CITIES, taken)


def test_a_yes_is_a_yes_to_these_words_in_every_language():
    yes = position("paris", "one", Stance.ACCEPT)
    assert not table(text(), yes).cells["paris", "one"].stale
    for language, words in (("fr", "le mot neuf"), ("de", "das neue Wort"), ("ar", "الكلمة")):
        changed = apply(text(), (derive_replace(text(), "one", language, words),))
        assert table(changed, yes).cells["paris", "one"].stale
        assert table(changed, yes).stale("paris") == ("one",)
        assert not table(changed, position("paris", "two", Stance.ACCEPT)).cells["paris", "two"].stale


def test_what_does_not_touch_the_words_leaves_a_yes_alone():
    yes = position("paris", "one", Stance.ACCEPT)
    for change in (
        derive_move(text(), "one", after="two"),
        derive_delete(text(), "two"),
        derive_retitle(text(), None, "fr", "Autre titre"),
        derive_replace(text(), "two", "fr", "autre"),
    ):
        assert not table(apply(text(), (change,)), yes).cells["paris", "one"].stale


def test_words_that_come_back_make_a_yes_good_again():
    yes = position("paris", "one", Stance.ACCEPT)
    away = apply(text(), (derive_replace(text(), "one", "fr", "autre"),))
    back = apply(away, (derive_replace(away, "one", "fr", "le mot one"),))
    assert table(away, yes).agreement("one").stale == ("paris",)
    assert table(back, yes).agreement("one").accepted == 1


def test_how_a_clause_stands():
    found = table(
        text(),
        position("abidjan", "one", Stance.ACCEPT),
        position("dakar", "one", Stance.ACCEPT_WITH_RESERVATION, "sous réserve"),
        position("lyon", "one", Stance.OBJECT, "trop vague"),
        position("paris", "two", Stance.ABSTAIN),
    )
    one = found.agreement("one")
    assert (one.accepted, one.reservations, one.objections, one.abstentions) == (2, 1, ("lyon",), 0)
    assert (one.stale, one.silent, one.is_blocked) == ((), ("paris",), True)
    two = found.agreement("two")
    assert (two.accepted, two.abstentions, two.is_blocked) == (0, 1, False)
    assert two.silent == ("abidjan", "dakar", "lyon")
    assert [agreement.clause for agreement in found.blocking()] == ["one"]


def test_former_words_block_until_they_are_confirmed():
    old = text()
    new = apply(old, (derive_replace(old, "one", "de", "neu"),))
    objection = position("lyon", "one", Stance.OBJECT, of=old)
    found = table(new, objection)
    assert found.agreement("one").objections == ()
    assert found.agreement("one").stale == ("lyon",)
    assert [agreement.clause for agreement in found.blocking()] == ["one"]
    assert table(new, objection, position("lyon", "one", Stance.ACCEPT, of=new)).blocking() == ()


def test_the_last_position_counts_and_strangers_do_not():
    found = table(
        text(),
        position("paris", "one", Stance.OBJECT),
        position("paris", "one", Stance.ACCEPT),
        position("nowhere", "one", Stance.OBJECT),
        replace(position("lyon", "one", Stance.OBJECT), clause="gone"),
    )
    assert found.blocking() == ()
    assert found.agreement("one").accepted == 1
    assert set(found.cells) == {("paris", "one")}
    assert (found.signatories, found.clauses) == (CITIES, ("one", "two"))


@pytest.mark.parametrize("stance", list(Stance))
@pytest.mark.parametrize("words", [None, "", "  ", "sauf les îles"])
def test_words_go_with_a_reservation_or_an_objection_alone(stance, words):
    needed = stance is Stance.ACCEPT_WITH_RESERVATION
    allowed = needed or stance is Stance.OBJECT
    refused = (needed and not (words or "").strip()) or (words is not None and not allowed)
    if refused:
        with pytest.raises(InputRefused, match="paris") as refusal:
            position("paris", "one", stance, words)
        assert refusal.value.code.startswith("position.reservation")
    else:
        assert position("paris", "one", stance, words).stance is stance


def test_a_position_names_what_it_is_about():
    for slip in ({"signatory": ""}, {"clause": "a b"}, {"clause_digest": "0"}):
        with pytest.raises(InputRefused):
            replace(position("paris", "one", Stance.ACCEPT), **slip)


AMENDMENT_STEPS = {
    ("draft", "tabled"),
    ("tabled", "withdrawn"),
    ("tabled", "adopted"),
    ("tabled", "adopted-as-modified"),
    ("tabled", "rejected"),
}
PHASE_STEPS = {("drafting", "frozen"), ("frozen", "drafting"), ("frozen", "sealed")}


@pytest.mark.parametrize(("now", "then"), list(itertools.product(AmendmentState, repeat=2)))
def test_an_amendment_goes_only_where_the_table_leads(now, then):
    if (now, then) in AMENDMENT_STEPS:
        require_amendment(now, then, amendment="a-1")
    else:
        with pytest.raises(StateConflict, match=f"“a-1” is {now} and cannot become {then}"):
            require_amendment(now, then, amendment="a-1")


@pytest.mark.parametrize(("now", "then"), list(itertools.product(Phase, repeat=2)))
def test_a_declaration_goes_only_where_the_table_leads(now, then):
    if (now, then) in PHASE_STEPS:
        require_phase(now, then, declaration="d")
    else:
        with pytest.raises(StateConflict, match=f"“d” is {now} and cannot become {then}"):
            require_phase(now, then, declaration="d")


def test_the_tables_are_whole():
    assert set(AMENDMENT_TRANSITIONS) == set(AmendmentState)
    assert set(PHASE_TRANSITIONS) == set(Phase)
    assert [state for state in AmendmentState if state.is_open] == [AmendmentState.TABLED]
    assert not PHASE_TRANSITIONS[Phase.SEALED]
