"""Where a word may be divided at the end of a line: the patterns of its language, and what good printers avoid.

The patterns are those of Hunspell and TeX, read by Pyphen (used under the MPL 1.1); Turkish, which has none there, has
one rule. Languages without patterns are never hyphenated: Arabic and Hebrew stretch or move whole words, Chinese and
Japanese break between characters, Bengali and Hindi at spaces.
"""

from __future__ import annotations

import functools
from typing import Any, Final

import regex

LEAST: Final = 6
"""Letters of a word that may be divided."""
AHEAD: Final = 2
"""Letters that stay on the line, at least."""
BEHIND: Final = 3
"""Letters that go to the next one, at least: two would save no more than the hyphen takes."""

_NOUNS_ARE_CAPITALISED: Final = frozenset({"de", "lb"})
"""Languages in which a capital letter does not tell a name."""
_VARIANTS: Final = {"en": "en_GB", "de": "de_DE", "pt": "pt_PT"}
_MARGINS: Final = {"de": (3, 3), "en": (3, 3)}
"""Letters before and behind, where the habit is stricter."""
_ALONE: Final = frozenset(
    {"hi", "bn", "ar", "he", "fa", "ur", "th", "zh", "ja", "ko", "as", "mr", "pa", "or", "kn", "te", "sa"}
)
"""Never hyphenated, though there may be patterns for some."""
_LETTERS: Final = regex.compile(r"(?:\p{L}\p{M}*)+")
_NO_WORD: Final = regex.compile(r"[\p{N}@/\\_]|\p{L}[.:]\p{L}")
"""In addresses, numbers, dates and paths a hyphen would be read as a part of them."""
_TURKISH: Final = regex.compile(r"(?<=[aeıioöuüâîû]|[aeıioöuüâîû][^aeıioöuüâîû]{1,3})(?=[^aeıioöuüâîû][aeıioöuüâîû])")
"""A syllable takes one consonant before its vowel."""


def hyphenates(language: str) -> bool:
    """Tell whether words of a language (BCP 47) can be divided."""
    return _base(language) == "tr" or _patterns(_base(language)) is not None


@functools.lru_cache(maxsize=8192)
def points(word: str, language: str) -> tuple[int, ...]:
    """Return the offsets before which a hyphen may stand, ascending.

    Never within names (where capitals tell them), capitals, numbers, addresses, and short words; apostrophes and
    hyphens part a word into several.

    Args:
        word: without the spaces around it, in logical order.
        language: its BCP 47 tag.

    """
    base = _base(language)
    if len(word) < LEAST or not hyphenates(base) or _NO_WORD.search(word):
        return ()
    ahead, behind = _MARGINS.get(base, (AHEAD, BEHIND))
    found: list[int] = []
    for run in _LETTERS.finditer(word):
        letters = run.group()
        named = letters[0].isupper() and base not in _NOUNS_ARE_CAPITALISED
        if len(letters) >= LEAST and not named and letters[1:].islower():
            inside = _turkish(letters) if base == "tr" else _by_patterns(letters, base)
            found += [run.start() + place for place in inside if ahead <= place <= len(letters) - behind]
    return tuple(found)


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


@functools.lru_cache(maxsize=64)
def _patterns(base: str) -> Any:
    """Return what divides words of a language, read when it is first needed; None without patterns."""
    import pyphen  # noqa: PLC0415 - its dictionaries are looked up when it is imported

    found = pyphen.language_fallback(_VARIANTS.get(base, base))
    return None if found is None or base in _ALONE else pyphen.Pyphen(lang=found, left=2, right=2)


def _by_patterns(letters: str, base: str) -> list[int]:
    # a place that would change the spelling (“Zuk-ker”) brings data along, and is left alone
    return [int(place) for place in _patterns(base).positions(letters.lower()) if not getattr(place, "data", None)]


def _turkish(letters: str) -> list[int]:
    lower = letters.replace("I", "ı").replace("İ", "i").lower()
    return [found.start() for found in _TURKISH.finditer(lower)]
