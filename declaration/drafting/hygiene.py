"""Unicode hygiene: what may stand in a text that people sign, and how pasted noise is taken out with a note.

`check` refuses; `clean` repairs mere noise and says what it changed. Editors and importers clean, the core checks.
A text is one paragraph in NFC. Characters that nobody sees are refused unless a script needs them: joiners in scripts
that join, next to a virama, and in emoji sequences (UAX #31 section 2.3, rules A1, A2 and B); variation selectors after
what they vary. Direction controls are refused altogether (they make a text read differently from what it is,
UAX #31 section 5.1; CVE-2021-42574); the page sets the direction.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

import regex

from declaration.errors import InputRefused, LimitExceeded

MAX_LENGTH: Final = 20_000
"""Code points of one text: ten pages; a clause of that length should be several."""
MAX_MARKS: Final = 16
"""Combining marks on one base: pointed Hebrew and Vedic texts need 5; more only covers the neighbouring lines."""

_NOISE: Final = {
    "\u00ad": "soft hyphen",
    "\u200b": "zero-width space",
    "\u2060": "word joiner",
    "\ufeff": "byte order mark",
}
_JOINING: Final = (
    r"[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Phags_Pa}"
    r"\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Sogdian}\p{Script=Chorasmian}]"
)
_ALLOWED: Final = regex.compile(
    rf"""
      (?<={_JOINING})[\u200c\u200d](?={_JOINING}|[\p{{P}}\p{{Z}}]|\Z)            # A1: a letter keeps or drops its tail
    | (?<=[\p{{ccc=9}}])[\u200c\u200d] | [\u200c\u200d](?=\p{{ccc=9}})           # A2, B: beside a virama
    | (?<=[\p{{Extended_Pictographic}}\ufe0f\p{{Emoji_Modifier}}])\u200d(?=\p{{Extended_Pictographic}})
    | (?<=[\p{{Emoji}}])[\ufe0e\ufe0f]
    | (?<=\p{{Script=Han}})[\ufe00-\ufe0f\U000e0100-\U000e01ef]
    | (?<=\p{{Script=Mongolian}})[\u180b-\u180d\u180f]
    """,
    regex.VERBOSE,
)
_SUSPECT: Final = regex.compile(
    r"[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}"
    r"\p{Bidi_Control}\u1680\ufff9-\ufffd]|(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2])\p{Cf}"
)
"""Everything that needs a reason to be allowed; the exception are Arabic number signs, which are visible."""
_HEAVY: Final = regex.compile(rf"\p{{M}}{{{MAX_MARKS + 1},}}")
_BREAKS: Final = regex.compile(r"[ \u00a0]*(?:[\t\n\v\f\r\u0085\u2028\u2029][ \u00a0]*)+")
_WORDS: Final = regex.compile(r"[\p{L}\p{M}]+")
_SCRIPTS: Final = {
    name: regex.compile(rf"\p{{Script={name}}}")
    for name in (
        *("Latin", "Cyrillic", "Greek", "Armenian", "Georgian", "Cherokee", "Arabic", "Hebrew"),
        *("Bengali", "Devanagari", "Thai", "Han", "Hiragana", "Katakana", "Hangul"),
    )
}
_TOGETHER: Final = frozenset({"Han", "Hiragana", "Katakana", "Hangul"})
"""Scripts that one word may mix (Japanese, Korean with Han; UTS #39 section 5.1)."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without noise.

    Args:
        text: in NFC.
        notes: one sentence for each kind of change, empty when nothing was changed.

    """

    text: str
    notes: tuple[str, ...]


def check(text: str, *, where: str) -> None:
    """Make sure that a text may stand in a declaration.

    Args:
        text: one paragraph.
        where: how messages name the place (``"clause c1-2, fr"``).

    Raises:
        LimitExceeded: ``text.length``, ``text.marks``.
        InputRefused: ``text.empty``, ``text.character`` (names code point and position), ``text.not-nfc``.

    """
    if len(text) > MAX_LENGTH:
        raise LimitExceeded(
            "text.length",
            f"{where}: the text has {len(text)} characters, {MAX_LENGTH} are allowed.",
            hint="Divide it into several clauses.",
        )
    if not text.strip():
        raise InputRefused("text.empty", f"{where}: the text is empty.", hint="Enter it, or leave the language out.")
    if text.isascii() and text.isprintable():
        return
    for found in _SUSPECT.finditer(text):
        if not _ALLOWED.match(text, found.start()):
            raise _forbidden(text, found.start(), where)
    if heavy := _HEAVY.search(text):
        raise LimitExceeded(
            "text.marks",
            f"{where}: more than {MAX_MARKS} marks stand on one letter at position {heavy.start() + 1}.",
            hint="Remove the marks that the language does not need.",
        )
    if not unicodedata.is_normalized("NFC", text):
        at = next(i for i, (a, b) in enumerate(zip(text, unicodedata.normalize("NFC", text), strict=False)) if a != b)
        raise InputRefused(
            "text.not-nfc",
            f"{where}: the text is not in Unicode's composed form (NFC), first at position {at + 1}.",
            hint="Import or save it again; the importer composes it.",
        )


def clean(text: str) -> Cleaned:
    """Take out mere noise and compose; whatever else is forbidden stays, for `check` to refuse.

    Soft hyphens, zero-width spaces, word joiners and byte order marks go; line breaks and tabs become one space;
    white space at both ends goes; the result is in NFC.
    """
    notes = []
    for character, name in _NOISE.items():
        if count := text.count(character):
            text = text.replace(character, "")
            notes.append(f"{count} × {name} (U+{ord(character):04X}) removed")
    stripped = text.strip()
    folded, breaks = _BREAKS.subn(" ", stripped)
    if breaks:
        notes.append(f"{breaks} × line break or tab folded to a space")
    elif stripped != text:
        notes.append("white space at the ends removed")
    composed = unicodedata.normalize("NFC", folded)
    if composed != folded:
        notes.append("composed to NFC")
    return Cleaned(composed, tuple(notes))


def suspicious_words(text: str) -> tuple[str, ...]:
    """Return the words that mix scripts, in order: they may imitate another word, or be a slip of the keyboard."""
    found = []
    for word in _WORDS.findall(text):
        scripts = {name for name, script in _SCRIPTS.items() if script.search(word)}
        if len(scripts) > 1 and not scripts <= _TOGETHER:
            found.append(word)
    return tuple(found)


def _forbidden(text: str, at: int, where: str) -> InputRefused:
    character = text[at]
    name = unicodedata.name(character, _kind(character))
    return InputRefused(
        "text.character",
        f"{where}: position {at + 1} holds U+{ord(character):04X} ({name}), which is not allowed in a text.",
        hint="Remove this character, or type the word again.",
    )


def _kind(character: str) -> str:
    return {
        "Cc": "a control character",
        "Co": "a private-use character",
        "Cs": "half of a surrogate pair",
    }.get(unicodedata.category(character), "an unassigned character")
