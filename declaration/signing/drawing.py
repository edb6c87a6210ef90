"""Drawn signatures: lines of a pen in the one form that is recorded, an SVG document of a single path.

The form is specified in docs/spec/bundle.md, section 1.1. It is so narrow that no XML is parsed: a document is a fixed
head, the path's data and a fixed tail, and what is read must give the same bytes when it is written again. No picture
of unknown origin, style, script, entity or reference can be in it.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn, TypeAlias

from declaration.errors import InputRefused, LimitExceeded

Point: TypeAlias = tuple[int, int]
"""Units from the left and from the top."""
Stroke: TypeAlias = tuple[Point, ...]
"""Where the pen went without being lifted; a single point is a dot."""

WIDTH: Final = 3000
"""Units of the sheet: about eight to a CSS pixel of a phone's screen, so that rounding is not seen."""
HEIGHT: Final = 1200
PEN: Final = 24
"""How thick the line is, in units."""
MAX_DRAWN: Final = 65_536
"""Bytes of a document: a signature has 2 to 10 kB."""
MAX_STROKES: Final = 200
"""Full names in scripts of many strokes have fewer than a hundred."""
MAX_POINTS: Final = 6_000
"""Points of all strokes together: as many as `MAX_DRAWN` holds."""
HEAD: Final = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    f'<path fill="none" stroke="#101418" stroke-width="{PEN}" stroke-linecap="round" stroke-linejoin="round" d="'
)
TAIL: Final = '"/></svg>'

_NUMBER: Final = r"(?:0|[1-9][0-9]{0,3})"
_STROKE: Final = re.compile(rf"M({_NUMBER} {_NUMBER}(?:L{_NUMBER} {_NUMBER})+)")
_DIGITS: Final = re.compile("[0-9]+")
_ACROSS: Final = rb"(?>3000|[12][0-9]{3}|[1-9][0-9]{0,2}|0)"
_DOWN: Final = rb"(?>1200|1[01][0-9]{2}|[1-9][0-9]{0,2}|0)"
_POINT: Final = _ACROSS + b" " + _DOWN
_PATH: Final = re.compile(rb"(?:M%b(?:L%b)++)++" % (_POINT, _POINT))
"""Strokes of two points or more, each on the sheet of `WIDTH` by `HEIGHT`, all numbers in their shortest spelling."""
_RASTER: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_AGAIN: Final = "Draw the signature again on the page for signing, or sign without one."


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn signature.

    Args:
        strokes: in the order of drawing.

    Raises:
        InputRefused: ``drawn.empty``, no stroke, or one without a point; ``drawn.bounds``, a point beside the sheet;
            ``drawn.repeated``, a point that stands where the one before it stands.
        LimitExceeded: ``drawn.strokes``, ``drawn.points``.

    """

    strokes: tuple[Stroke, ...]

    def __post_init__(self) -> None:
        """Check what the form leaves open."""
        if not self.strokes or not all(self.strokes):
            _refuse("empty", "A drawn signature has no lines")
        if len(self.strokes) > MAX_STROKES:
            _exceed("strokes", f"A drawn signature has {len(self.strokes)} strokes, {MAX_STROKES} are allowed")
        points = sum(map(len, self.strokes))
        if points > MAX_POINTS:
            _exceed("points", f"A drawn signature has {points} points, {MAX_POINTS} are allowed")
        for number, stroke in enumerate(self.strokes, 1):
            across, down = zip(*stroke, strict=True)
            if min(across) < 0 or max(across) > WIDTH or min(down) < 0 or max(down) > HEIGHT:
                _refuse("bounds", f"Stroke {number} of a drawn signature leaves the sheet")
            if any(map(operator.eq, stroke, stroke[1:])):
                _refuse("repeated", f"Stroke {number} of a drawn signature has a point twice in a row")

    def svg(self) -> bytes:
        """Return the bytes that are recorded, and whose SHA-256 the statement names."""
        lines: list[str] = []
        for stroke in self.strokes:
            places = [f"{x} {y}" for x, y in stroke]
            lines.append("M" + "L".join(places if len(places) > 1 else places * 2))
        return f"{HEAD}{''.join(lines)}{TAIL}".encode()

    @classmethod
    def parse(cls, data: bytes) -> Drawing:
        """Read what `svg` wrote, byte by byte.

        Raises:
            InputRefused: ``drawn.raster``, a picture of pixels; ``drawn.form``, anything else that is not of the form;
                ``drawn.empty``, ``drawn.bounds``, ``drawn.repeated``.
            LimitExceeded: ``drawn.size``, longer than `MAX_DRAWN`; ``drawn.strokes``, ``drawn.points``.

        """
        if len(data) > MAX_DRAWN:
            _exceed("size", f"A drawn signature is {len(data)} bytes long, {MAX_DRAWN} are allowed")
        if not data:
            _refuse("empty", "A drawn signature is empty")
        if data.startswith(_RASTER):
            _refuse("raster", "A drawn signature is a picture of pixels, whose origin nobody can know")
        if not data.isascii():
            _refuse_form()
        text = data.decode("ascii")
        if not text.startswith(HEAD) or not text.endswith(TAIL) or len(text) < len(HEAD) + len(TAIL):
            _refuse_form()
        drawing = cls(_strokes(text[len(HEAD) : -len(TAIL)]))
        if drawing.svg() != data:
            _refuse_form()
        return drawing


@lru_cache(maxsize=16)
def require_drawing(data: bytes | None) -> None:
    """Refuse a drawn signature that is not of the form; none at all is fine.

    A bundle and the evidence in it ask one after the other, about the same bytes.

    Raises:
        InputRefused, LimitExceeded: see `Drawing.parse`.

    """
    if data is not None and not _is_drawing(data):
        Drawing.parse(data)


def _is_drawing(data: bytes) -> bool:
    """Tell whether a drawing is of the form, without building it: `Drawing.parse` says what is wrong with another."""
    head, path, tail = data[: len(_HEAD)], data[len(_HEAD) : -len(_TAIL)], data[-len(_TAIL) :]
    if len(data) > MAX_DRAWN or head != _HEAD or tail != _TAIL or _PATH.fullmatch(path) is None:
        return False
    strokes = [stroke.split(b"L") for stroke in path[1:].split(b"M")]
    if len(strokes) > MAX_STROKES or sum(map(len, strokes)) > MAX_POINTS:
        return False
    # a dot is written as a line from a point to itself
    return not any(any(map(operator.eq, stroke, stroke[1:])) and len(stroke) > 2 for stroke in strokes)


_HEAD: Final = HEAD.encode()
_TAIL: Final = TAIL.encode()


def _strokes(path: str) -> tuple[Stroke, ...]:
    """Read a path's data."""
    strokes: list[Stroke] = []
    at = 0
    while at < len(path):
        found = _STROKE.match(path, at)
        if found is None:
            _refuse_form()
        at = found.end()
        numbers = map(int, _DIGITS.findall(found[1]))
        stroke = tuple(zip(numbers, numbers, strict=True))
        strokes.append(stroke[:1] if len(stroke) == 2 and stroke[0] == stroke[1] else stroke)
    return tuple(strokes)


def _refuse_form() -> NoReturn:
    _refuse("form", "A drawn signature is not of the one form that is recorded, a single path of lines in SVG")


def _refuse(code: str, why: str) -> NoReturn:
    raise InputRefused(f"drawn.{code}", f"{why}.", hint=_AGAIN)


def _exceed(code: str, why: str) -> NoReturn:
    raise LimitExceeded(f"drawn.{code}", f"{why}.", hint=_AGAIN)
