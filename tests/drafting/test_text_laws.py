"""Laws of versions and edits: documents come back as they were, edits lead there and back, no grapheme is cut."""

import unicodedata
from itertools import accumulate

import pytest
from drafting_worlds import a_list, a_text, passages, rng_of, seeds
from hypothesis import given, settings

from declaration.canonical import digest, encode, parse, without
from declaration.drafting import edits
from declaration.drafting.amendment import Amendment, Move, amendment_from_document
from declaration.drafting.apply import apply, invert
from declaration.drafting.derive import derive_delete, derive_insert, derive_move
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version, version_from_document
from declaration.drafting.tokens import graphemes, tokens


def boundaries(pieces):
    return {0, *accumulate(len(piece) for piece in pieces)}


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_version_comes_back_from_its_document_with_the_same_digest(seed):
    version = Version(2, digest(b"before"), a_text(rng_of(seed)))
    written = encode(version.document())
    read = version_from_document(parse(written, limit=10**7, what="it"))
    assert read == version
    assert encode(read.document()) == written
    assert read.digest == version.digest == digest(encode(without(version.document(), "text")))


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_an_amendment_comes_back_from_its_document(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    amendment = Amendment("a-1", "drafter", Version(1, None, text).digest, "Warum?\n\n為什麼", a_list(rng, text))
    written = encode(amendment.document())
    read = amendment_from_document(parse(written, limit=10**7, what="it"))
    assert read == amendment
    assert encode(read.document()) == written


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_any_change_changes_the_name_of_the_version_and_of_its_clauses_alone(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    changes = a_list(rng, text, most=1)
    changed = apply(text, changes)
    if changed == text:
        return
    assert Version(1, None, changed).digest != Version(1, None, text).digest
    after = {clause.id: clause for clause in changed.clauses()}
    for clause in text.clauses():
        if clause.id in after:
            assert (after[clause.id].digest == clause.digest) == (after[clause.id] == clause)


@settings(deadline=None)
@given(passages)
def test_tokens_join_to_the_text_and_cut_no_grapheme(text):
    found = tokens(text)
    assert "".join(found) == text
    assert "".join(graphemes(text)) == text
    assert boundaries(found) <= boundaries(graphemes(text))


@settings(max_examples=40, deadline=None)
@given(passages)
def test_any_run_of_tokens_splits_into_the_same_tokens(text):
    found = tokens(text)
    for start in range(len(found)):
        for end in range(start + 1, len(found) + 1):
            assert tokens("".join(found[start:end])) == found[start:end]


@settings(deadline=None)
@given(passages, passages)
def test_derived_edits_lead_there_and_back(old, new):
    found = edits.derive(old, new)
    assert edits.apply(old, found) == new
    assert edits.apply(new, edits.invert(found)) == old
    assert (found == ()) == (old == new)


@settings(deadline=None)
@given(passages, passages)
def test_no_edit_cuts_a_grapheme_of_either_text(old, new):
    before, after = tokens(old), tokens(new)
    cuts, new_cuts = boundaries(graphemes(old)), boundaries(graphemes(new))
    offset = 0
    for edit in edits.derive(old, new):
        starts, ends = len("".join(before[: edit.start])), len("".join(before[: edit.end]))
        assert {starts, ends} <= cuts
        length = len(tokens(edit.new))
        place = edit.start + offset
        assert "".join(after[place : place + length]) == edit.new
        assert {len("".join(after[:place])), len("".join(after[: place + length]))} <= new_cuts
        offset += length - (edit.end - edit.start)


@settings(max_examples=300, deadline=None)
@given(passages, passages, passages)
def test_edits_with_an_untouched_token_between_compose_exactly(base, one, other):
    before = tokens(base)
    for mine in edits.derive(base, one):
        for theirs in edits.derive(base, other):
            if mine.end < theirs.start:
                expected = (
                    *before[: mine.start],
                    *tokens(mine.new),
                    *before[mine.end : theirs.start],
                    *tokens(theirs.new),
                    *before[theirs.end :],
                )
                result = edits.apply(base, (theirs, mine))
                assert tokens(result) == expected
                assert unicodedata.is_normalized("NFC", result)
                step = edits.apply(base, (mine,))
                assert edits.apply(step, edits.shift((theirs,), (mine,))) == result
                step = edits.apply(base, (theirs,))
                assert edits.apply(step, edits.shift((mine,), (theirs,))) == result


@settings(max_examples=300, deadline=None)
@given(seeds)
def test_a_list_of_changes_leads_there_and_back(seed):
    rng = rng_of(seed)
    text = a_text(rng)
    changes = a_list(rng, text, most=8)
    changed = apply(text, changes)
    back = invert(text, changes)
    assert apply(changed, back) == text
    assert apply(text, invert(changed, back)) == changed


def small():
    def clause(name):
        return Clause(name, {"fr": f"mot {name}", "de": f"Wort {name}"})

    return Text(
        "small",
        ("fr", "de"),
        {"fr": "Titre"},
        (
            Section("s1", SectionKind.PREAMBLE, {}, (clause("a"), clause("b"), clause("c"))),
            Section("s2", SectionKind.CHAPTER, {"fr": "Deux"}, (clause("d"),)),
            Section("s3", SectionKind.CLOSING, {}, ()),
        ),
    )


def inserted(after, name, section="s1"):
    return derive_insert(small(), section, after, name, {"fr": f"neuf {name}"})


def deleted(*names):
    return [derive_delete(small(), name) for name in names]


def moved(name, after, section=None):
    return derive_move(small(), name, after=after, section=section)


ORDERS = {
    "a chain of inserts": ([inserted("b", "x"), inserted("x", "y"), inserted("y", "z")], "abxyzc d "),
    "a chain in any order of writing": ([inserted("y", "z"), inserted("b", "x"), inserted("x", "y")], "abxyzc d "),
    "an insert after what is deleted": ([*deleted("b"), inserted("b", "x")], "axc d "),
    "inserts after each of three deleted": (
        [*deleted("a", "b", "c"), inserted("c", "z"), inserted("a", "x"), inserted("b", "y")],
        "xyz d ",
    ),
    "a section emptied": (deleted("d"), "abc  "),
    "a move to the end of a section emptied by deletes": ([*deleted("d"), moved("a", "d", "s2")], "bc a "),
    "a move into an empty section": ([moved("c", None, "s3")], "ab d c"),
    "moves across sections both ways": ([moved("a", None, "s2"), moved("d", "c", "s1")], "bcd a "),
    "a move after one that moves": ([moved("a", "b"), moved("b", "c")], "cba d "),
    "a move after what is inserted": ([inserted("d", "x", "s2"), moved("a", "x", "s2")], "bc dxa "),
    "the last first, and the first after it": ([moved("a", "c"), moved("c", None)], "cab d "),
    "an insert after one that moves away": ([moved("a", "d", "s2"), inserted("a", "x", "s2")], "bc dax "),
    "two swapped": ([moved("a", "b"), moved("b", None)], "bac d "),
    "to where it already is": ([Move("b", "s1", "a")], "abc d "),
}


@pytest.mark.parametrize("name", ORDERS)
def test_structure(name):
    changes, expected = ORDERS[name]
    result = apply(small(), changes)
    assert " ".join("".join(clause.id for clause in section.clauses) for section in result.sections) == expected
    assert apply(result, invert(small(), changes)) == small()
