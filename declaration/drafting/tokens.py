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

_FLAG: Final = r"\p{RI}{2}(?![\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}])"
"""A flag and nothing more. `\\X` would find the same (rules GB12 and GB13 of UAX #29), but counts back over all flags
before, each time anew."""
_GRAPHEME: Final = regex.compile(rf"{_FLAG} | \X", regex.VERBOSE)
_ALONE: Final = (
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}"
    r"\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]"
)
_PLAIN: Final = regex.compile(r"\p{Grapheme_Cluster_Break=Other}*+")
"""Texts in which every character is a grapheme: most, outside the scripts of India and south-east Asia."""
_PLAIN_TOKEN: Final = regex.compile(rf"[[\p{{L}}\p{{N}}\p{{M}}_]--{_ALONE}]++|\s++|.", regex.DOTALL | regex.VERSION1)
"""What `_TOKEN` finds in such texts, in a third of the time."""
_TOKEN: Final = regex.compile(
    rf"""
      (?: (?= [\p{{L}}\p{{N}}\p{{M}}_] ) (?! {_ALONE} ) \X )++     # letters, digits and marks run together
    | (?: (?= \s ) \X )++                                        # so does white space
    | {_FLAG} | \X                                               # everything else stands alone
    """,
    regex.VERBOSE,
)


LONG: Final = 2_000
"""Characters from which on a text's tokens are not remembered: a thousand long texts would fill the memory."""


def tokens(text: str) -> tuple[str, ...]:
    """Split a text into tokens; joined again they give the text.

    >>> tokens("l'ensemble des maires")
    ('l', "'", 'ensemble', ' ', 'des', ' ', 'maires')
    """
    return _remembered(text) if len(text) < LONG else split(text)


def split(text: str) -> tuple[str, ...]:
    """Split a text into tokens that nobody will ask for again."""
    return tuple((_PLAIN_TOKEN if _PLAIN.fullmatch(text) else _TOKEN).findall(text))


_remembered: Final = lru_cache(maxsize=2048)(split)


def graphemes(text: str) -> tuple[str, ...]:
    """Split a text into grapheme clusters (UAX #29)."""
    return tuple(_GRAPHEME.findall(text))
