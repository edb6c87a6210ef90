"""Asking the database along the hot path: statements are built once, at import, and run without the ORM's machinery.

Building a statement and loading its rows through the ORM costs about six times what running it does; an append asks a
dozen small questions while everybody else waits for the ledger's lock. Statements name their values by `given`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, TypeVarTuple

from sqlalchemy import CursorResult, Insert, Select, Table, Update, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from declaration.store.tables import Base

given: Final = bindparam
"""A value that a prepared statement is given by name when it is asked."""

Columns = TypeVarTuple("Columns")


def ask(session: Session, statement: Select[*Columns], **values: Any) -> CursorResult[*Columns]:
    """Run a prepared question with its values."""
    return session.connection().execute(statement, values)


def change(session: Session, statement: Update, **values: Any) -> None:
    """Run a prepared change with its values."""
    session.connection().execute(statement, values)


def add(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows; each names every column that has no default."""
    if rows:
        session.connection().execute(_insert(table), rows)


def add_new(session: Session, table: type[Base], row: dict[str, Any]) -> bool:
    """Write a row unless its key is there already, and tell whether it was written."""
    statement = _insert_new(table, session.get_bind().dialect.name)
    return session.connection().execute(statement, row).rowcount == 1


@cache
def _insert(table: type[Base]) -> Insert:
    return insert(_core(table))


@cache
def _insert_new(table: type[Base], dialect: str) -> Insert:
    new = (
        postgresql.insert(_core(table)).on_conflict_do_nothing()
        if dialect == "postgresql"
        else sqlite.insert(_core(table)).on_conflict_do_nothing()
    )
    return new.execution_options(preserve_rowcount=True)


def _core(table: type[Base]) -> Table:
    core = table.__table__
    assert isinstance(core, Table)
    return core
