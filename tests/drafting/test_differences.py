"""Differences: exact, the same by both engines, and cut where a reader would cut."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.drafting import diff
from declaration.errors import LimitExceeded

few = st.lists(st.sampled_from(["a", "b", "c", " ", ",", "villes"]), max_size=14)
"""Short sequences of few tokens: full of repetitions, where a difference can be cut in many places."""


def applied(old, new, hunks):
    result, at = [], 0
    for hunk in hunks:
        result += [*old[at : hunk.start], *new[hunk.new_start : hunk.new_end]]
        at = hunk.end
    return [*result, *old[at:]]


@settings(max_examples=400)
@given(few, few)
def test_hunks_lead_from_one_to_the_other_with_an_equal_token_between(old, new):
    hunks = diff.hunks(old, new)
    assert applied(old, new, hunks) == new
    assert bool(hunks) == (old != new)
    for hunk in hunks:
        assert old[hunk.start : hunk.end] != new[hunk.new_start : hunk.new_end]
    for one, other in itertools.pairwise(hunks):
        gap = other.start - one.end
        assert gap >= 1
        assert gap == other.new_start - one.new_end
        assert old[one.end : other.start] == new[one.new_end : other.new_start]


def reworded(rng, base, words, share):
    result = []
    for word in base:
        match rng.random():
            case chance if chance > share:
                result.append(word)
            case chance if chance > share * 2 / 3:
                result += [word, rng.choice(words)]
            case chance if chance > share / 3:
                result.append(rng.choice(words))
            case _:
                pass
    return result


@pytest.mark.parametrize("distinct", [3, 50, 6_400, 9_000])
def test_both_engines_give_the_same_difference(distinct):
    """With more than 6,400 distinct tokens the private code points of plane 15 are used too."""
    rng = random.Random(distinct)
    words = [str(number) for number in range(distinct)]
    for length in (0, 1, 5, 20, 80) * 30 if distinct < 1000 else (distinct,):
        base = [rng.choice(words) for _ in range(length)] if distinct < 1000 else words
        one, other = diff._mapped(base, reworded(rng, base, words, 0.02 if distinct > 1000 else rng.random()))
        assert diff.swift(one, other) == diff.reference(one, other)
        assert not any(0xD800 <= ord(character) <= 0xDFFF for character in one + other)


def test_more_distinct_words_than_private_characters_are_refused():
    words = [str(number) for number in range(diff.MAX_DISTINCT)]
    assert diff.hunks(words, words) == ()
    with pytest.raises(LimitExceeded):
        diff.hunks(words, ["one more"])


SHOWN = {
    "a word put in": ("Les villes agissent.", "Les grandes villes agissent.", "Les [+grandes +]villes agissent."),
    "a word taken out": ("Les grandes villes.", "Les villes.", "Les [-grandes -]villes."),
    "a word replaced": ("Les villes agissent.", "Les villes agiront.", "Les villes [-agissent-][+agiront+]."),
    "an elided article stays": ("l'ensemble des maires", "l'union des maires", "l'[-ensemble-][+union+] des maires"),
    "two neighbours are one phrase": ("a new city", "an old city", "[-a new-][+an old+] city"),
    "may not": ("Cities may act.", "Cities may not act.", "Cities may [+not +]act."),
    "a repeated phrase": (
        "Parties and Parties and States",
        "Parties and States",
        "[-Parties and -]Parties and States",
    ),
    "an item of a list": (
        "parks, squares and baths",
        "parks, halls, squares and baths",
        "parks, [+halls, +]squares and baths",
    ),
    "the last words": ("We act", "We act together", "We act[+ together+]"),
    "a sign": ("Yes, we can.", "Yes we can.", "Yes[-,-] we can."),
    "a rewriting keeps no crumbs": (
        "The parties meet in the city every year.",
        "Each of the mayors may invite in writing the others.",
        "[-The parties meet in the city every year-][+Each of the mayors may invite in writing the others+].",
    ),
    "Chinese": ("各缔约方承认权利", "各缔约国承认权利", "各缔约[-方-][+国+]承认权利"),
    "Arabic": ("المدن تلتزم معاً", "المدن الكبرى تلتزم معاً", "المدن [+الكبرى +]تلتزم معاً"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_difference_is_cut_where_a_reader_would(name):
    old, new, wanted = SHOWN[name]
    signs = {"equal": "{}", "delete": "[-{}-]", "insert": "[+{}+]"}
    assert "".join(signs[kind].format(passage) for kind, passage in diff.word_difference(old, new)) == wanted
