"""Reading versions and amendments strictly: each wrong member is refused, and nothing but our errors comes out."""

import contextlib
import copy

import pytest
from drafting_worlds import a_list, a_text, rng_of, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.drafting.amendment import (
    MAX_CHANGES,
    MAX_EDITS,
    MAX_RATIONALE,
    Amendment,
    amendment_from_document,
    changes_from_json,
    changes_to_json,
)
from declaration.drafting.apply import apply
from declaration.drafting.derive import derive_retitle
from declaration.drafting.text import (
    MAX_CLAUSES,
    MAX_LANGUAGES,
    MAX_SECTIONS,
    Clause,
    Section,
    SectionKind,
    Text,
    Version,
    check_id,
    check_language,
    text_digest,
    version_from_document,
)
from declaration.errors import DeclarationError, InputRefused, LimitExceeded, NotFound

HEX = "0" * 64


def version_document():
    words = {"fr": "Nous, maires", "ar": "نحن"}
    sections = (
        Section("s1", SectionKind.PREAMBLE, {}, (Clause("r1", words), Clause("r2", {"fr": "deux"}))),
        Section("s2", SectionKind.CHAPTER, {"fr": "Chapitre"}, ()),
    )
    return Version(1, None, Text("essai", ("fr", "ar"), {"fr": "Essai"}, sections)).document()


def amendment_document():
    return {
        "format": "declaration-amendment/1",
        "id": "a-1",
        "by": "paris",
        "base": HEX,
        "rationale": "parce que",
        "changes": [
            {"op": "replace", "clause": "r1", "language": "fr", "base": HEX, "edits": [edit()]},
            {"op": "insert", "section": "s1", "after": "r1", "clause": {"id": "n", "texts": {"fr": "neuf"}}},
            {"op": "delete", "clause": "r2", "digest": HEX},
            {"op": "move", "clause": "r1", "section": "s2", "after": None},
            {"op": "retitle", "section": None, "language": "ar", "base": None, "edits": [edit(end=0, old="")]},
        ],
    }


def edit(start=0, end=1, old="a", new="b"):
    return {"start": start, "end": end, "old": old, "new": new}


def put(document, path, value):
    """The document with one member replaced, or with ``...`` taken out."""
    changed = copy.deepcopy(document)
    *way, last = path
    place = changed
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return changed


def named(text):
    return {"sha256": text_digest(text), "text": text}


STRANGE = (None, True, False, 0, -1, 1.5, 2**70, "", "x y", "é", "\ud800", HEX, [], ["x"], [[]], {}, {"x": 1})

VERSION_SLIPS = {
    "another format": (("format",), "declaration-version/2"),
    "no format": (("format",), ...),
    "a member too many": (("note",), "x"),
    "an id with a space": (("declaration",), "es sai"),
    "an id too long": (("declaration",), "a" * 65),
    "number zero": (("number",), 0),
    "number true": (("number",), True),
    "number as text": (("number",), "1"),
    "a float": (("number",), 1.0),
    "a parent of the first": (("parent",), HEX),
    "the second without a parent": (("number",), 2),
    "no languages": (("languages",), []),
    "languages as a text": (("languages",), "fr"),
    "a language twice": (("languages",), ["fr", "ar", "fr"]),
    "a language but for a capital": (("languages",), ["fr", "ar", "ar-EG", "ar-eg"]),
    "a language that is none": (("languages",), ["fr", "ar", "Deutsch"]),
    "a text in a language that is not authentic": (("title", "de"), named("Probe")),
    "a title as a text": (("title",), "Essai"),
    "a title without digest": (("title", "fr"), {"text": "Essai"}),
    "a digest of another text": (("title", "fr", "sha256"), text_digest("Autre")),
    "a digest in capitals": (("title", "fr", "sha256"), text_digest("Essai").upper()),
    "an empty title": (("title", "fr"), named("")),
    "half of a surrogate pair": (("title", "fr"), named("a\ud800")),
    "a text that is not composed": (("title", "fr"), named("e\u0301")),
    "a text with a direction control": (("title", "fr"), named("a\u202eb")),
    "sections as an object": (("sections",), {}),
    "a section without a kind": (("sections", 0, "kind"), ...),
    "a kind that is none": (("sections", 0, "kind"), "annex"),
    "a kind as a list": (("sections", 0, "kind"), ["preamble"]),
    "a section id twice": (("sections", 1, "id"), "s1"),
    "a clause id twice but for a capital": (("sections", 0, "clauses", 1, "id"), "R1"),
    "a clause without texts": (("sections", 0, "clauses", 1, "texts"), {}),
    "a clause with a member too many": (("sections", 0, "clauses", 1, "kind"), "x"),
    "clauses missing": (("sections", 1, "clauses"), ...),
    "a clause that is null": (("sections", 0, "clauses", 0), None),
}


@pytest.mark.parametrize("name", VERSION_SLIPS)
def test_a_version_with_one_slip_is_refused(name):
    with pytest.raises(InputRefused) as refusal:
        version_from_document(put(version_document(), *VERSION_SLIPS[name]))
    str(refusal.value).encode()


AMENDMENT_SLIPS = {
    "another format": (("format",), "declaration-version/1"),
    "a member too many": (("state",), "tabled"),
    "no rationale": (("rationale",), ...),
    "an id that is none": (("id",), "../a"),
    "an author that is none": (("by",), ""),
    "a base that is no digest": (("base",), "0" * 63),
    "a rationale that is null": (("rationale",), None),
    "a rationale with a control": (("rationale",), "a\x07"),
    "a rationale of controls alone": (("rationale",), "\x1c\x1d"),
    "a rationale with a carriage return": (("rationale",), "a\r\nb"),
    "a rationale with a direction control": (("rationale",), "oui\n\u202enon"),
    "a rationale that is not composed": (("rationale",), "e\u0301"),
    "no changes": (("changes",), []),
    "changes as an object": (("changes",), {}),
    "an operation that is none": (("changes", 0, "op"), "rename"),
    "an operation as a list": (("changes", 0, "op"), ["replace"]),
    "a change that is null": (("changes", 0), None),
    "a replacement without base": (("changes", 0, "base"), ...),
    "a replacement of a number": (("changes", 0, "clause"), 1),
    "a language that is none": (("changes", 0, "language"), "FR"),
    "edits that are none": (("changes", 0, "edits"), []),
    "edits as an object": (("changes", 0, "edits"), {"0": edit()}),
    "an edit with true as start": (("changes", 0, "edits"), [edit(start=True, end=2)]),
    "an edit with false as start": (("changes", 0, "edits"), [edit(start=False)]),
    "an edit with a float": (("changes", 0, "edits"), [edit(end=1.0)]),
    "an edit before the beginning": (("changes", 0, "edits"), [edit(start=-1)]),
    "an edit backwards": (("changes", 0, "edits"), [edit(start=2)]),
    "an edit that changes nothing": (("changes", 0, "edits"), [edit(new="a")]),
    "an edit that deletes nothing": (("changes", 0, "edits"), [edit(old="")]),
    "an insertion that replaces": (("changes", 0, "edits"), [edit(end=0)]),
    "an edit with a member too many": (("changes", 0, "edits"), [edit() | {"why": ""}]),
    "an edit too long": (("changes", 0, "edits"), [edit(new="b" * 20_001)]),
    "an insert without anchor": (("changes", 1, "after"), ...),
    "an insert after a number": (("changes", 1, "after"), 0),
    "an insert without texts": (("changes", 1, "clause", "texts"), {}),
    "an insert with digests": (("changes", 1, "clause", "texts", "fr"), named("neuf")),
    "an insert of what is not composed": (("changes", 1, "clause", "texts", "fr"), "e\u0301"),
    "an insert of half a pair": (("changes", 1, "clause", "texts", "fr"), "a\udfff"),
    "an insert in no section": (("changes", 1, "section"), None),
    "a deletion without digest": (("changes", 2, "digest"), None),
    "a move with a digest": (("changes", 3, "digest"), HEX),
    "a move to nowhere": (("changes", 3, "section"), None),
    "a title of a number": (("changes", 4, "section"), 0),
}


@pytest.mark.parametrize("name", AMENDMENT_SLIPS)
def test_an_amendment_with_one_slip_is_refused(name):
    with pytest.raises(InputRefused) as refusal:
        amendment_from_document(put(amendment_document(), *AMENDMENT_SLIPS[name]))
    str(refusal.value).encode()


def test_without_a_slip_both_are_read():
    assert version_from_document(version_document()).document() == version_document()
    assert amendment_from_document(amendment_document()).document() == amendment_document()


def places(document, way=()):
    yield way
    if isinstance(document, dict | list):
        for name, item in document.items() if isinstance(document, dict) else enumerate(document):
            yield from places(item, (*way, name))


@pytest.mark.parametrize("made", [version_document, amendment_document])
def test_whatever_stands_anywhere_only_our_errors_come_out(made):
    read = version_from_document if made is version_document else amendment_from_document
    for way in places(made()):
        for value in (*STRANGE, ...):
            if not way:
                continue
            document = put(made(), way, value)
            try:
                found = read(document)
            except DeclarationError:
                continue
            else:
                assert found.document() == document


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(("fr", "a-1", HEX)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(json_values)
def test_arbitrary_json_gives_only_our_errors(value):
    for read in (version_from_document, amendment_from_document, changes_from_json):
        if read is changes_from_json and value == []:
            continue
        with pytest.raises(DeclarationError):
            read(value)


@settings(max_examples=300, deadline=None)
@given(seeds, json_values, st.data())
def test_a_spoiled_document_gives_only_our_errors_even_when_applied(seed, value, data):
    rng = rng_of(seed)
    text = a_text(rng)
    changes = changes_to_json(a_list(rng, text))
    way = data.draw(st.sampled_from([way for way in places(changes) if way]))
    spoiled = put(changes, way, data.draw(st.sampled_from(STRANGE) | st.just(value) | st.integers(0, 9) | st.just(...)))
    with contextlib.suppress(DeclarationError):
        apply(text, changes_from_json(spoiled))


def test_limits():
    clause = Clause("c", {"fr": "x"})
    with pytest.raises(LimitExceeded):
        Text("t", tuple(f"a{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(MAX_LANGUAGES + 1)), {}, ())
    with pytest.raises(LimitExceeded):
        Text("t", ("fr",), {}, tuple(Section(f"s{n}", SectionKind.CHAPTER, {}, ()) for n in range(MAX_SECTIONS + 1)))
    many = tuple(Clause(f"c{n}", {"fr": "x"}) for n in range(MAX_CLAUSES + 1))
    with pytest.raises(LimitExceeded):
        Text("t", ("fr",), {}, (Section("s", SectionKind.CHAPTER, {}, many),))
    with pytest.raises(LimitExceeded):
        changes_from_json([{"op": "delete", "clause": "c", "digest": clause.digest}] * (MAX_CHANGES + 1))
    with pytest.raises(InputRefused):
        changes_from_json(
            [{"op": "replace", "clause": "c", "language": "fr", "base": HEX, "edits": [edit()] * (MAX_EDITS + 1)}]
        )
    text = Text("t", ("fr",), {"fr": "t"}, (Section("s", SectionKind.CHAPTER, {}, (clause,)),))
    with pytest.raises(LimitExceeded):
        Amendment("a", "b", HEX, "x" * (MAX_RATIONALE + 1), (derive_retitle(text, None, "fr", "u"),))


@pytest.mark.parametrize("value", ["", ".a", "-a", "_a", "a b", "a/b", "a\n", "é", "a" * 65, None, 1, True, ["a"]])
def test_ids_that_are_refused(value):
    with pytest.raises(InputRefused, match="clause"):
        check_id(value, where="clause")


@pytest.mark.parametrize(
    "value", ["", "f", "FR", "fran", "fr_", "fr-", "fr-x", "fr\n", "fr-" + "abcdefgh-" * 4, None, 1]
)
def test_languages_that_are_refused(value):
    with pytest.raises(InputRefused, match="here"):
        check_language(value, where="here")


def test_ids_and_languages_that_are_accepted():
    for value in ("a", "1", "mobility-1", "A.b_c-", "a" * 64):
        assert check_id(value, where="clause") == value
    for value in ("fr", "de", "bn", "zh-Hant", "fil", "sr-Latn-RS", "de-1996"):
        assert check_language(value, where="here") == value


@pytest.mark.parametrize("kind", ["annex", "", None, 1, ["chapter"]])
def test_a_section_is_of_a_known_kind(kind):
    with pytest.raises(InputRefused):
        Section("s", kind, {}, ())
    assert Section("s", "chapter", {}, ()).kind is SectionKind.CHAPTER


def test_what_is_missing():
    version = version_from_document(version_document())
    assert version.text.missing() == (("title", "ar"), ("clause r2", "ar"), ("title of section s2", "ar"))


def test_what_is_unknown():
    text = version_from_document(version_document()).text
    with pytest.raises(NotFound, match="nowhere"):
        text.clause("nowhere")
    with pytest.raises(NotFound, match="nowhere"):
        text.section("nowhere")
    assert [clause.id for clause in text.clauses()] == ["r1", "r2"]
    assert text.clause("r2") is text.section("s1").clauses[1]


def test_texts_cannot_be_changed_behind_their_digest():
    given_ = {"fr": "un"}
    clause = Clause("c", given_)
    before = clause.digest
    given_["fr"] = "deux"
    assert clause.digest == before
    with pytest.raises(TypeError):
        clause.texts["fr"] = "trois"
