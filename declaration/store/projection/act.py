"""One act about to be recorded, and the state it meets: what every projection function is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import CursorResult, Select, select
from sqlalchemy.orm import Session

from declaration.canonical import Json
from declaration.drafting.states import Phase
from declaration.errors import RecordDamaged
from declaration.ledger.entries import Entry
from declaration.store import blobs as stored
from declaration.store.ask import Columns, add, ask, given
from declaration.store.tables import Base, Declarations

_STATE: Final = select(
    Declarations.origin,
    Declarations.depositary,
    Declarations.languages,
    Declarations.phase,
    Declarations.version,
    Declarations.frozen,
).where(Declarations.declaration == given("declaration"))


@dataclass(frozen=True, slots=True)
class State:
    """Where a declaration stands.

    Args:
        origin: of its ledger.
        depositary: id of the host city.
        languages: authentic languages, the drafting language first.
        phase: drafting, frozen or sealed.
        version: number of the current version, None before the first.
        frozen: index of the freeze in force, None while drafting.

    """

    origin: str
    depositary: str
    languages: tuple[str, ...]
    phase: Phase
    version: int | None
    frozen: int | None


@dataclass(frozen=True, slots=True)
class Act:
    """An entry, its place and what it brings.

    Args:
        session: of the transaction, holding the ledger's lock.
        entry: well formed by itself.
        index: the place it will have in the ledger.
        state: None when it opens the declaration.
        blobs: bytes that come with it, by digest, already checked against their names.

    """

    session: Session
    entry: Entry
    index: int
    state: State | None
    blobs: Mapping[str, bytes]

    @property
    def declaration(self) -> str:
        """Id of the declaration."""
        return self.entry.declaration

    @property
    def before(self) -> State:
        """The state it meets; only an opening has none."""
        assert self.state is not None
        return self.state

    def text(self, member: str) -> str:
        """Return a text of the body, whose form the entry has checked."""
        value = self.entry.body[member]
        assert isinstance(value, str)
        return value

    def number(self, member: str) -> int:
        """Return a whole number of the body."""
        value = self.entry.body[member]
        assert isinstance(value, int)
        return value

    def object(self, member: str) -> dict[str, Json]:
        """Return an object of the body."""
        value = self.entry.body[member]
        assert isinstance(value, dict)
        return value

    def blob(self, digest: str) -> bytes:
        """Return the bytes of a blob that comes with the act or was recorded before.

        Raises:
            InputRefused: ``blob.missing``.

        """
        found = self.blobs.get(digest)
        return found if found is not None else stored.get(self.session, self.declaration, digest)

    def need_blob(self, digest: str) -> None:
        """Make sure that a blob comes with the act or was recorded before, without reading it.

        Raises:
            InputRefused: ``blob.missing``.

        """
        if digest not in self.blobs:
            stored.need(self.session, self.declaration, digest)

    def add(self, table: type[Base], **values: Any) -> None:
        """Write one row of this declaration."""
        self.add_all(table, [values])

    def add_all(self, table: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows of this declaration."""
        add(self.session, table, [{"declaration": self.declaration, **row} for row in rows])

    def ask(self, statement: Select[*Columns], **values: Any) -> CursorResult[*Columns]:
        """Run a prepared question about this declaration."""
        return ask(self.session, statement, declaration=self.declaration, **values)


def state_of(session: Session, declaration: str) -> State:
    """Return where an opened declaration stands.

    Raises:
        RecordDamaged: ``record.declaration``, it has a ledger and no row.

    """
    row = ask(session, _STATE, declaration=declaration).one_or_none()
    if row is None:
        raise RecordDamaged(
            "record.declaration",
            f"The declaration “{declaration}” has a ledger, and no row in the table declarations.",
            hint="Restore the last backup; `declaration audit` names what is missing.",
        )
    return State(
        origin=row.origin,
        depositary=row.depositary,
        languages=tuple(row.languages),
        phase=Phase(row.phase),
        version=row.version,
        frozen=row.frozen,
    )
