"""Amendments that want the same, or nearly: found, grouped, whatever the order; and nothing else is."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.drafting.amendment import Amendment, Delete, Move
from declaration.drafting.derive import derive_delete, derive_insert, derive_move, derive_replace, derive_retitle
from declaration.drafting.likeness import ALIKE, alike, likeness
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version

WORDS = "We open our squares and our gardens to everybody who comes to live with us".split(" ")  # noqa: SIM905 - a sentence reads better
ENGLISH, ARABIC = " ".join(WORDS) + ".", "نفتح ساحاتنا وحدائقنا للجميع."
TEXT = Text(
    "one",
    ("en", "ar"),
    {"en": "A declaration", "ar": "إعلان"},
    (
        Section(
            "s",
            SectionKind.CHAPTER,
            {"en": "The city", "ar": "المدينة"},
            tuple(
                Clause(f"c{n}", {"en": " ".join(WORDS) + ".", "ar": "نفتح ساحاتنا وحدائقنا للجميع."}) for n in (1, 2, 3)
            ),
        ),
    ),
)
BASE = Version(1, None, TEXT).digest


def amendment(name, *changes, by="workshop", rationale=""):
    return Amendment(name, by, BASE, rationale, changes)


def reads(name, words, clause="c1", language="en", **given):
    return amendment(name, derive_replace(TEXT, clause, language, words), **given)


def grouped(*amendments):
    return [(group.amendments, group.is_same) for group in alike(amendments)]


def test_the_same_words_are_the_same_whoever_proposes_them():
    words = TEXT.clause("c1").texts["en"].replace("gardens", "parks")
    found = alike([reads("B2", words, by="delegation", rationale="Parks are public."), reads("A1", words)])
    assert [(one.amendments, one.percent) for one in found] == [(("A1", "B2"), 100)]


def test_the_same_words_at_another_place_are_not_alike():
    words = TEXT.clause("c1").texts["en"].replace("gardens", "parks")
    assert grouped(reads("A1", words), reads("A2", words, clause="c2")) == []


def test_nearly_the_same_words_are_alike_and_other_words_are_not():
    text = TEXT.clause("c1").texts["en"]
    long = "to everybody, wherever they were born, who comes to live and to work with us"
    one = reads("A1", text.replace("to everybody who comes to live with us", long))
    other = reads("A2", text.replace("to everybody who comes to live with us", long.replace("born", "raised")))
    apart = reads("A3", text.replace("our squares", "no square whatever, be it large or small,"))
    assert grouped(one, other, apart) == [(("A1", "A2"), False)]
    assert ALIKE <= likeness(one.changes, other.changes) < 100


def test_the_same_words_in_another_order_are_not_the_same():
    text = TEXT.clause("c1").texts["en"]
    one, other = (
        reads(name, text.replace("gardens", words)) for name, words in (("A1", "parks, ponds"), ("A2", "ponds, parks"))
    )
    assert grouped(one, other) == [(("A1", "A2"), False)]
    assert likeness(one.changes, other.changes) == 99


def test_a_language_more_is_no_longer_the_same():
    text = TEXT.clause("c1").texts
    english = derive_replace(TEXT, "c1", "en", text["en"].replace("gardens", "parks"))
    arabic = derive_replace(TEXT, "c1", "ar", text["ar"].replace("للجميع", "لكل الناس"))
    assert not any(same for _, same in grouped(amendment("A1", english), amendment("A2", english, arabic)))


def test_every_kind_of_change_is_compared():
    put = {"en": "We plant trees.", "ar": "نغرس الأشجار."}
    kinds = [
        lambda _: derive_delete(TEXT, "c1"),
        lambda _: derive_move(TEXT, "c1", after="c3"),
        lambda side: derive_insert(TEXT, "s", "c1", f"new-{side}", put),
        lambda _: derive_retitle(TEXT, "s", "en", "The open city"),
        lambda _: derive_retitle(TEXT, None, "en", "A declaration of cities"),
    ]
    made = [amendment(f"{number}{side}", kind(side)) for number, kind in enumerate(kinds) for side in "ab"]
    assert grouped(*made) == [((f"{n}a", f"{n}b"), True) for n in range(len(kinds))]
    assert likeness((Delete("c1", BASE),), (Move("c1", "s", None),)) == 0


@st.composite
def worlds(draw):
    """Amendments of one clause or two, many of them made from each other."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    count = draw(st.integers(2, 14))
    texts = [list(WORDS)]
    for _ in range(count):
        words = list(rng.choice(texts))
        for _ in range(rng.randint(0, 3)):
            words[rng.randrange(len(words))] = rng.choice(["cities", "parks", "our", "and", "trees"])
        texts.append(words)
    return [
        reads(f"A{number}", " ".join(words) + ".", clause=rng.choice(["c1", "c1", "c2"]))
        for number, words in enumerate(texts)
        if words != WORDS
    ]


@given(worlds(), st.sampled_from([1, 50, ALIKE, 90, 100]), st.randoms())
@settings(max_examples=150)
def test_groups_are_those_of_comparing_every_pair_in_any_order(amendments, percent, rng):
    linked = {one.id: {one.id} for one in amendments}
    for one, other in itertools.combinations(amendments, 2):
        if likeness(one.changes, other.changes) >= percent:
            joined = linked[one.id] | linked[other.id]
            for name in joined:
                linked[name] = joined
    expected = sorted({tuple(sorted(group)) for group in map(frozenset, linked.values()) if len(group) > 1})
    found = alike(amendments, percent=percent)
    assert [group.amendments for group in found] == expected
    shuffled = list(amendments)
    rng.shuffle(shuffled)
    assert [g.amendments for g in alike(shuffled, percent=percent)] == expected
    for group in found:
        assert group.is_same == (len({one.changes for one in amendments if one.id in group.amendments}) == 1)
        assert group.percent >= percent
