"""The signed declaration as a Word document to read, to quote and to have read aloud.

Its words are those of the signed edition. Numbers are written out, so that whoever copies a clause has its number too;
every run has its language, headings have their levels, and the signatures are a table whose head is repeated.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Cm, Pt, RGBColor

from declaration.drafting.text import Version
from declaration.render import bidi, telling
from declaration.render.fonts import is_rtl
from declaration.render.labels import label, speaks
from declaration.render.signed_text import SignedText
from declaration.render.signed_words import said
from declaration.render.telling import Answer, Role, Told
from declaration.render.word_parts import (
    repacked,
    run,
    run_from_the_right,
    runs_of,
    set_page,
    set_properties,
    set_styles,
    tagged,
)

SIZES: Final = (("Normal", 11, 0), ("Title", 24, 0), ("Heading 1", 18, 18), ("Heading 2", 13, 14))
HANGING: Final = Cm(1.4)
"""Room for the number of a clause."""
WIDTHS: Final = (Cm(3.9), Cm(5.0), Cm(3.6), Cm(2.5))
"""Of the table's columns: city, person, moment, code."""
_HEADINGS: Final = {Role.TITLE: "Heading 1", Role.PART: "Heading 1", Role.SECTION: "Heading 2"}


def render_signed_docx(signed: SignedText, languages: Sequence[str] = ()) -> bytes:
    """Render the signed declaration as DOCX.

    Args:
        signed: the sealed declaration.
        languages: which texts, one after the other; none for all.

    Returns:
        The same bytes for the same arguments.

    Raises:
        NotFound: ``text.language``.

    """
    chosen = signed.chosen(languages)
    document = docx.Document()
    title, tag = signed.title(chosen[0])
    version: Version = signed.version
    set_page(document)
    set_styles(document, SIZES)
    set_properties(
        document,
        title=title,
        identifier=version.digest,
        subject=version.text.id,
        language=chosen[0],
        revision=version.number,
    )
    writer = _Writer(document)
    writer.paragraph(title, tag, style="Title")
    writer.tell(telling.notice(signed, chosen))
    for language in chosen:
        writer.tell(telling.text(signed, language), fresh=True)
    writer.part("reservations", chosen, telling.reservations(signed, chosen))
    writer.part("signatures", chosen, [telling.counts(signed, chosen[0])])
    writer.table(telling.signatures(signed, chosen[0]), chosen[0])
    if signed.declines or signed.unanswered:
        writer.part("answers", chosen, ())
        for answer in telling.others(signed, chosen[0]):
            writer.other(answer, chosen[0])
    writer.part("verify", chosen, telling.verifying(signed, chosen))
    tongue = speaks(chosen[0])
    foot = document.sections[0].footer.paragraphs[0]
    writer.fill(foot, f"{said('not-signed', tongue)} · {label('version', tongue)} {version.number}", tongue, size=8)
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


class _Writer:
    """Writes paragraph after paragraph."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def paragraph(self, text: str, language: str, *, style: str = "Normal", rtl: bool | None = None) -> Any:
        """Add a paragraph in a language; `rtl` is given for words whose own letters decide."""
        made = self._document.add_paragraph(style=style)
        self.fill(made, text, language, rtl=rtl)
        return made

    @staticmethod
    def fill(paragraph: Any, text: str, language: str, *, rtl: bool | None = None, size: float | None = None) -> None:
        """Put words into an empty paragraph."""
        turned = is_rtl(language) if rtl is None else rtl
        if turned:
            run_from_the_right(paragraph)
            if paragraph.style.name == "Title":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT  # where reading begins
        for part, foreign in runs_of(text, rtl=turned):
            run(paragraph, part, language, rtl=turned, foreign=foreign)
        if size is not None:
            for each in paragraph.runs:
                each.font.size = Pt(size)

    def tell(self, told: Iterable[Told], *, fresh: bool = False) -> None:
        """Add headings and paragraphs; `fresh` begins a page with the first."""
        for each in told:
            made = self._told(each)
            made.paragraph_format.page_break_before = fresh or None
            fresh = False

    def part(self, key: str, languages: Sequence[str], told: Iterable[Told]) -> None:
        """Add a part of all languages: its heading, the same in the others, and what belongs to it."""
        first, *further = telling.heading(key, languages)
        self.tell([first], fresh=True)
        for other in further:
            made = self.paragraph(other.text, other.language)
            made.paragraph_format.keep_with_next = True
        self.tell(told)

    def _told(self, told: Told) -> Any:
        if told.role in _HEADINGS:
            text = f"{told.number} {told.text}" if told.number else told.text
            return self.paragraph(text, told.language, style=_HEADINGS[told.role])
        if told.role in {Role.CLAUSE, Role.MISSING}:
            return self._clause(told)
        own = told.role in {Role.WORDS, Role.NAME}
        made = self.paragraph(told.text, told.language, rtl=bidi.is_rtl_text(told.text) if own else None)
        if told.role in {Role.NAME, Role.PLACE}:
            made.paragraph_format.keep_with_next = True
        if told.role is Role.NAME:
            made.paragraph_format.space_before = Pt(10)
            for each in made.runs:
                each.bold = True
        if told.role is Role.WORDS:
            made.paragraph_format.left_indent = Cm(0.8)
        return made

    def _clause(self, told: Told) -> Any:
        made = self._document.add_paragraph()
        layout = made.paragraph_format
        layout.left_indent, layout.first_line_indent = HANGING, -HANGING
        layout.tab_stops.add_tab_stop(HANGING, WD_TAB_ALIGNMENT.LEFT)
        number = made.add_run(told.number)
        number.font.color.rgb = RGBColor(0x7D, 0x5E, 0x33)
        made.add_run("\t")
        self.fill(made, told.text, told.language)
        return made

    def table(self, answers: Sequence[Answer], language: str) -> None:
        """Add the signatures as a table."""
        tongue, turned = speaks(language), is_rtl(language)
        table = self._document.add_table(rows=1, cols=4, style="Normal Table")
        table.autofit = False
        properties = table._tbl.tblPr  # noqa: SLF001  # python-docx has neither
        if turned:
            properties.insert_element_before(tagged("bidiVisual"), "w:tblStyleRowBandSize", "w:tblW", "w:jc")
        properties.insert_element_before(_borders(), "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
        properties.append(tagged("tblCaption", val=label("signatures", tongue)))
        row = table.rows[0]
        row._tr.get_or_add_trPr().append(tagged("tblHeader"))  # noqa: SLF001
        heads = [said(key, tongue) for key in ("city", "person", "time", "code")]
        self._fill(row, [[(head, tongue, True)] for head in heads], turned=turned)
        for answer in answers:
            party = answer.party
            place = " · ".join(part for part in (answer.native, party.country) if part)
            row = table.add_row()
            row._tr.get_or_add_trPr().append(tagged("cantSplit"))  # noqa: SLF001
            cells = [
                [(party.city or answer.name, language, True), (place, language, False)],
                [(answer.name, language, False), (answer.office, language, False)],
                [(answer.moment, tongue, False)],
                [(answer.code, "en", False)],
            ]
            self._fill(row, cells, turned=turned)

    def _fill(self, row: Any, cells: Sequence[Sequence[tuple[str, str, bool]]], *, turned: bool) -> None:
        for cell, width, paragraphs in zip(row.cells, WIDTHS, cells, strict=True):
            cell.width = width
            made = cell.paragraphs[0]
            for rank, (text, language, bold) in enumerate(each for each in paragraphs if each[0]):
                made = cell.add_paragraph() if rank else made
                made.paragraph_format.space_before = Pt(0 if rank else 3)
                made.paragraph_format.space_after = Pt(2)
                self.fill(made, text, language, rtl=turned, size=9)
                for each in made.runs:
                    each.bold = bold or None

    def other(self, answer: Answer, language: str) -> None:
        """Add somebody who has not signed."""
        place = [part for part in (answer.party.city, answer.native) if part and part != answer.name]
        for told in (
            Told(Role.NAME, ", ".join([answer.name, *place]), language),
            Told(Role.PARAGRAPH, " · ".join(part for part in (answer.state, answer.moment) if part), speaks(language)),
            Told(Role.FIXED, answer.code, "en"),
            Told(Role.WORDS, answer.reason, language),
        ):
            if told.text:
                self._told(told)


def _borders() -> Any:
    """Return fine lines between the rows, and none between the columns (ISO 29500-1, 17.4.38)."""
    borders = tagged("tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(tagged(side, val="single", sz="4", space="0", color="CCCCC9"))
    return borders
