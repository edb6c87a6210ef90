"""Opening the database and its transactions: SQLite by default, PostgreSQL by its address.

SQLite runs in WAL mode with synchronous=FULL, so that a committed entry survives a power cut, and every writing
transaction begins IMMEDIATE, so that two writers meet at the start and never halfway. Writers of one process wait
in a fair queue of our own before they ask the file: SQLite's busy handler polls with growing pauses, under which
thirty-five threads starve each other. On PostgreSQL writers meet at the lock of a ledger's head row (`record`).
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from declaration.errors import ConfigurationError, InputRefused, RecordDamaged, StateConflict
from declaration.store import migrate

WAIT: Final = 30
"""Seconds that a writer waits for the others before it gives up: thirty-five signers need less than one."""
POOL: Final = 8
"""Connections kept open; SQLite has one writer at a time, PostgreSQL one a ledger, the rest read."""
OVERFLOW: Final = 56
"""Further connections in a burst: a web server's thread pool has 40 threads."""

View: TypeAlias = Session
"""What `Store.reading` gives, for parts that pass it on and know nothing of the library behind it."""

_BUSY: Final = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization_failure, deadlock_detected, lock_not_available (appendix A of its manual)."""
_DAMAGED: Final = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
"""SQLite: the file is none of its own, or spoilt."""


class Store:
    """A database of declarations; safe to share between threads.

    Args:
        engine: made by `open_store`.
        wait: seconds that a writer waits for the others.

    """

    def __init__(self, engine: Engine, *, wait: int) -> None:
        self._engine = engine
        self._wait = wait
        self._reader = engine
        self._turn: AbstractContextManager[Any] = nullcontext()
        self._numbers = itertools.count(1)
        self.written = 0
        """Another number after every transaction of this process: what was read before may have changed since."""
        if engine.dialect.name == "sqlite":
            self._turn = _Turn(wait)
            self._writer = engine.execution_options(begin="BEGIN IMMEDIATE")
        else:
            self._writer = engine.execution_options(isolation_level="READ COMMITTED")
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def address(self) -> str:
        """The database's URL without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def dialect(self) -> str:
        """Which kind of database it is: ``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @property
    def conninfo(self) -> str:
        """The address of a PostgreSQL database for its own driver, with the password: never show it."""
        return self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def watching(self) -> Generator[Callable[[], int]]:
        """Give a function that returns another number after every commit of another connection (SQLite only)."""
        with self._told(), closing(self._engine.raw_connection()) as connection:
            # outside of any transaction: inside one the number would stand still
            yield lambda: int(connection.driver_connection.execute("PRAGMA data_version").fetchone()[0])  # type: ignore[union-attr] # open

    @contextmanager
    def transaction(self) -> Generator[Session]:
        """Give a session that writes: committed when the block ends, rolled back when it raises.

        Transactions of one thread do not nest: on SQLite the inner one would wait for the outer one.

        Raises:
            StateConflict: ``store.busy``, the other writers did not finish in time; the same call may be repeated.
            ConfigurationError: ``store.unreachable``; ``store.damaged``, the file is no database, or a spoilt one.
            InputRefused: ``store.value``, no database can hold a value that was given.
            RecordDamaged: ``store.collision``, a row is there that nobody recorded.

        """
        with self._told(), self._turn, Session(self._writer, autoflush=False) as session, session.begin():
            yield session
        self.written = next(self._numbers)

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Give a session that sees one moment of the database and never changes it.

        Raises:
            ConfigurationError: ``store.unreachable``, ``store.damaged``.
            InputRefused: ``store.value``, no database can hold a value that was asked for.

        """
        with self._told(), Session(self._reader, autoflush=False) as session:
            yield session

    def upgrade(self) -> None:
        """Bring the tables to the newest form, under a lock: several processes may start at once.

        Raises:
            ConfigurationError: ``store.newer``, ``store.unreachable``, ``store.damaged``.
            StateConflict: ``store.busy``.

        """
        with self._told(), self._turn, self._writer.begin() as connection:
            migrate.upgrade(connection)

    def check(self) -> None:
        """Make sure that the tables are those of this version.

        Raises:
            ConfigurationError: ``store.unmigrated``, ``store.newer``, ``store.unreachable``, ``store.damaged``.

        """
        with self._told(), self._reader.connect() as connection:
            migrate.check(connection)

    def dispose(self) -> None:
        """Close every connection; the next use opens new ones."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except PoolTimeoutError as error:
            raise _busy(self._wait) from error
        except (OperationalError, InterfaceError) as error:
            if _is_busy(error):
                raise _busy(self._wait) from error
            if _is_unreachable(error):
                raise ConfigurationError(
                    "store.unreachable",
                    f"The database {self.address} cannot be used: {_first_line(error)}.",
                    hint="Check DECLARATION_DATABASE_URL, and that the server runs or the folder can be written.",
                ) from error
            raise
        except (DataError, OverflowError, UnicodeEncodeError) as error:
            raise InputRefused(
                "store.value",
                "A value cannot be stored or looked for: a number too large, or a character that is none.",
                hint="Check ids and numbers for what does not belong there.",
            ) from error
        except IntegrityError as error:
            raise RecordDamaged(
                "store.collision",
                f"The database holds a row that nobody recorded: {_first_line(error)}.",
                hint="Run `declaration audit` to find what was changed by hand.",
            ) from error
        except DatabaseError as error:
            if getattr(error.orig, "sqlite_errorname", "").startswith(_DAMAGED):
                raise self._damaged(error) from error
            raise

    def _damaged(self, error: DBAPIError) -> ConfigurationError:
        return ConfigurationError(
            "store.damaged",
            f"The file of the database {self.address} cannot be read: {_first_line(error)}.",
            hint="Check DECLARATION_DATABASE_URL; if it names the right file, put a backup in its place,"
            " then run `declaration audit`.",
        )


class _Turn:
    """A queue in front of SQLite's one writer; waiting has an end."""

    def __init__(self, wait: int) -> None:
        self._wait = wait
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._wait):
            raise _busy(self._wait)

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def open_store(url: str, *, wait: int = WAIT) -> Store:
    """Return the store at `url`, without connecting yet.

    Args:
        url: ``sqlite:///file.db``, ``sqlite://`` (in memory, for one replay) or ``postgresql://…``.
        wait: seconds that a writer waits for the others.

    Raises:
        ConfigurationError: ``store.url``, not such an address.

    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    backend = None if parsed is None else parsed.get_backend_name()
    if parsed is None or backend not in {"sqlite", "postgresql"}:
        raise ConfigurationError(
            "store.url",
            "The database address is neither sqlite:///FILE nor postgresql://….",
            hint="Set DECLARATION_DATABASE_URL to one of these two forms.",
        )
    return Store(_sqlite(parsed, wait) if backend == "sqlite" else _postgresql(parsed, wait), wait=wait)


def _sqlite(url: URL, wait: int) -> Engine:
    in_memory = url.database in {None, "", ":memory:"}
    pool: dict[str, Any] = (
        {"poolclass": StaticPool} if in_memory else {"pool_size": POOL, "max_overflow": OVERFLOW, "pool_timeout": wait}
    )
    engine = create_engine(
        url.set(drivername="sqlite"), connect_args={"timeout": wait, "check_same_thread": False}, **pool
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and never IMMEDIATE
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={wait * 1000}"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _postgresql(url: URL, wait: int) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POOL,
        max_overflow=OVERFLOW,
        pool_timeout=wait,
        pool_pre_ping=True,
        connect_args={"options": f"-c lock_timeout={wait * 1000} -c timezone=UTC"},
    )


def _is_busy(error: DBAPIError) -> bool:
    original = error.orig
    if getattr(original, "sqlstate", None) in _BUSY:
        return True
    return getattr(original, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _is_unreachable(error: DBAPIError) -> bool:
    original = error.orig
    name = getattr(original, "sqlite_errorname", "")
    if name:
        return name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR"))
    state = getattr(original, "sqlstate", None)
    # classes 08, 28, 3D, 53, 57: connection, password, no such database, resources, shutdown; none: never connected
    return state is None or state[:2] in {"08", "28", "3D", "53", "57"}


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip().splitlines() or ["no reason given"])[0].rstrip(".")


def _busy(wait: int) -> StateConflict:
    return StateConflict(
        "store.busy",
        f"The database was busy for {wait} seconds with what others are writing.",
        hint="Send the same request again, with the same idempotency key.",
    )
