"""The look of the documents: measures, colours and styles, and the running feet that all pages share.

One narrow column with room beside it: numbers hang outside the text on the side where reading begins,
permanent ids stand small on the other. Pages in right-to-left languages are the mirror image.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from declaration.render.flow import Block, Placed, Row
from declaration.render.fonts import is_rtl
from declaration.render.labels import label, speaks, spoken
from declaration.render.sheet import HEIGHT, WIDTH, Sheets
from declaration.render.structure import Element, Kind, Level, Tongue, composed
from declaration.render.typography import Color, Line, Style, free_paragraph, paragraph

INK: Final[Color] = (0.11, 0.13, 0.16)
DEEP: Final[Color] = (0.10, 0.20, 0.33)
BRONZE: Final[Color] = (0.62, 0.47, 0.27)
GREY: Final[Color] = (0.42, 0.44, 0.48)
"""5.1 to 1 against white: the smallest notes stay readable (WCAG 2.2, 1.4.3)."""
PALE: Final[Color] = (0.80, 0.80, 0.79)

TOP: Final = 86.0
BOTTOM: Final = HEIGHT - 72.0
TEXT_X: Final = 120.0
MEASURE: Final = 342.0
NUMBER_X: Final = 58.0
NUMBER_WIDTH: Final = 50.0
NOTE_X: Final = TEXT_X + MEASURE + 14
NOTE_WIDTH: Final = WIDTH - NOTE_X - 34
LEFT: Final = NUMBER_X
RIGHT: Final = WIDTH - 58.0
FOOT: Final = HEIGHT - 46.0

BODY: Final = Style(10.4, 15.6, hyphenated=True)
ABSENT: Final = Style(9.4, 15.6, color=GREY)
HEADING: Final = Style(13.5, 19.5, 600, DEEP, balanced=True)
NUMBER: Final = Style(9.2, 15.6, 500, BRONZE, align="end")
SECTION_NUMBER: Final = Style(13.5, 19.5, 600, BRONZE, align="end")
NOTE: Final = Style(6, 8.0, color=GREY)
TITLE: Final = Style(21, 29, 500, DEEP, balanced=True)
SUBTITLE: Final = Style(10.5, 16, color=GREY)
HEAD: Final = Style(7.8, 11, color=GREY, tracking=8)
FEET: Final = Style(6.2, 9, color=GREY)
FOLIO: Final = Style(8.2, 10, color=INK, align="end")
STRONG: Final = Style(10.2, 14, 600, INK)
SMALL: Final = Style(8.6, 12.4, color=INK)
SMALL_STRONG: Final = Style(8.6, 12.4, 600, INK)
SMALL_GREY: Final = Style(8.6, 12.4, color=GREY)


def mirrored(x: float, width: float, *, rtl: bool) -> float:
    """Return the left edge of a column, on the other side of the page where reading begins on the right."""
    return WIDTH - x - width if rtl else x


def matter(language: str) -> str:
    """Return the language that decides from which side pages of our own words are read: lists, annexes, advice.

    It is the drafting language; but where that runs from the right and our labels are English, as in Hebrew, headings
    from the left above columns from the right would be hard to follow, so all of the page runs as its headings do.
    """
    ours = speaks(language)
    return language if is_rtl(language) == is_rtl(ours) else ours


def rows_of(
    text: str,
    style: Style,
    language: str,
    *,
    x: float = TEXT_X,
    width: float = MEASURE,
    free: bool = False,
    element: Element | None = None,
    tongues: Sequence[Tongue] = (),
) -> list[Row]:
    """Set a paragraph as rows; `free` lets its own characters decide on the direction."""
    setting = free_paragraph if free else paragraph
    height = style.leading_of(language)
    lines = setting(text, style, language=language, measure=width)
    return [
        Row(height, (Placed(line, x, width, 0.0, element, own),))
        for line, own in zip(lines, tongues_by_line(lines, tongues), strict=True)
    ]


def tongues_by_line(lines: Sequence[Line], tongues: Sequence[Tongue]) -> list[tuple[Tongue, ...]]:
    """Share the passages of other languages in a paragraph among its lines."""
    shared: list[tuple[Tongue, ...]] = []
    start = 0
    for line in lines:
        end = start + sum(len(piece.text) for piece, _ in line.written)
        shared.append(
            tuple(
                Tongue(max(tongue.start, start) - start, min(tongue.end, end) - start, tongue.language)
                for tongue in tongues
                if tongue.start < end and start < tongue.end
            )
        )
        start = end
    return shared


def with_margins(rows: list[Row], *, number: Placed | None, note: tuple[Placed, ...]) -> tuple[Row, ...]:
    """Add a number before the first row's text and a note beside the rows, making room for a long note."""
    if not rows:
        rows = [Row(BODY.leading, ())]
    first = rows[0]
    text = (number, *first.text) if number else first.text
    rows[0] = replace(first, text=text, notes=note)
    missing = len(note) * NOTE.leading - sum(row.height for row in rows) - NOTE.leading
    if missing > 0:
        last = rows[-1]
        baseline = last.height * 0.75 if last.baseline is None else last.baseline
        rows[-1] = replace(last, height=last.height + missing, baseline=baseline)
    return tuple(rows)


def margin_number(number: str, style: Style, language: str, element: Element) -> Placed | None:
    """Place a number beside the text, on the side where reading begins, as part of an element."""
    if not number:
        return None
    rtl = is_rtl(language)
    if rtl:
        style = replace(style, align="start")
    line = paragraph(f"{number} ", style, language="en", measure=NUMBER_WIDTH)[0]
    return Placed(line, mirrored(NUMBER_X, NUMBER_WIDTH, rtl=rtl), NUMBER_WIDTH, element=element)


def margin_note(text: str, language: str) -> tuple[Placed, ...]:
    """Place a permanent id in the other margin, one below the other where it needs several lines."""
    lines = paragraph(text, NOTE, language="en", measure=NOTE_WIDTH)
    rtl = is_rtl(language)
    x = mirrored(NOTE_X, NOTE_WIDTH, rtl=rtl)
    placed = []
    for index, line in enumerate(lines):
        left = x + NOTE_WIDTH - line.width if rtl else x
        placed.append(Placed(line, left, drop=index * NOTE.leading))
    return tuple(placed)


def heading(key: str, languages: Iterable[str], where: str, part: Element, *, level: Level = Kind.H1) -> Block:
    """Return the heading of a part that belongs to all languages, said in each that we speak."""
    tongues = spoken(languages)
    said: dict[str, str] = {}
    for tongue in tongues:
        said.setdefault(label(key, tongue), tongue)
    (first, _), *others = said.items()
    element = part.add(level, tongues[0])
    rows = rows_of(first, TITLE, tongues[0], x=LEFT, width=RIGHT - LEFT)
    if others:
        style = replace(SUBTITLE, align="end") if is_rtl(tongues[0]) else SUBTITLE
        text, passages = composed(*others, separator="  ·  ")
        rows += rows_of(text, style, "en", x=LEFT, width=RIGHT - LEFT, tongues=passages)
    last = rows[-1]
    rows[-1] = replace(last, height=last.height + 14, baseline=last.height * 0.75)
    return Block(tuple(rows), element, where, keeps_next=True)


def running_head(sheets: Sheets, title: str, language: str) -> None:
    """Draw the title, on one line, above the text."""
    rtl = is_rtl(language)
    lines = paragraph(title, HEAD, language=language, measure=RIGHT - LEFT)
    with sheets.artifact():
        sheets.where = "the running head"
        if lines:
            sheets.line(lines[0], LEFT, 52, width=RIGHT - LEFT if rtl else 0)
        sheets.rule(LEFT, 60, RIGHT - LEFT, thickness=0.35, color=PALE)


def foot(sheets: Sheets, identity: str, folio: str, language: str) -> None:
    """Draw what identifies every page: version and digest on the left, the page's number on the right."""
    with sheets.artifact():
        sheets.where = "the foot"
        for line in paragraph(identity, FEET, language=language, measure=RIGHT - LEFT - 125, rtl=False)[:1]:
            sheets.line(line, LEFT, FOOT)
        tongue = language if any(character.isalpha() for character in folio) else "en"
        for line in paragraph(folio, FOLIO, language=tongue, measure=120, rtl=False)[:1]:
            sheets.line(line, RIGHT - 120, FOOT, width=120)
