"""The version in force, as an act meets it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from declaration.drafting.text import Version
from declaration.errors import RecordDamaged, StateConflict
from declaration.store import documents
from declaration.store.ask import given
from declaration.store.projection.act import Act
from declaration.store.tables import Versions

_THIS: Final = (Versions.declaration == given("declaration"), Versions.number == given("number"))
_DIGEST: Final = select(Versions.digest).where(*_THIS)
_DOCUMENT: Final = select(Versions.document).where(*_THIS)


def current_digest(act: Act) -> str | None:
    """Return the digest of the current version, None before the first."""
    return act.ask(_DIGEST, number=act.before.version).scalar()


def version_of(act: Act, number: int) -> Version:
    """Return the text of an adopted version.

    Raises:
        RecordDamaged: ``record.version``.

    """
    named = act.ask(_DOCUMENT, number=number).scalar()
    if named is None:
        raise RecordDamaged(
            "record.version",
            f"The table versions has no version {number} of “{act.declaration}”.",
            hint="Restore the last backup; `declaration audit` names what is missing.",
        )
    return documents.version(act.blob(named))


def current_version(act: Act) -> Version:
    """Return the text of the current version.

    Raises:
        StateConflict: ``version.none``.

    """
    if act.before.version is None:
        raise StateConflict(
            "version.none", f"“{act.declaration}” has no version yet.", hint="Adopt the first version before."
        )
    return version_of(act, act.before.version)
