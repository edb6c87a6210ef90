"""Mentions: ids written behind an @ in a comment, found without taking an e-mail address or a full stop for one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import regex

MAX_MENTIONS: Final = 20
"""People mentioned by one comment: a committee; whoever means everybody need not name them."""
_WRITTEN: Final = regex.compile(r"(?<![\p{L}\p{M}\p{N}_.+@/-])@([A-Za-z0-9][A-Za-z0-9._-]{0,63})(?![\p{L}\p{M}\p{N}@])")
"""What may be an id; in front of it stands no letter, as in the address of a mailbox, and no path of an address."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: words, or a mention, which also names the id that it means."""

    text: str
    id: str | None = None


def pieces(text: str, ids: Collection[str]) -> tuple[Piece, ...]:
    """Return a text cut at its mentions; joined together the pieces are the text.

    Args:
        text: a comment.
        ids: those that can be mentioned. Capitals do not count: ids are unique without them.

    """
    known = {name.lower(): name for name in ids}
    found: list[Piece] = []
    at = 0
    for start, stop, name in _mentions(text, known):
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:stop], name))
        at = stop
    if at < len(text) or not found:
        found.append(Piece(text[at:]))
    return tuple(found)


def mentioned(text: str, ids: Collection[str]) -> tuple[str, ...]:
    """Return the ids that a text mentions, each once, in their order."""
    return tuple(dict.fromkeys(piece.id for piece in pieces(text, ids) if piece.id is not None))


def _mentions(text: str, known: dict[str, str]) -> Iterator[tuple[int, int, str]]:
    for match in _WRITTEN.finditer(text):
        written = match[1]
        # a sentence may end behind an id, and an id may end in a full stop: the longest one that is known counts
        while written:
            name = known.get(written.lower())
            if name is not None:
                yield match.start(), match.start(1) + len(written), name
                break
            if written[-1] not in "._-":
                break
            written = written[:-1]
