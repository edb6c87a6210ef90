"""`declaration amendment`: an amendment as a Word document with tracked changes, and back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from declaration.cli.files import write_output
from declaration.drafting.text import Text, Version, check_id
from declaration.errors import NotFound
from declaration.exchange.acts_writing import write_amendment
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.files import read_given
from declaration.exchange.text_yaml import read_text
from declaration.render.docx import Tracking, render_tracked
from declaration.services.authoring import amendment_of
from declaration.services.importing import compare, sentence

app = typer.Typer(no_args_is_help=True, help="Write an amendment as tracked changes of a Word document, or read one.")
Base = Annotated[Path, typer.Option("--text", help="The text that it changes (YAML).")]


@app.command(epilog="Example:  declaration amendment write A1 a1.docx --text draft.yaml --acts acts.yaml --language fr")
def write(
    amendment: Annotated[str, typer.Argument(help="Id of the amendment among the acts.")],
    out: Annotated[Path, typer.Argument(help="Where to write the Word document.")],
    text: Base,
    acts: Annotated[Path, typer.Option(help="The acts (YAML).")],
    language: Annotated[str | None, typer.Option(help="In which language; default: the first.")] = None,
) -> None:
    """Write an amendment as a Word document with tracked changes of its author, as of now."""
    version = _version(text)
    given = read_given(acts)
    found = read_acts(given.data, file=given.name, text=version.text).acts
    line = next((line for line in found.amendments if line.id == amendment), None)
    if line is None:
        raise NotFound(
            "amendment.unknown", f"{given.name} has no amendment {amendment[:80]}.", hint="Name one that stands there."
        )
    names = {drafter.id: drafter.name for drafter in found.drafters}
    tag = _language(version.text, language)
    tracking = Tracking(names.get(line.by, line.by), datetime.now(UTC))
    write_output(out, render_tracked(version, amendment_of(version, line).changes, tag, tracking))


@app.command(epilog="Example:  declaration amendment read edited.docx --text draft.yaml --out acts.yaml")
def read(
    file: Annotated[Path, typer.Argument(help="The edited Word document.")],
    text: Base,
    out: Annotated[Path | None, typer.Option(help="File for the acts (YAML); default: standard output.")] = None,
    name: Annotated[str, typer.Option("--id", help="Id of the amendment.")] = "A1",
    by: Annotated[str, typer.Option(help="Id of its author.")] = "drafter",
) -> None:
    """Read what was changed in a Word document as an amendment (YAML), and say what was not understood."""
    version = _version(text)
    given = read_given(file)
    found = compare(given.data, version, file=given.name)
    for one in found.refused:
        place = ", ".join(part for part in (one.clause or one.section, *one.others, one.language) if part)
        typer.echo(f"not taken over: {place or given.name}: {sentence(one)}", err=True)
    if not found.changes:
        typer.echo("Nothing in the document makes a change of the text.", err=True)
        return
    data = write_amendment(
        version.text, found.changes, name=check_id(name, where="--id"), by=check_id(by, where="--by")
    )
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        write_output(out, data)


def _version(path: Path) -> Version:
    given = read_given(path)
    return Version(1, None, read_text(given.data, file=given.name, allow_incomplete=True).text)


def _language(text: Text, language: str | None) -> str:
    if language is not None and language not in text.languages:
        raise NotFound(
            "text.language",
            f"“{language[:40]}” is not among the authentic languages.",
            hint=f"Ask for {', '.join(text.languages)}.",
        )
    return language or text.languages[0]
