"""The tokeniser: words for scripts that space them, single graphemes for those that do not; never half a grapheme.

Letters, digits and marks run together; apostrophes stand alone, so that «l'ensemble» is three tokens and a change of
the noun does not touch the article; white space runs together; Han, Kana, Thai, Lao, Khmer, Myanmar and Tibetan give a
token a grapheme. Grapheme clusters are those of UAX #29, as the `regex` package implements them: its data do not
depend on the version of Python.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import regex

_GRAPHEME: Final = regex.compile(r"\X")
_WORD: Final = regex.compile(r"[\p{L}\p{N}\p{M}_]")
_ALONE: Final = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}"
    r"\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]"
)
_SPACE: Final = regex.compile(r"\s")


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """Split a text into tokens; joined again they give the text.

    >>> tokens("l'ensemble des maires")
    ('l', "'", 'ensemble', ' ', 'des', ' ', 'maires')
    """
    found: list[str] = []
    last = ""
    for match in _GRAPHEME.finditer(text):
        grapheme = match.group()
        kind = _kind(grapheme)
        if kind and kind == last:
            found[-1] += grapheme
        else:
            found.append(grapheme)
        last = kind
    return tuple(found)


def graphemes(text: str) -> tuple[str, ...]:
    """Split a text into grapheme clusters (UAX #29)."""
    return tuple(_GRAPHEME.findall(text))


def _kind(grapheme: str) -> str:
    """Return which graphemes run together with this one; the empty string for one that stands alone."""
    if _ALONE.match(grapheme):
        return ""
    if _WORD.match(grapheme):
        return "word"
    return "space" if _SPACE.match(grapheme) else ""
