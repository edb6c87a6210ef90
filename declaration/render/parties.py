"""Signatories as readers see them: name, office, city in both scripts, country; two beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from declaration.render.flow import Block, Placed, Row
from declaration.render.fonts import is_rtl
from declaration.render.layout import BRONZE, LEFT, RIGHT, SMALL, SMALL_GREY, STRONG, mirrored, tongues_by_line
from declaration.render.stamps import stamp
from declaration.render.structure import Element, Kind, Tongue, composed
from declaration.render.tongues import language_of_place
from declaration.render.typography import Style, free_paragraph, paragraph
from declaration.render.values import RosterLine

GUTTER: Final = 24.0
CELL: Final = (RIGHT - LEFT - GUTTER) / 2
STATE: Final = Style(8, 11.5, 500, BRONZE)
_HAN: Final = {"JP": "ja", "KR": "ko", "CN": "zh", "TW": "zh", "HK": "zh", "MO": "zh", "SG": "zh"}


class Column:
    """Paragraphs below each other in one column of a page whose language decides on the side.

    A paragraph runs in the direction of its own first strong character, but all begin on the same side, so that a
    city's Arabic name stands under its French one. All are read as one element of the structure.
    """

    def __init__(self, x: float, width: float, language: str, element: Element, *, top: float = 0.0) -> None:
        """Begin at `top` below the row's baseline origin; `language` is the document's main one."""
        self.element = element
        self.placed: list[Placed] = []
        self.y = top
        self._x = x
        self._width = width
        self._rtl = is_rtl(language)

    def add(
        self, text: str, style: Style, language: str, *, joined: bool = False, tongues: Sequence[Tongue] = ()
    ) -> None:
        """Add a paragraph; a `joined` one, of several parts, runs in the document's direction."""
        text = f"{text} " if text else ""  # the next paragraph begins another word
        if joined:
            lines = paragraph(text, style, language=language, measure=self._width, rtl=self._rtl)
        else:
            lines = free_paragraph(text, style, language=language, measure=self._width)
        for line, own in zip(lines, tongues_by_line(lines, tongues), strict=True):
            left = self._x + self._width - line.width if self._rtl else self._x
            height = style.leading * line.reach
            self.placed.append(Placed(line, left, 0.0, self.y + height * 0.78, self.element, own))
            self.y += height


def add_moment(column: Column, what: str, moment: datetime, language: str) -> None:
    """Add what was done and when; beside a right-to-left word a date stands alone, or its parts change places."""
    if is_rtl(language):
        column.add(what, STATE, language)
        column.add(stamp(moment), STATE, "en")
    else:
        column.add(f"{what}  {stamp(moment)}", STATE, language, joined=True)


def tongue_of(country: str, fallback: str) -> str:
    """Return a language in which Han characters of a name from `country` have their usual shape."""
    return _HAN.get(country, fallback)


def add_place(column: Column, party: RosterLine, tongue: str, *, city: bool) -> None:
    """Add where a signatory is: the city, in its own script too where that differs, and the country."""
    native = party.native if party.native != party.city else ""
    own = language_of_place(native, party.country)
    tongue_of_native = own if own != column.element.spoken else None
    said = ((party.city if city else "", None), (native, tongue_of_native), (party.country, None))
    text, tongues = composed(*said, separator=" · ")
    column.add(text, SMALL_GREY, tongue, joined=True, tongues=tongues)


def cell_x(index: int, language: str) -> float:
    """Return the left edge of the first (0) or second (1) cell in reading order."""
    return mirrored(LEFT + index * (CELL + GUTTER), CELL, rtl=is_rtl(language))


def names_office(party: RosterLine) -> bool:
    """Whether a line for the office says more than the name does; “Mayor of Abidjan” names the office itself."""
    return party.office.casefold() not in party.name.casefold()


def party_column(party: RosterLine, x: float, width: float, language: str, element: Element) -> Column:
    """Set one signatory: who, then where."""
    tongue = tongue_of(party.country, language)
    column = Column(x, width, language, element)
    column.add(party.name or party.office or party.city or party.id, STRONG, tongue)
    if party.name and names_office(party):
        column.add(party.office, SMALL, tongue)
    add_place(column, party, tongue, city=True)
    return column


def roster_blocks(roster: Sequence[tuple[RosterLine, str | None]], language: str, part: Element) -> list[Block]:
    """Set signatories two by two as one list, each with a line on its state or None."""
    blocks: list[Block] = []
    everybody = part.list()
    for index in range(0, len(roster), 2):
        text: list[Placed] = []
        height = 0.0
        for place, (party, state) in enumerate(roster[index : index + 2]):
            body = everybody.add(Kind.ITEM, title=party.id).add(Kind.BODY)
            column = party_column(party, cell_x(place, language), CELL, language, body)
            if state:
                column.add(state, STATE, language, joined=True)
            text += column.placed
            height = max(height, column.y)
        where = f"the roster ({roster[index][0].id})"
        row = Row(height, tuple(text), baseline=0.0)
        blocks.append(Block((row,), everybody, where, before=5.5, whole=True))
    return blocks
