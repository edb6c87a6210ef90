"""LibreOffice as the other word processor: what it does to our documents comes back exact, and nothing else does."""

from datetime import UTC, datetime

import pytest
from word_world import TEXT, VERSION, after, document, imported, ops, words_of

from declaration.drafting.apply import apply
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    derive_retitle,
    in_reading_order,
)
from declaration.exchange.word_refusals import sentence
from declaration.render.docx import Tracking, render_tracked

TRACKING = Tracking("Atelier « Eau »", datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
AMENDMENT = in_reading_order(
    (
        derive_replace(TEXT, "city-1", "fr", "Nous ouvrons nos rues à toutes, à tous et aux enfants."),
        derive_delete(TEXT, "city-2"),
        derive_insert(TEXT, "money", "money-1", "money-new", {"fr": "Nous disons ce que cela coûte."}),
        derive_move(TEXT, "r-2", after="city-3"),
        derive_replace(TEXT, "r-2", "fr", "Considérant que l’eau claire n’attend pas,"),
        derive_retitle(TEXT, "money", "fr", "Nos moyens"),
        derive_delete(TEXT, "money-2"),
    )
)


@pytest.fixture(scope="module")
def tracked():
    return render_tracked(VERSION, AMENDMENT, "fr", TRACKING)


def test_an_amendment_accepted_there_reads_as_it_wants_and_rejected_as_the_version(office, tracked):
    assert office.texts(tracked, ["accept"]) == words_of(apply(TEXT, AMENDMENT))
    assert office.texts(tracked, ["reject"]) == words_of(TEXT)


def test_a_version_that_was_opened_and_saved_there_brings_no_change(office):
    for languages in (("fr",), ("fr", "ar"), ("ar",)):
        found = imported(office.edited(document(*languages)))
        assert found.languages == languages
        assert (found.understood, found.refused) == ((), ())


def test_an_amendment_that_was_opened_and_saved_there_comes_back_as_it_was(office, tracked):
    for data in (tracked, office.edited(tracked)):
        found = imported(data)
        assert after(found) == apply(TEXT, AMENDMENT)
        assert found.refused == ()
        assert {name for one in found.understood for name in one.by} == {TRACKING.by}
        assert all(one.tracked for one in found.understood)


EDITS = {
    "words": (
        [["replace", "places", "rues et places"], ["replace", "propre", "claire"]],
        [
            derive_replace(TEXT, "city-1", "fr", "Nous ouvrons nos rues et places à toutes et à tous."),
            derive_replace(TEXT, "city-2", "fr", "Nous gardons l’eau claire pour demain."),
        ],
    ),
    "whole clause": (
        [["reword", "propre", "Tout autrement."]],
        [derive_replace(TEXT, "city-2", "fr", "Tout autrement.")],
    ),
    "title": ([["replace", "ouverte", "de tous"]], [derive_retitle(TEXT, "city", "fr", "La ville de tous")]),
    "own title": ([["replace", "Déclaration", "Charte"]], [derive_retitle(TEXT, None, "fr", "Charte de la ville")]),
    "deleted": ([["delete", "propre"]], [derive_delete(TEXT, "city-2")]),
    "deleted from the end of the one before": ([["delete_before", "propre"]], [derive_delete(TEXT, "city-2")]),
    "emptied": ([["empty", "propre"]], [derive_delete(TEXT, "city-2")]),
    "the last one deleted": ([["delete_before", "dépenses"]], [derive_delete(TEXT, "money-2")]),
    "the first of a section deleted": ([["delete", "places"]], [derive_delete(TEXT, "city-1")]),
    "two deleted": (
        [["delete", "propre"], ["delete", "arbres"]],
        [derive_delete(TEXT, "city-2"), derive_delete(TEXT, "city-3")],
    ),
    "inserted after": (
        [["add", "propre", "Une clause neuve."]],
        [derive_insert(TEXT, "city", "city-2", "new", {"fr": "Une clause neuve."})],
    ),
    "inserted before": (
        [["add_before", "propre", "Une clause neuve."]],
        [derive_insert(TEXT, "city", "city-1", "new", {"fr": "Une clause neuve."})],
    ),
    "inserted first": (
        [["add", "ouverte", "Une clause neuve."]],
        [derive_insert(TEXT, "city", None, "new", {"fr": "Une clause neuve."})],
    ),
    "inserted last": (
        [["add", "dépenses", "Une clause neuve."]],
        [derive_insert(TEXT, "money", "money-2", "new", {"fr": "Une clause neuve."})],
    ),
    "inserted and reworded": (
        [["add", "propre", "Une clause neuve."], ["replace", "propre", "claire"]],
        [
            derive_replace(TEXT, "city-2", "fr", "Nous gardons l’eau claire pour demain."),
            derive_insert(TEXT, "city", "city-2", "new", {"fr": "Une clause neuve."}),
        ],
    ),
    "moved down": ([["move", "places", "down"]], [derive_move(TEXT, "city-1", after="city-2")]),
    "moved up": ([["move", "arbres", "up"]], [derive_move(TEXT, "city-3", after="city-1")]),
    "split": (
        [["replace", "propre pour", "propre.Pour"], ["split", "propre."]],
        [
            derive_replace(TEXT, "city-2", "fr", "Nous gardons l’eau propre."),
            derive_insert(TEXT, "city", "city-2", "new", {"fr": "Pour demain."}),
        ],
    ),
}


@pytest.mark.parametrize("tracking", [True, False], ids=["tracked", "untracked"])
@pytest.mark.parametrize("edit", EDITS)
def test_what_a_person_does_there_comes_back_exact(office, edit, tracking):
    acts, changes = EDITS[edit]
    data = office.edited(document(), ["track", tracking], *acts)
    found = imported(data)
    assert found.refused == ()
    assert words_of(after(found)) == words_of(apply(TEXT, in_reading_order(changes))), ops(found)
    assert len(found.changes) == len(changes), ops(found)
    assert all(one.tracked for one in found.understood) is tracking


REFUSED = {
    "joined": ([["join", "places"]], {"joined"}),
    "table": ([["table", "propre"]], {"table"}),
    "formatting": ([["bold", "propre"]], {"formatting"}),
    "a heading deleted": ([["delete", "Les moyens"]], {"heading-gone"}),
    "a heading emptied": ([["empty", "Les moyens"]], {"heading-empty"}),
    "a heading moved": ([["move", "Les moyens", "up"]] * 5, {"sections"}),
}


@pytest.mark.parametrize("tracking", [True, False], ids=["tracked", "untracked"])
@pytest.mark.parametrize("edit", REFUSED)
def test_what_no_amendment_can_do_is_told_and_changes_nothing(office, edit, tracking):
    acts, codes = REFUSED[edit]
    found = imported(office.edited(document(), ["track", tracking], *acts))
    assert {one.code for one in found.refused} == codes
    assert found.changes == ()
    assert all(sentence(one) for one in found.refused)


def test_the_missing_translation_is_written_where_it_is_missing(office):
    data = office.edited(document("ar"), ["track", True], ["reword", "غير متوفر", "نتقاسم نفقاتنا."])
    found = imported(data)
    assert found.refused == ()
    assert found.changes == (derive_replace(TEXT, "money-2", "ar", "نتقاسم نفقاتنا."),)
