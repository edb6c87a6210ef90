"""The package of a Word document from strangers: looked through before anything of it is unpacked.

A package is a zip archive of named parts (ISO 29500-2). Its directory is measured before Python's reader sees it, its
parts must be such as a text has, and every relation to something outside is refused but a link that a person may
follow. Nothing is written to disk, and nothing but small parts and the document itself is kept in memory.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from declaration.errors import InputRefused, LimitExceeded
from declaration.exchange.xml_source import Element, read_xml

MAX_FILE: Final = 4 * 1024 * 1024
"""Bytes of a document: a hundred pages are 0.1 MB; pictures, which are not taken over, may make it larger."""
MAX_ENTRIES: Final = 300
"""Parts of a package: a text has about 20, and one for each picture."""
MAX_DIRECTORY: Final = 64 * 1024
"""Bytes of the archive's directory: 300 entries of 100 bytes, with room to spare."""
MAX_PART: Final = 12 * 1024 * 1024
"""Bytes of an unpacked part: a hundred pages as LibreOffice writes them are 1.5 MB."""
MAX_UNPACKED: Final = 24 * 1024 * 1024
"""Bytes of all unpacked parts together, by what the archive says; what is read is held to what it says."""
MAX_RELATIONS: Final = 100_000
"""Bytes of a part with relations: 300 of 300 bytes."""

_END: Final = b"PK\x05\x06"
_END_LENGTH: Final = 22
_LOCATOR: Final = b"PK\x06\x07"
_MAIN: Final = re.compile(r"word/document[0-9]{0,2}\.xml")
_ALLOWED: Final = re.compile(
    r"\[Content_Types\]\.xml|(?:[A-Za-z]+/){0,2}_rels/[A-Za-z0-9._-]*\.rels"
    r"|docProps/(?:core|app|custom)\.xml|docProps/thumbnail\.[a-z]+|docMetadata/[A-Za-z]+\.xml"
    r"|customXml/item(?:Props)?[0-9]+\.xml|word/document[0-9]{0,2}\.xml"
    r"|word/(?:styles|stylesWithEffects|settings|webSettings|fontTable|numbering|footnotes|endnotes|people"
    r"|comments|commentsExtended|commentsIds|commentsExtensible|bibliography)[0-9]{0,2}\.xml"
    r"|word/(?:header|footer)[0-9]{1,3}\.xml|word/theme/theme[0-9]+\.xml|word/theme/_rels/[a-z0-9.]+\.rels"
    r"|word/glossary/(?:[A-Za-z]+\.xml|_rels/[A-Za-z0-9._-]+\.rels)|word/fonts/[A-Za-z0-9_-]+\.odttf"
    r"|word/media/[A-Za-z0-9 _-]+\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg)"
)
"""Names of the parts that a text may have; pictures and fonts are never unpacked."""
_MACROS: Final = re.compile(r"vba(?:Project|Data)|macro", re.IGNORECASE)
_MACRO_TYPES: Final = re.compile(r"macroEnabled|vbaProject|ms-word\.template|activeX", re.IGNORECASE)
_OFFICE: Final = re.compile(
    r"http://(?:schemas\.openxmlformats\.org/officeDocument/2006|purl\.oclc\.org/ooxml/officeDocument)/relationships/"
)
_LINK: Final = re.compile(r"(?:https?|mailto):")
RESAVE: Final = "Open it in a word processor, save it as a plain Word document (.docx), and give that file."


@dataclass(frozen=True, slots=True)
class Package:
    """What is read of a document.

    Args:
        file: how messages call it.
        main: the text itself, XML.
        main_name: the name of its part.
        comments: the comments, XML; None where there are none.
        identifier: of the core properties; empty where there is none.

    """

    file: str
    main: bytes
    main_name: str
    comments: bytes | None
    identifier: str


def open_package(data: bytes, *, file: str) -> Package:
    """Look through a document's package, and return what is read of it.

    Args:
        data: the file's bytes.
        file: how messages call it.

    Raises:
        LimitExceeded: ``word.size``, ``word.entries``, ``word.unpacked``; ``xml.*`` for a part.
        InputRefused: ``word.archive``, ``word.part``, ``word.macros``, ``word.external``, ``word.relation``,
            ``word.doctype``; ``xml.*`` for a part.

    """
    _measure(data, file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Looking(archive, file).through()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, struct.error, ValueError) as error:
        raise _broken(file) from error


def _measure(data: bytes, file: str) -> None:
    """Measure the archive and its directory, so that reading it costs little."""
    if len(data) > MAX_FILE:
        raise LimitExceeded("word.size", f"{file} has more than {MAX_FILE} bytes.", hint="Take the pictures out of it.")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InputRefused(
            "word.archive", f"{file} is a document of the old form (.doc), or has a password.", hint=RESAVE
        )
    at = data.rfind(_END, max(0, len(data) - 0xFFFF - _END_LENGTH))
    if data[:4] != b"PK\x03\x04" or at < 0 or len(data) < at + _END_LENGTH:
        raise _broken(file)
    entries, size = struct.unpack_from("<HL", data, at + 10)
    if entries > MAX_ENTRIES or size > MAX_DIRECTORY or data[max(0, at - 20) : at].startswith(_LOCATOR):
        raise LimitExceeded(
            "word.entries", f"{file} has more than {MAX_ENTRIES} parts.", hint="Take the pictures out of it."
        )


def _broken(file: str) -> InputRefused:
    return InputRefused("word.archive", f"{file} is no Word document (.docx), or a damaged one.", hint=RESAVE)


class _Looking:
    """One look through one package."""

    def __init__(self, archive: zipfile.ZipFile, file: str) -> None:
        self._archive = archive
        self._file = file
        self._entries = {entry.filename: entry for entry in archive.infolist()}

    def through(self) -> Package:
        self._directory()
        main = self._main()
        for name in self._entries:
            if name.endswith(".rels"):
                self._relations(name)
            elif name.endswith(".xml"):
                self._require_no_doctype(name)
        comments = next((name for name in self._entries if re.fullmatch(r"word/comments[0-9]*\.xml", name)), None)
        return Package(
            file=self._file,
            main=self._read(main),
            main_name=main,
            comments=None if comments is None else self._read(comments),
            identifier=self._identifier(),
        )

    def _directory(self) -> None:
        """Make sure that each part is one that a text has, is there once, and is not too large."""
        entries = self._archive.infolist()
        if len({entry.filename.lower() for entry in entries}) != len(entries):
            raise self._refused("word.archive", "a part is there twice.")
        total = 0
        for entry in entries:
            name = entry.filename
            if _MACROS.search(name):
                raise self._refused("word.macros", f"it holds a program (macros, {name[:80]}).")
            if not _ALLOWED.fullmatch(name) and not name.endswith("/"):
                raise self._refused("word.part", f"it holds something that a text does not need ({name[:80]!r}).")
            if entry.flag_bits & 0x1 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise self._refused("word.archive", f"{name} is packed in a way that Word does not use.")
            if name.endswith((".xml", ".rels")):
                total += entry.file_size
                if entry.file_size > MAX_PART or total > MAX_UNPACKED:
                    raise LimitExceeded(
                        "word.unpacked",
                        f"{self._file}: unpacked, {name} would make it larger than is read ({MAX_PART} bytes a part).",
                        hint="Check that it is the right file; divide it if it is.",
                    )

    def _main(self) -> str:
        """Return the name of the part that holds the text, by the package's own relations."""
        for needed in ("[Content_Types].xml", "_rels/.rels"):
            if needed not in self._entries:
                raise _broken(self._file)
        types = self._read("[Content_Types].xml", most=MAX_RELATIONS)
        for element in read_xml(types, file=self._called("[Content_Types].xml")):
            if _MACRO_TYPES.search(element.attributes.get("ContentType", "")):
                raise self._refused("word.macros", "it holds a program (macros), or is a template.")
        for relation in self._relations("_rels/.rels"):
            if _OFFICE.sub("", relation.attributes.get("Type", "")) == "officeDocument":
                name = relation.attributes.get("Target", "").removeprefix("/").removeprefix("./")
                if _MAIN.fullmatch(name) and name in self._entries:
                    return name
        raise _broken(self._file)

    def _relations(self, name: str) -> list[Element]:
        """Return the relations of a part; none leads outside but links, or to a part that is not there."""
        found = read_xml(self._read(name, most=MAX_RELATIONS), file=self._called(name)).children
        for relation in found:
            kind = _OFFICE.sub("", relation.attributes.get("Type", ""))[:80]
            target = relation.attributes.get("Target", "")
            if relation.attributes.get("TargetMode", "Internal") != "Internal":
                if kind != "hyperlink" or not _LINK.match(target):
                    raise relation.refused(
                        "word.external",
                        f"this leads to something outside the document ({kind.rpartition('/')[2] or 'unnamed'}).",
                        hint="Detach the template and remove linked pictures and objects, then save it again.",
                    )
            elif "://" in target or ".." in target.removeprefix("../").removeprefix("../"):
                raise relation.refused("word.relation", "this leads out of the document.", hint=RESAVE)
            elif re.search(r"vbaProject|attachedToolbars|aFChunk|oleObject|control$|package$", kind):
                raise relation.refused("word.macros", f"this brings a program along ({kind}).", hint=RESAVE)
        return found

    def _require_no_doctype(self, name: str) -> None:
        data = self._read(name)
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in data[:4]:
            raise self._refused("word.doctype", f"{name} declares a document type, or is not UTF-8.")

    def _identifier(self) -> str:
        name = "docProps/core.xml"
        if name not in self._entries:
            return ""
        root = read_xml(self._read(name, most=MAX_RELATIONS), file=self._called(name))
        return next((child.content.strip() for child in root if child.name == "identifier"), "")

    def _read(self, name: str, *, most: int = MAX_PART) -> bytes:
        """Unpack a part, never further than to the limit: what an archive says of a size need not be true."""
        with self._archive.open(self._entries[name]) as part:
            data = part.read(most + 1)
        if len(data) > most:
            raise LimitExceeded(
                "word.unpacked", f"{self._called(name)}: this part is larger than {most} bytes.", hint=RESAVE
            )
        return data

    def _called(self, name: str) -> str:
        return f"{self._file}, {name}"

    def _refused(self, code: str, why: str) -> InputRefused:
        return InputRefused(code, f"{self._file}: {why}", hint=RESAVE)
