"""ASiC-S containers (ETSI EN 319 162-1, clause 4.3): one file with the instrument and the CAdES over it.

A ZIP archive of exactly three files, stored as they are: `mimetype` first, then the instrument, then the signatures.
Whatever a ZIP archive leaves open (times, order, compression, attributes, comments) is fixed here, so that the same
two files always give the same bytes, and so that no byte of a container is without meaning: a reader that accepts a
container has compared each byte with the only one that may stand there. The form is specified in docs/spec/edition.md.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final, NamedTuple

from declaration.signing.judgement import altered, unverifiable
from declaration.signing.pdf_revisions import MAX_FILE

MEDIA: Final = "application/vnd.etsi.asic-s+zip"
"""Media type, and the content of the first file (EN 319 162-1, annex A)."""
MIMETYPE: Final = "mimetype"
OBJECT: Final = "instrument.pdf"
"""The one file at the top besides `mimetype`: what is signed (clause 4.3.3)."""
SIGNATURE: Final = "META-INF/signature.p7s"
"""The CAdES signatures, detached, over `OBJECT` (clause 4.3.3.2)."""
NAMES: Final = (MIMETYPE, OBJECT, SIGNATURE)
"""Every file of a container, in its order."""

VERSION: Final = 10
"""Version 1.0 of ZIP: files that are stored (APPNOTE 6.3, section 4.4.3)."""
MOMENT: Final = (0, 0x0021)
"""Time and date of every file: midnight of 1 January 1980, where MS-DOS begins."""

_LOCAL: Final = struct.Struct("<4s5H3I2H")  # APPNOTE 6.3, section 4.3.7
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")  # section 4.3.12
_END: Final = struct.Struct("<4s4H2IH")  # section 4.3.16
_LOCAL_MARK: Final = b"PK\x03\x04"
_CENTRAL_MARK: Final = b"PK\x01\x02"
_END_MARK: Final = b"PK\x05\x06"
_ENCRYPTED: Final = 0x0001
_ZIP64: Final = 0xFFFFFFFF


class Container(NamedTuple):
    """What a container holds.

    Args:
        instrument: the bytes of instrument.pdf.
        merged: the bytes of signatures.p7s.

    """

    instrument: bytes
    merged: bytes


class _Entry(NamedTuple):
    """A file in an archive: its name, where its header begins, its checksum and its size."""

    name: bytes
    at: int
    crc: int
    size: int

    def local(self) -> bytes:
        """Return the header before the file's bytes."""
        fields = (VERSION, 0, 0, *MOMENT, self.crc, self.size, self.size, len(self.name), 0)
        return _LOCAL.pack(_LOCAL_MARK, *fields) + self.name

    def central(self) -> bytes:
        """Return the file's line in the directory at the end."""
        fields = (VERSION, VERSION, 0, 0, *MOMENT, self.crc, self.size, self.size, len(self.name), 0, 0, 0, 0, 0)
        return _CENTRAL.pack(_CENTRAL_MARK, *fields, self.at) + self.name


def write(instrument: bytes, merged: bytes) -> bytes:
    """Return the container of an instrument and the signatures over it; always the same bytes for the same two files.

    Args:
        instrument: the bytes of instrument.pdf.
        merged: the bytes of signatures.p7s.

    Raises:
        CannotBeVerified: ``container.too-large``.

    """
    if len(instrument) + len(merged) > MAX_FILE - 1024:  # what stands around them has less than 500 bytes
        raise unverifiable("container.too-large", name=OBJECT)
    entries: list[_Entry] = []
    pieces: list[bytes] = []
    at = 0
    for name, data in zip(NAMES, (MEDIA.encode(), instrument, merged), strict=True):
        entry = _Entry(name.encode(), at, zlib.crc32(data), len(data))
        entries.append(entry)
        pieces += (entry.local(), data)
        at += len(pieces[-2]) + len(data)
    return b"".join((*pieces, _directory(entries, at)))


def _directory(entries: list[_Entry], at: int) -> bytes:
    """Return the directory that begins at `at`, and the record behind it that ends an archive."""
    lines = b"".join(entry.central() for entry in entries)
    count = len(entries)
    return lines + _END.pack(_END_MARK, 0, 0, count, count, len(lines), at, 0)


def read(data: bytes) -> Container:
    """Read a container, from its first byte to its last; each is the one that `write` writes.

    Nothing is decompressed, nothing is looked up by a name or an offset that the file itself gives, and no path is
    used, so there is nothing in a container that could blow up, point elsewhere or be two things at once.

    Raises:
        Altered: ``container.asic-checksum``, the bytes of a file are not those that its header names.
        CannotBeVerified: ``container.asic-zip``, not such an archive, or cut off, or with something before, between or
            behind its files; ``.asic-files``, other files than the three; ``.asic-form``, packed in another way;
            ``.asic-mimetype``, another kind of container; ``container.too-large``.

    """
    if len(data) > MAX_FILE:
        raise unverifiable("container.too-large", name="signatures.asics")
    if not data.startswith(_LOCAL_MARK):
        raise _malformed("it does not begin with a file")
    entries: list[_Entry] = []
    contents: list[bytes] = []
    at = 0
    for name in NAMES:
        entry, content = _file(data, at, name)
        entries.append(entry)
        contents.append(content)
        at += _LOCAL.size + len(entry.name) + entry.size
        if name == MIMETYPE and content != MEDIA.encode():
            raise unverifiable("container.asic-mimetype", found=_shown(content))
    _require_directory(data, entries, at)
    return Container(contents[1], contents[2])


def _file(data: bytes, at: int, expected: str) -> tuple[_Entry, bytes]:
    """Read the file whose header begins at `at`."""
    mark = data[at : at + 4]
    if mark in (_CENTRAL_MARK, _END_MARK):
        raise unverifiable("container.asic-files", detail=f"{expected} is missing")
    if mark != _LOCAL_MARK or len(data) < at + _LOCAL.size:
        raise _malformed(f"no file begins at byte {at}")
    _, version, flags, method, time, date, crc, packed, size, length, extra = _LOCAL.unpack_from(data, at)
    name = data[at + _LOCAL.size : at + _LOCAL.size + length]
    if name != expected.encode():
        raise unverifiable("container.asic-files", detail=f"{_shown(name)} stands where {expected} belongs")
    _require_form(expected, flags=flags, method=method, sizes=(packed, size), extra=extra)
    if (version, time, date) != (VERSION, *MOMENT):
        raise _packed(expected, "a version or a moment of its own")
    begin = at + _LOCAL.size + length
    content = data[begin : begin + size]
    if len(content) != size:
        raise _malformed(f"{expected} is cut off")
    if zlib.crc32(content) != crc:
        raise altered("container.asic-checksum", name=expected)
    return _Entry(name, at, crc, size), content


def _require_form(name: str, *, flags: int, method: int, sizes: tuple[int, int], extra: int) -> None:
    """Require a file that is stored as it is."""
    packed, size = sizes
    if flags & _ENCRYPTED:
        raise _packed(name, "encrypted")
    if flags:
        raise _packed(name, f"flags {flags:#06x}")
    if method:
        raise _packed(name, f"compressed by method {method}")
    if _ZIP64 in sizes:
        raise _packed(name, "ZIP64")
    if packed != size:
        raise _packed(name, "two sizes")
    if extra:
        raise _packed(name, "an extra field")


def _require_directory(data: bytes, entries: list[_Entry], at: int) -> None:
    """Require that the directory at `at` says again what the headers said, and that the archive ends behind it."""
    if data[at : at + 4] == _LOCAL_MARK:
        begin = at + _LOCAL.size
        (length,) = struct.unpack_from("<H", data[at:begin].ljust(_LOCAL.size, b"\0"), 26)
        raise unverifiable("container.asic-files", detail=f"{_shown(data[begin : begin + length])} is one too many")
    expected = _directory(entries, at)
    place = at
    for entry in entries:
        line = entry.central()
        if data[place : place + len(line)] != line:
            raise _malformed(f"the directory says something else about {entry.name.decode()} than its header does")
        place += len(line)
    if data[place : at + len(expected)] != expected[place - at :]:
        raise _malformed("the record at the end is not that of three files without a comment")
    if len(data) != at + len(expected):
        raise _malformed("something stands behind the end")


def _malformed(detail: str) -> Exception:
    return unverifiable("container.asic-zip", detail=detail)


def _packed(name: str, detail: str) -> Exception:
    return unverifiable("container.asic-form", name=name, detail=detail)


def _shown(name: bytes) -> str:
    """Return bytes of a stranger so that they can be shown anywhere."""
    return ascii(name[:60].decode("latin-1"))
