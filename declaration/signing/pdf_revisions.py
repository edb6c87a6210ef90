"""Split a PDF file of our profile into its revisions, so that every byte has one owner.

The profile (ISO 32000-2, section 7.5): a header, then one to forty revisions, each made of objects, one classic
cross-reference table, a trailer and the end-of-file marker; no object streams, no cross-reference streams, no
encryption, generation 0 only. Revisions follow one another without a gap, and the stretches between the offsets of a
table must each hold exactly one object. So there is no place for a hidden, doubled or unlisted object, and no second
way to read the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from declaration.signing.pdf_syntax import Aspect, Ref, Value, parse, refused

MAX_FILE: Final = 1 << 29
"""Bytes; an edition with 12,000 signatures is about half of this."""
MAX_REVISIONS: Final = 40
"""We write three (the edition, its seal, its archive timestamp), and one for each renewal in a decade or so."""
MAX_OBJECTS: Final = 400_000
"""Objects of one revision; an edition with 12,000 signatures has a quarter of this."""

_HEADER: Final = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)\n(?:%[\x80-\xff]{4}[ -~]?\n)?")
_TAIL: Final = re.compile(rb"\s?startxref\n([0-9]{1,10})\n%%EOF\n")
_SUBSECTION: Final = re.compile(rb"([0-9]{1,7}) ([0-9]{1,7}) ?\n")
_ROWS: Final = re.compile(rb"(?:[0-9]{10} [0-9]{5} [nf](?: \n| \r|\r\n))*+")
_TRAILER: Final = re.compile(rb"trailer[ \n]")
_TRAILER_KEYS: Final = frozenset({"Size", "Root", "Info", "ID", "Prev"})


class Revision(NamedTuple):
    """One stretch of the file, from its first object to its end-of-file marker.

    Args:
        start: position of the first byte.
        end: position after the last byte.
        trailer: the trailer's entries.
        regions: for each object number, where the object starts and ends.

    """

    start: int
    end: int
    trailer: Mapping[str, Value]
    regions: Mapping[int, tuple[int, int]]


class _Table(NamedTuple):
    """A cross-reference table with its trailer: where it starts, where its revision ends."""

    start: int
    end: int
    offsets: dict[int, int]
    trailer: dict[str, Value]


def read_revisions(data: bytes) -> tuple[Revision, ...]:
    """Return the revisions of the file, oldest first.

    Raises:
        CannotBeVerified: the file lies outside the profile.

    """
    if len(data) > MAX_FILE:
        raise refused("limit", f"The file is {len(data)} bytes long; {MAX_FILE} are allowed.")
    header = _HEADER.match(data)
    if header is None:
        raise refused("structure", "The file does not begin like the PDF files that we write.")
    found: list[Revision] = []
    start = header.end()
    for table in reversed(_chain(data)):
        found.append(Revision(start, table.end, table.trailer, _regions(table, start)))
        start = table.end
    _require_one_document(found)
    return tuple(found)


def _chain(data: bytes) -> list[_Table]:
    """Follow the tables from the end of the file to its beginning; each lies before the one that names it."""
    at = data.rfind(b"startxref", max(0, len(data) - 64))
    tail = _TAIL.fullmatch(data, at) if at >= 0 else None
    if tail is None:
        raise refused("end", "The file does not end with its end-of-file marker: it is cut off, or something follows.")
    tables = [_table(data, int(tail[1]), len(data))]
    if tables[0].end != len(data):
        raise refused("end", "The last revision does not reach to the end of the file.")
    while (previous := tables[-1].trailer.get("Prev")) is not None:
        if not isinstance(previous, int) or not 0 < previous < tables[-1].start:
            raise refused("structure", "A trailer names an earlier revision that does not lie before its own.")
        if len(tables) == MAX_REVISIONS:
            raise refused("limit", f"The file has more than {MAX_REVISIONS} revisions.")
        tables.append(_table(data, previous, tables[-1].start))
    return tables


def _table(data: bytes, start: int, limit: int) -> _Table:
    """Read the table that starts at `start`, its trailer and the end-of-file marker, all before `limit`."""
    if data[start : start + 5] != b"xref\n":
        aspect: Aspect = "feature" if data[start : start + 1].isdigit() else "structure"  # a cross-reference stream
        raise refused(aspect, f"At byte {start} no classic cross-reference table begins.")
    offsets, position = _offsets(data, start + 5, limit)
    opening = _TRAILER.match(data, position, limit)
    if opening is None:
        raise refused("structure", f"The cross-reference table at byte {start} is not followed by a trailer.")
    trailer, position = parse(data, opening.end(), limit)
    if not isinstance(trailer, dict) or not set(trailer) <= _TRAILER_KEYS:
        raise refused("feature", f"The trailer after byte {start} is not one of ours: encryption, or another feature.")
    tail = _TAIL.match(data, position, limit)
    if tail is None or int(tail[1]) != start:
        raise refused("structure", f"The revision whose table is at byte {start} does not end as it should.")
    return _Table(start, tail.end(), offsets, trailer)


def _offsets(data: bytes, position: int, limit: int) -> tuple[dict[int, int], int]:
    offsets: dict[int, int] = {}
    while (opening := _SUBSECTION.match(data, position, limit)) is not None:
        first, count = int(opening[1]), int(opening[2])
        position = opening.end() + 20 * count
        if len(offsets) + count > MAX_OBJECTS:
            raise refused("limit", f"A revision of the file has more than {MAX_OBJECTS} objects.")
        if position > limit or _ROWS.fullmatch(data, opening.end(), position) is None:
            raise refused("structure", f"The cross-reference table before byte {position} is malformed.")
        for index in range(count):
            row = opening.end() + 20 * index
            _add_row(offsets, first + index, data[row : row + 18])
    return offsets, position


def _add_row(offsets: dict[int, int], number: int, row: bytes) -> None:
    """Take up one row; only the customary head of the free list may be free."""
    if number == 0 and row == b"0000000000 65535 f":
        return
    if number == 0 or number in offsets or row[10:] != b" 00000 n":
        raise refused("structure", f"A cross-reference table frees or doubles object {number}.")
    offsets[number] = int(row[:10])


def _regions(table: _Table, start: int) -> dict[int, tuple[int, int]]:
    """Give each object the stretch up to the next one; the first starts at `start`, the last ends at the table."""
    order = sorted((offset, number) for number, offset in table.offsets.items())
    bounds = [*(offset for offset, _ in order), table.start]
    if not order or bounds[0] != start or any(a >= b for a, b in pairwise(bounds)):
        raise refused(
            "structure", f"The table at byte {table.start} leaves bytes without an object, or gives them twice."
        )
    return {number: (bounds[index], bounds[index + 1]) for index, (_, number) in enumerate(order)}


def _require_one_document(revisions: list[Revision]) -> None:
    """Every revision speaks of the same document: one catalogue, one information dictionary, true sizes."""
    size, first = 1, revisions[0].trailer
    for revision in revisions:
        size = max(size, 1 + max(revision.regions))
        for key in ("Root", "Info"):
            if revision.trailer.get(key) != first.get(key):
                raise refused("structure", f"A later revision puts another /{key} in place of the first.")
        if not isinstance(revision.trailer.get("Root"), Ref) or revision.trailer.get("Size") != size:
            raise refused("structure", "A trailer does not name the catalogue, or not the number of objects.")
