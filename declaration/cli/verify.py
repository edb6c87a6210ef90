"""`declaration verify`: anybody, offline, without an account, also in twenty years.

It reads files and prints; everything that is judged is judged in `declaration.signing`. Exit status: 0 valid,
1 altered, 2 cannot be verified (also: wrong use), 3 valid but incomplete.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from declaration.canonical import Json
from declaration.signing.examination import examine_bundles, examine_container, examine_edition
from declaration.signing.files import read_file, read_folder
from declaration.signing.folder import verify_folder
from declaration.signing.report import Report, Verdict
from declaration.signing.sentences import LANGUAGES
from declaration.signing.trial import Trial
from declaration.signing.trust import Trust

ABOUT: Final = """Verify a signed declaration: offline, with nothing but the files and the keys that you trust.

Exit status: 0 valid, 1 altered, 2 cannot be verified, 3 valid but not everybody has answered."""
EXAMPLE: Final = "Example:  declaration verify signed.pdf --trust ~/summit-trust --lang de"


class Source(NamedTuple):
    """Where the trust comes from: a folder, and whether it was named or merely found beside the files."""

    folder: Path
    named: bool


class Misused(Exception):
    """What was given does not belong together."""


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit status.

    It needs no framework for command lines: they take longer to load than a bundle takes to verify.

    Args:
        arguments: what stands behind ``declaration verify``.

    Raises:
        SystemExit: with 2 after wrong use, with 0 after ``--help``.

    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # names of cities come in every script, terminals do not
        sys.stdout.reconfigure(errors="backslashreplace")
    parser = _parser()
    given = parser.parse_intermixed_args(arguments)
    source = Source(given.trust, named=True) if given.trust is not None else _found(given.paths)
    try:
        report = _examined(given.paths, source.folder)
    except Misused as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted: nothing has been judged.\n")
        return Verdict.CANNOT_BE_VERIFIED.exit_code
    try:
        _tell(report, source, given.lang or _own_language(), as_json=given.as_json)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough; the verdict stays what it is
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return report.verdict.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "declaration verify",
        description=ABOUT,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="signed.pdf; bundles with instrument.pdf; signatures.asics; or the whole folder.",
    )
    parser.add_argument(
        "--trust", type=Path, metavar="DIR", help="Folder of trusted roots and keys, compared with fingerprints."
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="Print the report as JSON.")
    parser.add_argument("--lang", choices=LANGUAGES, help="Language of the findings; by default your own.")
    return parser


def _tell(report: Report, source: Source, language: str, *, as_json: bool) -> None:
    if as_json:
        document: dict[str, Json] = {"trust": {"folder": str(source.folder), "named": source.named}}
        sys.stdout.write(json.dumps(document | report.told(), ensure_ascii=False, indent=2) + "\n")
        return
    from declaration.cli.printing import print_report  # noqa: PLC0415 - rich is not needed for JSON

    print_report(report, language, trust=str(source.folder), named=source.named)


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
    raise Misused(message)


def _found(paths: Sequence[Path]) -> Source:
    """Return the trust folder inside or beside what was given, which proves nothing about who made it."""
    for path in paths:
        for place in (path, path.parent, path.parent.parent):
            if _is_folder(place / "trust"):
                return Source(place / "trust", named=False)
    return Source(Path(paths[0]).parent / "trust", named=False)


def _own_language() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if (value := os.environ.get(variable, "")[:2]) in LANGUAGES:
            return value
    return "en"
