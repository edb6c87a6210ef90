"""Reading the record: one small function a question, answered with plain values (`values`).

Every function takes a session first (of ``Store.reading``, or of a transaction) and the declaration's id second.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from declaration.drafting.positions import Position, Stance
from declaration.drafting.states import AmendmentState, Phase
from declaration.drafting.text import Version
from declaration.errors import NotFound, StateConflict
from declaration.ledger.entries import Entry
from declaration.ledger.merkle import Tree
from declaration.store import answers, blobs, documents, leaves
from declaration.store import tables as t
from declaration.store.values import (
    Credential,
    Declaration,
    Decline,
    Depositary,
    Drafter,
    Instrument,
    Seal,
    Signatory,
    Signature,
    StoredAmendment,
    StoredEntry,
    StoredPosition,
    StoredVersion,
)

Value = TypeVar("Value")


def exists(session: Session, declaration: str) -> bool:
    """Tell whether a declaration of this id was opened."""
    wanted = select(t.Heads.size).where(t.Heads.declaration == declaration)
    return session.scalar(wanted) is not None


def declarations(session: Session) -> tuple[str, ...]:
    """Return the ids of all declarations, sorted."""
    return tuple(sorted(session.scalars(select(t.Heads.declaration))))


def declaration(session: Session, declaration: str) -> Declaration:
    """Return a declaration as it stands.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    found = session.execute(
        select(t.Declarations, t.Heads.size)
        .join(t.Heads, t.Heads.declaration == t.Declarations.declaration)
        .where(t.Declarations.declaration == declaration)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise leaves.unknown(declaration)
    row, size = found
    return Declaration(
        id=row.declaration,
        origin=row.origin,
        rp_id=row.rp_id,
        origins=tuple(row.origins),
        depositary=Depositary(row.depositary, row.depositary_name, row.depositary_city, row.depositary_country),
        languages=tuple(row.languages),
        phase=Phase(row.phase),
        version=row.version,
        frozen=row.frozen,
        size=size,
        at=row.at,
    )


# People


def drafters(session: Session, declaration: str) -> tuple[Drafter, ...]:
    """Return the drafters in the order in which they were admitted."""
    return _all(session, t.Drafters, Drafter, declaration, t.Drafters.entry, id="drafter")


def signatories(session: Session, declaration: str) -> tuple[Signatory, ...]:
    """Return the signatories in the order in which they were invited."""
    return _all(session, t.Signatories, Signatory, declaration, t.Signatories.entry, id="signatory")


def signatory(session: Session, declaration: str, signatory: str) -> Signatory:
    """Return an invited signatory.

    Raises:
        NotFound: ``signatory.unknown``.

    """
    found = _all(
        session,
        t.Signatories,
        Signatory,
        declaration,
        t.Signatories.entry,
        t.Signatories.signatory == signatory,
        id="signatory",
    )
    if not found:
        raise NotFound(
            "signatory.unknown",
            f"“{signatory}” is not invited to sign “{declaration}”.",
            hint="Check the id against the list of signatories.",
        )
    return found[0]


def credentials(session: Session, declaration: str, signatory: str | None = None) -> tuple[Credential, ...]:
    """Return the passkeys ever enrolled (for one signatory, or all) in order of enrolment."""
    mine = () if signatory is None else (t.Credentials.signatory == signatory,)
    return _all(session, t.Credentials, Credential, declaration, t.Credentials.entry, *mine)


def credential(session: Session, declaration: str, credential: str) -> Credential:
    """Return a passkey by its id, active or revoked.

    Raises:
        NotFound: ``credential.unknown``.

    """
    this = t.Credentials.credential == credential
    found = _all(session, t.Credentials, Credential, declaration, t.Credentials.entry, this)
    if not found:
        raise NotFound("credential.unknown", "This passkey is not enrolled.", hint="Enrol it first.")
    return found[0]


def active_credential(session: Session, declaration: str, signatory: str) -> Credential:
    """Return the one active passkey of a signatory.

    Raises:
        NotFound: ``credential.none``.

    """
    mine = (t.Credentials.signatory == signatory, t.Credentials.revoked.is_(None))
    found = _all(session, t.Credentials, Credential, declaration, t.Credentials.entry, *mine)
    if not found:
        raise NotFound(
            "credential.none", f"“{signatory}” has no active passkey.", hint="Enrol one with the invitation's link."
        )
    return found[0]


# The text


def versions(session: Session, declaration: str) -> tuple[StoredVersion, ...]:
    """Return every adopted version, the first first."""
    return _all(session, t.Versions, StoredVersion, declaration, t.Versions.number)


def version(session: Session, declaration: str, number: int) -> StoredVersion | None:
    """Return one adopted version, or None."""
    found = _all(session, t.Versions, StoredVersion, declaration, t.Versions.number, t.Versions.number == number)
    return found[0] if found else None


def version_text(session: Session, declaration: str, number: int) -> Version:
    """Return the text of an adopted version.

    Raises:
        NotFound: ``version.unknown``.

    """
    row = version(session, declaration, number)
    if row is None:
        raise NotFound(
            "version.unknown", f"“{declaration}” has no version {number}.", hint="Look at the list of versions."
        )
    return documents.version(blobs.get(session, declaration, row.document))


def current_version(session: Session, declaration_id: str) -> Version:
    """Return the text of the version in force.

    Raises:
        NotFound: ``declaration.unknown``; ``version.none``, none has been adopted yet.

    """
    number = declaration(session, declaration_id).version
    if number is None:
        raise NotFound("version.none", f"“{declaration_id}” has no version yet.", hint="Adopt the first version.")
    return version_text(session, declaration_id, number)


def amendments(session: Session, declaration: str, state: AmendmentState | None = None) -> tuple[StoredAmendment, ...]:
    """Return the amendments in the order in which they were tabled, all or those in one state."""
    chosen = () if state is None else (t.Amendments.state == state.value,)
    return _amendments(session, declaration, *chosen)


def open_amendments(session: Session, declaration: str) -> tuple[StoredAmendment, ...]:
    """Return the amendments that are tabled and not decided, in the order in which they were tabled."""
    return amendments(session, declaration, AmendmentState.TABLED)


def amendment(session: Session, declaration: str, amendment: str) -> StoredAmendment:
    """Return one amendment.

    Raises:
        NotFound: ``amendment.unknown``.

    """
    found = _amendments(session, declaration, t.Amendments.amendment == amendment)
    if not found:
        raise NotFound(
            "amendment.unknown", f"There is no amendment “{amendment}”.", hint="Look at the list of amendments."
        )
    return found[0]


def _amendments(session: Session, declaration: str, *chosen: Any) -> tuple[StoredAmendment, ...]:
    rows = session.execute(
        select(t.Amendments, t.Blobs.data)
        .join(
            t.Blobs,
            (t.Blobs.declaration == t.Amendments.declaration) & (t.Blobs.digest == t.Amendments.document),
        )
        .where(t.Amendments.declaration == declaration, *chosen)
        .order_by(t.Amendments.entry)
        .execution_options(populate_existing=True)
    )
    return tuple(
        StoredAmendment(
            amendment=documents.amendment_as_carried(data, base=row.base, changes=row.changes),
            conflict=tuple(row.conflict or ()),
            state=AmendmentState(row.state),
            document=row.document,
            entry=row.entry,
            at=row.at,
            revised=row.revised,
            decided=row.decided,
            reason=row.reason,
        )
        for row, data in rows
    )


def positions(session: Session, declaration: str) -> tuple[StoredPosition, ...]:
    """Return the last position of every signatory on every clause, by signatory and clause."""
    rows = session.execute(
        select(
            t.Positions.signatory,
            t.Positions.clause,
            t.Positions.digest,
            t.Positions.stance,
            t.Positions.reservation,
            t.Positions.version,
            t.Positions.entry,
            t.Positions.at,
        ).where(t.Positions.declaration == declaration)
    )
    found = (
        StoredPosition(
            Position(row.signatory, row.clause, row.digest, Stance(row.stance), row.reservation),
            row.version,
            row.entry,
            row.at,
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda item: (item.position.signatory, item.position.clause)))


# The instrument


def instruments(session: Session, declaration: str) -> tuple[Instrument, ...]:
    """Return every freeze, the first first."""
    return _all(session, t.Instruments, Instrument, declaration, t.Instruments.frozen)


def instrument(session: Session, declaration: str) -> Instrument | None:
    """Return the freeze in force, or None while the text is being drafted."""
    in_force = t.Instruments.unfrozen.is_(None)
    found = _all(session, t.Instruments, Instrument, declaration, t.Instruments.frozen, in_force)
    return found[0] if found else None


def frozen_instrument(session: Session, declaration_id: str) -> Instrument:
    """Return the freeze under which signatures are being given.

    Raises:
        NotFound: ``declaration.unknown``.
        StateConflict: ``declaration.not-frozen``, ``declaration.sealed``.

    """
    phase = declaration(session, declaration_id).phase
    found = instrument(session, declaration_id)
    if found is None:
        raise StateConflict(
            "declaration.not-frozen",
            f"“{declaration_id}” is still being drafted.",
            hint="Wait until the depositary freezes it.",
        )
    if phase is Phase.SEALED:
        raise StateConflict(
            "declaration.sealed", f"“{declaration_id}” is sealed.", hint="Nothing can be changed any more."
        )
    return found


def require_unanswered(session: Session, declaration: str, signatory: str) -> None:
    """Make sure that a signatory has neither signed nor declined under the freeze in force.

    Raises:
        StateConflict: ``signature.given``, ``signature.declined``.

    """
    answers.require_none(session, declaration, _freeze(session, declaration, None), signatory)


def signatures(session: Session, declaration: str, frozen: int | None = None) -> tuple[Signature, ...]:
    """Return the signatures of a freeze (by default the one in force) in the order in which they were recorded."""
    of = _freeze(session, declaration, frozen)
    return _all(session, t.Signatures, Signature, declaration, t.Signatures.entry, t.Signatures.frozen == of)


def declines(session: Session, declaration: str, frozen: int | None = None) -> tuple[Decline, ...]:
    """Return the refusals to sign of a freeze (by default the one in force) in the order of recording."""
    of = _freeze(session, declaration, frozen)
    return _all(session, t.Declines, Decline, declaration, t.Declines.entry, t.Declines.frozen == of)


def answer(session: Session, declaration: str, signatory: str) -> Signature | Decline | None:
    """Return how one signatory has answered under the freeze in force, or None."""
    of = _freeze(session, declaration, None)
    signed = (t.Signatures.frozen == of, t.Signatures.signatory == signatory)
    declined = (t.Declines.frozen == of, t.Declines.signatory == signatory)
    found: tuple[Signature | Decline, ...] = (
        *_all(session, t.Signatures, Signature, declaration, t.Signatures.entry, *signed),
        *_all(session, t.Declines, Decline, declaration, t.Declines.entry, *declined),
    )
    return found[0] if found else None


def seal(session: Session, declaration: str) -> Seal | None:
    """Return the seal, or None before."""
    found = _all(session, t.Seals, Seal, declaration, t.Seals.entry)
    return found[0] if found else None


def _freeze(session: Session, declaration: str, frozen: int | None) -> int | None:
    if frozen is not None:
        return frozen
    return session.scalar(select(t.Declarations.frozen).where(t.Declarations.declaration == declaration))


# The ledger


def tree(session: Session, declaration: str) -> Tree:
    """Return the ledger's Merkle tree over its stored tiles, at its present size.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    return leaves.tree(session, declaration)


def entry(session: Session, declaration: str, index: int) -> StoredEntry:
    """Return one entry.

    Raises:
        NotFound: ``entry.unknown``.

    """
    row = session.execute(
        select(t.Entries.data, t.Entries.leaf_hash).where(
            t.Entries.declaration == declaration, t.Entries.index == index
        )
    ).one_or_none()
    if row is None:
        raise NotFound("entry.unknown", f"“{declaration}” has no entry {index}.", hint="Ask for a smaller index.")
    return StoredEntry(index, Entry.parse(row.data), row.data, row.leaf_hash)


def entries(session: Session, declaration: str, start: int = 0, stop: int | None = None) -> list[bytes]:
    """Return the exact bytes of the entries from `start` up to and without `stop` (default: all)."""
    wanted = select(t.Entries.data).where(t.Entries.declaration == declaration, t.Entries.index >= start)
    if stop is not None:
        wanted = wanted.where(t.Entries.index < stop)
    return list(session.scalars(wanted.order_by(t.Entries.index)))


def blob(session: Session, declaration: str, digest: str) -> bytes:
    """Return the bytes of a blob.

    Raises:
        InputRefused: ``blob.missing``.

    """
    return blobs.get(session, declaration, digest)


def blob_names(session: Session, declaration: str) -> tuple[str, ...]:
    """Return the names of all blobs that entries of a declaration name, sorted."""
    return tuple(sorted(session.scalars(select(t.Blobs.digest).where(t.Blobs.declaration == declaration))))


def _all(
    session: Session,
    table: type[t.Base],
    value: type[Value],
    declaration: str,
    order: Any,
    *chosen: Any,
    **renamed: str,
) -> tuple[Value, ...]:
    """Return the rows of a table as values whose members are columns, except those `renamed`."""
    columns = [
        getattr(table, renamed.get(name, name)).label(name)
        for name in value.__dataclass_fields__  # type: ignore[attr-defined] # every value is a dataclass
    ]
    wanted: Select[Any] = (
        select(*columns).where(table.declaration == declaration, *chosen).order_by(order)  # type: ignore[attr-defined]
    )
    return tuple(value(**row) for row in session.execute(wanted).mappings())
