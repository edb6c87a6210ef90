"""Adopting versions: each continues the last, and carries every open amendment with it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update

from declaration.drafting.text import Version
from declaration.errors import InputRefused, RecordDamaged, StateConflict
from declaration.store import documents
from declaration.store.ask import given
from declaration.store.projection import carriage
from declaration.store.projection.act import Act
from declaration.store.tables import Clauses, Declarations, Versions

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


def version_adopted(act: Act) -> None:
    """Adopt the next version; every open amendment is decided by it or carried to it.

    Raises:
        StateConflict: ``version.number``, ``version.parent`` (another version was adopted meanwhile); others as
            `carriage.check`.
        InputRefused: ``version.document`` (it is not the version that the entry names), ``blob.missing``; others as
            `carriage.check`.

    """
    number, parent = act.number("number"), act.entry.body["parent"]
    if number != (act.before.version or 0) + 1:
        raise StateConflict(
            "version.number",
            f"The next version of “{act.declaration}” is {(act.before.version or 0) + 1}, not {number}.",
            hint="Look at the present version, then decide again.",
        )
    if parent != current_digest(act):
        raise StateConflict(
            "version.parent",
            "The new version does not continue the current one.",
            hint="Look at the present version, then decide again.",
        )
    version = documents.version(act.blob(act.text("document")))
    _check_document(act, version)
    carried = None
    if number > 1:  # the entry's form makes sure that every later version has a carriage
        carried = carriage.check(act, current_version(act), version)
    _write(act, version)
    if carried is not None:
        carriage.write(act, carried, version)


def _check_document(act: Act, version: Version) -> None:
    for named, found, what in (
        (act.number("number"), version.number, "number"),
        (act.entry.body["parent"], version.parent, "parent"),
        (act.text("digest"), version.digest, "digest"),
        (act.declaration, version.text.id, "declaration"),
        (act.before.languages, tuple(version.text.languages), "list of languages"),
    ):
        if named != found:
            raise InputRefused(
                "version.document",
                f"The version's document has another {what} than the entry or the declaration.",
                hint="Make entry and document from the same version.",
            )


def _write(act: Act, version: Version) -> None:
    act.add(
        Versions,
        number=version.number,
        digest=version.digest,
        parent=version.parent,
        document=act.text("document"),
        carriage=act.entry.body["carriage"],
        entry=act.index,
        at=act.entry.at,
    )
    placed = [(section, clause) for section in version.text.sections for clause in section.clauses]
    act.add_all(
        Clauses,
        [
            {
                "version": version.number,
                "clause": clause.id,
                "section": section.id,
                "place": place,
                "digest": clause.digest,
            }
            for place, (section, clause) in enumerate(placed)
        ],
    )
    act.session.execute(
        update(Declarations).where(Declarations.declaration == act.declaration).values(version=version.number)
    )
