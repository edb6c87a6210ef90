"""The audit: replay a ledger from nothing through the same one door, and compare every table with what came out.

1. Every blob has the name that its bytes give it.
2. The entries are numbered without a gap, each has the leaf hash that its bytes give it, and together they have the
   root that every checkpoint ever kept says they had.
3. The entries are recorded again, in order, into an empty database in memory: each act must pass the door.
4. Every projected table is compared row by row, in the order of its key; the first row that differs is named.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, NoReturn

from sqlalchemy import ColumnElement, String, Table, collate, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from declaration.canonical import digest
from declaration.errors import DeclarationError, RecordDamaged
from declaration.ledger.checkpoint import Checkpoint
from declaration.ledger.entries import Entry, read
from declaration.ledger.merkle import Frontier, leaf_hash
from declaration.ledger.note import Note
from declaration.store import checkpoints, leaves
from declaration.store.ask import ask, given
from declaration.store.record import named, record
from declaration.store.session import Store, open_store
from declaration.store.tables import PROJECTED, Base, Blobs, Entries, Heads

BATCH: Final = 500
"""Rows read at a time: an audit's memory must not grow with the ledger more than its replay does."""

_THIS: Final = (Blobs.declaration == given("declaration"), Blobs.digest == given("digest"))
_NAME: Final = select(Blobs.digest).where(*_THIS)
_DATA: Final = select(Blobs.data).where(*_THIS)

_HINT: Final = "Find out who changed the database, and restore the last backup whose audit passes."

Row = dict[str, Any]


class RowDiffers(RecordDamaged):
    """A row is not what the ledger says.

    Args:
        table: its name.
        key: the values of its primary key, without the declaration.
        why: the rest of the sentence.

    """

    def __init__(self, table: str, key: tuple[Any, ...], why: str) -> None:
        shown = ", ".join(map(str, key)) or "its only row"
        super().__init__("audit.row", f"Table {table}, key {shown}: {why}.", hint=_HINT)
        self.table = table
        self.key = key


@dataclass(frozen=True, slots=True)
class Audited:
    """A ledger that replays to exactly the tables there are.

    Args:
        declaration: its id.
        size: number of entries.
        root: of the tree over them, 32 bytes.
        checkpoints: how many kept checkpoints it agrees with.
        rows: how many rows were compared, by table.

    """

    declaration: str
    size: int
    root: bytes
    checkpoints: int
    rows: Mapping[str, int]


def audit(store: Store, declaration: str, *, progress: Callable[[int, int], None] | None = None) -> Audited:
    """Replay a declaration's ledger and compare.

    Args:
        store: only read.
        declaration: its id.
        progress: called with the entries replayed and their number.

    Raises:
        NotFound: ``declaration.unknown``.
        RowDiffers: names the first row that does not follow from the ledger.
        RecordDamaged: ``audit.checkpoint``, the ledger is not the one for which a checkpoint was given out.

    """
    replica = open_store("sqlite://")
    try:
        replica.upgrade()
        with store.reading() as source:
            size = source.scalar(select(Heads.size).where(Heads.declaration == declaration))
            if size is None:
                raise leaves.unknown(declaration)
            _check_blobs(source, declaration)
            edge = _check_entries(source, declaration, size)
            kept = _check_checkpoints(source, declaration)
            with replica.transaction() as target:
                with closing(_entries(source, declaration)) as entries:
                    for done, entry in enumerate(entries, 1):
                        _replay(source, target, entry, done - 1)
                        if progress is not None:
                            progress(done, size)
                rows = {table.__tablename__: _compare(source, target, table, declaration) for table in PROJECTED}
    finally:
        replica.dispose()
    return Audited(declaration, size, edge.root(), kept, rows)


def _check_blobs(source: Session, declaration: str) -> None:
    wanted = select(type_coerce(Blobs.digest, NullType), type_coerce(Blobs.data, NullType))
    found: Any = source.execute(wanted.where(Blobs.declaration == declaration).execution_options(yield_per=1))
    with found as rows:
        for name, data in rows:
            if not isinstance(data, bytes) or digest(data) != name:
                raise RowDiffers(Blobs.__tablename__, (name,), "its bytes have another SHA-256")


def _check_entries(source: Session, declaration: str, size: int) -> Frontier:
    wanted = select(Entries.index, type_coerce(Entries.data, NullType), type_coerce(Entries.leaf_hash, NullType))
    found: Any = source.execute(
        wanted.where(Entries.declaration == declaration).order_by(Entries.index).execution_options(yield_per=BATCH)
    )
    edge = Frontier()
    with found as rows:
        for index, data, leaf in rows:
            if index != edge.size:
                _differs_entry(edge.size, "the row is missing")
            if not isinstance(data, bytes) or leaf_hash(data) != leaf:
                _differs_entry(index, "its bytes have another leaf hash")
            edge = edge.append(leaf)
    if edge.size < size:
        _differs_entry(edge.size, "the row is missing")
    return edge


def _differs_entry(index: int, why: str) -> NoReturn:
    raise RowDiffers(Entries.__tablename__, (index,), why)


def _check_checkpoints(source: Session, declaration: str) -> int:
    notes = checkpoints.notes(source, declaration)
    tree = leaves.tree(source, declaration)
    for note in notes:
        checkpoint = Checkpoint.parse(Note.parse(note).text)
        if checkpoint.size > tree.size or tree.root(checkpoint.size) != checkpoint.root:
            raise RecordDamaged(
                "audit.checkpoint",
                f"The first {checkpoint.size} entries are not those for which a checkpoint was given out.",
                hint="The ledger was rewritten: compare with the copies that witnesses and readers keep.",
            )
    return len(notes)


def _entries(source: Session, declaration: str) -> Generator[Entry]:
    wanted = select(Entries.data).where(Entries.declaration == declaration).order_by(Entries.index)
    with source.execute(wanted.execution_options(yield_per=BATCH)) as rows:
        for index, (data,) in enumerate(rows):
            try:
                yield read(data, declaration=declaration, index=index)
            except DeclarationError as error:
                _differs_entry(index, f"it cannot be read ({error.message.rstrip('.')})")


def _replay(source: Session, target: Session, entry: Entry, index: int) -> None:
    brought: dict[str, bytes] = {}
    for name in sorted(named(entry)):
        if ask(target, _NAME, declaration=entry.declaration, digest=name).scalar() is not None:
            continue
        data = ask(source, _DATA, declaration=entry.declaration, digest=name).scalar()
        if data is None:
            raise RowDiffers(Blobs.__tablename__, (name,), f"the row is missing, entry {index} names it")
        brought[name] = data
    try:
        record(target, entry, blobs=brought)
    except DeclarationError as error:
        _differs_entry(index, f"replayed, it is refused ({error.code}: {error.message.rstrip('.')})")


def _compare(source: Session, target: Session, mapped: type[Base], declaration: str) -> int:
    """Compare one table and return how many rows it has; both sides come in the order of the key."""
    table = mapped.__table__
    assert isinstance(table, Table)
    compared = 0
    with closing(_rows(source, table, declaration)) as ours, closing(_rows(target, table, declaration)) as theirs:
        for there, due in zip_longest(ours, theirs):  # in step, because the first difference ends it
            _compare_row(table, there, due)
            compared += 1
    return compared


def _compare_row(table: Table, there: Row | None, due: Row | None) -> None:
    mine, right = _key(table, there), _key(table, due)
    if due is None or (there is not None and mine < right):
        raise RowDiffers(table.name, _shown(mine), "no entry of the ledger makes this row")
    if there is None or right < mine:
        raise RowDiffers(table.name, _shown(right), "the row is missing")
    for column, value in due.items():
        if there[column] != value:
            why = f"column {column} holds {_short(there[column])}, the ledger says {_short(value)}"
            raise RowDiffers(table.name, _shown(mine), why)


def _rows(session: Session, table: Table, declaration: str) -> Generator[Row]:
    """Give the rows of a declaration as they are stored, in the order of their key, byte by byte."""
    # blobs were compared with their names, and their names are compared here
    columns = [column for column in table.columns if not (table.name == "blobs" and column.name == "data")]
    order: list[ColumnElement[Any]] = []
    for column in table.primary_key:
        bytewise = session.get_bind().dialect.name == "postgresql" and isinstance(column.type, String)
        order.append(collate(column, "C") if bytewise else column)
    wanted = (
        select(*(type_coerce(column, NullType).label(column.name) for column in columns))
        .where(table.c.declaration == declaration)
        .order_by(*order)
        .execution_options(yield_per=BATCH)
    )
    with session.execute(wanted) as found:
        for row in found.mappings():
            yield dict(row)


def _key(table: Table, row: Row | None) -> tuple[tuple[str, Any], ...]:
    """Return a key that compares whatever was written into it: values of one type are compared with each other."""
    if row is None:
        return ()
    values = [row[column.name] for column in table.primary_key if column.name != "declaration"]
    return tuple((type(value).__name__, value) for value in values)


def _shown(key: tuple[tuple[str, Any], ...]) -> tuple[Any, ...]:
    return tuple(value for _, value in key)


def _short(value: object) -> str:
    shown = value.hex() if isinstance(value, bytes) else repr(value)
    return shown if len(shown) <= 80 else shown[:77] + "…"
