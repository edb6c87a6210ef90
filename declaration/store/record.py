"""The one door: every public act is checked, appended to the ledger and projected, in one transaction.

Nothing else writes the tables of `tables.PROJECTED`. The steps, under the lock of the ledger's head row:

1. an idempotency key that is known answers with the entry it stands for;
2. the act is admitted: by whom, in which phase, with which blobs;
3. the projection function of its kind checks it against the present state, then writes its rows;
4. the blobs, the leaf, the filled tiles, the head and the idempotency key are written.

A refusal is raised before the first row is written, so that even a caller who catches it and commits writes nothing.
Passkey assertions and signatures are not verified here but before, by `signing`; the door makes sure that what was
verified fits the state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from declaration.errors import InputRefused, StateConflict
from declaration.ledger.entries import Entry, Kind
from declaration.ledger.merkle import Frontier
from declaration.store import blobs as stored
from declaration.store import leaves
from declaration.store.ask import ask, given
from declaration.store.projection import (
    admission,
    amendments,
    concordance,
    credentials,
    instrument,
    opening,
    positions,
    reservations,
    rules,
    signatures,
    supports,
    versions,
)
from declaration.store.projection.act import Act, state_of
from declaration.store.tables import IdempotencyKeys

MAX_KEY: Final = 200
"""Characters of an idempotency key: an act's kind and two ids, or a random number, with room to spare."""

_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_KNOWN: Final = select(IdempotencyKeys.kind, IdempotencyKeys.by, IdempotencyKeys.subject, IdempotencyKeys.entry).where(
    IdempotencyKeys.declaration == given("declaration"), IdempotencyKeys.key == given("key")
)

PROJECTIONS: Final[Mapping[Kind, Callable[[Act], None]]] = MappingProxyType(
    {
        Kind.DRAFTER_ADMITTED: opening.drafter_admitted,
        Kind.RULES_SET: rules.rules_set,
        Kind.SIGNATORY_INVITED: opening.signatory_invited,
        Kind.CREDENTIAL_ENROLLED: credentials.credential_enrolled,
        Kind.CREDENTIAL_REVOKED: credentials.credential_revoked,
        Kind.AMENDMENT_TABLED: amendments.amendment_tabled,
        Kind.AMENDMENT_REVISED: amendments.amendment_revised,
        Kind.AMENDMENT_WITHDRAWN: amendments.amendment_withdrawn,
        Kind.AMENDMENT_REJECTED: amendments.amendment_rejected,
        Kind.AMENDMENT_SUPPORTED: supports.amendment_supported,
        Kind.AMENDMENT_UNSUPPORTED: supports.amendment_unsupported,
        Kind.VERSION_ADOPTED: versions.version_adopted,
        Kind.TRANSLATION_CONFIRMED: concordance.translation_confirmed,
        Kind.POSITIONS_TAKEN: positions.positions_taken,
        Kind.RESERVATION_WITHDRAWN: reservations.reservation_withdrawn,
        Kind.OBJECTION_RAISED: reservations.objection_raised,
        Kind.OBJECTION_WITHDRAWN: reservations.objection_withdrawn,
        Kind.INSTRUMENT_FROZEN: instrument.instrument_frozen,
        Kind.INSTRUMENT_UNFROZEN: instrument.instrument_unfrozen,
        Kind.SIGNATURE_AFFIXED: signatures.signature_affixed,
        Kind.SIGNATURE_DECLINED: signatures.signature_declined,
        Kind.INSTRUMENT_SEALED: instrument.instrument_sealed,
    }
)
"""What each kind of entry checks and writes; `_open` does the opening."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry in the ledger.

    Args:
        index: its place, from 0.
        entry: as it stands there; with `repeated`, the first one and not the one just given.
        leaf_hash: 32 bytes.
        repeated: whether the idempotency key was known, and nothing was written.

    """

    index: int
    entry: Entry
    leaf_hash: bytes
    repeated: bool


def record(
    session: Session, entry: Entry, *, blobs: Mapping[str, bytes] = MappingProxyType({}), key: str | None = None
) -> Recorded:
    """Check an act against the present state, append it to the ledger and update what follows from it.

    Args:
        session: of ``Store.transaction``; the caller's transaction commits it.
        entry: the act.
        blobs: the bytes that the entry names and that are not stored yet, by their SHA-256.
        key: the caller's name for this act (printable ASCII): sent again by the same actor, about the same subject,
            it is answered with the first entry instead of recording a second.

    Raises:
        NotFound: ``declaration.unknown``; something the entry names is not there.
        StateConflict: the present state forbids the act; ``record.key-used``, the key stands for another act.
        NotPermitted: the act belongs to another role or signatory.
        InputRefused: a blob or statement is missing, malformed or does not fit the entry.

    """
    if key is not None and not _KEY.fullmatch(key):
        raise InputRefused(
            "record.key",
            f"An idempotency key has 1 to {MAX_KEY} printable ASCII characters.",
            hint="Use a random number in hexadecimal.",
        )
    stored.check(blobs, named=named(entry))
    edge = leaves.lock(session, entry.declaration)
    if edge is None and entry.kind == Kind.DECLARATION_OPENED:
        if opened := _open(session, entry, key):
            return opened
        edge = leaves.lock(session, entry.declaration)
    if edge is None:
        raise leaves.unknown(entry.declaration)
    if key is not None and (first := _first(session, entry, key)):
        return first
    if entry.kind == Kind.DECLARATION_OPENED:
        raise opening.taken(entry.declaration)
    act = Act(session, entry, edge.size, state_of(session, entry.declaration), blobs)
    admission.admit(act)
    PROJECTIONS[Kind(entry.kind)](act)
    return _append(act, edge, key)


_BLOBS: Final = ("document", "carriage", "instrument", "evidence", "edition", "merged")


def named(entry: Entry) -> frozenset[str]:
    """Return the digests of the blobs that an entry names."""
    return frozenset(value for member in _BLOBS if isinstance(value := entry.body.get(member), str))


def _open(session: Session, entry: Entry, key: str | None) -> Recorded | None:
    """Begin a ledger; return None when somebody has begun it since we looked."""
    try:
        with session.begin_nested():  # a refusal takes the new head back with it
            edge = leaves.begin(session, entry.declaration)
            if edge is None:
                return None
            act = Act(session, entry, 0, None, MappingProxyType({}))
            opening.declaration_opened(act)
            return _append(act, edge, key)
    except IntegrityError as error:  # an id that differs in capitals only, or the same origin, at the same moment
        raise opening.taken(entry.declaration) from error


def _append(act: Act, edge: Frontier, key: str | None) -> Recorded:
    stored.keep(act.session, act.declaration, act.blobs)
    leaf = leaves.append(act.session, edge, act.entry)
    if key is not None:
        act.add(
            IdempotencyKeys,
            key=key,
            kind=str(act.entry.kind),
            by=act.entry.by,
            subject=subject(act.entry),
            entry=act.index,
        )
    return Recorded(index=act.index, entry=act.entry, leaf_hash=leaf, repeated=False)


def _first(session: Session, entry: Entry, key: str) -> Recorded | None:
    row = ask(session, _KNOWN, declaration=entry.declaration, key=key).one_or_none()
    if row is None:
        return None
    if (row.kind, row.by, row.subject) != (str(entry.kind), entry.by, subject(entry)):
        raise StateConflict(
            "record.key-used",
            f"This idempotency key stands for another act (entry {row.entry}).",
            hint="Use a new key for a new act.",
        )
    data, leaf = leaves.stored_leaf(session, entry.declaration, row.entry)
    return Recorded(index=row.entry, entry=Entry.parse(data), leaf_hash=leaf, repeated=True)


def subject(entry: Entry) -> str:
    """Return what an act is about: a repeated key must be about the same (a retry may differ in times and nonces)."""
    for member in ("amendment", "drafter", "signatory", "number", "instrument"):
        value = entry.body.get(member)
        if value is not None:
            return f"{member}:{value['id'] if isinstance(value, dict) else value}"
    return ""
