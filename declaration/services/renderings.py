"""What was made before, under tags that change with what it was made from and with the program that made it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from declaration.canonical import digest
from declaration.errors import LimitExceeded
from declaration.services.traffic import TooOften

KEPT: Final = 64 * 1024 * 1024
"""Bytes kept: a version of 500 clauses in eight languages is about 3 MB as a page, 1 MB as a Word document."""

REFUSALS: Final = 256
"""Refusals kept: a text that does not fit on a sheet does not fit when it is asked for again."""
PATIENCE: Final = 10
"""Seconds after which whoever is turned away may come again."""
_LIBRARIES: Final = ("python-docx", "reportlab", "pikepdf", "uharfbuzz", "fonttools")
"""Whose versions decide on bytes, beside our sources."""
_SOURCES: Final = frozenset({".py", ".json", ".html", ".xml", ".po", ".css", ".js", ".svg"})


class Renderings:
    """The renderings asked for last; one is made at a time.

    A Word document takes a second of a processor: readers who ask for the same one wait for it, and whoever asks for
    many at once gets one processor and no more.

    Args:
        limit: bytes to keep.
        waiting: how many may wait for another's rendering; None for everybody.

    """

    def __init__(self, limit: int = KEPT, *, waiting: int | None = None) -> None:
        self._limit = limit
        self._seats = None if waiting is None else threading.BoundedSemaphore(waiting + 1)
        self._refused: OrderedDict[str, LimitExceeded] = OrderedDict()
        self._size = 0
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str, make: Callable[[], bytes]) -> bytes:
        """Return the bytes of this tag, from memory or made now.

        Raises:
            LimitExceeded: it cannot be made; it is not tried again.
            TooOften: too many are waiting.

        """
        if self._seats is None:
            return self._get(tag, make)
        if not self._seats.acquire(blocking=False):
            raise TooOften(PATIENCE)
        try:
            return self._get(tag, make)
        finally:
            self._seats.release()

    def _get(self, tag: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            if tag in self._made:
                self._made.move_to_end(tag)
                return self._made[tag]
            if tag in self._refused:
                raise self._refused[tag]
            try:
                data = make()
            except LimitExceeded as error:
                self._refused[tag] = error.with_traceback(None)
                while len(self._refused) > REFUSALS:
                    self._refused.popitem(last=False)
                raise
            self._made[tag] = data
            self._size += len(data)
            while self._size > self._limit:
                self._size -= len(self._made.popitem(last=False)[1])
            return data


def made_from(form: str, content: str) -> str:
    """Return the tag of what this program makes in this form from this content.

    The same tag promises the same bytes (RFC 9110, section 8.8.1), so everything that they depend on goes into it.
    """
    return digest(f"{program()} {form} {content}".encode())


@cache
def program() -> str:
    """Return what every rendering depends on beside its content: our sources, and the libraries that draw."""
    root = Path(__file__).parents[1]
    sources = sorted(path for path in root.rglob("*") if path.suffix in _SOURCES and path.is_file())
    parts = [f"{path.relative_to(root)} {digest(path.read_bytes())}" for path in sources]
    return digest("\n".join([*parts, *map(version, _LIBRARIES)]).encode())
