"""Many files as one ZIP archive (APPNOTE 6.3), given piece by piece while it is made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from declaration.services import publishing
from declaration.services.chancery import Chancery
from declaration.store import queries

_SQUEEZED: Final = (".pdf", ".p7s", ".asics", ".p")
"""Endings of what is compressed already, or too short to gain anything."""


class _Pieces(io.RawIOBase):
    """A file that can only be written, and gives away what was."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()
        self._at = 0

    def writable(self) -> bool:
        """It can be written."""
        return True

    def write(self, data: object) -> int:
        """Hold some bytes until they are taken."""
        piece = bytes(data)  # type: ignore[call-overload] # zipfile writes bytes-like objects
        self._held += piece
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._at

    def take(self) -> bytes:
        """Return what was written since the last time."""
        data = bytes(self._held)
        self._held.clear()
        return data


def evidence(chancery: Chancery, declaration: str) -> Iterator[bytes]:
    """Return the whole evidence as an archive, its files in one folder of the declaration's name.

    Raises:
        StateConflict: ``publish.unsealed``, before the first piece.

    """
    files = publishing.evidence_files(chancery, declaration)
    with chancery.store.reading() as session:
        found = queries.seal(session, declaration)
    assert found is not None  # there are files of the evidence
    return packed({f"{declaration}/{path}": data for path, data in sorted(files.items())}, at=found.at)


def packed(files: Mapping[str, bytes], *, at: datetime) -> Iterator[bytes]:
    """Give an archive piece by piece, a file at a time.

    Args:
        files: by path.
        at: the moment that every file carries.

    """
    pieces = _Pieces()
    moment = at.astimezone(UTC)
    date = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    with zipfile.ZipFile(pieces, "w") as archive:
        for path, data in files.items():
            line = zipfile.ZipInfo(path, date_time=date)
            line.external_attr = 0o644 << 16
            line.compress_type = zipfile.ZIP_STORED if path.endswith(_SQUEEZED) else zipfile.ZIP_DEFLATED
            archive.writestr(line, data)
            yield pieces.take()
    yield pieces.take()
