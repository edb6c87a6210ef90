"""Laws of lists of changes one after another: composing, taking back, rewriting a section."""

from dataclasses import replace

import pytest
from drafting_worlds import a_list, a_passage, a_text, reworded, rng_of, seeds
from hypothesis import given, settings

from declaration.drafting.amendment import Delete, Insert, Move, Replace, changes_from_json, changes_to_json
from declaration.drafting.apply import apply, invert
from declaration.drafting.composition import collisions, union
from declaration.drafting.derive import derive_delete, derive_insert, derive_replace, derive_rewrite
from declaration.drafting.sequence import compose, placements
from declaration.drafting.text import Clause
from declaration.errors import InputRefused


@settings(max_examples=250, deadline=None)
@given(seeds)
def test_two_lists_composed_do_what_they_do_one_after_the_other(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    first = a_list(rng, text, "n", most=5)
    middle = apply(text, first)
    second = a_list(rng, middle, "m", most=5)
    both = compose(text, first, second)
    assert apply(text, both) == apply(middle, second)
    assert apply(apply(text, both), invert(text, both)) == text
    assert changes_from_json(changes_to_json(both)) == both


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_composing_with_nothing_or_with_the_way_back(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    changes = a_list(rng, text, most=6)
    assert compose(text, changes, ()) == union(text, [changes])
    assert compose(text, (), changes) == union(text, [changes])
    assert compose(text, changes, invert(text, changes)) == ()


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_of_three_it_does_not_matter_which_two_are_composed_first(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    one = a_list(rng, text, "n", most=3)
    two = a_list(rng, apply(text, one), "m", most=3)
    three = a_list(rng, apply(apply(text, one), two), "k", most=3)
    left = compose(text, compose(text, one, two), three)
    right = compose(text, one, compose(apply(text, one), two, three))
    assert apply(text, left) == apply(text, right)


def test_a_clause_deleted_and_put_back_has_never_gone():
    text = a_text(rng_of(3), clauses=4, sections=1)
    section = text.sections[0]
    gone = section.clauses[1]
    first = (derive_delete(text, gone.id),)
    middle = apply(text, first)
    back = derive_insert(middle, section.id, section.clauses[0].id, gone.id, gone.texts)
    assert compose(text, first, (back,)) == ()
    other = derive_insert(middle, section.id, None, gone.id, {**gone.texts, "fr": "tout autre chose"})
    both = compose(text, first, (other,))
    assert {type(change) for change in both} == {Move, Replace}
    assert apply(text, both).sections[0].clauses[0].texts["fr"] == "tout autre chose"


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_a_rewritten_section_reads_as_it_was_written(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    section = rng.choice(text.sections)
    kept = [clause for clause in section.clauses if rng.random() < 0.7]
    rng.shuffle(kept)
    wanted = [
        Clause(c.id, {tag: reworded(rng, words) if rng.random() < 0.5 else words for tag, words in c.texts.items()})
        for c in kept
    ]
    for number in range(rng.randint(0, 2)):
        wanted.insert(rng.randint(0, len(wanted)), Clause(f"new{number}", {"fr": a_passage(rng)}))
    title = {"fr": a_passage(rng, 4)} if rng.random() < 0.5 else {}
    if section.clauses == tuple(wanted) and title.items() <= section.title.items():
        with pytest.raises(InputRefused, match="already reads so"):
            derive_rewrite(text, section.id, title, wanted)
        return
    changes = derive_rewrite(text, section.id, title, wanted)
    result = apply(text, changes)
    assert result.section(section.id).clauses == tuple(wanted)
    assert result.section(section.id).title == {**section.title, **title}
    assert [one for one in result.sections if one.id != section.id] == [
        one for one in text.sections if one.id != section.id
    ]
    assert {c.clause for c in changes if isinstance(c, Delete)} == {c.id for c in section.clauses} - {
        c.id for c in wanted
    }
    assert {c.clause.id for c in changes if isinstance(c, Insert)} == {c.id for c in wanted if c.id.startswith("new")}
    for change in changes:
        if isinstance(change, Replace):
            assert len(change.edits) == 1
            assert change.edits[0].old == text.clause(change.clause).texts.get(change.language, "")
    assert apply(result, invert(text, changes)) == text


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_as_few_clauses_move_as_possible(seed):
    rng = rng_of(seed)
    text = a_text(rng, clauses=6, sections=1)
    section = text.sections[0]
    clauses = list(section.clauses)
    if len(clauses) > 1:
        clauses.append(clauses.pop(rng.randrange(len(clauses))))
    last = replace(text, sections=(replace(section, clauses=tuple(clauses)),))
    changes = placements(text, last)
    assert apply(text, changes) == last
    assert len(changes) <= 1


def test_a_rewrite_collides_with_every_rewording_of_what_it_rewords():
    text = a_text(rng_of(5), clauses=4, sections=1)
    section = text.sections[0]
    long = replace(section.clauses[0], texts={"fr": "un deux trois quatre cinq"})
    text = replace(text, sections=(replace(section, clauses=(long, *section.clauses[1:])),))
    whole = derive_rewrite(
        text, section.id, {}, [replace(long, texts={"fr": "un deux trois quatre six"}), *section.clauses[1:]]
    )
    first_word = derive_replace(text, long.id, "fr", "deux deux trois quatre cinq")
    last_word = derive_replace(text, long.id, "fr", "un deux trois quatre six")
    assert not collisions(text, [[first_word], [last_word]], ["A", "B"])
    assert [reason.code for _, _, reason in collisions(text, [[first_word], whole], ["A", "B"])] == ["overlap"]
