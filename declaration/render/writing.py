"""One line of text as operators of a page: strings of glyphs in reading order, each with the text it stands for.

Neighbours of one face become one string with adjustments (TJ). Right-to-left words are written glyph by glyph in the
order in which they are read, as ISO 32000-1, 14.8.2.3.3 asks of tagged documents; the pen steps back before each.
Where the codes alone would not spell the text, a span says it (ActualText); where it is of another language, a span
says which. Spans stand beside each other, never within one another: some readers of the structure lose the rest of
a sequence that holds another one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from declaration.render.embedding import EmbeddedFace, EmbeddedFonts
from declaration.render.fonts import NOTO_SERIF, Face, face
from declaration.render.shaping import Glyph, Piece, box_digits, shape
from declaration.render.structure import Tongue
from declaration.render.typography import Line

BOX_RULE: Final = 0.4
LIGHT: Final = 200
"""A face lighter than the style by this much is drawn with an outline."""
OUTLINE: Final = 0.032
"""Width of that outline in ems: about what a semibold stem is thicker than a regular one."""


class Span(NamedTuple):
    """What is to be said of some glyphs: the text they stand for, if not what their codes say; their language."""

    actual: str | None
    language: str | None

    @property
    def properties(self) -> str:
        """Return the entries of a property list (ISO 32000-1, 14.9.2 and 14.9.4)."""
        actual = "" if self.actual is None else f" /ActualText <{utf16(self.actual)}>"
        return actual + (f" /Lang ({self.language})" if self.language else "")


class Part(NamedTuple):
    """Operators with what is to be said of them; `is_text` tells whether they belong inside a text object."""

    span: Span | None
    operators: str
    is_text: bool


def utf16(text: str) -> str:
    """Return a text string's hexadecimal digits (ISO 32000-1, 7.9.2.2)."""
    return ("\ufeff" + text).encode("utf-16-be").hex().upper()


def number(value: float) -> str:
    """Write a PDF number with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def joined(parts: Sequence[Part], marks: Sequence[tuple[str, str]]) -> str:
    """Return the operators of all parts, each between its two marks, in text objects where they need them."""
    lines: list[str] = []
    is_text = False
    for part, (opening, closing) in zip(parts, marks, strict=True):
        if part.is_text != is_text:
            lines.append("BT" if part.is_text else "ET")
            is_text = part.is_text
        lines += [item for item in (opening, part.operators, closing) if item]
    return "\n".join([*lines, "ET"] if is_text else lines)


class LineWriter:
    """Writes one line with its left edge at `x` and its baseline at `y`, from the page's lower left corner.

    `note` is told each character that no font holds.
    """

    def __init__(self, fonts: EmbeddedFonts, line: Line, x: float, y: float, note: Callable[[str], None]) -> None:
        self._fonts = fonts
        self._line = line
        self._unit = line.style.size / 1000
        self._x = x
        self._y = y
        self._note = note
        self._parts: list[Part] = []
        self._span: Span | None = None
        self._ops: list[str] = []
        self._array: list[str] = []
        self._hex: list[str] = []
        self._back = 0.0
        self._face: Face | None = None
        self._rise = 0.0
        self._shown = False

    def parts(self, tongues: Sequence[Tongue] = ()) -> list[Part]:
        """Return the parts of the line, none for an empty one."""
        offset = 0
        expected: float | None = None
        for piece, place in self._line.written:
            language = next((tongue.language for tongue in tongues if tongue.start <= offset < tongue.end), None)
            offset += len(piece.text)
            if piece.face is None:
                self._box(piece, place, language)
                expected = None
            elif piece.level % 2:
                self._leftwards(piece, piece.face, place, language)
                expected = None
            elif piece.glyphs:
                continues = self._face is piece.face and expected is not None and abs(place - expected) < 0.005
                expected = self._rightwards(piece, piece.face, place, language, continues=continues)
        self._lower()
        self._end()
        if self._ops and self._parts:  # back on the baseline
            last = self._parts[-1]
            self._parts[-1] = last._replace(operators="\n".join([last.operators, *self._ops]))
        return self._parts

    # -- pieces ------------------------------------------------------------------------------------------------

    def _rightwards(self, piece: Piece, source: Face, place: float, language: str | None, *, continues: bool) -> float:
        """Write a piece from left to right; return where the pen stands after it."""
        plain = Span(None, language) if language else None
        self._turn(plain)
        embedded = self._choose(source)
        if not continues:
            self._move(place)
        tracking = self._line.style.tracking
        if piece.is_plain:
            self._plainly(embedded, piece.glyphs, tracking)
        for group in () if piece.is_plain else _groups(piece.glyphs, with_marks=True):
            self._turn(plain if len(group) == 1 else self._spoken(group, language))
            for glyph in group:
                self._glyph(embedded, glyph, tracking=tracking)
        return place + (piece.width + tracking * len(piece.glyphs)) * self._unit

    def _leftwards(self, piece: Piece, source: Face, place: float, language: str | None) -> None:
        """Write a piece in reading order: its last glyph, on the right, first."""
        plain = Span(None, language) if language else None
        self._turn(plain)
        embedded = self._choose(source)
        offset = piece.width
        pen: float | None = None
        for group in _groups(piece.glyphs[::-1], with_marks=False):
            self._turn(plain if len(group) == 1 else self._spoken(group, language))
            for glyph in group:
                offset -= glyph.advance
                if pen is None:
                    self._move(place + offset * self._unit)
                else:
                    self._back += (pen - offset) / source.family.scale
                self._glyph(embedded, glyph, tracking=0.0)
                pen = offset + glyph.advance

    def _box(self, piece: Piece, place: float, language: str | None) -> None:
        """Write a box with the code point for each character that no font holds."""
        self._lower()
        unit, size = self._unit, self._line.style.size
        x = self._x + place
        source = face(NOTO_SERIF.name, 400)
        ops = [f"0 Tr {number(BOX_RULE)} w"]
        for character in piece.text:
            self._note(character)
            rows = box_digits(character)
            width = (240 + 260 * len(rows[0])) * unit
            frame = (x + 60 * unit, self._y - 120 * unit, width - 120 * unit, 900 * unit)
            ops.append(" ".join([*map(number, frame), "re S"]))
            for row, digits in enumerate(rows):
                shaped = shape(digits, source, 0, "en")
                small = size * 0.38
                left = x + (width - shaped.width * small / 1000) / 2
                glyphs = "".join(self._fonts.of(source).written(glyph)[0] for glyph in shaped.glyphs)
                name = self._fonts.of(source).resource
                baseline = number(self._y + (390 - row * 400) * unit)
                ops.append(f"BT /{name} {number(small)} Tf 1 0 0 1 {number(left)} {baseline} Tm <{glyphs}> Tj ET")
            x += width
        self._end()
        self._parts.append(Part(Span(piece.text, language), "\n".join(ops), is_text=False))
        self._face = None

    @staticmethod
    def _spoken(group: Sequence[Glyph], language: str | None) -> Span | None:
        """Return what must be said of several glyphs that stand for one text."""
        text = "".join(glyph.text for glyph in group)
        exact = unicodedata.is_normalized("NFC", text) and all(
            glyph.text and not glyph.dx and not glyph.dy for glyph in group
        )
        if exact and language is None:
            return None
        return Span(None if exact else unicodedata.normalize("NFC", text), language)

    # -- operators ---------------------------------------------------------------------------------------------

    def _turn(self, span: Span | None) -> None:
        """Go on under another span, or under none."""
        if span is self._span is None or (span == self._span and span is not None and span.actual is None):
            return
        self._end()
        self._span = span

    def _end(self) -> None:
        self._show()
        if self._shown:  # what only prepares goes on into the next part
            self._parts.append(Part(self._span, "\n".join(self._ops), is_text=True))
            self._ops, self._shown = [], False

    def _choose(self, source: Face) -> EmbeddedFace:
        embedded = self._fonts.of(source)
        if self._face is source:
            return embedded
        self._show()
        size = self._line.style.size * source.family.scale
        self._ops.append(f"/{embedded.resource} {number(size)} Tf")
        # a family without bold letters gets a thin outline in headings
        outlined = self._line.style.weight - source.weight >= LIGHT
        self._ops.append(f"2 Tr {number(size * OUTLINE)} w" if outlined else "0 Tr")
        self._face = source
        return embedded

    def _move(self, place: float) -> None:
        self._show()
        self._back = 0.0
        self._ops.append(f"1 0 0 1 {number(self._x + place)} {number(self._y)} Tm")

    def _glyph(self, embedded: EmbeddedFace, glyph: Glyph, *, tracking: float) -> None:
        scale = embedded.source.family.scale
        if glyph.dy != self._rise:
            self._show()
            self._ops.append(f"{number(glyph.dy * self._unit)} Ts")
            self._rise = glyph.dy
        self._back -= glyph.dx / scale
        self._pull()
        digits, width = embedded.written(glyph)
        self._hex.append(digits)
        self._back += width - (glyph.advance + tracking - glyph.dx) / scale

    def _plainly(self, embedded: EmbeddedFace, glyphs: Sequence[Glyph], tracking: float) -> None:
        """Write what is nearly all of most documents, as `_glyph` would, without looking for what is not there."""
        self._lower()
        scale, written, back = embedded.source.family.scale, embedded.written, self._back
        for glyph in glyphs:
            if not -0.5 <= back <= 0.5:
                self._back = back
                self._pull()
                back = self._back
            digits, width = written(glyph)
            self._hex.append(digits)
            back += width - (glyph.advance + tracking) / scale
        self._back = back

    def _lower(self) -> None:
        """Put the pen back on the baseline: the rise outlives a text object (ISO 32000-1, 9.3)."""
        if self._rise:
            self._show()
            self._ops.append("0 Ts")
            self._rise = 0.0

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
            self._array, self._shown = [], True


def _groups(glyphs: Sequence[Glyph], *, with_marks: bool) -> list[list[Glyph]]:
    """Gather each glyph, in reading order, with the further glyphs of its character, and perhaps with its marks.

    Marks of right-to-left letters are left alone: readers turn a longer text of theirs around.
    """
    groups: list[list[Glyph]] = []
    for glyph in glyphs:
        if groups and (not glyph.text or (with_marks and unicodedata.category(glyph.text[0])[0] == "M")):
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    return groups
