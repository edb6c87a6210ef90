"""`declaration ceremony`: play a whole summit and verify what it wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from declaration.ceremony.rehearsal import Rehearsal, read_script
from declaration.cli.printing import print_report
from declaration.cli.stage import Terminal
from declaration.render.columns import MOST
from declaration.signing.files import read_folder
from declaration.signing.folder import verify_folder
from declaration.signing.trust import Trust

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example:  declaration ceremony --out summit && declaration verify summit")
def ceremony(  # noqa: PLR0917 - Typer calls it with names
    text: Annotated[Path | None, typer.Option(help="The declaration's text (YAML); default: Düsseldorf.")] = None,
    signatories: Annotated[Path | None, typer.Option(help="Who is invited (JSON); default: 35 cities.")] = None,
    acts: Annotated[Path | None, typer.Option(help="Amendments, decisions, positions, declines (YAML).")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the evidence.")] = Path("out"),
    database_url: Annotated[
        str | None, typer.Option(envvar="DECLARATION_DATABASE_URL", help="Default: an SQLite file below --out.")
    ] = None,
    columns: Annotated[int, typer.Option(min=1, max=MOST, help="Languages beside each other in the PDF.")] = 1,
    seed: Annotated[int, typer.Option(help="Makes the simulated devices' passkeys.")] = 2019,
) -> None:
    """Play a whole summit on simulated devices: amend, negotiate, freeze, sign, seal, verify.

    The same command on the same folder and database goes on where it was cut off.
    """
    console = Console(stderr=False)
    script = read_script(text, signatories, acts)
    console.print(
        Panel(
            "This is a rehearsal. Its keys are made for it, their passphrase is public,\n"
            "and its signatures bind nobody.",
            title="THROWAWAY KEYS",
            border_style="red",
            expand=False,
        )
    )
    for note in script.notes:
        console.print(f"  cleaned: {note}", highlight=False, markup=False, soft_wrap=True)
    with Terminal(console) as stage:
        played = Rehearsal(out, database_url=database_url, seed=seed).play(replace(script.plan, columns=columns), stage)
        stage.step("Everything is verified from the written files alone", 1)
        report = verify_folder(read_folder(out), trust=Trust.from_directory(out / "trust"))
        stage.advance()
    for glyph in played.missing_glyphs:
        console.print(f"  no glyph: {glyph}", highlight=False, markup=False, soft_wrap=True)
    print_report(report, "en", trust=str(out / "trust"), named=True)
    console.print(_paths(out))
    raise typer.Exit(report.verdict.exit_code)


def _paths(out: Path) -> Table:
    table = Table(title="\nWritten", title_justify="left", show_header=False, box=None)
    for path, what in (
        ("signed.pdf", "the sealed edition: look at it"),
        ("VERIFY.md", "how to verify it with tools that nobody here wrote"),
        ("instrument.pdf", "what was signed"),
        ("declaration.json", "its text for machines"),
        ("signatures/", "one bundle and one CMS a signatory; signatures.p7s holds all of them"),
        ("signatures.asics", "the instrument and all signatures in one file, for programs that know ASiC-S"),
        ("declines/", "who declined, and why"),
        ("ledger/", "the record: checkpoint, tiles, entries, blobs"),
        ("trust/", "what a verifier pins"),
        ("report.json", "this verdict, for machines"),
        ("service/", "private: the database and the throwaway keys"),
    ):
        if (out / path).exists():
            table.add_row(str(out / path), what)
    return table
