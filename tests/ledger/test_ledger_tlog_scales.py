"""tlog-scales, another C2SP implementation, writes the files that we write and verifies our notes, ML-DSA-44 too."""

from datetime import UTC, datetime

import pytest
from tlog_scales import backend, reader, signing, tlog, writer

from declaration.errors import Altered
from declaration.ledger.folder import read_entries, served_files
from declaration.ledger.merkle import leaf_hash
from declaration.ledger.note import Checkpoint, cosign, open_checkpoint, sign_checkpoint
from declaration.ledger.tiles import Rows

AT = datetime(2019, 9, 1, tzinfo=UTC)


def their_keys(example):
    ed25519, ml_dsa = example.LOG_KEYS
    return [
        signing.PlainEd25519Signer(ed25519.name, ed25519.private),
        signing.MLDSA44CosignatureSigner(ml_dsa.name, ml_dsa.private),
    ]


def ledger(example, size):
    entries = [b'{"entry":%d}' % number for number in range(size)]
    checkpoint = Checkpoint(example.ORIGIN, size, Rows(map(leaf_hash, entries)).root())
    note = cosign(sign_checkpoint(checkpoint, example.LOG_KEYS, at=AT), example.WITNESS, at=AT)
    return entries, checkpoint, note


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700, 65_536, 65_800])
def test_they_write_the_files_that_we_write(example, tmp_path, size):
    entries, checkpoint, note = ledger(example, size)
    theirs = writer.TilesWriter.create(tmp_path / "ledger", example.ORIGIN)
    for entry in entries:
        theirs.add_leaf(entry)
    theirs.commit(their_keys(example))
    written = {
        str(path.relative_to(theirs.root)): path.read_bytes() for path in theirs.root.rglob("*") if path.is_file()
    }
    ours = served_files(entries, note)
    assert written.keys() == ours.keys()
    assert {path for path in ours if written[path] != ours[path]} == {"checkpoint"}
    assert open_checkpoint(written["checkpoint"], [key.verifier() for key in example.LOG_KEYS]) == checkpoint
    assert read_entries(written) == tuple(entries)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_they_verify_each_line_of_our_notes(example, which):
    _, _, note = ledger(example, 5)
    vkey = example.VERIFIERS[which].vkey()
    theirs = signing.Vkey.from_string(vkey)
    assert theirs.serialize() == vkey
    checkpoint = tlog.Checkpoint.from_text(note.decode())
    assert checkpoint.serialize().encode() == note
    checkpoint.verify(theirs)


def test_we_refuse_their_note_over_another_root(example):
    checkpoint = tlog.Checkpoint.make_signed(example.ORIGIN, 5, bytes(32), their_keys(example))
    note = checkpoint.serialize().encode()
    keys = [key.verifier() for key in example.LOG_KEYS]
    assert open_checkpoint(note, keys) == Checkpoint(example.ORIGIN, 5, bytes(32))
    with pytest.raises(Altered):
        open_checkpoint(note.replace(b"\n5\n", b"\n6\n", 1), keys)


def test_they_make_the_proofs_that_we_make(example, tmp_path):
    entries, checkpoint, note = ledger(example, 300)
    for path, data in served_files(entries, note).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    theirs = reader.TilesReader(backend.LocalBackend(tmp_path))
    theirs.get_checkpoint()
    tree = Rows(map(leaf_hash, entries)).tree()
    assert theirs.calculate_root_hash() == checkpoint.root
    for at in range(1, 300, 7):
        assert tuple(theirs.get_inclusion_proof(at, 300).node_hashes) == tree.inclusion(at)
        assert tuple(theirs.get_consistency_proof(at, 300).node_hashes) == tree.consistency(at)
        assert theirs.get_entry(at) == entries[at]
