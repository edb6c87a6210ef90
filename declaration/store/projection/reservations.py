"""Reservations, and objections to them: each begins with one entry of the ledger and ends with another.

A reservation is declared, modified or withdrawn by the positions of its author; once the text is frozen, only an entry
of its own withdraws it. An objection names the content of the reservation to which it is raised, and lapses with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import select, update

from declaration.canonical import Json
from declaration.drafting.positions import Position, Stance
from declaration.drafting.reservations import Reservation, reservation_of, step
from declaration.errors import NotFound, NotPermitted, StateConflict
from declaration.ledger import forms
from declaration.ledger.entries import MAX_REASON
from declaration.store.ask import given
from declaration.store.projection import statements
from declaration.store.projection.act import Act
from declaration.store.tables import Clauses, Objections, Positions, Reservations

_STANDING: Final = select(
    Reservations.signatory, Reservations.clause, Reservations.digest, Reservations.words, Reservations.content
).where(
    Reservations.declaration == given("declaration"),
    Reservations.signatory == given("signatory"),
    Reservations.ended.is_(None),
)
_CLAUSE: Final = select(Clauses.digest).where(
    Clauses.declaration == given("declaration"),
    Clauses.version == given("version"),
    Clauses.clause == given("clause"),
)
_POSITION: Final = select(Positions.digest, Positions.carried).where(
    Positions.declaration == given("declaration"),
    Positions.signatory == given("signatory"),
    Positions.clause == given("clause"),
)
_OBJECTION: Final = select(Objections.entry).where(
    Objections.declaration == given("declaration"),
    Objections.signatory == given("signatory"),
    Objections.author == given("author"),
    Objections.clause == given("clause"),
    Objections.content == given("content"),
    Objections.ended.is_(None),
)
_NAMED: Final = {"author": forms.identifier, "clause": forms.identifier, "reservation": forms.digest}
_OBJECT: Final = {**_NAMED, "reason": forms.text(MAX_REASON, lines=True)}
_WITHDRAW: Final = {"clause": forms.identifier, "reservation": forms.digest}


def follow(act: Act, taken: Sequence[Position]) -> None:
    """Write what positions do with the reservations of the signatory who takes them; each on another clause.

    Args:
        act: which takes them.
        taken: the positions, checked before.

    """
    before = _standing(act, act.text("signatory"))
    ended: list[str] = []
    begun = []
    for position in taken:
        after = reservation_of(position)
        done = step(before.get(position.clause), after)
        if done is None:
            continue
        if position.clause in before:
            ended.append(position.clause)
        if after is not None:
            begun.append(
                {
                    "entry": act.index,
                    "clause": after.clause,
                    "signatory": after.signatory,
                    "version": act.before.version,
                    "digest": after.clause_digest,
                    "words": after.words,
                    "content": after.content,
                    "step": done.value,
                    "at": act.entry.at,
                    "ended": None,
                    "ended_at": None,
                }
            )
    _end(act, ended)
    act.add_all(Reservations, begun)


def reservation_withdrawn(act: Act) -> None:
    """Withdraw a reservation when positions cannot be taken any more: what is left of the position is a plain yes.

    Raises:
        NotFound, StateConflict: ``reservation.unknown``, ``reservation.changed``.
        NotPermitted, InputRefused, StateConflict: as `statements.read`.

    """
    statement, said = _read(act, "withdraw-reservation", _WITHDRAW)
    _named(act, act.text("signatory"), said)
    _end(act, [said["clause"]])
    act.session.execute(
        update(Positions)
        .where(
            Positions.declaration == act.declaration,
            Positions.signatory == act.text("signatory"),
            Positions.clause == said["clause"],
        )
        .values(stance=Stance.ACCEPT.value, reservation=None, entry=act.index, at=act.entry.at)
    )
    statements.use_nonce(act, statement)


def objection_raised(act: Act) -> None:
    """Object to the reservation of another signatory, as it reads now and to the present words of its clause.

    Raises:
        NotPermitted: ``objection.own``.
        NotFound, StateConflict: ``reservation.unknown``, ``reservation.changed``, ``reservation.stale``,
            ``objection.given``.
        NotPermitted, InputRefused, StateConflict: as `statements.read`.

    """
    statement, said = _read(act, "object", _OBJECT)
    if said["author"] == act.text("signatory"):
        raise NotPermitted(
            "objection.own", "Nobody objects to a reservation of their own.", hint="Withdraw the reservation instead."
        )
    reservation = _named(act, said["author"], said)
    _require_present(act, reservation)
    if _objection(act, said) is not None:
        raise StateConflict(
            "objection.given",
            f"“{act.text('signatory')}” objects to this reservation already.",
            hint="There is nothing to do.",
        )
    act.add(
        Objections,
        entry=act.index,
        signatory=act.text("signatory"),
        author=said["author"],
        clause=said["clause"],
        content=said["reservation"],
        reason=said["reason"],
        at=act.entry.at,
        ended=None,
        ended_at=None,
        withdrawn=None,
    )
    statements.use_nonce(act, statement)


def objection_withdrawn(act: Act) -> None:
    """Withdraw an objection that stands.

    Raises:
        StateConflict: ``objection.none``.
        NotPermitted, InputRefused, StateConflict: as `statements.read`.

    """
    statement, said = _read(act, "withdraw-objection", _NAMED)
    entry = _objection(act, said)
    if entry is None:
        raise StateConflict(
            "objection.none",
            f"“{act.text('signatory')}” has no objection to this reservation.",
            hint="Look at the reservation again: it may have been withdrawn or modified.",
        )
    act.session.execute(
        update(Objections)
        .where(Objections.declaration == act.declaration, Objections.entry == entry)
        .values(ended=act.index, ended_at=act.entry.at, withdrawn=act.index)
    )
    statements.use_nonce(act, statement)


def _read(act: Act, deed: str, added: dict[str, forms.Form]) -> tuple[dict[str, Json], dict[str, str]]:
    """Return a statement by the signatory's active passkey, and the members that its act adds, all of them texts."""
    credential = statements.assertion_credential(act.object("assertion"))
    statements.active_credential(act, credential)
    statement = statements.read(act, act.text("statement"), deed=deed, credential=credential)
    said = {name: value for name, value in statement.items() if name not in statements.COMMON}
    forms.members(added)(said, "statement")
    return statement, {name: str(value) for name, value in said.items()}


def _standing(act: Act, signatory: str) -> dict[str, Reservation]:
    """Return the reservations that a signatory holds, by clause."""
    rows = act.ask(_STANDING, signatory=signatory)
    return {row.clause: Reservation(row.signatory, row.clause, row.digest, row.words) for row in rows}


def _named(act: Act, author: str, said: dict[str, str]) -> Reservation:
    found = _standing(act, author).get(said["clause"])
    if found is None:
        raise NotFound(
            "reservation.unknown",
            f"“{author}” holds no reservation on the clause “{said['clause']}”.",
            hint="Look at the reservations again: it may have been withdrawn.",
        )
    if found.content != said["reservation"]:
        raise StateConflict(
            "reservation.changed",
            f"The reservation of “{author}” on the clause “{said['clause']}” is another one now.",
            hint="Read it again, then decide again.",
        )
    return found


def _require_present(act: Act, reservation: Reservation) -> None:
    """Make sure that a reservation is made to the present words of its clause."""
    digest = act.ask(_CLAUSE, version=act.before.version, clause=reservation.clause).scalar()
    position = act.ask(_POSITION, signatory=reservation.signatory, clause=reservation.clause).one_or_none()
    if digest is None or position is None or digest not in {position.digest, position.carried}:
        raise StateConflict(
            "reservation.stale",
            f"The reservation of “{reservation.signatory}” was made to former words of “{reservation.clause}”.",
            hint="Wait until it is confirmed on the present words: as it is, it does not enter the annex.",
        )


def _objection(act: Act, said: dict[str, str]) -> int | None:
    """Return the entry of the signatory's own objection that stands against the reservation named."""
    return act.ask(
        _OBJECTION,
        signatory=act.text("signatory"),
        author=said["author"],
        clause=said["clause"],
        content=said["reservation"],
    ).scalar()


def _end(act: Act, clauses: Collection[str]) -> None:
    """End the signatory's reservations on these clauses; the objections to them lapse."""
    if not clauses:
        return
    end = {"ended": act.index, "ended_at": act.entry.at}
    mine = act.text("signatory")
    for table, owner in ((Reservations, Reservations.signatory), (Objections, Objections.author)):
        act.session.execute(
            update(table)
            .where(
                table.declaration == act.declaration, owner == mine, table.clause.in_(clauses), table.ended.is_(None)
            )
            .values(**end)
        )
