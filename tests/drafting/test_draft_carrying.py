"""Laws of drafts: what was typed becomes what was meant, and no adoption ever loses a word of it."""

import random

from drafting_worlds import a_list, a_text, seeds
from hypothesis import assume, given, settings

from declaration.drafting.apply import apply
from declaration.drafting.composition import collisions, union
from declaration.drafting.consolidate import Carried, carry
from declaration.drafting.hygiene import clean
from declaration.errors import DeclarationError
from declaration.services.carrying import carry_typed
from declaration.services.tabling import _claims
from declaration.services.typed import derive, typed_of
from declaration.services.typed_json import typed_from_json, typed_to_json


def world(seed):
    rng = random.Random(seed)
    text = a_text(rng)
    pool = a_list(rng, text, "p")
    applied = a_list(rng, text, "a", pool=pool)
    mine = a_list(rng, text, "b", pool=(*pool, *applied))
    return text, applied, mine


def assume_clean(text, changes):
    """Leave worlds alone in which an author typed noise: cleaning it is another law (test_cleaning_laws)."""
    typed = typed_of(text, changes)
    everything = [*typed.texts.values(), *(own for _, own in typed.headings()), *(new.texts for new in typed.inserted)]
    assume(all(clean(words).text == words for texts in everything for words in texts.values()))


def same_structure(text):
    return [(section.id, section.title, [(c.id, dict(c.texts)) for c in section.clauses]) for section in text.sections]


@given(seeds)
@settings(max_examples=150, deadline=None)
def test_what_was_typed_leads_to_the_text_that_was_meant(seed):
    text, _, mine = world(seed)
    assume_clean(text, mine)
    typed = typed_of(text, mine)
    derived = derive(text, typed)
    assert not derived.problems
    assert apply(text, derived.changes) == apply(text, mine)
    assert typed_from_json(typed_to_json(typed)) == typed


@given(seeds)
@settings(max_examples=300, deadline=None)
def test_no_adoption_loses_anything_that_was_typed(seed):
    old, applied, mine = world(seed)
    new = apply(old, applied)
    typed = typed_of(old, mine)
    carried = carry_typed(typed, applied, old, new, version=1)
    aside = {(one.place.kind, one.place.clause, one.place.section, one.place.language) for one in carried.aside}
    texts = {one.id: one.texts for one in new.clauses()}
    for clause, own in typed.texts.items():
        for language, words in own.items():
            done = texts.get(clause, {}).get(language) == words
            kept = language in carried.texts.get(clause, {})
            assert kept + (("text", clause, None, language) in aside) + done >= 1
            assert not (kept and ("text", clause, None, language) in aside)
    for section, own in typed.headings():
        now = new.title if section is None else new.section(section).title
        left = dict(carried.headings()).get(section, {})
        for language, words in own.items():
            assert language in left or ("title", None, section, language) in aside or now.get(language) == words
    for one in typed.inserted:
        assert one in carried.inserted or ("insert", one.id, one.section, None) in aside or one.id in texts
    for one in typed.moved:
        assert one in carried.moved or ("move", one.clause, one.section, None) in aside or one_is_moved(applied, one)
    for clause in typed.deleted:
        assert clause in carried.deleted or ("delete", clause, None, None) in aside or clause not in texts
    for one in carried.aside:
        if one.place.kind == "text":
            assert one.mine == {one.place.language: typed.texts[one.place.clause][one.place.language]}


def one_is_moved(applied, move):
    return any(getattr(change, "clause", None) == move.clause and hasattr(change, "after") for change in applied)


@given(seeds)
@settings(max_examples=300, deadline=None)
def test_what_is_carried_whole_means_the_same_as_the_rule_for_amendments(seed):
    old, applied, mine = world(seed)
    assume_clean(old, mine)
    new = apply(old, applied)
    whole = carry(mine, applied, old, new)
    carried = carry_typed(typed_of(old, mine), applied, old, new, version=1)
    derived = derive(new, carried)
    if carried.aside:
        return
    if isinstance(whole, Carried):
        result = apply(new, derived.changes)
        assert same_structure(result) == same_structure(apply(old, union(old, [applied, mine])))
    else:  # it fits wish by wish, and not together: then the last look says so
        assert derived.problems or collisions(old, [applied, mine], ["a", "b"])


@given(seeds)
@settings(max_examples=100, deadline=None)
def test_where_nothing_was_adopted_everything_stays_letter_by_letter(seed):
    text, _, mine = world(seed)
    typed = typed_of(text, mine)
    assert carry_typed(typed, (), text, text, version=1) == typed


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_lists_that_are_about_different_things_never_collide(seed):
    text, one, other = world(seed)
    try:
        found = collisions(text, [one, other], ["one", "other"])
    except DeclarationError:
        return
    if set(_claims(one)).isdisjoint(_claims(other)):
        assert not found
