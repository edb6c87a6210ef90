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

KEPT: Final = 64 * 1024 * 1024
"""Bytes kept: a version of 500 clauses in eight languages is about 3 MB as a page, 1 MB as a Word document."""

_SOURCES: Final = frozenset({".py", ".json", ".html", ".xml", ".po", ".css", ".js", ".svg"})


class Renderings:
    """The renderings asked for last; one is made at a time.

    A Word document takes a second of a processor: readers who ask for the same one wait for it, and whoever asks for
    many at once gets one processor and no more.

    Args:
        limit: bytes to keep.

    """

    def __init__(self, limit: int = KEPT) -> None:
        self._limit = limit
        self._size = 0
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str, make: Callable[[], bytes]) -> bytes:
        """Return the bytes of this tag, from memory or made now."""
        with self._lock:
            if tag in self._made:
                self._made.move_to_end(tag)
                return self._made[tag]
            data = make()
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
    """Return what every rendering depends on beside its content: our sources, and the library that packs Word files."""
    root = Path(__file__).parents[1]
    sources = sorted(path for path in root.rglob("*") if path.suffix in _SOURCES and path.is_file())
    parts = [f"{path.relative_to(root)} {digest(path.read_bytes())}" for path in sources]
    return digest("\n".join([*parts, version("python-docx")]).encode())
