"""The title page: an ornament that only this version has, its title in every language, occasion, contents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from declaration.canonical import sha256
from declaration.drafting.text import Version
from declaration.render.flow import Placed
from declaration.render.labels import label, language_name, spoken
from declaration.render.layout import BRONZE, DEEP, GREY, INK, PALE, foot
from declaration.render.sheet import HEIGHT, WIDTH, Sheets
from declaration.render.structure import Element, Kind
from declaration.render.typography import Line, Style, paragraph
from declaration.render.values import Occasion

CROWD: Final = 6
"""More languages than this get a smaller ornament, and smaller titles."""
SIDES: Final = 288
"""Points of one curve: smooth at any zoom that a screen offers at this size."""
OCCASION: Final = Style(10.2, 15.5, 500, DEEP, tracking=12, align="center")
PLACE: Final = Style(9.6, 14.5, 400, GREY, tracking=6, align="center")
CONTENTS: Final = Style(9, 14, 400, INK)
CONTENTS_PAGE: Final = Style(9, 14, 400, GREY, align="end")
AUTHENTIC: Final = Style(8.2, 13, 400, GREY, align="center")
COLUMN: Final = 400.0
ENTRY: Final = 150.0


def rosette(
    digest: str, *, radius: float, y: float, sides: int = SIDES
) -> list[tuple[list[tuple[float, float]], bool]]:
    """Return the curves of a guilloche whose form follows from a digest, each with whether it is bronze.

    Like the line work of a banknote it makes two versions look different at a glance; it proves nothing.
    """
    seed = sha256(digest.encode())
    petals = 5 + seed[0] % 4
    rings = (  # (mean radius, swing, waves, threads, bronze)
        (0.86, 0.10 + seed[1] % 8 / 200, petals * (3 + seed[2] % 3), 4, True),
        (0.58, 0.20 + seed[3] % 8 / 100, petals, 8, False),
        (0.30, 0.12 + seed[4] % 8 / 100, petals + 1 + seed[5] % 3, 6, True),
    )
    curves = []
    for mean, swing, waves, threads, bronze in rings:
        for thread in range(threads):
            phase = 2 * math.pi * thread / threads
            points = []
            for step in range(sides):
                angle = 2 * math.pi * step / sides
                distance = radius * (mean + swing * math.cos(waves * angle + phase))
                points.append((WIDTH / 2 + distance * math.sin(angle), y - distance * math.cos(angle)))
            curves.append((points, bronze))
    return curves


def draw_cover(
    sheets: Sheets,
    version: Version,
    occasion: Occasion,
    contents: Sequence[tuple[str, int]],
    *,
    part: Element,
    identity: str,
    folio: str,
) -> None:
    """Draw the title page on the current sheet.

    Args:
        sheets: the pages.
        version: whose title is shown.
        occasion: name, place and date by language.
        contents: entries (a language tag or a label's key) with their pages.
        part: of the structure.
        identity: what the foot says.
        folio: the page's number.

    """
    languages = version.text.languages
    crowded = len(languages) > CROWD
    radius, centre = (58.0, 142.0) if crowded else (84.0, 196.0)
    with sheets.artifact():
        for points, bronze in rosette(version.digest, radius=radius, y=centre):
            sheets.curve(points, thickness=0.3, color=BRONZE if bronze else DEEP)
    rows = -(-len(contents) // 2) if len(contents) > 8 else len(contents)
    authentic = spoken(languages)[:4] if len(languages) > 1 else ()
    floor = HEIGHT - 78 - len(authentic) * AUTHENTIC.leading
    y = _occasion(sheets, occasion, languages, part, top=centre + radius + 38)
    y = _titles(sheets, version, part, top=y, bottom=floor - rows * CONTENTS.leading - 30)
    if y + rows * CONTENTS.leading <= floor:
        under = min(max(y + 26, 570), floor - rows * CONTENTS.leading - 10)
        _contents(sheets, version, contents, part.add(Kind.CONTENTS), rows=rows, top=under)
    for tongue in authentic:
        with sheets.inside(part.add(Kind.PARAGRAPH, tongue)):
            lines = paragraph(label("authentic", tongue), AUTHENTIC, language=tongue, measure=COLUMN)
            floor = _centred(sheets, lines, floor, AUTHENTIC.leading)
    foot(sheets, identity, folio, languages[0])


def _centred(sheets: Sheets, lines: Sequence[Line], y: float, leading: float) -> float:
    for line in lines:
        sheets.line(line, (WIDTH - COLUMN) / 2, y + leading * 0.75, width=COLUMN)
        y += leading
    return y


def _occasion(sheets: Sheets, occasion: Occasion, languages: Sequence[str], part: Element, *, top: float) -> float:
    """Draw the occasion in the drafting language, else in the first that has it."""
    sheets.where = "the title page"
    y = top
    for source, style in ((occasion.name, OCCASION), (occasion.place, PLACE), (occasion.date, PLACE)):
        language = next((tag for tag in languages if source.get(tag)), None)
        if language is None:
            continue
        with sheets.inside(part.add(Kind.PARAGRAPH, language)):
            lines = paragraph(source[language], style, language=language, measure=COLUMN)
            y = _centred(sheets, lines, y, style.leading_of(language))
    return y


def _titles(sheets: Sheets, version: Version, part: Element, *, top: float, bottom: float) -> float:
    """Draw the title in every language, the drafting language's large, and return where they end."""
    titles = [(tag, version.text.title[tag]) for tag in version.text.languages if version.text.title.get(tag)]
    first = Style(25, 33, 500, DEEP, align="center", balanced=True)
    for size in (14.0, 12.5, 11.0, 10.0, 9.0, 8.0):
        first = Style(max(16.0, size * 1.8), max(21.0, size * 2.36), 500, DEEP, align="center", balanced=True)
        other = Style(size, size * 1.45, 400, INK, align="center", balanced=True)
        lines = [
            (paragraph(title, other if rank else first, language=tag, measure=COLUMN), tag)
            for rank, (tag, title) in enumerate(titles)
        ]
        y = top + 20
        height = sum(
            len(item) * (other if rank else first).leading_of(tag) + 4 for rank, (item, tag) in enumerate(lines)
        )
        if y + height + 12 <= bottom:
            break
    for rank, (item, tag) in enumerate(lines):
        style = other if rank else first
        with sheets.inside(part.add(Kind.PARAGRAPH, tag)):
            y = _centred(sheets, item, y, style.leading_of(tag)) + 4
        if rank == 0 and len(titles) > 1:
            with sheets.artifact():
                sheets.rule(WIDTH / 2 - 18, y + 3, 36, thickness=0.7, color=BRONZE)
            y += 12
    return y


def _contents(
    sheets: Sheets, version: Version, contents: Sequence[tuple[str, int]], part: Element, *, rows: int, top: float
) -> None:
    """Draw where each language and each common part begins."""
    languages = version.text.languages
    left = WIDTH / 2 - (ENTRY + 15 if rows < len(contents) else ENTRY / 2)
    for index, (key, page) in enumerate(contents):
        x = left + (ENTRY + 30) * (index // rows)
        y = top + (index % rows + 0.75) * CONTENTS.leading
        tongue = key if key in languages else spoken(languages)[0]
        name = language_name(key) if key in languages else label(key, tongue)
        with sheets.inside(part.add(Kind.ENTRY, tongue)):
            for placed in _entry(name, tongue, page, x, ENTRY):
                sheets.line(placed.line, placed.x, y, width=placed.width)
        with sheets.artifact():
            sheets.rule(x, y + 4, ENTRY, thickness=0.25, color=PALE)


def _entry(name: str, language: str, page: int, x: float, width: float) -> list[Placed]:
    shown = paragraph(f"{name} ", CONTENTS, language=language, measure=width - 30, rtl=False)
    folio = paragraph(str(page), CONTENTS_PAGE, language="en", measure=30)
    return [Placed(shown[0], x), Placed(folio[0], x + width - 30, 30)]
