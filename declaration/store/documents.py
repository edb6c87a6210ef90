"""Blobs read as what they are: versions and amendments."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

from declaration.canonical import Json, parse_canonical
from declaration.drafting.amendment import Amendment, amendment_from_document, changes_from_json
from declaration.drafting.text import Version, version_from_document
from declaration.errors import InputRefused

MAX_DOCUMENT: Final = 64 * 1024 * 1024
"""Largest blob that is read as JSON, in bytes: a carriage of 2,500 long amendments is about a tenth of it."""


def document(data: bytes, *, what: str) -> dict[str, Json]:
    """Read a blob as a canonical JSON object.

    Args:
        data: its bytes.
        what: how messages call it ("The carriage").

    Raises:
        InputRefused: it is something else.

    """
    value = parse_canonical(data, limit=MAX_DOCUMENT, what=what)
    if not isinstance(value, dict):
        raise InputRefused("json.type", f"{what} is not a JSON object.", hint="Send the document as specified.")
    return value


@lru_cache(maxsize=8)
def version(data: bytes) -> Version:
    """Read the document of a version; the few that are asked for again and again are remembered.

    Raises:
        InputRefused: it is not one.

    """
    return version_from_document(document(data, what="The version's document"))


@lru_cache(maxsize=4096)
def amendment(data: bytes) -> Amendment:
    """Read the document of an amendment; remembered, as every look at what is open reads all of them again.

    Raises:
        InputRefused: it is not one.

    """
    return amendment_from_document(document(data, what="The amendment's document"))


def amendment_as_carried(data: bytes, *, base: str, changes: Json, amends: str | None) -> Amendment:
    """Read an amendment's document and give it the base, the changes and the parent to which it has been carried."""
    written = amendment(data)
    if base == written.base:  # not carried anywhere: the document says it all
        return written
    return replace(written, base=base, changes=changes_from_json(changes), amends=amends)
