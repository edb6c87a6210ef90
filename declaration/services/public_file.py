"""A file of the public record: known by its tag before it is read, and for how long it lasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Lasting(StrEnum):
    """For how long an address gives the same bytes."""

    FOREVER = "forever"
    """No other bytes will ever stand there."""
    AWHILE = "awhile"
    """The content stays; how it is shown may change with the program."""
    PRESENT = "present"
    """Others stand there after the next act."""
    MOMENT = "moment"
    """Others stand there soon, and a reader may lag behind by seconds."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the record, found and not yet read.

    Args:
        tag: 64 hexadecimal digits; the same tag means the same bytes. SHA-256 of the bytes where these are stored,
            of everything that they are made from where they are not.
        media: its media type (RFC 6838).
        lasting: for how long its address gives these bytes.
        read: gives the bytes; call it before the view is closed.
        saved: name under which a reader keeps it; empty where it has no name of its own.
        style: of a page, the source expression of the one style inside it (CSP level 3, 2.3.1).

    """

    tag: str
    media: str
    lasting: Lasting
    read: Callable[[], bytes]
    saved: str = ""
    style: str = ""
