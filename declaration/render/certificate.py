"""One page for one city: that its mayor has signed, when, and where anybody can verify it.

The page is for a wall in the town hall. It proves nothing by itself and says so; its code and its address lead to what
proves it. Everything stands on one axis, so that names in any script and direction look at home.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from declaration.errors import LimitExceeded, NotFound
from declaration.render import archive, structure
from declaration.render.certificate_words import words, written_moment
from declaration.render.cover import rosette
from declaration.render.fonts import is_rtl
from declaration.render.layout import BRONZE, DEEP, GREY, INK, PALE, mirrored
from declaration.render.leaf import Item, Ornament, Passage, code, draw_leaf, hand, set_text, smallest, whole_words
from declaration.render.parties import names_office, tongue_of
from declaration.render.sheet import HEIGHT, WIDTH, Sheets
from declaration.render.signed_text import SignedText, short_code
from declaration.render.structure import Element, Kind
from declaration.render.tongues import language_of_place
from declaration.render.typography import Style, free_paragraph
from declaration.render.values import Rendered, RosterLine, SignatureLine

INSET: Final = 34.0
"""Between the page's edge and the frame: 12 mm, which any printer reaches."""
SIDE: Final = 78.0
"""Between the page's edge and text."""
AXIS: Final = WIDTH - 2 * SIDE
UPPER: Final = 178.0
"""Where the middle part begins, below the ornament."""
LOWER: Final = HEIGHT - 206.0
"""Where it ends, above the facts."""
WHERE: Final = "the certificate"
CODE: Final = 82.0
"""Side of the QR code: 29 mm, which a phone reads from a metre."""
DRAWING: Final = (230.0, 62.0)
SHRINKING: Final = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52, 0.46, 0.4)
"""Scales of the middle part, tried in turn: long names and titles are set smaller, never cut off."""

EYEBROW: Final = Style(11, 17, 500, BRONZE, tracking=40, align="center", balanced=True)
TITLE: Final = Style(23, 31, 500, DEEP, align="center", balanced=True)
LEAD: Final = Style(11.5, 18, 400, GREY, align="center", balanced=True)
NAME: Final = Style(26, 34, 600, INK, align="center", balanced=True)
OFFICE: Final = Style(12, 18, 400, INK, align="center", balanced=True)
CITY: Final = Style(17, 24, 600, DEEP, align="center", balanced=True)
NATIVE: Final = Style(13, 19, 400, DEEP, align="center", balanced=True)
SENTENCE: Final = Style(12.5, 20, 400, INK, align="center", balanced=True)
PRINTED: Final = Style(19, 26, 400, INK, align="center", balanced=True)
UNDER: Final = Style(8.6, 12.4, 400, GREY, align="center")
LABEL: Final = Style(7.6, 11, 400, GREY)
VALUE: Final = Style(12.5, 17, 600, DEEP)
FINE: Final = Style(7.4, 10.6, 400, INK)
NOTE: Final = Style(8, 11.6, 400, GREY)
ADDRESS: Final = Style(8.4, 12, 500, DEEP)


class _Part(NamedTuple):
    """A piece of the middle part: the space above it, how high it is, and how it is drawn from a given height on."""

    before: float
    height: float
    items: Callable[[float], Sequence[Item]]


def render_certificate(signed: SignedText, signatory: str, language: str) -> Rendered:
    """Render the certificate of one signatory as PDF.

    Args:
        signed: the sealed declaration.
        signatory: id of somebody who has signed.
        language: of the page; words that we do not have in it are English, and the title is the declaration's own.

    Raises:
        NotFound: ``certificate.none``, they have not signed.
        LimitExceeded: ``certificate.long``, title and names do not fit on a page.
        InputRefused: the drawing is not a PNG.

    """
    line = next((each for each in signed.signatures if each.signatory.id == signatory), None)
    if line is None:
        raise NotFound(
            "certificate.none",
            f"“{signatory[:80]}” has not signed this declaration.",
            hint="Certificates are for those who have signed.",
        )
    sheets = Sheets()
    said, spoken = words(language)
    whole = structure.document(spoken)
    draw_leaf(
        sheets, [*_frame(signed), *_middle(signed, line, language, whole), *_facts(signed, line, language, whole)]
    )
    sheets.finish_page()
    pdf = archive.assemble(sheets.finish(), sheets.fonts)
    structure.write(pdf, sheets.recording, [page.obj for page in pdf.pages])
    title, _ = signed.title(language)
    name = f"{said.heading}: {_called(line.signatory)}, {title}"
    about = archive.About({spoken: name}, (spoken,), f"sha256:{line.digest}", signed.sealed_at)
    archive.describe(pdf, about)
    return Rendered(archive.written(pdf), 1, sheets.missing)


def _called(party: RosterLine) -> str:
    return party.name or party.office or party.city or party.id


def _frame(signed: SignedText) -> list[Item]:
    def paint(sheets: Sheets) -> None:
        for inset, thickness, color in ((INSET, 0.9, BRONZE), (INSET + 4, 0.3, PALE)):
            sheets.frame(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset, thickness=thickness, color=color)
        for points, bronze in rosette(signed.version.digest, radius=44, y=112):
            sheets.curve(points, thickness=0.25, color=BRONZE if bronze else DEEP)

    return [Ornament(paint)]


# -- the middle: who signed what, and when ------------------------------------------------------------------------


def _middle(signed: SignedText, line: SignatureLine, language: str, whole: Element) -> list[Item]:
    for scale in SHRINKING:
        parts = _parts(signed, line, language, whole, scale)
        free = LOWER - UPPER - sum(part.before + part.height for part in parts)
        if free >= 0:
            break
    else:
        raise LimitExceeded(
            "certificate.long",
            f"Title and names of “{line.signatory.id}” do not fit on one page.",
            hint="Choose a language with a shorter title, or shorten the name.",
        )
    # what is free is shared among the gaps, as far as they still hold the page together
    stretch = 1 + min(0.9, 0.8 * free / sum(part.before for part in parts))
    y = LOWER - (LOWER - UPPER - sum(part.before * stretch + part.height for part in parts)) / 2
    y -= sum(part.before * stretch + part.height for part in parts)
    items: list[Item] = []
    for part in parts:
        y += part.before * stretch
        items += part.items(y)
        y += part.height
    return items


def _parts(signed: SignedText, line: SignatureLine, language: str, whole: Element, scale: float) -> list[_Part]:
    said, spoken = words(language)
    party = line.signatory
    title, tongue = signed.title(language)
    place = tongue_of(party.country, language)
    city, native = party.city, party.native if party.native != party.city else ""
    signed_at = said.signed.format(moment=written_moment(line.signed_at, language))
    texts: list[tuple[Kind, str, Style, str, str | None, float]] = [
        (Kind.H1, said.heading, EYEBROW, spoken, spoken, 0),
        (Kind.PARAGRAPH, title, TITLE, tongue, tongue, 8),
        (Kind.PARAGRAPH, said.intro, LEAD, spoken, spoken, 33),
        (Kind.H2, _called(party), NAME, place, None, 7),
        (Kind.PARAGRAPH, party.office if party.name and names_office(party) else "", OFFICE, place, None, 2),
        (Kind.PARAGRAPH, city if city != _called(party) else "", CITY, place, None, 9),
        (Kind.PARAGRAPH, native, NATIVE, place, language_of_place(native, party.country), 1),
        (Kind.PARAGRAPH, signed_at, SENTENCE, spoken, spoken, 14),
    ]
    parts = []
    for kind, text, style, tag, read, before in texts:
        if not text:
            continue
        small = replace(style, size=style.size * scale, leading=style.leading * scale)
        small = whole_words(text, small, tag, AXIS)
        if style is NAME:
            small = _on_lines(2, text, small, tag, (1.0, 0.92, 0.84, 0.76, 0.68))
        if style is SENTENCE:  # a date is read best where no line ends inside it
            small = _on_lines(1, text, small, tag, (1.0, 0.94, 0.88))
        free = style in {NAME, OFFICE, CITY, NATIVE}
        passage = set_text(text, small, tag, whole.add(kind, read), x=SIDE, width=AXIS, free=free, where=WHERE)
        rule = before * scale * 0.45 if style is LEAD else None
        parts.append(_Part(before * scale, passage.height, functools.partial(_one, passage, rule)))
    return [*parts, _hand(line, language, whole, scale)]


def _on_lines(most: int, text: str, style: Style, language: str, scales: Sequence[float]) -> Style:
    """Return the largest of some scalings of a style in which a text needs no more lines, else the style itself."""
    for scale in scales:
        smaller = replace(style, size=style.size * scale, leading=style.leading * scale)
        if len(free_paragraph(text, smaller, language=language, measure=AXIS)) <= most:
            return smaller
    return style


def _one(passage: Passage, rule: float | None, top: float) -> list[Item]:
    """Return a passage, with a short rule so far above it."""
    if rule is None:
        return [passage.at(top)]
    return [Ornament(lambda sheets: _short_rule(sheets, top - rule)), passage.at(top)]


def _short_rule(sheets: Sheets, y: float) -> None:
    sheets.rule(WIDTH / 2 - 20, y, 40, thickness=0.8, color=BRONZE)


def _hand(line: SignatureLine, language: str, whole: Element, scale: float) -> _Part:
    """Return the drawn signature on its line with the name below; without a drawing the name stands on the line."""
    said, _ = words(language)
    width, height = DRAWING[0], DRAWING[1] * max(scale, 0.7)
    name = _called(line.signatory)
    tongue = tongue_of(line.signatory.country, language)
    if line.drawn is None:
        styles = [replace(PRINTED, size=size, leading=size * 1.35) for size in (19, 16, 13.5, 11.5, 10, 8.6, 7.4)]
        printed = smallest(
            lambda style: set_text(name, style, tongue, whole.add(Kind.PARAGRAPH), x=SIDE, width=AXIS, free=True),
            styles,
            height,
        )
        rule = printed.height + 4

        def stand(top: float) -> list[Item]:
            return [printed.at(top), Ornament(functools.partial(_line_of_hand, y=top + rule))]

        return _Part(16 * scale, rule + 2, stand)
    below = set_text(name, UNDER, tongue, whole.add(Kind.PARAGRAPH), x=SIDE, width=AXIS, free=True, where=WHERE)
    drawn, alt = line.drawn, said.drawn.format(name=name)
    x = WIDTH / 2 - width / 2

    def sign(top: float) -> list[Item]:
        return [
            hand(drawn, alt, whole, (x, top, width, height)),
            Ornament(functools.partial(_line_of_hand, y=top + height + 4)),
            below.at(top + height + 7),
        ]

    return _Part(16 * scale, height + 7 + below.height, sign)


def _line_of_hand(sheets: Sheets, y: float) -> None:
    sheets.rule(WIDTH / 2 - 130, y, 260, thickness=0.5, color=GREY)


# -- the foot: what leads to the proof ----------------------------------------------------------------------------


def _facts(signed: SignedText, line: SignatureLine, language: str, whole: Element) -> list[Item]:
    said, spoken = words(language)
    rtl = is_rtl(spoken)
    wide = AXIS - CODE - 22
    x = mirrored(SIDE, wide, rtl=rtl)
    url = line.url or signed.url
    fine = replace(FINE, align="end") if rtl else FINE
    value = replace(VALUE, align="end") if rtl else VALUE
    address = replace(ADDRESS, align="end") if rtl else ADDRESS
    lines = [
        (said.code, LABEL, spoken, 0.0),
        (short_code(line.digest), value, "en", 0.0),
        (said.instrument, LABEL, spoken, 5.0),
        (signed.instrument, fine, "en", 1.0),
        (said.note, NOTE, spoken, 8.0),
        (url, address, "en", 2.0),
    ]
    items: list[Item] = [
        Ornament(lambda sheets: sheets.rule(SIDE, LOWER + 22, AXIS, thickness=0.4, color=PALE)),
    ]
    y = LOWER + 36
    for text, style, tongue, before in lines:
        element = whole.add(Kind.PARAGRAPH, tongue)
        passage = set_text(text, style, tongue, element, x=x, width=wide, top=y + before, where=WHERE)
        items.append(passage)
        y += before + passage.height
    items.append(code(url, whole, SIDE if rtl else WIDTH - SIDE - CODE, LOWER + 38, CODE))
    return items
