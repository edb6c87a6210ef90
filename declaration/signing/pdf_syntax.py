"""The objects of a PDF file (ISO 32000-2, section 7.3), in the one spelling that our writers use.

No comments inside objects, no stream and no reference outside the profile of `declaration.signing.pdf`: what a lenient
reader would mend or guess is refused here, because two readers that guess differently show two different documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from declaration.errors import CannotBeVerified
from declaration.signing.judgement import unverifiable

MAX_DEPTH: Final = 24
"""Arrays and dictionaries nested directly within one another; our writers need 8, Python's stack bears far more."""
MAX_STRING: Final = 1 << 20
"""Bytes in one string as written; the longest we write is the 128 KiB of a signature's /Contents."""
MAX_NAME: Final = 127
"""Bytes in one name (ISO 32000-1, annex C.2)."""

_SPACE: Final = rb"\x00\t\n\x0c\r "
_END: Final = rb"(?=[" + _SPACE + rb"()<>\[\]{}/%]|\Z)"
_TOKEN: Final = re.compile(
    rb"[" + _SPACE + rb"]*+(?:"
    rb"(?P<reference>([0-9]{1,7}) ([0-9]{1,5}) R" + _END + rb")"
    rb"|(?P<integer>[+-]?[0-9]{1,10}" + _END + rb")"
    rb"|(?P<real>[+-]?(?:[0-9]{1,10}\.[0-9]{0,16}|\.[0-9]{1,16})" + _END + rb")"
    rb"|/(?P<name>[^" + _SPACE + rb"()<>\[\]{}/%]*)"
    rb"|(?P<mark><<|>>|\[|\]|\()"
    rb"|<(?P<hex>[0-9A-Fa-f\n]*)>"
    rb"|(?P<word>true|false|null)" + _END + rb")"
)
_TEXT_RUN: Final = re.compile(rb"[^()\\\r]*+")
_ESCAPED: Final = re.compile(rb"\\([0-7]{1,3}|[nrtbf()\\]|\r?\n)")
_ESCAPES: Final[Mapping[int, int]] = {ord(a): ord(b) for a, b in zip("nrtbf()\\", "\n\r\t\b\f()\\", strict=True)}
_HEX_IN_NAME: Final = re.compile(rb"#([0-9A-Fa-f]{2})?")
_WORDS: Final = {b"true": True, b"false": False, b"null": None}


class Name(str):
    """A name object without its slash, one character a byte (Latin-1), so that names compare as bytes do."""

    __slots__ = ()


class Ref(NamedTuple):
    """An indirect reference; generations other than 0 are outside the profile."""

    number: int


class String(NamedTuple):
    """A string object with the place of its token in the file, delimiters included."""

    value: bytes
    start: int
    end: int


class Stream(NamedTuple):
    """A stream object: its dictionary, and the place of its encoded bytes in the file."""

    entries: dict[str, Value]
    start: int
    end: int


Aspect: TypeAlias = Literal["end", "syntax", "structure", "feature", "limit", "active"]
Value: TypeAlias = "bool | int | Decimal | Name | Ref | String | Stream | list[Value] | dict[str, Value] | None"


def refused(aspect: Aspect, detail: str) -> CannotBeVerified:
    """Return the verdict on a file outside the profile: code ``container.pdf-<aspect>``, with what was found where."""
    return unverifiable(f"container.pdf-{aspect}", detail=detail.removesuffix("."))


def parse(data: bytes, position: int, end: int) -> tuple[Value, int]:
    """Read one object of `data` that starts at `position` and stays before `end`.

    Returns:
        The object, and the position after it.

    Raises:
        CannotBeVerified: anything but an object of the profile.

    """
    return _Parser(data, end).value(position, depth=0)


class _Parser:
    """Reads values within one stretch of the file; every method takes a position and returns the next one."""

    __slots__ = ("_data", "_end")

    def __init__(self, data: bytes, end: int) -> None:
        self._data = data
        self._end = end

    def value(self, position: int, *, depth: int) -> tuple[Value, int]:
        found = self._token(position)
        if found.lastgroup == "mark" and found["mark"] in (b">>", b"]"):
            raise self._unexpected(position)
        return self._complete(found, depth=depth)

    def _token(self, position: int) -> re.Match[bytes]:
        found = _TOKEN.match(self._data, position, self._end)
        if found is None:
            raise self._unexpected(position)
        return found

    def _complete(self, found: re.Match[bytes], *, depth: int) -> tuple[Value, int]:
        if found.lastgroup != "mark":
            return _scalar(found), found.end()
        if found["mark"] == b"(":
            return self._literal(found.end())
        if depth == MAX_DEPTH:
            raise refused("limit", f"At byte {found.start()} objects are nested deeper than {MAX_DEPTH} levels.")
        read = self._array if found["mark"] == b"[" else self._entries
        return read(found.end(), depth=depth + 1)

    def _array(self, position: int, *, depth: int) -> tuple[list[Value], int]:
        items: list[Value] = []
        while True:
            found = self._token(position)
            if found["mark"] == b"]":
                return items, found.end()
            if found["mark"] == b">>":
                raise self._unexpected(position)
            item, position = self._complete(found, depth=depth)
            items.append(item)

    def _entries(self, position: int, *, depth: int) -> tuple[dict[str, Value], int]:
        entries: dict[str, Value] = {}
        while True:
            found = self._token(position)
            if found["mark"] == b">>":
                return entries, found.end()
            if found.lastgroup != "name":
                raise self._unexpected(position)
            key = _name(found["name"])
            if key in entries:
                raise refused("syntax", f"The dictionary at byte {position} gives /{key} twice.")
            entries[key], position = self.value(found.end(), depth=depth)

    def _literal(self, position: int) -> tuple[String, int]:
        start, open_brackets, pieces = position - 1, 1, bytearray()
        while True:
            run = _TEXT_RUN.match(self._data, position, self._end)
            pieces += run[0] if run else b""
            position = run.end() if run else position
            byte = self._data[position : min(position + 1, self._end)]
            if byte == b"\\":
                escaped = _ESCAPED.match(self._data, position, self._end)
                if escaped is None:
                    raise refused("syntax", f"The string at byte {start} holds an unknown escape.")
                pieces += _unescape(escaped[1], start)
                position = escaped.end()
                continue
            if byte not in (b"(", b")") or len(pieces) > MAX_STRING:
                raise refused("syntax", f"The string at byte {start} does not end, or is too long.")
            position += 1
            open_brackets += 1 if byte == b"(" else -1
            if not open_brackets:
                return String(bytes(pieces), start, position), position
            pieces += byte

    def _unexpected(self, position: int) -> CannotBeVerified:
        found = self._data[position : min(position + 24, self._end)]
        return refused("syntax", f"At byte {position} stands {found!r}, which is no object of our profile.")


def _scalar(found: re.Match[bytes]) -> Value:
    """Read a token that is an object by itself."""
    match found.lastgroup:
        case "integer":
            return int(found["integer"])
        case "real":
            return Decimal(found["real"].decode())
        case "name":
            return _name(found["name"])
        case "hex":
            return _hex(found)
        case "reference":
            return _reference(found)
        case _:
            return _WORDS[found["word"]]


def _reference(found: re.Match[bytes]) -> Ref:
    number, generation = int(found[2]), int(found[3])
    if generation or not number:
        raise refused("syntax", f"The reference at byte {found.start()} is not to an object of generation 0.")
    return Ref(number)


def _hex(found: re.Match[bytes]) -> String:
    digits = found["hex"].replace(b"\n", b"")
    if len(digits) % 2 or len(digits) > 2 * MAX_STRING:
        raise refused("syntax", f"The hexadecimal string at byte {found.start()} has a length we never write.")
    return String(bytes.fromhex(digits.decode()), found.start("hex") - 1, found.end())


def _name(spelling: bytes) -> Name:
    if len(spelling) > MAX_NAME:
        raise refused("syntax", f"A name is {len(spelling)} bytes long; {MAX_NAME} are allowed.")
    if b"#" in spelling:
        spelling = _HEX_IN_NAME.sub(_name_byte, spelling)
    return Name(spelling.decode("latin-1"))


def _name_byte(found: re.Match[bytes]) -> bytes:
    if found[1] is None:
        raise refused("syntax", "A name holds a number sign that is not followed by two hexadecimal digits.")
    return bytes.fromhex(found[1].decode())


def _unescape(escape: bytes, start: int) -> bytes:
    if escape[:1] in b"01234567":
        code = int(escape, 8)
        if code > 255:
            raise refused("syntax", f"The string at byte {start} holds an escape beyond one byte.")
        return bytes([code])
    meant = _ESCAPES.get(escape[0])
    return b"" if meant is None else bytes([meant])  # an escaped end of line stands for nothing
