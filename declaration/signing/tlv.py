"""DER element by element (X.690): where each begins and ends, without building anything.

A certificate has been read by the library before its parts are looked for here; this finds them as slices of its bytes,
so that nothing is written again to be compared. Only what DER allows is read: tags of one byte, definite lengths in
their shortest form, and elements that end where they must. Nothing here recurses.
"""

from __future__ import annotations

from typing import Final, NamedTuple

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
OCTETS: Final = 0x04
IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
TRUE: Final = b"\xff"
"""Content of the one spelling of TRUE (X.690 section 11.1)."""
MANY: Final = 0x1F
"""Bits of a tag that say that its number goes on in further bytes (X.690 section 8.1.2.4)."""
LONGEST: Final = 4
"""Bytes of a length: four count to 4 GiB, and nothing here is near it."""


class Element(NamedTuple):
    """An element: its tag, where it begins, where its content begins, and where both end."""

    tag: int
    at: int
    start: int
    end: int


def element(data: bytes, at: int, end: int) -> Element:
    """Return the element that begins at `at` and ends at `end` at the latest (X.690 sections 8.1 and 10.1).

    Raises:
        ValueError: a tag of several bytes, an indefinite or needlessly long length, or bytes that are missing.

    """
    start = at + 2
    if at < 0 or start > end or end > len(data):
        raise ValueError("an element ends in the middle")
    tag, length = data[at], data[at + 1]
    if tag & MANY == MANY:
        raise ValueError("a tag has several bytes")
    if length >= 0x80:
        start += length - 0x80
        if not 0 < length - 0x80 <= LONGEST or start > end:
            raise ValueError("a length is indefinite, too long, or ends in the middle")
        length = int.from_bytes(data[at + 2 : start], "big")
        if length < 0x80 or data[at + 2] == 0:
            raise ValueError("a length is not in its shortest form")
    if start + length > end:
        raise ValueError("an element is longer than what holds it")
    return Element(tag, at, start, start + length)


def whole(data: bytes, tag: int) -> Element:
    """Return the one element that `data` is.

    Raises:
        ValueError: it has another tag, something follows, or it is none.

    """
    found = element(data, 0, len(data))
    if found.tag != tag or found.end != len(data):
        raise ValueError("it is another element, or something follows it")
    return found


def children(data: bytes, parent: Element) -> list[Element]:
    """Return the elements of which the content of `parent` consists.

    Raises:
        ValueError: it does not consist of elements.

    """
    found, at, end = [], parent.start, parent.end
    while at < end:
        # most are short; what is not is looked at by `element`, which also says what is wrong
        if at + 2 <= end and (length := data[at + 1]) < 0x80 and at + 2 + length <= end and data[at] & MANY != MANY:
            child = Element(data[at], at, at + 2, at + 2 + length)
        else:
            child = element(data, at, end)
        found.append(child)
        at = child.end
    return found
