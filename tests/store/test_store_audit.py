"""The audit finds every change that a hand can make to the database, and names the table and the key."""

import shutil
import sqlite3

import psycopg
import pytest
from sqlalchemy import Integer, LargeBinary, select, type_coerce
from sqlalchemy.types import NullType
from store_scene import START, Scene

from declaration.canonical import digest
from declaration.drafting.states import AmendmentState, Phase
from declaration.errors import NotFound, RecordDamaged
from declaration.store import audit as auditing
from declaration.store import checkpoints, queries
from declaration.store.audit import RowDiffers, audit
from declaration.store.session import open_store
from declaration.store.tables import PROJECTED

TABLES = {table.__tablename__: table.__table__ for table in PROJECTED}
COLUMNS = [
    pytest.param(name, column.name, id=f"{name}.{column.name}")
    for name, table in TABLES.items()
    for column in table.columns
    if not column.primary_key and not (name == "blobs" and column.name == "data")
]


@pytest.fixture(scope="module")
def lived(migrated_file, tmp_path_factory):
    """The file of a declaration that has lived its whole life, with more than a tile of entries."""
    file = tmp_path_factory.mktemp("lived") / "declaration.db"
    shutil.copy(migrated_file, file)
    store = open_store(f"sqlite:///{file}")
    Scene(store).whole_life(crowd=230)
    store.dispose()
    return file


@pytest.fixture
def copy(lived, tmp_path):
    file = tmp_path / "copy.db"
    shutil.copy(lived, file)
    return file


def other(column, value):
    """Return another value that the column's type and constraints allow."""
    if column.name == "phase":
        return Phase.DRAFTING if value != Phase.DRAFTING else Phase.FROZEN
    if column.table.name == "amendments" and column.name == "state":
        return AmendmentState.REJECTED if value != AmendmentState.REJECTED else AmendmentState.TABLED
    if isinstance(column.type, LargeBinary):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(column.type, Integer):
        return 1 if value is None else value + 1
    return "by hand" if value is None else value[:-1] + ("0" if value[-1] != "0" else "1")


def by_hand(file, statement, *values):
    with sqlite3.connect(file) as connection:
        connection.execute(statement, values)
    connection.close()


def first_row(file, table, where="1=1"):
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute(f'SELECT * FROM "{table}" WHERE {where} LIMIT 1').fetchone()
    connection.close()
    return row


def key_of(table, row):
    return tuple(row[column.name] for column in TABLES[table].primary_key if column.name != "declaration")


def where_key(table):
    return " AND ".join(f'"{column.name}" = ?' for column in TABLES[table].primary_key)


def compared(lived, copy, table):
    """Compare one table of an edited copy with the original, as the audit does with its replica."""
    edited, right = open_store(f"sqlite:///{copy}"), open_store(f"sqlite:///{lived}")
    mapped = next(mapped for mapped in PROJECTED if mapped.__tablename__ == table)
    try:
        with edited.reading() as source, right.reading() as target:
            return auditing._compare(source, target, mapped, "d1")
    finally:
        edited.dispose()
        right.dispose()


def test_an_untouched_database_passes(scene):
    scene.whole_life()
    seen = []
    found = audit(scene.store, "d1", progress=lambda done, of: seen.append((done, of)))
    with scene.store.reading() as session:
        assert (found.size, found.root) == (queries.declaration(session, "d1").size, queries.tree(session, "d1").root())
    assert seen == [(done, found.size) for done in range(1, found.size + 1)]
    assert set(found.rows) == set(TABLES)
    assert all(count for table, count in found.rows.items() if table != "tiles")


def test_a_database_with_full_tiles_passes(copy):
    store = open_store(f"sqlite:///{copy}")
    assert audit(store, "d1").rows["tiles"] == 1
    store.dispose()


def test_an_unknown_declaration_is_not_audited(store):
    with pytest.raises(NotFound):
        audit(store, "d1")


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_is_compared(lived, copy, table, column):
    row = first_row(copy, table)
    value = other(TABLES[table].c[column], row[column])
    key = [row[name.name] for name in TABLES[table].primary_key]
    by_hand(copy, f'UPDATE "{table}" SET "{column}" = ? WHERE {where_key(table)}', value, *key)
    with pytest.raises(RowDiffers, match=f"Table {table}, ") as found:
        compared(lived, copy, table)
    assert (found.value.table, found.value.key) == (table, key_of(table, row))
    assert f"column {column} " in found.value.message


@pytest.mark.parametrize("table", TABLES)
def test_a_row_taken_away_is_missed(lived, copy, table):
    row = first_row(copy, table)
    key = [row[name.name] for name in TABLES[table].primary_key]
    by_hand(copy, f'DELETE FROM "{table}" WHERE {where_key(table)}', *key)
    with pytest.raises(RowDiffers, match="the row is missing") as found:
        compared(lived, copy, table)
    assert (found.value.table, found.value.key) == (table, key_of(table, row))


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if len(table.primary_key) > 1])
def test_a_row_put_in_is_found(lived, copy, table):
    columns = [column.name for column in TABLES[table].columns]
    row = dict(first_row(copy, table))
    for column in TABLES[table].columns:
        if column.primary_key and column.name != "declaration":
            row[column.name] = other(column, row[column.name]) if isinstance(column.type, Integer) else "zzz"
        elif not column.primary_key and any(column.name in unique.columns for unique in uniques(table)):
            row[column.name] = other(column, row[column.name])
    taken = first_row(copy, table, " AND ".join(f"\"{k}\" = '{row[k]}'" for k in key_names(table)))
    if taken is not None:
        row[key_names(table)[-1]] = 10**6
    marks = ", ".join("?" * len(columns))
    names = ", ".join(f'"{name}"' for name in columns)
    by_hand(copy, f'INSERT INTO "{table}" ({names}) VALUES ({marks})', *(row[name] for name in columns))
    with pytest.raises(RowDiffers, match="no entry of the ledger makes this row") as found:
        compared(lived, copy, table)
    assert (found.value.table, found.value.key) == (table, key_of(table, row))


def key_names(table):
    return [column.name for column in TABLES[table].primary_key]


def uniques(table):
    return [item for item in TABLES[table].constraints if type(item).__name__ == "UniqueConstraint"]


@pytest.mark.parametrize("value", ["text", b"bytes", 1.5])
def test_a_value_of_another_type_in_a_key_is_found_and_not_stumbled_over(lived, copy, value):
    by_hand(copy, "UPDATE versions SET number = ? WHERE number = 2", value)
    with pytest.raises(RowDiffers) as found:
        compared(lived, copy, "versions")
    assert found.value.table == "versions"


# The whole audit, on both databases


def edit(url, statement, *values):
    if url.startswith("sqlite"):
        return by_hand(url.removeprefix("sqlite:///"), statement.replace("%s", "?"), *values)
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys and triggers look away
        connection.execute(statement, values)
    return None


EDITS = {
    "heads": ("frontier", ()),
    "declarations": ("rp_id", ()),
    "drafters": ("name", ("w1",)),
    "signatories": ("city", ("porto",)),
    "credentials": ("public_key", None),
    "nonces": ("entry", None),
    "versions": ("parent", (2,)),
    "clauses": ("digest", (2, "c2")),
    "amendments": ("changes", ("a2",)),
    "positions": ("stance", ("lagos", "c2")),
    "instruments": ("roster", None),
    "signatures": ("evidence", None),
    "declines": ("reason", None),
    "seals": ("signatures", None),
    "entries": ("by", (5,)),
}


def test_a_change_in_any_table_is_found_and_named(scene, store_url):
    scene.whole_life()
    every = 1 if store_url.startswith("sqlite") else 3  # what differs between databases is how keys sort
    for table, (column, named) in list(EDITS.items())[::every]:
        core = TABLES[table]
        keys = [item for item in core.primary_key if item.name != "declaration"]
        with scene.store.reading() as session:
            wanted = select(*keys, type_coerce(core.c[column], NullType)).where(core.c.declaration == "d1")
            rows = {tuple(row[:-1]): row[-1] for row in session.execute(wanted)}
        key = min(rows) if named is None else named
        where = " AND ".join(f'"{item.name}" = %s' for item in core.primary_key)
        change = f'UPDATE "{table}" SET "{column}" = %s WHERE {where}'
        edit(store_url, change, other(core.c[column], rows[key]), "d1", *key)
        with pytest.raises(RowDiffers) as found:
            audit(scene.store, "d1")
        assert (found.value.table, found.value.key) == (table, key)
        assert table in found.value.message
        assert all(str(part) in found.value.message for part in key)
        edit(store_url, change, rows[key], "d1", *key)
    audit(scene.store, "d1")


@pytest.mark.parametrize(
    ("change", "values", "table", "key", "why"),
    [
        ("UPDATE entries SET data = data || 'x' WHERE \"index\" = 4", (), "entries", (4,), "leaf hash"),
        ('UPDATE entries SET leaf_hash = zeroblob(32) WHERE "index" = 4', (), "entries", (4,), "leaf hash"),
        ('DELETE FROM entries WHERE "index" = 4', (), "entries", (4,), "missing"),
        ('DELETE FROM entries WHERE "index" = 43', (), "entries", (43,), "missing"),
        ("UPDATE heads SET size = 45", (), "heads", (), "column size"),
        ("UPDATE heads SET size = 51", (), "entries", (50,), "missing"),
        ("UPDATE blobs SET data = ? WHERE digest = ?", (b"other",), "blobs", None, "another SHA-256"),
        ("UPDATE blobs SET data = 'text' WHERE digest = ? || ?", ("",), "blobs", None, "another SHA-256"),
        ("DELETE FROM blobs WHERE digest = ? || ?", ("",), "blobs", None, "names it"),
    ],
)
def test_a_change_below_the_tables_is_found_and_named(sqlite_scene, sqlite_url, change, values, table, key, why):
    sqlite_scene.whole_life()
    file = sqlite_url.removeprefix("sqlite:///")
    if key is None:
        with sqlite_scene.store.reading() as session:
            name = queries.instrument(session, "d1").document
        key, values = (name,), (*values, name)
    by_hand(file, change, *values)
    with pytest.raises(RowDiffers) as found:
        audit(sqlite_scene.store, "d1")
    assert (found.value.table, found.value.key) == (table, key)
    assert why in found.value.message


def test_a_stray_blob_is_found(sqlite_scene, sqlite_url):
    sqlite_scene.whole_life()
    name = digest(b"stray")
    by_hand(sqlite_url.removeprefix("sqlite:///"), "INSERT INTO blobs VALUES ('d1', ?, ?)", name, b"stray")
    with pytest.raises(RowDiffers) as found:
        audit(sqlite_scene.store, "d1")
    assert (found.value.table, found.value.key) == ("blobs", (name,))


def rewrite(scene, file, index, change):
    """Change an entry and everything in the ledger that hangs on it, as somebody with full access would."""
    with scene.store.reading() as session:
        entries = queries.entries(session, "d1")
    entries[index] = change(entries[index])
    edge = auditing.Frontier()
    with sqlite3.connect(file) as connection:
        for number, data in enumerate(entries):
            leaf = auditing.leaf_hash(data)
            edge = edge.append(leaf)
            connection.execute('UPDATE entries SET data=?, leaf_hash=? WHERE "index"=?', (data, leaf, number))
        connection.execute("UPDATE heads SET frontier=?", (b"".join(edge.hashes),))
    connection.close()


def test_an_act_that_the_door_would_refuse_is_found_even_in_a_consistent_ledger(sqlite_scene, sqlite_url):
    sqlite_scene.ready("abidjan")
    file = sqlite_url.removeprefix("sqlite:///")
    rewrite(sqlite_scene, file, 2, lambda data: data.replace(b'"by":"duesseldorf"', b'"by":"somebody"'))
    with pytest.raises(RowDiffers, match=r"depositary\.only") as found:
        audit(sqlite_scene.store, "d1")
    assert (found.value.table, found.value.key) == ("entries", (2,))


def test_an_entry_that_is_none_is_found(sqlite_scene, sqlite_url):
    sqlite_scene.ready("abidjan")
    file = sqlite_url.removeprefix("sqlite:///")
    rewrite(sqlite_scene, file, 2, lambda data: data.replace(b'"by"', b'"my"'))
    with pytest.raises(RowDiffers, match="cannot be read"):
        audit(sqlite_scene.store, "d1")


def test_a_ledger_rewritten_with_all_its_tables_is_betrayed_by_a_checkpoint(sqlite_scene, sqlite_url, note_of):
    scene = sqlite_scene.ready("abidjan")
    with scene.store.transaction() as session:
        checkpoints.keep(session, "d1", note_of(scene), at=START)
    file = sqlite_url.removeprefix("sqlite:///")
    rewrite(scene, file, 2, lambda data: data.replace(b"Workshop w1", b"Workshop w2"))
    by_hand(file, "UPDATE drafters SET name = 'Workshop w2'")
    with pytest.raises(RecordDamaged) as found:
        audit(scene.store, "d1")
    assert found.value.code == "audit.checkpoint"
    by_hand(file, "DELETE FROM checkpoints")
    assert audit(scene.store, "d1").checkpoints == 0


def test_a_ledger_cut_short_is_betrayed_by_a_checkpoint(sqlite_scene, sqlite_url, note_of):
    scene = sqlite_scene.ready()
    with scene.store.reading() as session:
        edge = session.execute(select(TABLES["heads"].c.size, TABLES["heads"].c.frontier)).one()
    scene.admit("w2")
    with scene.store.transaction() as session:
        checkpoints.keep(session, "d1", note_of(scene), at=START)
    file = sqlite_url.removeprefix("sqlite:///")
    by_hand(file, 'DELETE FROM entries WHERE "index" = ?', edge.size)
    by_hand(file, "DELETE FROM drafters WHERE drafter = 'w2'")
    by_hand(file, "UPDATE heads SET size = ?, frontier = ?", *edge)
    with pytest.raises(RecordDamaged) as found:
        audit(scene.store, "d1")
    assert found.value.code == "audit.checkpoint"
