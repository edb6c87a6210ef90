"""Appending to a ledger's tree: the lock on its head, one leaf, and the root of every tile that it fills.

The head row keeps the tree's right edge, so an append reads nothing else: a leaf costs one row, and one in 256 costs
a row more. Nothing grows with the size of the ledger but the edge, by one hash each time the size doubles.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from declaration.errors import NotFound, RecordDamaged
from declaration.ledger.entries import Entry
from declaration.ledger.merkle import HASH_SIZE, TILE_HEIGHT, TILE_WIDTH, Frontier, Tree, leaf_hash, node_hash
from declaration.ledger.tiles import ENTRIES, Tile
from declaration.store.ask import add, add_new, ask, change, given
from declaration.store.tables import Entries, Heads, Tiles

_HEAD: Final = select(Heads.size, Heads.frontier).where(Heads.declaration == given("declaration"))
_LOCKED: Final = _HEAD.with_for_update()
_MOVE: Final = (
    update(Heads).where(Heads.declaration == given("this")).values(size=given("longer"), frontier=given("edge"))
)
_LEAF: Final = select(Entries.data, Entries.leaf_hash).where(
    Entries.declaration == given("declaration"), Entries.index == given("index")
)


def lock(session: Session, declaration: str) -> Frontier | None:
    """Lock a ledger until the transaction ends and return its edge; None when there is no such ledger."""
    row = ask(session, _LOCKED, declaration=declaration).one_or_none()
    return None if row is None else frontier(row.size, row.frontier)


def begin(session: Session, declaration: str) -> Frontier | None:
    """Make the head of a new ledger and lock it; None when somebody has made it in the meantime."""
    made = add_new(session, Heads, {"declaration": declaration, "size": 0, "frontier": b""})
    return Frontier() if made else None


def append(session: Session, edge: Frontier, entry: Entry) -> bytes:
    """Append an entry to a locked ledger and return its leaf hash (32 bytes)."""
    data = entry.encode()
    leaf = leaf_hash(data)
    row = {"index": edge.size, "kind": str(entry.kind), "at": entry.at, "by": entry.by, "leaf_hash": leaf, "data": data}
    add(session, Entries, [{"declaration": entry.declaration, **row}])
    tiles = [
        {"level": level, "number": (edge.size + 1 >> TILE_HEIGHT * (level + 1)) - 1, "root": root}
        for level, root in enumerate(_filled(edge, leaf))
    ]
    add(session, Tiles, [{"declaration": entry.declaration, **tile} for tile in tiles])
    after = edge.append(leaf)
    change(session, _MOVE, this=entry.declaration, longer=after.size, edge=b"".join(after.hashes))
    return leaf


def _filled(edge: Frontier, leaf: bytes) -> list[bytes]:
    """Return the roots of the tiles that a leaf fills, from level 0 upwards.

    A tile at level L is full when the new size is a multiple of 256 to the power L + 1. Before the leaf every perfect
    subtree below that height stood in the edge, so folding the leaf with the last 8 (L + 1) hashes gives the root.
    """
    roots: list[bytes] = []
    size, root, used = edge.size + 1, leaf, 0
    while size % TILE_WIDTH == 0:
        for left in reversed(edge.hashes[len(edge.hashes) - used - TILE_HEIGHT : len(edge.hashes) - used]):
            root = node_hash(left, root)
        roots.append(root)
        size //= TILE_WIDTH
        used += TILE_HEIGHT
    return roots


def frontier(size: int, hashes: bytes) -> Frontier:
    """Return a tree's edge from its stored form.

    Raises:
        RecordDamaged: ``ledger.frontier``, it belongs to no tree.

    """
    return Frontier(size, tuple(hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)))


def tree(session: Session, declaration: str) -> Tree:
    """Return a ledger's tree over its stored tiles, at its present size.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    size = session.scalar(select(Heads.size).where(Heads.declaration == declaration))
    if size is None:
        raise unknown(declaration)

    return Tree(partial(hashes, session, declaration), size)


def hashes(session: Session, declaration: str, level: int, index: int, width: int) -> list[bytes]:
    """Return the first `width` hashes of a tile, or as many as there are."""
    first = index * TILE_WIDTH
    if level == 0:
        wanted = (
            select(Entries.leaf_hash)
            .where(Entries.declaration == declaration, Entries.index.between(first, first + width - 1))
            .order_by(Entries.index)
        )
    else:
        wanted = (
            select(Tiles.root)
            .where(
                Tiles.declaration == declaration,
                Tiles.level == level - 1,
                Tiles.number.between(first, first + width - 1),
            )
            .order_by(Tiles.number)
        )
    return list(session.scalars(wanted))


def tile(session: Session, declaration: str, tile: Tile) -> list[bytes]:
    """Return the hashes of a tile or the entries of a bundle; fewer than its width where the ledger ends before it."""
    if tile.level != ENTRIES:
        return hashes(session, declaration, tile.level, tile.index, tile.width)
    first = tile.index * TILE_WIDTH
    wanted = (
        select(Entries.data)
        .where(Entries.declaration == declaration, Entries.index.between(first, first + tile.width - 1))
        .order_by(Entries.index)
    )
    return list(session.scalars(wanted))


def stored_leaf(session: Session, declaration: str, index: int) -> tuple[bytes, bytes]:
    """Return the bytes and the leaf hash of an entry.

    Raises:
        RecordDamaged: ``record.entry``, the ledger has no such row.

    """
    row = ask(session, _LEAF, declaration=declaration, index=index).one_or_none()
    if row is None:
        raise RecordDamaged(
            "record.entry",
            f"The ledger of “{declaration}” has no entry {index}, which another table names.",
            hint="Restore the last backup; `declaration audit` names what is missing.",
        )
    return row.data, row.leaf_hash


def unknown(declaration: str) -> NotFound:
    """Return the refusal of an id under which nothing was opened."""
    return NotFound(
        "declaration.unknown",
        f"There is no declaration “{declaration}”.",
        hint="Check the id, and which database is used.",
    )
