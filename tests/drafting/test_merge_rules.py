"""The rule for merging, case by case: what fits beside what, and how a conflict is put into words."""

import pytest
from drafting_worlds import LANGUAGES, amendments_of

from declaration.drafting.amendment import Insert, Replace
from declaration.drafting.apply import apply
from declaration.drafting.consolidate import CarryConflict, carry, consolidate, merge
from declaration.drafting.deciding import decide
from declaration.drafting.derive import derive_delete, derive_insert, derive_move, derive_replace, derive_retitle
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Section, SectionKind, Text, text_digest
from declaration.errors import StateConflict


def one_clause(words, language="fr", **others):
    clause = Clause("c", {language: words, **others})
    title = {language: "Titre du texte"}
    return Text("one", LANGUAGES, title, (Section("s", SectionKind.CHAPTER, {}, (clause, Clause("d", {"fr": "x"}))),))


def edited(text, *edits):
    return (Replace("c", "fr", text_digest(text.clause("c").texts["fr"]), tuple(Edit(*edit) for edit in edits)),)


def reading(text):
    return text.clause("c").texts["fr"]


WORDS = "may not act, subject to law"  # may(0) ␣ not(2) ␣ act(4) ,(5) ␣(6) subject(7) ␣ to(9) ␣ law(11)
RULE = {
    "apart": ([(0, 1, "may", "shall")], [(7, 10, "subject to", "without")], "shall not act, without law"),
    "one token between": ([(4, 5, "act", "go")], [(6, 7, " ", "  ")], "may not go,  subject to law"),
    "adjacent": ([(4, 5, "act", "go")], [(5, 6, ",", ";")], None),
    "an insertion at the edge of a replacement": ([(4, 5, "act", "go")], [(5, 5, "", "!")], None),
    "an insertion before a replacement": ([(4, 5, "act", "go")], [(4, 4, "", "(")], None),
    "two insertions at one place": ([(5, 5, "", "!")], [(5, 5, "", "?")], None),
    "the same insertion": ([(5, 5, "", "!")], [(5, 5, "", "!")], "may not act!, subject to law"),
    "the same replacement": ([(4, 5, "act", "go")], [(4, 5, "act", "go")], "may not go, subject to law"),
    "one inside another": ([(2, 5, "not act", "rest")], [(4, 5, "act", "go")], None),
    "the same and another": (
        [(0, 1, "may", "shall")],
        [(0, 1, "may", "shall"), (11, 12, "law", "laws")],
        "shall not act, subject to laws",
    ),
    "the whole and a part": ([(0, 12, WORDS, "Nothing.")], [(11, 12, "law", "laws")], None),
}


@pytest.mark.parametrize("name", RULE)
def test_the_rule_for_edits(name):
    one, other, expected = RULE[name]
    text = one_clause(WORDS)
    for mine, theirs in ((one, other), (other, one)):
        found = merge(text, edited(text, *mine), edited(text, *theirs))
        if expected is None:
            assert [reason.code for reason in found.reasons] == ["overlap"]
        else:
            assert reading(apply(text, found.changes)) == expected


def test_a_reason_shows_the_passage_and_both_wishes_for_it():
    text = one_clause(WORDS)
    found = merge(text, edited(text, (2, 5, "not act", "rest")), edited(text, (4, 6, "act,", "go")))
    (reason,) = found.reasons
    assert (reason.code, reason.clause, reason.language) == ("overlap", "c", "fr")
    assert reason.base == "not act,"
    assert [side.wants for side in reason.sides] == ["rest,", "not go"]
    assert reason.sentence == "one and other change the same passage of clause c (fr): “rest,” or “not go”."


def test_a_long_passage_is_shortened_in_the_sentence_alone():
    words = "mot " * 4_000
    text = one_clause(words + "fin")
    whole = edited(text, (0, 8_001, words + "fin", "autre " * 3_000))
    (reason,) = merge(text, whole, edited(text, (8_000, 8_001, "fin", "FIN"))).reasons
    assert len(reason.sentence) < 1_000
    assert len(reason.base) > 10_000


def base():
    def clause(name):
        return Clause(name, {"fr": f"mot {name}"})

    sections = (
        Section("s1", SectionKind.CHAPTER, {"fr": "Un titre"}, tuple(map(clause, "abc"))),
        Section("s2", SectionKind.CHAPTER, {}, (clause("d"),)),
    )
    return Text("base", LANGUAGES, {"fr": "Le titre entier"}, sections)


def new(after, name, section="s1", words="neuf"):
    return derive_insert(base(), section, after, name, {"fr": words})


def gone(name):
    return derive_delete(base(), name)


def to(name, after, section=None):
    return derive_move(base(), name, after=after, section=section)


def said(name, words, language="fr"):
    return derive_replace(base(), name, language, words)


def titled(words, section=None, language="fr"):
    return derive_retitle(base(), section, language, words)


STRUCTURE = {
    "deleted and edited": ([gone("a")], [said("a", "x")], "deleted"),
    "deleted and translated": ([gone("a")], [said("a", "x", "de")], "deleted"),
    "deleted and moved": ([gone("a")], [to("a", "b")], "deleted"),
    "deleted and placed after": ([gone("a")], [new("a", "n")], "deleted"),
    "deleted and moved after": ([gone("a")], [to("c", "a")], "deleted"),
    "deleted twice": ([gone("a")], [gone("a")], "bc d"),
    "deleted, and inserted before": ([gone("b")], [new("a", "n")], "anc d"),
    "moved to two places": ([to("a", "b")], [to("a", "c")], "moved"),
    "moved to one place": ([to("a", "b")], [to("a", "b")], "bac d"),
    "moved and edited": ([to("a", "b")], [said("a", "x")], "bac d"),
    "moved and placed after": ([to("a", "c")], [new("a", "n")], "moved"),
    "moved after one that moves": ([to("a", "c")], [to("c", None)], "moved"),
    "two that each move after the other": ([to("b", "d")], [to("d", "b")], "moved"),
    "two at one place": ([new("a", "n")], [new("a", "m")], "place"),
    "an insert and a move to one place": ([new("b", "n")], [to("d", "b")], "place"),
    "two first in a section": ([new(None, "n", "s2")], [to("a", None, "s2")], "place"),
    "the same insert": ([new("a", "n")], [new("a", "n")], "anbc d"),
    "one id, two clauses": ([new("a", "n")], [new("b", "n")], "id"),
    "one id but for a capital": ([new("a", "n")], [new("b", "N")], "id"),
    "one id, two texts": ([new("a", "n")], [new("a", "n", words="autre")], "place"),
    "both wanted by one": ([gone("a"), new("a", "n")], [gone("a")], "nbc d"),
    "both wanted by one, the other half": ([gone("a"), new("a", "n")], [new("a", "n")], "nbc d"),
    "a move with what follows it, and that alone": ([to("c", None), new("c", "n")], [new("c", "n")], "moved"),
    "a chain and its head": ([new("a", "n"), new("n", "m")], [new("a", "n")], "anmbc d"),
    "two chains from one head": ([new("a", "n"), new("n", "m")], [new("a", "n"), new("n", "k")], "place"),
    "a title in two ways": ([titled("Un titre entier")], [titled("Le titre")], "title"),
    "a title in one way": ([titled("Titre")], [titled("Titre")], "abc d"),
    "a title in two languages": ([titled("Titre")], [titled("Titel", language="de")], "abc d"),
    "two titles": ([titled("Titre")], [titled("Titre", "s1")], "abc d"),
    "two translations": ([said("a", "x", "de")], [said("a", "y", "de")], "overlap"),
    "translations into two languages": ([said("a", "x", "de")], [said("a", "y", "ar")], "abc d"),
}


@pytest.mark.parametrize("name", STRUCTURE)
def test_the_rule_for_structure(name):
    one, other, expected = STRUCTURE[name]
    for mine, theirs in ((one, other), (other, one)):
        found = merge(base(), mine, theirs)
        if isinstance(found, CarryConflict):
            assert expected in {reason.code for reason in found.reasons}
            assert all(reason.sentence for reason in found.reasons)
        else:
            result = apply(base(), found.changes)
            assert " ".join("".join(c.id for c in section.clauses) for section in result.sections) == expected


# Together they leave nothing


def test_two_that_together_delete_every_word_conflict():
    text = one_clause("oui non", de="ja")
    one, other = edited(text, (0, 1, "oui", "")), edited(text, (2, 3, "non", ""))
    assert reading(apply(text, one)) == " non"
    assert [reason.code for reason in merge(text, one, other).reasons] == ["together"]
    assert carry(other, one, text, apply(text, one)).reasons[0].code == "together"
    third = edited(text, (1, 2, " ", " ou "))
    result = consolidate(text, amendments_of([one, other, (derive_delete(text, "d"),)]))
    assert [group.amendments for group in result.groups] == [("a-0000", "a-0001")]
    assert result.merged == ("a-0002",)
    with pytest.raises(StateConflict, match="together they leave no text"):
        decide(text, amendments_of([one, other]))
    assert isinstance(merge(text, one, third), CarryConflict)


def test_two_that_together_take_every_language_from_a_clause_conflict():
    text = one_clause("oui", de="ja")
    one = (Replace("c", "fr", text_digest("oui"), (Edit(0, 1, "oui", ""),)),)
    other = (Replace("c", "de", text_digest("ja"), (Edit(0, 1, "ja", ""),)),)
    assert dict(apply(text, one).clause("c").texts) == {"de": "ja"}
    assert [reason.code for reason in merge(text, one, other).reasons] == ["together"]


def test_two_that_together_make_a_clause_too_long_conflict():
    words = "mot " * 2_000 + "fin mot fin"
    text = one_clause(words)
    start = derive_replace(text, "c", "fr", "x " * 3_500 + words)
    end = derive_replace(text, "c", "fr", words + " y" * 3_500)
    assert [reason.code for reason in merge(text, (start,), (end,)).reasons] == ["together"]


def test_many_that_together_insert_too_many_clauses_conflict():
    text = one_clause("mot")

    def chain(name):
        changes = [Insert("s", "c" if name == "x" else "d", Clause(f"{name}0", {"fr": "m"}))]
        changes += [Insert("s", f"{name}{n}", Clause(f"{name}{n + 1}", {"fr": "m"})) for n in range(2_999)]
        return tuple(changes)

    result = consolidate(text, amendments_of([chain("x"), chain("y"), (derive_retitle(text, None, "fr", "T"),)]))
    assert [group.amendments for group in result.groups] == [("a-0000", "a-0001")]
    assert result.groups[0].reasons[0].code == "size"
    assert result.merged == ("a-0002",)


# Carrying


def test_a_clause_is_placed_where_its_deleted_anchor_stood():
    text = base()
    adopted = (gone("b"), new("a", "k"))
    found = carry((gone("b"), new("b", "n"), new("n", "m")), adopted, text, apply(text, adopted))
    assert [(change.clause.id, change.after) for change in found.changes] == [("n", "k"), ("m", "n")]
    result = apply(apply(text, adopted), found.changes)
    assert [clause.id for clause in result.sections[0].clauses] == ["a", "k", "n", "m", "c"]


def test_at_most_a_hundred_reasons_are_given():
    words = "mot " * 500 + "fin"
    text = one_clause(words)
    many = tuple((2 * n, 2 * n + 1, "mot", f"m{n}") for n in range(500))
    whole = (derive_replace(text, "c", "fr", "tout autre chose"),)
    found = carry(edited(text, *many), whole, text, apply(text, whole))
    assert len(found.reasons) == 100
