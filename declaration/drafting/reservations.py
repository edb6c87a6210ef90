"""Reservations: from the first declaration to the withdrawal, and the objections that others raise to them.

A reservation is part of a position, and so of the exact words of a clause. What names it is the digest of who makes it,
on which words, and how it reads: modified, or made to other words of the clause, it is another one. An objection names
that digest, and ends with the reservation it was raised to; it never outlives the words it was given to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from declaration.canonical import Json, digest, encode
from declaration.drafting.positions import Position, Stance


class Step(StrEnum):
    """What became of a reservation, or of an objection to one."""

    DECLARED = "declared"
    RENEWED = "renewed"
    """The same reservation, made to the new words of its clause."""
    MODIFIED = "modified"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    OBJECTION_LAPSED = "objection-lapsed"
    """With the reservation to which it was raised."""
    OBJECTION_WITHDRAWN = "objection-withdrawn"


@dataclass(frozen=True, slots=True)
class Reservation:
    """What one signatory says with a yes to the exact words of one clause.

    Args:
        signatory: who makes it.
        clause: id of the clause.
        clause_digest: of the clause in all its languages, as it was read.
        words: how it reads.

    """

    signatory: str
    clause: str
    clause_digest: str
    words: str

    def document(self) -> dict[str, Json]:
        """Return it as the annex of the instrument holds it (docs/spec/document.md)."""
        return {
            "signatory": self.signatory,
            "clause": self.clause,
            "digest": self.clause_digest,
            "reservation": self.words,
        }

    @property
    def content(self) -> str:
        """Digest by which objections and withdrawals name it (docs/spec/text.md, section 6.1)."""
        return digest(encode(self.document()))


def reservation_of(position: Position) -> Reservation | None:
    """Return the reservation that a position makes, None for a position without one."""
    if position.stance is not Stance.ACCEPT_WITH_RESERVATION or position.reservation is None:
        return None
    return Reservation(position.signatory, position.clause, position.clause_digest, position.reservation)


def step(before: Reservation | None, after: Reservation | None) -> Step | None:
    """Tell what a new position does with the reservation that stood before it; None when nothing changes.

    Args:
        before: what the same signatory held on the same clause.
        after: what the new position holds.

    """
    if before is None:
        return None if after is None else Step.DECLARED
    if after is None:
        return Step.WITHDRAWN
    if after == before:
        return None
    return Step.RENEWED if after.words == before.words else Step.MODIFIED


@dataclass(frozen=True, slots=True)
class Mark:
    """The entry of the ledger by which something happened, and when."""

    entry: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Spell:
    """One reservation while it read as it did.

    Args:
        reservation: itself.
        version: number of the version that was read.
        step: how it began: declared, renewed or modified.
        began: by which entry.
        ended: by which entry it was withdrawn or became another one; None while it stands.

    """

    reservation: Reservation
    version: int
    step: Step
    began: Mark
    ended: Mark | None


@dataclass(frozen=True, slots=True)
class Objection:
    """What one signatory says against the reservation of another.

    Args:
        signatory: who objects.
        author: whose reservation it is.
        clause: to which it was made.
        content: digest of that reservation.
        reason: why.
        began: by which entry it was raised.
        ended: by which entry it was withdrawn, or lapsed with the reservation; None while it stands.
        withdrawn: whether it was withdrawn.

    """

    signatory: str
    author: str
    clause: str
    content: str
    reason: str
    began: Mark
    ended: Mark | None
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One step in the life of a reservation; `words` are those of the reservation, or the reason of an objection."""

    step: Step
    by: str
    mark: Mark
    words: str | None


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that became of one signatory's reservation on one clause.

    Args:
        signatory: who made it.
        clause: id of the clause.
        spells: how it read, in their order.
        objections: every one ever raised to it, in their order.

    """

    signatory: str
    clause: str
    spells: tuple[Spell, ...]
    objections: tuple[Objection, ...]

    @property
    def last(self) -> Spell:
        """How it reads, or read before it was withdrawn."""
        return self.spells[-1]

    @property
    def is_standing(self) -> bool:
        """Whether it is not withdrawn."""
        return self.last.ended is None

    def standing(self) -> tuple[Objection, ...]:
        """Return the objections in force."""
        return tuple(line for line in self.objections if line.ended is None)

    def events(self) -> tuple[Event, ...]:
        """Return every step, in the order of the ledger."""
        found = []
        for spell, after in zip(self.spells, (*self.spells[1:], None), strict=True):
            found.append(Event(spell.step, self.signatory, spell.began, spell.reservation.words))
            if spell.ended is not None and (after is None or after.began != spell.ended):
                found.append(Event(Step.WITHDRAWN, self.signatory, spell.ended, None))
        for line in self.objections:
            found.append(Event(Step.OBJECTED, line.signatory, line.began, line.reason))
            if line.ended is not None:
                ending = Step.OBJECTION_WITHDRAWN if line.withdrawn else Step.OBJECTION_LAPSED
                found.append(Event(ending, line.signatory, line.ended, None))
        # an objection lapses by the entry that changes the reservation, which is told first; sorting is stable
        return tuple(sorted(found, key=lambda event: event.mark.entry))


def lives(spells: Iterable[Spell], objections: Iterable[Objection] = ()) -> tuple[Life, ...]:
    """Put together what belongs to one reservation, in whatever order it comes.

    Args:
        spells: of any signatories on any clauses.
        objections: to any of them; those to none are left out.

    """
    read, against = defaultdict(list), defaultdict(list)
    for spell in spells:
        read[spell.reservation.signatory, spell.reservation.clause].append(spell)
    for line in objections:
        against[line.author, line.clause].append(line)
    return tuple(
        Life(
            *place,
            tuple(sorted(found, key=lambda spell: spell.began.entry)),
            tuple(sorted(against[place], key=lambda line: line.began.entry)),
        )
        for place, found in sorted(read.items())
    )


def protocol(clauses: Sequence[str], signatories: Sequence[str]) -> Callable[[str, str], tuple[int, int]]:
    """Return the key that puts reservations in the order of protocol: by clause, then by signatory.

    Args:
        clauses: ids, in the text's order; whatever stands on a clause that is gone comes last.
        signatories: ids, in the roster's order.

    """
    place = {clause: index for index, clause in enumerate(clauses)}
    rank = {signatory: index for index, signatory in enumerate(signatories)}
    return lambda clause, signatory: (place.get(clause, len(place)), rank.get(signatory, len(rank)))
