"""Where a word may be divided at the end of a line: the patterns of its language, and what good printers avoid.

The patterns are those of Hunspell and TeX that come with Pyphen (used under the MPL 1.1); Turkish, which has none, has
one rule. Languages without patterns are never hyphenated: Arabic and Hebrew stretch or move whole words, Chinese and
Japanese break between characters, Bengali and Hindi at spaces.
"""

from __future__ import annotations

import functools
from typing import Final

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
_ESCAPED: Final = regex.compile(r"\^\^([0-9a-f]{2})")
_NO_PATTERN: Final = ("%", "#", "LEFT", "RIGHT", "COMPOUND", "NEXTLEVEL")
"""How comments and settings begin."""
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
            patterns = _patterns(base)
            inside = patterns.places(letters.lower()) if patterns else _turkish(letters)
            found += [run.start() + place for place in inside if ahead <= place <= len(letters) - behind]
    return tuple(found)


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


class Patterns:
    """The patterns of one language, by Liang's method: the highest digit at a place counts, and odd ones divide.

    A file of Hunspell's form holds up to a hundred thousand; what a pattern says is read when a word first meets it.

    Args:
        file: what Hunspell reads, its encoding in the first line.

    """

    def __init__(self, file: bytes) -> None:
        encoding, _, content = file.partition(b"\n")
        name = encoding.decode("ascii").strip().lower()
        text = _ESCAPED.sub(_unescaped, content.decode(name.removeprefix("microsoft-")))
        lines = [line for line in text.split("\n") if not line.startswith(_NO_PATTERN)]
        # a slash begins what would change the spelling, with digits of its own
        plain = "\n".join([line.partition("/")[0] for line in lines] if "/" in text else lines)
        # as bytes ten times faster than as characters: a digit is the same byte in all of them
        letters = plain.encode().translate(None, b"0123456789\r\t ").decode()
        self._of = {key: line for key, line in zip(letters.split("\n"), lines, strict=True) if key != line}
        self._longest = max(map(len, self._of), default=0)

    def places(self, letters: str) -> list[int]:
        """Return the places inside of a word in small letters where it may be divided as it is spelt, ascending."""
        word = f".{letters}."
        digits = [0] * (len(word) + 1)
        changing: set[int] = set()  # “Zuk-ker” for “Zucker”: a division that would change the spelling is left alone
        for start in range(len(word) - 1):
            for end in range(start + 1, min(start + self._longest, len(word)) + 1):
                pattern = self._of.get(word[start:end])
                if pattern is None:
                    continue
                for place, digit in _read(pattern):
                    if digit >= digits[start + place]:
                        digits[start + place] = digit
                        (changing.add if "/" in pattern else changing.discard)(start + place)
        return [place - 1 for place, digit in enumerate(digits) if digit % 2 and place not in changing]


@functools.lru_cache(maxsize=8192)
def _read(pattern: str) -> tuple[tuple[int, int], ...]:
    """Return the digits of a pattern, each with the letters before it: ``b1c`` gives ``((1, 1),)``."""
    found, place = [], 0
    for sign in pattern.partition("/")[0]:
        if sign.isdecimal():
            found.append((place, int(sign)))
        else:
            place += 1
    return tuple(found)


def _unescaped(found: regex.Match[str]) -> str:
    return chr(int(found[1], 16))


@functools.lru_cache(maxsize=64)
def _patterns(base: str) -> Patterns | None:
    """Return the patterns of a language, read when they are first needed; None without any."""
    import pyphen  # noqa: PLC0415 - its dictionaries are looked up when it is imported

    found = None if base in _ALONE else pyphen.language_fallback(_VARIANTS.get(base, base))
    return None if found is None else Patterns(pyphen.LANGUAGES[found].read_bytes())


def _turkish(letters: str) -> list[int]:
    lower = letters.replace("I", "ı").replace("İ", "i").lower()
    return [found.start() for found in _TURKISH.finditer(lower)]
