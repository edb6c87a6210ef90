"""The words of a poster: each language in columns of its own, side by side as far as lines stay readable.

Lengths are points on an A4 sheet, which is enlarged as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from declaration.render import telling
from declaration.render.flow import Block, Page, Placed, Row, draw, paginate
from declaration.render.fonts import is_rtl
from declaration.render.layout import BRONZE, DEEP, GREY, INK
from declaration.render.sheet import Sheets
from declaration.render.signed_text import SignedText
from declaration.render.structure import Element, Kind, Numbering
from declaration.render.telling import Role, Told
from declaration.render.typography import Style, paragraph

COLUMN: Final = 26.0
"""Width of an ideal column in sizes of its type: about 50 letters, as the eye finds the next line."""
NARROW: Final = 17.0
"""Width of the narrowest column that is used in place of a wider one, in sizes of its type: some 35 letters."""
GUTTER: Final = 2.2
"""Between columns, in sizes of the type."""
HANG: Final = 2.2
"""Room for numbers, in sizes of the type."""
BETWEEN: Final = 1.6
"""Between rows of languages, in sizes of the type."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one language: where it stands, and what is in it."""

    x: float
    top: float
    page: Page


@dataclass(frozen=True, slots=True)
class Words:
    """All languages as columns, with the height that they take together."""

    columns: tuple[Column, ...]
    height: float

    def draw(self, sheets: Sheets, top: float) -> None:
        """Draw the columns, in the order in which they are read."""
        for column in self.columns:
            draw(sheets, tuple(replace(part, top=part.top + top + column.top) for part in column.page))


def set_words(
    signed: SignedText, languages: Sequence[str], size: float, part: Element, *, left: float, width: float
) -> Words:
    """Set the text in some languages at one size, in columns whose feet are about level.

    Args:
        signed: the declaration.
        languages: which, in their order.
        size: of the type.
        part: of the structure.
        left: edge of all columns.
        width: of all columns together.

    """
    ideal = width / (size * (COLUMN + GUTTER))
    rows = -(-len(languages) // max(1, round(ideal)))
    beside = -(-len(languages) // rows)
    tried = []
    # wide columns waste what short last lines leave, narrow ones what ragged lines leave
    for each in sorted({max(1, int(ideal / beside)), max(1, -(-int(ideal) // beside))}):
        measure = (width + GUTTER * size) / (beside * each) - GUTTER * size
        if measure >= NARROW * size or each == 1:
            tried.append(_set(signed, languages, size, part, left=left, grid=(beside, each, measure)))
    return min(tried, key=lambda words: words.height)


def _set(
    signed: SignedText,
    languages: Sequence[str],
    size: float,
    part: Element,
    *,
    left: float,
    grid: tuple[int, int, float],
) -> Words:
    """Set all languages on a grid: so many beside each other, each in so many columns of this width."""
    beside, each, measure = grid
    gutter = GUTTER * size
    columns: list[Column] = []
    top = 0.0
    for start in range(0, len(languages), beside):
        tallest = 0.0
        for place, language in enumerate(languages[start : start + beside]):
            first = left + place * each * (measure + gutter)
            xs = [first + index * (measure + gutter) for index in range(each)]
            if is_rtl(language):
                xs.reverse()
            alone = len(languages) == 1
            own = part.add(Kind.SECTION, language)
            pages = _balanced(_blocks(signed, language, size, own, measure, alone=alone), xs, size)
            columns += [Column(x, top, page) for x, page in zip(xs, pages, strict=False)]
            tallest = max(tallest, *(_end(page) for page in pages))
        top += tallest + BETWEEN * size
    return Words(tuple(columns), top - BETWEEN * size)


def _end(page: Page) -> float:
    return max((part.top + sum(row.height for row in part.rows) for part in page), default=0.0)


def _balanced(blocks: Sequence[Block], xs: Sequence[float], size: float) -> list[Page]:
    """Return blocks as so many columns of the least equal height."""
    whole = sum(block.height + block.before for block in blocks)
    low, high = whole / len(xs), whole + size
    for _ in range(9 if len(xs) > 1 else 0):
        middle = (low + high) / 2
        if len(paginate(blocks, top=0.0, bottom=middle)) <= len(xs):
            high = middle
        else:
            low = middle
    pages = paginate(blocks, top=0.0, bottom=high)
    return [_moved(page, x) for page, x in zip(pages, xs, strict=False)]


def _moved(page: Page, x: float) -> Page:
    return tuple(replace(part, rows=tuple(_row_moved(row, x) for row in part.rows)) for part in page)


def _row_moved(row: Row, x: float) -> Row:
    return replace(row, text=tuple(replace(placed, x=placed.x + x) for placed in row.text))


def _blocks(
    signed: SignedText, language: str, size: float, part: Element, measure: float, *, alone: bool
) -> list[Block]:
    """Set one language as blocks of a column that begins at 0; where it is `alone` its title stands above all."""
    blocks: list[Block] = []
    clauses = part.list()
    for told in telling.text(signed, language):
        if told.role is Role.TITLE:
            if not alone:
                style = Style(size * 1.5, size * 2.05, 600, DEEP, balanced=True)
                blocks.append(_heading(told, style, part.add(Kind.H2), measure, before=0.0))
        elif told.role is Role.SECTION:
            chapter = part.add(Kind.SECTION)
            clauses = chapter.list(numbering=Numbering.DECIMAL)
            style = Style(size * 1.12, size * 1.55, 600, DEEP, balanced=True)
            element = chapter.add(Kind.H2 if alone else Kind.H3, told.language)
            blocks.append(_heading(told, style, element, measure, before=size * 0.95))
        else:
            blocks.append(_clause(told, size, clauses, measure))
    return blocks


def _heading(told: Told, style: Style, element: Element, measure: float, *, before: float) -> Block:
    text = f"{told.number}  {told.text}" if told.number else told.text
    rows = _rows(text, style, element, told.language, 0.0, width=measure)
    return Block(tuple(rows), element, f"“{told.text[:40]}” on the poster", before=before, keeps_next=True)


def _clause(told: Told, size: float, clauses: Element, measure: float) -> Block:
    rtl = is_rtl(told.language)
    hang = HANG * size
    item = clauses.add(Kind.ITEM, title=told.anchor)
    color = GREY if told.role is Role.MISSING else INK
    label = item.add(Kind.LABEL)
    body = item.add(Kind.BODY, told.language)
    style = Style(size, size * 1.36, 400, color)
    rows = _rows(told.text, style, body, told.language, 0.0 if rtl else hang, width=measure - hang)
    number = paragraph(told.number, Style(size * 0.9, size, 500, BRONZE), language="en", measure=hang, rtl=False)
    if number and rows:
        x = measure - number[0].width if rtl else 0.0
        rows[0] = replace(rows[0], text=(Placed(number[0], x, element=label), *rows[0].text))
    return Block(tuple(rows), body, f"clause {told.anchor} on the poster", before=size * 0.42)


def _rows(text: str, style: Style, element: Element, language: str, x: float, *, width: float) -> list[Row]:
    height = style.leading_of(language)
    lines = paragraph(text, style, language=language, measure=width)
    return [Row(height, (Placed(line, x, width, element=element),)) for line in lines]
