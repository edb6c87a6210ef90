"""Faces from installed font packages, and which of them draws which character.

Every font is a dependency (SIL Open Font License, from the package index), never a file of this repository. A
character is drawn by the family of its script; characters that belong to no script (digits, punctuation) stay
in the family of their neighbours. A character that no family holds is not an error: it is drawn as a box with
its code point, and reported.
"""

from __future__ import annotations

import functools
import importlib.resources
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final

import regex
import uharfbuzz

RTL_LANGUAGES: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
"""Languages usually written from right to left (their script is Arabic, Hebrew, Syriac or Thaana)."""


@dataclass(frozen=True, slots=True)
class Family:
    """A typeface and how it sits among the others.

    Args:
        name: PostScript-like name, without style.
        package: the import package that holds the files.
        files: file name by weight; one entry where the file has a weight axis.
        scale: factor on the nominal size, so that all scripts look equally large in one line.
        axes: axes to pin besides the weight.
        reach: factor on the line distance, for scripts that reach higher or lower than Latin.

    """

    name: str
    package: str
    files: dict[int, str]
    scale: float = 1.0
    axes: dict[str, float] = field(default_factory=dict)
    reach: float = 1.0


_HIND: Final = {300: "Light", 400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold"}
NOTO_SERIF: Final = Family("NotoSerif", "fontpkg_noto_serif", {0: "files/NotoSerif[wdth,wght].ttf"}, axes={"wdth": 100})
AMIRI: Final = Family(
    "Amiri",
    "fontpkg_amiri",
    {400: "files/Amiri-Regular.ttf", 700: "files/Amiri-Bold.ttf"},
    scale=1.2,
    reach=1.22,
)
FRANK_RUHL: Final = Family(
    "FrankRuhlLibre", "fontpkg_frank_ruhl_libre", {0: "files/FrankRuhlLibre[wght].ttf"}, scale=1.17, reach=1.02
)
HIND_SILIGURI: Final = Family(
    "HindSiliguri",
    "fontpkg_hind_siliguri",
    {weight: f"files/HindSiliguri-{name}.ttf" for weight, name in _HIND.items()},
    scale=1.06,
    reach=1.12,
)
DEVANAGARI: Final = Family(
    "NotoSansDevanagari",
    "fontpkg_noto_sans_devanagari",
    {0: "files/NotoSansDevanagari[wdth,wght].ttf"},
    axes={"wdth": 100},
    reach=1.1,
)
THAI: Final = Family(
    "NotoSansThai",
    "fontpkg_noto_sans_thai",
    {0: "files/NotoSansThai[wdth,wght].ttf"},
    scale=1.04,
    axes={"wdth": 100},
    reach=1.14,
)
SERIF_SC: Final = Family("NotoSerifSC", "pylopdf_fonts_zh_cn", {400: "NotoSerifSC-Regular.otf"}, scale=0.98, reach=1.14)
SERIF_JP: Final = Family("NotoSerifJP", "pylopdf_fonts_jp", {400: "NotoSerifJP-Regular.otf"}, scale=0.98, reach=1.14)
SERIF_KR: Final = Family("NotoSerifKR", "pylopdf_fonts_ko", {400: "NotoSerifKR-Regular.otf"}, scale=0.98, reach=1.12)

_BY_SCRIPT: Final = {
    "Arabic": AMIRI,
    "Hebrew": FRANK_RUHL,
    "Bengali": HIND_SILIGURI,
    "Devanagari": DEVANAGARI,
    "Thai": THAI,
    "Hiragana": SERIF_JP,
    "Katakana": SERIF_JP,
    "Hangul": SERIF_KR,
}
_HAN_BY_LANGUAGE: Final = {"ja": SERIF_JP, "ko": SERIF_KR}
_BY_LANGUAGE: Final = {
    "ar": AMIRI, "fa": AMIRI, "ur": AMIRI, "ps": AMIRI, "ug": AMIRI, "he": FRANK_RUHL, "yi": FRANK_RUHL,
    "bn": HIND_SILIGURI, "as": HIND_SILIGURI, "hi": DEVANAGARI, "mr": DEVANAGARI, "ne": DEVANAGARI, "th": THAI,
    "zh": SERIF_SC, "ja": SERIF_JP, "ko": SERIF_KR,
}  # fmt: skip
_EVERY: Final = (NOTO_SERIF, AMIRI, FRANK_RUHL, HIND_SILIGURI, DEVANAGARI, THAI, SERIF_SC, SERIF_JP, SERIF_KR)
_SCRIPTS: Final = (
    "Latin", "Common", "Inherited", "Cyrillic", "Greek", "Arabic", "Hebrew", "Bengali", "Devanagari", "Thai", "Han",
    "Hiragana", "Katakana", "Hangul",
)  # fmt: skip
_SCRIPT_PATTERNS: Final = [(name, regex.compile(rf"\p{{Script={name}}}")) for name in _SCRIPTS]

_FALLBACK_SPACES: Final = frozenset({0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000})
"""Spaces that HarfBuzz makes from U+0020 where a font lacks them."""
_EQUIVALENT: Final = {0x2011: 0x2010, 0x2010: 0x2D}
"""Hyphens that HarfBuzz, or we, may draw with another one."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One weight of one family, ready to shape with and to embed.

    `font` shapes in font units; `source` is the file's face, `location` the axes pinned in it.
    """

    family: Family
    weight: int
    source: Any
    font: Any
    location: dict[str, float]
    _covered: dict[str, bool] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the PostScript-like name of this face, for example ``NotoSerif-600``."""
        return f"{self.family.name}-{self.weight}"

    @property
    def units(self) -> int:
        """Return the font units of one em."""
        return int(self.source.upem)

    def covers(self, cluster: str) -> bool:
        """Tell whether this face has a glyph for every character of a grapheme cluster."""
        known = self._covered.get(cluster)
        if known is None:
            known = self._covered[cluster] = all(self._has(ord(character)) for character in cluster)
        return known

    def _has(self, code_point: int) -> bool:
        if code_point in _FALLBACK_SPACES or _is_ignorable(code_point):
            return True
        if unicodedata.category(chr(code_point)) in {"Cc", "Cf", "Cs"}:
            return False  # a control has no shape; it is shown as a box, whatever the font says
        if self.font.get_nominal_glyph(code_point):
            return True
        if code_point in _EQUIVALENT:
            return self._has(_EQUIVALENT[code_point])
        # HarfBuzz also composes and decomposes, so é may come from e and a mark or the reverse
        parts = unicodedata.normalize("NFD", chr(code_point))
        return len(parts) > 1 and all(self.font.get_nominal_glyph(ord(part)) for part in parts)


def _is_ignorable(code_point: int) -> bool:
    """Joiners, directional marks and variation selectors are invisible in any font."""
    return code_point in {0x034F, 0x061C, 0x200C, 0x200D, 0x200E, 0x200F} or 0xFE00 <= code_point <= 0xFE0F


@functools.cache
def face(family_name: str, weight: int) -> Face:
    """Load the face of a family that is nearest to `weight` (100 to 900)."""
    family = next(item for item in _EVERY if item.name == family_name)
    variable = 0 in family.files
    chosen = 0 if variable else min(family.files, key=lambda other: (abs(other - weight), other))
    root = importlib.resources.files(family.package)
    with importlib.resources.as_file(root.joinpath(family.files[chosen])) as path:
        source = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    font = uharfbuzz.Font(source)
    location = {**family.axes, "wght": float(weight)} if variable else {}
    if location:
        font.set_variations(location)
    return Face(family, weight if variable else chosen, source, font, location)


@functools.lru_cache(maxsize=16384)
def script_of(character: str) -> str:
    """Return the Unicode script, as far as we have a family for it; else ``Unknown``."""
    for name, pattern in _SCRIPT_PATTERNS:
        if pattern.match(character):
            return name
    return "Unknown"


def _preferred(script: str, language: str) -> Family | None:
    if script in {"Latin", "Cyrillic", "Greek"}:
        return NOTO_SERIF
    if script == "Han":
        return _HAN_BY_LANGUAGE.get(language.partition("-")[0], SERIF_SC)
    return _BY_SCRIPT.get(script)


def family_of_language(language: str) -> Family:
    """Return the family in which a text of this language is set where its characters have no script."""
    return _BY_LANGUAGE.get(language.partition("-")[0], NOTO_SERIF)


def face_for(cluster: str, *, language: str, weight: int, beside: Face | None) -> Face | None:
    """Choose the face for one grapheme cluster, or None if no font holds it.

    Args:
        cluster: the grapheme cluster.
        language: the text's language.
        weight: the weight wanted.
        beside: the face of what stands before, preferred for characters without a script of their own.

    """
    script = script_of(cluster[0])
    candidates: list[Face] = []
    if script in {"Common", "Inherited"}:
        if beside is not None:
            candidates.append(beside)
        candidates.append(face(family_of_language(language).name, weight))
    elif family := _preferred(script, language):
        candidates.append(face(family.name, weight))
    for candidate in candidates:
        if candidate.covers(cluster):
            return candidate
    for family in _EVERY:
        candidate = face(family.name, weight)
        if candidate.covers(cluster):
            return candidate
    return None


def is_rtl(language: str) -> bool:
    """Tell whether a language is written from right to left, by its script subtag or else by its name."""
    parts = language.split("-")
    script = next((part.title() for part in parts[1:] if len(part) == 4), None)
    if script is not None:
        return script in {"Arab", "Hebr", "Syrc", "Thaa", "Nkoo"}
    return parts[0] in RTL_LANGUAGES
