"""Where a line may end: the rules of UAX 14, Thai words, and the habits of French and Korean.

The rules are numbered as in UAX 14. Left out are those for texts that a declaration cannot hold (mandatory
breaks, zero-width spaces, regional indicators, emoji). Added are: a French space inside guillemets and before
high punctuation never ends a line, whatever kind of space was typed; Korean ends its lines at spaces; Thai,
which puts no spaces between words, is cut into words by BudouX, and never inside a cluster of a consonant
with its vowels and tone.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import budoux
import regex

CLASSES: Final = (
    "AL", "B2", "BA", "BB", "BK", "CJ", "CL", "CM", "CP", "CR", "EX", "GL", "H2", "H3", "HL", "HY", "ID", "IN",
    "IS", "JL", "JT", "JV", "LF", "NL", "NS", "NU", "OP", "PO", "PR", "QU", "SA", "SP", "SY", "WJ", "ZW", "ZWJ",
)  # fmt: skip
_CLASS_PATTERNS: Final = [(name, regex.compile(rf"\p{{Line_Break={name}}}")) for name in CLASSES]
_HANGUL: Final = frozenset({"H2", "H3", "JL", "JV", "JT"})
_LETTERS: Final = frozenset({"AL", "HL"})
_IDEOGRAPHS: Final = frozenset({"ID", "H2", "H3", "JL", "JV", "JT"})
_OPENING_QUOTES: Final = frozenset("«“‘‹„‚")
_EAST_ASIAN_QUOTES: Final = {"“": "OP", "‘": "OP", "”": "CL", "’": "CL"}
_THAI: Final = regex.compile(r"\p{Line_Break=SA}{2,}")
_THAI_LEADING: Final = frozenset("เแโใไ")

_KOREAN: Final = _HANGUL | _LETTERS | {"NU"}
_NEVER_BEFORE: Final = frozenset({"SP", "ZW", "WJ", "GL", "CL", "CP", "EX", "SY", "IS"})
"""Before these no line begins, not even after a space (for GL, LB12a would allow that)."""
_NEVER_DIRECTLY_BEFORE: Final = frozenset({"BA", "HY", "NS", "IN", "QU"})
_NEVER_AFTER: Final = frozenset({"WJ", "GL", "OP", "BB", "QU"})
_NEVER: Final = frozenset(
    [(a, b) for a in ("PR", "PO") for b in ("AL", "HL", "OP", "NU")]  # LB24, LB25
    + [(a, b) for a in ("AL", "HL") for b in ("PR", "PO", "AL", "HL", "NU", "OP")]  # LB23, LB24, LB28, LB30
    + [("NU", b) for b in ("AL", "HL", "NU", "PR", "PO", "OP")]  # LB23, LB25, LB30
    + [(a, "NU") for a in ("HY", "IS", "SY", "OP")]  # LB25
    + [(a, b) for a in ("CL", "CP") for b in ("PR", "PO")]  # LB25
    + [("CP", b) for b in ("AL", "HL", "NU")]  # LB30
    + [("PR", "ID"), ("ID", "PO"), ("SY", "HL"), ("B2", "B2")]  # LB23a, LB21b, LB17
    + [("IS", b) for b in ("AL", "HL")]  # LB29
    + [("JL", b) for b in ("JL", "JV", "H2", "H3")]  # LB26
    + [(a, b) for a in ("JV", "H2") for b in ("JV", "JT")]
    + [(a, "JT") for a in ("JT", "H3")]
    + [(a, "PO") for a in _HANGUL]  # LB27
    + [("PR", b) for b in _HANGUL]
)


@lru_cache(maxsize=8192)
def line_break_class(character: str) -> str:
    """Return the character's Line_Break class; unknown, surrogate and private characters count as AL (LB1)."""
    for name, pattern in _CLASS_PATTERNS:
        if pattern.match(character):
            return "NS" if name == "CJ" else name
    return "AL"


@lru_cache(maxsize=1)
def _thai_parser() -> Any:
    return budoux.load_default_thai_parser()


def opportunities(text: str, language: str) -> frozenset[int]:
    """Return the offsets at which a line may begin (never 0, never the length).

    Args:
        text: one paragraph in logical order.
        language: its BCP 47 tag; ``ko`` keeps Korean words whole.

    """
    classes = _attach_marks(text)
    if language.partition("-")[0] in {"zh", "ja"}:  # between ideographs “ and ” are brackets
        classes = [_EAST_ASIAN_QUOTES.get(character, name) for character, name in zip(text, classes, strict=True)]
    korean = language.partition("-")[0] == "ko"
    known: dict[tuple[str, str], bool] = {}  # between most characters their two classes decide
    found = set()
    for offset, pair in enumerate(pairwise(classes), 1):
        may = known.get(pair)
        if may is None:
            may = _may_break(text, classes, offset, korean=korean)
            if pair[0].lstrip("=") not in {"SP", "HY"}:
                known[pair] = may
        if may:
            found.add(offset)
    return frozenset(found | _thai_words(text))


def _attach_marks(text: str) -> list[str]:
    """LB9 and LB10: a mark takes the class of what it stands on, or AL; ``=`` says that it never begins a line."""
    classes: list[str] = []
    for character in text:
        name = line_break_class(character)
        if name in {"CM", "ZWJ"} or (name == "SA" and regex.match(r"\p{M}", character)):
            name = "=" + ("AL" if not classes or classes[-1] == "SP" else classes[-1].lstrip("="))
        classes.append(name)
    return classes


def _may_break(text: str, classes: list[str], offset: int, *, korean: bool) -> bool:
    before, after = classes[offset - 1].lstrip("="), classes[offset]
    if after in _NEVER_BEFORE or after.startswith("="):  # LB7, LB9, LB11, LB12a, LB13
        return False
    if before == "SP":
        return _may_break_after_space(text, classes, offset)
    if before in _NEVER_AFTER or after in _NEVER_DIRECTLY_BEFORE:  # LB11, LB12, LB14, LB19, LB21, LB22
        return False
    return _may_break_between(before, after, classes, offset, korean=korean)


def _may_break_between(before: str, after: str, classes: list[str], offset: int, *, korean: bool) -> bool:
    """Decide between two letters, numbers or ideographs that stand directly beside each other."""
    if "SA" in {before, after}:
        return _may_break_beside_thai(before, after)
    if korean and before in _KOREAN and after in _KOREAN:
        return False
    if before == "HY" and after in _LETTERS | {"NU"}:
        return _hyphen_joins_words(classes, offset)
    return (before, after) not in _NEVER


def _may_break_after_space(text: str, classes: list[str], offset: int) -> bool:
    last = offset - 1
    while last >= 0 and classes[last] == "SP":
        last -= 1
    if last < 0:
        return False
    before, after = classes[last].lstrip("="), classes[offset]
    if before == "OP" or (before in {"CL", "CP"} and after == "NS"):  # LB14, LB16
        return False
    stands_open = last == 0 or classes[last - 1] in {"SP", "GL", "OP", "QU"}
    if text[last] in _OPENING_QUOTES and stands_open:  # LB15a
        return False
    follower = classes[offset + 1] if offset + 1 < len(classes) else "SP"
    closes = text[offset] in "»”’›" and follower in {"SP", "GL", "CL", "QU", "CP", "EX", "IS", "SY"}  # LB15b
    return not closes


def _may_break_beside_thai(before: str, after: str) -> bool:
    """Inside Thai only BudouX decides; beside another script Thai behaves as a letter (LB1)."""
    if before == after:
        return False
    other = after if before == "SA" else before
    return other in _IDEOGRAPHS


def _hyphen_joins_words(classes: list[str], offset: int) -> bool:
    """A hyphen between two words ends a line; a minus before a number, or a hanging hyphen, does not (LB20a, LB25)."""
    return classes[offset] in _LETTERS and offset >= 2 and classes[offset - 2].lstrip("=") in _LETTERS | {"NU"}


def _thai_words(text: str) -> set[int]:
    found: set[int] = set()
    for run in _THAI.finditer(text):
        offset = run.start()
        for word in _thai_parser().parse(run.group())[:-1]:
            offset += len(word)
            if text[offset - 1] not in _THAI_LEADING and not regex.match(r"[\p{M}ะาำๅๆฯ]", text[offset]):
                found.add(offset)
    return found


def graphemes(text: str) -> list[str]:
    """Return the extended grapheme clusters of `text` (UAX 29): the smallest pieces a line may be cut into."""
    return [str(found) for found in regex.findall(r"\X", text)]
