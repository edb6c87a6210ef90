"""The specification shows what the code does: example rebuilt, tables compared, steps followed."""

import copy
import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from declaration.canonical import digest, sha256, unb64u
from declaration.ledger import checkpoint, entries, forms, keys, note
from declaration.ledger.entries import BODIES, PERSONAL, Entry, Kind, read
from declaration.ledger.folder import read_entries, served_files
from declaration.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from declaration.ledger.note import open_checkpoint, parse_vkeys


@pytest.fixture(scope="module")
def document(example):
    return example.DOCUMENT.read_text()


def test_the_vectors_are_what_the_code_makes(example, vectors):
    made = example.vectors(vectors["checkpoint"])
    assert made["checkpoint"] == vectors["checkpoint"], "the kept ML-DSA-44 signature no longer verifies"
    assert made == vectors
    assert example.VECTORS.read_text() == example.written(made)


def test_the_document_shows_the_vectors(example, vectors, document):
    assert example.filled(document, vectors) == document


def test_a_changed_entry_would_change_the_document(example, vectors, document):
    changed = copy.deepcopy(vectors)
    changed["leaf_hashes"][0] = "00" * 32
    assert example.filled(document, changed) != document


def test_the_steps_for_reading_a_ledger(vectors):
    """Section 6, from the vectors alone."""
    trusted = parse_vkeys("".join(f"{key}\n" for key in vectors["vkeys"]).encode())
    signed = vectors["checkpoint"].encode()
    head = open_checkpoint(signed, trusted)
    recorded = [text.encode() for text in vectors["entries"]]
    files = served_files(recorded, signed)
    assert {path: digest(data) for path, data in files.items()} == vectors["files"]
    assert read_entries(files) == tuple(recorded)
    first = Entry.parse(recorded[0])
    assert first.body["origin"] == head.origin == vectors["origin"]
    parsed = [read(data, declaration=first.declaration, index=index) for index, data in enumerate(recorded)]
    assert [entry.at for entry in parsed] == sorted(entry.at for entry in parsed)
    assert {entry.kind for entry in parsed} == set(Kind)


def test_the_proofs_of_the_vectors_verify(vectors):
    roots = [bytes.fromhex(root) for root in vectors["roots"]]
    leaves = [bytes.fromhex(leaf) for leaf in vectors["leaf_hashes"]]
    assert leaves == [leaf_hash(text.encode()) for text in vectors["entries"]]
    for item in vectors["inclusion"]:
        at, size, proof = item["index"], item["size"], [bytes.fromhex(one) for one in item["proof"]]
        verify_inclusion(leaf=leaves[at], index=at, size=size, proof=proof, root=roots[size])
    for item in vectors["consistency"]:
        old, size, proof = item["old"], item["size"], [bytes.fromhex(one) for one in item["proof"]]
        verify_consistency(old_size=old, old_root=roots[old], size=size, root=roots[size], proof=proof)


def test_the_assertions_of_the_example_are_real(vectors):
    public = {}
    checked = 0
    for entry in map(Entry.parse, map(str.encode, vectors["entries"])):
        if entry.kind == Kind.CREDENTIAL_ENROLLED:
            public[entry.body["credential"]] = load_der_public_key(unb64u(entry.body["public_key"], what="key"))
        if "assertion" not in entry.body:
            continue
        assertion = {name: entry.body["assertion"][name] for name in entry.body["assertion"]}
        client = unb64u(assertion["client_data"], what="client data")
        challenge = unb64u(json.loads(client)["challenge"], what="challenge")
        assert challenge == sha256(entry.body["statement"].encode())
        signed = unb64u(assertion["authenticator_data"], what="data") + sha256(client)
        key = public[assertion["credential"]]
        key.verify(unb64u(assertion["signature"], what="signature"), signed, ec.ECDSA(SHA256()))
        checked += 1
    assert checked == 7


def bodies_in(document):
    """Return kind -> (by, members) as the table of section 1.3 has them."""
    found = {}
    table = document.split("### 1.3")[1].split("### 1.4")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 4 or cells[0] in {"kind", "---"}:
            continue
        if cells[0]:
            kind = cells[0].strip("`")
            found[kind] = (cells[1], set())
        if cells[2]:
            found[kind][1].add(cells[2].strip("`"))
        elif "as `" in cells[3]:
            found[kind][1].update(found[re.search(r"as `([a-z.]+)`", cells[3])[1]][1])
    return found


def test_the_table_of_kinds_is_the_schema(document):
    table = bodies_in(document)
    assert {kind: members for kind, (_, members) in table.items()} == {kind: set(body) for kind, body in BODIES.items()}
    assert {kind for kind, (by, _) in table.items() if by == "S"} == PERSONAL


LIMITS = [
    (entries.MAX_ENTRY, "MUST NOT be longer than\n65,535 bytes"),
    (entries.MAX_NAME, "1 to 200 characters"),
    (entries.MAX_REASON, "1 to 4,000 characters"),
    (entries.MAX_STATEMENT, "at most 57,344 bytes"),
    (entries.MAX_LANGUAGES, "1 to 32 different *languages*"),
    (entries.MAX_WEB_ORIGINS, "1 to 16 different web origins"),
    (entries.MAX_CREDENTIAL, "1 to 1,023 bytes"),
    (entries.MAX_CLIENT_DATA, "2 to 4,096 bytes"),
    (entries.MAX_AUTHENTICATOR_DATA, "37 to 1,024 bytes"),
    (entries.MAX_SPONSORS, "list of 1 to 200 objects"),
    (entries.MAX_MINIMUM, "1 to 201"),
    (entries.MAX_ROSTER, "from 0 to 1,000,000"),
    (forms.MAX_LOG_ORIGIN, "at most 255\nbytes"),
    (note.MAX_NOTE, "at most 131,072 bytes"),
]


@pytest.mark.parametrize(("limit", "words"), LIMITS)
def test_the_limits_of_the_document_are_those_of_the_code(document, limit, words):
    assert words in document
    assert f"{limit:,}" in words


def test_the_document_names_the_formats_and_types(document):
    assert f"`{entries.FORMAT}`" in document
    for algorithm in keys.Algorithm:
        assert f"| 0x{algorithm:02x} |" in document
        assert f"{keys._PUBLIC_SIZE[algorithm]:,} bytes" in document
    assert checkpoint.Checkpoint("a.b/c", 0, bytes(32)).text.count("\n") == 3
