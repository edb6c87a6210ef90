"""Lines of a pen, drawn as lines: sharp at any size, on paper as on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from declaration.render.typography import Color

Strokes = Sequence[Sequence[tuple[int, int]]]
"""Where a pen went, each time it was set down: units from the left and from the top; a single point is a dot."""
GROWTH: Final = 3.0
"""How much larger than with its whole sheet a small drawing is shown at most, so that a dot does not fill the place."""
THINNEST: Final = 0.022
"""The line's thickness in heights of the place: still seen on paper …"""
THICKEST: Final = 0.045
"""… and not yet clumsy."""


@dataclass(frozen=True, slots=True)
class Ink:
    """A drawing by hand.

    Args:
        strokes: not empty, and none of them is.
        width: of the sheet on which it was drawn, in its units.
        height: of the sheet.
        pen: how thick the line is.

    """

    strokes: Strokes
    width: int
    height: int
    pen: int

    @property
    def _edges(self) -> tuple[int, int, int, int]:
        across = [x for stroke in self.strokes for x, _ in stroke]
        down = [y for stroke in self.strokes for _, y in stroke]
        return min(across), min(down), max(across), max(down)

    def fitted(self, width: float, height: float) -> Fitted:
        """Return how the drawing, without the empty paper around it, fits into a place; its line stays inside."""
        left, top, right, bottom = self._edges
        whole = min(width / self.width, height / self.height)
        # the scale decides on the line, the line on the room for the drawing: the thickest line always fits
        room = height * THICKEST
        scale = min((width - room) / max(1, right - left), (height - room) / max(1, bottom - top), GROWTH * whole)
        pen = min(max(self.pen * scale, height * THINNEST), height * THICKEST)
        return Fitted(scale, pen, (right - left) * scale + pen, (bottom - top) * scale + pen, left, bottom)

    def operators(self, fitted: Fitted, x: float, y: float, color: Color) -> str:
        """Return the operators that draw, with the lower left corner of the line's edge at a place of the page."""
        shade = " ".join(f"{part:.4g}" for part in color)
        scale, half = fitted.scale, fitted.pen / 2
        across, up = x + half - fitted.left * scale, y + half + fitted.bottom * scale
        lines = [f"q {shade} RG {scale:.6f} 0 0 {-scale:.6f} {across:.3f} {up:.3f} cm"]
        lines.append(f"{fitted.pen / scale:.3f} w 1 J 1 j")
        for stroke in self.strokes:
            places = [f"{right} {down}" for right, down in stroke]
            first, *rest = places if len(places) > 1 else places * 2  # a dot is a line of no length with round ends
            lines.append(" ".join([f"{first} m", *(f"{place} l" for place in rest)]))
        return "\n".join([*lines, "S Q"])


class Fitted(NamedTuple):
    """How a drawing stands in a place: points to a unit; pen, width and height in points; two edges in units."""

    scale: float
    pen: float
    width: float
    height: float
    left: int
    bottom: int
