"""Pages that are composed rather than filled: passages of text and figures at given places, drawn in reading order.

Lengths are points from the page's top left corner, downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from declaration.render.fonts import family_of_language, is_rtl
from declaration.render.labels import label, speaks
from declaration.render.layout import INK
from declaration.render.shaping import words
from declaration.render.sheet import Sheets, box, open_drawing
from declaration.render.structure import Element
from declaration.render.typography import Line, Style, free_paragraph, paragraph

Place = tuple[float, float, float, float]
"""Left, top, width and height."""
ASCENT: Final = 0.76
"""Part of a line's height above its baseline, so that neighbours of any script keep clear of each other."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a heading at its place.

    Args:
        element: of the structure.
        language: of its words, as they are set.
        lines: as set.
        x: left edge of its column.
        width: of the column.
        top: of its first line.
        where: names it in reports of missing characters.

    """

    element: Element
    language: str
    lines: tuple[Line, ...]
    x: float
    width: float
    top: float = 0.0
    where: str = "the page"

    @property
    def height(self) -> float:
        """Return the height of all lines."""
        return sum(map(self._height, self.lines))

    def _height(self, line: Line) -> float:
        return line.style.leading * max(line.reach, family_of_language(self.language).reach)

    def at(self, top: float) -> Passage:
        """Return the passage at another height."""
        return replace(self, top=top)

    def draw(self, sheets: Sheets) -> None:
        """Draw the passage."""
        sheets.where = self.where
        y = self.top
        with sheets.inside(self.element):
            for line in self.lines:
                height = self._height(line)
                sheets.line(line, self.x, y + height * ASCENT, width=self.width)
                y += height


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that is seen and said in other words: a drawn signature, a QR code.

    Args:
        alt: what it shows.
        part: of the structure, in which it stands.
        place: left, top, width and height.
        paint: draws it.

    """

    alt: str
    part: Element
    place: Place
    paint: Callable[[Sheets], None]

    def draw(self, sheets: Sheets) -> None:
        """Draw the figure."""
        with sheets.inside(self.part.figure(self.alt, box(*self.place))):
            self.paint(sheets)


@dataclass(frozen=True, slots=True)
class Ornament:
    """Something that is seen and says nothing."""

    paint: Callable[[Sheets], None]

    def draw(self, sheets: Sheets) -> None:
        """Draw the ornament."""
        with sheets.artifact():
            self.paint(sheets)


Item = Passage | Figure | Ornament


def draw_leaf(sheets: Sheets, items: Iterable[Item]) -> None:
    """Draw a page's items in their order."""
    for item in items:
        item.draw(sheets)


def set_text(
    text: str,
    style: Style,
    language: str,
    element: Element,
    *,
    x: float,
    width: float,
    top: float = 0.0,
    free: bool = False,
    where: str = "the page",
) -> Passage:
    """Set a paragraph as an element; `free` lets its own characters decide on the direction (names)."""
    setting = free_paragraph if free else paragraph
    return Passage(element, language, setting(text, style, language=language, measure=width), x, width, top, where)


def whole_words(text: str, style: Style, language: str, width: float) -> Style:
    """Return a style small enough that no word of a text is cut in two, but not below half of what was asked for."""
    found = words(text, language=language, weight=style.weight, rtl=is_rtl(language))
    widest = max((word.width for word in found), default=0.0) + style.tracking * max(map(len, text.split()), default=0)
    scale = max(0.5, min(1.0, width * 1000 / (widest * style.size))) if widest else 1.0
    return replace(style, size=style.size * scale, leading=style.leading * scale)


def smallest(make: Callable[[Style], Passage], styles: Sequence[Style], height: float) -> Passage:
    """Return what `make` sets in the first of some styles, from large to small, in which it is low enough."""
    made = make(styles[0])
    for style in styles[1:]:
        if made.height <= height:
            break
        made = make(style)
    return made


def hand(drawing: bytes, alt: str, part: Element, place: Place) -> Figure:
    """Return a drawn signature in the middle of a place, standing on its lower edge."""
    x, top, width, height = place
    picture = open_drawing(drawing)
    wide = picture.width * min(width / picture.width, height / picture.height)
    left = x + (width - wide) / 2
    return Figure(alt, part, (left, top, wide, height), lambda sheets: sheets.drawing(drawing, left, top, wide, height))


def code(url: str, part: Element, x: float, top: float, side: float) -> Figure:
    """Return a QR code."""
    alt = f"{label('code', speaks(part.spoken or ''))} {url}"
    return Figure(alt, part, (x, top, side, side), lambda sheets: sheets.code(url, x, top, side, color=INK))
