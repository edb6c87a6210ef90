"""JSON into a tree with lines, so that its errors name file, line and field like those of YAML.

`canonical.parse` decides whether the bytes are JSON at all (strict, bounded); only then a second, simple walk
over the same tokens builds the tree and remembers the lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from declaration import canonical
from declaration.exchange.tree import Field, Listing, Mapping, Node, Scalar, Style

MAX_BYTES: Final = 8 * 1024 * 1024
"""Size of a file: 12,000 signatories of 300 bytes each are 3.6 MB."""

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s{}\[\],:"]+|\n')
_MARK: Final = b"\xef\xbb\xbf"


def read_json(data: bytes, *, file: str) -> tuple[Field, tuple[str, ...]]:
    """Read one JSON document.

    Args:
        data: the file's bytes, UTF-8, with or without a byte order mark.
        file: the name by which messages call it.

    Returns:
        The top of the tree, and a note if a byte order mark was left out.

    Raises:
        LimitExceeded: larger than `MAX_BYTES` or deeper than `canonical.MAX_DEPTH`.
        InputRefused: not JSON as `canonical.parse` reads it.

    """
    notes: tuple[str, ...] = ()
    if data.startswith(_MARK):
        data, notes = data[len(_MARK) :], (f"{file}, line 1: left out a byte order mark (U+FEFF).",)
    canonical.parse(data, limit=MAX_BYTES, what=file)
    pieces = _pieces(data.decode("utf-8"))
    line, first = next(pieces)
    return Field(file, "", _node(line, first, pieces)), notes


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    line = 1
    for found in _TOKEN.finditer(text):
        piece = found.group()
        if piece == "\n":
            line += 1
        else:
            yield line, piece


def _node(line: int, piece: str, pieces: Iterator[tuple[int, str]]) -> Node:
    if piece == "[":
        items: list[Node] = []
        for at, item in pieces:
            if item == "]":
                break
            items.append(_node(at, item, pieces))
        return Listing(line, tuple(items))
    if piece == "{":
        entries: list[tuple[Scalar, Node]] = []
        for at, name in pieces:
            if name == "}":
                break
            key = Scalar(at, json.loads(name), Style.QUOTED)
            entries.append((key, _node(*next(pieces), pieces)))
        return Mapping(line, tuple(entries))
    if piece.startswith('"'):
        return Scalar(line, json.loads(piece), Style.QUOTED)
    return Scalar(line, piece, Style.NUMBER)
