"""The Merkle tree of RFC 6962: hashes, roots, proofs made from tiles, and the verification of proofs.

Making and verifying share nothing but the two hash functions: proofs are made by the recursive definitions of
RFC 6962 section 2.1 and verified by the iterative algorithms of RFC 9162 section 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NoReturn, TypeAlias

from declaration.errors import Altered, InputRefused, RecordDamaged

HASH_SIZE: Final = 32
"""Bytes of a hash: the tree is over SHA-256 (C2SP tlog-tiles, "APIs")."""
TILE_HEIGHT: Final = 8
"""Levels of the tree that one tile spans (C2SP tlog-tiles, "Merkle Tree")."""
TILE_WIDTH: Final = 1 << TILE_HEIGHT
"""Hashes in a full tile."""
MAX_SIZE: Final = 2**53 - 1
"""Entries of a tree: sizes travel in JSON, whose whole numbers end here; C2SP allows 2**63 - 1."""
EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without entries (RFC 6962 section 2.1)."""

TileReader: TypeAlias = Callable[[int, int, int], Sequence[bytes]]
"""``reader(level, index, width)`` returns the first `width` hashes of the tile at `level` and `index`."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962 section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes (MTH of RFC 6962 section 2.1)."""
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of hashes: what a full tile contributes to the level above."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def _split(size: int) -> int:
    """Return k of RFC 6962 section 2.1: the largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree, enough to append to it and to know its root.

    Args:
        size: number of leaves.
        hashes: roots of the perfect subtrees, largest first: one for every 1 in the binary form of `size`.

    Raises:
        RecordDamaged: the hashes are not as many as the size requires, or not hashes.

    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an edge that belongs to no tree."""
        if len(self.hashes) != self.size.bit_count() or any(len(item) != HASH_SIZE for item in self.hashes):
            raise RecordDamaged(
                "ledger.frontier",
                f"{len(self.hashes)} stored hashes cannot be the edge of a tree of {self.size} entries.",
                hint="Run `declaration audit` to find what was changed.",
            )

    def append(self, leaf: bytes) -> Frontier:
        """Return the edge after one more leaf hash; costs at most log2(size) hashes."""
        hashes = [*self.hashes, leaf]
        # every trailing 1 of the size is a perfect subtree as large as the one that has just become complete
        merges = (~self.size & (self.size + 1)).bit_length() - 1
        for _ in range(merges):
            right = hashes.pop()
            hashes[-1] = node_hash(hashes[-1], right)
        return Frontier(self.size + 1, tuple(hashes))

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        result = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            result = node_hash(left, result)
        return result


class Tree:
    """A tree whose hashes are read from tiles, each at most once; a root or proof reads O(log size) of them.

    Proofs for an earlier size are made from the tiles of the present one.

    Args:
        reader: gives the hashes of a tile.
        size: number of entries that the tiles hold.

    """

    def __init__(self, reader: TileReader, size: int) -> None:
        if not 0 <= size <= MAX_SIZE:
            _out_of_range(f"a tree of {size} entries")
        self.size: Final = size
        self._reader = reader
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def root(self, size: int | None = None) -> bytes:
        """Return the root at `size` entries (default: all).

        Raises:
            InputRefused: the tree never had this size or does not have it yet.
            RecordDamaged: a tile is incomplete.

        """
        return self._range(0, self._known(size))

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that entry `index` is in the tree of `size` entries (RFC 6962 section 2.1.1).

        Raises:
            InputRefused: there is no such entry, or no such size.
            RecordDamaged: a tile is incomplete.

        """
        low, high = 0, self._known(size)
        if not low <= index < high:
            _out_of_range(f"entry {index} in a tree of {high} entries")
        path: list[bytes] = []
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return tuple(reversed(path))

    def consistency(self, old: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that the tree of `size` entries begins with the tree of `old` (RFC 6962 section 2.1.2).

        The proof is empty for `old` = 0, of which every tree is a continuation, and for `old` = `size`.

        Raises:
            InputRefused: no such sizes, or `old` is the larger one.
            RecordDamaged: a tile is incomplete.

        """
        low, high = 0, self._known(size)
        if not 0 <= old <= high:
            _out_of_range(f"a tree of {old} entries before one of {high}")
        if old in (0, high):
            return ()
        path: list[bytes] = []
        while old != high:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        if low:  # otherwise the remaining subtree is the whole old tree, whose root the verifier has
            path.append(self._range(low, high))
        return tuple(reversed(path))

    def _known(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            _out_of_range(f"a tree of {size} entries, where {self.size} are known")
        return size

    def _range(self, low: int, high: int) -> bytes:
        """Return the MTH over entries `low` to `high`; `low` is a multiple of the largest power of two that fits."""
        size = high - low
        if size == 0:
            return EMPTY_ROOT
        if size.bit_count() == 1:
            return self._perfect(size.bit_length() - 1, low // size)
        middle = low + _split(size)
        return node_hash(self._range(low, middle), self._range(middle, high))

    def _perfect(self, height: int, index: int) -> bytes:
        """Return the root of a perfect subtree; one of each eight heights stands in a tile, the others are kept."""
        if height % TILE_HEIGHT == 0:
            return self._tile(height // TILE_HEIGHT, index // TILE_WIDTH)[index % TILE_WIDTH]
        if (height, index) not in self._nodes:
            left, right = self._perfect(height - 1, 2 * index), self._perfect(height - 1, 2 * index + 1)
            self._nodes[height, index] = node_hash(left, right)
        return self._nodes[height, index]

    def _tile(self, level: int, index: int) -> Sequence[bytes]:
        if (level, index) not in self._tiles:
            width = min(TILE_WIDTH, (self.size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH)
            hashes = self._reader(level, index, width)
            if len(hashes) != width or any(len(item) != HASH_SIZE for item in hashes):
                raise RecordDamaged(
                    "ledger.tile",
                    f"Tile {index} of level {level} does not hold the {width} hashes that a tree of {self.size} needs.",
                    hint="Run `declaration audit` to find what is missing.",
                )
            self._tiles[level, index] = hashes
        return self._tiles[level, index]


def _out_of_range(what: str) -> NoReturn:
    raise InputRefused("ledger.range", f"There is no {what}.", hint="Ask for what the checkpoint covers.")


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` is the leaf hash at `index` of the tree with `size` entries and `root`.

    The algorithm is RFC 9162 section 2.1.3.2, which accepts exactly one number of hashes for an index and size.

    Raises:
        Altered: it is not, or the proof is not one.

    """
    if not 0 <= index < size <= MAX_SIZE:
        _refute_inclusion(index, size)
    if set(map(len, (leaf, *proof))) != {HASH_SIZE}:
        _refute_inclusion(index, size)
    position, last, result = index, size - 1, leaf
    for item in proof:
        if last == 0:
            _refute_inclusion(index, size)
        if position & 1 or position == last:
            result = node_hash(item, result)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            result = node_hash(result, item)
        position >>= 1
        last >>= 1
    if last or result != root:
        _refute_inclusion(index, size)


def _refute_inclusion(index: int, size: int) -> NoReturn:
    raise Altered(
        "ledger.inclusion",
        f"The proof does not show that entry {index} is in the ledger of {size} entries.",
        hint="Get the file again from its source; if it stays so, the entry was changed or never recorded.",
    )


def verify_consistency(*, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree with `size` entries and `root` begins with the one of `old_size` and `old_root`.

    The algorithm is RFC 9162 section 2.1.4.2; an old size of 0 or `size` allows only the empty proof.

    Raises:
        Altered: it does not, or the proof is not one.

    """
    sizes_fit = 0 <= old_size <= size <= MAX_SIZE
    if not sizes_fit or any(len(item) != HASH_SIZE for item in (old_root, root, *proof)):
        _refute_consistency(old_size, size)
    if old_size in (0, size):
        if proof or old_root != (root if old_size == size else EMPTY_ROOT):
            _refute_consistency(old_size, size)
        return
    # the hash that a proof for a power of two leaves out, because the verifier has it
    path = [old_root, *proof] if old_size.bit_count() == 1 else list(proof)
    if not path or _fold_consistency(old_size, size, path) != (old_root, root):
        _refute_consistency(old_size, size)


def _fold_consistency(old_size: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return the old and the new root that `path` gives, or None where it has not the right length."""
    position, last = old_size - 1, size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = path[0]
    for item in path[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = node_hash(item, old), node_hash(item, new)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            new = node_hash(new, item)
        position >>= 1
        last >>= 1
    return (old, new) if last == 0 else None


def _refute_consistency(old_size: int, size: int) -> NoReturn:
    raise Altered(
        "ledger.consistency",
        f"The proof does not show that the ledger of {size} entries continues the one of {old_size}.",
        hint="Keep both checkpoints: together they show that the record was rewritten.",
    )
