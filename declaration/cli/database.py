"""`declaration db`: keep the database."""

from __future__ import annotations

from typing import Annotated

import typer

from declaration.store.session import open_store

app = typer.Typer(no_args_is_help=True, help="Keep the database.")

Url = Annotated[str, typer.Option("--database-url", envvar="DECLARATION_DATABASE_URL", help="Which database.")]
DEFAULT = "sqlite:///declaration.db"


@app.callback()
def _group() -> None:
    """Keep the database."""


@app.command()
def upgrade(database_url: Url = DEFAULT) -> None:
    """Bring the tables to the newest form; safe to repeat, and to run from several machines at once."""
    store = open_store(database_url)
    try:
        store.upgrade()
    finally:
        store.dispose()
    typer.echo("The database is up to date.")
