"""Canonical JSON (RFC 8785), strict JSON parsing, SHA-256 and base64url: how everything is named and bound.

The project's JSON is a subset of I-JSON (RFC 7493): member names are ASCII, numbers are integers of at most
53 bits, strings hold no lone surrogates. Within that subset a compact encoder that sorts names already produces
RFC 8785 (a test compares it with an independent implementation). What is not of the subset is told by the standard
library's decoder, which is slower and says where.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Final, NoReturn, TypeAlias, cast

import orjson

from declaration.errors import InputRefused, LimitExceeded

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH: Final = 32
"""Nesting allowed in any JSON we read; our own formats need 8."""
MAX_INTEGER: Final = 2**53 - 1
"""RFC 8785 numbers are IEEE doubles: integers beyond this lose precision in other readers."""


_STANDARD: Final = bytes.maketrans(b"-_+/=", b"+/\0\0\0")
"""From the alphabet of base64url to that of base64; what belongs to the other alphabet alone becomes no letter."""
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_LAST: Final = ("", "", "AQgw", "AEIMQUYcgkosw048")
"""Last characters that leave no stray bits, by the length of the text modulo 4 (RFC 4648 section 3.5)."""
_SORTED: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
"""Names in the order of their code points, which for ASCII is that of RFC 8785; no integer beyond 53 bits."""
_IN_ORDER: Final = orjson.OPT_STRICT_INTEGER
"""Names in the order in which they came; no integer beyond 53 bits."""
_SCALARS: Final = frozenset({str, int, bool, type(None)})
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def encode(value: Json | Mapping[str, Json] | Iterable[Json]) -> bytes:
    """Return the RFC 8785 form of `value`.

    Raises:
        InputRefused: a float, an integer beyond 53 bits, a member name that is not ASCII, a lone surrogate,
            or a type that JSON does not have.

    """
    if not _is_plain(value):
        _check(value, depth=0)
    return encode_known(value)


def _is_plain(value: object) -> bool:
    """Tell whether a value is plainly of our subset, but for the size of integers and half pairs: the usual case.

    What it does not know (a subclass, another container), `_check` looks at more closely and can name.
    """
    names: list[object] = []
    level: list[object] = [value]
    for _ in range(MAX_DEPTH + 1):
        below: list[object] = []
        for item in level:
            kind = type(item)
            if kind in _SCALARS:
                continue
            if type(item) is dict:
                names += item
                below += item.values()
            elif type(item) is list or type(item) is tuple:
                below += item
            else:
                return False
        if not below:
            return _are_ascii(names)
        level = below
    return all(type(item) in _SCALARS for item in level) and _are_ascii(names)


def _are_ascii(names: Iterable[object]) -> bool:
    try:
        return "".join(cast("Iterable[str]", names)).isascii()
    except TypeError:  # a name that is no text
        return False


def encode_known(value: object) -> bytes:
    """Return the RFC 8785 form of a value that is known to be of our subset: its members are of fixed names and types.

    Raises:
        InputRefused: an integer beyond 53 bits, or a lone surrogate.

    """
    try:
        return orjson.dumps(value, option=_SORTED)
    except orjson.JSONEncodeError as error:
        raise InputRefused(
            "json.surrogate",
            "A text holds half of a surrogate pair, which is not a character.",
            hint="Enter the text again.",
        ) from error


def _check(value: object, *, depth: int) -> None:
    if isinstance(value, dict):
        for name in value:
            if not isinstance(name, str) or not name.isascii():
                raise _not_ascii(name)
        _check_items(value.values(), depth=depth)
    elif isinstance(value, list | tuple):
        _check_items(value, depth=depth)
    elif isinstance(value, int):
        _check_integer(value)
    elif value is not None and not isinstance(value, str):
        raise InputRefused(
            "json.type",
            f"A value of type {type(value).__name__} has no canonical form.",
            hint="Use text, whole numbers, true, false, null, lists and objects.",
        )


def _check_items(items: Iterable[object], *, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _too_deep()
    for item in items:
        if type(item) is not str:  # most are
            _check(item, depth=depth + 1)


def _check_integer(value: int) -> int:
    if abs(value) > MAX_INTEGER:
        raise InputRefused(
            "json.integer", f"The number {value} does not fit into 53 bits.", hint="Use a smaller number."
        )
    return value


def _check_depth(value: object, *, depth: int) -> None:
    """Look at the containers alone: everything else in a value that was parsed is known to be of our subset."""
    items = value.values() if type(value) is dict else value if type(value) is list else ()
    if depth > MAX_DEPTH:
        raise _too_deep()
    for item in items:
        if type(item) is dict or type(item) is list:
            _check_depth(item, depth=depth + 1)


def _too_deep() -> LimitExceeded:
    return LimitExceeded(
        "json.depth", f"JSON is nested more than {MAX_DEPTH} levels deep.", hint="Send a flatter document."
    )


def _not_ascii(name: object) -> InputRefused:
    return InputRefused(
        "json.name", f"The member name {name!r} is not ASCII.", hint="Use the names of the specification."
    )


def _pairs(items: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(items)
    if len(found) != len(items):
        raise ValueError("a member name is given twice")
    for name in found:
        if not name.isascii():
            raise _not_ascii(name)
    return found


def _integer(text: str) -> int:
    return _check_integer(int(text))


def _fraction(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a whole number")


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


def parse(data: bytes, *, limit: int, what: str) -> Json:
    """Read JSON strictly: UTF-8 without byte order mark, no doubled names, no floats, bounded size and depth.

    Args:
        data: the bytes.
        limit: the largest size accepted, in bytes.
        what: how messages name the document ("the signature bundle").

    Raises:
        LimitExceeded: too large or too deep.
        InputRefused: not JSON of the subset described above.

    """
    if len(data) > limit:
        raise LimitExceeded(
            "json.size",
            f"{what} is {len(data)} bytes long, {limit} are allowed.",
            hint="Check that it is the right file.",
        )

    known = _read_compact(data, _IN_ORDER)
    return _read_any(data, what) if known is None else known


def _read_any(data: bytes, what: str) -> Json:
    """Read what may be spaced and escaped in any way, or say what is wrong with it."""

    def refuse(why: str) -> NoReturn:
        raise InputRefused(
            "json.malformed", f"{what} is not well-formed JSON: {why}.", hint="Get the file again from its source."
        )

    try:
        value: Json = _DECODER.decode(data.decode("utf-8"))
        _check_depth(value, depth=0)
        if b"\\u" in data:  # only an escape can smuggle half a surrogate pair in
            orjson.dumps(value)
    except (UnicodeError, orjson.JSONEncodeError):
        refuse("it is not UTF-8")
    except RecursionError:
        refuse("it is nested too deep")
    except ValueError as error:  # includes json.JSONDecodeError, and int() of thousands of digits
        refuse(str(error)[:200])
    return value


def parse_canonical(data: bytes, *, limit: int, what: str) -> Json:
    """Read JSON strictly and refuse anything that is not already in RFC 8785 form.

    Raises:
        LimitExceeded: too large or too deep.
        InputRefused: not JSON, or not canonical.

    """
    if len(data) <= limit and (known := _read_compact(data, _SORTED)) is not None:
        return known
    value = parse(data, limit=limit, what=what)
    if encode_known(value) != data:
        raise InputRefused(
            "json.not-canonical",
            f"{what} is not in canonical form (RFC 8785).",
            hint="Get the file again from its source, and do not reformat it.",
        )
    return value


def _read_compact(data: bytes, order: int) -> Json:
    """Return the value of what is written without a needless byte; None for all else, and if in doubt.

    A value that writes exactly the bytes it was read from hides nothing: neither a doubled name nor space nor an escape
    that was not needed. What it could still have is a fraction, a name that is not ASCII, or too many levels.

    Args:
        data: the bytes.
        order: of names in objects: `_SORTED` for RFC 8785, or `_IN_ORDER`, as they come.

    """
    try:
        value: Json = orjson.loads(data)  # the last of two equal names wins
        if orjson.dumps(value, option=order) != data:
            return None
    except (ValueError, orjson.JSONEncodeError, RecursionError):
        return None
    return value if _is_plain(value) else None


def sha256(data: bytes) -> bytes:
    """Return the 32 bytes of SHA-256."""
    return hashlib.sha256(data).digest()


def digest(data: bytes) -> str:
    """Return SHA-256 as 64 lower-case hexadecimal digits: the name of a blob, a text, a version."""
    return hashlib.sha256(data).hexdigest()


def is_digest(value: object) -> bool:
    """Tell whether `value` has the form that `digest` returns."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def b64u(data: bytes) -> str:
    """Return base64url without padding (RFC 4648 section 5)."""
    return binascii.b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=").decode("ascii")


def unb64u(text: str, *, what: str) -> bytes:
    """Read base64url without padding, in its only canonical spelling.

    Raises:
        InputRefused: another alphabet, padding, or stray bits after the last byte.

    """
    rest = len(text) % 4
    try:
        if not rest or text[-1] in _LAST[rest]:
            padded = text.encode("ascii").translate(_STANDARD) + b"==="[: -rest % 4]
            return binascii.a2b_base64(padded, strict_mode=True)
    except ValueError:  # includes binascii.Error and UnicodeEncodeError
        pass
    raise InputRefused(
        "base64.malformed", f"{what} is not canonical base64url.", hint="Get the file again from its source."
    )


def without(value: Json, member: str) -> Json:
    """Return a copy of `value` in which no object has a member named `member`, at any depth.

    A version's document becomes its manifest by leaving out every ``text`` (docs/spec/text.md).
    """
    if isinstance(value, dict):
        return {name: without(item, member) for name, item in value.items() if name != member}
    if isinstance(value, list):
        return [without(item, member) for item in value]
    return value
