"""Checkpoints: the head of a ledger in three lines of text (C2SP tlog-checkpoint)."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Final, NoReturn

from declaration.errors import InputRefused
from declaration.ledger.forms import log_origin
from declaration.ledger.merkle import HASH_SIZE, MAX_SIZE

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a ledger: which ledger, how many entries, and the root over them.

    Args:
        origin: name of the ledger, ``<host>/<declaration id>``.
        size: number of entries.
        root: 32 bytes.

    Raises:
        InputRefused: one of them has not this form.

    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Check the three parts."""
        log_origin(self.origin, "checkpoint.origin")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_SIZE:
            _malformed(f"{self.size} is no size, or {len(self.root)} bytes are no root")

    @property
    def text(self) -> str:
        """The text of the note: a line for each part (C2SP tlog-checkpoint, "Note text")."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint in its only spelling.

        Extension lines are refused: the ML-DSA-44 signature would not cover them (C2SP tlog-checkpoint, "Signatures").

        Raises:
            InputRefused: another number of lines, or a malformed one.

        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            _malformed("it has not exactly three lines")
        root = unb64(lines[2])
        if not _SIZE.fullmatch(lines[1]) or root is None:
            _malformed("the second line is no number or the third is not canonical base64")
        return cls(lines[0], int(lines[1]), root)


def _malformed(why: str) -> NoReturn:
    raise InputRefused(
        "checkpoint.malformed", f"The text is not a checkpoint: {why}.", hint="Get the file again from its source."
    )


def b64(data: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 section 4), as notes and keys use it."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def unb64(text: str | bytes) -> bytes | None:
    """Read standard base64 in its only spelling, or return None."""
    try:
        given = text.encode("ascii") if isinstance(text, str) else text
        data = binascii.a2b_base64(given, strict_mode=True)
    except ValueError:  # includes UnicodeEncodeError
        return None
    if given and binascii.b2a_base64(data[-1 - (len(data) - 1) % 3 :], newline=False) != given[-4:]:
        return None  # the last group has bits that belong to no byte
    return data
