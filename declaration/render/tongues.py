"""Which language a name or a text of unknown language is probably in, for those who have it read to them.

A name is in the script it is written in; which language that is where it comes from, Unicode says (CLDR, likely
subtags). Where that leaves a choice among many, nothing is claimed.
"""

from __future__ import annotations

import functools
from typing import Final

import regex
from babel.core import get_global

UNKNOWN: Final = "und"
"""The tag of a language that was not determined (BCP 47)."""
_LATIN: Final = "Latn"
_CODES: Final = {
    "Latin": _LATIN, "Cyrillic": "Cyrl", "Greek": "Grek", "Arabic": "Arab", "Hebrew": "Hebr", "Bengali": "Beng",
    "Devanagari": "Deva", "Thai": "Thai", "Hiragana": "Jpan", "Katakana": "Jpan", "Hangul": "Kore", "Han": "Hani",
    "Armenian": "Armn", "Georgian": "Geor", "Tamil": "Taml", "Telugu": "Telu", "Kannada": "Knda", "Malayalam": "Mlym",
    "Gujarati": "Gujr", "Gurmukhi": "Guru", "Oriya": "Orya", "Sinhala": "Sinh", "Khmer": "Khmr", "Lao": "Laoo",
    "Myanmar": "Mymr", "Tibetan": "Tibt", "Ethiopic": "Ethi", "Thaana": "Thaa",
}  # fmt: skip
"""Scripts by their four letters (ISO 15924); Kana and Hangul name the language before Han does."""
_PATTERNS: Final = [(code, regex.compile(rf"\p{{Script={name}}}")) for name, code in _CODES.items()]


@functools.lru_cache(maxsize=4096)
def script_of(text: str) -> str | None:
    """Return the script that most letters of `text` are of (ISO 15924), or None where it has no letters we know."""
    counts: dict[str, int] = {}
    for code, pattern in _PATTERNS:
        found = len(pattern.findall(text))
        if found:
            counts[code] = counts.get(code, 0) + found
    if "Jpan" in counts:  # Japanese mixes three
        counts["Jpan"] += counts.pop("Hani", 0)
    return max(counts, key=lambda code: counts[code]) if counts else None


def language_of_place(name: str, country: str) -> str | None:
    """Return the language in which a place in a country is probably called so (BCP 47), or None.

    >>> language_of_place("Warszawa", "PL"), language_of_place("কলকাতা", "IN"), language_of_place("Київ", "UA")
    ('pl', 'bn', 'uk')
    """
    script = script_of(name)
    if script is None:
        return None
    if script == "Hani" and country == "JP":
        return "ja"
    likely = get_global("likely_subtags")
    keys = [f"und_{country}", f"und_{script}_{country}"]
    if script != _LATIN:
        keys.append(f"und_{script}")
    for key in keys:
        language, _, rest = likely.get(key, "").partition("_")
        if rest.startswith(script):
            return str(language)
    return None


def language_of_text(text: str) -> str:
    """Return the language that a text is in where its script says so (BCP 47), else `UNKNOWN`."""
    script = script_of(text)
    if script in {None, _LATIN, "Cyrl", "Deva"}:
        return UNKNOWN
    return language_of_place(text, "") or UNKNOWN
