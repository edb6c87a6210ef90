"""Unicode hygiene: what may stand in a text that people sign, and how pasted noise is taken out with a note.

`check` refuses; `clean` repairs mere noise and says what it changed. Editors and importers clean, the core checks.
A text is one paragraph in NFC. Characters that nobody sees are refused unless a script needs them: joiners in scripts
that join, next to a virama, and in emoji sequences (UAX #31 section 2.3, rules A1, A2 and B); variation selectors after
what they vary; tags in the flags of three countries (UTS #51 annex B). Direction controls are refused altogether (they
make a text read differently from what it is, UAX #31 section 5.1; CVE-2021-42574); the page sets the direction.

What is refused does not depend on the version of Python: classes of characters come from the `regex` package, and marks
whose composition older versions do not know (`unicodedata` of Python 3.11 has Unicode 14.0) are refused by all.
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
_FLAGS: Final = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in name) for name in ("gbeng", "gbsct", "gbwls"))
"""England, Scotland and Wales in tag characters: the only tag sequences recommended for interchange (UTS #51)."""
_ALLOWED: Final = regex.compile(
    rf"""
      (?<={_JOINING}\p{{M}}*)[\u200c\u200d](?={_JOINING}|[\p{{P}}\p{{Z}}]|\Z)     # A1: a letter keeps or drops its tail
    | (?<=\p{{ccc=9}})[\u200c\u200d] | [\u200c\u200d](?=\p{{ccc=9}})            # A2, B: beside a virama
    | (?<=[\p{{Extended_Pictographic}}\ufe0f\p{{Emoji_Modifier}}])\u200d(?=\p{{Extended_Pictographic}})
    | (?<=(?![0-9#*])\p{{Emoji}})[\ufe0e\ufe0f] | (?<=[0-9#*])\ufe0f(?=\u20e3)   # a digit alone would look the same
    | (?<=\U0001f3f4)(?:{_FLAGS})\U000e007f
    | (?<=\p{{Script=Han}})[\ufe00-\ufe0f\U000e0100-\U000e01ef]
    | (?<=\p{{Script=Mongolian}})[\u180b-\u180d\u180f] | (?<=\p{{Script=Mongolian}})\u180e(?=\p{{Script=Mongolian}})
    """,
    regex.VERBOSE,
)
_SUSPECT: Final = regex.compile(
    r"[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}"
    r"\p{Bidi_Control}\u1680\ufff9-\ufffd]|(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2])\p{Cf}"
)
"""Everything that needs a reason to be allowed; the exception are Arabic number signs, which are visible."""
_NEWER_MARKS: Final = regex.compile(
    r"[\u05c8\u05c9\u0897\u1acf-\u1af0\U000105c9\U000105e4\U00010d69-\U00010d6d\U00010ecb-\U00010ecf"
    r"\U00010ef0-\U00010eff\U00011383\U00011385\U0001138e\U00011391\U000113c5\U000113c7\U000113c8"
    r"\U000113ce-\U000113d0\U00011f41\U00011f42\U00016121-\U00016128\U0001612f\U00016d68-\U00016d6a"
    r"\U0001d127\U0001d128\U0001d250-\U0001d281\U0001e08f\U0001e4ec-\U0001e4ef\U0001e5ee\U0001e5ef"
    r"\U0001e6e3-\U0001e6f5]"
)
"""Marks and composed letters younger than Unicode 14.0: some Pythons order and compose them, others do not."""
_STRAY: Final = regex.compile(r"[\u200c\u200d\ufe00-\ufe0f]")
"""Joiners and variation selectors: noise, like `_NOISE`, wherever no script needs them."""
_DOUBLED: Final = regex.compile(r"([\u200c\u200d])\1+")
_HEAVY: Final = regex.compile(rf"\p{{M}}{{{MAX_MARKS + 1},}}")
_BREAKS: Final = regex.compile(r"(?<![ \u00a0])[ \u00a0]*+(?:[\t\n\v\f\r\u0085\u2028\u2029][ \u00a0]*)+")
"""Breaks with the spaces around them; looked for only where spaces begin, since a long run of them has many middles."""
_WORDS: Final = regex.compile(r"[\p{L}\p{M}]+")
_ALPHABETS: Final = (
    *("Latin", "Cyrillic", "Greek", "Coptic", "Armenian", "Georgian", "Cherokee", "Hebrew", "Arabic", "Syriac"),
    *("Thaana", "Ethiopic", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada"),
    *("Malayalam", "Sinhala", "Thai", "Lao", "Tibetan", "Myanmar", "Khmer", "Mongolian"),
)
_SCRIPTS: Final = {
    **{name: regex.compile(rf"\p{{Script={name}}}") for name in _ALPHABETS},
    "Japanese": regex.compile(r"[\p{Script=Hiragana}\p{Script=Katakana}]"),
    "Chinese": regex.compile(r"[\p{Script=Bopomofo}]"),
    "Korean": regex.compile(r"\p{Script=Hangul}"),
    "Han": regex.compile(r"\p{Script=Han}"),
}
_TOGETHER: Final = tuple(frozenset({"Latin", "Han", writing}) for writing in ("Japanese", "Chinese", "Korean"))
"""What one word may mix: Han and Latin with the writing of one language ("Highly Restrictive", UTS #39 section 5.2)."""


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
    if young := _NEWER_MARKS.search(text):
        raise _forbidden(text, young.start(), where)
    at = 0
    while found := _SUSPECT.search(text, at):
        needed = _ALLOWED.match(text, found.start())
        if needed is None:
            raise _forbidden(text, found.start(), where)
        at = needed.end()
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

    Soft hyphens, zero-width spaces, word joiners and byte order marks go, joiners and variation selectors where no
    script needs them; line breaks and tabs become one space; white space at both ends goes; the result is in NFC.
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
    needed = _without_strays(folded)
    if strays := len(folded) - len(needed):
        notes.append(f"{strays} × joiner or variation selector removed where nothing needs it")
    needed = needed.strip()  # what went may have stood behind a space
    composed = unicodedata.normalize("NFC", needed)
    if composed != needed:
        notes.append("composed to NFC")
    return Cleaned(composed, tuple(notes))


def _without_strays(text: str) -> str:
    """Take out what no script needs, until nothing goes: what goes may have been all that another one needed."""
    while True:
        single = _DOUBLED.sub(r"\1", text)
        strays = {found.start() for found in _STRAY.finditer(single) if not _ALLOWED.match(single, found.start())}
        needed = "".join(character for at, character in enumerate(single) if at not in strays) if strays else single
        if needed == text:
            return text
        text = needed


def suspicious_words(text: str) -> tuple[str, ...]:
    """Return the words that mix scripts, in order: they may imitate another word, or be a slip of the keyboard."""
    return tuple(word for word in _WORDS.findall(text) if not word.isascii() and _mixes(word))


def _mixes(word: str) -> bool:
    scripts = {name for name, script in _SCRIPTS.items() if script.search(word)}
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


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
