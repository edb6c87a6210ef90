"""The instrument: the frozen text as the document that is signed.

Title page, the text language by language, the roster of signatories, the annex of reservations; the canonical
``declaration.json`` is attached as the source from which the pages were made.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from declaration.canonical import digest
from declaration.drafting.text import Clause, Section, SectionKind, Version
from declaration.errors import InputRefused
from declaration.render import archive, structure
from declaration.render.columns import MOST, beside, groups
from declaration.render.cover import draw_cover
from declaration.render.flow import Block, Page, draw, paginate
from declaration.render.fonts import is_rtl
from declaration.render.labels import label, language_name, speaks, spoken
from declaration.render.layout import (
    ABSENT,
    BODY,
    BOTTOM,
    BRONZE,
    HEADING,
    LEFT,
    MEASURE,
    NUMBER,
    RIGHT,
    SECTION_NUMBER,
    SMALL,
    SMALL_GREY,
    SMALL_STRONG,
    STRONG,
    TEXT_X,
    TITLE,
    TOP,
    foot,
    heading,
    margin_note,
    margin_number,
    matter,
    mirrored,
    rows_of,
    running_head,
    with_margins,
)
from declaration.render.numbering import clause_numbers, section_numbers
from declaration.render.parties import roster_blocks
from declaration.render.sheet import Sheets
from declaration.render.structure import Element, Kind, Level, Numbering
from declaration.render.tongues import language_of_text
from declaration.render.values import Attachment, ObjectionLine, Occasion, Rendered, ReservationLine, RosterLine

SOURCE_NAME: Final = "declaration.json"
SET_BACK: Final = 18.0
"""How far an objection stands behind the reservation to which it was raised, in points."""


def render_instrument(
    version: Version,
    roster: Sequence[RosterLine],
    reservations: Sequence[ReservationLine],
    *,
    document: bytes,
    frozen_at: datetime,
    occasion: Occasion | None = None,
    columns: int = 1,
) -> Rendered:
    """Render the instrument as PDF/A-3a and PDF/UA-1.

    Args:
        version: the frozen version.
        roster: who is invited to sign, in the order to be shown.
        reservations: in the order to be shown.
        document: the canonical ``declaration.json`` to attach.
        frozen_at: timezone-aware; the only moment that the file names.
        occasion: lines for the title page.
        columns: how many languages stand beside each other, from 1 (one after another) to 3.

    Returns:
        The same bytes for the same arguments, on every run.

    Raises:
        InputRefused: ``layout.columns``.

    """
    if not 1 <= columns <= MOST:
        raise InputRefused(
            "layout.columns",
            f"{columns} languages cannot stand beside each other on a page.",
            hint=f"Choose 1 (one after another) to {MOST}; more languages follow in further groups.",
        )
    sheets = Sheets()
    languages = version.text.languages
    whole = structure.document(languages[0])
    cover = whole.add(Kind.SECTION)
    texts = [(group, _texts(version, group, whole)) for group in groups(languages, columns)]
    if roster:
        texts.append((("signatories",), _roster(roster, languages, whole.add(Kind.SECTION))))
    texts.append((("reservations",), _annex(version, reservations, whole.add(Kind.SECTION))))
    parts = [_Set(keys, paginate(blocks, top=TOP, bottom=BOTTOM)) for keys, blocks in texts]
    total = 1 + sum(len(part.pages) for part in parts)
    starts = [(key, page) for part, page in zip(parts, _starts(parts), strict=True) for key in part.keys]
    identity = _identity(version)
    draw_cover(sheets, version, occasion or Occasion(), starts, part=cover, identity=identity, folio=f"1 / {total}")
    sheets.finish_page()
    for part in parts:
        is_text = part.keys[0] in languages
        language = part.keys[0] if is_text else languages[0]
        rtl = is_rtl(language if is_text else matter(language))
        for index, page in enumerate(part.pages):
            folio = f"{sheets.pages + 1} / {total}"
            _draw_page(sheets, version, page, language, rtl=rtl, opens=index == 0, identity=identity, folio=folio)
    pdf = archive.assemble(sheets.finish(), sheets.fonts)
    structure.write(pdf, sheets.recording, [page.obj for page in pdf.pages])
    archive.describe(pdf, about(version, frozen_at))
    archive.outline(pdf, _bookmarks(version, parts))
    source = Attachment(
        SOURCE_NAME, document, "application/json", f"The text as data, SHA-256 {digest(document)}", "Source"
    )
    archive.attach(pdf, [source], moment=frozen_at)
    return Rendered(archive.written(pdf), total, sheets.missing)


def about(version: Version, moment: datetime) -> archive.About:
    """Return what a file made from a version says of itself."""
    text = version.text
    return archive.About(text.title, text.languages, f"sha256:{version.digest}", moment)


@dataclass(frozen=True, slots=True)
class _Set:
    """A part of the document on its pages: languages that stand beside each other, or a common part by its label."""

    keys: tuple[str, ...]
    pages: list[Page]


def _starts(parts: Sequence[_Set]) -> list[int]:
    """Return the first page of each part; the title page is the first of all."""
    return list(itertools.accumulate((len(part.pages) for part in parts[:-1]), initial=2))


def _bookmarks(version: Version, parts: Sequence[_Set]) -> list[archive.Bookmark]:
    """Return a bookmark for each part, and within a language one for each section that has a heading."""
    numbers = section_numbers(version.text)
    titles = {section.id: section.title for section in version.text.sections}
    found = []
    for part, start in zip(parts, _starts(parts), strict=True):
        within = []
        for page, blocks in enumerate(part.pages, start):
            for element in dict.fromkeys(laid.block.element for laid in blocks):
                section = element.parent.title if element.parent else ""
                said = [title for key in part.keys if (title := titles.get(section, {}).get(key))]
                if element.kind in {Kind.H1, Kind.H2} and said:
                    within.append(archive.Bookmark(f"{numbers[section]} {said[0]}".strip(), page))
        name = "  ·  ".join(_entry_title(key, version.text.languages) for key in part.keys)
        found.append(archive.Bookmark(name, start, tuple(within)))
    return found


def _entry_title(key: str, languages: Sequence[str]) -> str:
    return language_name(key) if key in languages else label(key, languages[0])


def _identity(version: Version) -> str:
    tongue = speaks(version.text.languages[0])
    return f"{version.text.id}  ·  {label('version', tongue)} {version.number}  ·  SHA-256 {version.digest}"


def _draw_page(
    sheets: Sheets, version: Version, page: Page, language: str, *, rtl: bool, opens: bool, identity: str, folio: str
) -> None:
    title = version.text.title.get(language, "")
    if not opens:
        running_head(sheets, title, language)
    draw(sheets, page)
    if opens:
        with sheets.artifact():
            sheets.rule(mirrored(LEFT, 36, rtl=rtl), TOP - 22, 36, thickness=1.1, color=BRONZE)
    foot(sheets, identity, folio, language)
    sheets.finish_page()


def _texts(version: Version, languages: Sequence[str], whole: Element) -> list[Block]:
    """Return the whole text in languages that stand beside each other, or in one."""
    if len(languages) == 1:
        return _language(version, languages[0], whole.add(Kind.SECTION, languages[0]))
    return beside(version, languages, whole.add(Kind.SECTION, languages[0]))


def _language(version: Version, language: str, part: Element) -> list[Block]:
    """Return the whole text in one language, as one part of the structure."""
    rtl = is_rtl(language)
    title = version.text.title.get(language, "")
    width = RIGHT - LEFT
    rows = rows_of(title, TITLE, language, x=LEFT, width=width)
    element = part.add(Kind.H1)
    blocks = [Block(tuple(rows), element, f"the title ({language})", keeps_next=True)] if rows else []
    numbers, chapters = clause_numbers(version.text), section_numbers(version.text)
    level: Level = Kind.H2 if rows else Kind.H1  # no level may be left out (ISO 14289-1, 7.4.2)
    for section in version.text.sections:
        chapter = part.add(Kind.SECTION, title=section.id)
        blocks += _section_heading(section, chapters[section.id], language, chapter, level=level)
        numbering = Numbering.LETTERS if section.kind is SectionKind.PREAMBLE else Numbering.DECIMAL
        clauses = chapter.list(numbering=numbering)
        blocks += [_clause(clause, numbers[clause.id], language, clauses, rtl=rtl) for clause in section.clauses]
    return blocks


def _section_heading(section: Section, number: str, language: str, chapter: Element, *, level: Level) -> list[Block]:
    title = section.title.get(language)
    x = mirrored(TEXT_X, MEASURE, rtl=is_rtl(language))
    tongue = language if title else speaks(language)
    if title:
        rows = rows_of(title, HEADING, language, x=x)
    elif section.title:
        rows = rows_of(label("missing", tongue), ABSENT, tongue, x=x)
    elif number:
        rows = []
    else:
        return []
    element = chapter.add(level, tongue)
    placed = margin_number(number, SECTION_NUMBER, language, element)
    rows_with = with_margins(rows, number=placed, note=margin_note(section.id, language))
    where = f"the heading of {section.id} ({language})"
    return [Block(rows_with, element, where, before=21, keeps_next=True)]


def _clause(clause: Clause, number: str, language: str, clauses: Element, *, rtl: bool) -> Block:
    text = clause.texts.get(language)
    x = mirrored(TEXT_X, MEASURE, rtl=rtl)
    tongue = language if text is not None else speaks(language)
    rows = rows_of(label("missing", tongue), ABSENT, tongue, x=x) if text is None else rows_of(text, BODY, tongue, x=x)
    item = clauses.add(Kind.ITEM, title=clause.id)
    placed = margin_number(number, NUMBER, language, item.add(Kind.LABEL))
    rows_with = with_margins(rows, number=placed, note=margin_note(clause.id, language))
    return Block(rows_with, item.add(Kind.BODY, tongue), f"clause {clause.id} ({language})", before=7.5)


def _roster(roster: Sequence[RosterLine], languages: Sequence[str], part: Element) -> list[Block]:
    blocks = [heading("signatories", languages, "the roster", part)]
    return blocks + roster_blocks([(party, None) for party in roster], matter(languages[0]), part)


def _annex(version: Version, reservations: Sequence[ReservationLine], part: Element) -> list[Block]:
    """Return the reservations, each under the number and id of its clause."""
    languages = version.text.languages
    blocks = [heading("reservations", languages, "the annex of reservations", part)]
    if not reservations:
        for tongue in spoken(languages):
            x = mirrored(LEFT, RIGHT - LEFT, rtl=is_rtl(tongue))
            rows = rows_of(label("no-reservations", tongue), BODY, tongue, x=x, width=RIGHT - LEFT)
            blocks.append(Block(tuple(rows), part.add(Kind.PARAGRAPH, tongue), "the annex of reservations"))
    numbers, main = clause_numbers(version.text), matter(languages[0])
    x = mirrored(TEXT_X, MEASURE, rtl=is_rtl(main))
    reserved = part.list(numbering=Numbering.DECIMAL)
    for item in reservations:
        number = item.number if item.number is not None else numbers.get(item.clause, "")
        entry = reserved.add(Kind.ITEM, title=item.clause)
        body = entry.add(Kind.BODY)
        rows = rows_of(item.name, STRONG, main, x=x, free=True, element=body.add(Kind.PARAGRAPH))
        said = body.add(Kind.PARAGRAPH, language_of_text(item.text))
        rows += rows_of(item.text, BODY, main, x=x, free=True, element=said)
        placed = margin_number(number, NUMBER, main, entry.add(Kind.LABEL))
        done = with_margins(rows, number=placed, note=margin_note(item.clause, main))
        where = f"the reservation of {item.name} on clause {item.clause}"
        blocks.append(Block(done, body, where, before=14))
        raised = body.list()
        blocks += [_objection(objection, item, main, raised) for objection in item.objections]
    return blocks


def _objection(objection: ObjectionLine, to: ReservationLine, language: str, raised: Element) -> Block:
    """Return an objection, set back below the reservation to which it was raised."""
    tongue, width = speaks(language), MEASURE - SET_BACK
    x = mirrored(TEXT_X + SET_BACK, width, rtl=is_rtl(language))
    entry = raised.add(Kind.ITEM).add(Kind.BODY)
    head = entry.add(Kind.PARAGRAPH, tongue)
    rows = rows_of(label("objection", tongue), SMALL_GREY, tongue, x=x, width=width, element=head)
    name, said = entry.add(Kind.PARAGRAPH), entry.add(Kind.PARAGRAPH, language_of_text(objection.reason))
    rows += rows_of(objection.name, SMALL_STRONG, language, x=x, width=width, free=True, element=name)
    rows += rows_of(objection.reason, SMALL, language, x=x, width=width, free=True, element=said)
    where = f"the objection of {objection.name} to the reservation of {to.name} on clause {to.clause}"
    return Block(tuple(rows), entry, where, before=7)
