"""The depositary's decision: several amendments together, with words of the depositary's own where they collide."""

import pytest
from drafting_worlds import amendments_of

from declaration.drafting.apply import apply
from declaration.drafting.consolidate import Carried, carry
from declaration.drafting.deciding import decide
from declaration.drafting.derive import derive_delete, derive_insert, derive_move, derive_replace, derive_retitle
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.errors import StateConflict

CLAUSES = (
    Clause("c1", {"fr": "Les villes agissent.", "de": "Die Städte handeln."}),
    Clause("c2", {"fr": "Elles se concertent.", "de": "Sie beraten sich."}),
    Clause("c3", {"fr": "Elles rendent compte.", "de": "Sie legen Rechenschaft ab."}),
)
TEXT = Text("d", ("fr", "de"), {"fr": "Titre"}, (Section("s", SectionKind.CHAPTER, {"fr": "Un"}, CLAUSES),))
GRAND = derive_replace(TEXT, "c1", "fr", "Les grandes villes agissent.")
PETIT = derive_replace(TEXT, "c1", "fr", "Les petites villes agissent.")
GERMAN = derive_replace(TEXT, "c1", "de", "Die großen Städte handeln.")
OTHER = derive_replace(TEXT, "c2", "fr", "Elles se concertent chaque année.")


def decided(adopted=(), modified=(), words=()):
    everybody = amendments_of([*adopted, *modified])
    return decide(TEXT, everybody[: len(adopted)], everybody[len(adopted) :], words)


def test_what_fits_together_is_adopted_as_it_is():
    decision = decided(adopted=[(GRAND,), (GERMAN, OTHER)])
    assert apply(TEXT, decision.changes) == apply(TEXT, (GRAND, GERMAN, OTHER))
    assert decision.to_confirm == ("c1",)  # two hands, in two languages: do they still say the same?


def test_what_collides_is_not_adopted_without_words():
    with pytest.raises(StateConflict, match="c1") as refusal:
        decided(adopted=[(GRAND,), (PETIT,)])
    assert refusal.value.code == "merge.unresolved"
    with pytest.raises(StateConflict):
        decided(modified=[(GRAND,), (PETIT,)])


def test_words_stand_where_amendments_collide_and_nowhere_else():
    words = derive_replace(TEXT, "c1", "fr", "Toutes les villes agissent.")
    decision = decided(modified=[(GRAND, GERMAN), (PETIT, OTHER)], words=[words])
    result = apply(TEXT, decision.changes)
    assert result.clause("c1").texts == {"fr": "Toutes les villes agissent.", "de": "Die großen Städte handeln."}
    assert result.clause("c2").texts["fr"] == "Elles se concertent chaque année."


def test_words_never_overrule_what_is_adopted_as_it_is():
    words = derive_replace(TEXT, "c1", "fr", "Toutes les villes agissent.")
    with pytest.raises(StateConflict) as refusal:
        decided(adopted=[(GRAND,)], modified=[(PETIT,)], words=[words])
    assert refusal.value.code == "merge.words"  # the two would merge, and read as nobody wrote
    with pytest.raises(StateConflict) as refusal:
        decided(adopted=[(derive_delete(TEXT, "c1"),)], words=[words])
    assert refusal.value.code == "merge.unresolved"
    same = decided(adopted=[(GRAND,)], modified=[(PETIT,)], words=[GRAND])
    assert apply(TEXT, same.changes).clause("c1").texts["fr"] == "Les grandes villes agissent."


def test_a_clause_for_which_words_are_given_stands():
    words = derive_replace(TEXT, "c2", "fr", "Elles se concertent librement.")
    decision = decided(modified=[(derive_delete(TEXT, "c2"), GRAND), (OTHER,)], words=[words])
    result = apply(TEXT, decision.changes)
    assert result.clause("c2").texts["fr"] == "Elles se concertent librement."
    assert result.clause("c1").texts["fr"] == "Les grandes villes agissent."


def test_a_clause_put_in_place_of_a_deleted_one_stands_beside_it_when_words_keep_that():
    words = derive_replace(TEXT, "c2", "fr", "Elles se concertent librement.")
    instead = derive_insert(TEXT, "s", "c2", "c4", {"fr": "Elles se rencontrent."})
    decision = decided(modified=[(derive_delete(TEXT, "c2"), instead), (OTHER,)], words=[words])
    assert [clause.id for clause in apply(TEXT, decision.changes).clauses()] == ["c1", "c2", "c4", "c3"]


def test_words_settle_titles_too():
    one, other = (derive_retitle(TEXT, "s", "fr", title) for title in ("Premier", "Deux"))
    words = derive_retitle(TEXT, "s", "fr", "Chapitre premier")
    result = apply(TEXT, decided(modified=[(one,), (other,)], words=[words]).changes)
    assert result.section("s").title["fr"] == "Chapitre premier"


def test_words_in_place_of_an_amendment_leave_the_others_to_be_carried():
    words = derive_replace(TEXT, "c1", "fr", "Nos villes agissent.")
    decision = decided(modified=[(GRAND,), (PETIT,)], words=[words])
    new = apply(TEXT, decision.changes)
    waiting = (GERMAN, OTHER, derive_move(TEXT, "c3", after="c1"))
    carried = carry(waiting, decision.changes, TEXT, new)
    assert isinstance(carried, Carried)
    assert apply(new, carried.changes).clause("c1").texts["de"] == "Die großen Städte handeln."
    late = carry((derive_replace(TEXT, "c1", "fr", "Mes villes agissent."),), decision.changes, TEXT, new)
    assert [(side.amendment, side.wants) for side in late.reasons[0].sides] == [(None, "Nos"), ("the amendment", "Mes")]
