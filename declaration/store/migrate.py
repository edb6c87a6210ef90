"""Bringing the tables to the newest form (Alembic), from inside the program: no configuration file, no second tool."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from declaration.errors import ConfigurationError

LOCATION: Final = Path(__file__).parent / "migrations"
LOCK: Final = 0x6465636C61726174
"""Number of PostgreSQL's advisory lock around migrations: the ASCII of "declarat"."""


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for the package's migrations over an open connection."""
    made = Config()
    # a percent sign would start an interpolation
    made.set_main_option("script_location", str(LOCATION).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def newest() -> str:
    """Return the revision that this version of the program needs."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    assert head is not None
    return head


def upgrade(connection: Connection) -> None:
    """Run every migration that is still missing, in the connection's transaction.

    SQLite's transaction is IMMEDIATE already; on PostgreSQL an advisory lock makes the second process wait.

    Raises:
        ConfigurationError: ``store.newer``, the database belongs to a newer version of the program.

    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    current = MigrationContext.configure(connection).get_current_revision()
    if current == newest():
        return
    try:
        command.upgrade(config(connection), "head")
    except CommandError as error:
        raise _newer() from error


def check(connection: Connection) -> None:
    """Make sure that the database is at the newest revision.

    Raises:
        ConfigurationError: ``store.unmigrated`` or ``store.newer``.

    """
    current = MigrationContext.configure(connection).get_current_revision()
    if current == newest():
        return
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if current is not None and current not in known:
        raise _newer()
    raise ConfigurationError(
        "store.unmigrated",
        "The database has no tables yet."
        if current is None
        else "The database's tables are those of an older version.",
        hint="Run `declaration db upgrade`.",
    )


def _newer() -> ConfigurationError:
    return ConfigurationError(
        "store.newer",
        "The database was last used by a newer version of this program.",
        hint="Install that version, or restore the backup made before the upgrade.",
    )
