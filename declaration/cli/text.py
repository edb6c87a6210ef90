"""`declaration text`: check a text, and write one out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from declaration.ceremony import content
from declaration.cli.files import require_database, write_output
from declaration.drafting.hygiene import suspicious_words
from declaration.drafting.text import Text, Version
from declaration.exchange.files import read_given
from declaration.exchange.text_yaml import read_text, write_text
from declaration.store import queries
from declaration.store.session import open_store

app = typer.Typer(no_args_is_help=True, help="Check a declaration's text, or write one out as YAML.")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The text (YAML).")]) -> None:
    """Read a text as a ceremony would, and say what was cleaned and what looks suspicious."""
    given = read_given(file)
    read = read_text(given.data, file=given.name)
    for note in read.notes:
        typer.echo(f"cleaned: {note}")
    for clause in read.text.clauses():
        for language, words in clause.texts.items():
            for word in suspicious_words(words):
                typer.echo(f"suspicious: clause {clause.id}, {language}: “{word}” mixes scripts")
    count = sum(1 for _ in read.text.clauses())
    typer.echo(f"{read.text.id}: {count} clauses in {', '.join(read.text.languages)}")
    typer.echo(f"digest as version 1: {Version(1, None, read.text).digest}")


@app.command(epilog="Example: declaration text export --out draft.yaml")
def export(
    declaration: Annotated[str | None, typer.Argument(help="Id of a declaration in the database.")] = None,
    database_url: Annotated[str | None, typer.Option(envvar="DECLARATION_DATABASE_URL")] = None,
    version: Annotated[int | None, typer.Option(help="Number of a version; default: the one in force.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write; default: standard output.")] = None,
) -> None:
    """Write a text as YAML: the working draft of Düsseldorf, or any version in a database."""
    if declaration is None:
        text = read_text(content.TEXT.read_bytes(), file=content.TEXT.name).text
    else:
        text = _stored(database_url or "sqlite:///declaration.db", declaration, version)
    data = write_text(text)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        write_output(out, data)


def _stored(url: str, declaration: str, number: int | None) -> Text:
    require_database(url)
    store = open_store(url)
    try:
        store.check()
        with store.reading() as session:
            if number is None:
                return queries.current_version(session, declaration).text
            return queries.version_text(session, declaration, number).text
    finally:
        store.dispose()
