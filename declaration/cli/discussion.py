"""`declaration discussion`: what was discussed, as a file for the records of those who take part."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from declaration.cli.files import write_output
from declaration.cli.reading import DEFAULT, only, reading
from declaration.drafting import discussion as law
from declaration.exchange.files import read_given, shown
from declaration.services import discussion_files

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example:  declaration discussion discussion.json --since discussion-of-may.json")
def discussion(
    out: Annotated[Path, typer.Argument(help="Where to write the file (JSON); it is private: it holds what was said.")],
    declaration: Annotated[
        str | None, typer.Argument(help="Id of a declaration; default: the only one that is there.")
    ] = None,
    *,
    since: Annotated[
        Path | None, typer.Option(help="An earlier file: refuse where this one does not continue it unchanged.")
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option("--database-url", envvar="DECLARATION_DATABASE_URL", help=f"Which database; default: {DEFAULT}."),
    ] = None,
) -> None:
    """Write every act of the discussion and every wording that was not struck, and check that nothing was changed."""
    with reading(database_url or DEFAULT) as session:
        data = discussion_files.exported(session, only(session, declaration))
    found = law.read(data)
    if since is not None:
        found.require_continues(law.read(read_given(since, limit=law.MAX_FILE).data))
    write_output(out, data, private=True)
    typer.echo(f"{shown(out)}: {len(found.said)} acts, {found.head or 'no act yet'}")
