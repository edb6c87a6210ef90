"""A whole ledger as files: what a web server serves, and the strict way back.

Paths are those below the ledger's address: ``checkpoint``, ``tile/…`` (C2SP tlog-tiles), and ``blob/<sha256>`` for
the long texts that entries name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NoReturn

from declaration.canonical import digest
from declaration.errors import Altered, CannotBeVerified, InputRefused
from declaration.ledger.checkpoint import Checkpoint
from declaration.ledger.merkle import TILE_WIDTH, leaf_hash
from declaration.ledger.note import Note
from declaration.ledger.tiles import (
    Rows,
    Tile,
    bundles_for,
    decode_bundle,
    decode_tile,
    encode_bundle,
    encode_tile,
    tiles_for,
)

CHECKPOINT: Final = "checkpoint"
"""Path of the signed note (C2SP tlog-tiles, "Checkpoints")."""
BLOB: Final = "blob/"
"""Beginning of the path of a blob; its SHA-256 follows."""


def served_files(entries: Sequence[bytes], note: bytes, *, blobs: Iterable[bytes] = ()) -> Mapping[str, bytes]:
    """Return every file of a ledger by its path below the ledger's address.

    Args:
        entries: all entries, in order.
        note: the signed checkpoint, of exactly these entries.
        blobs: the long texts that entries name.

    Raises:
        InputRefused: `note` is not a checkpoint, or an entry is too long.
        Altered: the checkpoint is of other entries.

    """
    checkpoint = Checkpoint.parse(Note.parse(note).text)
    rows = Rows(map(leaf_hash, entries))
    if (rows.size, rows.root()) != (checkpoint.size, checkpoint.root):
        _altered(CHECKPOINT, f"it is not over these {rows.size} entries")
    files = {CHECKPOINT: note}
    files.update((bundle.path, encode_bundle(_cut(entries, bundle))) for bundle in bundles_for(rows.size))
    files.update((tile.path, encode_tile(rows.tile(tile))) for tile in tiles_for(rows.size))
    files.update((BLOB + digest(blob), blob) for blob in blobs)
    return files


def read_entries(files: Mapping[str, bytes]) -> tuple[bytes, ...]:
    """Return the entries of a ledger from its files, all of which must agree exactly with the checkpoint's root.

    The note's signatures are not verified here: `open_checkpoint` does that. Tiles of earlier checkpoints are refused
    like any other file that the present checkpoint does not require; only blobs may stand beside.

    Args:
        files: contents by path, as `served_files` returns them.

    Raises:
        Altered: a file does not agree with the checkpoint, or does not belong there; the message names it.
        CannotBeVerified: a file is missing; the message names it.

    """
    checkpoint = _checkpoint(files)
    entries: list[bytes] = []
    for bundle in bundles_for(checkpoint.size):  # stops at the first missing file, however large the size claims to be
        try:
            entries += decode_bundle(_get(files, bundle), width=bundle.width)
        except InputRefused as error:
            _altered(bundle.path, error.message)
    rows = Rows(map(leaf_hash, entries))
    if rows.root() != checkpoint.root:
        _blame(files, checkpoint, rows)
    known = {CHECKPOINT, *(bundle.path for bundle in bundles_for(checkpoint.size))}
    for tile in tiles_for(checkpoint.size):
        if _get(files, tile) != encode_tile(rows.tile(tile)):
            _altered(tile.path, "its hashes are not those of the entries")
        known.add(tile.path)
    for path in sorted(files.keys() - known):
        if path != BLOB + digest(files[path]):
            _altered(path, "it is no blob named by its SHA-256" if path.startswith(BLOB) else "it does not belong here")
    return tuple(entries)


def _checkpoint(files: Mapping[str, bytes]) -> Checkpoint:
    if CHECKPOINT not in files:
        _missing(CHECKPOINT)
    try:
        return Checkpoint.parse(Note.parse(files[CHECKPOINT]).text)
    except InputRefused as error:
        _altered(CHECKPOINT, error.message)


def _get(files: Mapping[str, bytes], tile: Tile) -> bytes:
    if tile.path not in files:
        _missing(tile.path)
    return files[tile.path]


def _cut(items: Sequence[bytes], tile: Tile) -> Sequence[bytes]:
    first = tile.index * TILE_WIDTH
    return items[first : first + tile.width]


def _blame(files: Mapping[str, bytes], checkpoint: Checkpoint, rows: Rows) -> NoReturn:
    """Name the file at fault where entries and checkpoint disagree: the tiles are the third witness."""
    leaves: list[bytes] = []
    for bundle in bundles_for(checkpoint.size):
        tile = Tile(0, bundle.index, bundle.width)
        try:
            leaves += decode_tile(_get(files, tile), width=tile.width)
        except InputRefused as error:
            _altered(tile.path, error.message)
    if Rows(leaves).root() == checkpoint.root:
        for bundle in bundles_for(checkpoint.size):
            if _cut(leaves, bundle) != rows.tile(Tile(0, bundle.index, bundle.width)):
                _altered(bundle.path, "an entry in it is not the one that was recorded")
    _altered(CHECKPOINT, "neither the entries nor the tiles give its root")


def _altered(path: str, why: str) -> NoReturn:
    raise Altered(
        "ledger.file", f"The ledger file {path} was altered: {why}.", hint="Get it again from the ledger's address."
    )


def _missing(path: str) -> NoReturn:
    raise CannotBeVerified(
        "ledger.file-missing", f"The ledger file {path} is missing.", hint="Get it from the ledger's address."
    )
