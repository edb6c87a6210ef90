"""The annex against the ledger: every reservation and objection it should hold, none that nobody made.

Followed here from the entries alone, and not by the code with which the record itself keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from declaration.ledger.entries import Kind
from declaration.signing.chronicle import Chronicle, Recorded
from declaration.signing.document import FrozenDocument, Objection, Reservation
from declaration.signing.judgement import altered, reading
from declaration.signing.passkey import Assertion, verify_assertion
from declaration.signing.statement import (
    Act,
    Objecting,
    ObjectionWithdrawal,
    PositionsTaken,
    ReservationWithdrawal,
    Statement,
)

Place: TypeAlias = tuple[str, str]
"""Whose reservation, on which clause."""

_ACTS: Final = {
    Kind.POSITIONS_TAKEN: Act.POSITIONS,
    Kind.RESERVATION_WITHDRAWN: Act.WITHDRAW_RESERVATION,
    Kind.OBJECTION_RAISED: Act.OBJECT,
    Kind.OBJECTION_WITHDRAWN: Act.WITHDRAW_OBJECTION,
}


@dataclass(slots=True)
class _Annex:
    """What the annex would be after an entry: reservations, the objections to each, and the entry of each."""

    held: dict[Place, tuple[Reservation, Recorded]] = field(default_factory=dict)
    objections: dict[Place, dict[str, Objection]] = field(default_factory=dict)

    def take(self, recorded: Recorded, said: PositionsTaken) -> None:
        for line in said.positions:
            place = (_signatory(recorded), line.clause)
            before = self.held.pop(place, None)
            after = None
            if line.stance == "accept-with-reservation" and line.reservation is not None:
                after = Reservation(*place, line.digest, line.reservation)
                self.held[place] = (after, recorded)
            if before is None or before[0] != after:
                self.objections.pop(place, None)

    def withdraw(self, recorded: Recorded, said: ReservationWithdrawal) -> None:
        place = (_signatory(recorded), said.clause)
        self._require_named(recorded, place, said.reservation)
        del self.held[place]
        self.objections.pop(place, None)

    def object(self, recorded: Recorded, said: Objecting) -> None:
        place, signatory = (said.author, said.clause), _signatory(recorded)
        self._require_named(recorded, place, said.reservation)
        raised = self.objections.setdefault(place, {})
        if signatory == said.author or signatory in raised:
            raise altered("ledger.objection", index=recorded.index)
        raised[signatory] = Objection(signatory, said.reason)

    def withdraw_objection(self, recorded: Recorded, said: ObjectionWithdrawal) -> None:
        place = (said.author, said.clause)
        self._require_named(recorded, place, said.reservation)
        if self.objections.get(place, {}).pop(_signatory(recorded), None) is None:
            raise altered("ledger.objection", index=recorded.index)

    def _require_named(self, recorded: Recorded, place: Place, content: str) -> None:
        """The reservation stands that a statement names by the digest of its content."""
        if place not in self.held or self.held[place][0].content != content:
            raise altered("ledger.objection", index=recorded.index)

    def reservation(self, place: Place) -> Reservation | None:
        """Return a reservation as the annex should hold it."""
        if place not in self.held:
            return None
        raised = self.objections.get(place, {})
        return self.held[place][0]._replace(objections=tuple(raised[name] for name in sorted(raised)))


def require_reservations(chronicle: Chronicle, document: FrozenDocument) -> None:
    """Require that the annex holds every reservation on the frozen words, and none that nobody made.

    The last position of a signatory on a clause counts, and every objection that was raised to the reservation as it
    reads and not withdrawn before the freeze. Each position that counts for the annex is verified: the passkey enrolled
    for that signatory signed the statement that takes it; and so is every objection and every withdrawal.

    Raises:
        Altered: ``ledger.reservation``, ``ledger.objection``, ``ledger.position``, ``assertion.…``.
        CannotBeVerified: ``ledger.position``.

    """
    now, frozen = _Annex(), chronicle.frozen
    at_freeze: _Annex | None = None
    for recorded in chronicle.stands:
        if frozen is not None and recorded.index > frozen.index and at_freeze is None:
            at_freeze = _Annex(dict(now.held), {place: dict(raised) for place, raised in now.objections.items()})
        _follow(chronicle, now, recorded)
    _require_annex(chronicle, document, at_freeze or now)


def _follow(chronicle: Chronicle, annex: _Annex, recorded: Recorded) -> None:
    statement = _statement(recorded)
    if isinstance(said := statement.details, PositionsTaken):
        annex.take(recorded, said)
        return
    _verify_gesture(chronicle, recorded, statement)
    if isinstance(said, ReservationWithdrawal):
        annex.withdraw(recorded, said)
    elif isinstance(said, Objecting):
        annex.object(recorded, said)
    elif isinstance(said, ObjectionWithdrawal):
        annex.withdraw_objection(recorded, said)


def _require_annex(chronicle: Chronicle, document: FrozenDocument, annex: _Annex) -> None:
    listed = {(each.signatory, each.clause): each for each in document.reservations}
    for place, (reservation, recorded) in annex.held.items():
        if place not in listed and document.clauses.get(reservation.clause) == reservation.digest:
            raise altered("ledger.reservation", signatory=place[0], clause=place[1])
        if place in listed:
            _verify_gesture(chronicle, recorded, _statement(recorded))
    for place, each in listed.items():
        if annex.reservation(place) != each:
            raise altered("ledger.reservation", signatory=place[0], clause=place[1])


def _signatory(recorded: Recorded) -> str:
    return cast("str", recorded.entry.body["signatory"])


def _statement(recorded: Recorded) -> Statement:
    """Return the statement of an entry, which is of the entry's act."""
    with reading("ledger.position", index=recorded.index):
        statement = Statement.parse(cast("str", recorded.entry.body["statement"]).encode())
    if statement.act != _ACTS[Kind(recorded.entry.kind)]:
        raise altered("ledger.position", index=recorded.index)
    return statement


def _verify_gesture(chronicle: Chronicle, recorded: Recorded, statement: Statement) -> None:
    """Verify the gesture behind an entry that holds its statement."""
    opened, signatory = chronicle.opened.entry.body, _signatory(recorded)
    with reading("ledger.position", index=recorded.index):
        assertion = Assertion.from_json(recorded.entry.body["assertion"])
        passkey = chronicle.passkeys.get(assertion.credential)
        bound = (statement.declaration, statement.ledger, statement.signatory.id, statement.credential)
        named = (recorded.entry.declaration, opened["origin"], signatory, assertion.credential)
        if passkey is None or passkey.signatory != signatory or bound != named:
            raise altered("ledger.position", index=recorded.index)
        if passkey.enrolled.index > recorded.index or chronicle.revoked.get(assertion.credential, recorded.index) < (
            recorded.index
        ):
            raise altered("ledger.position", index=recorded.index)
        verify_assertion(
            assertion,
            challenge=statement.challenge,
            rp_id=cast("str", opened["rp_id"]),
            origins=cast("list[str]", opened["origins"]),
            credential=assertion.credential,
            public_key=passkey.public_key,
        )
