"""What a draft refers to: a version, or that as an open amendment makes it; and how it is carried to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from declaration.drafting.amendment import Changes, changes_from_json
from declaration.drafting.apply import apply, invert
from declaration.drafting.sequence import compose
from declaration.drafting.text import Text, Version
from declaration.errors import InputRefused
from declaration.services import proposals
from declaration.services.carrying import carry_typed
from declaration.services.typed import Typed
from declaration.store import documents, queries
from declaration.store.session import View
from declaration.store.values import StoredAmendment, StoredVersion


@dataclass(frozen=True, slots=True)
class Base:
    """The text against which something was typed.

    Args:
        number: of the version.
        digest: of the version; for a draft that amends an amendment that of the version as the amendment makes it.
        changes: of that amendment; None for a draft of the text itself.

    """

    number: int
    digest: str
    changes: Changes | None = None


def base_of(version: Version) -> Base:
    """Return a version as the base of a draft."""
    return Base(version.number, version.digest)


def present_base(session: View, declaration: str, amends: str | None) -> Base:
    """Return what a draft refers to now: the version in force, or as an amendment makes it that is open and fits."""
    version = queries.current_version(session, declaration)
    if amends is None:
        return base_of(version)
    parent = queries.amendment(session, declaration, amends)
    if not parent.state.is_open or parent.conflict or parent.amendment.amends is not None:
        return base_of(version)
    return amended_base(version, parent.amendment.changes)


def amended_base(version: Version, changes: Changes) -> Base:
    """Return a version as an amendment makes it, as the base of a draft."""
    over = replace(version, text=apply(version.text, changes))
    return Base(version.number, over.digest, changes)


def carried(session: View, declaration: str, typed: Typed, base: Base, now: Base) -> Typed:
    """Return what was typed against one text for the version in force, or as an amendment makes that."""
    rows = queries.versions(session, declaration)
    old = queries.version_text(session, declaration, base.number).text
    if base.changes is not None or now.changes is not None:
        over = apply(old, base.changes or ())
        way, last = invert(old, base.changes or ()), old
        for row in rows[base.number :]:
            step = changes_from_json(_carriage(session, declaration, row)["changes"])
            way, last = compose(over, way, step), apply(last, step)
        way = compose(over, way, now.changes or ())
        return carry_typed(typed, way, over, apply(last, now.changes or ()), version=base.number)
    for row in rows[base.number :]:
        new = queries.version_text(session, declaration, row.number).text
        applied = changes_from_json(_carriage(session, declaration, row)["changes"])
        typed = carry_typed(typed, applied, old, new, version=row.number - 1)
        old = new
    return typed


def taken_up(session: View, declaration: str, line: StoredAmendment) -> tuple[Base, Changes, Text]:
    """Return what an amendment refers to, its changes, and that text; the words of one that is gone are taken over."""
    row = next(row for row in queries.versions(session, declaration) if row.digest == line.amendment.base)
    version = queries.version_text(session, declaration, row.number)
    theirs = proposals.parent_changes(session, declaration, line, version.text)
    if line.amendment.amends is None:
        return base_of(version), line.amendment.changes, version.text
    if queries.amendment(session, declaration, line.amendment.amends).state.is_open:
        base = amended_base(version, theirs)
        return base, line.amendment.changes, apply(version.text, theirs)
    return base_of(version), compose(version.text, theirs, line.amendment.changes), version.text


def named_base(session: View, declaration: str, digest: str) -> Base:
    """Return a version by its digest, as the base of a draft.

    Raises:
        InputRefused: ``draft.base``.

    """
    rows: Sequence[StoredVersion] = queries.versions(session, declaration)
    for row in rows:
        if row.digest == digest:
            return Base(row.number, row.digest)
    raise InputRefused(
        "draft.base", "No version of this declaration has this digest.", hint="Read the version in force, and name it."
    )


def _carriage(session: View, declaration: str, row: StoredVersion) -> dict[str, Any]:
    assert row.carriage is not None  # only the first version has none
    return documents.document(queries.blob(session, declaration, row.carriage), what="The carriage")
