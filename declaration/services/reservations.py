"""Reservations and objections to them: where each stands, and the gestures that object and withdraw.

Declaring and modifying a reservation is taking a position (`positions`), and so is withdrawing one before the freeze.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from declaration.drafting.reservations import Life, Objection, protocol
from declaration.drafting.states import Phase
from declaration.errors import InputRefused, NotFound, NotPermitted, StateConflict
from declaration.ledger import forms
from declaration.ledger.entries import MAX_REASON
from declaration.render.numbering import clause_numbers
from declaration.services import gestures
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.signing.passkey import Assertion
from declaration.signing.statement import (
    Act,
    Named,
    Objecting,
    ObjectionWithdrawal,
    ReservationWithdrawal,
    Statement,
    build_named,
)
from declaration.store import queries
from declaration.store.record import Recorded, record
from declaration.store.reservations import reservations
from declaration.store.session import View
from declaration.store.values import Signatory

KINDS: Final = {
    Act.OBJECT: "objection.raised",
    Act.WITHDRAW_OBJECTION: "objection.withdrawn",
    Act.WITHDRAW_RESERVATION: "reservation.withdrawn",
}
"""The entry that records each act."""
_words = forms.text(MAX_REASON, lines=True)


@dataclass(frozen=True, slots=True)
class Held:
    """One reservation, as it stands and with everything that became of it.

    Args:
        life: its history and the objections to it.
        party: who made it.
        number: by which readers call its clause; empty where the version in force has none such.
        is_current: whether it stands, on the present words of its clause: such a one enters the annex.
        in_annex: whether the annex of the instrument in force holds it; frozen, it stays there when it is withdrawn.

    """

    life: Life
    party: Signatory
    number: str
    is_current: bool
    in_annex: bool

    def objection_of(self, signatory: str) -> Objection | None:
        """Return the objection of one signatory that is in force."""
        return next((line for line in self.life.standing() if line.signatory == signatory), None)


@dataclass(frozen=True, slots=True)
class Register:
    """Every reservation ever made, in the order of protocol.

    Args:
        lines: by clause, then by signatory.
        parties: everybody invited, by id.
        phase: of the declaration.

    """

    lines: tuple[Held, ...]
    parties: dict[str, Signatory]
    phase: Phase

    @property
    def standing(self) -> tuple[Held, ...]:
        """Those that are not withdrawn."""
        return tuple(line for line in self.lines if line.life.is_standing)

    @property
    def withdrawn(self) -> tuple[Held, ...]:
        """Those that are."""
        return tuple(line for line in self.lines if not line.life.is_standing)

    def contested(self) -> tuple[Held, ...]:
        """Return those to which somebody objects."""
        return tuple(line for line in self.standing if line.life.standing())


def register(session: View, declaration: str, *, clause: str | None = None, signatory: str | None = None) -> Register:
    """Return every reservation ever made, or those on one clause or by one signatory.

    Raises:
        NotFound: ``declaration.unknown``.

    """
    found = queries.declaration(session, declaration)
    parties = {party.id: party for party in queries.signatories(session, declaration)}
    lives = reservations(session, declaration, clause=clause, signatory=signatory)
    if not lives or found.version is None:
        return Register((), parties, found.phase)
    text = queries.version_text(session, declaration, found.version).text
    numbers = clause_numbers(text)
    present = {one.id: one.digest for one in text.clauses()}
    taken = {(line.position.signatory, line.position.clause): line for line in queries.positions(session, declaration)}
    instrument = queries.instrument(session, declaration)
    frozen = None if found.phase is Phase.DRAFTING or instrument is None else instrument.frozen
    rank = protocol(list(present), list(parties))
    lines = []
    for life in sorted(lives, key=lambda one: rank(one.clause, one.signatory)):
        stands = taken.get((life.signatory, life.clause))
        on_present = stands is not None and stands.position.is_on(present.get(life.clause))
        lines.append(
            Held(
                life,
                parties[life.signatory],
                numbers.get(life.clause, ""),
                life.is_standing and on_present,
                frozen is not None and on_present and _stood(life, frozen),
            )
        )
    return Register(tuple(lines), parties, found.phase)


def _stood(life: Life, entry: int) -> bool:
    """Whether a reservation stood when an entry was recorded."""
    ended = life.last.ended
    return life.last.began.entry < entry and (ended is None or ended.entry > entry)


def prepare(chancery: Chancery, actor: Actor, said: Named) -> bytes:
    """Return the statement that a signatory's passkey has to sign.

    Args:
        chancery: the service.
        actor: the signatory.
        said: an objection, or what is withdrawn.

    Raises:
        NotFound: ``reservation.unknown``; the signatory has no active passkey.
        NotPermitted: ``objection.own``.
        StateConflict: ``reservation.changed``, ``reservation.stale``, ``objection.given``, ``objection.none``,
            ``declaration.…``: nobody is asked for a gesture in vain.
        InputRefused: ``objection.words``, a text may not hold the reason.

    """
    if isinstance(said, Objecting):
        try:
            _words(said.reason, "The reason")
        except InputRefused as error:
            raise InputRefused("objection.words", error.message, hint="Write it without these characters.") from error
    with chancery.store.reading() as session:
        _require(session, actor, said)
        party = queries.signatory(session, actor.declaration, actor.subject)
        credential = queries.active_credential(session, actor.declaration, actor.subject).credential
    occasion = chancery.occasion(actor.declaration, party, credential)
    return gestures.give_out(chancery, build_named(occasion, said))


def confirm(chancery: Chancery, statement: bytes, assertion: Assertion) -> Recorded:
    """Record an objection or a withdrawal whose statement the signatory's passkey has signed.

    Raises:
        StateConflict: the reservation is another one now, or withdrawn; nothing is recorded.
        VerificationError: the assertion is not by the signatory's passkey over this statement.
        InputRefused: ``statement.act``, it is a statement of another kind.

    """
    act = Statement.parse(statement).act
    if act not in KINDS:
        raise InputRefused(
            "statement.act", "The statement is not about a reservation.", hint="Ask for a new statement."
        )
    parsed = gestures.authorised(chancery, statement, assertion, act)
    entry = chancery.entry(
        KINDS[act],
        parsed.declaration,
        by=parsed.signatory.id,
        body={
            "signatory": parsed.signatory.id,
            "statement": statement.decode(),
            "assertion": assertion.as_json(),
        },
    )
    with chancery.store.transaction() as session:
        return record(session, entry)


def _require(session: View, actor: Actor, said: Named) -> None:
    """Look first whether the act would be recorded; the record's own door judges it again."""
    author = actor.subject if isinstance(said, ReservationWithdrawal) else said.author
    if isinstance(said, Objecting) and author == actor.subject:
        raise NotPermitted(
            "objection.own", "Nobody objects to a reservation of their own.", hint="Withdraw the reservation instead."
        )
    found = register(session, actor.declaration, clause=said.clause, signatory=author)
    if isinstance(said, Objecting):
        _require_drafting(found.phase)
    line = _standing(found.lines, author, said)
    if isinstance(said, Objecting):
        _require_objectable(line, actor)
    elif isinstance(said, ObjectionWithdrawal):
        if line.objection_of(actor.subject) is None:
            raise StateConflict(
                "objection.none", "You have no objection to this reservation.", hint="There is nothing to withdraw."
            )
    elif found.phase is Phase.DRAFTING:
        raise StateConflict(
            "declaration.not-frozen",
            "The text is still being drafted: a new position withdraws a reservation.",
            hint="Take the position again, without the reservation.",
        )


def _require_drafting(phase: Phase) -> None:
    if phase is not Phase.DRAFTING:
        raise StateConflict(
            f"declaration.{phase}",
            "The text is frozen, and its annex with it: objections cannot be raised any more.",
            hint="Read the instrument, and sign it or decline.",
        )


def _require_objectable(line: Held, actor: Actor) -> None:
    if not line.is_current:
        raise StateConflict(
            "reservation.stale",
            "This reservation was made to former words of the clause.",
            hint="Wait until it is confirmed on the present words: as it is, it does not enter the annex.",
        )
    if line.objection_of(actor.subject) is not None:
        raise StateConflict(
            "objection.given", "You object to this reservation already.", hint="There is nothing to do."
        )


def _standing(lines: Sequence[Held], author: str, said: Named) -> Held:
    found = next((line for line in lines if line.life.is_standing), None)
    if found is None:
        raise NotFound(
            "reservation.unknown",
            f"“{author[:64]}” holds no reservation on the clause “{said.clause[:64]}”.",
            hint="Look at the reservations again: it may have been withdrawn.",
        )
    if found.life.last.reservation.content != said.reservation:
        raise StateConflict(
            "reservation.changed",
            "This reservation is another one now.",
            hint="Read it again, then decide again.",
        )
    return found
