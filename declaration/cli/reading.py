"""Reading a database, for commands that change nothing in it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from declaration.cli.files import require_database
from declaration.errors import InputRefused
from declaration.store import queries
from declaration.store.session import View, open_store

DEFAULT: Final = "sqlite:///declaration.db"
"""The database of the present folder."""


@contextmanager
def reading(url: str) -> Generator[View]:
    """Give a view of a database.

    Raises:
        ConfigurationError: ``database.*``.

    """
    require_database(url)
    store = open_store(url)
    try:
        store.check()
        with store.reading() as session:
            yield session
    finally:
        store.dispose()


def only(session: View, declaration: str | None) -> str:
    """Return the declaration that is meant: the one that is named, or the only one there.

    Raises:
        InputRefused: ``declaration.which``.

    """
    if declaration is not None:
        return declaration
    names = queries.declarations(session)
    if len(names) == 1:
        return names[0]
    if not names:
        raise InputRefused(
            "declaration.which", "There is no declaration in this database.", hint="Name another database."
        )
    raise InputRefused(
        "declaration.which",
        f"There are {len(names)} declarations in this database.",
        hint=f"Name one: {', '.join(names[:20])}{'' if len(names) <= 20 else ', …'}.",
    )
