"""A4 pages: lines of set text, rules, boxes, QR codes and pictures, on a ReportLab canvas.

ReportLab lays out pages, paths and pictures; text is written by ourselves as composite-font strings, because
ReportLab knows neither fallback nor right-to-left text. Marked content carries the language of each passage, and
keeps running heads and feet apart as artifacts, so that structure tags can be added in the same places.

Coordinates are points from the page's top left corner, downwards.
"""

from __future__ import annotations

import io
import struct
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import segno
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from declaration.errors import InputRefused, LimitExceeded
from declaration.render.bidi import bidi_class
from declaration.render.embedding import EmbeddedFonts
from declaration.render.fonts import NOTO_SERIF, Face, face
from declaration.render.shaping import Glyph, Piece, box_digits, shape
from declaration.render.typography import Color, Line
from declaration.render.values import MissingGlyph

WIDTH: Final = 595.28
"""A4, points."""
HEIGHT: Final = 841.89
MAX_DRAWING_BYTES: Final = 512 * 1024
"""A drawn signature from a phone is 5 to 60 kB."""
MAX_DRAWING_PIXELS: Final = 1600 * 800
"""More than any screen draws; 1,000 such pictures still fit into memory one by one."""
BOX_RULE: Final = 0.4
LIGHT: Final = 200
"""A face lighter than the style by this much is drawn with an outline."""
OUTLINE: Final = 0.032
"""Width of that outline in ems: about what a semibold stem is thicker than a regular one."""
JUMP: Final = 80.0
"""Thousandths of an em: a larger step of the pen makes readers of text see two words."""
OVERLAP: Final = 125.0
"""Thousandths of an em: letters that begin closer than this are taken for one letter drawn twice."""


class _PlainCanvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """A canvas that does not begin every page by choosing an unembedded Helvetica."""

    def _make_preamble(self) -> None:
        self._preamble = "1 0 0 1 0 0 cm"


def number(value: float) -> str:
    """Write a PDF number with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


class Sheets:
    """A growing stack of pages.

    `where` names in words what is being drawn, for reports of missing characters.
    """

    def __init__(self) -> None:
        """Start with one empty page."""
        self.fonts = EmbeddedFonts()
        self.where = "the document"
        self.pages = 0
        self._missing: dict[int, MissingGlyph] = {}
        self._buffer = io.BytesIO()
        self._canvas = _PlainCanvas(self._buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=0)

    # -- pages -------------------------------------------------------------------------------------------------

    def finish_page(self) -> None:
        """End the current page and begin another."""
        self._canvas.showPage()
        self.pages += 1

    def finish(self) -> bytes:
        """Return the pages drawn so far as a PDF without fonts (see `archive.assemble`)."""
        self._canvas.save()
        return self._buffer.getvalue()

    @property
    def missing(self) -> tuple[MissingGlyph, ...]:
        """Return what could only be drawn as boxes, by code point."""
        return tuple(self._missing[code_point] for code_point in sorted(self._missing))

    @contextmanager
    def passage(self, kind: str, language: str) -> Iterator[None]:
        """Mark what is drawn inside as one paragraph or heading (``P``, ``H1`` …) in a language."""
        self._canvas.addLiteral(f"/{kind} <</Lang ({language})>> BDC")
        yield
        self._canvas.addLiteral("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Mark what is drawn inside as decoration that is not part of the text (ISO 32000-1, 14.8.2.2)."""
        self._canvas.addLiteral("/Artifact BMC")
        yield
        self._canvas.addLiteral("EMC")

    # -- shapes ------------------------------------------------------------------------------------------------

    def rule(self, x: float, y: float, width: float, *, thickness: float = 0.5, color: Color) -> None:
        """Draw a horizontal line."""
        self._canvas.setStrokeColorRGB(*color)
        self._canvas.setLineWidth(thickness)
        self._canvas.line(x, HEIGHT - y, x + width, HEIGHT - y)

    def frame(self, x: float, y: float, width: float, height: float, *, thickness: float, color: Color) -> None:
        """Draw the outline of a rectangle whose top left corner is given."""
        self._canvas.setStrokeColorRGB(*color)
        self._canvas.setLineWidth(thickness)
        self._canvas.rect(x, HEIGHT - y - height, width, height, stroke=1, fill=0)

    def curve(self, points: list[tuple[float, float]], *, thickness: float, color: Color) -> None:
        """Draw a closed polygon of many short sides."""
        self._canvas.setStrokeColorRGB(*color)
        self._canvas.setLineWidth(thickness)
        path = [f"{number(x)} {number(HEIGHT - y)} {'l' if i else 'm'}" for i, (x, y) in enumerate(points)]
        self._canvas.addLiteral(" ".join([*path, "s"]))

    def code(self, url: str, x: float, y: float, side: float, *, color: Color) -> None:
        """Draw a QR code of `url` (ISO 18004, error correction M) with its top left corner at the given place.

        The mask is always the same: choosing the best of eight takes five times as long, and every reader
        reads all eight.
        """
        rows = [bytes(row) for row in segno.make_qr(url, error="m", boost_error=False, mask=0).matrix]
        unit = f"{side / len(rows):.5f}"
        parts: list[str] = []
        for row, modules in enumerate(rows):
            start = 0
            while (start := modules.find(1, start)) >= 0:
                end = modules.find(0, start)
                end = len(modules) if end < 0 else end
                parts.append(f"{start} {row} {end - start} 1 re")
                start = end
        shade = " ".join(map(number, color))
        place = f"{unit} 0 0 -{unit} {number(x)} {number(HEIGHT - y)} cm"  # modules count downwards
        self._canvas.addLiteral("\n".join([f"q {shade} rg {place}", *parts, "f Q"]))

    def drawing(self, png: bytes, x: float, y: float, width: float, height: float) -> None:
        """Draw a PNG within a rectangle, whole, standing on its lower edge.

        Raises:
            InputRefused, LimitExceeded: see `open_drawing`.

        """
        picture = open_drawing(png)
        scale = min(width / picture.width, height / picture.height)
        bottom = HEIGHT - y - height
        self._canvas.drawImage(ImageReader(picture), x, bottom, picture.width * scale, picture.height * scale)

    # -- text --------------------------------------------------------------------------------------------------

    def line(self, line: Line, x: float, y: float, *, width: float = 0.0, color: Color | None = None) -> None:
        """Draw a line of text with its baseline at `y`.

        Args:
            line: as set by `typography.paragraph`.
            x: left edge of the column.
            y: baseline.
            width: the column's width, within which the line is aligned; 0 begins at `x` whatever the style says.
            color: instead of the style's.

        """
        free = width - line.width if width else 0.0
        align = line.style.align
        to_right = (align == "end") != (line.rtl and align != "center")
        left = x + (free / 2 if align == "center" else free if to_right else 0.0)
        red, green, blue = color or line.style.color
        writer = _TextWriter(self.fonts, line, left, HEIGHT - y)
        shade = f"{number(red)} {number(green)} {number(blue)}"
        self._canvas.addLiteral(f"{shade} rg {shade} RG\n{writer.operators()}")
        for piece, place in line.pieces:
            if piece.face is None:
                self._boxes(piece, left + place, HEIGHT - y, line.style.size, (red, green, blue))

    def _boxes(self, piece: Piece, x: float, baseline: float, size: float, color: Color) -> None:
        """Draw a box with the code point for each character that no font holds."""
        unit = size / 1000
        source = face(NOTO_SERIF.name, 400)
        actual = ("\ufeff" + piece.text).encode("utf-16-be").hex().upper()
        self._canvas.addLiteral(f"/Span <</ActualText <{actual}>>> BDC")
        self._canvas.setStrokeColorRGB(*color)
        self._canvas.setLineWidth(BOX_RULE)
        for character in piece.text:
            self._note(character)
            rows = box_digits(character)
            width = (240 + 260 * len(rows[0])) * unit
            self._canvas.rect(x + 60 * unit, baseline - 120 * unit, width - 120 * unit, 900 * unit, fill=0)
            for row, digits in enumerate(rows):
                shaped = shape(digits, source, 0, "en")
                small = size * 0.38
                left = x + (width - shaped.width * small / 1000) / 2
                glyphs = "".join(f"{self.fonts.of(source).code(glyph):04X}" for glyph in shaped.glyphs)
                name = self.fonts.of(source).resource
                place = f"{number(left)} {number(baseline + (390 - row * 400) * unit)}"
                self._canvas.addLiteral(f"BT /{name} {number(small)} Tf 1 0 0 1 {place} Tm <{glyphs}> Tj ET")
            x += width
        self._canvas.addLiteral("EMC")

    def _note(self, character: str) -> None:
        known = self._missing.get(ord(character))
        where, count = (known.where, known.count) if known else (self.where, 0)
        self._missing[ord(character)] = MissingGlyph(ord(character), where, count + 1)


class _TextWriter:
    """Writes one line as a text object.

    Neighbours of one face become one string with adjustments (TJ). Right-to-left words are written in logical
    order, and so are the parts of a word wherever the pen leaves the plain path, for readers that rely on the
    order of drawing; within a part the glyphs go from left to right, as readers expect them.
    """

    def __init__(self, fonts: EmbeddedFonts, line: Line, x: float, y: float) -> None:
        self._fonts = fonts
        self._line = line
        self._unit = line.style.size / 1000
        self._x = x
        self._y = y
        self._ops: list[str] = []
        self._array: list[str] = []
        self._hex: list[str] = []
        self._back = 0.0
        self._face: Face | None = None
        self._rise = 0.0

    def operators(self) -> str:
        """Return the text object, or nothing for an empty line."""
        expected: float | None = None
        for piece, place in self._line.pieces:
            if piece.face is None or not piece.glyphs:
                expected = None
                continue
            rtl = piece.level % 2 == 1
            continues = self._face is piece.face and expected is not None and abs(place - expected) < 0.005
            self._choose(piece.face)
            tracking = 0.0 if rtl else self._line.style.tracking
            for glyphs, offset in self._parts(piece.glyphs, piece.face) if rtl else [(piece.glyphs, 0.0)]:
                if not continues:
                    self._move(place + offset * self._unit)
                self._glyphs(piece.face, glyphs, tracking=tracking, rtl=rtl)
            width = piece.width + tracking * len(piece.glyphs)
            expected = None if rtl else place + width * self._unit
        self._show()
        return "BT\n" + "\n".join([*self._ops, "ET"]) if self._ops else ""

    def _choose(self, source: Face) -> None:
        if self._face is source:
            return
        self._show()
        size = self._line.style.size * source.family.scale
        self._ops.append(f"/{self._fonts.of(source).resource} {number(size)} Tf")
        # a family without bold letters gets a thin outline in headings
        outlined = self._line.style.weight - source.weight >= LIGHT
        self._ops.append(f"2 Tr {number(size * OUTLINE)} w" if outlined else "0 Tr")
        self._face = source

    def _move(self, place: float) -> None:
        self._show()
        self._back = 0.0
        self._ops.append(f"1 0 0 1 {number(self._x + place)} {number(self._y)} Tm")

    def _parts(self, glyphs: tuple[Glyph, ...], source: Face) -> list[tuple[tuple[Glyph, ...], float]]:
        """Cut a right-to-left piece where the pen jumps; return the parts from the right, with their offsets."""
        parts: list[tuple[tuple[Glyph, ...], float]] = []
        start, begin, pen = 0, 0.0, 0.0
        for index, glyph in enumerate(glyphs):
            if index > start and self._jumps(glyphs[index - 1], glyph, source):
                parts.append((glyphs[start:index], begin))
                start, begin = index, pen
            pen += glyph.advance
        parts.append((glyphs[start:], begin))
        return parts[::-1]

    def _jumps(self, before: Glyph, after: Glyph, source: Face) -> bool:
        if not before.text:  # belongs to the glyph after it
            return False
        if not (_is_letter(before) and _is_letter(after)):
            return True
        step = before.advance - before.dx + after.dx
        gap = step - self._fonts.of(source).width(before.index) * source.family.scale
        return abs(gap) > JUMP or abs(before.dy - after.dy) > JUMP / 4 or step < OVERLAP

    def _glyphs(self, source: Face, glyphs: tuple[Glyph, ...], *, tracking: float, rtl: bool) -> None:
        for group in _groups(glyphs, rtl=rtl):
            wrapped = len(group) > 1 and any(not glyph.text or glyph.dy or glyph.dx for glyph in group)
            if wrapped:
                self._show()
                texts = [glyph.text for glyph in (reversed(group) if rtl else group)]
                actual = ("\ufeff" + "".join(texts)).encode("utf-16-be").hex().upper()
                self._ops.append(f"/Span <</ActualText <{actual}>>> BDC")
            for glyph in group:
                self._glyph(source, glyph, tracking=tracking)
            if wrapped:
                self._show()
                self._ops.append("EMC")

    def _glyph(self, source: Face, glyph: Glyph, *, tracking: float) -> None:
        embedded = self._fonts.of(source)
        scale = source.family.scale
        if glyph.dy != self._rise:
            self._show()
            self._ops.append(f"{number(glyph.dy * self._unit)} Ts")
            self._rise = glyph.dy
        self._back -= glyph.dx / scale
        self._pull()
        self._hex.append(f"{embedded.code(glyph):04X}")
        self._back += embedded.width(glyph.index) - (glyph.advance + tracking - glyph.dx) / scale

    def _pull(self) -> None:
        """Move the pen back by the whole thousandths of the font size that are due (ISO 32000-1, 9.4.3)."""
        amount = round(self._back)
        if amount:
            self._flush()
            self._array.append(str(amount))
            self._back -= amount

    def _flush(self) -> None:
        if self._hex:
            self._array.append(f"<{''.join(self._hex)}>")
            self._hex = []

    def _show(self) -> None:
        self._pull()
        self._flush()
        if self._array:
            self._ops.append(f"[{''.join(self._array)}] TJ")
            self._array = []


def _is_letter(glyph: Glyph) -> bool:
    """Tell whether a glyph's text is turned around for certain; readers differ on what stands beside it."""
    return bidi_class(glyph.text[:1] or "a") in {"R", "AL", "NSM"}


def _groups(glyphs: tuple[Glyph, ...], *, rtl: bool) -> list[list[Glyph]]:
    """Gather each glyph with its marks and with the further glyphs of its character.

    From right to left only the latter are gathered: readers turn such words around, marks and all.
    """
    groups: list[list[Glyph]] = []
    for glyph in glyphs:
        if rtl:
            joins = bool(groups) and not groups[-1][-1].text
        else:
            joins = bool(groups) and (not glyph.text or unicodedata.category(glyph.text[0])[0] == "M")
        if joins:
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    return groups


def open_drawing(png: bytes) -> Any:
    """Read the PNG of a drawn signature, flattened on white.

    Raises:
        LimitExceeded: more bytes or pixels than allowed.
        InputRefused: not a PNG, or a damaged one.

    """
    if len(png) > MAX_DRAWING_BYTES:
        raise LimitExceeded("render.drawing-size", f"A drawn signature is {len(png)} bytes long.", hint=_DRAW_AGAIN)
    # the header first, before any library allocates anything (ISO 15948, 5.2 and 11.2.2)
    if len(png) < 24 or not png.startswith(b"\x89PNG\r\n\x1a\n"):
        raise _not_a_drawing()
    width, height = struct.unpack(">II", png[16:24])
    if width * height > MAX_DRAWING_PIXELS:
        raise LimitExceeded("render.drawing-pixels", "A drawn signature has too many pixels.", hint=_DRAW_AGAIN)
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as source:
            source.load()
            picture = source.convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise _not_a_drawing() from error
    white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, picture).convert("RGB")


_DRAW_AGAIN: Final = "Draw the signature again, or sign without a drawing."


def _not_a_drawing() -> InputRefused:
    return InputRefused("render.drawing", "A drawn signature is not a readable PNG picture.", hint=_DRAW_AGAIN)
