"""Texts as Akoma Ntoso on the command line: a file a language out of a database, and back into a text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from declaration.cli.files import write_output
from declaration.drafting.text import Version
from declaration.errors import ConfigurationError, InputRefused
from declaration.exchange.akoma import read_akoma
from declaration.exchange.files import read_given, shown
from declaration.exchange.text_yaml import write_text
from declaration.services import akoma
from declaration.store import queries
from declaration.store.session import View


def write_languages(session: View, declaration: str, number: int | None, folder: Path | None) -> None:
    """Write a version of a database into a folder, a file a language.

    Raises:
        InputRefused: ``text.folder``, no folder is named.
        ConfigurationError: ``output.file``.
        NotFound: ``declaration.unknown``, ``version.unknown``.

    """
    if folder is None:
        raise InputRefused(
            "text.folder",
            "A version is one Akoma Ntoso file for each language.",
            hint="Say into which folder: --out FOLDER.",
        )
    found = queries.current_version(session, declaration)
    if number is not None:
        found = queries.version_text(session, declaration, number)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            "output.file", f"{shown(folder)} cannot be made: {error.strerror}.", hint="Choose another folder."
        ) from error
    for language in found.text.languages:
        file = folder / f"{declaration}-{found.number}.{language}.akn.xml"
        write_output(file, akoma.version(session, declaration, found.number, language))
        typer.echo(shown(file))


def import_akoma(
    files: Annotated[list[Path], typer.Argument(help="The .akn.xml files of one version, one for each language.")],
    out: Annotated[Path, typer.Option(help="Where to write the text (YAML).")],
    *,
    edited: Annotated[bool, typer.Option("--edited", help="Accept words that were changed elsewhere.")] = False,
) -> None:
    """Read a version from the Akoma Ntoso files of all its languages, compare its digest, and write it as YAML."""
    version = read_files(files, edited=edited)
    write_output(out, write_text(version.text))
    count = sum(1 for _ in version.text.clauses())
    typer.echo(f"{version.text.id}, version {version.number}: {count} clauses in {', '.join(version.text.languages)}")
    typer.echo(f"digest: {version.digest}")


def read_files(files: Sequence[Path], *, edited: bool) -> Version:
    """Return the version that stands in files.

    Raises:
        InputRefused, LimitExceeded: see `read_akoma`.

    """
    return read_akoma([read_given(file) for file in files], edited=edited)
