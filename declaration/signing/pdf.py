"""A strict, bounded reader for the one profile of PDF that we write: objects, catalogue, pages, name trees.

`declaration.signing.pdf_revisions` says what the profile is and gives every byte of a file one owner. Here objects are
parsed when they are asked for, at most once. Nothing is mended: what lies outside the profile raises
`CannotBeVerified`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from declaration.signing.pdf_revisions import Revision, read_revisions
from declaration.signing.pdf_syntax import Name, Ref, Stream, String, Value, parse, refused

MAX_PAGES: Final = 20_000
"""An edition with 12,000 signatures has about 3,000."""
MAX_TREE_DEPTH: Final = 24
"""Levels of a page tree or name tree; our writers need four for a million leaves."""
MAX_STREAM: Final = 1 << 27
"""Bytes of one stream once decompressed; merged signatures of 12,000 signatories are half of this."""
MAX_DECODED: Final = 1 << 30
"""Bytes of all streams once decompressed, for one file."""

_OBJECT: Final = re.compile(rb"([1-9][0-9]{0,6}) 0 obj[ \n]")
_OBJECT_END: Final = re.compile(rb"[ \n]?endobj\n+")
_STREAM: Final = re.compile(rb"\s?stream\r?\n")
_STREAM_END: Final = re.compile(rb"(?:\r?\n)?endstream\s?endobj\n+")
_OBJECT_STREAMS: Final = frozenset({"XRef", "ObjStm"})


class Document:
    """The file as it stood after one of its revisions: objects by number, the catalogue, the pages.

    Args:
        file: to which it belongs.
        regions: where each object stands in the newest revision that gives it.
        trailer: the trailer of the newest revision considered.

    """

    def __init__(self, file: File, regions: Mapping[int, tuple[int, int]], trailer: Mapping[str, Value]) -> None:
        self.data = file.data
        self.regions = regions
        self.trailer = trailer
        self._file = file
        self._known: dict[int, Value] = {}

    def object(self, number: int) -> Value:
        """Return the object of that number, parsed once; the same Python object each time.

        Raises:
            CannotBeVerified: it is missing, malformed, or depends on itself.

        """
        if number not in self._known:
            region = self.regions.get(number)
            if region is None:
                raise refused("structure", f"The file refers to object {number}, which it does not hold.")
            self._known[number] = Ref(number)  # whoever meets this while we parse has found a circle
            self._known[number] = self._parse(number, *region)
        return self._known[number]

    def resolve(self, value: Value) -> Value:
        """Return `value`, or the object that it refers to."""
        if not isinstance(value, Ref):
            return value
        found = self.object(value.number)
        if isinstance(found, Ref):
            raise refused("syntax", f"Object {value.number} is a bare reference, or depends on itself.")
        return found

    def entries(self, value: Value, what: str) -> dict[str, Value]:
        """Return `value` as a dictionary; `what` names it in the error."""
        found = self.resolve(value)
        if not isinstance(found, dict):
            raise refused("structure", f"{what} should be a dictionary.")
        return found

    def items(self, value: Value, what: str) -> list[Value]:
        """Return `value` as an array; `what` names it in the error."""
        found = self.resolve(value)
        if not isinstance(found, list):
            raise refused("structure", f"{what} should be an array.")
        return found

    def stream(self, value: Value, what: str) -> Stream:
        """Return `value` as a stream; `what` names it in the error."""
        found = self.resolve(value)
        if not isinstance(found, Stream):
            raise refused("structure", f"{what} should be a stream.")
        return found

    @property
    def root(self) -> dict[str, Value]:
        """The document catalogue."""
        return self.entries(self.trailer.get("Root"), "The document catalogue")

    def raw(self, stream: Stream) -> bytes:
        """Return a stream's bytes as they stand in the file."""
        return self.data[stream.start : stream.end]

    def decoded(self, stream: Stream, what: str) -> bytes:
        """Return a stream's bytes after its filter, which is FlateDecode without parameters or none.

        Raises:
            CannotBeVerified: another filter, damaged data, or more bytes than the named limits allow.

        """
        filters = self.resolve(stream.entries.get("Filter"))
        filters = [self.resolve(item) for item in filters] if isinstance(filters, list) else [filters]
        if filters in ([None], []):
            return self.raw(stream)
        if filters != ["FlateDecode"] or stream.entries.get("DecodeParms") is not None:
            raise refused("feature", f"{what} is encoded in a way that we never use.")
        return self._inflated(self.raw(stream), what)

    def pages(self) -> list[dict[str, Value]]:
        """Return the pages in order; nothing may be inherited from a node of the page tree.

        Raises:
            CannotBeVerified: a circle, a wrong count, a node that is neither page nor node, too many pages.

        """
        found: list[dict[str, Value]] = []
        seen: set[int] = set()
        waiting: list[tuple[Value, int]] = [(self.root.get("Pages"), 0)]
        while waiting:
            reference, depth = waiting.pop()
            if not isinstance(reference, Ref) or reference.number in seen or depth > MAX_TREE_DEPTH:
                raise refused("structure", "The page tree is not a tree: a node is met twice, or nested too deep.")
            seen.add(reference.number)
            node = self.entries(reference, "A node of the page tree")
            if node.get("Type") == "Page":
                found.append(node)
            elif node.get("Type") == "Pages" and set(node) <= {"Type", "Kids", "Count", "Parent"}:
                kids = self.items(node.get("Kids"), "The kids of a node of the page tree")
                waiting += [(kid, depth + 1) for kid in reversed(kids)]
            else:
                raise refused("structure", "The page tree holds something that is neither a page nor a plain node.")
            if len(found) > MAX_PAGES or len(waiting) > MAX_PAGES:
                raise refused("limit", f"The file has more than {MAX_PAGES} pages.")
        if not found or self.entries(self.root.get("Pages"), "The page tree").get("Count") != len(found):
            raise refused("structure", "The page tree does not hold as many pages as it says, or none.")
        return found

    def named(self, tree: Value, what: str) -> Iterator[tuple[bytes, Value]]:
        """Yield name and value of each leaf of a name tree, in order.

        Raises:
            CannotBeVerified: a circle, a malformed node, names out of order or given twice.

        """
        last: bytes | None = None
        waiting: list[tuple[Value, int]] = [(tree, 0)]
        seen: set[int] = set()
        while waiting:
            value, depth = waiting.pop()
            node = self.entries(value, what)
            if id(node) in seen or depth > MAX_TREE_DEPTH or not set(node) <= {"Names", "Kids", "Limits"}:
                raise refused("structure", f"{what} is not a well-formed name tree.")
            seen.add(id(node))
            kids = self.items(node.get("Kids", []), what)
            waiting += [(kid, depth + 1) for kid in reversed(kids)]
            leaves = self.items(node.get("Names", []), what)
            for name, leaf in zip(leaves[::2], leaves[1::2], strict=False):
                if not isinstance(name, String) or (last is not None and name.value <= last):
                    raise refused("structure", f"{what} gives a name twice or out of order.")
                last = name.value
                yield name.value, leaf
            if len(leaves) % 2:
                raise refused("structure", f"{what} holds a name without a value.")

    def _inflated(self, raw: bytes, what: str) -> bytes:
        limit = min(MAX_STREAM, self._file.room)
        machine = zlib.decompressobj()
        try:
            data = machine.decompress(raw, limit + 1)
        except zlib.error as error:
            raise refused("structure", f"{what} does not decompress.") from error
        if len(data) > limit:
            raise refused("limit", f"{what} decompresses to more than the {limit} bytes that are left to this file.")
        if not machine.eof or machine.unused_data or machine.unconsumed_tail:
            raise refused("structure", f"{what} ends too early, or has bytes behind its end.")
        self._file.room -= len(data)
        return data

    def _parse(self, number: int, start: int, end: int) -> Value:
        head = _OBJECT.match(self.data, start, end)
        if head is None or int(head[1]) != number:
            raise refused("structure", f"At byte {start} the table announces object {number}; something else is there.")
        value, position = parse(self.data, head.end(), end)
        opening = _STREAM.match(self.data, position, end) if isinstance(value, dict) else None
        if opening is not None and isinstance(value, dict):
            length = self.resolve(value.get("Length"))
            if not isinstance(length, int) or not 0 <= length <= end - opening.end():
                raise refused("structure", f"The stream of object {number} does not have the length that it says.")
            if value.get("Type") in _OBJECT_STREAMS:
                raise refused("feature", f"Object {number} is a stream of objects, which our files never hold.")
            if "F" in value:
                raise refused("structure", f"The stream of object {number} lies in another file.")
            position = opening.end() + length
            value = Stream(value, opening.end(), position)
        ending = (_STREAM_END if opening else _OBJECT_END).match(self.data, position, end)
        if ending is None or ending.end() != end:
            raise refused("structure", f"Object {number} does not end where the next one begins.")
        return value


class File:
    """A PDF file of our profile.

    `room` is how many decompressed bytes the file may still cost, over all its states.

    Args:
        data: the bytes of the whole file.

    Raises:
        CannotBeVerified: the file lies outside the profile.

    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.revisions: tuple[Revision, ...] = read_revisions(data)
        self.room = MAX_DECODED

    def after(self, revision: int) -> Document:
        """Return the document as it stood after revision number `revision`, counted from 0."""
        regions: dict[int, tuple[int, int]] = {}
        for each in self.revisions[: revision + 1]:
            regions.update(each.regions)
        return Document(self, regions, self.revisions[revision].trailer)


__all__ = ["Document", "File", "Name", "Ref", "Revision", "Stream", "String", "Value"]
