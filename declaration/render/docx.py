"""A version as a Word document to work on, and an amendment as tracked changes of one.

Numbers are automatic, paragraphs run in the direction of their language, and each clause's paragraph holds its text
and nothing else, under a hidden bookmark ``_clause_<id>``: bookmarks are what word processors carry through a round
trip. The digest of the version is the core properties' identifier, so that what comes back says what it was based on.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from declaration.drafting.amendment import Change
from declaration.drafting.text import Version
from declaration.render.docx_lines import Counting, Line, Mark, Style, lines
from declaration.render.fonts import is_rtl
from declaration.render.word_parts import (
    list_definition,
    repacked,
    run,
    run_from_the_right,
    runs_of,
    set_page,
    set_properties,
    set_styles,
    tagged,
)

BOOKMARK: Final = "_clause_"
"""Prefix of a clause's bookmark; a leading underscore hides it from the reader."""
CHAPTERS: Final = 71
RECITALS: Final = 72
"""Abstract numbering definitions of ours; the template's own are below 20."""
FIRST_CHANGE: Final = 10_000
"""Tracked changes are numbered from here: bookmarks, which count from 0, have numbers of their own kind."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """Whose the tracked changes of a document are.

    Args:
        by: the author's name.
        at: when they were made.

    """

    by: str
    at: datetime


def render_docx(version: Version, *, languages: Sequence[str] | None = None) -> bytes:
    """Render a version as DOCX.

    Args:
        version: what to write.
        languages: which texts, one after the other; None writes all authentic languages. The clauses of the
            first carry the bookmarks ``_clause_<id>``, those of another language ``_clause_<id>.<language>``;
            titles and headings have theirs too (`declaration.drafting.anchors`).

    Returns:
        The same bytes for the same arguments.

    """
    chosen = tuple(languages) if languages is not None else version.text.languages
    return _written(version, chosen, lines(version.text, chosen), None)


def render_tracked(version: Version, changes: Sequence[Change], language: str, tracking: Tracking) -> bytes:
    """Render changes of a version in one language as tracked changes: accepted, it reads as they want.

    Args:
        version: to which the changes refer.
        changes: what to track.
        language: one of the authentic languages.
        tracking: whose changes they are.

    Returns:
        The same bytes for the same arguments.

    Raises:
        StateConflict, NotFound, InputRefused, LimitExceeded: the changes do not apply, as `drafting.apply`.

    """
    return _written(version, (language,), lines(version.text, (language,), changes), tracking)


def _written(version: Version, languages: Sequence[str], written: Iterable[Line], tracking: Tracking | None) -> bytes:
    document = docx.Document()
    _prepare(document, version, languages)
    writer = _Writer(document, tracking)
    for line in written:
        writer.write(line)
    if tracking is not None:
        document.core_properties.author = tracking.by
        writer.finish()
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


def _prepare(document: Any, version: Version, languages: Sequence[str]) -> None:
    """Set page, styles, properties and numbering."""
    set_page(document)
    set_styles(document, (("Normal", 11, 0), ("Title", 20, 12), ("Heading 1", 14, 16)))
    set_properties(
        document,
        title=_title(version, languages),
        identifier=version.digest,
        subject=version.text.id,
        language=languages[0] if languages else "",
        revision=version.number,
    )
    numbering = document.part.numbering_part.element
    for abstract in (list_definition(RECITALS, [("lowerLetter", "(%1)")]), list_definition(CHAPTERS, _DECIMAL)):
        numbering.insert(0, abstract)


_DECIMAL: Final = [("decimal", "%1"), ("decimal", "%1.%2")]


def _title(version: Version, languages: Sequence[str]) -> str:
    return next((version.text.title[tag] for tag in languages if tag in version.text.title), version.text.id)


class _Writer:
    """Writes paragraph after paragraph; bookmarks, lists and tracked changes are numbered through the document."""

    def __init__(self, document: Any, tracking: Tracking | None) -> None:
        self._document = document
        self._tracking = tracking
        self._bookmarks = 0
        self._changes = 0
        self._lists: dict[int, int] = {}

    def write(self, line: Line) -> None:
        """Write a paragraph; a title begins another language, in which lists count from one again."""
        title = line.style is Style.TITLE
        paragraph = self._document.add_paragraph(style=str(line.style))
        if title:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
            paragraph.paragraph_format.page_break_before = bool(self._lists)
            self._lists = {abstract: self._list(abstract) for abstract in (RECITALS, CHAPTERS)}
        rtl = is_rtl(line.language)
        if rtl:
            run_from_the_right(paragraph)
        if line.counting:
            self._number(paragraph, line.counting)
        self._words(paragraph, line, rtl=rtl)
        if line.anchor:
            self._bookmark(paragraph, line.anchor)
        if line.mark:
            self._end(paragraph, line)

    def finish(self) -> None:
        """End the document with a paragraph that is not tracked: the end of the last one can be accepted or not."""
        last = self._document.add_paragraph(style=str(Style.CLAUSE))
        last.paragraph_format.space_after = Pt(0)

    def _words(self, paragraph: Any, line: Line, *, rtl: bool) -> None:
        for passage in line.passages:
            runs = [
                run(paragraph, part, line.language, rtl=rtl, foreign=foreign)
                for part, foreign in runs_of(passage.words, rtl=rtl)
            ]
            if not passage.mark:
                continue
            holder = self._change(passage.mark)
            runs[0].addprevious(holder)
            for each in runs:
                holder.append(each)
                if passage.mark is Mark.DELETED:
                    for words in each.findall(qn("w:t")):
                        words.tag = qn("w:delText")

    def _change(self, mark: Mark, tag: str = "", /, **attributes: str) -> Any:
        """Return an element that says who changed what when (ISO 29500-1, 17.13.5)."""
        assert self._tracking is not None  # only an amendment has marks
        self._changes += 1
        said = {
            "id": str(FIRST_CHANGE + self._changes),
            "author": self._tracking.by,
            "date": _moment(self._tracking.at),
        }
        return tagged(tag or str(mark), **said, **attributes)

    def _end(self, paragraph: Any, line: Line) -> None:
        """Track the end of a paragraph, and say where a move begins and ends."""
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
        end = tagged("rPr")
        end.append(self._change(line.mark))
        properties.insert_element_before(end, "w:sectPr", "w:pPrChange")
        if line.move:
            start = self._change(line.mark, f"{line.mark}RangeStart", name=line.move)
            properties.addnext(start)
            paragraph._p.addnext(tagged(f"{line.mark}RangeEnd", id=start.get(qn("w:id"))))  # noqa: SLF001

    def _list(self, abstract: int) -> int:
        """Begin a list that counts from one again."""
        numbering = self._document.part.numbering_part.element
        number = numbering.add_num(abstract)
        for depth in range(2):
            number.add_lvlOverride(ilvl=depth).add_startOverride(1)
        return int(number.numId)

    def _number(self, paragraph: Any, counting: Counting) -> None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001
        properties.get_or_add_ilvl().val = 1 if counting is Counting.CLAUSE else 0
        properties.get_or_add_numId().val = self._lists[RECITALS if counting is Counting.RECITAL else CHAPTERS]

    def _bookmark(self, paragraph: Any, name: str) -> None:
        """Put a bookmark around the whole paragraph's text."""
        number = str(self._bookmarks)
        self._bookmarks += 1
        start = tagged("bookmarkStart", id=number, name=name)
        paragraph._p.get_or_add_pPr().addnext(start)  # noqa: SLF001
        paragraph._p.append(tagged("bookmarkEnd", id=number))  # noqa: SLF001


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
