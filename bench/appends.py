"""Entries a second through the one door, on SQLite and on PostgreSQL, both writing through to the disk.

Each append is a transaction of its own: an invitation is checked, appended to the ledger and projected. The floor is
the least that any ledger in a database must do: lock and count up a head row, insert the entry, commit.
"""

import itertools
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from measure import Figure, ratio, rounds

from declaration.ledger.entries import Entry
from declaration.store.record import record
from declaration.store.session import open_store

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from postgresql_cluster import Cluster

APPENDS = 200
"""Appends between two looks at the clock."""
REPETITIONS = 5
HANDS = 8
AT = datetime(2019, 8, 30, 9, 0, tzinfo=UTC)


def figures():
    with tempfile.TemporaryDirectory(prefix="declaration-bench-") as folder:
        yield from _measured("SQLite", f"sqlite:///{folder}/store.db", bare_sqlite(f"{folder}/bare.db"))
    cluster = Cluster(durable=True)
    try:
        cluster.create("store")
        cluster.create("bare")
        yield from _measured("PostgreSQL", cluster.url("store"), bare_postgresql(cluster.url("bare")))
    finally:
        cluster.stop()


def _measured(kind, url, bare):
    store = open_store(url)
    store.upgrade()
    numbers = itertools.count()
    append(store, "declaration.opened", OPENED)

    def one(_=None):
        append(store, "signatory.invited", {"signatory": party(next(numbers))})

    def alone():
        for _ in range(APPENDS):
            one()

    def together():
        with ThreadPoolExecutor(HANDS) as hands:
            list(hands.map(one, range(APPENDS)))

    def floor():
        for number in range(APPENDS):
            bare(number)

    acts = {"alone": alone, "together": together, "floor": floor}
    taken = rounds(acts, repetitions=REPETITIONS, warm=1, clock=time.perf_counter)
    store.dispose()
    rate = {name: sorted(APPENDS / seconds for seconds in spent)[REPETITIONS // 2] for name, spent in taken.items()}
    for name, told in (("alone", "one writer"), ("together", f"{HANDS} writers at a time")):
        yield Figure(
            f"appends on {kind}, {told}",
            f"{rate[name]:,.0f} a second",
            f"bare transaction {rate['floor']:,.0f} a second",
            f"{ratio(taken[name], taken['floor']):.1f} × the time",
        )


OPENED = {
    "origin": "declaration.example/bench",
    "rp_id": "declaration.example",
    "origins": ["https://declaration.example"],
    "depositary": {"id": "host", "name": "City of Düsseldorf", "city": "Düsseldorf", "country": "DE"},
    "languages": ["fr"],
}


def party(number):
    city = {"city": "Abidjan", "native": "Abidjan", "country": "CI"}
    return {"id": f"city-{number}", "office": "Mayor", "name": "Mayor of Abidjan", **city}


def append(store, kind, body):
    with store.transaction() as session:
        record(session, Entry(kind, "bench", AT, "host", body))


ENTRY = Entry("signatory.invited", "bench", AT, "host", {"signatory": party(0)}).encode()


def bare_sqlite(file):
    database = sqlite3.connect(file, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "CREATE TABLE head (size INTEGER)",
        "CREATE TABLE entries (place INTEGER PRIMARY KEY, data BLOB)",
        "INSERT INTO head VALUES (0)",
    ):
        database.execute(statement)

    def bare(_):
        database.execute("BEGIN IMMEDIATE")
        [(size,)] = database.execute("UPDATE head SET size = size + 1 RETURNING size").fetchall()
        database.execute("INSERT INTO entries VALUES (?, ?)", (size, ENTRY))
        database.execute("COMMIT")

    return bare


def bare_postgresql(url):
    connection = psycopg.connect(url)
    connection.execute("CREATE TABLE head (size INTEGER)")
    connection.execute("CREATE TABLE entries (place INTEGER PRIMARY KEY, data BYTEA)")
    connection.execute("INSERT INTO head VALUES (0)")
    connection.commit()

    def bare(_):
        [(size,)] = connection.execute("UPDATE head SET size = size + 1 RETURNING size").fetchall()
        connection.execute("INSERT INTO entries VALUES (%s, %s)", (size, ENTRY))
        connection.commit()

    return bare
