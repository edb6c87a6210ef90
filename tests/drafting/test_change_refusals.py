"""Changes that are well formed, and wrong: each is refused with its code, none is applied in part."""

import pytest

from declaration.drafting.amendment import changes_from_json
from declaration.drafting.apply import apply
from declaration.drafting.text import Clause, Section, SectionKind, Text, text_digest
from declaration.errors import InputRefused, NotFound, StateConflict

HEX = "0" * 64


def edit(start=0, end=1, old="a", new="b"):
    return {"start": start, "end": end, "old": old, "new": new}


def base():
    sections = (
        Section("s1", SectionKind.CHAPTER, {"fr": "Un"}, tuple(Clause(i, {"fr": f"le mot {i}"}) for i in "abc")),
        Section("s2", SectionKind.CHAPTER, {}, (Clause("d", {"fr": "oui"}),)),
    )
    return Text("base", ("fr", "de"), {"fr": "Titre"}, sections)


def replacing(clause="a", language="fr", old="le mot a", edits=({"start": 4, "end": 5, "old": "a", "new": "z"},)):
    digest_ = None if old is None else text_digest(old)
    return {"op": "replace", "clause": clause, "language": language, "base": digest_, "edits": list(edits)}


def inserting(name="n", section="s1", after="a", language="fr"):
    return {"op": "insert", "section": section, "after": after, "clause": {"id": name, "texts": {language: "neuf"}}}


def deleting(clause="a"):
    return {"op": "delete", "clause": clause, "digest": base().clause(clause).digest}


def moving(clause="a", section="s1", after="b"):
    return {"op": "move", "clause": clause, "section": section, "after": after}


def retitling(section="s1", language="fr", old="Un"):
    edits = [edit(0, 1 if old else 0, old or "", "Deux")]
    return {
        "op": "retitle",
        "section": section,
        "language": language,
        "base": None if old is None else text_digest(old),
        "edits": edits,
    }


WRONG = {
    "a clause that is not there": ([replacing(clause="z")], "clause.unknown"),
    "a section that is not there": ([inserting(section="s9")], "section.unknown"),
    "a title of a section that is not there": ([retitling(section="s9")], "section.unknown"),
    "a deletion of what is not there": ([deleting() | {"clause": "z"}], "clause.unknown"),
    "a move of what is not there": ([moving(clause="z")], "clause.unknown"),
    "a move to a section that is not there": ([moving(section="s9")], "section.unknown"),
    "another base": ([replacing(old="le mot b")], "change.base"),
    "a base where there is none": ([replacing(language="de")], "change.base"),
    "no base where there is one": ([replacing(old=None, edits=[edit(0, 0, "", "x")])], "change.base"),
    "a title of another base": ([retitling(old="Titre")], "change.base"),
    "a title in a language that has none yet": ([retitling(language="de")], "change.base"),
    "a deletion of other words": ([deleting("a") | {"digest": HEX}], "change.base"),
    "a language that is not authentic": (
        [replacing(language="ar", old=None, edits=[edit(0, 0, "", "x")])],
        "change.language",
    ),
    "an insert in a language that is not authentic": ([inserting(language="ar")], "text.language"),
    "a title in a language that is not authentic": ([retitling(language="ar", old=None)], "change.language"),
    "the same text twice": ([replacing(), replacing()], "change.twice"),
    "the same title twice": ([retitling(), retitling()], "change.twice"),
    "a clause deleted twice": ([deleting(), deleting()], "change.twice"),
    "a clause deleted and moved": ([deleting(), moving()], "change.twice"),
    "a clause moved twice": ([moving(), moving(after="c")], "change.twice"),
    "a clause deleted and replaced": ([deleting(), replacing()], "change.twice"),
    "two clauses at one place": ([inserting("n"), inserting("m")], "change.place"),
    "an insert and a move at one place": ([inserting("n", after="b"), moving(after="b")], "change.place"),
    "an id that is taken": ([inserting("b")], "change.id"),
    "an id that is taken but for a capital": ([inserting("D")], "change.id"),
    "an id of what is deleted": ([deleting("a"), inserting("a", after="a")], "change.id"),
    "one id for two": ([inserting("n"), inserting("N", after="b")], "text.doubled"),
    "after what is not there": ([inserting(after="z")], "change.anchor"),
    "after a clause of another section": ([inserting(after="d")], "change.anchor"),
    "after itself": ([inserting(after="n")], "change.anchor"),
    "a move after itself": ([moving(after="a")], "change.anchor"),
    "a cycle of two moves": ([moving("a", after="b"), moving("b", after="a")], "change.anchor"),
    "a cycle of three": ([moving("a", after="b"), moving("b", after="c"), moving("c", after="a")], "change.anchor"),
    "a cycle of inserts": ([inserting("n", after="m"), inserting("m", after="n")], "change.anchor"),
    "after one that moved to another section": ([moving("a", "s2", "d"), inserting(after="a")], "change.anchor"),
    "edits that touch": ([replacing(edits=[edit(0, 1, "le", "un"), edit(1, 2, " ", "  ")])], "edit.order"),
    "edits that overlap": ([replacing(edits=[edit(0, 3, "le mot", "un"), edit(2, 5, "mot a", "x")])], "edit.order"),
    "an edit twice": ([replacing(edits=[edit(0, 1, "le", "un")] * 2)], "edit.order"),
    "an edit of other words": ([replacing(edits=[edit(0, 1, "la", "un")])], "edit.base"),
    "an edit beyond the end": ([replacing(edits=[edit(4, 9, "a", "un")])], "edit.base"),
    "an insertion beyond the end": ([replacing(edits=[edit(9, 9, "", "un")])], "edit.base"),
    "a huge place": ([replacing(edits=[edit(10**15, 10**15, "", "un")])], "edit.base"),
    "an edit that melts into the word before": ([replacing(edits=[edit(1, 1, "", "s")])], "edit.open"),
    "an edit that melts into the word after": ([replacing(edits=[edit(0, 0, "", "é")])], "edit.open"),
    "a deletion that melts two words": ([replacing(edits=[edit(1, 2, " ", "")])], "edit.open"),
    "an accent for the letter before": ([replacing(edits=[edit(5, 5, "", "\u0301")])], "edit.open"),
    "a space beside a space": ([replacing(edits=[edit(1, 1, "", " ")])], "edit.open"),
    "a new passage that is not composed": ([replacing(edits=[edit(4, 5, "a", "e\u0301")])], "edit.open"),
    "a new passage with a control": ([replacing(edits=[edit(4, 5, "a", "x\u202ey")])], "text.character"),
    "a new passage with half a pair": ([replacing(edits=[edit(4, 5, "a", "\ud83d")])], "text.character"),
    "a translation that is not composed": (
        [replacing(language="de", old=None, edits=[edit(0, 0, "", "e\u0301")])],
        "edit.open",
    ),
    "a text emptied to a space": ([replacing(edits=[edit(0, 1, "le", ""), edit(2, 5, "mot a", "")])], "text.empty"),
    "a clause emptied in its only language": ([replacing(edits=[edit(0, 5, "le mot a", "")])], "text.empty"),
}


@pytest.mark.parametrize("name", WRONG)
def test_changes_that_cannot_be_applied_are_refused(name):
    changes, code = WRONG[name]
    with pytest.raises((InputRefused, StateConflict, NotFound)) as refusal:
        apply(base(), changes_from_json(changes))
    assert refusal.value.code == code
    str(refusal.value).encode(errors="replace")


def test_flags_do_not_melt_into_each_other():
    text = Text("f", ("fr",), {"fr": "🇫🇷🇩🇪"}, ())
    for at, new in ((0, "🇮"), (1, "🇮"), (2, "🇹")):
        change = {"op": "retitle", "section": None, "language": "fr", "base": text_digest("🇫🇷🇩🇪")}
        if at < 2:
            with pytest.raises(InputRefused, match="melts"):
                apply(text, changes_from_json([change | {"edits": [edit(at, at, "", new)]}]))
        else:
            assert apply(text, changes_from_json([change | {"edits": [edit(at, at, "", new)]}])).title["fr"][-1] == "🇹"


def test_a_text_in_one_language_may_be_taken_back():
    """The inverse of a first translation; the clause keeps its other languages."""
    clause = Clause("c", {"fr": "oui", "de": "ja"})
    text = Text("t", ("fr", "de"), {}, (Section("s", SectionKind.CHAPTER, {}, (clause,)),))
    changes = changes_from_json([replacing("c", "de", "ja", [edit(0, 1, "ja", "")])])
    assert dict(apply(text, changes).clause("c").texts) == {"fr": "oui"}
