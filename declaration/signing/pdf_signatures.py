"""Where the seal and the archive timestamps stand in an edition, what they cover, and what came between them.

An edition has three revisions: as rendered, sealed, archived; and one more for each time that the archive was renewed.
Each signature covers the file up to the end of its own revision, but for its own value; so the last covers the whole
file, to its last byte. The third revision adds validation data and the document timestamp, and changes nothing else; a
renewal adds the field of its timestamp too. Nothing here is cryptography: what is found goes on to
`declaration.signing.edition`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from declaration.signing.judgement import altered, unverifiable
from declaration.signing.mark import BOX
from declaration.signing.pdf import Document, File
from declaration.signing.pdf_compare import same_spelling, unchanged
from declaration.signing.pdf_syntax import Name, Ref, String, Value

SEAL: Final = "seal"
"""Name of the field of the depositary's seal."""
ARCHIVE: Final = "archive"
"""Name of the field of the document timestamp."""
SEALED: Final = 1
"""The revision that the seal makes, counted from 0."""
ARCHIVED: Final = 2
"""The revision that the document timestamp makes; each renewal makes one more."""
OUTSIDE: Final = [-1, -1, -1, -1]
"""Where the field of a renewal stands: beside the page, where the structure need not name it (ISO 14289-1, 7.18.1)."""
MAX_VALIDATION_DATA: Final = 64
"""Certificates or revocation lists in the archive; we write about four of each."""

_CONTENTS: Final = re.compile(rb"<(?:[0-9A-F]{2})*+>")
_FIELD: Final[Mapping[str, Value]] = {"FT": Name("Sig"), "Subtype": Name("Widget"), "F": 132}
_FIELD_KEYS: Final = frozenset({"Type", "Subtype", "FT", "T", "TU", "F", "Rect", "P", "V", "StructParent"})
_NOWHERE: Final = [0, 0, 0, 0]
_LOOK: Final[Mapping[str, Value]] = {"Subtype": Name("Form"), "BBox": list(BOX), "Resources": {}}
_LOOK_KEYS: Final = frozenset({"Type", "Subtype", "BBox", "Resources", "Length", "Filter"})
_SEAL_KEYS: Final = frozenset(
    {"Type", "Filter", "SubFilter", "Contents", "ByteRange", "M", "Reference", "Name", "Location", "Reason"}
)
_ARCHIVE_KEYS: Final = frozenset({"Type", "Filter", "SubFilter", "Contents", "ByteRange"})
_NO_CHANGES: Final = [
    {
        "Type": "SigRef",
        "TransformMethod": "DocMDP",
        "TransformParams": {"Type": "TransformParams", "V": "1.2", "P": 1},
    }
]
"""A certification that permits no changes at all (ISO 32000-2, section 12.8.2.2)."""


def archive_name(number: int) -> str:
    """Return the name of the field of the first, second, … document timestamp."""
    return ARCHIVE if number == 1 else f"{ARCHIVE}-{number}"


class Placed(NamedTuple):
    """A signature in the file: its CMS in DER, and the SHA-256 of the bytes it covers."""

    cms: bytes
    covered: bytes


class Signatures(NamedTuple):
    """All signatures, the object numbers of their fields, and the validation data of the last archive, in DER."""

    seal: Placed
    archives: tuple[Placed, ...]
    fields: frozenset[int]
    certificates: tuple[bytes, ...]
    revocations: tuple[bytes, ...]


def find_signatures(file: File) -> Signatures:
    """Find the signatures of an edition, and check all that can be checked about them without cryptography.

    Raises:
        Altered: ``seal.coverage``, ``seal.padding``, ``seal.changed-after``.
        CannotBeVerified: ``seal.missing``, ``seal.no-archive``, ``seal.form``, ``container.pdf-…``.

    """
    last = len(file.revisions) - 1
    if last < ARCHIVED:
        raise unverifiable("seal.missing" if last < SEALED else "seal.no-archive")
    document = file.after(ARCHIVED)
    seal, archive = _fields(document)
    for number, name in ((seal, SEAL), (archive, ARCHIVE)):
        if not _is_plain(document, number, name):
            raise unverifiable("seal.form", detail=f"the field {name} is not as we make it")
    _require_seen(document, seal)
    certificates, revocations = _require_only_archive_added(file, archive)
    archives = [archive]
    for revision in range(ARCHIVED + 1, last + 1):
        archives.append(_renewing(file, revision, len(archives) + 1))
        certificates, revocations = _require_only_renewed(file, revision, seal, archives[-1])
    return Signatures(
        _placed(file, seal, SEALED),
        tuple(_placed(file, archive, revision) for revision, archive in enumerate(archives, ARCHIVED)),
        frozenset((seal, *archives)),
        certificates,
        revocations,
    )


def _fields(document: Document) -> tuple[int, int]:
    """Return the object numbers of the two fields, which are the whole form and the last page's only annotations."""
    form = document.entries(document.root.get("AcroForm"), "The form")
    fields = document.items(form.get("Fields"), "The fields of the form")
    annotations = document.items(document.pages()[-1].get("Annots"), "The annotations of the last page")
    if form.keys() != {"Fields", "SigFlags"} or form["SigFlags"] != 3 or fields != annotations:
        raise unverifiable("seal.form", detail="the form does not hold exactly our two fields")
    match fields:
        case [Ref(seal), Ref(archive)] if seal != archive:
            return seal, archive
    raise unverifiable("seal.form", detail="the form does not hold exactly our two fields")


def _renewing(file: File, revision: int, number: int) -> int:
    """Return the object number of the field that a renewal adds."""
    document = file.after(revision)
    form = document.entries(document.root.get("AcroForm"), "The form")
    match document.items(form.get("Fields"), "The fields of the form"):
        case [*_, Ref(found)] if _is_plain(document, found, archive_name(number)):
            return found
    raise altered("seal.changed-after", detail="the file was saved again after it was archived, and not renewed")


def _is_plain(document: Document, number: int, name: str) -> bool:
    """Tell whether a field is as we make it."""
    field = document.entries(Ref(number), f"The field {name}")
    title = field.get("T")
    seals, renews = name == SEAL, name not in {SEAL, ARCHIVE}
    keys = (_FIELD_KEYS | {"AP"} if seals else _FIELD_KEYS) - ({"StructParent"} if renews else frozenset())
    plain = all(field.get(key) == value for key, value in _FIELD.items()) and field.keys() <= keys
    placed = seals or field.get("Rect") == (OUTSIDE if renews else _NOWHERE)
    return plain and placed and isinstance(title, String) and title.value == name.encode()


def _require_seen(document: Document, seal: int) -> None:
    """The seal is seen on the last page, whole, and shows lines and nothing else: it has no font and no picture."""
    what = "What the seal shows"
    field = document.entries(Ref(seal), "The field of the seal")
    looks = document.entries(field.get("AP"), what)
    form = document.stream(looks.get("N"), what).entries
    plain = all(form.get(key) == value for key, value in _LOOK.items()) and form.keys() <= _LOOK_KEYS
    if looks.keys() != {"N"} or not plain:
        raise unverifiable("seal.form", detail="the seal does not show what it shows in our files")
    place, page = field.get("Rect"), document.pages()[-1].get("MediaBox")
    match place, page:
        case [int(left), int(bottom), int(right), int(top)], [x, y, width, height] if x == y == 0:
            inside = 0 <= left < right and 0 <= bottom < top and bool not in map(type, (left, bottom, right, top))
            if inside and right - left == top - bottom and _at_most(right, width) and _at_most(top, height):
                return
    raise unverifiable("seal.form", detail="the seal is not seen on the last page")


def _at_most(side: int, border: Value) -> bool:
    return isinstance(border, int | Decimal) and side <= border


def _placed(file: File, field: int, revision: int) -> Placed:
    """Return the signature that `field` holds, which stands in that revision and covers all of it."""
    document, earlier = file.after(revision), file.after(revision - 1)
    reference = document.entries(Ref(field), "A signature field").get("V")
    before = earlier.entries(Ref(field), "A signature field") if field in earlier.regions else {}
    if not isinstance(reference, Ref) or reference.number not in file.revisions[revision].regions or "V" in before:
        raise unverifiable("seal.form", detail="a signature field is filled in the wrong revision")
    entries = document.entries(reference, "A signature")
    _require_our_kind(document, entries, reference, revision)
    contents = entries.get("Contents")
    if not isinstance(contents, String) or not _CONTENTS.fullmatch(file.data, contents.start, contents.end):
        raise altered("seal.padding")
    end = file.revisions[revision].end
    if entries.get("ByteRange") != [0, contents.start, contents.end, end - contents.end]:
        raise altered("seal.coverage")
    covered = hashlib.sha256(memoryview(file.data)[: contents.start])
    covered.update(memoryview(file.data)[contents.end : end])
    return Placed(_without_padding(contents.value), covered.digest())


def _require_our_kind(document: Document, entries: dict[str, Value], own: Ref, revision: int) -> None:
    if revision == SEALED:
        permissions = document.entries(document.root.get("Perms"), "The permissions")
        expected = ("Sig", "ETSI.CAdES.detached", True)
        certifies = entries.get("Reference") == _NO_CHANGES and permissions == {"DocMDP": own}
        kind = (entries.get("Type"), entries.get("SubFilter"), certifies)
        keys = _SEAL_KEYS
    else:
        expected = ("DocTimeStamp", "ETSI.RFC3161", True)
        kind = (entries.get("Type"), entries.get("SubFilter"), True)
        keys = _ARCHIVE_KEYS
    if kind != expected or entries.get("Filter") != "Adobe.PPKLite" or not entries.keys() <= keys:
        raise unverifiable("seal.form", detail="a signature is not of the kind that we make")


def _without_padding(contents: bytes) -> bytes:
    """Return the DER element at the beginning; only zero bytes may follow it (ISO 32000-2, section 12.8.3.3.1)."""
    octets = contents[1] & 0x7F if len(contents) > 1 and contents[1] & 0x80 else 0
    length = int.from_bytes(contents[2 : 2 + octets], "big") if octets else (contents[1] if len(contents) > 1 else 0)
    end = 2 + octets + length
    if octets > 4 or not 2 < end <= len(contents) or any(contents[end:]):
        raise altered("seal.padding")
    return contents[:end]


def _require_only_archive_added(file: File, archive: int) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Go through the objects of the last revision one by one; return certificates and revocation lists."""
    sealed, archived = file.after(SEALED), file.after(ARCHIVED)
    root = file.revisions[0].trailer["Root"]
    new = set(file.revisions[ARCHIVED].regions)
    for number, added in ((root.number if isinstance(root, Ref) else 0, "DSS"), (archive, "V")):
        if number not in new or not unchanged(sealed.object(number), archived.object(number), added=added):
            raise altered("seal.changed-after", detail=f"object {number} was changed, or not as the archive changes it")
        new.discard(number)
    entries = archived.entries(archived.root["DSS"], "The archive's validation data")
    lists = [archived.items(entries.get(key, []), "The archive's validation data") for key in ("Certs", "CRLs")]
    if not entries.keys() <= {"Type", "Certs", "CRLs"} or max(map(len, lists)) > MAX_VALIDATION_DATA:
        raise altered("seal.changed-after", detail="the validation data holds something unknown")
    needed = [archived.root["DSS"], archived.entries(Ref(archive), "The archive's field")["V"], *lists[0], *lists[1]]
    numbers = [each.number if isinstance(each, Ref) else 0 for each in needed]
    if sorted(numbers) != sorted(new) or not new.isdisjoint(sealed.regions):
        raise altered("seal.changed-after", detail="an object was added or replaced that the archive does not need")
    certificates, revocations = ([_bare_stream(archived, item) for item in each] for each in lists)
    return tuple(certificates), tuple(revocations)


def _require_only_renewed(
    file: File, revision: int, seal: int, archive: int
) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Go through the objects of a renewal one by one; return all certificates and revocation lists until then.

    A renewal lengthens the form and the last page's annotations by its field, and the lists of the validation data by
    what they did not hold.

    Raises:
        Altered: ``seal.changed-after``.

    """
    before, after = file.after(revision - 1), file.after(revision)
    what = "The archive's validation data"
    form, data = before.root.get("AcroForm"), before.root.get("DSS")
    page = before.entries(Ref(seal), "The field of the seal").get("P")
    if not (isinstance(form, Ref) and isinstance(page, Ref) and isinstance(data, Ref)):
        raise altered("seal.changed-after", detail="what a renewal changes is not an object by itself")
    if before.resolve(page) is not before.pages()[-1]:
        raise altered("seal.changed-after", detail="the seal's field is not on the last page")
    new = set(file.revisions[revision].regions)
    for place, key in ((form, "Fields"), (page, "Annots")):
        if not _is_lengthened(before, after, place.number, {key: [Ref(archive)]}):
            raise altered("seal.changed-after", detail=f"object {place.number} was changed otherwise than by a renewal")
        new.discard(place.number)
    old, lists = (
        [given.items(given.entries(data, what).get(key, []), what) for key in ("Certs", "CRLs")]
        for given in (before, after)
    )
    added = [items[len(known) :] for known, items in zip(old, lists, strict=True)]
    if not _is_lengthened(before, after, data.number, dict(zip(("Certs", "CRLs"), added, strict=True))):
        raise altered("seal.changed-after", detail="the validation data was changed otherwise than by a renewal")
    if max(map(len, lists)) > MAX_VALIDATION_DATA:
        raise altered("seal.changed-after", detail="the validation data holds too much")
    new.discard(data.number)
    needed: list[Value] = [
        Ref(archive),
        after.entries(Ref(archive), "The archive's field").get("V"),
        *added[0],
        *added[1],
    ]
    numbers = [each.number if isinstance(each, Ref) else 0 for each in needed]
    if sorted(numbers) != sorted(new) or not new.isdisjoint(before.regions):
        raise altered("seal.changed-after", detail="an object was added or replaced that the renewal does not need")
    certificates, revocations = ([_bare_stream(after, item) for item in each] for each in lists)
    return tuple(certificates), tuple(revocations)


def _is_lengthened(before: Document, after: Document, number: int, added: Mapping[str, list[Value]]) -> bool:
    """Tell whether an object is as it was, but for these items at the end of its lists."""
    old, new = before.object(number), after.object(number)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return False
    expected = dict(old)
    for key, items in added.items():
        known = expected.get(key, [])
        if not isinstance(known, list):
            return False
        if items:
            expected[key] = [*known, *items]
    return same_spelling(expected, new)


def _bare_stream(document: Document, reference: Value) -> bytes:
    stream = document.stream(reference, "An item of the archive's validation data")
    if not stream.entries.keys() <= {"Length", "Filter"}:
        raise altered("seal.changed-after", detail="an item of the validation data is more than its bytes")
    return document.decoded(stream, "An item of the archive's validation data")


__all__ = ["ARCHIVE", "OUTSIDE", "SEAL", "Placed", "Signatures", "archive_name", "find_signatures"]
