"""`declaration verify`: anybody, offline, without an account, also in twenty years.

It reads files and prints; everything that is judged is judged in `declaration.signing`. Exit status: 0 valid,
1 altered, 2 cannot be verified (also: wrong use), 3 valid but incomplete.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple, NoReturn

import typer

from declaration.canonical import Json
from declaration.signing.examination import examine_bundles, examine_container, examine_edition
from declaration.signing.files import read_file, read_folder
from declaration.signing.folder import verify_folder
from declaration.signing.report import Report
from declaration.signing.trial import Trial
from declaration.signing.trust import Trust

app = typer.Typer(rich_markup_mode=None, add_completion=False)


class Language(StrEnum):
    """In which findings are told."""

    FRENCH = "fr"
    GERMAN = "de"
    ENGLISH = "en"


class Source(NamedTuple):
    """Where the trust comes from: a folder, and whether it was named or merely found beside the files."""

    folder: Path
    named: bool


@app.command(epilog="Example:  declaration verify signed.pdf --trust ~/summit-trust --lang de")
def verify(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help="signed.pdf; bundles with instrument.pdf; signatures.asics; or the whole folder.",
        ),
    ],
    trust: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of trusted roots and keys, compared with fingerprints.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    lang: Annotated[Language | None, typer.Option(help="Language of the findings.", show_default="your own")] = None,
) -> None:
    """Verify a signed declaration: offline, with nothing but the files and the keys that you trust.

    Exit status: 0 valid, 1 altered, 2 cannot be verified, 3 valid but not everybody has answered.
    """
    source = Source(trust, named=True) if trust is not None else _found(paths)
    report = _examined(paths, source.folder)
    language = str(lang or _own_language())
    if as_json:
        document: dict[str, Json] = {"trust": {"folder": str(source.folder), "named": source.named}}
        typer.echo(json.dumps(document | report.told(), ensure_ascii=False, indent=2))
    else:
        from declaration.cli.printing import print_report  # noqa: PLC0415 - rich is not needed for JSON

        print_report(report, language, trust=str(source.folder), named=source.named)
    raise typer.Exit(report.verdict.exit_code)


def _examined(paths: Sequence[Path], trust_folder: Path) -> Report:
    """Return the report on what was given; that something could not even be read is a finding too."""
    trial = Trial()
    trust = trial.attempt(str(trust_folder), Trust.from_directory, trust_folder)
    folder = paths[0] if any(_is_folder(path) for path in paths) else None
    if folder is not None and len(paths) > 1:
        _misused("Give one folder, or files, and not both.")
    files = {} if folder else {str(path): trial.attempt(str(path), read_file, path) for path in paths}
    read = {name: data for name, data in files.items() if data is not None}
    containers = [data for name, data in read.items() if _is_container(name, data)]
    if containers and len(paths) > 1:
        _misused("Give a container alone: the instrument is in it, and bundles are verified with instrument.pdf.")
    documents, bundles = _sorted(read)
    if not trial.findings and folder is None and not containers and len(documents) != 1:
        _misused("Give signed.pdf alone, or one instrument.pdf with one or more bundles, or the whole folder.")
    if trust is None or trial.findings:
        return Report(trial.in_order())
    if folder is not None:
        report = trial.attempt(str(folder), _folder, folder, trust)
    elif containers:
        report = trial.attempt(str(paths[0]), examine_container, containers[0], trust=trust)
    elif bundles:
        report = trial.attempt(str(paths[0]), examine_bundles, bundles, documents[0], trust=trust)
    else:
        report = trial.attempt(str(paths[0]), examine_edition, documents[0], trust=trust)
    return report or Report(trial.in_order())


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no file can have: reading it will say so
        return False


def _is_container(name: str, data: bytes) -> bool:
    """Tell an ASiC-S container, also a damaged one, by the name that we give it."""
    return data.startswith(b"PK") or name.lower().endswith(".asics")


def _sorted(files: Mapping[str, bytes]) -> tuple[list[bytes], dict[str, bytes]]:
    """Tell PDF files from bundles, whatever their names and their order are."""
    bundles = {name: data for name, data in files.items() if not data.startswith(b"%PDF-")}
    return [data for name, data in files.items() if name not in bundles], bundles


def _folder(folder: Path, trust: Trust) -> Report:
    return verify_folder(read_folder(folder), trust=trust)


def _misused(message: str) -> NoReturn:
    raise typer.BadParameter(message)


def _found(paths: Sequence[Path]) -> Source:
    """Return the trust folder inside or beside what was given, which proves nothing about who made it."""
    for path in paths:
        for place in (path, path.parent, path.parent.parent):
            if _is_folder(place / "trust"):
                return Source(place / "trust", named=False)
    return Source(Path(paths[0]).parent / "trust", named=False)


def _own_language() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if (value := os.environ.get(variable, "")[:2]) in set(map(str, Language)):
            return value
    return str(Language.ENGLISH)
