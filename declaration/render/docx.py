"""A version as a Word document to work on, and an amendment as tracked changes of one.

Numbers are automatic, paragraphs run in the direction of their language, and each clause's paragraph holds its text
and nothing else, under a hidden bookmark ``_clause_<id>``: bookmarks are what word processors carry through a round
trip. The digest of the version is the core properties' identifier, so that what comes back says what it was based on.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from declaration.drafting.amendment import Change
from declaration.drafting.text import Version
from declaration.render import bidi
from declaration.render.docx_lines import Counting, Line, Mark, Style, lines
from declaration.render.fonts import is_rtl

BOOKMARK: Final = "_clause_"
"""Prefix of a clause's bookmark; a leading underscore hides it from the reader."""
FONT: Final = "Times New Roman"
"""Has Latin, Greek, Cyrillic, Hebrew and Arabic, and is on every desk or has a twin of the same metrics there."""
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip entry can name; the file says nothing of when it was made."""
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
    return _repacked(buffer.getvalue())


def _prepare(document: Any, version: Version, languages: Sequence[str]) -> None:
    """Set page, styles, properties and numbering; drop what the template brings along."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(3)
    page.top_margin = page.bottom_margin = Cm(2.6)
    for name, size, space in (("Normal", 11, 6), ("Title", 20, 12), ("Heading 1", 14, 16)):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0x1A, 0x33, 0x54) if name != "Normal" else RGBColor(0x1C, 0x21, 0x29)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.space_before = Pt(space if name != "Normal" else 0)
        _plain(style.element, size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [name for name in fonts.attrib if "Theme" in name]:
            del fonts.attrib[theme]
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
    properties = document.core_properties
    properties.title = _title(version, languages)
    properties.identifier = version.digest
    properties.subject = version.text.id
    properties.language = languages[0] if languages else ""
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.revision = version.number
    for moment in ("created", "modified"):
        for element in properties._element.findall(qn(f"dcterms:{moment}")):  # noqa: SLF001  # no public way
            properties._element.remove(element)  # noqa: SLF001
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]
    numbering = document.part.numbering_part.element
    for abstract in (_abstract(RECITALS, [("lowerLetter", "(%1)")]), _abstract(CHAPTERS, _DECIMAL)):
        numbering.insert(0, abstract)


_DECIMAL: Final = [("decimal", "%1"), ("decimal", "%1.%2")]


def _plain(style: Any, size: int) -> None:
    """Free a style of rules and of letter spacing, which tears Arabic letters apart, and size all scripts alike."""
    for unwanted in style.xpath(".//w:pBdr | ./w:rPr/w:spacing | ./w:rPr/w:kern"):
        unwanted.getparent().remove(unwanted)
    properties = style.get_or_add_rPr()
    for unwanted in properties.findall(qn("w:szCs")):
        properties.remove(unwanted)
    properties.find(qn("w:sz")).addnext(_element("szCs", val=str(2 * size)))


def _title(version: Version, languages: Sequence[str]) -> str:
    return next((version.text.title[tag] for tag in languages if tag in version.text.title), version.text.id)


def _element(tag: str, /, **attributes: str) -> Any:
    element = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _abstract(number: int, levels: list[tuple[str, str]]) -> Any:
    """Return a multilevel list definition (ISO 29500-1, 17.9.1)."""
    abstract = _element("abstractNum", abstractNumId=str(number))
    abstract.append(_element("multiLevelType", val="multilevel"))
    for depth, (form, pattern) in enumerate(levels):
        level = _element("lvl", ilvl=str(depth))
        for name, value in (("start", "1"), ("numFmt", form), ("lvlText", pattern), ("lvlJc", "start")):
            level.append(_element(name, val=value))
        indent = _element("pPr")
        indent.append(_element("ind", start="720", hanging="720"))
        level.append(indent)
        abstract.append(level)
    return abstract


def _runs(text: str, *, rtl: bool) -> list[tuple[str, bool]]:
    """Cut a right-to-left text around words of left-to-right letters; word processors want them as runs apart."""
    if not rtl:
        return [(text, False)]
    embedding = bidi.levels(text, rtl=True)
    runs: list[tuple[str, bool]] = []
    for level, group in itertools.groupby(range(len(text)), key=lambda index: embedding[index]):
        part = "".join(text[index] for index in group)
        foreign = level % 2 == 0 and any(bidi.bidi_class(character) == "L" for character in part)
        if runs and runs[-1][1] == foreign:
            runs[-1] = (runs[-1][0] + part, foreign)
        else:
            runs.append((part, foreign))
    return runs or [("", False)]


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
            paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001
                _element("bidi"), "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
            )
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
                self._run(paragraph, part, line.language, rtl=rtl, foreign=foreign)
                for part, foreign in _runs(passage.words, rtl=rtl)
            ]
            if not passage.mark:
                continue
            holder = self._change(passage.mark)
            runs[0].addprevious(holder)
            for run in runs:
                holder.append(run)
                if passage.mark is Mark.DELETED:
                    for words in run.findall(qn("w:t")):
                        words.tag = qn("w:delText")

    @staticmethod
    def _run(paragraph: Any, part: str, language: str, *, rtl: bool, foreign: bool) -> Any:
        primary = language.partition("-")[0]
        kind = "bidi" if rtl else "eastAsia" if primary in {"zh", "ja", "ko"} else "val"
        run = paragraph.add_run(part)
        element = run._r  # noqa: SLF001  # python-docx has no languages
        if rtl and not foreign:
            run.font.rtl = True
        if not foreign:
            element.get_or_add_rPr().append(_element("lang", **{kind: language}))
        return element

    def _change(self, mark: Mark, tag: str = "", /, **attributes: str) -> Any:
        """Return an element that says who changed what when (ISO 29500-1, 17.13.5)."""
        assert self._tracking is not None  # only an amendment has marks
        self._changes += 1
        said = {
            "id": str(FIRST_CHANGE + self._changes),
            "author": self._tracking.by,
            "date": _moment(self._tracking.at),
        }
        return _element(tag or str(mark), **said, **attributes)

    def _end(self, paragraph: Any, line: Line) -> None:
        """Track the end of a paragraph, and say where a move begins and ends."""
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
        end = _element("rPr")
        end.append(self._change(line.mark))
        properties.insert_element_before(end, "w:sectPr", "w:pPrChange")
        if line.move:
            start = self._change(line.mark, f"{line.mark}RangeStart", name=line.move)
            properties.addnext(start)
            paragraph._p.addnext(_element(f"{line.mark}RangeEnd", id=start.get(qn("w:id"))))  # noqa: SLF001

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
        start = _element("bookmarkStart", id=number, name=name)
        paragraph._p.get_or_add_pPr().addnext(start)  # noqa: SLF001
        paragraph._p.append(_element("bookmarkEnd", id=number))  # noqa: SLF001


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _repacked(data: bytes) -> bytes:
    """Write the package again with fixed dates, in the same order, so that the same version gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = 0
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()
