"""The files that an edition or an instrument carries, and nothing else that could pass for one.

Each file is one leaf of the name tree of embedded files (ISO 32000-2, section 7.11.4), associated with the document
(/AF, ISO 19005-3 section 6.8): one name in three places, one stream, its true size, its true checksum.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from declaration.signing.judgement import altered, unverifiable
from declaration.signing.pdf import Document
from declaration.signing.pdf_syntax import Ref, Stream, String, Value

INSTRUMENT: Final = "instrument.pdf"
DOCUMENT: Final = "declaration.json"
MERGED: Final = "signatures.p7s"
CHECKPOINT: Final = "checkpoint"
SIGNATURE: Final = ".signature.json"
"""Ending of the name of an attached signature bundle; the signatory's id stands before it."""
DECLINE: Final = ".decline.json"
"""Ending of the name of an attached decline bundle; the signatory's id stands before it."""
MAX_ATTACHMENTS: Final = 20_000
"""Files in one edition: one for each of 12,000 signatories, and a few more."""

_NAME: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,90}")
_SPECIFICATION: Final = frozenset({"Type", "F", "UF", "EF", "Desc", "AFRelationship"})
_STREAM: Final = frozenset({"Type", "Subtype", "Params", "Length", "Filter"})
_PARAMETERS: Final = frozenset({"Size", "CheckSum", "CreationDate", "ModDate"})


def read_attachments(document: Document) -> dict[str, bytes]:
    """Return the attached files by name.

    Raises:
        Altered: ``container.attachment``, a size or a checksum is not that of the file.
        CannotBeVerified: ``container.attachments``, or the file lies outside the profile.

    """
    what = "The tree of attached files"
    tree = document.entries(document.root.get("Names", {}), what).get("EmbeddedFiles", {})
    files: dict[str, bytes] = {}
    specifications: list[Value] = []
    for name, specification in document.named(tree, what):
        if not _NAME.fullmatch(name) or len(files) == MAX_ATTACHMENTS:
            raise unverifiable("container.attachments", detail=f"a file named {name[:40]!r}")
        files[name.decode()] = _file(document, name, specification)
        specifications.append(specification)
    associated = document.items(document.root.get("AF", []), "The list of associated files")
    if sorted(map(_number, associated)) != sorted(map(_number, specifications)):
        raise unverifiable("container.attachments", detail="the associated files are not the attached ones")
    return files


def require_editions_files(files: dict[str, bytes]) -> None:
    """Require that an edition carries what it must, and nothing whose meaning we do not know.

    Raises:
        CannotBeVerified: ``container.attachments``.

    """
    always = {INSTRUMENT, DOCUMENT, MERGED, CHECKPOINT}
    for name in files.keys() - always:
        if not name.endswith((SIGNATURE, DECLINE)):
            raise unverifiable("container.attachments", detail=f"a file named {name}")
    if missing := always - files.keys():
        raise unverifiable("container.attachments", detail=f"{min(missing)} is not attached")


def _number(value: Value) -> int:
    return value.number if isinstance(value, Ref) else 0


def _file(document: Document, name: bytes, value: Value) -> bytes:
    what = f"The attached file {name.decode()}"
    specification = document.entries(value, what)
    names = [specification.get("F"), specification.get("UF")]
    embedded = document.entries(specification.get("EF"), what)
    stream = document.stream(embedded.get("F"), what)
    if (
        not specification.keys() <= _SPECIFICATION
        or any(not isinstance(item, String) or item.value != name for item in names)
        or embedded.keys() != {"F", "UF"}
        or embedded["F"] != embedded["UF"]
        or not stream.entries.keys() <= _STREAM
    ):
        raise unverifiable("container.attachments", detail=f"the specification of {name.decode()}")
    data = document.decoded(stream, what)
    _require_true(document, stream, data, name.decode())
    return data


def _require_true(document: Document, stream: Stream, data: bytes, name: str) -> None:
    parameters = document.entries(stream.entries.get("Params", {}), f"The parameters of {name}")
    if not parameters.keys() <= _PARAMETERS:
        raise unverifiable("container.attachments", detail=f"the parameters of {name}")
    checksum = parameters.get("CheckSum")
    true = hashlib.md5(data, usedforsecurity=False).digest()  # what ISO 32000-2, table 45, asks for; no protection
    if parameters.get("Size") != len(data) or (isinstance(checksum, String) and checksum.value != true):
        raise altered("container.attachment", name=name)
