"""A4 pages: lines of set text, rules, boxes, QR codes and drawings by hand, on a ReportLab canvas.

ReportLab keeps the pages; text is written by ourselves as composite-font strings, because
ReportLab knows neither fallback nor right-to-left text. Everything is drawn inside an element of the structure or as
an artifact (`Sheets.inside`, `Sheets.artifact`); nothing can be drawn outside both.

Coordinates are points from the page's top left corner, downwards.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import segno
from reportlab.pdfgen.canvas import Canvas

from declaration.render.embedding import EmbeddedFonts
from declaration.render.ink import Ink
from declaration.render.structure import Box, Element, Recording, Tongue
from declaration.render.typography import Color, Line
from declaration.render.values import MissingGlyph
from declaration.render.writing import LineWriter, joined, number

WIDTH: Final = 595.28
"""A4, points."""
HEIGHT: Final = 841.89


class _PlainCanvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """A canvas that does not begin every page by choosing an unembedded Helvetica."""

    def _make_preamble(self) -> None:
        self._preamble = "1 0 0 1 0 0 cm"


class _Artifact:
    """Owns what is drawn but not read."""


_ARTIFACT: Final = _Artifact()


class Sheets:
    """A growing stack of pages.

    `where` names in words what is being drawn, for reports of missing characters.
    """

    def __init__(self) -> None:
        """Start with one empty page."""
        self.fonts = EmbeddedFonts()
        self.where = "the document"
        self.pages = 0
        self.recording = Recording()
        self._owner: Element | _Artifact | None = None
        self._open: Element | _Artifact | None = None
        self._missing: dict[int, MissingGlyph] = {}
        self._buffer = io.BytesIO()
        self._canvas = _PlainCanvas(self._buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=0)

    # -- pages -------------------------------------------------------------------------------------------------

    def finish_page(self) -> None:
        """End the current page and begin another."""
        self._close()
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

    # -- structure ---------------------------------------------------------------------------------------------

    @contextmanager
    def inside(self, element: Element) -> Iterator[None]:
        """Draw what is drawn inside as content of this element, until another is named."""
        with self._as(element):
            yield

    def place(self, element: Element) -> None:
        """Give an element that may stay empty (a cell of a table) its place in the structure."""
        self.recording.place(element)

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Draw what is drawn inside as decoration that is not part of the text (ISO 32000-1, 14.8.2.2)."""
        with self._as(_ARTIFACT):
            yield

    @contextmanager
    def _as(self, owner: Element | _Artifact) -> Iterator[None]:
        outer, self._owner = self._owner, owner
        yield
        self._owner = outer

    def _begin(self) -> None:
        """Be in a sequence of the current element, or of artifacts; neighbours share one."""
        if self._owner is None:
            raise RuntimeError("Something is drawn that is neither part of the structure nor an artifact.")
        if self._open is not self._owner:
            self._close()
            self._canvas.addLiteral(self._opening(self._owner))
            self._open = self._owner

    def _emit(self, operators: str) -> None:
        self._begin()
        self._canvas.addLiteral(operators)

    def _opening(self, owner: Element | _Artifact, kind: str = "", properties: str = "") -> str:
        if isinstance(owner, _Artifact):
            return "/Artifact BMC"
        number = self.recording.mark(owner, self.pages)
        return f"/{kind or owner.kind} <</MCID {number}{properties}>> BDC"

    def _close(self) -> None:
        if self._open is not None:
            self._canvas.addLiteral("EMC")
            self._open = None

    # -- shapes ------------------------------------------------------------------------------------------------

    def rule(self, x: float, y: float, width: float, *, thickness: float = 0.5, color: Color) -> None:
        """Draw a horizontal line."""
        top = number(HEIGHT - y)
        self._emit(f"{_pen(thickness, color)} {number(x)} {top} m {number(x + width)} {top} l S")

    def frame(self, x: float, y: float, width: float, height: float, *, thickness: float, color: Color) -> None:
        """Draw the outline of a rectangle whose top left corner is given."""
        sides = " ".join(map(number, (x, HEIGHT - y - height, width, height)))
        self._emit(f"{_pen(thickness, color)} {sides} re S")

    def curve(self, points: list[tuple[float, float]], *, thickness: float, color: Color) -> None:
        """Draw a closed polygon of many short sides."""
        path = [f"{number(x)} {number(HEIGHT - y)} {'l' if i else 'm'}" for i, (x, y) in enumerate(points)]
        self._emit(" ".join([_pen(thickness, color), *path, "s"]))

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
        self._emit("\n".join([f"q {shade} rg {place}", *parts, "f Q"]))

    def drawing(self, ink: Ink, x: float, y: float, width: float, height: float, *, color: Color) -> None:
        """Draw lines of a pen within a rectangle, whole, from its left edge, standing on its lower edge."""
        self._emit(ink.operators(ink.fitted(width, height), x, HEIGHT - y - height, color))

    # -- text --------------------------------------------------------------------------------------------------

    def line(
        self,
        line: Line,
        x: float,
        y: float,
        *,
        width: float = 0.0,
        color: Color | None = None,
        tongues: Sequence[Tongue] = (),
    ) -> None:
        """Draw a line of text with its baseline at `y`.

        Args:
            line: as set by `typography.paragraph`.
            x: left edge of the column.
            y: baseline.
            width: the column's width, within which the line is aligned; 0 begins at `x` whatever the style says.
            color: instead of the style's.
            tongues: which of the line's characters are of another language than the element.

        """
        free = width - line.width if width else 0.0
        align = line.style.align
        to_right = (align == "end") != (line.rtl and align != "center")
        left = x + (free / 2 if align == "center" else free if to_right else 0.0)
        red, green, blue = color or line.style.color
        shade = f"{number(red)} {number(green)} {number(blue)}"
        parts = LineWriter(self.fonts, line, left, HEIGHT - y, self._note).parts(tongues)
        if not parts:
            return
        self._canvas.addLiteral(f"{shade} rg {shade} RG")
        if all(part.span is None for part in parts):
            self._emit(joined(parts, [("", "")] * len(parts)))
        elif isinstance(self._owner, Element):
            self._close()
            owner = self._owner
            openings = [
                self._opening(owner, "Span" if p.span else "", p.span.properties if p.span else "") for p in parts
            ]
            self._canvas.addLiteral(joined(parts, [(opening, "EMC") for opening in openings]))
        else:
            marks = [(f"/Span <<{part.span.properties}>> BDC", "EMC") if part.span else ("", "") for part in parts]
            self._emit(joined(parts, marks))

    def _note(self, character: str) -> None:
        known = self._missing.get(ord(character))
        where, count = (known.where, known.count) if known else (self.where, 0)
        self._missing[ord(character)] = MissingGlyph(ord(character), where, count + 1)


def box(x: float, y: float, width: float, height: float) -> Box:
    """Return where a rectangle stands whose top left corner is given, as the structure counts."""
    return x, HEIGHT - y - height, x + width, HEIGHT - y


def _pen(thickness: float, color: Color) -> str:
    """Return the operators that choose a pen."""
    return f"{' '.join(map(number, color))} RG {number(thickness)} w"
