"""The visible seal: a square on the edition's last page in which its signature field shows a ring of fine lines.

It is drawn with vectors alone, without a font, a picture or any other resource, so that there is nothing in it to be
exchanged or to be missing one day. Words (by whom, when) stand beside it on the page itself, where everybody can read
them aloud or copy them.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin
from typing import Final, NamedTuple

SIDE: Final = 1000
"""Units of the drawing along each side of the square."""
BOX: Final = (0, 0, SIDE, SIDE)
"""What the form's ``BBox`` says (ISO 32000-2, section 8.10.2); the field's rectangle scales it."""
IN_CORNER: Final = 72
"""Side of a seal for which a page has kept no place, in points; it stands in the lower right corner."""

_BLUE: Final = "0.1 0.2 0.33 RG 0.1 0.2 0.33 rg"
_BRONZE: Final = "0.62 0.47 0.27 RG"
_CENTRE: Final = SIDE // 2
_WAVES: Final = 48
_STEPS: Final = 10
"""Straight pieces of one wave: at 30 mm nobody sees them."""
_KAPPA: Final = 0.5522847498
"""Distance of the control points of a quarter circle, by its radius."""


class Place(NamedTuple):
    """A square on a page: its lower left corner and its side, in whole points of the page's own coordinates."""

    x: int
    y: int
    side: int

    @property
    def rectangle(self) -> list[int]:
        """What the field's ``Rect`` says."""
        return [self.x, self.y, self.x + self.side, self.y + self.side]


def appearance() -> bytes:
    """Return the content stream of the seal within `BOX`; always the same bytes."""
    lines = ["q 1 J 1 j", f"{_BRONZE} 3 w"]
    lines += [_wave(395, 62, turn) for turn in (0.0, 0.5)]
    lines += [f"{_BLUE} 9 w", _circle(486), "4 w", _circle(466), _circle(322)]
    lines += _colonnade()
    lines.append("Q")
    return "\n".join(lines).encode("ascii")


def _circle(radius: int) -> str:
    far = round(radius * _KAPPA)
    x, y = _CENTRE + radius, _CENTRE
    parts = [f"{x} {y} m"]
    for dx, dy in ((0, 1), (-1, 0), (0, -1), (1, 0)):
        # a quarter: from where the pen is to the next of the four ends of the axes
        toward = _CENTRE + dx * radius, _CENTRE + dy * radius
        first = x + dx * far, y + dy * far
        second = toward[0] + (x - _CENTRE) * far // radius, toward[1] + (y - _CENTRE) * far // radius
        parts.append(f"{first[0]} {first[1]} {second[0]} {second[1]} {toward[0]} {toward[1]} c")
        x, y = toward
    return " ".join((*parts, "s"))


def _wave(radius: int, swing: int, turn: float) -> str:
    """Return a closed line that swings around a circle, `turn` of a wave further."""
    points = []
    count = _WAVES * _STEPS
    for step in range(count):
        angle = 2 * pi * step / count
        reach = radius + swing * sin(_WAVES * angle + 2 * pi * turn)
        points.append(f"{round(_CENTRE + reach * cos(angle))} {round(_CENTRE + reach * sin(angle))}")
    return " ".join((f"{points[0]} m", *(f"{point} l" for point in points[1:]), "s"))


def _colonnade() -> Iterator[str]:
    """Yield a court of honour: two steps, six columns, what they carry."""
    yield f"{_filled(_CENTRE - 210, 350, 420, 16)} {_filled(_CENTRE - 190, 374, 380, 16)}"
    for column in range(6):
        yield _filled(_CENTRE - 170 + column * 62, 398, 30, 190)
    yield f"{_filled(_CENTRE - 190, 596, 380, 20)} {_filled(_CENTRE - 210, 624, 420, 34)}"


def _filled(x: int, y: int, width: int, height: int) -> str:
    return f"{x} {y} {width} {height} re f"
