"""Undoing an adoption before anybody has relied on it: the words before it are adopted again, as a new version.

The ledger only grows, so nothing is taken out of it. What comes back: the words, with them every position that was
taken on them; and every open amendment, in its own words, as it stood before. What does not: an amendment that the
adoption decided stays decided (docs/spec/ledger.md, section 1.4); its author tables it again, under a new id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from declaration.canonical import Json, digest, encode
from declaration.drafting.amendment import Amendment, Changes, changes_from_json, changes_to_json
from declaration.drafting.apply import apply, invert
from declaration.drafting.consolidate import Carried, carry
from declaration.drafting.families import Parent, carry_child
from declaration.drafting.reasons import UNDONE
from declaration.drafting.text import Version
from declaration.errors import StateConflict
from declaration.ledger.entries import Entry, Kind
from declaration.services.chancery import Chancery
from declaration.services.consolidating import require_drafting
from declaration.services.negotiating import CARRIAGE_FORMAT
from declaration.store import documents, leaves, queries
from declaration.store.record import record
from declaration.store.session import View
from declaration.store.values import StoredAmendment, StoredVersion

RELYING: Final[Mapping[str, str]] = {
    Kind.POSITIONS_TAKEN: "a position was taken on it",
    Kind.AMENDMENT_TABLED: "an amendment was tabled on it",
    Kind.AMENDMENT_REVISED: "an amendment was revised on it",
    Kind.INSTRUMENT_FROZEN: "it was frozen for signing",
}
"""Acts by which somebody relies on a version."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What undoing would do.

    Args:
        undone: the version in force, whose adoption would be undone.
        back: number of the version whose words would stand again.
        changes: that lead back.
        decided: amendments that the adoption decided; they stay decided.
        carried: open amendments that are carried back as they are, with their changes.
        restored: open amendments that get their former words back by a revision, with these.
        waiting: open amendments that stood in conflict before, and do so again, with the reasons.

    """

    undone: Version
    back: Version
    changes: Changes
    decided: tuple[str, ...]
    carried: Mapping[str, Changes]
    restored: Mapping[str, Amendment]
    waiting: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing did: the version that reads as `back` did."""

    version: Version
    prospect: Prospect


def foresee_undo(session: View, declaration: str) -> Prospect:
    """Work out what undoing the last adoption would do.

    Raises:
        NotFound: ``declaration.unknown``, ``version.none``.
        StateConflict: the text is frozen; ``undo.first``; ``undo.relied-on``.

    """
    require_drafting(session, declaration)
    rows = queries.versions(session, declaration)
    if len(rows) < 2 or rows[-1].carriage is None:
        raise StateConflict(
            "undo.first", "The text stands as it was opened.", hint="There is no adoption that could be undone."
        )
    _require_unused(session, declaration, rows[-1])
    new = queries.version_text(session, declaration, rows[-1].number)
    old = queries.version_text(session, declaration, rows[-2].number)
    members = _carriage(session, declaration, rows[-1].carriage)
    back = invert(old.text, changes_from_json(members["changes"]))
    former = _former(session, declaration, rows[-2])
    carried: dict[str, Changes] = {}
    restored: dict[str, Amendment] = {}
    waiting: dict[str, tuple[str, ...]] = {}
    pending = {line.amendment.id: line for line in queries.open_amendments(session, declaration)}
    for line in sorted(pending.values(), key=lambda line: line.upon is not None):  # who is amended goes first
        own = _own(session, declaration, line, old, former)
        if own is None:
            waiting[line.amendment.id] = line.conflict
        elif own.amends is not None and own.amends not in {**carried, **restored}:
            waiting[line.amendment.id] = line.conflict or (UNDONE,)  # what it amended stays decided
        elif _fits_back(line, own, back, (new, old), {name: pending[name].amendment for name in carried}):
            carried[line.amendment.id] = own.changes
        else:
            restored[line.amendment.id] = own
    still_open = {*carried, *restored, *waiting}
    decided = {str(item["amendment"]) for item in members["outcomes"]}
    decided |= {str(item["amendment"]) for item in members["carried"] if item.get("changes") == []}
    return Prospect(new, old, back, tuple(sorted(decided - still_open)), carried, restored, waiting)


def undo(chancery: Chancery, declaration: str, *, base: str) -> Undone:
    """Adopt the words before the last adoption again.

    Args:
        chancery: the service.
        declaration: its id.
        base: digest of the version whose adoption is undone; refused when another one is in force.

    Raises:
        StateConflict: as `foresee_undo`; ``version.stale``.

    """
    with chancery.store.transaction() as session:
        leaves.lock(session, declaration)
        prospect = foresee_undo(session, declaration)
        if prospect.undone.digest != base:
            raise StateConflict(
                "version.stale",
                f"Version {prospect.undone.number} of “{declaration}” is in force, not the one that you looked at.",
                hint="Look at it, then decide again.",
            )
        by = queries.declaration(session, declaration).depositary.id
        text = apply(prospect.undone.text, prospect.changes)
        version = Version(number=prospect.undone.number + 1, parent=prospect.undone.digest, text=text)
        document, carriage = encode(version.document()), encode(_as_carriage(prospect))
        body: dict[str, Json] = {
            "number": version.number,
            "digest": version.digest,
            "parent": version.parent,
            "document": digest(document),
            "carriage": digest(carriage),
        }
        entry = chancery.entry("version.adopted", declaration, by=by, body=body)
        record(session, entry, blobs={digest(document): document, digest(carriage): carriage})
        for amendment in prospect.restored.values():
            _revise(chancery, session, amendment, version, by=by)
        return Undone(version, prospect)


def _revise(chancery: Chancery, session: View, former: Amendment, version: Version, *, by: str) -> None:
    amendment = replace(former, base=version.digest)
    document = encode(amendment.document())
    body: dict[str, Json] = {"amendment": amendment.id, "base": version.digest, "document": digest(document)}
    entry = chancery.entry("amendment.revised", version.text.id, by=by, body=body)
    record(session, entry, blobs={digest(document): document})


def _as_carriage(prospect: Prospect) -> dict[str, Json]:
    lines: dict[str, dict[str, Json]] = {}
    for name, changes in prospect.carried.items():
        lines[name] = {"amendment": name, "result": "clean", "changes": changes_to_json(changes)}
    for name, reasons in {**dict.fromkeys(prospect.restored, (UNDONE,)), **prospect.waiting}.items():
        lines[name] = {"amendment": name, "result": "conflict", "reasons": list(reasons)}
    return {
        "format": CARRIAGE_FORMAT,
        "changes": changes_to_json(prospect.changes),
        "outcomes": [],
        "confirmed": [],
        "carried": [lines[name] for name in sorted(lines)],
    }


def _require_unused(session: View, declaration: str, row: StoredVersion) -> None:
    for data in queries.entries(session, declaration, row.entry + 1):
        entry = Entry.parse(data)
        if (why := RELYING.get(entry.kind)) is not None:
            raise StateConflict(
                "undo.relied-on",
                f"Somebody has relied on version {row.number} already: {why}.",
                hint="Table an amendment that brings the former words back, and adopt it.",
            )


def _former(session: View, declaration: str, row: StoredVersion) -> dict[str, Changes | None]:
    """Return by amendment how the adoption of a version left it: its changes, or None where it was in conflict."""
    if row.carriage is None:
        return {}
    return {
        str(item["amendment"]): changes_from_json(item["changes"]) if item["result"] == "clean" else None
        for item in _carriage(session, declaration, row.carriage)["carried"]
    }


def _own(
    session: View,
    declaration: str,
    line: StoredAmendment,
    old: Version,
    former: Mapping[str, Changes | None],
) -> Amendment | None:
    """Return an open amendment as it stood on the former version; None where it was in conflict, or not there yet."""
    written = documents.amendment(queries.blob(session, declaration, line.document))
    if written.base == old.digest:
        return written
    changes = former.get(written.id)
    if not changes:
        return None
    amends = written.amends if former.get(written.amends or "") else None  # else it stood on the text already
    return replace(written, changes=changes, amends=amends)


def _fits_back(
    line: StoredAmendment,
    own: Amendment,
    back: Changes,
    versions: tuple[Version, Version],
    carried: Mapping[str, Amendment],
) -> bool:
    """Tell whether an amendment's changes, carried back, come out as they were."""
    new, old = versions
    if line.conflict or line.amendment.amends != own.amends:
        return False
    if own.amends is None:
        found = carry(line.amendment.changes, back, new.text, old.text)
    elif own.amends not in carried:
        return False
    else:
        parent = Parent(own.amends, carried[own.amends].changes, stays=True, code="parent-stuck")
        found = carry_child(line.amendment.changes, parent, (back,), new.text)
    return isinstance(found, Carried) and found.changes == own.changes


def _carriage(session: View, declaration: str, name: str) -> dict[str, Any]:
    return documents.document(queries.blob(session, declaration, name), what="The carriage")
