"""What Word documents are made of here, whatever they say: runs, lists, styles, and a package of fixed bytes."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Sequence
from typing import Any, Final

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from declaration.render import bidi

FONT: Final = "Times New Roman"
"""Has Latin, Greek, Cyrillic, Hebrew and Arabic, and is on every desk or has a twin of the same metrics there."""
ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip entry can name; the file says nothing of when it was made."""


def tagged(tag: str, /, **attributes: str) -> Any:
    """Return an element of WordprocessingML."""
    element = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def set_page(document: Any) -> None:
    """Make the page an A4 sheet."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(3)
    page.top_margin = page.bottom_margin = Cm(2.6)


def set_styles(document: Any, sizes: Sequence[tuple[str, int, int]]) -> None:
    """Give styles their font and their look: each by its name, its size and the space before it (points)."""
    for name, size, space in sizes:
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0x1A, 0x33, 0x54) if name != "Normal" else RGBColor(0x1C, 0x21, 0x29)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.space_before = Pt(space)
        plain(style.element, size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [name for name in fonts.attrib if "Theme" in name]:
            del fonts.attrib[theme]
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)


def set_properties(document: Any, *, title: str, identifier: str, subject: str, language: str, revision: int) -> None:
    """Say what a document is, and drop what the template says of itself: moments, people, a picture."""
    properties = document.core_properties
    properties.title = title
    properties.identifier = identifier
    properties.subject = subject
    properties.language = language
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.revision = revision
    for moment in ("created", "modified"):
        for element in properties._element.findall(qn(f"dcterms:{moment}")):  # noqa: SLF001  # no public way
            properties._element.remove(element)  # noqa: SLF001
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]


def list_definition(number: int, levels: list[tuple[str, str]]) -> Any:
    """Return a multilevel list definition (ISO 29500-1, 17.9.1)."""
    abstract = tagged("abstractNum", abstractNumId=str(number))
    abstract.append(tagged("multiLevelType", val="multilevel"))
    for depth, (form, pattern) in enumerate(levels):
        level = tagged("lvl", ilvl=str(depth))
        for name, value in (("start", "1"), ("numFmt", form), ("lvlText", pattern), ("lvlJc", "start")):
            level.append(tagged(name, val=value))
        indent = tagged("pPr")
        indent.append(tagged("ind", start="720", hanging="720"))
        level.append(indent)
        abstract.append(level)
    return abstract


def plain(style: Any, size: int) -> None:
    """Free a style of rules and of letter spacing, which tears Arabic letters apart, and size all scripts alike."""
    for unwanted in style.xpath(".//w:pBdr | ./w:rPr/w:spacing | ./w:rPr/w:kern"):
        unwanted.getparent().remove(unwanted)
    properties = style.get_or_add_rPr()
    for unwanted in properties.findall(qn("w:szCs")):
        properties.remove(unwanted)
    properties.find(qn("w:sz")).addnext(tagged("szCs", val=str(2 * size)))


def runs_of(text: str, *, rtl: bool) -> list[tuple[str, bool]]:
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


def run_from_the_right(paragraph: Any) -> None:
    """Make a paragraph one of a right-to-left language (ISO 29500-1, 17.3.1.6)."""
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001  # python-docx has no such property
        tagged("bidi"), "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def run(paragraph: Any, part: str, language: str, *, rtl: bool, foreign: bool) -> Any:
    """Add some words in a language to a paragraph; `foreign` ones run the other way, in letters of another script."""
    primary = language.partition("-")[0]
    kind = "bidi" if rtl else "eastAsia" if primary in {"zh", "ja", "ko"} else "val"
    added = paragraph.add_run(part)
    element = added._r  # noqa: SLF001  # python-docx has no languages
    if rtl and not foreign:
        added.font.rtl = True
    if not foreign:
        element.get_or_add_rPr().append(tagged("lang", **{kind: language}))
    return element


def repacked(data: bytes) -> bytes:
    """Write the package again with fixed dates, in the same order, so that the same version gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = 0
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()
