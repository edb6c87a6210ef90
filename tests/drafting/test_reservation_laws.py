"""Reservations as values: what names one, which step a new position is, and the order of protocol."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from declaration.drafting.positions import Position, Stance
from declaration.drafting.reservations import (
    Mark,
    Objection,
    Reservation,
    Spell,
    Step,
    lives,
    protocol,
    reservation_of,
    step,
)

A, B = "a" * 64, "b" * 64
AT = datetime(2019, 8, 30, 9, tzinfo=UTC)
reservations = st.builds(
    Reservation,
    st.sampled_from(["lagos", "porto"]),
    st.sampled_from(["c1", "c2"]),
    st.sampled_from([A, B]),
    st.sampled_from(["One.", "Two.", "\u0645\u062f\u064a\u0646\u0629"]),
)


@given(one=reservations, other=reservations)
def test_the_content_is_the_same_exactly_for_the_same_reservation(one, other):
    assert (one.content == other.content) == (one == other)


def test_the_content_is_the_digest_of_the_line_in_the_annex():
    made = Reservation("dhaka", "p-1", A, "Within our means.")
    assert made.content == "1044569e44a02c1e3531448a0f0262a9df49e8d6779f93953de6fe5dc162b024"


def test_only_a_yes_with_words_holds_one():
    held = Position("lagos", "c1", A, Stance.ACCEPT_WITH_RESERVATION, "But.")
    assert reservation_of(held) == Reservation("lagos", "c1", A, "But.")
    for stance, words in ((Stance.ACCEPT, None), (Stance.OBJECT, "No."), (Stance.ABSTAIN, None)):
        assert reservation_of(Position("lagos", "c1", A, stance, words)) is None


def test_every_step():
    one = Reservation("lagos", "c1", A, "One.")
    assert step(None, None) is None
    assert step(None, one) is Step.DECLARED
    assert step(one, one) is None
    assert step(one, Reservation("lagos", "c1", B, "One.")) is Step.RENEWED
    assert step(one, Reservation("lagos", "c1", A, "Two.")) is Step.MODIFIED
    assert step(one, Reservation("lagos", "c1", B, "Two.")) is Step.MODIFIED
    assert step(one, None) is Step.WITHDRAWN


@given(order=st.permutations(range(6)))
def test_lives_do_not_depend_on_the_order_in_which_rows_come(order):
    one, two = Reservation("lagos", "c1", A, "One."), Reservation("lagos", "c1", A, "Two.")
    other = Reservation("porto", "c2", A, "One.")
    spells = [
        Spell(one, 1, Step.DECLARED, Mark(1, AT), Mark(3, AT)),
        Spell(two, 1, Step.MODIFIED, Mark(3, AT), Mark(5, AT)),
        Spell(one, 1, Step.DECLARED, Mark(7, AT), None),
        Spell(other, 1, Step.DECLARED, Mark(8, AT), None),
    ]
    objections = [
        Objection("porto", "lagos", "c1", one.content, "No.", Mark(2, AT), Mark(3, AT), withdrawn=False),
        Objection("porto", "lagos", "c1", one.content, "No.", Mark(9, AT), None, withdrawn=False),
        Objection("porto", "nobody", "c1", one.content, "No.", Mark(9, AT), None, withdrawn=False),
    ]
    rows = [*spells, *objections[:2]]
    mixed = [rows[place] for place in order]
    found = lives(
        [row for row in mixed if isinstance(row, Spell)],
        [objections[2], *(row for row in mixed if isinstance(row, Objection))],
    )
    assert found == lives(spells, objections)
    assert [life.signatory for life in found] == ["lagos", "porto"]
    assert [event.step for event in found[0].events()] == [
        Step.DECLARED,
        Step.OBJECTED,
        Step.MODIFIED,
        Step.OBJECTION_LAPSED,
        Step.WITHDRAWN,
        Step.DECLARED,
        Step.OBJECTED,
    ]
    assert [line.began.entry for line in found[0].standing()] == [9]


def test_the_order_of_protocol_is_by_clause_then_by_roster():
    key = protocol(["c2", "c1"], ["porto", "lagos"])
    places = [("c1", "lagos"), ("gone", "porto"), ("c1", "porto"), ("c2", "lagos")]
    assert sorted(places, key=lambda place: key(*place)) == [
        ("c2", "lagos"),
        ("c1", "porto"),
        ("c1", "lagos"),
        ("gone", "porto"),
    ]
