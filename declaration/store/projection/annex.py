"""declaration.json, the instrument's annex for machines, compared with the record when the text is frozen.

The depositary makes it, so the door checks what it says: the current version, every signatory invited, and every
reservation that was made to the present words, with the objections to it that are in force.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from declaration.canonical import Json
from declaration.drafting.positions import Stance
from declaration.errors import InputRefused, StateConflict
from declaration.store.projection.act import Act
from declaration.store.tables import Clauses, Objections, Positions, Signatories

FORMAT: Final = "declaration/1"


def check(act: Act, document: dict[str, Json], version: Json) -> None:
    """Compare declaration.json with the record: nobody is left out, no reservation is lost or made up.

    Args:
        act: the freeze.
        document: declaration.json.
        version: the document of the current version.

    Raises:
        InputRefused: ``instrument.document``.
        StateConflict: ``instrument.roster``.

    """
    if document.keys() != {"format", "version", "roster", "reservations"} or document["format"] != FORMAT:
        raise _document(f"it is not of the form {FORMAT}")
    if document["version"] != version:
        raise _document("it holds another version")
    invited = _roster(act)
    if act.number("roster") != len(invited):
        raise StateConflict(
            "instrument.roster",
            f"The entry counts {act.number('roster')} signatories, {len(invited)} are invited.",
            hint="Make the instrument again from the present record.",
        )
    if _by_key(document["roster"], "id") != invited:
        raise _document("its roster is not that of the signatories invited")
    held, current = _reservations(act)
    listed = _by_key(document["reservations"], "signatory", "clause")
    if not current <= listed.keys():
        raise _document("a reservation is left out")
    if any(held.get(key) != item for key, item in listed.items()):
        raise _document("it holds a reservation that nobody made")


def _document(why: str) -> InputRefused:
    return InputRefused(
        "instrument.document",
        f"declaration.json does not say what the record says: {why}.",
        hint="Make the instrument again from the present record.",
    )


def _by_key(listed: Json, *names: str) -> dict[tuple[str, ...], Json]:
    if not isinstance(listed, list):
        raise _document("roster and reservations are lists")
    found: dict[tuple[str, ...], Json] = {}
    for item in listed:
        if not isinstance(item, dict):
            raise _document("roster and reservations hold objects")
        found[tuple(str(item.get(name)) for name in names)] = item
    if len(found) != len(listed):
        raise _document("a row is given twice")
    return found


def _roster(act: Act) -> dict[tuple[str, ...], Json]:
    rows = act.session.execute(
        select(
            Signatories.signatory.label("id"),
            Signatories.office,
            Signatories.name,
            Signatories.city,
            Signatories.native,
            Signatories.country,
        ).where(Signatories.declaration == act.declaration)
    )
    return {(row["id"],): dict(row) for row in rows.mappings()}


def _reservations(act: Act) -> tuple[dict[tuple[str, ...], Json], set[tuple[str, ...]]]:
    """Return every reservation held, and the keys of those made to the present words."""
    rows = act.session.execute(
        select(
            Positions.signatory,
            Positions.clause,
            Positions.digest,
            Positions.carried,
            Positions.reservation,
            Clauses.digest.label("now"),
        )
        .outerjoin(
            Clauses,
            (Clauses.declaration == Positions.declaration)
            & (Clauses.version == act.before.version)
            & (Clauses.clause == Positions.clause),
        )
        .where(
            Positions.declaration == act.declaration,
            Positions.stance == Stance.ACCEPT_WITH_RESERVATION.value,
        )
    ).mappings()
    against = _objections(act)
    held: dict[tuple[str, ...], Json] = {}
    current: set[tuple[str, ...]] = set()
    for row in rows:
        key = (row["signatory"], row["clause"])
        item: dict[str, Json] = {name: row[name] for name in ("signatory", "clause", "digest", "reservation")}
        if key in against:
            item["objections"] = against[key]
        held[key] = item
        if row["now"] is not None and row["now"] in {row["digest"], row["carried"]}:
            current.add(key)
    return held, current


def _objections(act: Act) -> dict[tuple[str, ...], list[Json]]:
    """Return the objections in force by author and clause, each list in the order of the ids of who raised them."""
    rows = act.session.execute(
        select(Objections.author, Objections.clause, Objections.signatory, Objections.reason).where(
            Objections.declaration == act.declaration, Objections.ended.is_(None)
        )
    )
    found: dict[tuple[str, ...], list[Json]] = {}
    # sorted here: databases order texts in their own ways
    for row in sorted(rows, key=lambda row: str(row.signatory)):
        line: dict[str, Json] = {"signatory": row.signatory, "reason": row.reason}
        found.setdefault((row.author, row.clause), []).append(line)
    return found
