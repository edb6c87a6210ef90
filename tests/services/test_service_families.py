"""Alternatives and amendments of amendments through the services: what becomes of each, and what the record says."""

import contextlib
import random
from dataclasses import replace

import pytest
from service_world import ID

from declaration.drafting.apply import apply
from declaration.drafting.consolidate import consolidate
from declaration.drafting.derive import derive_insert, derive_replace, derive_rewrite
from declaration.drafting.states import AmendmentState
from declaration.drafting.text import Clause
from declaration.errors import InputRefused, StateConflict
from declaration.services import negotiating, undoing
from declaration.store import documents, queries
from declaration.store.audit import audit

OPEN = "We open our cities wide to all."
WIDER = "We open our cities very wide to all."


@pytest.fixture
def world(sqlite_worlds):
    """A text with nothing tabled, and two drafters."""
    made = sqlite_worlds.at("drafting")
    for name, author in (("a1", "w1"), ("a2", "w2"), ("a3", "w1")):
        negotiating.withdraw(made.chancery, ID, name, by=author)
    made.take("haifa", clause="c2")
    return made


def put(world, name, changes, **named):
    amendment = replace(world.amendment(name, "w1", *changes), **named)
    return negotiating.table(world.chancery, ID, amendment)


def family(world):
    """b1, and b2 which amends it."""
    put(world, "b1", [world.replace("c1", OPEN)])
    over = apply(world.version.text, line(world, "b1").amendment.changes)
    put(world, "b2", [derive_replace(over, "c1", "en", WIDER)], amends="b1")


def line(world, name):
    with world.store.reading() as session:
        return queries.amendment(session, ID, name)


def states(world):
    with world.store.reading() as session:
        lines = queries.amendments(session, ID)
    return {
        one.amendment.id: (str(one.state), one.amendment.amends, bool(one.conflict))
        for one in lines
        if one.amendment.id.startswith("b")
    }


def words(world, clause="c1"):
    return world.version.text.clause(clause).texts["en"]


def carriage(world):
    with world.store.reading() as session:
        row = queries.versions(session, ID)[-1]
        return documents.document(queries.blob(session, ID, row.carriage), what="The carriage")


def test_adopted_together_the_amended_one_is_modified_and_the_record_says_by_what(world):
    family(world)
    world.adopt("b1", "b2")
    assert words(world) == WIDER
    assert states(world) == {
        "b1": ("adopted-as-modified", None, False),
        "b2": ("adopted", "b1", False),
    }
    recorded = carriage(world)
    assert recorded["outcomes"] == [
        {"amendment": "b1", "by": ["b2"], "state": "adopted-as-modified"},
        {"amendment": "b2", "state": "adopted"},
    ]
    assert [step[0]["edits"][0]["new"] for step in recorded["steps"]] == ["wide ", "very "]
    assert line(world, "b1").amendment.changes[0].edits[0].new == "wide "  # its own words stay beside
    audit(world.store, ID)


def test_adopted_alone_the_amended_one_hands_its_place_to_the_other(world):
    family(world)
    world.adopt("b1")
    assert words(world) == OPEN
    assert states(world) == {"b1": ("adopted", None, False), "b2": ("tabled", None, False)}
    assert line(world, "b2").upon == "b1"
    world.adopt("b2")
    assert words(world) == WIDER
    audit(world.store, ID)


def test_the_amending_one_is_never_adopted_alone(world):
    family(world)
    with pytest.raises(StateConflict) as refusal:
        world.adopt("b2")
    assert refusal.value.code == "merge.parent"


def test_both_are_carried_over_what_others_change(world):
    family(world)
    put(world, "b3", [world.replace("c1", "We open all our cities to all.")])
    world.adopt("b3")
    assert states(world) == {
        "b1": ("tabled", None, False),
        "b2": ("tabled", "b1", False),
        "b3": ("adopted", None, False),
    }
    world.adopt("b1", "b2")
    assert words(world) == "We open all our cities very wide to all."
    audit(world.store, ID)


@pytest.mark.parametrize("end", ["withdraw", "reject"])
def test_when_the_amended_one_is_gone_the_other_waits_and_may_take_the_words_over(world, end):
    family(world)
    if end == "withdraw":
        negotiating.withdraw(world.chancery, ID, "b1", by="w1")
    else:
        negotiating.reject(world.chancery, ID, "b1", reason="Too wide.")
    assert line(world, "b2").conflict == (
        "b1 and the amendment hang together, and the first was withdrawn or rejected.",
    )
    with pytest.raises(StateConflict):
        world.adopt("b2")
    anew = replace(world.amendment("b2", "w1", world.replace("c1", WIDER)))
    negotiating.revise(world.chancery, ID, anew, by="w1")
    assert states(world)["b2"] == ("tabled", None, False)
    world.adopt("b2")
    assert words(world) == WIDER
    audit(world.store, ID)


def test_when_the_amended_one_is_written_anew_the_other_stays_if_it_still_applies(world):
    family(world)
    over = apply(world.version.text, line(world, "b1").amendment.changes)
    put(world, "b3", [derive_replace(over, "c2", "en", "We protect water, soil and air.")], amends="b1")
    anew = world.amendment("b1", "w1", world.replace("c1", "We open our cities to all people."))
    negotiating.revise(world.chancery, ID, anew, by="w1")
    assert states(world) == {
        "b1": ("tabled", None, False),
        "b2": ("tabled", "b1", True),
        "b3": ("tabled", "b1", False),
    }
    assert line(world, "b2").conflict == ("b1 and the amendment hang together, and the first was written anew.",)
    over = apply(world.version.text, line(world, "b1").amendment.changes)
    again = world.amendment("b2", "w1", derive_replace(over, "c1", "en", "We open our cities wide to all people."))
    negotiating.revise(world.chancery, ID, replace(again, amends="b1"), by="w1")
    world.adopt("b1", "b2", "b3")
    assert words(world) == "We open our cities wide to all people."
    audit(world.store, ID)


def test_adopted_in_other_words_the_record_says_in_which(world):
    family(world)
    given = (world.replace("c1", "We open our cities to everybody."),)
    world.adopt(modified=("b1",), words=given)
    assert states(world) == {"b1": ("adopted-as-modified", None, False), "b2": ("tabled", "b1", True)}
    (outcome,) = carriage(world)["outcomes"]
    assert outcome["words"][0]["edits"][0]["new"] == "everybody"
    assert line(world, "b2").conflict == (
        "b1 and the amendment hang together, and the first was adopted in other words.",
    )
    audit(world.store, ID)


def alternatives(world):
    put(world, "b1", [world.replace("c1", OPEN)])
    put(world, "b2", [world.replace("c2", "We protect water, soil and air.")], alternative="b1")
    put(world, "b3", [world.replace("c3", "We learn a lot from each other.")], alternative="b1")


def test_of_alternatives_one_is_adopted_and_the_others_wait(world):
    alternatives(world)
    with world.store.reading() as session:
        found = consolidate(world.version.text, [one.amendment for one in queries.open_amendments(session, ID)])
    assert [group.amendments for group in found.groups] == [("b1", "b2", "b3")]
    with pytest.raises(StateConflict) as refusal:
        world.adopt("b1", "b2")
    assert refusal.value.code == "merge.alternatives"
    world.adopt("b2", keep=("b3",))
    assert states(world) == {
        "b1": ("tabled", None, True),
        "b2": ("adopted", None, False),
        "b3": ("tabled", None, False),
    }
    assert line(world, "b1").conflict == ("b2 and the amendment are alternatives: at most one of them is adopted.",)
    audit(world.store, ID)


def test_undoing_brings_families_and_alternatives_back(world):
    family(world)
    alternatives_of = [world.replace("c2", "We protect water, soil and air.")]
    put(world, "b5", alternatives_of)
    put(world, "b6", [world.replace("c3", "We learn a lot from each other.")], alternative="b5")
    before = {name: line(world, name).amendment.changes for name in ("b1", "b2", "b6")}
    world.adopt("b5")
    assert states(world)["b6"] == ("tabled", None, True)
    undoing.undo(world.chancery, ID, base=world.version.digest)
    assert states(world) == {
        "b1": ("tabled", None, False),
        "b2": ("tabled", "b1", False),
        "b5": ("adopted", None, False),
        "b6": ("tabled", None, False),
    }
    assert {name: line(world, name).amendment.changes for name in before} == before
    audit(world.store, ID)


def test_undoing_an_adopted_amendment_leaves_who_amends_it_waiting(world):
    family(world)
    world.adopt("b1")
    undoing.undo(world.chancery, ID, base=world.version.digest)
    assert states(world) == {"b1": ("adopted", None, False), "b2": ("tabled", None, True)}
    audit(world.store, ID)


def test_a_rewriting_is_adopted_whole(world):
    section = world.version.text.section("s1")
    clauses = [section.clauses[2], Clause("c9", {"fr": "Encore.", "en": "More."}), replaced(section.clauses[0])]
    put(world, "b1", derive_rewrite(world.version.text, "s1", {"en": "Our cities"}, clauses))
    put(world, "b2", [world.replace("c1", "We open our many cities to all.")])
    world.adopt("b1")
    assert world.version.text.section("s1").clauses == tuple(clauses)
    assert states(world) == {"b1": ("adopted", None, False), "b2": ("tabled", None, True)}


def replaced(clause):
    return replace(clause, texts={**clause.texts, "en": "Cities are open."})


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_nothing_is_lost_and_the_record_replays(world, seed):
    """Random acts of drafters and depositary: every amendment always has a state, and those that fit apply."""
    rng = random.Random(seed)
    known = []
    for _ in range(25):
        with contextlib.suppress(StateConflict, InputRefused):  # such as undoing what somebody has relied on
            _act(world, rng, known)
        with world.store.reading() as session:
            lines = {one.amendment.id: one for one in queries.amendments(session, ID)}
        assert set(known) <= set(lines)
        for one in lines.values():
            if one.state is AmendmentState.TABLED and not one.conflict:
                parent = one.amendment.amends
                over = world.version.text
                if parent is not None:
                    assert lines[parent].state is AmendmentState.TABLED
                    over = apply(over, lines[parent].amendment.changes)
                apply(over, one.amendment.changes)
    audit(world.store, ID)


def _act(world, rng, known):
    text = world.version.text
    with world.store.reading() as session:
        fitting = [one.amendment for one in queries.open_amendments(session, ID) if not one.conflict]
    kind = rng.random()
    if kind < 0.6 or not fitting:
        named = {}
        if fitting and rng.random() < 0.5:
            other = rng.choice(fitting)
            if rng.random() < 0.6 and other.amends is None:
                named, text = {"amends": other.id}, apply(text, other.changes)
            else:
                named = {"alternative": other.alternative or other.id, "amends": other.amends}
                parents = {one.id: one for one in fitting}
                text = apply(text, parents[other.amends].changes) if other.amends else text
        name = f"b{len(known)}"
        if rng.random() < 0.2:
            change = derive_insert(text, "s1", rng.choice(["c1", "c3"]), f"n{name}", {"fr": "Neuf.", "en": "New."})
        else:
            clause = rng.choice(list(text.section("s1").clauses))
            pieces = clause.texts["en"].split()
            pieces.insert(rng.randrange(len(pieces)), rng.choice(["new", "old"]))
            change = derive_replace(text, clause.id, "en", " ".join(pieces))
        put(world, name, [change], **named)
        known.append(name)
    elif kind < 0.7:
        negotiating.withdraw(world.chancery, ID, rng.choice(fitting).id, by="w1")
    elif kind < 0.8:
        undoing.undo(world.chancery, ID, base=world.version.digest)
    else:
        found = consolidate(text, fitting)
        chosen = [name for name in found.merged if rng.random() < 0.6]
        keep = tuple(one.id for one in fitting if rng.random() < 0.3)
        if chosen:
            world.adopt(*chosen, confirmed=None, keep=keep)
