"""`declaration layout`: a sealed declaration for walls, town halls and readers, out of its folder or a database."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from declaration.cli.files import write_output
from declaration.cli.reading import DEFAULT, only, reading
from declaration.errors import InputRefused, StateConflict
from declaration.exchange.files import shown
from declaration.render.certificate import render_certificate
from declaration.render.large_print import render_large_print
from declaration.render.poster import Size, render_poster
from declaration.render.signed_docx import render_signed_docx
from declaration.render.signed_html import render_signed_html
from declaration.render.signed_text import SignedText
from declaration.render.values import Rendered
from declaration.services import signed
from declaration.services.layouts import SPOKEN, require_language
from declaration.signing.files import read_folder
from declaration.signing.folder import verify_folder
from declaration.signing.report import Verdict
from declaration.signing.trust import Trust

app = typer.Typer(rich_markup_mode=None)


class Form(StrEnum):
    """What can be made of a sealed declaration."""

    CERTIFICATE = "certificate"
    EDITION = "edition"
    LARGE_PRINT = "large-print"
    POSTER = "poster"


class Sheet(StrEnum):
    """What a poster is printed on."""

    A0 = "a0"
    A1 = "a1"


_ENDINGS = {Form.EDITION: (".html", ".docx")}


@app.command(epilog="Example:  declaration layout poster poster.pdf --folder out --language fr --size a1")
def layout(
    form: Annotated[Form, typer.Argument(help="What to make; an edition is a web page or a Word document.")],
    out: Annotated[Path, typer.Argument(help="Where to write: .pdf, or .html or .docx for an edition.")],
    declaration: Annotated[
        str | None, typer.Argument(help="Id of a declaration in a database; default: the only one that is there.")
    ] = None,
    *,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The published folder, in place of a database; verified first.")
    ] = None,
    trust: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Trusted roots and keys for the folder; default: its own.")
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option("--database-url", envvar="DECLARATION_DATABASE_URL", help=f"Which database; default: {DEFAULT}."),
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Of the text; may be repeated; default: all, a certificate's: the first.")
    ] = None,
    signatory: Annotated[str | None, typer.Option(metavar="ID", help="Whose certificate.")] = None,
    size: Annotated[Sheet, typer.Option(help="Of a poster.")] = Sheet.A0,
) -> None:
    """Lay out a sealed declaration: a wall poster, a city's certificate, large print, or an edition to read."""
    endings = _ENDINGS.get(form, (".pdf",))
    if out.suffix.lower() not in endings:
        raise InputRefused(
            "layout.ending",
            f"{shown(out)} is not a name for what is made.",
            hint=f"Let the name end in {' or '.join(endings)}.",
        )
    if (form is Form.CERTIFICATE) != (signatory is not None):
        raise InputRefused(
            "layout.signatory",
            "A certificate, and nothing else, is for one signatory.",
            hint="Name one with --signatory." if signatory is None else "Leave --signatory out.",
        )
    if folder is not None:
        found = _of_folder(folder, trust)
    else:
        with reading(database_url or DEFAULT) as session:
            found = signed.of_record(session, only(session, declaration), only=signatory)
    data = _made(form, found, tuple(language or ()), ending=out.suffix.lower(), signatory=signatory or "", size=size)
    write_output(out, data)
    typer.echo(shown(out))


def _made(
    form: Form, found: SignedText, languages: Sequence[str], *, ending: str, signatory: str, size: Sheet
) -> bytes:
    match form:
        case Form.CERTIFICATE:
            if len(languages) > 1:
                raise InputRefused(
                    "layout.language", "A certificate is in one language.", hint="Name one, and make several."
                )
            chosen = languages[0] if languages else found.languages[0]
            require_language(chosen, (*found.languages, *SPOKEN))
            return _drawn(render_certificate(found, signatory, chosen))
        case Form.LARGE_PRINT:
            return _drawn(render_large_print(found, languages))
        case Form.POSTER:
            return _drawn(render_poster(found, Size[size.name], languages))
        case Form.EDITION:
            return (render_signed_html if ending == ".html" else render_signed_docx)(found, languages)


def _drawn(rendered: Rendered) -> bytes:
    for glyph in rendered.missing:
        typer.echo(f"no glyph: {glyph}", err=True)
    return rendered.pdf


def _of_folder(folder: Path, trust: Path | None) -> SignedText:
    """Read a published folder, if everything in it holds."""
    files = read_folder(folder)
    report = verify_folder(files, trust=Trust.from_directory(trust or folder / "trust"))
    if report.verdict not in {Verdict.VALID, Verdict.INCOMPLETE}:
        raise StateConflict(
            "layout.folder",
            f"{shown(folder)} does not hold: {report.verdict.value}.",
            hint=f"See what is wrong with it: declaration verify {shown(folder)}",
        )
    return signed.of_folder(files)
