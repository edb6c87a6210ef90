"""Positions: who stands where on which clause; a yes is a yes to these words, and goes stale with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from declaration.canonical import is_digest
from declaration.drafting.text import Text, check_id
from declaration.errors import InputRefused


class Stance(StrEnum):
    """What a signatory says to a clause."""

    ACCEPT = "accept"
    ACCEPT_WITH_RESERVATION = "accept-with-reservation"
    OBJECT = "object"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Position:
    """One stance on the exact words of one clause.

    Args:
        signatory: who takes it.
        clause: id of the clause.
        clause_digest: of the clause in all its languages, as it was read.
        stance: what is said.
        reservation: its words; needed with a reservation, allowed as the reason of an objection.
        carried: digest of the clause as concordance corrections have mended it since, None without one that left this
            position as it was.
        language: in which it was read, where it is known.

    Raises:
        InputRefused: ``position.*``.

    """

    signatory: str
    clause: str
    clause_digest: str
    stance: Stance
    reservation: str | None = None
    carried: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        """Check that stance and reservation fit."""
        check_id(self.signatory, where="position.signatory")
        check_id(self.clause, where="position.clause")
        object.__setattr__(self, "stance", Stance(self.stance))
        if not is_digest(self.clause_digest):
            raise InputRefused("position.digest", "A position names no clause digest.", hint="Take it again.")
        if self.stance is Stance.ACCEPT_WITH_RESERVATION and not (self.reservation or "").strip():
            raise InputRefused(
                "position.reservation-missing",
                f"The reservation of {self.signatory} on clause {self.clause} has no words.",
                hint="Write the reservation, or accept without one.",
            )
        if self.reservation is not None and self.stance in {Stance.ACCEPT, Stance.ABSTAIN}:
            raise InputRefused(
                "position.reservation-stray",
                f"{self.signatory} gives words with “{self.stance}” on clause {self.clause}.",
                hint="Choose “accept-with-reservation” or “object”, or leave the words out.",
            )

    def is_on(self, digest: str | None) -> bool:
        """Whether it stands on these words of its clause: those that were read, or as they were mended since."""
        return digest is not None and digest in {self.clause_digest, self.carried}


@dataclass(frozen=True, slots=True)
class Cell:
    """One signatory and one clause: the position, and whether the words have changed since."""

    position: Position
    stale: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one clause stands.

    Args:
        clause: its id.
        accepted: how many accept its present words, with or without reservation.
        reservations: how many of these have a reservation.
        objections: signatories who object to its present words.
        abstentions: how many abstain.
        stale: signatories whose position is on former words.
        silent: signatories without a position.

    """

    clause: str
    accepted: int
    reservations: int
    objections: tuple[str, ...]
    abstentions: int
    stale: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether somebody objects, or has not yet confirmed a position on the present words."""
        return bool(self.objections or self.stale)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Signatories by clauses; a cell is missing where nobody has taken a position.

    Args:
        signatories: ids, in the roster's order.
        clauses: ids, in the text's order.
        cells: by (signatory, clause).

    """

    signatories: tuple[str, ...]
    clauses: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    def agreement(self, clause: str) -> Agreement:
        """Return how one clause stands."""
        accepted = reservations = abstentions = 0
        objections, stale, silent = [], [], []
        for signatory in self.signatories:
            cell = self.cells.get((signatory, clause))
            if cell is None:
                silent.append(signatory)
            elif cell.stale:
                stale.append(signatory)
            elif cell.position.stance is Stance.OBJECT:
                objections.append(signatory)
            elif cell.position.stance is Stance.ABSTAIN:
                abstentions += 1
            else:
                accepted += 1
                reservations += cell.position.stance is Stance.ACCEPT_WITH_RESERVATION
        return Agreement(clause, accepted, reservations, tuple(objections), abstentions, tuple(stale), tuple(silent))

    def blocking(self) -> tuple[Agreement, ...]:
        """Return the clauses that still block agreement, in the text's order."""
        return tuple(found for found in map(self.agreement, self.clauses) if found.is_blocked)

    def stale(self, signatory: str) -> tuple[str, ...]:
        """Return the clauses whose words have changed since this signatory took a position."""
        return tuple(
            clause
            for clause in self.clauses
            if (cell := self.cells.get((signatory, clause))) is not None and cell.stale
        )


def matrix(text: Text, signatories: Sequence[str], positions: Iterable[Position]) -> Matrix:
    """Set out the positions on a text.

    Args:
        text: the version in force.
        signatories: ids, in the order to be shown.
        positions: the last one of each signatory on each clause counts; clauses that are gone are left out.

    """
    digests = {clause.id: clause.digest for clause in text.clauses()}
    known = set(signatories)
    cells = {
        (position.signatory, position.clause): Cell(position, not position.is_on(digests[position.clause]))
        for position in positions
        if position.clause in digests and position.signatory in known
    }
    return Matrix(tuple(signatories), tuple(digests), MappingProxyType(cells))
