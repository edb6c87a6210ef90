"""A table as CSV (RFC 4180) that is safe to open with a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

MEDIA: Final = "text/csv; charset=utf-8; header=present"
"""Media type (RFC 7111)."""
MARK: Final = "\ufeff"
"""Byte order mark: without one, Excel takes UTF-8 for the alphabet of its own country."""
_FORMULA: Final = re.compile(r"[\s\x00-\x1f\u00a0\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20|%]")
"""How a cell begins that a spreadsheet would calculate: also behind white space, and in full-width forms."""


def write_csv(rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """Write rows: every cell in quotes, lines ended by CR LF, UTF-8 with a byte order mark.

    A text that begins like a formula gets an apostrophe before it, which spreadsheets take for "this is text".
    """
    return (MARK + "".join(f"{','.join(map(_cell, row))}\r\n" for row in rows)).encode()


def _cell(value: str | int | None) -> str:
    if isinstance(value, int):
        return f'"{value}"'
    words = (value or "").replace("\x00", "\ufffd")
    return '"' + ("'" if _FORMULA.match(words) else "") + words.replace('"', '""') + '"'
