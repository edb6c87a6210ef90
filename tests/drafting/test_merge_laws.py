"""Laws of merging: no order matters, nothing is lost, nothing is guessed."""

import itertools

import pytest
from drafting_worlds import LANGUAGES, a_list, a_passage, a_text, amendments_of, lists_of, rng_of, seeds
from hypothesis import given, settings

from declaration.drafting.amendment import Delete, Move, Replace
from declaration.drafting.apply import apply
from declaration.drafting.composition import union
from declaration.drafting.consolidate import Carried, CarryConflict, carry, consolidate, merge
from declaration.drafting.deciding import decide
from declaration.drafting.derive import derive_replace
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Section, SectionKind, Text, text_digest
from declaration.errors import InputRefused


def one_clause(words, language="fr", **others):
    clause = Clause("c", {language: words, **others})
    title = {language: "Titre du texte"}
    return Text("one", LANGUAGES, title, (Section("s", SectionKind.CHAPTER, {}, (clause, Clause("d", {"fr": "x"}))),))


def edited(text, *edits):
    return (Replace("c", "fr", text_digest(text.clause("c").texts["fr"]), tuple(Edit(*edit) for edit in edits)),)


def reading(text):
    return text.clause("c").texts["fr"]


def components(pairs):
    """The groups that these pairs form, the plain way."""
    groups = []
    for pair in map(set, pairs):
        touching = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair] + [pair.union(*touching)]
    return {frozenset(group) for group in groups}


# Consolidating


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_consolidation_does_not_depend_on_the_order(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    given_ = amendments_of(lists_of(rng, text, rng.randint(2, 4)))
    expected = consolidate(text, given_)
    for order in itertools.permutations(given_):
        assert consolidate(text, order) == expected


@settings(max_examples=4, deadline=None)
@given(seeds)
def test_consolidation_of_six_does_not_depend_on_the_order(seed):
    rng = rng_of(seed)
    text = a_text(rng, sections=2)
    given_ = amendments_of(lists_of(rng, text, 6))
    expected = consolidate(text, given_)
    for order in itertools.permutations(given_):
        assert consolidate(text, order) == expected


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_conflict_groups_are_those_that_the_pairs_form(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    given_ = amendments_of(lists_of(rng, text, rng.randint(2, 8)))
    result = consolidate(text, given_)
    pairs = [
        (one.id, other.id)
        for one, other in itertools.combinations(given_, 2)
        if isinstance(merge(text, one.changes, other.changes), CarryConflict)
    ]
    found = {frozenset(group.amendments) for group in result.groups}
    jointly = [reason for group in result.groups for reason in group.reasons if reason.code in {"together", "size"}]
    if jointly:
        assert all(any(group <= larger for larger in found) for group in components(pairs))
    else:
        assert found == components(pairs)
    named = set(result.merged).union(*found)
    assert named == {amendment.id for amendment in given_}
    assert len(result.merged) + sum(map(len, found)) == len(given_)
    for group in result.groups:
        assert {side.amendment for reason in group.reasons for side in reason.sides} == set(group.amendments)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_adopting_one_after_another_in_any_order_gives_what_consolidation_gives(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    given_ = amendments_of(lists_of(rng, text, rng.randint(2, 4)))
    result = consolidate(text, given_)
    chosen = [amendment for amendment in given_ if amendment.id in result.merged]
    for order in itertools.islice(itertools.permutations(chosen), 6):
        now, waiting = text, [amendment.changes for amendment in order]
        while waiting:
            adopted, *left = waiting
            new = apply(now, adopted)
            carried = [carry(changes, adopted, now, new) for changes in left]
            if any(isinstance(found, CarryConflict) for found in carried):
                # what stood between two new clauses is deleted: which of them comes first is known no longer
                assert {r.code for found in carried if isinstance(found, CarryConflict) for r in found.reasons} == {
                    "place"
                }
                assert any(isinstance(change, Delete) for amendment in order for change in amendment.changes)
                break
            now, waiting = new, [found.changes for found in carried]
        else:
            assert now == result.text


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_what_two_hands_touch_is_for_a_person_to_confirm(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    given_ = amendments_of(lists_of(rng, text, 5))
    result = consolidate(text, given_)
    hands = {}
    for amendment in given_:
        if amendment.id in result.merged:
            for clause in {c.clause for c in amendment.changes if isinstance(c, Replace | Move)}:
                hands[clause] = hands.get(clause, 0) + 1
    assert set(result.to_confirm) == {clause for clause, count in hands.items() if count > 1}
    assert decide(text, [a for a in given_ if a.id in result.merged]).changes == result.changes


def test_an_amendment_given_twice_is_refused():
    text = one_clause("un mot")
    amendments = amendments_of([edited(text, (0, 1, "un", "le"))]) * 2
    with pytest.raises(InputRefused, match="twice"):
        consolidate(text, amendments)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_words_for_every_place_settle_every_conflict_of_words(seed):
    rng = rng_of(seed)
    world = a_text(rng)
    lists = [tuple(c for c in changes if isinstance(c, Replace)) for changes in lists_of(rng, world, 3)]
    hands = amendments_of([changes for changes in lists if changes])
    words = {}
    for change in (change for hand in hands for change in hand.changes):
        with_words = derive_replace(world, change.clause, change.language, a_passage(rng) + " neu")
        words[change.clause, change.language] = with_words
    result = apply(world, decide(world, [], hands, tuple(words.values())).changes)
    assert result == apply(world, tuple(words.values()))


# Merging two


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_merging_with_nothing_with_itself_and_with_a_part_of_itself(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    changes = a_list(rng, text, most=6)
    wanted = apply(text, changes)
    for other in ((), changes, tuple(reversed(changes))):
        for found in (merge(text, changes, other), merge(text, other, changes)):
            assert isinstance(found, Carried)
            assert apply(text, found.changes) == wanted
            assert set(map(repr, merge(text, found.changes, changes).changes)) == set(map(repr, found.changes))
    for part in range(len(changes)):
        try:
            apply(text, changes[:part])
        except InputRefused:  # placed after what a later change inserts
            continue
        found = merge(text, changes, changes[:part])
        if isinstance(found, CarryConflict):  # placed after a clause that moves only in the whole list
            assert {reason.code for reason in found.reasons} == {"moved"}
        else:
            assert apply(text, found.changes) == wanted


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_merging_is_symmetric(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    one, other = lists_of(rng, text, 2)
    there, back = merge(text, one, other), merge(text, other, one)
    assert type(there) is type(back)
    if isinstance(there, Carried):
        assert there == back
        apply(text, there.changes)
    else:
        assert there.reasons
        assert back.reasons


def test_repeated_words_stay_apart():
    text = one_clause("Parties and Parties and States")  # tokens 0, 2, 4, 6, 8 are words
    first, second = edited(text, (0, 4, "Parties and ", "")), edited(text, (4, 8, "Parties and ", ""))
    assert reading(apply(text, first)) == reading(apply(text, second)) == "Parties and States"
    found = merge(text, first, second)
    assert [reason.code for reason in found.reasons] == ["overlap"]  # they touch: "States" alone is nobody's wish
    text = one_clause("Parties and the Parties and all States")  # tokens: Parties(0) and(2) the(4) Parties(6) and(8)
    first, second = edited(text, (0, 4, "Parties and ", "")), edited(text, (6, 10, "Parties and ", ""))
    assert reading(apply(text, merge(text, first, second).changes)) == "the all States"


@settings(max_examples=200, deadline=None)
@given(seeds)
def test_disjoint_changes_of_repeated_words_give_exactly_the_intended_text(seed):
    rng = rng_of(seed)
    words = [rng.choice(("Parties", "and", "States")) for _ in range(rng.randint(5, 12))]
    text = one_clause(" ".join(words))
    wishes = {at: rng.choice((None, "Villes", "and", "Parties of")) for at in range(0, len(words), 2)}
    wishes = {at: wish for at, wish in wishes.items() if wish != words[at]}
    hands = ([], [])
    for at, wish in wishes.items():
        rng.choice(hands).append((2 * at, 2 * at + 1, words[at], wish or "and/or"))
    if not all(hands):
        return
    lists = [edited(text, *hand) for hand in hands]
    intended = [(wishes[at] or "and/or") if at in wishes else word for at, word in enumerate(words)]
    for one, other in (lists, lists[::-1]):
        assert reading(apply(text, merge(text, one, other).changes)) == " ".join(intended)
        after = apply(text, one)
        carried = carry(other, one, text, after)
        assert reading(apply(after, carried.changes)) == " ".join(intended)


# Carrying


@settings(max_examples=300, deadline=None)
@given(seeds)
def test_no_open_amendment_is_lost_by_an_adoption(seed):
    rng = rng_of(seed)
    old = a_text(rng)
    lists = lists_of(rng, old, rng.randint(2, 5))
    kept = consolidate(old, amendments_of(lists[: rng.randint(1, len(lists) - 1)]))
    adopted, new = kept.changes, kept.text
    for changes in lists:
        found = carry(changes, adopted, old, new)
        if isinstance(found, Carried):
            assert apply(new, found.changes) == apply(old, union(old, [adopted, changes]))
            assert len(found.changes) <= len(changes)
        else:
            assert found.reasons
            for reason in found.reasons:
                assert {side.amendment for side in reason.sides} == {None, "the amendment"}
                assert "the adopted text" in reason.sentence


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_what_was_adopted_itself_is_carried_to_nothing(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    changes = a_list(rng, text, most=6)
    assert carry(changes, changes, text, apply(text, changes)) == Carried(())
    assert carry(changes, (), text, text) == Carried(changes)
