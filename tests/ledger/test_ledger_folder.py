"""A ledger as files: all of it is there and agrees, and whatever is changed is named."""

from datetime import UTC, datetime

import pytest

from declaration.canonical import digest
from declaration.errors import Altered, CannotBeVerified, InputRefused, VerificationError
from declaration.ledger.folder import read_entries, served_files
from declaration.ledger.merkle import leaf_hash
from declaration.ledger.note import Checkpoint, open_checkpoint, sign_checkpoint
from declaration.ledger.tiles import Rows, bundles_for, tiles_for

BLOBS = (b"a long text", b"another")


@pytest.fixture(scope="module")
def ledger(example):
    def make(count):
        entries = tuple(b'{"entry":%d}' % number for number in range(count))
        checkpoint = Checkpoint(example.ORIGIN, count, Rows(map(leaf_hash, entries)).root())
        note = sign_checkpoint(checkpoint, example.LOG_KEYS, at=datetime(2019, 9, 1, tzinfo=UTC))
        return entries, note, served_files(entries, note, blobs=BLOBS)

    return make


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257, 513, 65_537])
def test_files_and_entries_round_trip(ledger, count):
    entries, note, files = ledger(count)
    assert read_entries(files) == entries
    assert files["checkpoint"] == note
    expected = {"checkpoint", *("blob/" + digest(blob) for blob in BLOBS)}
    expected |= {tile.path for tile in (*tiles_for(count), *bundles_for(count))}
    assert set(files) == expected
    assert all(files.values())


def test_a_ledger_of_512_entries_has_these_files(ledger):
    _, _, files = ledger(512)
    assert sorted(path for path in files if path.startswith("tile/")) == [
        "tile/0/000",
        "tile/0/001",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
    ]


@pytest.mark.parametrize("count", [3, 300])
def changed(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("count", [3, 300])
def test_any_altered_byte_is_found_and_its_file_named(ledger, count):
    _, _, files = ledger(count)
    for path in files.keys() - {"checkpoint"}:
        size = len(files[path])
        for at in {0, 1, 2, size // 3, size // 2, size - 1}:
            with pytest.raises(Altered) as refused:
                read_entries({**files, path: changed(files[path], at)})
            assert path in refused.value.message


def test_an_altered_size_or_root_in_the_checkpoint_is_found(ledger, example):
    _, note, files = ledger(300)
    start, end = len(example.ORIGIN) + 1, note.index(b"\n\n")
    for at in range(start, end):
        with pytest.raises(VerificationError):
            read_entries({**files, "checkpoint": changed(note, at)})
    # the origin and the signatures are for `open_checkpoint` to judge
    for at in range(start):
        with pytest.raises(VerificationError):
            open_checkpoint(changed(note, at), [key.verifier() for key in example.LOG_KEYS])


def test_each_file_cut_or_extended_is_named(ledger):
    _, _, files = ledger(300)
    for path in files.keys() - {"checkpoint"}:
        for other in (b"", files[path][:-1], files[path] + b"\x00", files[path] * 2):
            with pytest.raises(Altered) as refused:
                read_entries({**files, path: other})
            assert path in refused.value.message


def test_each_missing_file_is_named(ledger):
    entries, _, files = ledger(300)
    for path in files:
        rest = {other: data for other, data in files.items() if other != path}
        if path.startswith("blob/"):
            assert read_entries(rest) == entries
            continue
        with pytest.raises(CannotBeVerified) as refused:
            read_entries(rest)
        assert path in refused.value.message


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000.p/2",
        "tile/0/001",
        "tile/2/000.p/1",
        "index.html",
        "blob/",
        "blob/x",
        "checkpoint.old",
        "tile/entries/002",
    ],
)
def test_a_file_that_does_not_belong_is_named(ledger, path):
    _, _, files = ledger(300)
    with pytest.raises(Altered) as refused:
        read_entries({**files, path: b"x"})
    assert path in refused.value.message


def test_entries_replaced_together_with_their_tiles_are_refused(ledger, example):
    entries, note, files = ledger(300)
    other = (*entries[:7], b"{}", *entries[8:])
    checkpoint = Checkpoint(example.ORIGIN, 300, Rows(map(leaf_hash, other)).root())
    forged = served_files(other, sign_checkpoint(checkpoint, example.LOG_KEYS, at=datetime(2019, 9, 1, tzinfo=UTC)))
    with pytest.raises(Altered) as refused:
        read_entries({**forged, "checkpoint": note})
    assert "checkpoint" in refused.value.message
    with pytest.raises(Altered):
        served_files(other, note)
    assert read_entries(files) == entries


def test_a_checkpoint_that_claims_a_huge_size_is_refused_at_once(ledger):
    _, note, files = ledger(300)
    huge = note.replace(b"\n300\n", b"\n%d\n" % (2**53 - 1), 1)
    with pytest.raises(VerificationError):
        read_entries({**files, "checkpoint": huge})


def test_without_a_checkpoint_nothing_is_read(ledger):
    entries, _, files = ledger(3)
    with pytest.raises(CannotBeVerified):
        read_entries({})
    with pytest.raises(Altered):
        read_entries({**files, "checkpoint": b"garbage"})
    with pytest.raises(InputRefused):
        served_files(entries, b"garbage")
