"""Reading the record: one small function a question, answered with plain values (`values`).

Every function takes a session first (of ``Store.reading``, or of a transaction) and the declaration's id second.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from declaration.drafting.concordance import Confirmed, Pair, passage_named
from declaration.drafting.positions import Position, Stance
from declaration.drafting.states import AmendmentState, Phase
from declaration.drafting.text import Version
from declaration.errors import NotFound, StateConflict
from declaration.ledger.entries import Entry
from declaration.ledger.merkle import Tree
from declaration.store import answers, blobs, documents, leaves
from declaration.store import tables as t
from declaration.store.ask import ask, given
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


class _Question(Generic[Value]):
    """A question whose answers are values; built once at import, asked without the ORM's machinery (`ask`).

    Args:
        table: of which rows are asked for; a declaration's, named by ``declaration``.
        value: what a row becomes; its members are columns, except those `renamed`.
        order: of the answers.
        chosen: further conditions, whose values are `given` by name.
        renamed: columns by member.

    """

    def __init__(self, table: type[t.Base], value: type[Value], order: Any, *chosen: Any, **renamed: str) -> None:
        names = value.__dataclass_fields__  # type: ignore[attr-defined] # every value is a dataclass
        columns = [getattr(table, renamed.get(name, name)) for name in names]
        of = table.declaration == given("declaration")  # type: ignore[attr-defined] # every projected table has one
        self._value = value
        self._wanted: Select[Any] = select(*columns).where(of, *chosen).order_by(order)

    def __call__(self, session: Session, **values: Any) -> tuple[Value, ...]:
        make: Callable[..., Value] = self._value
        return tuple(make(*row) for row in ask(session, self._wanted, **values))

    def first(self, session: Session, **values: Any) -> Value | None:
        found = self(session, **values)
        return found[0] if found else None


_DECLARATION: Final = (
    select(
        t.Declarations.declaration,
        t.Declarations.origin,
        t.Declarations.rp_id,
        t.Declarations.origins,
        t.Declarations.depositary,
        t.Declarations.depositary_name,
        t.Declarations.depositary_city,
        t.Declarations.depositary_country,
        t.Declarations.languages,
        t.Declarations.phase,
        t.Declarations.version,
        t.Declarations.frozen,
        t.Heads.size,
        t.Declarations.at,
    )
    .join(t.Heads, t.Heads.declaration == t.Declarations.declaration)
    .where(t.Declarations.declaration == given("declaration"))
)
_DRAFTERS: Final = _Question(t.Drafters, Drafter, t.Drafters.entry, id="drafter")
_SIGNATORIES: Final = _Question(t.Signatories, Signatory, t.Signatories.entry, id="signatory")
_SIGNATORY: Final = _Question(
    t.Signatories, Signatory, t.Signatories.entry, t.Signatories.signatory == given("signatory"), id="signatory"
)
_CREDENTIALS: Final = _Question(t.Credentials, Credential, t.Credentials.entry)
_CREDENTIALS_OF: Final = _Question(
    t.Credentials, Credential, t.Credentials.entry, t.Credentials.signatory == given("signatory")
)
_CREDENTIAL: Final = _Question(
    t.Credentials, Credential, t.Credentials.entry, t.Credentials.credential == given("credential")
)
_ACTIVE: Final = _Question(
    t.Credentials,
    Credential,
    t.Credentials.entry,
    t.Credentials.signatory == given("signatory"),
    t.Credentials.revoked.is_(None),
)
_VERSIONS: Final = _Question(t.Versions, StoredVersion, t.Versions.number)
_VERSION: Final = _Question(t.Versions, StoredVersion, t.Versions.number, t.Versions.number == given("number"))
_INSTRUMENTS: Final = _Question(t.Instruments, Instrument, t.Instruments.frozen)
_IN_FORCE: Final = _Question(t.Instruments, Instrument, t.Instruments.frozen, t.Instruments.unfrozen.is_(None))
_SIGNATURES: Final = _Question(t.Signatures, Signature, t.Signatures.entry, t.Signatures.frozen == given("frozen"))
_SIGNATURE: Final = _Question(
    t.Signatures,
    Signature,
    t.Signatures.entry,
    t.Signatures.frozen == given("frozen"),
    t.Signatures.signatory == given("signatory"),
)
_DECLINES: Final = _Question(t.Declines, Decline, t.Declines.entry, t.Declines.frozen == given("frozen"))
_DECLINE: Final = _Question(
    t.Declines,
    Decline,
    t.Declines.entry,
    t.Declines.frozen == given("frozen"),
    t.Declines.signatory == given("signatory"),
)
_SEALS: Final = _Question(t.Seals, Seal, t.Seals.entry)
_FREEZE: Final = select(t.Declarations.frozen).where(t.Declarations.declaration == given("declaration"))


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
    row = ask(session, _DECLARATION, declaration=declaration).one_or_none()
    if row is None:
        raise leaves.unknown(declaration)
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
        size=row.size,
        at=row.at,
    )


# People


def drafters(session: Session, declaration: str) -> tuple[Drafter, ...]:
    """Return the drafters in the order in which they were admitted."""
    return _DRAFTERS(session, declaration=declaration)


def signatories(session: Session, declaration: str) -> tuple[Signatory, ...]:
    """Return the signatories in the order in which they were invited."""
    return _SIGNATORIES(session, declaration=declaration)


def signatory(session: Session, declaration: str, signatory: str) -> Signatory:
    """Return an invited signatory.

    Raises:
        NotFound: ``signatory.unknown``.

    """
    found = _SIGNATORY.first(session, declaration=declaration, signatory=signatory)
    if found is None:
        raise NotFound(
            "signatory.unknown",
            f"“{signatory}” is not invited to sign “{declaration}”.",
            hint="Check the id against the list of signatories.",
        )
    return found


def credentials(session: Session, declaration: str, signatory: str | None = None) -> tuple[Credential, ...]:
    """Return the passkeys ever enrolled (for one signatory, or all) in order of enrolment."""
    if signatory is None:
        return _CREDENTIALS(session, declaration=declaration)
    return _CREDENTIALS_OF(session, declaration=declaration, signatory=signatory)


def credential(session: Session, declaration: str, credential: str) -> Credential:
    """Return a passkey by its id, active or revoked.

    Raises:
        NotFound: ``credential.unknown``.

    """
    found = _CREDENTIAL.first(session, declaration=declaration, credential=credential)
    if found is None:
        raise NotFound("credential.unknown", "This passkey is not enrolled.", hint="Enrol it first.")
    return found


def active_credential(session: Session, declaration: str, signatory: str) -> Credential:
    """Return the one active passkey of a signatory.

    Raises:
        NotFound: ``credential.none``.

    """
    found = _ACTIVE.first(session, declaration=declaration, signatory=signatory)
    if found is None:
        raise NotFound(
            "credential.none", f"“{signatory}” has no active passkey.", hint="Enrol one with the invitation's link."
        )
    return found


# The text


def versions(session: Session, declaration: str) -> tuple[StoredVersion, ...]:
    """Return every adopted version, the first first."""
    return _VERSIONS(session, declaration=declaration)


def version(session: Session, declaration: str, number: int) -> StoredVersion | None:
    """Return one adopted version, or None."""
    return _VERSION.first(session, declaration=declaration, number=number)


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


def relatives(session: Session, declaration: str, line: StoredAmendment) -> tuple[StoredAmendment, ...]:
    """Return the amendment that one amends, those that amend it, and its alternatives; not itself."""
    mine = line.amendment
    group = mine.alternative or mine.id
    table = t.Amendments
    related = (
        (table.amends == mine.id) | (table.alternative == group) | table.amendment.in_([group, line.upon or group])
    )
    found = _amendments(session, declaration, related)
    return tuple(other for other in found if other.amendment.id != mine.id)


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
            amendment=documents.amendment_as_carried(data, base=row.base, changes=row.changes, amends=row.amends),
            conflict=tuple(row.conflict or ()),
            state=AmendmentState(row.state),
            document=row.document,
            entry=row.entry,
            at=row.at,
            revised=row.revised,
            decided=row.decided,
            reason=row.reason,
            upon=documents.amendment(data).amends,
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
            t.Positions.carried,
            t.Positions.language,
            t.Positions.version,
            t.Positions.entry,
            t.Positions.at,
        ).where(t.Positions.declaration == declaration)
    )
    found = (
        StoredPosition(
            Position(
                row.signatory, row.clause, row.digest, Stance(row.stance), row.reservation, row.carried, row.language
            ),
            row.version,
            row.entry,
            row.at,
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda item: (item.position.signatory, item.position.clause)))


def confirmed(session: Session, declaration: str) -> dict[Confirmed, int]:
    """Return every pair of words that was ever confirmed, with the number of the version in which it was."""
    rows = session.execute(
        select(
            t.Concordances.passage,
            t.Concordances.language,
            t.Concordances.drafting,
            t.Concordances.words,
            t.Concordances.version,
        )
        .where(t.Concordances.declaration == declaration)
        .order_by(t.Concordances.entry)
    )
    return {
        Confirmed(passage_named(row.passage), row.language, Pair(row.drafting, row.words)): row.version for row in rows
    }


# The instrument


def instruments(session: Session, declaration: str) -> tuple[Instrument, ...]:
    """Return every freeze, the first first."""
    return _INSTRUMENTS(session, declaration=declaration)


def instrument(session: Session, declaration: str) -> Instrument | None:
    """Return the freeze in force, or None while the text is being drafted."""
    return _IN_FORCE.first(session, declaration=declaration)


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
    return _SIGNATURES(session, declaration=declaration, frozen=of)


def declines(session: Session, declaration: str, frozen: int | None = None) -> tuple[Decline, ...]:
    """Return the refusals to sign of a freeze (by default the one in force) in the order of recording."""
    of = _freeze(session, declaration, frozen)
    return _DECLINES(session, declaration=declaration, frozen=of)


def answer(session: Session, declaration: str, signatory: str) -> Signature | Decline | None:
    """Return how one signatory has answered under the freeze in force, or None."""
    of = _freeze(session, declaration, None)
    mine = {"declaration": declaration, "frozen": of, "signatory": signatory}
    return _SIGNATURE.first(session, **mine) or _DECLINE.first(session, **mine)


def seal(session: Session, declaration: str) -> Seal | None:
    """Return the seal, or None before."""
    return _SEALS.first(session, declaration=declaration)


def _freeze(session: Session, declaration: str, frozen: int | None) -> int | None:
    if frozen is not None:
        return frozen
    return ask(session, _FREEZE, declaration=declaration).scalar()


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


def entries_of(session: Session, declaration: str, kinds: Collection[str], start: int, stop: int) -> list[StoredEntry]:
    """Return the entries of some kinds from `start` up to and without `stop`, in their order."""
    wanted = select(t.Entries.index, t.Entries.data, t.Entries.leaf_hash).where(
        t.Entries.declaration == declaration,
        t.Entries.index >= start,
        t.Entries.index < stop,
        t.Entries.kind.in_(sorted(kinds)),
    )
    rows = session.execute(wanted.order_by(t.Entries.index))
    return [StoredEntry(index, Entry.parse(data), data, leaf_hash) for index, data, leaf_hash in rows]


def blob(session: Session, declaration: str, digest: str) -> bytes:
    """Return the bytes of a blob.

    Raises:
        InputRefused: ``blob.missing``.

    """
    return blobs.get(session, declaration, digest)


def blob_names(session: Session, declaration: str) -> tuple[str, ...]:
    """Return the names of all blobs that entries of a declaration name, sorted."""
    return tuple(sorted(session.scalars(select(t.Blobs.digest).where(t.Blobs.declaration == declaration))))
