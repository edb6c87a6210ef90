"""Who has signed, on a poster: cells beside each other with the drawn signatures, or lists where they are many.

Lengths are points on an A4 sheet, which is enlarged as a whole.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from declaration.render.fonts import is_rtl
from declaration.render.labels import label, speaks
from declaration.render.layout import DEEP, GREY, INK, PALE
from declaration.render.leaf import ASCENT, Item, Ornament, Passage, hand
from declaration.render.parties import names_office, tongue_of
from declaration.render.shaping import words
from declaration.render.sheet import Sheets
from declaration.render.structure import Element, Kind
from declaration.render.tongues import language_of_place
from declaration.render.typography import Style, free_paragraph
from declaration.render.values import SignatureLine

GUTTER: Final = 1.6
"""Between cells, in sizes of the type."""
SPACE: Final = 0.55
"""Between a city and a name on one line, in sizes of the type."""
OFFICES: Final = 60
"""Signatories up to which offices are named too."""


class Tier(Enum):
    """How much of each signature is shown: its widest cell in sizes of the type, and the drawing's height."""

    HANDS = (15.0, 3.6)
    NAMES = (13.0, 0.0)
    LIST = (17.5, 0.0)

    @property
    def ideal(self) -> float:
        """Return how wide a cell should be, in sizes of the type."""
        return self.value[0]

    @property
    def drawing(self) -> float:
        """Return how high a drawn signature may be, in sizes of the type; 0 where none is shown."""
        return self.value[1]


class _Line(NamedTuple):
    """One line or more of a cell."""

    text: str
    style: Style
    set_in: str
    read_in: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """All signatures as cells, with the height that they take together."""

    cells: tuple[tuple[SignatureLine, float, float], ...]
    height: float
    size: float
    width: float
    tier: Tier
    language: str

    def items(self, top: float, part: Element) -> list[Item]:
        """Return what is to be drawn, in the order of protocol."""
        found: list[Item] = []
        signed = part.list()
        for line, x, y in self.cells:
            body = signed.add(Kind.ITEM, title=line.signatory.id).add(Kind.BODY)
            found += self._cell(line, x, top + y, body)
        return found

    def _cell(self, line: SignatureLine, x: float, top: float, body: Element) -> list[Item]:
        found: list[Item] = []
        y = top
        if self.tier.drawing:
            height = self.tier.drawing * self.size
            if line.drawn is not None:
                alt = (
                    f"{label('drawn-signature', speaks(self.language))} {line.signatory.name or line.signatory.office}"
                )
                found.append(hand(line.drawn, alt, body, (x, y, self.width * 0.9, height)))
            y += height + self.size * 0.15
            found.append(Ornament(functools.partial(_rule, x=x, y=y, width=self.width, size=self.size)))
            y += self.size * 0.25
        said = _lines(line, self.size, self.tier, self.language, offices=len(self.cells) <= OFFICES)
        if self.tier is Tier.LIST and _on_one_line(said, self.width):
            return self._together(line, said, x, top, body)
        for each in said:
            lines = free_paragraph(each.text, each.style, language=each.set_in, measure=self.width)
            rtl = is_rtl(self.language)
            for one in lines:
                left = x + self.width - one.width if rtl else x
                element = body.add(Kind.PARAGRAPH, each.read_in)
                passage = Passage(element, each.set_in, (one,), left, 0.0, y, f"the name of {line.signatory.id}")
                found.append(passage)
                y += passage.height
        return found

    def _together(self, line: SignatureLine, said: Sequence[_Line], x: float, top: float, body: Element) -> list[Item]:
        """Return city and name beside each other, on one baseline."""
        rtl = is_rtl(self.language)
        found: list[Item] = []
        pen, high = 0.0, max(_reach(e.text, e.set_in, e.style.weight) * e.style.leading for e in said)
        for each in said:
            [one] = free_paragraph(each.text, each.style, language=each.set_in, measure=1e9)
            left = x + self.width - pen - one.width if rtl else x + pen
            element = body.add(Kind.PARAGRAPH, each.read_in)
            passage = Passage(element, each.set_in, (one,), left, 0.0, 0.0, f"the name of {line.signatory.id}")
            found.append(passage.at(top + (high - passage.height) * ASCENT))
            pen += one.width + self.size * SPACE
        return found


def _on_one_line(said: Sequence[_Line], width: float) -> bool:
    lengths = [_natural(each.text, each.set_in, each.style.weight) * each.style.size / 1000 for each in said]
    space = SPACE * said[0].style.size
    return sum(lengths) + space * (len(said) - 1) <= width


def _rule(sheets: Sheets, *, x: float, y: float, width: float, size: float) -> None:
    sheets.rule(x, y, width, thickness=size * 0.04, color=PALE)


def set_names(
    signatures: Sequence[SignatureLine], size: float, tier: Tier, language: str, *, left: float, width: float
) -> Names:
    """Place all signatures at one size: in rows, or down the columns where they are a list."""
    gutter = GUTTER * size
    count = max(1, min(len(signatures), int((width + gutter) / (size * tier.ideal + gutter))))
    cell = (width - gutter * (count - 1)) / count
    xs = [left + index * (cell + gutter) for index in range(count)]
    if is_rtl(language):
        xs.reverse()
    offices = len(signatures) <= OFFICES
    heights = [_height(line, size, tier, language, cell, offices=offices) for line in signatures]
    gap = size * (0.9 if tier is Tier.HANDS else 0.7 if tier is Tier.NAMES else 0.12)
    placed: list[tuple[SignatureLine, float, float]] = []
    if tier is Tier.LIST:
        height = _columns(heights, count, gap)
        y, column = 0.0, 0
        for line, high in zip(signatures, heights, strict=True):
            if y + high > height + 0.01:
                y, column = 0.0, column + 1
            placed.append((line, xs[column], y))
            y += high + gap
        return Names(tuple(placed), height, size, cell, tier, language)
    y = 0.0
    for start in range(0, len(signatures), count):
        row = signatures[start : start + count]
        placed += [(line, x, y) for line, x in zip(row, xs, strict=False)]
        y += max(heights[start : start + count]) + gap
    return Names(tuple(placed), max(0.0, y - gap), size, cell, tier, language)


def _columns(heights: Sequence[float], count: int, gap: float) -> float:
    """Return the least height in which the cells fill so many columns, each in turn."""
    low, high = max(heights, default=0.0), sum(heights) + gap * len(heights)
    for _ in range(30):
        middle = (low + high) / 2
        y, used = 0.0, 1
        for each in heights:
            if y + each > middle:
                y, used = 0.0, used + 1
            y += each + gap
        if used <= count:
            high = middle
        else:
            low = middle
    return high


def _lines(line: SignatureLine, size: float, tier: Tier, language: str, *, offices: bool) -> list[_Line]:
    """Return what a cell says."""
    party = line.signatory
    tongue = tongue_of(party.country, language)
    name = party.name or party.office or party.id
    small = 0.92 if tier is Tier.LIST else 1.0
    lead = Style(size, size * (1.24 if tier is Tier.LIST else 1.3), 600, DEEP)
    plain = Style(size * small, size * small * 1.27, 400, INK)
    grey = Style(size * 0.86, size * 1.15, 400, GREY)
    native = party.native if party.native != party.city else ""
    found = [_Line(party.city or name, lead, tongue, None)]
    if native and tier is not Tier.LIST:
        found.append(_Line(native, grey, tongue, language_of_place(native, party.country)))
    if party.city:
        found.append(_Line(name, plain, tongue, None))
    if offices and tier is not Tier.LIST and party.name and names_office(party):
        found.append(_Line(party.office, grey, tongue, None))
    return found


def _height(line: SignatureLine, size: float, tier: Tier, language: str, width: float, *, offices: bool) -> float:
    height = tier.drawing * size + size * 0.4 if tier.drawing else 0.0
    said = _lines(line, size, tier, language, offices=offices)
    if tier is Tier.LIST and _on_one_line(said, width):
        return max(_reach(each.text, each.set_in, each.style.weight) * each.style.leading for each in said)
    for each in said:
        if _natural(each.text, each.set_in, each.style.weight) * each.style.size / 1000 <= width:
            count = 1
        else:
            count = len(free_paragraph(each.text, each.style, language=each.set_in, measure=width))
        height += count * each.style.leading * _reach(each.text, each.set_in, each.style.weight)
    return height


@functools.lru_cache(maxsize=8192)
def _natural(text: str, language: str, weight: int) -> float:
    """Return how long a text is on one line, in thousandths of its size."""
    return sum(word.width + word.space_width for word in words(text, language=language, weight=weight, rtl=False))


@functools.lru_cache(maxsize=8192)
def _reach(text: str, language: str, weight: int) -> float:
    """Return the factor on the line distance that the tallest script of a text, or of its language, needs."""
    [line] = free_paragraph(text, Style(1, 1, weight), language=language, measure=1e9)
    return Passage(Element(Kind.PARAGRAPH), language, (line,), 0.0, 0.0).height
