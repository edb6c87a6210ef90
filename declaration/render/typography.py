"""Paragraphs in any script: lines broken over the whole paragraph, each in the order in which it is seen.

Text is ragged: the ends of lines are chosen together, for the least unevenness (Knuth and Plass, 1981, with spaces that
do not stretch). Words are divided only where whole words leave lines too uneven, or a word is longer than the
measure. Chinese and Japanese lines are filled out to the measure. Lengths are in points.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Final, Literal

from declaration.render import bidi
from declaration.render.fonts import family_of_language, is_rtl
from declaration.render.hyphenation import hyphenates
from declaration.render.linebreak import graphemes
from declaration.render.shaping import Piece, Word, parted, shape, words

FILLED: Final = frozenset({"zh", "ja"})
"""Languages whose lines are filled out to the measure."""
WIDOW: Final = 0.22
"""A last line shorter than this part of the measure is avoided."""
UNEVEN: Final = 0.16
"""Where a line would leave more than this part of the measure empty, words are divided."""
HYPHEN: Final = 0.025
"""What a line that ends with a hyphen costs; a second one in a row costs `SECOND` more, and a third `THIRD`."""
SECOND: Final = 0.04
THIRD: Final = 1.0
Color = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks.

    Args:
        size: nominal size.
        leading: distance of the baselines, before a script's `reach`.
        weight: 100 to 900; each family gives its nearest.
        color: red, green, blue from 0 to 1.
        tracking: extra space after each letter, in thousandths of the size; not in joined scripts.
        align: ``start`` is left for left-to-right texts and right for the others.
        balanced: whether all lines, the last one too, become about equally long (titles).
        hyphenated: whether words may be divided to make lines more even; one longer than the measure always may.

    """

    size: float
    leading: float
    weight: int = 400
    color: Color = (0.11, 0.13, 0.16)
    tracking: float = 0.0
    align: Literal["start", "center", "end"] = "start"
    balanced: bool = False
    hyphenated: bool = False

    def leading_of(self, language: str) -> float:
        """Return the line distance for a language, in points."""
        return self.leading * family_of_language(language).reach


@dataclass(frozen=True, slots=True)
class Line:
    """One line, ready to be drawn.

    Args:
        pieces: in logical order, each with the distance of its left edge from the line's, in points.
        width: in points.
        style: as given.
        rtl: direction of the paragraph.
        hanging: the spaces at which it ends, beyond its width; they tell readers of text that a word ends there.

    """

    pieces: tuple[tuple[Piece, float], ...]
    width: float
    style: Style
    rtl: bool
    hanging: tuple[Piece, ...] = ()

    @property
    def reach(self) -> float:
        """Return the factor on the line distance that the tallest script in this line needs."""
        return max((piece.face.family.reach for piece, _ in self.pieces if piece.face), default=1.0)

    @property
    def text(self) -> str:
        """Return the characters of this line in logical order."""
        return "".join(piece.text for piece, _ in self.pieces)

    @property
    def written(self) -> tuple[tuple[Piece, float], ...]:
        """Return the pieces with those that hang."""
        unit = self.style.size / 1000
        return self.pieces + tuple((piece, -piece.width * unit if self.rtl else self.width) for piece in self.hanging)


@functools.lru_cache(maxsize=8192)
def paragraph(text: str, style: Style, *, language: str, measure: float, rtl: bool | None = None) -> tuple[Line, ...]:
    """Set one paragraph.

    Args:
        text: one paragraph in logical order; line feeds count as missing characters.
        style: its look.
        language: its BCP 47 tag; decides on fonts, line ends and, unless `rtl` is given, on the direction.
        measure: the longest line, in points; a longer word is cut between grapheme clusters.
        rtl: base direction; None takes the language's.

    Returns:
        The lines; none for an empty text.

    """
    base = is_rtl(language) if rtl is None else rtl
    whole = words(text, language=language, weight=style.weight, rtl=base)
    found = _cut_long(whole, language, style, measure)
    filled = language.partition("-")[0] in FILLED
    ends = _full_lines(found, style, measure) if filled else _line_ends(found, style, measure)
    cut = len(found) != len(whole)
    if (cut or (style.hyphenated and _is_uneven(found, ends, style, measure))) and hyphenates(language):
        found = _cut_long(_divided(whole, language, style, measure, every=style.hyphenated), language, style, measure)
        ends = _line_ends(found, style, measure)
    lines: list[Line] = []
    start = 0
    for end in ends:
        fill = measure if filled and end != ends[-1] else None
        lines.append(_line(found[start:end], style, language, rtl=base, fill=fill))
        start = end
    return tuple(lines)


def free_paragraph(text: str, style: Style, *, language: str, measure: float) -> tuple[Line, ...]:
    """Set one paragraph of unknown language: its own first strong character decides on the direction (UAX 9 P2)."""
    return paragraph(text, style, language=language, measure=measure, rtl=bidi.is_rtl_text(text))


def _letters(pieces: tuple[Piece, ...], style: Style) -> int:
    """Count the glyphs that tracking moves apart."""
    if not style.tracking:
        return 0
    return sum(len(piece.glyphs) for piece in pieces if piece.level % 2 == 0)


def _tracked(word: Word, style: Style) -> float:
    return word.width + style.tracking * _letters(word.pieces, style)


def _is_uneven(found: list[Word], ends: list[int], style: Style, measure: float) -> bool:
    """Tell whether a line, but for the last, leaves too much of the measure empty."""
    unit, start = style.size / 1000, 0
    for end in ends[:-1]:
        line = found[start:end]
        width = sum(_tracked(word, style) for word in line) + sum(word.space_width for word in line[:-1])
        if measure - width * unit > UNEVEN * measure:
            return True
        start = end
    return False


def _divided(whole: tuple[Word, ...], language: str, style: Style, measure: float, *, every: bool) -> tuple[Word, ...]:
    """Divide words where they may be, but for the last of the paragraph; or only those longer than the measure."""
    limit = measure * 1000 / style.size
    last = len(whole) - 1
    return tuple(
        part
        for index, word in enumerate(whole)
        for part in (parted(word, language) if (every and index != last) or _tracked(word, style) > limit else [word])
    )


def _cut_long(found: tuple[Word, ...], language: str, style: Style, measure: float) -> list[Word]:
    """Cut words that are longer than the measure between grapheme clusters."""
    limit = measure * 1000 / style.size
    result: list[Word] = []
    for word in found:
        if _tracked(word, style) + (word.hyphen.width if word.hyphen else 0.0) <= limit:
            result.append(word)
            continue
        part: list[Piece] = []
        width = 0.0
        for piece in word.pieces:
            for cluster in graphemes(piece.text):
                shaped = shape(cluster, piece.face, piece.level, language)
                step = shaped.width + style.tracking * len(shaped.glyphs)
                if part and width + step > limit:
                    result.append(_joined(part, (), language))
                    part, width = [], 0.0
                part.append(shaped)
                width += step
        result.append(_joined(part, word.spaces, language))
    return result


def _joined(part: list[Piece], spaces: tuple[Piece, ...], language: str) -> Word:
    """Shape neighbours of one face and level again as one piece, so that letters join."""
    merged: list[Piece] = []
    for piece in part:
        last = merged[-1] if merged else None
        if last is not None and piece.face is not None and last.face is piece.face and last.level == piece.level:
            merged[-1] = shape(last.text + piece.text, piece.face, piece.level, language)
        else:
            merged.append(piece)
    return Word(tuple(merged), spaces, sum(p.width for p in merged), sum(p.width for p in spaces))


def _full_lines(found: list[Word], style: Style, measure: float) -> list[int]:
    """End each line only where the next word does not fit."""
    unit = style.size / 1000
    ends: list[int] = []
    length = 0.0
    for index, word in enumerate(found):
        width = _tracked(word, style) * unit
        if index and length + width > measure:
            ends.append(index)
            length = 0.0
        length += width + word.space_width * unit
    return [*ends, len(found)] if found else []


def _line_ends(found: list[Word], style: Style, measure: float) -> list[int]:
    """Choose the ends of all lines together: the least sum of squared gaps, and a little for each line."""
    unit = style.size / 1000
    widths = [_tracked(word, style) * unit for word in found]
    spaces = [word.space_width * unit for word in found]
    hyphens = [word.hyphen.width * unit if word.hyphen else 0.0 for word in found]
    count = len(widths)
    if sum(widths) + sum(spaces[:-1]) <= measure:
        return [count] if count else []
    best = [0.0] + [float("inf")] * count
    before = [0] * (count + 1)
    for end in range(1, count + 1):
        length = widths[end - 1] + hyphens[end - 1]
        cost_of_end = 0.004 + _end_cost(found[end - 1], style)
        for start in range(end - 1, -1, -1):
            if start < end - 1:
                length += widths[start] + spaces[start]
                if length > measure:
                    break
            gap = (measure - length) / measure if length < measure else 0.0
            cost = best[start] + (_last_cost(gap, style) if end == count else gap * gap + cost_of_end)
            if start and found[start - 1].hyphen:
                cost += _in_a_row(found, before, start, end)
            if cost < best[end]:
                best[end], before[end] = cost, start
    ends: list[int] = []
    while count:
        ends.append(count)
        count = before[count]
    return ends[::-1]


def _last_cost(gap: float, style: Style) -> float:
    """Return what a last line costs: only if it is very short, except in titles, which are balanced."""
    if style.balanced:
        return gap * gap
    return 0.05 if gap > 1 - WIDOW else 0.004


def _end_cost(word: Word, style: Style) -> float:
    """Return what it costs to end another line after a word, whatever its gap.

    A line that ends inside a compound costs more, because a hyphen there may be read as hyphenation; so does one that
    parts a day or a number from its word.
    """
    if word.hyphen:
        return HYPHEN + (0.5 if style.balanced else 0.0)
    end = word.pieces[-1].text if word.pieces else ""
    compound = not word.spaces and end.endswith(("-", "\u2010"))
    number = bool(word.spaces) and len(end) <= 2 and end.isdecimal()
    awkward = (0.03 if compound or number else 0.0) + (0.5 if style.balanced else 0.0)
    return awkward + (0.5 if style.balanced and compound else 0.0)


def _in_a_row(found: list[Word], before: list[int], start: int, end: int) -> float:
    """Return what it costs that the line before ends with a hyphen too, or that part of a word is left alone."""
    if end == len(found):
        return SECOND if end - start == 1 else 0.0
    if not found[end - 1].hyphen:
        return 0.0
    earlier = before[start]
    return THIRD if earlier and found[earlier - 1].hyphen else SECOND


def _line(found: list[Word], style: Style, language: str, *, rtl: bool, fill: float | None) -> Line:
    pieces: list[Piece] = []
    part = ""
    for index, word in enumerate(found):
        own = word.pieces
        if part and own[0].face:  # the next part of a word: shaped as one again, as if it could not be divided
            own = (shape(part + own[0].text, own[0].face, own[0].level, language), *own[1:])
        part = own[0].text if word.hyphen and index + 1 < len(found) else ""
        if not part:
            pieces += [*own, *word.spaces]
    if (hyphen := found[-1].hyphen) is not None:
        last = pieces[-1]
        glyphs, width = last.glyphs + hyphen.glyphs, last.width + hyphen.width
        pieces[-1] = replace(last, glyphs=glyphs, width=width, is_plain=False)
    for _ in found[-1].spaces:
        pieces.pop()
    unit = style.size / 1000
    advances = [piece.width * unit + style.tracking * unit * _letters((piece,), style) for piece in pieces]
    stretch = _stretch(sum(advances), len(pieces), fill, style.size)
    levels = [piece.level for piece in pieces]
    x, places = 0.0, [0.0] * len(pieces)
    for index in bidi.visual_order(levels):
        places[index] = x
        x += advances[index] + stretch
    width = x - stretch if pieces else 0.0
    return Line(tuple(zip(pieces, places, strict=True)), width, style, rtl, found[-1].spaces)


def _stretch(width: float, count: int, fill: float | None, size: float) -> float:
    """Return what to add between pieces to fill a line, unless that would show."""
    if fill is None or count < 2 or not 0 < fill - width < 2.5 * size:
        return 0.0
    return (fill - width) / (count - 1)
