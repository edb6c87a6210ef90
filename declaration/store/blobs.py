"""Blobs: texts too long for an entry, named by their SHA-256 and kept beside the ledger that names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from declaration.canonical import digest
from declaration.errors import InputRefused, LimitExceeded
from declaration.store.ask import add_new, ask, given
from declaration.store.tables import Blobs

MAX_BLOB: Final = 256 * 1024 * 1024
"""Largest blob, in bytes: a sealed edition with the bundles of 12,000 signatories is about 150 MB."""

_THIS: Final = (Blobs.declaration == given("declaration"), Blobs.digest == given("digest"))
_DATA: Final = select(Blobs.data).where(*_THIS)
_NAME: Final = select(Blobs.digest).where(*_THIS)


def check(blobs: Mapping[str, bytes], *, named: frozenset[str]) -> None:
    """Make sure that each blob has the name its bytes give it, and that the entry names it.

    Args:
        blobs: bytes by SHA-256.
        named: the digests that the entry names.

    Raises:
        LimitExceeded: ``blob.size``.
        InputRefused: ``blob.name``, ``blob.stray``.

    """
    for name, data in blobs.items():
        if len(data) > MAX_BLOB:
            raise LimitExceeded(
                "blob.size", f"A blob of {len(data)} bytes is too large.", hint=f"{MAX_BLOB} bytes are allowed."
            )
        if digest(data) != name:
            raise InputRefused(
                "blob.name", f"The bytes called {name} have another SHA-256.", hint="Name a blob by its digest."
            )
        if name not in named:
            raise InputRefused(
                "blob.stray", f"The entry does not name the blob {name}.", hint="Send only what the entry names."
            )


def keep(session: Session, declaration: str, blobs: Mapping[str, bytes]) -> None:
    """Keep blobs that are not kept yet."""
    for name in sorted(blobs):
        add_new(session, Blobs, {"declaration": declaration, "digest": name, "data": blobs[name]})


def get(session: Session, declaration: str, name: str) -> bytes:
    """Return the bytes of a blob.

    Raises:
        InputRefused: ``blob.missing``.

    """
    data = ask(session, _DATA, declaration=declaration, digest=name).scalar()
    if data is None:
        raise _missing(name)
    return data


def need(session: Session, declaration: str, name: str) -> None:
    """Make sure that a blob is kept, without reading it.

    Raises:
        InputRefused: ``blob.missing``.

    """
    if not has(session, declaration, name):
        raise _missing(name)


def has(session: Session, declaration: str, name: str) -> bool:
    """Tell whether a blob is kept, without reading it."""
    return ask(session, _NAME, declaration=declaration, digest=name).scalar() is not None


def _missing(name: str) -> InputRefused:
    return InputRefused(
        "blob.missing", f"The blob {name} is named and not there.", hint="Send its bytes together with the entry."
    )
