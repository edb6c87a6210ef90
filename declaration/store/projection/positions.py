"""Positions: a signatory's yes, reservation or objection to the exact words of clauses of the current version."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, select

from declaration.canonical import Json
from declaration.drafting.positions import Position, Stance
from declaration.errors import InputRefused, StateConflict
from declaration.ledger import forms
from declaration.ledger.entries import MAX_REASON
from declaration.store.projection import reservations, statements
from declaration.store.projection.act import Act
from declaration.store.projection.current import current_digest
from declaration.store.tables import Clauses, Positions

_MEMBERS: Final = frozenset({"clause", "digest", "stance", "reservation"})
_WORDS: Final = forms.text(MAX_REASON, lines=True)


def positions_taken(act: Act) -> None:
    """Write the positions of a statement over the signatory's earlier ones on the same clauses.

    Raises:
        StateConflict: ``positions.version`` (the statement is about an earlier version), ``positions.stale`` (a
            clause has other words now); others as `statements.read`.
        InputRefused: ``positions.form``, ``positions.language``, ``positions.clause`` (no such clause),
            ``positions.twice``.

    """
    credential = statements.assertion_credential(act.object("assertion"))
    statements.active_credential(act, credential)
    statement = statements.read(act, act.text("statement"), deed="positions", credential=credential)
    if statement.get("version") != current_digest(act):
        raise StateConflict(
            "positions.version",
            "These positions were taken on another version of the text.",
            hint="Read the present version, then take them again.",
        )
    if (language := statement.get("language")) not in act.before.languages:
        raise InputRefused(
            "positions.language",
            "These positions were taken on words in a language that is not authentic.",
            hint=f"Read the text in one of these: {', '.join(act.before.languages)}.",
        )
    taken = _positions(act.text("signatory"), statement.get("positions"))
    _check_words(act, taken)
    reservations.follow(act, taken)
    mine = (Positions.declaration == act.declaration, Positions.signatory == act.text("signatory"))
    act.session.execute(delete(Positions).where(*mine, Positions.clause.in_([p.clause for p in taken])))
    act.add_all(
        Positions,
        [
            {
                "signatory": position.signatory,
                "clause": position.clause,
                "digest": position.clause_digest,
                "carried": None,
                "language": language,
                "version": act.before.version,
                "stance": position.stance.value,
                "reservation": position.reservation,
                "entry": act.index,
                "at": act.entry.at,
            }
            for position in taken
        ],
    )
    statements.use_nonce(act, statement)


def _positions(signatory: str, listed: Json) -> list[Position]:
    if not isinstance(listed, list) or not listed:
        raise _malformed("it takes no position")
    found: dict[str, Position] = {}
    for item in listed:
        if not isinstance(item, dict) or item.keys() != _MEMBERS:
            raise _malformed("a position has exactly the members clause, digest, stance and reservation")
        clause, digest, stance, reservation = (item[name] for name in ("clause", "digest", "stance", "reservation"))
        if not (isinstance(clause, str) and isinstance(digest, str) and isinstance(reservation, str | None)):
            raise _malformed("clause, digest and reservation are texts")
        if stance not in set(Stance):
            raise _malformed(f"{stance!r} is not a stance")
        if clause in found:
            raise InputRefused(
                "positions.twice",
                f"The statement takes two positions on the clause “{clause}”.",
                hint="Take one position a clause.",
            )
        if reservation is not None:
            _WORDS(reservation, f"statement.positions, clause {clause}")
        found[clause] = Position(signatory, clause, digest, Stance(str(stance)), reservation)
    return list(found.values())


def _malformed(why: str) -> InputRefused:
    return InputRefused(
        "positions.form", f"The statement's positions are malformed: {why}.", hint="Ask for a new statement."
    )


def _check_words(act: Act, taken: list[Position]) -> None:
    rows = act.session.execute(
        select(Clauses.clause, Clauses.digest).where(
            Clauses.declaration == act.declaration, Clauses.version == act.before.version
        )
    )
    present = {row.clause: row.digest for row in rows}
    for position in taken:
        if position.clause not in present:
            raise InputRefused(
                "positions.clause",
                f"The current version has no clause “{position.clause}”.",
                hint="Read the present version, then take the position again.",
            )
        if position.clause_digest != present[position.clause]:
            raise StateConflict(
                "positions.stale",
                f"The clause “{position.clause}” has other words now.",
                hint="Read the difference, then take the position again.",
            )
