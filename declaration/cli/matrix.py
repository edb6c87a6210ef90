"""`declaration matrix`: who stands where, as a workbook or a table, out of a database or the folder of a ceremony."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from declaration.ceremony.continuing import DATABASE
from declaration.cli.files import write_output
from declaration.cli.reading import DEFAULT, only, reading
from declaration.errors import InputRefused, NotFound
from declaration.exchange.files import shown
from declaration.services import matrix_files, matrix_words
from declaration.store import queries
from declaration.store.session import View

app = typer.Typer(rich_markup_mode=None)


class Table(StrEnum):
    """What positions can be written as."""

    XLSX = "xlsx"
    CSV = "csv"


_MAKERS: Final[Mapping[Table, Callable[[View, str, str], bytes]]] = {
    Table.XLSX: matrix_files.xlsx,
    Table.CSV: matrix_files.csv,
}


@app.command(epilog="Example:  declaration matrix positions.xlsx --ceremony out --language fr")
def matrix(
    out: Annotated[Path, typer.Argument(help="Where to write; the ending says what: .xlsx or .csv.")],
    declaration: Annotated[
        str | None, typer.Argument(help="Id of a declaration; default: the only one that is there.")
    ] = None,
    *,
    ceremony: Annotated[Path | None, typer.Option(help="Folder of a ceremony, in place of a database.")] = None,
    database_url: Annotated[
        str | None,
        typer.Option("--database-url", envvar="DECLARATION_DATABASE_URL", help=f"Which database; default: {DEFAULT}."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Of the words: an authentic language, ar, de, en or fr; default: the first.")
    ] = None,
) -> None:
    """Write every position on the version in force: a workbook (cities by clauses, positions, clauses) or one table."""
    ending = out.suffix.lower().removeprefix(".")
    if ending not in set(map(str, Table)):
        raise InputRefused(
            "matrix.ending", f"{shown(out)} does not say what to make.", hint="Let the name end in .xlsx or .csv."
        )
    with reading(_database(ceremony, database_url)) as session:
        name = only(session, declaration)
        data = _MAKERS[Table(ending)](session, name, _language(session, name, language))
    write_output(out, data)
    typer.echo(shown(out))


def _database(ceremony: Path | None, url: str | None) -> str:
    """Return which database is meant; the folder of a ceremony that was named goes before the environment."""
    if ceremony is None:
        return url or DEFAULT
    file = ceremony / "service" / DATABASE
    if not file.is_file():
        raise InputRefused(
            "matrix.ceremony",
            f"{shown(ceremony)} has no {file.relative_to(ceremony)}: it is not the folder of a ceremony on SQLite.",
            hint="Name the folder that `declaration ceremony --out` wrote, or its database with --database-url.",
        )
    return f"sqlite:///{file}"


def _language(session: View, declaration: str, language: str | None) -> str:
    authentic = queries.declaration(session, declaration).languages
    if language is None:
        return authentic[0]
    known = (*authentic, *sorted(matrix_words.SPOKEN - set(authentic)))
    if language not in known:
        raise NotFound(
            "text.language",
            f"There are no words in “{language[:40]}” for the positions.",
            hint=f"Ask for {', '.join(known)}.",
        )
    return language
