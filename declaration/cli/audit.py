"""`declaration audit`: hold the database against its ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from declaration.cli.files import require_database
from declaration.errors import RecordDamaged
from declaration.store import queries
from declaration.store.audit import audit as run_audit
from declaration.store.session import open_store

app = typer.Typer(rich_markup_mode=None)
DIFFERS = 1
"""Status when a table differs from what the ledger says."""


@app.command(epilog="Example:  declaration audit --database-url sqlite:///out/service/declaration.db")
def audit(
    declaration: Annotated[str | None, typer.Argument(help="Id of a declaration; default: all.")] = None,
    database_url: Annotated[
        str, typer.Option("--database-url", envvar="DECLARATION_DATABASE_URL", help="Which database.")
    ] = "sqlite:///declaration.db",
) -> None:
    """Replay the ledger into an empty database and compare every table with the present one.

    Ends with 1, and names the first row that differs, when somebody has edited the database.
    """
    require_database(database_url)
    store = open_store(database_url)
    try:
        store.check()
        with store.reading() as session:
            names = queries.declarations(session) if declaration is None else (declaration,)
        for name in names:
            audited = run_audit(store, name)
            typer.echo(
                f"{name}: {audited.size} entries replay to the same {sum(audited.rows.values())} rows"
                f" of {len(audited.rows)} tables; root {audited.root.hex()}"
            )
    except RecordDamaged as damage:
        typer.echo(f"{damage.message}\n{damage.hint}  ({damage.code})", err=True)
        raise typer.Exit(DIFFERS) from damage
    finally:
        store.dispose()
