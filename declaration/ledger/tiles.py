"""Tiles and entry bundles: the static files in which a ledger is served (C2SP tlog-tiles).

A path says everything about a file: level, index and width. Levels count from 0; `ENTRIES` stands for the bundles.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from declaration.errors import InputRefused
from declaration.ledger.entries import MAX_ENTRY
from declaration.ledger.merkle import HASH_SIZE, MAX_SIZE, TILE_HEIGHT, TILE_WIDTH, Tree, perfect_root

ENTRIES: Final = -1
"""The level of entry bundles: below level 0, which holds the hashes of the entries."""
MAX_LEVEL: Final = 63
"""Highest level that a path may name (C2SP tlog-tiles, "Merkle Tree")."""

_PATH: Final = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of hashes, or a bundle of entries.

    Args:
        level: 0 to 63, or `ENTRIES`.
        index: from 0, within the level.
        width: hashes or entries in it, 1 to 256; less than 256 makes it partial.

    Raises:
        InputRefused: a number outside these bounds.

    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Check the bounds."""
        inside = ENTRIES <= self.level <= MAX_LEVEL and 0 <= self.index <= MAX_SIZE and 1 <= self.width <= TILE_WIDTH
        if not inside:
            raise InputRefused(
                "tile.range",
                f"There is no tile {self.index} of width {self.width} at level {self.level}.",
                hint="Compare with C2SP tlog-tiles.",
            )

    @property
    def path(self) -> str:
        """The path below the ledger's address (C2SP tlog-tiles, "Merkle Tree")."""
        number, rest = f"{self.index % 1000:03d}", self.index // 1000
        while rest:
            number, rest = f"x{rest % 1000:03d}/{number}", rest // 1000
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{number}" + (f".p/{self.width}" if self.width < TILE_WIDTH else "")

    def is_in(self, size: int) -> bool:
        """Tell whether a ledger of `size` entries fills this tile to its width."""
        return self.index * TILE_WIDTH + self.width <= size >> (TILE_HEIGHT * max(self.level, 0))

    @classmethod
    def parse(cls, path: str) -> Tile:
        """Read a path in its only spelling.

        Raises:
            InputRefused: it is not the path of a tile or bundle.

        """
        found = _PATH.fullmatch(path)
        if found:
            level, number, width = found.groups()
            tile = cls(
                ENTRIES if level == "entries" else min(int(level), MAX_LEVEL),
                int(number.replace("/", "").replace("x", "")),
                TILE_WIDTH if width is None else min(int(width), TILE_WIDTH),
            )
            if tile.path == path:  # refuses width 256 and more, levels beyond 63, and a needless x000
                return tile
        raise InputRefused(
            "tile.path", f"{path[:80]!r} is not the path of a tile.", hint="Compare with C2SP tlog-tiles."
        )


def tiles_for(size: int) -> Iterator[Tile]:
    """Yield every tile of hashes that a tree of `size` entries has, lowest level first, none of them empty."""
    for level in range(MAX_LEVEL + 1):
        hashes = size >> (TILE_HEIGHT * level)
        if not hashes:
            return
        yield from _row(level, hashes)


def bundles_for(size: int) -> Iterator[Tile]:
    """Yield every entry bundle that a ledger of `size` entries has, in order."""
    return _row(ENTRIES, size)


def _row(level: int, count: int) -> Iterator[Tile]:
    full, rest = divmod(count, TILE_WIDTH)
    for index in range(full):
        yield Tile(level, index)
    if rest:
        yield Tile(level, full, rest)


class Rows:
    """Every level of hashes of a ledger held in memory; as a function it is a `TileReader`.

    Args:
        leaves: the leaf hashes, in order.

    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._rows: list[list[bytes]] = [list(leaves)]
        while len(below := self._rows[-1]) >= TILE_WIDTH:
            full = range(0, len(below) - TILE_WIDTH + 1, TILE_WIDTH)
            self._rows.append([perfect_root(below[at : at + TILE_WIDTH]) for at in full])

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self._rows[0])

    def __call__(self, level: int, index: int, width: int) -> Sequence[bytes]:
        """Return the first `width` hashes of the tile at `level` and `index`."""
        first = index * TILE_WIDTH
        return self._rows[level][first : first + width]

    def tile(self, tile: Tile) -> Sequence[bytes]:
        """Return the hashes of `tile`."""
        return self(tile.level, tile.index, tile.width)

    def tree(self) -> Tree:
        """Return the tree over all leaves, which makes roots and proofs."""
        return Tree(self, self.size)

    def root(self) -> bytes:
        """Return the root over all leaves."""
        return self.tree().root()


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """Return the file of a tile: its hashes, one after the other."""
    return b"".join(hashes)


def decode_tile(data: bytes, *, width: int) -> tuple[bytes, ...]:
    """Read a tile of `width` hashes.

    Raises:
        InputRefused: another number of bytes.

    """
    if len(data) != width * HASH_SIZE:
        raise InputRefused(
            "tile.size",
            f"A tile of width {width} is {width * HASH_SIZE} bytes long, and not {len(data)}.",
            hint="Get the file again from its source.",
        )
    return tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the file of an entry bundle: each entry behind its length in 16 bits (C2SP tlog-tiles, "Log entries").

    Raises:
        InputRefused: an entry is longer than 65,535 bytes.

    """
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise InputRefused(
                "bundle.entry",
                f"An entry of {len(entry)} bytes does not fit into a bundle.",
                hint=f"Entries have at most {MAX_ENTRY} bytes.",
            )
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def decode_bundle(data: bytes, *, width: int) -> tuple[bytes, ...]:
    """Read a bundle of `width` entries.

    Raises:
        InputRefused: another number of entries, an entry cut short, or bytes after the last.

    """
    entries: list[bytes] = []
    at = 0
    while at + 2 <= len(data) and len(entries) < width:
        (length,) = struct.unpack_from(">H", data, at)
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    if len(entries) != width or at != len(data):
        raise InputRefused(
            "bundle.size",
            f"The file is not a bundle of exactly {width} entries.",
            hint="Get the file again from its source.",
        )
    return tuple(entries)
