"""What a JSON value must look like: small checks that combine into the closed schema of an entry.

A form is a function of a value and the name of its place; it returns nothing, or raises `InputRefused` naming the
place. Forms look at one value alone; whether an act is allowed now is decided where it is recorded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, NoReturn, TypeAlias

from declaration.canonical import Json, is_digest, parse_canonical, unb64u
from declaration.errors import InputRefused

Form: TypeAlias = Callable[[Json, str], None]

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_WEB_ORIGIN: Final = re.compile(rf"https?://{_LABEL}(\.{_LABEL})*(:[1-9][0-9]{{0,4}})?")
_LOG_ORIGIN: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*(:[1-9][0-9]{{0,4}})?(/[A-Za-z0-9._~-]+)+")
_PASSAGE: Final = re.compile(r"title|(section|clause):[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9][A-Za-z0-9_+-]*){0,2}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")

MAX_DOMAIN: Final = 253
"""Characters of a domain name (RFC 1035 section 2.3.4, without the closing dot)."""
MAX_LOG_ORIGIN: Final = 255
"""Bytes of a ledger's origin: the ML-DSA-44 message holds it behind a one-byte length (C2SP tlog-cosignature)."""

# General categories and characters that no name or reason may hold, whatever Unicode version reads it: controls, half
# surrogates, line and paragraph separators, and what reorders text (Trojan Source, CVE-2021-42574).
_FORBIDDEN_CATEGORIES: Final = {"Cc", "Cs", "Zl", "Zp"}
_BIDI_CONTROLS: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def refuse(place: str, why: str) -> NoReturn:
    """Refuse the value at `place` because `why`."""
    raise InputRefused(
        "entry.form", f"{place}: {why}.", hint="Compare the entry with the ledger specification (docs/spec/ledger.md)."
    )


def quote(value: object) -> str:
    """Return a value short enough for a message."""
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def matching(pattern: re.Pattern[str], what: str, *, longest: int = MAX_LOG_ORIGIN) -> Form:
    """Return the form of a text that matches `pattern` as a whole."""

    def check(value: Json, place: str) -> None:
        if not isinstance(value, str) or len(value) > longest or not pattern.fullmatch(value):
            refuse(place, f"{quote(value)} is not {what}")

    return check


identifier: Final = matching(_ID, "an id (a letter or digit, then up to 63 letters, digits, '.', '_', '-')")
language: Final = matching(_LANGUAGE, "a language tag of lower-case language and subtags (BCP 47)", longest=64)
country: Final = matching(_COUNTRY, "an ISO 3166-1 code of two capital letters")
domain: Final = matching(_DOMAIN, "a domain name in lower case", longest=MAX_DOMAIN)
web_origin: Final = matching(
    _WEB_ORIGIN, "a web origin (scheme, host and port, nothing after)", longest=MAX_DOMAIN + 14
)
passage: Final = matching(_PASSAGE, "a passage (title, section:ID or clause:ID)")
zone: Final = matching(_ZONE, "the name of a time zone (IANA)", longest=64)
log_origin: Final = matching(_LOG_ORIGIN, "a ledger origin (host and path, without scheme)", longest=MAX_LOG_ORIGIN)


def digest(value: Json, place: str) -> None:
    """Accept 64 lower-case hexadecimal digits."""
    if not is_digest(value):
        refuse(place, f"{quote(value)} is not a SHA-256 digest of 64 lower-case hexadecimal digits")


def moment(value: Json, place: str) -> None:
    """Accept a moment in UTC in whole seconds that exists in the calendar."""
    read_moment(value, place)


def read_moment(value: Json, place: str) -> datetime:
    """Return a moment written ``YYYY-MM-DDTHH:MM:SSZ`` (RFC 3339 section 5.6, one spelling only).

    Raises:
        InputRefused: another spelling, or no such day or time.

    """
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        refuse(place, f"{quote(value)} is not a moment written YYYY-MM-DDTHH:MM:SSZ")
    try:
        return datetime.fromisoformat(value[:-1]).replace(tzinfo=UTC)
    except ValueError:
        refuse(place, f"{value} does not exist in the calendar")


def write_moment(at: datetime, place: str) -> str:
    """Return the spelling that `read_moment` reads.

    Raises:
        InputRefused: the moment has no time zone, or is not a whole second.

    """
    if not isinstance(at, datetime) or at.tzinfo is None or at.microsecond:
        refuse(place, f"{quote(at)} is not a moment with a time zone, in whole seconds")
    # strftime does not pad the year to four digits on every platform
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def text(longest: int, *, lines: bool = False) -> Form:
    """Return the form of a text for people: NFC, not blank, no controls, at most `longest` characters.

    Args:
        longest: characters (code points).
        lines: whether line feeds may stand inside.

    """

    def check(value: Json, place: str) -> None:
        if not isinstance(value, str) or not value.strip():
            refuse(place, "a text that is not empty belongs here")
        if len(value) > longest:
            refuse(place, f"the text is {len(value)} characters long, {longest} are allowed")
        if value.isascii() and value.isprintable() and value == value.strip():
            return  # most names, told at once
        for position, character in enumerate(value):
            if character == "\n" and lines:
                continue
            if character in _BIDI_CONTROLS or unicodedata.category(character) in _FORBIDDEN_CATEGORIES:
                refuse(place, f"U+{ord(character):04X} at position {position} is not allowed in a text")
        if value != value.strip() or not unicodedata.is_normalized("NFC", value):
            refuse(place, "the text has space around it or is not in Unicode Normalization Form C")

    return check


def whole(lowest: int, highest: int) -> Form:
    """Return the form of a whole number within bounds, both included."""

    def check(value: Json, place: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            refuse(place, f"{quote(value)} is not a whole number from {lowest} to {highest}")

    return check


def read_binary(value: Json, place: str, *, shortest: int, longest: int) -> bytes:
    """Return the bytes of a text in canonical base64url without padding, with bounds on their number.

    Raises:
        InputRefused: another type or spelling, too few or too many.

    """
    if not isinstance(value, str) or len(value) > longest * 4 // 3 + 3:
        refuse(place, f"base64url of at most {longest} bytes belongs here")
    data = unb64u(value, what=place)
    if not shortest <= len(data) <= longest:
        _other_bytes(data, place, shortest, longest)
    return data


def binary(shortest: int, longest: int, *, prefix: bytes = b"") -> Form:
    """Return the form of what `read_binary` reads, beginning with `prefix`."""

    def check(value: Json, place: str) -> None:
        data = read_binary(value, place, shortest=shortest, longest=longest)
        if not data.startswith(prefix):
            _other_bytes(data, place, shortest, longest)

    return check


def _other_bytes(data: bytes, place: str, shortest: int, longest: int) -> NoReturn:
    refuse(place, f"{len(data)} bytes of this kind do not belong here ({shortest} to {longest} are expected)")


def one_of(*values: Json) -> Form:
    """Return the form of a value that is one of `values`."""
    kinds = frozenset(map(type, values))
    allowed = frozenset((type(item), item) for item in values)

    def check(value: Json, place: str) -> None:
        if type(value) not in kinds or (type(value), value) not in allowed:
            refuse(place, f"{quote(value)} is not one of {', '.join(map(repr, values))}")

    return check


def nullable(form: Form) -> Form:
    """Return the form of a value that is null or has `form`."""

    def check(value: Json, place: str) -> None:
        if value is not None:
            form(value, place)

    return check


def members(forms: Mapping[str, Form], *, optional: frozenset[str] = frozenset()) -> Form:
    """Return the form of an object that has exactly these members, each with its form.

    Args:
        forms: by member.
        optional: the members that may be absent.

    """
    names = frozenset(forms) - optional

    def check(value: Json, place: str) -> None:
        if not isinstance(value, dict):
            refuse(place, f"an object with the members {', '.join(sorted(forms))} belongs here")
        if value.keys() != names:
            if missing := names - value.keys():
                refuse(place, f"the member {quote(min(missing))} is missing")
            if unknown := value.keys() - forms.keys():
                refuse(place, f"the member {quote(min(unknown, key=str))} is unknown")
        for name, item in value.items():
            forms[name](item, f"{place}.{name}")

    return check


def distinct(form: Form, *, most: int) -> Form:
    """Return the form of a list of 1 to `most` texts, all different, each with `form`."""

    def check(value: Json, place: str) -> None:
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            refuse(place, f"a list of 1 to {most} values belongs here")
        for position, item in enumerate(value):
            form(item, f"{place}[{position}]")
        if len(set(map(str, value))) != len(value):
            refuse(place, "a value is given twice")

    return check


def apart(form: Form, member: str, *, most: int) -> Form:
    """Return the form of a list of 1 to `most` objects, each with `form`, that all differ in the text of one member."""

    def check(value: Json, place: str) -> None:
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            refuse(place, f"a list of 1 to {most} objects belongs here")
        seen = set()
        for position, item in enumerate(value):
            form(item, f"{place}[{position}]")
            assert isinstance(item, dict)  # an object has just been checked
            seen.add(str(item[member]).lower())
        if len(seen) != len(value):
            refuse(place, f"the same {member} is named twice")

    return check


def anything(_value: Json, _place: str) -> None:
    """Leave a member to the reader of its own format."""


def canonical_object(longest: int) -> Form:
    """Return the form of a text that is itself a JSON object in RFC 8785 form, of at most `longest` bytes."""

    def check(value: Json, place: str) -> None:
        if not isinstance(value, str):
            refuse(place, "a text that holds a JSON object belongs here")
        if not isinstance(parse_canonical(value.encode(errors="surrogatepass"), limit=longest, what=place), dict):
            refuse(place, "the text holds JSON that is not an object")

    return check
