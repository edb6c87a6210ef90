"""Compare what two PDF files show, and look for what could make a file show something else one day.

Comparison is structural: references are followed, streams compare by their decoded bytes, object numbers and places in
the file do not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from declaration.signing.judgement import altered
from declaration.signing.pdf import Document
from declaration.signing.pdf_syntax import Name, Ref, Stream, String, Value, refused

MAX_COMPARED: Final = 2_000_000
"""Pairs of objects compared in one file: an instrument of 100 pages has about 50,000."""

_ENCODING: Final = frozenset({"Length", "Filter", "DecodeParms"})
_ACTIVE_KEYS: Final = frozenset(
    {
        "AA",
        "OpenAction",
        "JS",
        "JavaScript",
        "OC",
        "OCProperties",
        "OCGs",
        "Alternates",
        "OPI",
        "Ref",
        "XFA",
        "Collection",
    }
)
_ACTIONS: Final = frozenset(
    (
        *("GoTo", "GoToR", "GoToE", "GoToDp", "Launch", "Thread", "URI", "Sound", "Movie", "Hide", "Named"),
        *("SubmitForm", "ResetForm", "ImportData", "JavaScript", "SetOCGState", "Rendition", "Trans", "GoTo3DView"),
        "RichMediaExecute",
    )
)
"""Types of action (ISO 32000-2, table 201); bookmarks of ours lead to plain destinations."""
_CATALOGUE: Final = frozenset(
    (
        *("Type", "Version", "Pages", "Names", "AF", "AcroForm", "Perms", "DSS", "OutputIntents", "Metadata", "Lang"),
        *("MarkInfo", "ViewerPreferences", "StructTreeRoot", "PageLayout", "PageMode", "Outlines"),
    )
)


def same(
    one: Document, value: Value, other: Document, counterpart: Value, *, known: Iterable[tuple[Value, Value]] = ()
) -> bool:
    """Tell whether two values of two documents mean the same, all the way down.

    Args:
        one: the document of `value`.
        value: of any type.
        other: the document of `counterpart`.
        counterpart: to be compared with `value`.
        known: objects of the two documents that count as the same wherever they are met: they are compared elsewhere.

    Raises:
        CannotBeVerified: an object is missing or malformed, or there is more to compare than `MAX_COMPARED`.

    """
    waiting = [(value, counterpart)]
    compared = {(id(left), id(right)) for left, right in known}
    while waiting:
        left, right = waiting.pop()
        left, right = one.resolve(left), other.resolve(right)
        if type(left) is not type(right):
            return False
        if isinstance(left, dict | list | Stream):
            pair = (id(left), id(right))  # documents keep their objects, so an id stays the object's own
            if pair in compared:
                continue
            compared.add(pair)
            if len(compared) > MAX_COMPARED:
                raise refused("limit", f"There are more than {MAX_COMPARED} objects to compare.")
        pairs = _parts(one, left, other, right)
        if pairs is None:
            return False
        waiting += pairs
    return True


def _parts(one: Document, left: Value, other: Document, right: Value) -> list[tuple[Value, Value]] | None:
    """Return what remains to be compared within two values of one type, or None if they already differ."""
    if isinstance(left, dict) and isinstance(right, dict):
        return _unequal((left[key], right[key]) for key in left) if left.keys() == right.keys() else None
    if isinstance(left, list) and isinstance(right, list):
        return _unequal(zip(left, right, strict=True)) if len(left) == len(right) else None
    if isinstance(left, String) and isinstance(right, String):
        return [] if left.value == right.value else None
    if isinstance(left, Stream) and isinstance(right, Stream):
        return _stream_parts(one, left, other, right)
    return [] if left == right else None


def _unequal(pairs: Iterable[tuple[Value, Value]]) -> list[tuple[Value, Value]]:
    """Leave out numbers that are equal: tables of glyph widths hold thousands."""
    return [(left, right) for left, right in pairs if not (type(left) is type(right) is int and left == right)]


def _stream_parts(one: Document, left: Stream, other: Document, right: Stream) -> list[tuple[Value, Value]] | None:
    plain = [{key: item for key, item in stream.entries.items() if key not in _ENCODING} for stream in (left, right)]
    if plain[0].keys() != plain[1].keys():
        return None
    parts = [(plain[0][key], plain[1][key]) for key in plain[0]]
    if one.raw(left) == other.raw(right):
        return parts + [(left.entries.get(key), right.entries.get(key)) for key in ("Filter", "DecodeParms")]
    return parts if one.decoded(left, "A stream") == other.decoded(right, "A stream") else None


def unchanged(before: Value, after: Value, *, added: str) -> bool:
    """Tell whether the dictionary `after` is `before` with one more entry, as the file spells it."""
    if not isinstance(before, dict) or not isinstance(after, dict) or added in before or added not in after:
        return False
    return same_spelling(before, {key: item for key, item in after.items() if key != added})


def same_spelling(one: Value, other: Value) -> bool:
    """Tell whether two values are spelled alike, references as references."""
    return _spelling(one) == _spelling(other)


def _spelling(value: Value) -> object:
    """Return a value without the places of its strings; nesting is bounded by the parser."""
    if isinstance(value, dict):
        return {key: _spelling(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelling(item) for item in value]
    return (type(value), value.value if isinstance(value, String) else value)


def require_same_first_pages(edition: Document, instrument: Document) -> int:
    """Require that the edition begins with the pages of the instrument; return how many these are.

    Raises:
        Altered: ``instrument.pages``, a page is missing or differs; the message names the first.
        CannotBeVerified: one of the two files lies outside the profile.

    """
    shown, signed = edition.pages(), instrument.pages()
    for number, page in enumerate(signed, 1):
        other = shown[number - 1] if number <= len(shown) else {}
        if not same(instrument, _without_parent(page), edition, _without_parent(other)):
            raise altered("instrument.pages", page=number)
    return len(signed)


def _without_parent(page: dict[str, Value]) -> dict[str, Value]:
    """Leave out the one entry that points upwards, into a page tree of another size."""
    return {key: item for key, item in page.items() if key != "Parent"}


def require_passive(document: Document, *, widgets: frozenset[int]) -> None:
    """Require that nothing in the file acts, hides, or could be shown in two ways, and that nothing lies unused in it.

    Args:
        document: the document as it stands after its last revision.
        widgets: object numbers of the only annotations allowed.

    Raises:
        CannotBeVerified: ``container.pdf-active`` or ``container.pdf-structure``.

    """
    root = document.root
    if not root.keys() <= _CATALOGUE or not document.entries(root.get("Names", {}), "/Names").keys() <= {
        "EmbeddedFiles"
    }:
        raise refused("structure", "The document catalogue holds entries that our files never have.")
    found: set[int] = set()
    waiting: list[Value] = [item for key, item in document.trailer.items() if key in ("Root", "Info")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Ref):
            if value.number in found:
                continue
            found.add(value.number)
            value = document.resolve(value)
        if isinstance(value, Stream):
            value = value.entries
        if isinstance(value, dict):
            _require_passive_entries(document, value, widgets)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    if found != document.regions.keys():
        raise refused("structure", "The file holds objects that nothing in it refers to.")


def _require_passive_entries(document: Document, entries: dict[str, Value], widgets: frozenset[int]) -> None:
    kind = entries.get("S")
    if not _ACTIVE_KEYS.isdisjoint(entries) or (isinstance(kind, Name) and kind in _ACTIONS):
        raise refused("active", "The file holds an action, a script, or content that can be switched on and off.")
    annotations = document.items(entries.get("Annots", []), "The annotations of a page")
    if any(not isinstance(each, Ref) or each.number not in widgets for each in annotations):
        raise refused("active", "A page holds an annotation other than the two signature fields.")
