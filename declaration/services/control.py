"""The control of a ceremony: who has answered and who has not, in the order of protocol; sealing; whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from declaration.drafting.states import Phase
from declaration.errors import RecordDamaged, StateConflict
from declaration.services import sealing
from declaration.services.chancery import Chancery
from declaration.services.sealing import Sealed
from declaration.store import queries
from declaration.store.audit import RowDiffers, audit
from declaration.store.session import View
from declaration.store.values import Decline, Instrument, Seal, Signatory, Signature


class Standing(StrEnum):
    """How a signatory stands to the instrument."""

    SIGNED = "signed"
    DECLINED = "declined"
    READY = "ready"
    """Has a passkey, and has not answered."""
    ABSENT = "absent"
    """Has no passkey yet, and could not sign."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the order of protocol.

    Args:
        party: who.
        standing: how they stand.
        at: when they answered.
        reason: of a refusal.

    """

    party: Signatory
    standing: Standing
    at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A ceremony as it stands.

    Args:
        phase: drafting, frozen or sealed.
        instrument: in force, None while the text is being drafted.
        places: in the order of protocol.
        seal: of the edition, None before.

    """

    phase: Phase
    instrument: Instrument | None
    places: tuple[Place, ...]
    seal: Seal | None

    def count(self, *standings: Standing) -> int:
        """Return how many stand so."""
        return sum(place.standing in standings for place in self.places)

    @property
    def missing(self) -> int:
        """How many have not answered."""
        return self.count(Standing.READY, Standing.ABSENT)

    @property
    def next(self) -> Signatory | None:
        """Who is next in the order of protocol; None when all have answered, or nothing can be signed."""
        if self.phase is not Phase.FROZEN:
            return None
        waiting = (place.party for place in self.places if place.standing in {Standing.READY, Standing.ABSENT})
        return next(waiting, None)


def ceremony(session: View, declaration: str) -> Ceremony:
    """Return how a ceremony stands.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    phase = queries.declaration(session, declaration).phase
    enrolled = {line.signatory for line in queries.credentials(session, declaration) if line.revoked is None}
    answers: dict[str, Signature | Decline] = {
        line.signatory: line for line in queries.signatures(session, declaration)
    }
    answers |= {line.signatory: line for line in queries.declines(session, declaration)}
    return Ceremony(
        phase=phase,
        instrument=queries.instrument(session, declaration),
        places=tuple(
            _place(party, answers.get(party.id), ready=party.id in enrolled)
            for party in queries.signatories(session, declaration)
        ),
        seal=queries.seal(session, declaration),
    )


def _place(party: Signatory, answer: Signature | Decline | None, *, ready: bool) -> Place:
    match answer:
        case Signature():
            return Place(party, Standing.SIGNED, answer.at, None)
        case Decline():
            return Place(party, Standing.DECLINED, answer.at, answer.reason)
        case None:
            return Place(party, Standing.READY if ready else Standing.ABSENT, None, None)


def seal(chancery: Chancery, declaration: str, *, without: int) -> Sealed:
    """Seal the edition; once it is sealed, return that seal.

    Args:
        chancery: the service.
        declaration: its id.
        without: how many the depositary knows not to have answered.

    Raises:
        StateConflict: nothing is frozen; nobody has signed (`sealing.seal`); ``seal.missing``, another number has not
            answered.

    """
    if (done := sealing.sealed(chancery, declaration)) is not None:
        return done
    with chancery.store.reading() as session:
        stands = ceremony(session, declaration)
        if stands.seal is None:  # else somebody has sealed it since we looked
            queries.frozen_instrument(session, declaration)
    if stands.seal is None and stands.missing != without:
        raise StateConflict(
            "seal.missing",
            f"{stands.missing} of {len(stands.places)} who are invited have not answered, not {without}.",
            hint="Wait for them, or say that the edition is sealed without exactly that many; nobody can sign later.",
        )
    return sealing.seal(chancery, declaration)


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    Args:
        agrees: whether the ledger, replayed from nothing, gives exactly what stands in the database.
        size: entries replayed; 0 where it does not agree.
        root: of the tree over them, hexadecimal; empty where it does not agree.
        checkpoints: signed heads that it agrees with.
        rows: compared, by table.
        finding: what differs, in a sentence; empty where it agrees.
        hint: what to do about it.
        table: that differs, if one does.

    """

    agrees: bool
    size: int
    root: str
    checkpoints: int
    rows: Mapping[str, int]
    finding: str
    hint: str
    table: str


def check(chancery: Chancery, declaration: str) -> Audit:
    """Replay the ledger and compare; what differs is a finding, and no failure of the service.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    try:
        done = audit(chancery.store, declaration)
    except RecordDamaged as error:
        table = error.table if isinstance(error, RowDiffers) else ""
        return Audit(False, 0, "", 0, {}, error.message, error.hint, table)
    return Audit(True, done.size, done.root.hex(), done.checkpoints, done.rows, "", "", "")
