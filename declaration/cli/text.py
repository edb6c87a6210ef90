"""`declaration text`: check a text, write one out, read one again."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from declaration.ceremony import content
from declaration.cli import akoma
from declaration.cli.files import write_output
from declaration.cli.reading import DEFAULT, reading
from declaration.drafting.hygiene import suspicious_words
from declaration.drafting.text import Text, Version
from declaration.errors import InputRefused
from declaration.exchange.files import read_given
from declaration.exchange.text_yaml import read_text, write_text
from declaration.store import queries

app = typer.Typer(no_args_is_help=True, help="Check a declaration's text, or write one out and read it again.")
app.command("import", epilog="Example: declaration text import v3.*.akn.xml --out draft.yaml")(akoma.import_akoma)


class Format(StrEnum):
    """What a text can be written as, to be read again."""

    YAML = "yaml"
    AKN = "akn"


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
    form: Annotated[
        Format, typer.Option("--format", help="YAML, or Akoma Ntoso 3.0: a file a language, from a database.")
    ] = Format.YAML,
    out: Annotated[Path | None, typer.Option(help="File (Akoma Ntoso: folder); default: standard output.")] = None,
) -> None:
    """Write a text out: the working draft of Düsseldorf (YAML), or any version in a database (YAML, Akoma Ntoso)."""
    url = database_url or DEFAULT
    if form is Format.AKN:
        with reading(url) as session:
            akoma.write_languages(session, _named(declaration), version, out)
        return
    if declaration is None:
        text = read_text(content.TEXT.read_bytes(), file=content.TEXT.name).text
    else:
        text = _stored(url, declaration, version)
    data = write_text(text)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        write_output(out, data)


def _named(declaration: str | None) -> str:
    if declaration is None:
        raise InputRefused(
            "text.declaration",
            "Akoma Ntoso says who published a text and when, which only a database knows.",
            hint="Name a declaration of a database, or write YAML.",
        )
    return declaration


def _stored(url: str, declaration: str, number: int | None) -> Text:
    with reading(url) as session:
        if number is None:
            return queries.current_version(session, declaration).text
        return queries.version_text(session, declaration, number).text
