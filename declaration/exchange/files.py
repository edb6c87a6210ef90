"""Reading a file that somebody gave: all of it, below a limit, by a name that messages can show."""

from __future__ import annotations

import os
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, NamedTuple

from declaration.errors import InputRefused, LimitExceeded

MAX_INPUT: Final = 8 * 1024 * 1024
"""Bytes of an input file: the largest that any of its readers accepts."""


class Given(NamedTuple):
    """The bytes of a file, and the name by which messages call it."""

    data: bytes
    name: str


def read_given(source: Path | Traversable, *, limit: int = MAX_INPUT) -> Given:
    """Return what stands in a file of `limit` bytes at most.

    Raises:
        InputRefused: ``input.file``, it cannot be read.
        LimitExceeded: ``input.size``.

    """
    name = shown(source) if isinstance(source, Path) else source.name
    try:
        with source.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise InputRefused(
            "input.file", f"{name} cannot be read: {error.strerror}.", hint="Check the path to the file."
        ) from error
    if len(data) > limit:
        raise LimitExceeded(
            "input.size", f"{name} has more than {limit} bytes.", hint="Check that it is the right file."
        )
    return Given(data, name)


def shown(path: Path) -> str:
    """Return a path for a message, whatever bytes its name is made of."""
    return os.fsencode(path).decode(errors="replace")
