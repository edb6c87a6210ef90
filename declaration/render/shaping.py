"""From characters to glyphs: pieces of one face and one direction, shaped by HarfBuzz, each cluster with its text.

A piece never crosses a place where a line may end, so a paragraph is broken by adding up pieces, and no piece
is shaped twice: the cache serves the same words in every document of a process.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import regex
import uharfbuzz
from bidi.mirror import MIRRORED

from declaration.render import bidi
from declaration.render.fonts import Face, face, face_for
from declaration.render.hyphenation import points
from declaration.render.linebreak import graphemes, opportunities

CACHED_PIECES: Final = 20_000
"""Shaped pieces kept: about the vocabulary of 1,000 signatories in 13 languages, some 30 MB."""
_TYPED_SPACES: Final = frozenset(" \u00a0\u202f\u2009")
_AFTER_HALF: Final = frozenset(";!?")
_AFTER_WHOLE: Final = frozenset(":»")
_SPACES: Final = regex.compile(r"[\p{Zs}--[\u00a0\u202f\u2007]]", regex.VERSION1)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph, in thousandths of the nominal size.

    Args:
        index: glyph index in the face.
        advance: how far the pen moves.
        dx: horizontal offset of the drawing.
        dy: vertical offset of the drawing.
        text: the characters it stands for; empty for a further glyph of the same character.

    """

    index: int
    advance: float
    dx: float
    dy: float
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of one face and one level, shaped.

    Args:
        text: the characters in logical order.
        face: the face, or None where no font holds them (then there are no glyphs, and `width` is a box's).
        level: embedding level; odd runs from right to left.
        glyphs: from left to right.
        width: in thousandths of the nominal size.
        is_space: whether the text is white space at which a line may end.
        is_plain: each glyph stands on the baseline, where the pen is, for characters of its own.

    """

    text: str
    face: Face | None
    level: int
    glyphs: tuple[Glyph, ...]
    width: float
    is_space: bool
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between two places where a line may end: pieces, then spaces.

    Widths in thousandths of the nominal size.

    Args:
        pieces: what is seen.
        spaces: after it.
        width: of the pieces.
        space_width: of the spaces.
        hyphen: what is drawn behind it if a line ends here, because the next one is another part of the same word;
            it stands for no character.

    """

    pieces: tuple[Piece, ...]
    spaces: tuple[Piece, ...]
    width: float
    space_width: float
    hyphen: Piece | None = None


def well_formed(text: str) -> str:
    """Return `text` in NFC, with half surrogates replaced by U+FFFD, so that it can be shaped and encoded."""
    return unicodedata.normalize("NFC", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def words(text: str, *, language: str, weight: int, rtl: bool) -> tuple[Word, ...]:
    """Cut one paragraph into shaped words, in logical order."""
    return _words(well_formed(text), language, weight, rtl)


@functools.lru_cache(maxsize=4096)
def _words(text: str, language: str, weight: int, rtl: bool) -> tuple[Word, ...]:
    embedding = bidi.levels(text, rtl=rtl)
    breaks = opportunities(text, language)
    found: list[Word] = []
    pieces: list[Piece] = []
    for start, end, chosen in _items(text, embedding, breaks, language, weight):
        if start in breaks:
            found.append(_word(pieces, language))
            pieces = []
        pieces.append(shape(text[start:end], chosen, embedding[start], language))
    if pieces:
        found.append(_word(pieces, language))
    return tuple(found)


def parted(word: Word, language: str) -> list[Word]:
    """Return a word in the parts into which it may be divided, each but the last with its hyphen.

    Only words of one face that run from left to right are divided: all others come back whole.
    """
    [piece, *others] = word.pieces or (None,)
    if piece is None or others or piece.face is None or piece.level % 2:
        return [word]
    ends = points(piece.text, language)
    if not ends:
        return [word]
    hyphen = silent(shape("-", piece.face, piece.level, language))
    parts: list[Word] = []
    for start, end in pairwise((0, *ends, len(piece.text))):
        part = shape(piece.text[start:end], piece.face, piece.level, language)
        parts.append(Word((part,), (), part.width, 0.0, hyphen))
    return [*parts[:-1], replace(parts[-1], spaces=word.spaces, space_width=word.space_width, hyphen=None)]


def silent(piece: Piece) -> Piece:
    """Return a piece that is seen and stands for no character."""
    return replace(piece, text="", glyphs=tuple(replace(glyph, text="") for glyph in piece.glyphs), is_plain=False)


def _french(pieces: Sequence[Piece]) -> list[Piece]:
    """Draw the spaces of French punctuation as printers set them, whatever space was typed.

    Half a space before ``;``, ``!`` and ``?``, a whole one before ``:`` and within guillemets (Lexique des règles
    typographiques en usage à l'Imprimerie nationale). Nothing is added where no space was typed.
    """
    result: list[Piece] = []
    for index, piece in enumerate(pieces):
        if piece.face is None or piece.level % 2 or _TYPED_SPACES.isdisjoint(piece.text):
            result.append(piece)
            continue
        before = pieces[index - 1].text[-1:] if index else ""
        after = pieces[index + 1].text[:1] if index + 1 < len(pieces) else ""
        whole = shape(" ", piece.face, piece.level, "fr").width
        around = [before, *(glyph.text for glyph in piece.glyphs), after]
        advances = [_advance(glyph, around[at], around[at + 2], whole) for at, glyph in enumerate(piece.glyphs)]
        if all(glyph.advance == advance for glyph, advance in zip(piece.glyphs, advances, strict=True)):
            result.append(piece)
            continue
        glyphs = tuple(replace(glyph, advance=to) for glyph, to in zip(piece.glyphs, advances, strict=True))
        result.append(replace(piece, glyphs=glyphs, width=sum(advances)))
    return result


def _advance(glyph: Glyph, before: str, after: str, whole: float) -> float:
    if glyph.text not in _TYPED_SPACES:
        return glyph.advance
    if after[:1] in _AFTER_HALF:
        return whole / 2
    return whole if after[:1] in _AFTER_WHOLE or before[-1:] == "«" else glyph.advance


def _word(pieces: Sequence[Piece], language: str) -> Word:
    if language.partition("-")[0] == "fr":
        pieces = _french(pieces)
    cut = len(pieces)
    while cut and pieces[cut - 1].is_space:
        cut -= 1
    solid, spaces = tuple(pieces[:cut]), tuple(pieces[cut:])
    return Word(solid, spaces, sum(p.width for p in solid), sum(p.width for p in spaces))


def _items(
    text: str, embedding: tuple[int, ...], breaks: frozenset[int], language: str, weight: int
) -> list[tuple[int, int, Face | None]]:
    """Cut the text where level, face, or a possible line end changes, and around spaces."""
    items: list[tuple[int, int, Face | None]] = []
    open_faces: list[tuple[str, Face | None]] = []
    known: dict[tuple[str, str], tuple[Face | None, bool, bool]] = {}  # a text has few different clusters
    beside: Face | None = None
    name = ""
    offset, was_space = 0, False
    for cluster in graphemes(text):
        key = (cluster, name)
        if key not in known:
            found = face_for(cluster, language=language, weight=weight, beside=beside)
            known[key] = (found, bool(_SPACES.match(cluster)), unicodedata.category(cluster[0]) in {"Ps", "Pe"})
        chosen, is_space, is_bracket = known[key]
        if is_bracket:
            chosen = _face_of_bracket(cluster, chosen, open_faces)
        end = offset + len(cluster)
        joins = (
            bool(items)
            and items[-1][2] is chosen
            and chosen is not None
            and embedding[offset] == embedding[offset - 1]
            and offset not in breaks
            and is_space == was_space
        )
        if joins:
            items[-1] = (items[-1][0], end, chosen)
        else:
            items.append((offset, end, chosen))
        if chosen is not None and chosen is not beside:
            beside, name = chosen, chosen.name
        was_space, offset = is_space, end
    return items


def _face_of_bracket(cluster: str, chosen: Face | None, stack: list[tuple[str, Face | None]]) -> Face | None:
    """A closing bracket comes from the same face as its opening one."""
    category = unicodedata.category(cluster[0])
    if category == "Ps" and cluster in MIRRORED:
        stack.append((MIRRORED[cluster], chosen))
    elif category == "Pe":
        while stack:
            expected, opened = stack.pop()
            if expected == cluster:
                return opened
    return chosen


def shape(text: str, chosen: Face | None, level: int, language: str) -> Piece:
    """Shape one run of characters."""
    if chosen is None:
        return Piece(text, None, level, (), box_width(text), is_space=False)
    return _shape(text, chosen.family.name, chosen.weight, level, language)


def box_digits(character: str) -> tuple[str, str]:
    """Return the two rows of hexadecimal digits that a missing character's box shows."""
    digits = f"{ord(character):04X}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return digits[: len(digits) // 2], digits[len(digits) // 2 :]


def box_width(text: str) -> float:
    """Return the width of the boxes drawn for characters without a glyph, in thousandths of the nominal size."""
    return sum(240.0 + 260 * len(box_digits(character)[0]) for character in text)


@functools.lru_cache(maxsize=CACHED_PIECES)
def _shape(text: str, family: str, weight: int, level: int, language: str) -> Piece:
    chosen = face(family, weight)
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(_drawable(text, chosen))
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    buffer.language = language
    uharfbuzz.shape(chosen.font, buffer, {})
    factor = 1000 * chosen.family.scale / chosen.units
    raw = [
        (info.cluster, info.codepoint, place.x_advance * factor, place.x_offset * factor, place.y_offset * factor)
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]
    glyphs = _with_text(text, raw, rtl=bool(level % 2))
    width = sum(glyph.advance for glyph in glyphs)
    return Piece(text, chosen, level, glyphs, width, bool(_SPACES.match(text)), all(map(_is_plain, glyphs)))


def _is_plain(glyph: Glyph) -> bool:
    return not (glyph.dx or glyph.dy or not glyph.text or unicodedata.category(glyph.text[0])[0] == "M")


def _drawable(text: str, chosen: Face) -> str:
    """Replace hyphens that the face lacks by ones it has; the text of the glyph stays what was written."""
    for wanted, instead in (("\u2011", "\u2010"), ("\u2010", "-")):
        if wanted in text and not chosen.font.get_nominal_glyph(ord(wanted)):
            text = text.replace(wanted, instead)
    return text


def _with_text(text: str, raw: list[tuple[int, int, float, float, float]], *, rtl: bool) -> tuple[Glyph, ...]:
    """Share the characters of each cluster among its glyphs, so that the glyphs in order spell the text.

    A glyph that stands for several characters gets them all; where a cluster has more glyphs than characters
    it is spelt decomposed (a vowel drawn on both sides of its letter), and if that does not help the last ones get
    none. In a run from right to left the glyphs are spelt from the right.
    """
    starts = sorted({entry[0] for entry in raw})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    if starts and starts[0] != 0:  # what HarfBuzz dropped belongs to the first glyph that it kept
        ends = {0 if start == starts[0] else start: end for start, end in ends.items()}
    groups: dict[int, list[int]] = {}
    for position, entry in enumerate(raw):
        groups.setdefault(entry[0], []).append(position)
    texts = [""] * len(raw)
    for start, positions in groups.items():
        first = 0 if starts[0] == start else start
        source = text[first : ends[first]]
        if len(source) < len(positions):
            source = unicodedata.normalize("NFD", source)
        ordered = positions[::-1] if rtl else positions
        for rank, position in enumerate(ordered):
            last = rank == len(ordered) - 1
            texts[position] = source[rank:] if last else source[rank : rank + 1]
    return tuple(
        Glyph(index, advance, dx, dy, own) for (_, index, advance, dx, dy), own in zip(raw, texts, strict=True)
    )
