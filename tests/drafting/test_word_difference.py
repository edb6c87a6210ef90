"""Differences as they are shown: in every kind of writing a reader finds the words that changed."""

import random

import pytest
from drafting_worlds import passages
from hypothesis import given, settings

from declaration.drafting.diff import hunks, word_difference
from declaration.drafting.tokens import graphemes, tokens


@settings(deadline=None)
@given(passages, passages)
def test_what_is_shown_gives_both_texts(old, new):
    shown = word_difference(old, new)
    assert "".join(passage for kind, passage in shown if kind != "insert") == old
    assert "".join(passage for kind, passage in shown if kind != "delete") == new
    assert all(passage for _, passage in shown)
    for kind, passage in shown:
        whole = graphemes(new if kind == "insert" else old)
        assert set(graphemes(passage)) <= set(whole)


def marked(old, new):
    """The difference as one line: [-deleted-] and {+inserted+}."""
    signs = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return "".join(signs[kind].format(passage) for kind, passage in word_difference(old, new))


READABLE = {
    "Les Parties prennent des mesures.": (
        "Les Parties prennent toutes les mesures nécessaires.",
        "Les Parties prennent [-des-]{+toutes les+} mesures{+ nécessaires+}.",
    ),
    "We the cities and towns": (
        "We the cities, regions and towns",
        "We the cities{+, regions+} and towns",
    ),
    "l'ensemble des maires": (
        "l'ensemble des élus et des maires",
        "l'ensemble des {+élus et des +}maires",
    ),
    "l’ensemble des villes": ("l’assemblée des villes", "l’[-ensemble-]{+assemblée+} des villes"),
    "Parties and Parties and States": ("Parties and States", "[-Parties and -]Parties and States"),
    "The Parties may act, subject to law.": (
        "The Parties may not act without law.",
        "The Parties may {+not +}act[-,-] [-subject to-]{+without+} law.",
    ),
    "subject to law": ("within the law", "[-subject to-]{+within the+} law"),
    "die Städte und Gemeinden": (
        "die großen Städte und die Gemeinden",
        "die {+großen +}Städte und {+die +}Gemeinden",
    ),
    "by 20 % by 2030": ("by 40 % by 2030", "by [-20-]{+40+} % by 2030"),
    "المدن تلتزم بالسلام": ("المدن والبلديات تلتزم بالسلام", "المدن {+والبلديات +}تلتزم بالسلام"),
    "נתחייב בשלום": ("נִתְחַיֵּב בשלום", "[-נתחייב-]{+נִתְחַיֵּב+} בשלום"),
    "העיר מתחייבת לשלום": ("העיר איננה מתחייבת לשלום", "העיר {+איננה +}מתחייבת לשלום"),
    "শহরগুলি শান্তি চায়": ("শহরগুলি স্থায়ী শান্তি চায়", "শহরগুলি {+স্থায়ী +}শান্তি চায়"),
    "राष्ट्रों के बीच": ("नगरों के बीच", "[-राष्ट्रों-]{+नगरों+} के बीच"),
    "города и мэры": ("города и граждане", "города и [-мэры-]{+граждане+}"),
    "οι πόλεις": ("οι μεγάλες πόλεις", "οι {+μεγάλες +}πόλεις"),
    "各缔约方承认人民自决": ("各缔约方承认所有人民自决的权利", "各缔约方承认{+所有+}人民自决{+的权利+}"),
    "都市は協力する": ("都市は共に協力しない", "都市は{+共に+}協力[-する-]{+しない+}"),
    "เมืองร่วมมือกัน": ("เมืองใหญ่ร่วมมือกัน", "เมือง{+ใหญ่+}ร่วมมือกัน"),
    "도시는 협력한다": ("모든 도시는 긴밀히 협력한다", "{+모든 +}도시는 {+긴밀히 +}협력한다"),
    "a 🇫🇷🇩🇪 b": ("a 🇫🇷🇮🇹🇩🇪 b", "a 🇫🇷{+🇮🇹+}🇩🇪 b"),
    "👍🏽 oui": ("👍 oui", "[-👍🏽-]{+👍+} oui"),
}


@pytest.mark.parametrize("old", READABLE)
def test_a_reader_finds_the_words_that_changed(old):
    new, expected = READABLE[old]
    assert marked(old, new) == expected


def test_the_tokens_of_each_kind_of_writing():
    assert tokens("l'ensemble des maires") == ("l", "'", "ensemble", " ", "des", " ", "maires")
    assert tokens("3,5 % (2030)") == ("3", ",", "5", " ", "%", " ", "(", "2030", ")")
    assert tokens("a\u00a0 \u202fb") == ("a", "\u00a0 \u202f", "b")
    assert tokens("東京都は") == ("東", "京", "都", "は")
    assert tokens("นี้กำ") == ("นี้", "กำ")
    assert tokens("도시는") == ("도시는",)
    assert tokens("नमस्ते दुनिया") == ("नमस्ते", " ", "दुनिया")
    assert tokens("🇫🇷🇩🇪👩\u200d👧") == ("🇫🇷", "🇩🇪", "👩\u200d👧")
    assert tokens("نمی\u200cخواهم") == ("نمی\u200cخواهم",)
    assert tokens("") == ()


SLIDING = {
    "back into the one before": ("a b b a a b a b a b", "b b b b a b b b b"),
    "towards each other": ("_ a a _ b a _ a a b _", "a a _ _ b a _ a a a a b"),
    "back to the beginning": ("b b b b a b b b b b", "a a a b b b a"),
    "past another": ("b a b a b b a b a a a", "b b b b b a b a b b"),
}
"""Differences next to repeated words, which can be cut in several places: sliding one must not reach the next."""


def lead_there(old, new):
    found = hunks(old, new)
    built, at = [], 0
    for place, hunk in enumerate(found):
        assert hunk.start > at or not place
        built += [*old[at : hunk.start], *new[hunk.new_start : hunk.new_end]]
        at = hunk.end
    assert [*built, *old[at:]] == new


@pytest.mark.parametrize("name", SLIDING)
def test_differences_do_not_slide_into_each_other(name):
    old, new = (text.split() for text in SLIDING[name])
    lead_there(old, new)
    lead_there(new, old)


def test_differences_of_few_words_do_not_slide_into_each_other():
    chance = random.Random(5)
    for _ in range(4_000):
        words = chance.choice(("ab", "ab ", "a b,", "abc "))
        lead_there(*(chance.choices(words, k=chance.randint(0, 12)) for _ in range(2)))
