"""`declaration amendment`: an amendment as a Word document with tracked changes, and back; also from Akoma Ntoso."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from declaration.cli.files import write_output
from declaration.drafting.amendment import Amendment
from declaration.drafting.text import Text, Version, check_id
from declaration.errors import InputRefused, NotFound
from declaration.exchange.acts_writing import write_amendment
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.files import Given, read_given
from declaration.exchange.text_yaml import read_text
from declaration.render.docx import Tracking, render_tracked
from declaration.services.akoma import read_amendment
from declaration.services.authoring import amendment_of
from declaration.services.importing import compare, is_xml, sentence

app = typer.Typer(no_args_is_help=True, help="Write an amendment as a Word document, or read one.")
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
    files: Annotated[
        list[Path], typer.Argument(help="The edited Word document, or the .akn.xml files of one amendment.")
    ],
    text: Base,
    out: Annotated[Path | None, typer.Option(help="File for the acts (YAML); default: standard output.")] = None,
    name: Annotated[str | None, typer.Option("--id", help="Id of the amendment; default: its own, or A1.")] = None,
    by: Annotated[str | None, typer.Option(help="Id of its author; default: its own, or drafter.")] = None,
) -> None:
    """Read what was changed in a Word document, or an amendment in Akoma Ntoso, as an amendment (YAML).

    What was not understood of a Word document is said. Files of Akoma Ntoso are understood as a whole, or refused.
    """
    version = _version(text)
    given = [read_given(file) for file in files]
    akoma = all(is_xml(one.data) for one in given)
    found = read_amendment(given, version) if akoma else _of_word(given, version)
    if found is None:
        typer.echo("Nothing in the document makes a change of the text.", err=True)
        return
    data = write_amendment(
        version.text,
        found.changes,
        name=check_id(name or found.id, where="--id"),
        by=check_id(by or found.by, where="--by"),
        rationale=found.rationale,
        alternative=found.alternative,
    )
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        write_output(out, data)


def _of_word(given: Sequence[Given], version: Version) -> Amendment | None:
    if len(given) > 1:
        raise InputRefused(
            "word.files", f"{len(given)} files are given, one Word document is read.", hint="Read them one by one."
        )
    found = compare(given[0].data, version, file=given[0].name)
    for one in found.refused:
        place = ", ".join(part for part in (one.clause or one.section, *one.others, one.language) if part)
        typer.echo(f"not taken over: {place or given[0].name}: {sentence(one)}", err=True)
    return Amendment("A1", "drafter", version.digest, "", found.changes) if found.changes else None


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
