"""Reading what is to be verified from the disk, within limits, following no link."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from declaration.signing.judgement import unverifiable
from declaration.signing.layout import PRIVATE
from declaration.signing.pdf_revisions import MAX_FILE

MAX_FILES: Final = 200_000
"""Files in a folder: a record of 12,000 signatories has about 60,000."""
MAX_TOTAL: Final = 1 << 32
"""Bytes in a folder: such a record has about 2 GB."""


def read_file(path: Path) -> bytes:
    """Return the bytes of one file.

    Raises:
        CannotBeVerified: ``container.unreadable``, ``container.too-large``.

    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise unverifiable("container.unreadable", name=_shown(path.name), detail=error.strerror or "") from error
    if len(data) > MAX_FILE:
        raise unverifiable("container.too-large", name=_shown(path.name))
    return data


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the contents of a folder by path below it, with forward slashes; what is private is left out.

    Raises:
        CannotBeVerified: ``container.unreadable``, ``container.too-large``; ``container.unexpected`` for a link, a
            device, or a name that is not UTF-8.

    """
    files: dict[str, bytes] = {}
    room = MAX_TOTAL
    waiting = [""]
    while waiting:
        below = waiting.pop()
        for entry in _listed(folder / below, below):
            name = f"{below}{entry.name}"
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode) and f"{name}/" != PRIVATE:
                waiting.append(f"{name}/")
            elif stat.S_ISREG(mode):
                files[name] = read_file(Path(entry.path))
                room -= len(files[name])
            elif not stat.S_ISDIR(mode):
                raise unverifiable("container.unexpected", name=_shown(name))
            if room < 0 or len(files) + len(waiting) > MAX_FILES:
                raise unverifiable("container.too-large", name=_shown(folder.name))
            if name != _shown(name):
                raise unverifiable("container.unexpected", name=_shown(name))
    return files


def _listed(folder: Path, below: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise unverifiable("container.unreadable", name=_shown(below), detail=error.strerror or "") from error


def _shown(name: str) -> str:
    """Return a name that can be written anywhere."""
    return name.encode(errors="replace").decode()
