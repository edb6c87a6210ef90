"""Laws of alternatives and of amendments to amendments: no order matters, nothing is lost, nothing is guessed."""

import itertools
from dataclasses import replace

import pytest
from drafting_worlds import a_list, a_text, amendments_of, lists_of, rng_of, seeds
from hypothesis import given, settings

from declaration.drafting.amendment import amendment_from_document
from declaration.drafting.apply import apply
from declaration.drafting.composition import union
from declaration.drafting.consolidate import Carried, CarryConflict, carry, consolidate
from declaration.drafting.deciding import decide
from declaration.drafting.derive import derive_replace
from declaration.drafting.families import Parent, carry_child, carry_through
from declaration.drafting.sequence import compose
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.errors import InputRefused, StateConflict


def a_field(rng, text, most=4):
    """Amendments, some of which are alternatives, and some of which amend another."""
    roots = amendments_of(lists_of(rng, text, rng.randint(2, most), most=2))
    field = list(roots)
    for number, root in enumerate(roots[1:], 1):
        if rng.random() < 0.2:
            first = roots[number - 1]
            field[number] = replace(root, alternative=first.alternative or first.id)
    for number in range(rng.randint(0, 3)):
        parent = rng.choice(field[: len(roots)])
        over = apply(text, parent.changes)
        changes = a_list(rng, over, f"k{number}x", most=2)
        field.append(replace(parent, id=f"b-{number}", changes=changes, alternative=None, amends=parent.id))
    return field


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_consolidation_of_families_does_not_depend_on_the_order(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    field = a_field(rng, text, most=3)
    expected = consolidate(text, field)
    for order in itertools.islice(itertools.permutations(field), 0, 120, 7):
        assert consolidate(text, order) == expected


@settings(max_examples=200, deadline=None)
@given(seeds)
def test_of_families_nothing_is_lost_and_nothing_guessed(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    field = a_field(rng, text)
    known = {amendment.id: amendment for amendment in field}
    result = consolidate(text, field)
    grouped = [name for group in result.groups for name in group.amendments]
    assert sorted([*result.merged, *grouped]) == sorted(known)
    for group in result.groups:
        assert {side.amendment for reason in group.reasons for side in reason.sides} == set(group.amendments)
    merged = set(result.merged)
    assert all(known[name].amends in merged | {None} for name in merged)
    chosen = [known[name].alternative or name for name in merged]
    assert len(chosen) == len(set(chosen))
    assert apply(text, result.changes) == result.text
    adopted = decide(text, [known[name] for name in result.merged])
    assert adopted.changes == result.changes
    assert adopted.to_confirm == result.to_confirm
    assert apply(apply(text, adopted.first), adopted.then) == result.text


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_a_family_adopted_together_reads_as_the_younger_wrote_it(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    (parent,) = amendments_of([a_list(rng, text, most=4)])
    over = apply(text, parent.changes)
    child = replace(parent, id="b", changes=a_list(rng, over, "k", most=4), amends=parent.id)
    result = consolidate(text, [child, parent])
    assert result.merged == (parent.id, "b")
    assert result.text == apply(over, child.changes)
    assert result.changes == compose(text, parent.changes, child.changes)
    assert result.to_confirm == ()


@settings(max_examples=250, deadline=None)
@given(seeds)
def test_no_amendment_of_an_amendment_is_lost_by_an_adoption(seed):
    rng = rng_of(seed)
    old = a_text(rng)
    field = a_field(rng, old)
    known = {amendment.id: amendment for amendment in field}
    found = consolidate(old, field)
    chosen = [known[name] for name in found.merged if rng.random() < 0.5]
    chosen = [a for a in chosen if a.amends is None or any(other.id == a.amends for other in chosen)]
    adopted = decide(old, chosen)
    new = apply(old, adopted.changes)
    for amendment in field:
        if amendment in chosen or amendment.amends is None:
            continue
        parent = known[amendment.amends]
        kept = carry_through(parent.changes, adopted.steps, old)
        stays = parent not in chosen and isinstance(kept, Carried) and bool(kept.changes)
        mine = carry_child(
            amendment.changes, Parent(parent.id, parent.changes, stays, "parent-stuck"), adopted.steps, old
        )
        if isinstance(mine, Carried):
            ground = apply(new, kept.changes) if stays else new
            reads = apply(ground, mine.changes)
            if len(adopted.steps) == 1:
                seen = carry(adopted.first, parent.changes, old, apply(old, parent.changes))
                assert reads == apply(apply(old, parent.changes), union_of(old, parent, seen, amendment))
        else:
            assert mine.reasons
            assert all(reason.sentence for reason in mine.reasons)


def union_of(old, parent, seen, amendment):
    return union(apply(old, parent.changes), [seen.changes, amendment.changes])


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_documents_keep_whom_they_are_about(seed):
    rng = rng_of(seed)
    for amendment in a_field(rng, a_text(rng)):
        document = amendment.document()
        assert amendment_from_document(document) == amendment
        assert ("alternative" in document, "amends" in document) == (
            amendment.alternative is not None,
            amendment.amends is not None,
        )


# Rules, by example


CITY = Text(
    "one",
    ("fr",),
    {"fr": "Titre"},
    (
        Section(
            "s",
            SectionKind.CHAPTER,
            {},
            (Clause("c", {"fr": "Les villes réduisent le bruit."}), Clause("d", {"fr": "Elles plantent des arbres."})),
        ),
    ),
)


def named(name, text, clause, words, **others):
    (amendment,) = amendments_of([(derive_replace(text, clause, "fr", words),)])
    return replace(amendment, id=name, **others)


NOISE = named("A1", CITY, "c", "Les grandes villes réduisent le bruit.")
TREES = named("A2", CITY, "d", "Elles plantent mille arbres.")
OVER = apply(CITY, NOISE.changes)
HUGE = named("A3", OVER, "c", "Les très grandes villes réduisent le bruit.", amends="A1")


def codes(result):
    return [[reason.code for reason in group.reasons] for group in result.groups]


def test_alternatives_collide_though_their_words_would_fit():
    other = replace(TREES, alternative="A1")
    result = consolidate(CITY, [NOISE, other])
    assert codes(result) == [["alternatives"]]
    assert result.merged == ()
    with pytest.raises(StateConflict) as refusal:
        decide(CITY, [NOISE, other])
    assert refusal.value.code == "merge.alternatives"


def test_alternatives_of_one_that_is_decided_still_exclude_each_other():
    one, other = replace(NOISE, alternative="A0"), replace(TREES, alternative="A0")
    assert codes(consolidate(CITY, [one, other])) == [["alternatives"]]


def test_an_amendment_of_an_amendment_is_adopted_with_it_or_not_at_all():
    assert apply(CITY, decide(CITY, [NOISE, HUGE]).changes).clause("c").texts["fr"].startswith("Les très grandes")
    assert decide(CITY, [NOISE]).changes == NOISE.changes
    with pytest.raises(StateConflict) as refusal:
        decide(CITY, [HUGE])
    assert refusal.value.code == "merge.parent"
    with pytest.raises(InputRefused) as given_alone:
        consolidate(CITY, [HUGE])
    assert given_alone.value.code == "amendment.parent"


def test_who_amends_a_contested_amendment_waits_with_it():
    rival = named("A4", CITY, "c", "Les petites villes réduisent le bruit.")
    result = consolidate(CITY, [NOISE, HUGE, TREES, rival])
    assert result.merged == ("A2",)
    assert [group.amendments for group in result.groups] == [("A1", "A3", "A4")]
    assert sorted(codes(result)[0]) == ["overlap", "parent"]


def test_two_who_amend_the_same_words_of_an_amendment_collide_and_leave_it_alone():
    other = named("A5", OVER, "c", "Les plus grandes villes réduisent le bruit.", amends="A1")
    result = consolidate(CITY, [NOISE, HUGE, other, TREES])
    assert result.merged == ("A1", "A2")
    assert [group.amendments for group in result.groups] == [("A3", "A5")]


def test_who_amends_an_amendment_may_collide_with_a_third():
    third = named("A6", CITY, "d", "Elles plantent des forêts.")
    reaching = named("A7", OVER, "d", "Elles plantent des haies.", amends="A1")
    result = consolidate(CITY, [NOISE, third, reaching])
    assert result.merged == ("A1",)
    assert [group.amendments for group in result.groups] == [("A6", "A7")]
    with pytest.raises(StateConflict) as refusal:
        decide(CITY, [NOISE, third, reaching])
    assert refusal.value.code == "merge.unresolved"


def test_a_clause_changed_by_a_family_and_another_is_read_by_a_person():
    far = named("A8", CITY, "c", "Les villes réduisent le vacarme.")
    assert consolidate(CITY, [NOISE, HUGE]).to_confirm == ()
    assert consolidate(CITY, [NOISE, HUGE, far]).to_confirm == ("c",)


def test_when_the_amended_is_adopted_the_amending_stands_on_the_text():
    new = apply(CITY, NOISE.changes)
    carried = carry_child(HUGE.changes, Parent("A1", NOISE.changes, False, "parent-modified"), (NOISE.changes,), CITY)
    assert carried == Carried(HUGE.changes)
    assert apply(new, carried.changes).clause("c").texts["fr"] == "Les très grandes villes réduisent le bruit."


def test_when_the_amended_is_adopted_in_other_words_the_amending_says_so():
    words = (derive_replace(CITY, "c", "fr", "Les métropoles réduisent le bruit."),)
    found = carry_child(HUGE.changes, Parent("A1", NOISE.changes, False, "parent-modified"), (words,), CITY)
    assert isinstance(found, CarryConflict)
    assert [reason.sentence for reason in found.reasons] == [
        "A1 and the amendment hang together, and the first was adopted in other words."
    ]
