"""`declaration render`: a text as DOCX, HTML or PDF, without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from declaration.canonical import encode
from declaration.drafting.text import Version
from declaration.exchange.text_yaml import read_text
from declaration.render.docx import render_docx
from declaration.render.html import render_html
from declaration.render.instrument import render_instrument
from declaration.services.freezing import document_of

app = typer.Typer(rich_markup_mode=None)


class Form(StrEnum):
    """What a text can be rendered as."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"


@app.command(epilog="Example:  declaration render draft.yaml draft.docx")
def render(
    text: Annotated[Path, typer.Argument(help="The text (YAML).")],
    out: Annotated[Path, typer.Argument(help="Where to write; the ending says what: .pdf, .docx or .html.")],
) -> None:
    """Render a text as it would look as version 1: PDF, Word or HTML."""
    version = Version(1, None, read_text(text.read_bytes(), file=str(text), allow_incomplete=True).text)
    ending = out.suffix.lower().removeprefix(".")
    if ending not in set(map(str, Form)):
        raise typer.BadParameter(f"{out}: the ending is .pdf, .docx or .html")
    match Form(ending):
        case Form.DOCX:
            out.write_bytes(render_docx(version))
        case Form.HTML:
            out.write_text(render_html(version), encoding="utf-8")
        case Form.PDF:
            document = encode(document_of(version, (), ()))
            rendered = render_instrument(version, (), (), document=document, frozen_at=datetime.now(UTC))
            out.write_bytes(rendered.pdf)
            for glyph in rendered.missing:
                typer.echo(f"no glyph: {glyph}", err=True)
