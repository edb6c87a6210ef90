"""Adopting versions: each continues the last, and carries every open amendment with it."""

from __future__ import annotations

from sqlalchemy import update

from declaration.drafting.text import Version
from declaration.errors import InputRefused, StateConflict
from declaration.store import documents
from declaration.store.projection import carriage, corrections
from declaration.store.projection.act import Act
from declaration.store.projection.current import current_digest, current_version
from declaration.store.tables import Clauses, Declarations, Versions


def version_adopted(act: Act) -> None:
    """Adopt the next version; every open amendment is decided by it or carried to it.

    Raises:
        StateConflict: ``version.number``, ``version.parent`` (another version was adopted meanwhile); others as
            `carriage.check`.
        InputRefused: ``version.document`` (it is not the version that the entry names), ``blob.missing``; others as
            `carriage.check`, and as `corrections.check` for a concordance correction.

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
    if number == 1:
        _write(act, version)
        return
    # the entry's form makes sure that every later version has a carriage, and that the first corrects nothing
    old = current_version(act)
    carried = carriage.check(act, old, version)
    correction = corrections.check(act, carried, (old.text, version.text)) if "correction" in act.entry.body else None
    _write(act, version)
    carriage.write(act, carried, version)
    if correction is not None:
        corrections.write(act, correction)


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
