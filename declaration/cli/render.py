"""`declaration render`: a text as DOCX, ODT, HTML or PDF, without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from declaration.canonical import encode
from declaration.cli.files import write_output
from declaration.drafting.text import Version
from declaration.errors import InputRefused
from declaration.exchange.files import read_given, shown
from declaration.exchange.text_yaml import read_text
from declaration.render.columns import MOST
from declaration.render.docx import render_docx
from declaration.render.html import render_html
from declaration.render.instrument import render_instrument
from declaration.render.odt import render_odt
from declaration.services.freezing import document_of

app = typer.Typer(rich_markup_mode=None)


class Form(StrEnum):
    """What a text can be rendered as."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    HTML = "html"


@app.command(epilog="Example:  declaration render draft.yaml draft.docx")
def render(
    text: Annotated[Path, typer.Argument(help="The text (YAML).")],
    out: Annotated[Path, typer.Argument(help="Where to write; the ending says what: .pdf, .docx, .odt or .html.")],
    *,
    columns: Annotated[int, typer.Option(min=1, max=MOST, help="PDF: languages beside each other.")] = 1,
) -> None:
    """Render a text as it would look as version 1: PDF, Word, OpenDocument or HTML."""
    ending = out.suffix.lower().removeprefix(".")
    if ending not in set(map(str, Form)):
        raise InputRefused(
            "render.ending",
            f"{shown(out)} does not say what to make.",
            hint="Let the name end in .pdf, .docx, .odt or .html.",
        )
    given = read_given(text)
    version = Version(1, None, read_text(given.data, file=given.name, allow_incomplete=True).text)
    match Form(ending):
        case Form.DOCX:
            write_output(out, render_docx(version))
        case Form.ODT:
            write_output(out, render_odt(version))
        case Form.HTML:
            write_output(out, render_html(version).encode())
        case Form.PDF:
            document = encode(document_of(version, (), (), {}))
            rendered = render_instrument(
                version, (), (), document=document, frozen_at=datetime.now(UTC), columns=columns
            )
            write_output(out, rendered.pdf)
            for glyph in rendered.missing:
                typer.echo(f"no glyph: {glyph}", err=True)
