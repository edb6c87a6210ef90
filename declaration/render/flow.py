"""Blocks of rows that fill pages: a heading stays with its text, no paragraph leaves one line alone.

A row is a line of text with what stands beside it in the margins. Lengths are points, from the top downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from declaration.render.sheet import Sheets
from declaration.render.structure import Element, Tongue
from declaration.render.typography import Line

ALONE: Final = 2
"""Fewest rows of a block at a page's foot or head (orphans and widows)."""


Shape = Callable[[Sheets, float], None]
"""Draws something that is not text, given the top of its row."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its column.

    Args:
        line: as set.
        x: left edge of the column.
        width: of the column; 0 begins at the edge.
        drop: distance of its baseline from the row's.
        element: of the structure; None is the block's.
        tongues: which of its characters are of another language than the element.
        column: columns are drawn one after the other, as they are read.

    """

    line: Line
    x: float
    width: float = 0.0
    drop: float = 0.0
    element: Element | None = None
    tongues: tuple[Tongue, ...] = ()
    column: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a block.

    Args:
        height: distance to the next row's baseline.
        text: what is read, in reading order.
        notes: what stands in the margin and is not read: artifacts.
        baseline: distance from the row's top; by default three quarters of its height, so that neighbours of any
            script keep clear of each other.
        shapes: what is drawn beside the text (QR codes, pictures, rules), given the row's top; each names its own
            element, or is an artifact.

    """

    height: float
    text: tuple[Placed, ...]
    notes: tuple[Placed, ...] = ()
    baseline: float | None = None
    shapes: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that belong together.

    Args:
        rows: at least one.
        element: of the structure, for the text that names no other.
        where: names the block in reports.
        before: space above it, except at the top of a page.
        keeps_next: whether it stays on the page of the next block (headings).
        whole: whether it is never divided.

    """

    rows: tuple[Row, ...]
    element: Element
    where: str
    before: float = 0.0
    keeps_next: bool = False
    whole: bool = False

    @property
    def height(self) -> float:
        """Return the height of all rows."""
        return sum(row.height for row in self.rows)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a block on one page, the first row's top at `top`."""

    block: Block
    rows: tuple[Row, ...]
    top: float


Page = tuple[Part, ...]


def paginate(blocks: Sequence[Block], *, top: float, bottom: float) -> list[Page]:
    """Divide blocks among pages whose text stands between `top` and `bottom`."""
    pages: list[Page] = []
    parts: list[Part] = []
    y = top
    for index, block in enumerate(blocks):
        rows = block.rows
        space = block.before if parts else 0.0
        if parts and y + space + _needed(blocks, index) > bottom:
            pages.append(tuple(parts))
            parts, y, space = [], top, 0.0
        y += space
        while rows:
            fits = _fitting(rows, bottom - y, whole=block.whole or block.keeps_next, fresh=not parts)
            if fits == 0:
                pages.append(tuple(parts))
                parts, y = [], top
                continue
            parts.append(Part(block, rows[:fits], y))
            y += sum(row.height for row in rows[:fits])
            rows = rows[fits:]
            if rows:
                pages.append(tuple(parts))
                parts, y = [], top
    if parts:
        pages.append(tuple(parts))
    return pages


def _needed(blocks: Sequence[Block], index: int) -> float:
    """Return the least height with which a block may begin at a page's foot, with what it must not leave behind."""
    block = blocks[index]
    if not block.keeps_next:
        rows = block.rows if block.whole or len(block.rows) <= ALONE + 1 else block.rows[:ALONE]
        return sum(row.height for row in rows)
    if index + 1 == len(blocks):
        return block.height
    following = blocks[index + 1]
    return block.height + following.before + _needed(blocks, index + 1)


def _fitting(rows: Sequence[Row], space: float, *, whole: bool, fresh: bool) -> int:
    """Return how many rows go on this page; 0 asks for a new page, and at least one row always fits a fresh one."""
    count, height = 0, 0.0
    for row in rows:
        height += row.height
        if height > space + 0.01:
            break
        count += 1
    if count == len(rows):
        return count
    if fresh and (whole or count <= ALONE):
        return max(count, 1)
    if whole or count < ALONE:
        return 0
    if len(rows) - count < ALONE:
        count = len(rows) - ALONE
        return count if count >= ALONE or fresh else 0
    return count


def draw(sheets: Sheets, page: Page) -> None:
    """Draw the parts of a page: of each block the text, then what stands beside it."""
    for part in page:
        sheets.where = part.block.where
        for column in sorted({placed.column for row in part.rows for placed in row.text}):
            for row, top in _rows(part):
                for placed in (placed for placed in row.text if placed.column == column):
                    with sheets.inside(placed.element or part.block.element):
                        _draw_line(sheets, placed, _baseline(row, top))
        for row, top in _rows(part):
            with sheets.artifact():
                for placed in row.notes:
                    _draw_line(sheets, placed, _baseline(row, top))
            for shape in row.shapes:
                shape(sheets, top)


def _rows(part: Part) -> Iterator[tuple[Row, float]]:
    """Yield each row with its top."""
    top = part.top
    for row in part.rows:
        yield row, top
        top += row.height


def _baseline(row: Row, top: float) -> float:
    return top + (row.height * 0.75 if row.baseline is None else row.baseline)


def _draw_line(sheets: Sheets, placed: Placed, baseline: float) -> None:
    sheets.line(placed.line, placed.x, baseline + placed.drop, width=placed.width, tongues=placed.tongues)
