"""Hearing that somebody has recorded something, in this process or in another.

On PostgreSQL a trigger on the ledgers' heads notifies (LISTEN/NOTIFY) with the ledger's new size, when the transaction
commits and in its order. A connection that was cut is opened again, and whoever listens is woken once more: what was
recorded meanwhile is found by the last index that the reader knows, so a lost notice loses nothing. SQLite has no
notices; there a number that every commit changes (PRAGMA data_version) is looked at several times a second.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError

from declaration.errors import DeclarationError
from declaration.store.session import Store

CHANNEL: Final = "declaration"
"""Channel of PostgreSQL on which heads are announced (migration 0003)."""
PAUSE: Final = 0.05
"""Seconds between two looks at an SQLite file: a look costs microseconds."""
PATIENCE: Final = 0.5
"""Seconds after which a listener asks whether it should stop."""
AGAIN: Final = 0.2
"""Seconds before a connection that was cut is opened again."""


def changes(store: Store, stop: threading.Event) -> Iterator[None]:
    """Yield once at the start, and whenever something may have been recorded, until `stop` is set.

    Args:
        store: whose ledgers to listen to.
        stop: ends the iteration within `PATIENCE`.

    """
    listen = _postgresql if store.dialect == "postgresql" else _sqlite
    while not stop.is_set():
        yield
        try:
            yield from listen(store, stop)
        except (psycopg.Error, DBAPIError, DeclarationError):
            stop.wait(AGAIN)


def _postgresql(store: Store, stop: threading.Event) -> Iterator[None]:
    with closing(psycopg.connect(store.conninfo, autocommit=True, application_name="declaration, listening")) as link:
        link.execute(f"LISTEN {CHANNEL}")
        yield  # what was recorded before LISTEN took effect
        while not stop.is_set():
            for _notice in link.notifies(timeout=PATIENCE, stop_after=1):
                yield


def _sqlite(store: Store, stop: threading.Event) -> Iterator[None]:
    with store.watching() as version:
        known = version()
        while not stop.wait(PAUSE):
            now = version()
            if now != known:
                known = now
                yield
