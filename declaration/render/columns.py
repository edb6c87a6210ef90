"""Two or three languages beside each other, aligned clause by clause.

All columns share one grid of lines: a heading or a clause begins at one height in every language, and each goes on at
its own pace, over as many pages as the longest needs. Numbers and permanent ids stand once, where reading begins.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from declaration.drafting.text import Section, SectionKind, Version
from declaration.render.flow import Block, Placed, Row
from declaration.render.fonts import is_rtl
from declaration.render.labels import label, speaks
from declaration.render.layout import BRONZE, DEEP, GREY, NOTE, mirrored
from declaration.render.numbering import clause_numbers, section_numbers
from declaration.render.sheet import WIDTH
from declaration.render.structure import Element, Kind, Level, Numbering
from declaration.render.typography import Line, Style, paragraph

MOST: Final = 3
"""Languages beside each other: a fourth would leave lines of twenty letters."""
EDGE: Final = 44.0
"""From the edge of the page to what stands furthest out, on either side."""
ASIDE: Final = 46.0
"""Width kept for numbers and ids, with the space before the text."""
GAP: Final = 16.0


@dataclass(frozen=True, slots=True)
class Type:
    """The styles of one grid."""

    body: Style
    heading: Style
    title: Style
    number: Style
    section_number: Style

    @property
    def absent(self) -> Style:
        """For what a language lacks."""
        return replace(self.body, color=GREY)


_BRONZE: Final = Style(8.4, 13.4, 500, BRONZE, align="end")
TYPES: Final[Mapping[int, Type]] = {
    2: Type(
        Style(9.4, 13.4, hyphenated=True),
        Style(11.6, 16, 600, DEEP, balanced=True),
        Style(16, 22, 500, DEEP, balanced=True),
        _BRONZE,
        replace(_BRONZE, size=11.6, leading=16, weight=600),
    ),
    3: Type(
        Style(8.5, 12.2, hyphenated=True),
        Style(10.2, 14, 600, DEEP, balanced=True),
        Style(13, 18, 500, DEEP, balanced=True),
        replace(_BRONZE, size=7.8, leading=12.2),
        replace(_BRONZE, size=10.2, leading=14, weight=600),
    ),
}
"""By the number of languages beside each other."""
FINE: Final = replace(NOTE, size=5.2, leading=6.4)


def groups(languages: Sequence[str], columns: int) -> list[tuple[str, ...]]:
    """Return which languages stand beside each other: so many at a time, in their order; the last may be fewer."""
    return [tuple(languages[start : start + columns]) for start in range(0, len(languages), columns)]


def beside(version: Version, languages: Sequence[str], part: Element) -> list[Block]:
    """Return the whole text in two or three languages, as one part of the structure."""
    grid = _Grid(tuple(languages), TYPES[len(languages)])
    text = version.text
    titles = {tag: text.title[tag] for tag in languages if text.title.get(tag)}
    blocks = grid.heading(titles, grid.type.title, part, level=Kind.H1, where="the title")
    numbers, chapters = clause_numbers(text), section_numbers(text)
    level: Level = Kind.H2 if blocks else Kind.H1  # no level may be left out (ISO 14289-1, 7.4.2)
    for section in text.sections:
        chapter = part.add(Kind.SECTION, title=section.id)
        blocks += grid.section(section, chapters[section.id], level, chapter)
        numbering = Numbering.LETTERS if section.kind is SectionKind.PREAMBLE else Numbering.DECIMAL
        clauses = chapter.list(numbering=numbering)
        for clause in section.clauses:
            item = clauses.add(Kind.ITEM, title=clause.id)
            blocks.append(grid.clause(clause.id, clause.texts, numbers[clause.id], item))
    return blocks


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the columns of a group stand, from the side where its first language begins."""

    languages: tuple[str, ...]
    type: Type

    @property
    def rtl(self) -> bool:
        return is_rtl(self.languages[0])

    @property
    def width(self) -> float:
        count = len(self.languages)
        return (WIDTH - 2 * EDGE - ASIDE - (count - 1) * GAP) / count

    def x(self, column: int) -> float:
        """Return the left edge of a column."""
        return mirrored(EDGE + ASIDE + column * (self.width + GAP), self.width, rtl=self.rtl)

    def heading(
        self, said: Mapping[str, str], style: Style, part: Element, *, level: Level, where: str, number: str = ""
    ) -> list[Block]:
        """Return a heading in each language that has it; none at all if none has."""
        if not said and not number:
            return []
        elements = {tag: part.add(level, tag) for tag in self.languages if tag in said}
        lines = [
            paragraph(said[tag], style, language=tag, measure=self.width) if tag in said else []
            for tag in self.languages
        ]
        holder = next(iter(elements.values()), None) or part.add(level)
        rows = self.rows(lines, [elements.get(tag) for tag in self.languages], style)
        rows = self._numbered(rows, number, self.type.section_number, holder)
        before = 0.0 if level is Kind.H1 and not number else 17.0
        last = rows[-1]
        rows[-1] = replace(last, height=last.height + 3, baseline=last.height * 0.75)
        return [Block(tuple(rows), holder, where, before=before, keeps_next=True)]

    def section(self, section: Section, number: str, level: Level, chapter: Element) -> list[Block]:
        """Return the heading of a section."""
        said = {tag: section.title[tag] for tag in self.languages if section.title.get(tag)}
        where = f"the heading of {section.id}"
        return self.heading(said, self.type.heading, chapter, level=level, where=where, number=number)

    def clause(self, name: str, texts: Mapping[str, str], number: str, item: Element) -> Block:
        """Return a clause in each language."""
        holder = item.add(Kind.LABEL) if number else None
        body = item.add(Kind.BODY)
        lines, elements = [], []
        for tag in self.languages:
            text = texts.get(tag)
            tongue = tag if text is not None else speaks(tag)
            style = self.type.body if text is not None else self.type.absent
            said = label("missing", tongue) if text is None else text
            lines.append(paragraph(said, style, language=tongue, measure=self.width))
            elements.append(body.add(Kind.PARAGRAPH, tongue))
        rows = self.rows(lines, elements, self.type.body)
        rows = self._numbered(rows, number, self.type.number, holder or body)
        return Block(tuple(self._named(rows, name)), body, f"clause {name}", before=6.5)

    def rows(self, columns: Sequence[Sequence[Line]], elements: Sequence[Element | None], style: Style) -> list[Row]:
        """Return lines of all columns on one grid: the line distance is that of the script that needs most."""
        leading = max(style.leading_of(tag) for tag in self.languages)
        return [
            Row(
                leading,
                tuple(
                    Placed(line, self.x(column), self.width, element=elements[column], column=column)
                    for column, line in enumerate(across)
                    if line is not None
                ),
            )
            for across in itertools.zip_longest(*columns)
        ] or [Row(leading, ())]

    def _numbered(self, rows: list[Row], number: str, style: Style, element: Element) -> list[Row]:
        """Add a number before the first row."""
        if not number:
            return rows
        style = replace(style, align="start") if self.rtl else style
        width = ASIDE - 9
        line = paragraph(f"{number} ", style, language="en", measure=width)[0]
        placed = Placed(line, mirrored(EDGE, width, rtl=self.rtl), width, element=element)
        return [replace(rows[0], text=(placed, *rows[0].text)), *rows[1:]]

    def _named(self, rows: list[Row], name: str) -> list[Row]:
        """Add the permanent id under the number, making room for a long one."""
        width = ASIDE - 9
        lines = paragraph(name, replace(FINE, align="start" if self.rtl else "end"), language="en", measure=width)
        x = mirrored(EDGE, width, rtl=self.rtl)
        leading = rows[0].height
        notes = tuple(Placed(line, x, width, drop=10 + index * FINE.leading) for index, line in enumerate(lines))
        missing = 10 + len(lines) * FINE.leading - leading * len(rows)
        rows = [replace(rows[0], notes=notes), *rows[1:]]
        if missing > 0:
            last = rows[-1]
            baseline = last.height * 0.75 if last.baseline is None else last.baseline
            rows[-1] = replace(last, height=last.height + missing, baseline=baseline)
        return rows
