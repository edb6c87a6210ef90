"""An amendment as tracked changes: whose, when, what is marked, and how it reads accepted and rejected."""

import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.drafting.amendment import changes_to_json
from declaration.drafting.apply import apply
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    derive_retitle,
    in_reading_order,
)
from declaration.errors import StateConflict
from declaration.render.docx import Tracking, render_tracked

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TRACKING = Tracking("Atelier 1 : ville durable", datetime(2019, 8, 30, 12, 0, tzinfo=UTC))
GONE, NEW = {"del", "moveFrom"}, {"ins", "moveTo"}


def body(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return ET.fromstring(package.read("word/document.xml"))


def reading(data, *, accepted):
    """The paragraphs that have words, as they read with all changes accepted or rejected."""
    without = GONE if accepted else NEW
    found, words = [], ""
    for paragraph in body(data).iter(f"{W}p"):
        for child in paragraph:
            if child.tag.removeprefix(W) not in without:
                words += "".join(text.text for text in child.iter() if text.tag in {f"{W}t", f"{W}delText"})
        end = {mark.tag.removeprefix(W) for mark in paragraph.findall(f"{W}pPr/{W}rPr/*")}
        if not end & without:
            found.append(words)
            words = ""
    return [words for words in found if words]


def whole(text, language):
    found = [text.title[language]]
    for section in text.sections:
        found += [section.title[language], *(clause.texts[language] for clause in section.clauses)]
    return found


def changes_of(text, language="fr"):
    words = text.clause("city-1").texts[language].split(" ")
    return in_reading_order(
        (
            derive_replace(text, "city-1", language, " ".join(["Neu", *words[1:-1], "Ende."])),
            derive_delete(text, "recital-2"),
            derive_insert(text, "closing", "closing-1", "closing-new", {language: "Encore un mot."}),
            derive_move(text, "city-2", after=None, section="closing"),
            derive_replace(text, "city-2", language, text.clause("city-2").texts[language] + " Plus."),
            derive_retitle(text, "city", language, "Un autre titre"),
            derive_retitle(text, None, language, "Autre déclaration"),
        )
    )


@pytest.mark.parametrize("language", ["fr", "ar", "zh"])
def test_accepted_it_reads_as_the_amendment_wants_and_rejected_as_the_version(declare, language):
    version = declare(language)
    changes = changes_of(version.text, language)
    data = render_tracked(version, changes, language, TRACKING)
    assert reading(data, accepted=True) == whole(apply(version.text, changes), language)
    assert reading(data, accepted=False) == whole(version.text, language)


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_any_order_of_moves_reads_exactly(declare, data):
    text = declare("fr", chapters=3).text
    clauses = [clause.id for clause in text.clauses()]
    moved = data.draw(st.lists(st.sampled_from(clauses), unique=True, min_size=1, max_size=5))
    stay = [clause for clause in clauses if clause not in moved]
    changes = []
    for number, clause in enumerate(moved):
        after = data.draw(st.sampled_from(stay))
        target = next(section.id for section in text.sections if any(one.id == after for one in section.clauses))
        home = next(section for section in text.sections if any(one.id == clause for one in section.clauses))
        ids = [one.id for one in home.clauses]
        if target == home.id and ids.index(clause) and ids[ids.index(clause) - 1] == after:
            continue
        changes += [derive_move(text, clause, after=after)]
        if data.draw(st.booleans()):
            changes.append(derive_insert(text, target, clause, f"new-{number}", {"fr": f"Nouveau {number}."}))
    ordered = in_reading_order(changes)
    version = declare("fr", chapters=3)
    rendered = render_tracked(version, ordered, "fr", TRACKING)
    assert reading(rendered, accepted=True) == whole(apply(text, ordered), "fr"), changes_to_json(ordered)
    assert reading(rendered, accepted=False) == whole(text, "fr")


def test_every_change_has_its_author_its_moment_and_a_number_of_its_own(declare):
    version = declare("fr")
    root = body(render_tracked(version, changes_of(version.text), "fr", TRACKING))
    marks = [one for one in root.iter() if one.tag.removeprefix(W) in GONE | NEW]
    assert {one.get(f"{W}author") for one in marks} == {"Atelier 1 : ville durable"}
    assert {one.get(f"{W}date") for one in marks} == {"2019-08-30T12:00:00Z"}
    numbers = [one.get(f"{W}id") for one in marks]
    assert len(numbers) == len(set(numbers))
    for deleted in root.iter(f"{W}del"):
        assert not list(deleted.iter(f"{W}t"))


def test_both_ends_of_a_move_share_its_name(declare):
    version = declare("fr")
    root = body(render_tracked(version, changes_of(version.text), "fr", TRACKING))
    starts = [one for one in root.iter() if one.tag.endswith("RangeStart")]
    assert [one.get(f"{W}name") for one in starts] == ["move_1", "move_1"]
    ends = {one.get(f"{W}id") for one in root.iter() if one.tag.endswith("RangeEnd")}
    assert ends == {one.get(f"{W}id") for one in starts}


def test_first_words_in_a_language_stand_beside_the_sentence_that_they_are_missing(declare):
    version = declare("fr", "de")
    text = apply(version.text, (derive_insert(version.text, "city", None, "city-0", {"fr": "Seulement ici."}),))
    version = type(version)(2, version.digest, text)
    change = derive_replace(text, "city-0", "de", "Jetzt auch hier.")
    data = render_tracked(version, (change,), "de", TRACKING)
    assert "Jetzt auch hier." in reading(data, accepted=True)
    assert "Diese Stelle fehlt in dieser Sprache." in reading(data, accepted=False)


def test_same_bytes_each_time(declare):
    version = declare("fr", "ar")
    changes = changes_of(version.text)
    assert render_tracked(version, changes, "fr", TRACKING) == render_tracked(version, changes, "fr", TRACKING)


def test_changes_of_another_text_are_refused(declare):
    version = declare("fr")
    change = derive_replace(version.text, "city-1", "fr", "Tout autre chose.")
    later = type(version)(2, version.digest, apply(version.text, (change,)))
    with pytest.raises(StateConflict):
        render_tracked(later, (change,), "fr", TRACKING)
