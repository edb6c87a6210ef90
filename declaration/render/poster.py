"""The wall poster: the whole text and everybody who has signed it on one sheet, A0 or A1, for an exhibition.

Whatever the length, it is one page: the size of the type is found by bisection between what fills the sheet and what
can still be read from a step and a half away; past that it is refused, with what could be left out. Sheets of the A
series are alike (ISO 216), so everything is composed on an A4 sheet and enlarged as a whole; all of it stays vectors.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from declaration.errors import LimitExceeded
from declaration.render import archive, structure, telling
from declaration.render.certificate_words import written_moment
from declaration.render.cover import rosette
from declaration.render.fonts import is_rtl
from declaration.render.labels import speaks, spoken
from declaration.render.layout import BRONZE, DEEP, GREY, INK, PALE, matter, mirrored
from declaration.render.leaf import Item, Ornament, Passage, code, draw_leaf, set_text, smallest
from declaration.render.poster_names import Names, Tier, set_names
from declaration.render.poster_text import Words, set_words
from declaration.render.sheet import HEIGHT, WIDTH, Sheets
from declaration.render.signed_text import SignedText
from declaration.render.signed_words import said
from declaration.render.structure import Element, Kind, composed
from declaration.render.typography import Style
from declaration.render.values import Rendered


class Size(Enum):
    """The sheet, in millimetres (ISO 216)."""

    A0 = (841, 1189)
    A1 = (594, 841)

    @property
    def width(self) -> float:
        """Return the width in points."""
        return self.value[0] * 72 / 25.4

    @property
    def height(self) -> float:
        """Return the height in points."""
        return self.value[1] * 72 / 25.4

    @property
    def scale(self) -> float:
        """Return by how much an A4 sheet is enlarged."""
        return min(self.width / WIDTH, self.height / HEIGHT)


TEXT_FLOOR: Final = 14.0
"""Points: letters without ascenders are 2.6 mm high, six minutes of arc from 1.5 m. A normal eye makes out five (ISO
8596)."""
NAME_FLOOR: Final = 10.0
"""Points: the same from 1.1 m, for long lists; who looks for a name steps nearer."""
LARGEST: Final = (17.0, 10.0)
"""Text and names on the A4 sheet: more would be shouting."""
MARGIN: Final = 30.0
"""42 mm on A0."""
WIDE: Final = WIDTH - 2 * MARGIN
STEPS: Final = 128
"""Sizes between the floor and the largest that are tried, by bisection."""
COMFORT: Final = 2
"""Steps above the floor below which less is shown of each signature before the type gets smaller."""
ORNAMENT: Final = 31.0
"""Radius of the ornament."""
CROWDED: Final = 20.0
"""The same where the text needs the room, and the title one line."""
GAPS: Final = (16.0, 12.0, 8.0, 14.0)
"""Least space before the text, the rule, the names' heading, and the foot."""
AFTER: Final = 6.0
"""Space after that heading."""
FOOT: Final = 5.0
"""Type of the foot; 20 points on A0."""
CODE: Final = 46.0
"""Side of the QR code; 65 mm on A0, readable from two metres."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """What was found to fill the sheet."""

    words: Words
    names: Names
    free: float
    step: int


def render_poster(signed: SignedText, size: Size = Size.A0, languages: Sequence[str] = ()) -> Rendered:
    """Render the poster as PDF.

    Args:
        signed: the sealed declaration.
        size: of the sheet.
        languages: which texts, beside each other; none for all.

    Raises:
        NotFound: ``text.language``.
        LimitExceeded: ``poster.full``, it does not fit at a readable size.

    """
    chosen = signed.chosen(languages)
    whole = structure.document(chosen[0])
    drawn = any(line.drawn for line in signed.signatures)
    foot, bottom = _foot(signed, chosen, whole, hands=not drawn)
    head, top = _head(signed, chosen, whole, radius=ORNAMENT)
    fit = _find(signed, size, chosen, whole, bottom - top)
    if fit is None or fit.step < COMFORT:
        head, top = _head(signed, chosen, whole, radius=CROWDED)
        fit = _fitted(signed, size, chosen, whole, bottom - top)
    if fit.names.tier is Tier.HANDS:  # nothing has to be said of drawings that are not there
        foot, bottom = _foot(signed, chosen, whole, hands=True)
    sheets = Sheets()
    draw_leaf(sheets, head)
    share = 1 + min(fit.free / sum(GAPS), 2.2)
    gaps = [gap * share for gap in GAPS]
    fit.words.draw(sheets, top + gaps[0])
    part = whole.add(Kind.SECTION)
    heading = _names_heading(signed, chosen, part)
    y = bottom - gaps[3] - fit.names.height - AFTER - heading.height
    items = fit.names.items(y + heading.height + AFTER, part)
    draw_leaf(sheets, [_line(y - gaps[2]), heading.at(y), *items, *foot])
    sheets.finish_page()
    pdf = archive.assemble(sheets.finish(), sheets.fonts)
    structure.write(pdf, sheets.recording, [page.obj for page in pdf.pages])
    enlarge(pdf, size)
    titles = {tag: signed.title(tag)[0] for tag in chosen}
    archive.describe(pdf, archive.About(titles, chosen, f"sha256:{signed.version.digest}", signed.sealed_at))
    return Rendered(archive.written(pdf), 1, sheets.missing)


# -- fitting -----------------------------------------------------------------------------------------------------


def _fitted(signed: SignedText, size: Size, languages: Sequence[str], whole: Element, room: float) -> _Fit:
    fit = _find(signed, size, languages, whole, room)
    if fit is not None:
        return fit
    fewer = next(
        (count for count in range(len(languages) - 1, 0, -1) if _find(signed, size, languages[:count], whole, room)), 0
    )
    hints = []
    if fewer:
        hints.append(f"name at most {fewer} of its {len(languages)} languages")
    if size is Size.A1 and _find(signed, Size.A0, languages, whole, room) is not None:
        hints.append("print it on A0")
    told = " or ".join(hints) or "print the text and the signatures from the signed edition, on several sheets"
    raise LimitExceeded(
        "poster.full",
        f"A text in {len(languages)} languages with {len(signed.signatures)} signatures does not fit on one sheet "
        f"{size.name} in a type that can be read from 1.5 m.",
        hint=f"{told[:1].upper()}{told[1:]}.",
    )


def _find(signed: SignedText, size: Size, languages: Sequence[str], whole: Element, room: float) -> _Fit | None:
    """Return the largest type that fits, showing as much of each signature as keeps it comfortable; None if none."""
    floors = TEXT_FLOOR / size.scale, NAME_FLOOR / size.scale

    def at(step: int) -> tuple[float, float]:
        text, name = (low + (high - low) * step / STEPS for low, high in zip(floors, LARGEST, strict=True))
        return text, name

    @functools.cache
    def words(step: int) -> Words:
        return set_words(signed, languages, at(step)[0], whole, left=MARGIN, width=WIDE)

    def both(tier: Tier, step: int, larger: int) -> _Fit:
        """Fit words at one step, and names at that step or a larger one."""
        names = set_names(signed.signatures, at(larger)[1], tier, matter(languages[0]), left=MARGIN, width=WIDE)
        taken = words(step).height + heading.height + AFTER + names.height
        return _Fit(words(step), names, room - sum(GAPS) - taken, larger)

    def fit(tier: Tier, step: int) -> _Fit:
        return both(tier, step, step)

    def grown(found: _Fit) -> _Fit:
        """Give the names what the words leave over: more of each signature, else larger type."""
        for tier in tiers:
            larger = _largest(functools.partial(both, tier, found.step), least=found.step)
            if larger is not None:
                return replace(larger, step=found.step)
        return found

    heading = _names_heading(signed, languages, whole)
    tiers = _tiers(signed)
    found = _first_comfortable(functools.partial(fit, tier) for tier in tiers)
    return None if found is None else grown(found)


def _first_comfortable(fits: Iterable[Callable[[int], _Fit]]) -> _Fit | None:
    """Return the first whose largest step is comfortable, else the one with the largest step, if any fits."""
    best: _Fit | None = None
    for fit in fits:
        found = _largest(fit)
        if found is not None and found.step >= COMFORT:
            return found
        if found is not None and (best is None or found.step > best.step):
            best = found
    return best


def _tiers(signed: SignedText) -> list[Tier]:
    """Return how signatures can be shown, from the most to the least."""
    drawn = any(line.drawn for line in signed.signatures)
    return [tier for tier in Tier if drawn or tier is not Tier.HANDS]


def _largest(fit: Callable[[int], _Fit], *, least: int = 0) -> _Fit | None:
    """Return the largest step that fits, by bisection, or None if not even the least does."""
    best = fit(least)
    if best.free < 0:
        return None
    low, high = least, STEPS + 1
    while high - low > 1:
        middle = (low + high) // 2
        tried = fit(middle)
        if tried.free >= 0:
            low, best = middle, tried
        else:
            high = middle
    return best


# -- head and foot -----------------------------------------------------------------------------------------------


def _head(signed: SignedText, languages: Sequence[str], whole: Element, *, radius: float) -> tuple[list[Item], float]:
    """Return the ornament and the title, and where they end."""

    def ornament(sheets: Sheets) -> None:
        for points, bronze in rosette(signed.version.digest, radius=radius, y=MARGIN + radius, sides=1152):
            sheets.curve(points, thickness=0.16, color=BRONZE if bronze else DEEP)

    title, tag = signed.title(languages[0])
    styles = [Style(size, size * 1.3, 500, DEEP, align="center", balanced=True) for size in range(27, 9, -2)]
    element = whole.add(Kind.H1, tag)
    set_title = functools.partial(
        set_text, title, language=tag, element=element, x=MARGIN, width=WIDE, where="the title"
    )
    heading = smallest(lambda style: set_title(style=style), styles, 74 if radius > CROWDED else 24)
    heading = heading.at(MARGIN + 2 * radius * 1.2)
    tongue = speaks(languages[0])
    text = f"{said('sealed', tongue)} {written_moment(signed.sealed_at, tongue)}"
    style = Style(6.2, 9.2, 400, GREY, align="center")
    below = heading.top + heading.height + 3
    sealed = set_text(text, style, tongue, whole.add(Kind.PARAGRAPH, tongue), x=MARGIN, width=WIDE, top=below)
    return [Ornament(ornament), heading, sealed], sealed.top + sealed.height


def _line(y: float) -> Item:
    return Ornament(lambda sheets: sheets.rule(MARGIN, y, WIDE, thickness=0.3, color=BRONZE))


def _names_heading(signed: SignedText, languages: Sequence[str], part: Element) -> Passage:
    """Return the heading of the signatures, in each of our languages that serves the readers."""
    first, *further = telling.heading("signatures", languages)
    counted = f"{len(signed.signatures)} {first.text}"
    text, _ = composed((counted, None), *((each.text, each.language) for each in further), separator="  ·  ")
    size = 11.0 if len(text) < 60 else 8.0
    style = Style(size, size * 1.5, 500, DEEP)
    return set_text(text, style, first.language, part.add(Kind.H2, first.language), x=MARGIN, width=WIDE)


def _foot(signed: SignedText, languages: Sequence[str], whole: Element, *, hands: bool) -> tuple[list[Item], float]:
    """Return what leads to the signed document, and where it begins."""
    tongue = speaks(languages[0])
    rtl = is_rtl(tongue)
    part = whole.add(Kind.SECTION)
    wide = WIDE - CODE - 16
    x = mirrored(MARGIN + CODE + 16, wide, rtl=rtl)
    bold, plain, grey = (Style(FOOT, FOOT * 1.42, weight, color) for weight, color in _FOOT)
    lines = [(said("poster-verify", each), plain, each) for each in spoken(languages)[:4]]
    lines.append((signed.url, bold, "en"))
    if signed.reservations:
        text = said("reservations-elsewhere", tongue).format(count=len(signed.reservations))
        lines.append((text, grey, tongue))
    if not hands:
        lines.append((said("hands-elsewhere", tongue), grey, tongue))
    lines.append((f"{said('instrument-digest', tongue)} {signed.instrument}", grey, tongue))
    passages: list[Passage] = []
    y = 0.0
    for text, style, language in lines:
        sided = style if is_rtl(language) == rtl else replace(style, align="end")
        made = set_text(text, sided, language, part.add(Kind.PARAGRAPH, language), x=x, width=wide, top=y)
        passages.append(made)
        y += made.height
    top = HEIGHT - MARGIN - max(y, CODE)
    qr = code(signed.url, part, WIDTH - MARGIN - CODE if rtl else MARGIN, top, CODE)
    rule = Ornament(lambda sheets: sheets.rule(MARGIN, top - 12, WIDE, thickness=0.3, color=PALE))
    return [rule, *(each.at(each.top + top) for each in passages), qr], top - 12


_FOOT: Final = ((600, DEEP), (400, INK), (400, GREY))


# -- enlarging ---------------------------------------------------------------------------------------------------


def enlarge(pdf: pikepdf.Pdf, size: Size) -> None:
    """Enlarge every A4 page of a document to a sheet, and say where figures stand there."""
    scale = size.scale
    x, y = (size.width - WIDTH * scale) / 2, (size.height - HEIGHT * scale) / 2
    for page in pdf.pages:
        before = f"q {scale:.5f} 0 0 {scale:.5f} {x:.3f} {y:.3f} cm\n".encode()
        page.Contents = pdf.make_stream(before + page.Contents.read_bytes() + b"\nQ")
        page.MediaBox = Array([0, 0, round(size.width, 2), round(size.height, 2)])
        page.TrimBox = page.MediaBox
    for found in pdf.objects:
        if isinstance(found, Dictionary) and found.get("/Type") == Name.StructElem and "/BBox" in found.get("/A", {}):
            left, bottom, right, top = (float(side) * scale for side in found.A.BBox)
            found.A.BBox = Array([round(side, 2) for side in (left + x, bottom + y, right + x, top + y)])
