"""Step 4: declaration.json against itself, and against the freeze."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.canonical import encode
from declaration.drafting.text import version_from_document
from declaration.errors import Altered, CannotBeVerified, VerificationError
from declaration.signing.document import read_document, require_frozen


@pytest.fixture(scope="session")
def value(summit):
    return json.loads(summit.document)


def changed(value, path, new):
    """Return a copy with one member replaced; `path` ends with the member's name."""
    copy = json.loads(json.dumps(value))
    place = copy
    for step in path[:-1]:
        place = place[step]
    if new is None:
        del place[path[-1]]
    else:
        place[path[-1]] = new
    return encode(copy)


CLAUSE = ("version", "sections", 1, "clauses", 0)


def test_it_names_version_clauses_roster_and_reservations(summit):
    document = read_document(summit.document)
    assert document.declaration == "demo"
    assert document.languages == ("fr", "en")
    assert document.title == {"fr": "Déclaration", "en": "Declaration"}
    assert list(document.clauses) == ["p-1", "c-1"]
    assert [party.id for party in document.roster] == ["abidjan", "dhaka", "duesseldorf"]
    assert [(each.signatory, each.clause) for each in document.reservations] == [("dhaka", "c-1")]


def test_digests_are_those_of_the_drafting_package(summit, value):
    """Two implementations, one of them without knowledge of drafting, name versions and clauses alike."""
    document, version = read_document(summit.document), version_from_document(value["version"])
    assert document.version == version.digest
    assert document.clauses == {clause.id: clause.digest for clause in version.text.clauses()}


ALTERED = {
    "a word": ((*CLAUSE, "texts", "en", "text"), "Listening!", "document.text"),
    "a digest": ((*CLAUSE, "texts", "en", "sha256"), "0" * 64, "document.text"),
    "the title": (("version", "title", "fr", "text"), "Autre", "document.text"),
    "a section's title": (("version", "sections", 0, "title", "fr", "text"), "Autre", "document.text"),
    "a clause's id twice": ((*CLAUSE, "id"), "P-1", "document.doubled"),
    "a section's id twice": (("version", "sections", 1, "id"), "Preamble", "document.doubled"),
    "a signatory twice": (("roster", 1, "id"), "abidjan", "document.doubled"),
    "a reservation of a stranger": (("reservations", 0, "signatory"), "oslo", "document.reservation"),
}

OBJECTED = ("reservations", 0, "objections")
ALTERED |= {
    f"objections {how}": (OBJECTED, [{"signatory": who, "reason": "No."} for who in them], "document.objection")
    for how, them in {
        "of a stranger": ["oslo"],
        "of its author": ["dhaka"],
        "in another order": ["duesseldorf", "abidjan"],
    }.items()
}

MALFORMED = {
    "another format": (("format",), "declaration/2"),
    "another version format": (("version", "format"), "declaration-version/2"),
    "a member too many": (("more",), 1),
    "a member less": (("roster",), None),
    "no number": (("version", "number"), "1"),
    "a number below one": (("version", "number"), 0),
    "a section of another kind": (("version", "sections", 0, "kind"), "annex"),
    "clauses that are none": (("version", "sections", 0, "clauses"), {}),
    "a text without words": ((*CLAUSE, "texts", "en"), {"sha256": "0" * 64}),
    "a text that is none": ((*CLAUSE, "texts", "en", "text"), 5),
    "a language that is none": ((*CLAUSE, "texts", "english!"), {"sha256": "0" * 64, "text": ""}),
    "a country that is none": (("roster", 0, "country"), "Ivory Coast"),
    "an empty reservation": (("reservations", 0, "reservation"), " "),
    "no objections, named": (OBJECTED, []),
    "an objection without a reason": (OBJECTED, [{"signatory": "abidjan"}]),
    "an objection without words": (OBJECTED, [{"signatory": "abidjan", "reason": ""}]),
    "an objection with a direction": (OBJECTED, [{"signatory": "abidjan", "reason": "a\u202eb"}]),
    "an objection twice": (OBJECTED, [{"signatory": "abidjan", "reason": reason} for reason in ("No.", "Again.")]),
    "objections that are none": (OBJECTED, {}),
    "a roster that is none": (("roster",), "all"),
}


@pytest.mark.parametrize(("path", "new", "code"), ALTERED.values(), ids=ALTERED.keys())
def test_a_document_that_contradicts_itself_is_altered(path, new, code, value):
    with pytest.raises(Altered) as refusal:
        read_document(changed(value, path, new))
    assert refusal.value.code == code


@pytest.mark.parametrize(("path", "new"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_document_of_another_form_cannot_be_verified(path, new, value):
    with pytest.raises(CannotBeVerified) as refusal:
        read_document(changed(value, path, new))
    assert refusal.value.code == "document.malformed"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\n",
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b":", b": ", 1),
        lambda data: data.replace(b'"number":1', b'"number":1.0'),
        lambda data: data.replace(b'"number":1', b'"number":1,"number":1'),
        lambda data: data[:-1],
        lambda _: b"",
        lambda _: b"[" * 100_000,
        lambda _: b"null",
        lambda data: data.replace(b"Abidjan", b"Abidj\xff"),
    ],
)
def test_only_one_spelling_is_read(change, summit):
    with pytest.raises(CannotBeVerified):
        read_document(change(summit.document))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_change_of_a_byte_is_noticed_or_names_another_document(summit, data):
    place = data.draw(st.integers(0, len(summit.document) - 1))
    byte = data.draw(st.integers(0, 255))
    changed_bytes = summit.document[:place] + bytes([byte]) + summit.document[place + 1 :]
    original = read_document(summit.document)
    try:
        document = read_document(changed_bytes)
    except VerificationError:
        return
    assert (document.digest == original.digest) == (changed_bytes == summit.document)


def test_another_freeze_is_altered(summit):
    document = read_document(summit.document)
    frozen = {"version": document.version, "number": 1, "digest": document.digest, "roster": 3}
    require_frozen(document, **frozen)
    for member, other in (("version", "0" * 64), ("number", 2), ("digest", "0" * 64), ("roster", 4)):
        with pytest.raises(Altered) as refusal:
            require_frozen(document, **(frozen | {member: other}))
        assert refusal.value.code == "document.not-frozen"
