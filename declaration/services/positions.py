"""Taking positions clause by clause: the service writes the statement, the signatory's passkey confirms it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from declaration.canonical import digest, encode
from declaration.drafting.positions import Matrix, Position, Stance, matrix
from declaration.drafting.states import Phase
from declaration.errors import InputRefused, NotFound, StateConflict
from declaration.ledger import forms
from declaration.ledger.entries import MAX_REASON
from declaration.services import gestures
from declaration.services.chancery import Chancery
from declaration.signing.passkey import Assertion
from declaration.signing.statement import MAX_POSITIONS, Act, PositionLine, build_positions
from declaration.store import queries
from declaration.store.record import Recorded, record
from declaration.store.session import View

BATCH: Final = min(MAX_POSITIONS, 150)
"""Positions in one statement: a screen that a person can still read before the gesture."""
ROOM: Final = 45_000
"""Bytes of the positions of one statement as they stand, escaped twice, in an entry: what is left beside the longest
assertion. One position, with the longest reservation, has at most 17,000."""
_words = forms.text(MAX_REASON, lines=True)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a signatory chose for a clause."""

    stance: Stance
    reservation: str | None = None


def batches(choices: Mapping[str, Chosen]) -> Iterator[Mapping[str, Chosen]]:
    """Yield the choices in parts that each fit into one statement, and its entry, in their order."""
    part: dict[str, Chosen] = {}
    room = ROOM
    for clause, chosen in choices.items():
        line = PositionLine(clause, digest(b""), str(chosen.stance), chosen.reservation)
        size = len(encode(encode(line._asdict()).decode()))
        if part and (len(part) == BATCH or size > room):
            yield part
            part, room = {}, ROOM
        part[clause] = chosen
        room -= size
    if part:
        yield part


def require_drafting(session: View, declaration: str) -> None:
    """Make sure that positions can be taken.

    Raises:
        NotFound: ``declaration.unknown``.
        StateConflict: ``declaration.frozen``, ``declaration.sealed``.

    """
    match queries.declaration(session, declaration).phase:
        case Phase.FROZEN:
            raise StateConflict(
                "declaration.frozen",
                "The text is frozen: positions cannot be taken any more.",
                hint="Read the instrument, and sign it or decline.",
            )
        case Phase.SEALED:
            raise StateConflict(
                "declaration.sealed",
                "The declaration is sealed: positions cannot be taken any more.",
                hint="Read the signed edition; nothing can be changed any more.",
            )


def check(signatory: str, clause: str, digest: str, chosen: Chosen) -> None:
    """Make sure that a stance and its words fit each other, and that a text may hold the words.

    Raises:
        InputRefused: ``position.reservation-missing``, ``position.reservation-stray``, ``position.words``.

    """
    Position(signatory, clause, digest, chosen.stance, chosen.reservation)
    if chosen.reservation is None:
        return
    try:
        _words(chosen.reservation, "The reservation")
    except InputRefused as error:
        raise InputRefused("position.words", error.message, hint="Write it without these characters.") from error


def prepare(
    chancery: Chancery, declaration: str, signatory: str, choices: Mapping[str, Chosen], *, language: str | None = None
) -> tuple[bytes, ...]:
    """Return statements that bind the choices to the present words of their clauses, for the passkey to sign.

    Args:
        chancery: the service.
        declaration: its id.
        signatory: who chooses.
        choices: by clause id; one statement for each of their `batches`.
        language: in which the text was read; None is the drafting language.

    Raises:
        NotFound: a clause is not in the version in force, or the signatory has no active passkey.
        StateConflict: ``declaration.frozen``, ``declaration.sealed``: nobody is asked for a gesture in vain.
        InputRefused: ``position.*``, as `check`; ``positions.language``.

    """
    with chancery.store.reading() as session:
        require_drafting(session, declaration)
        version = queries.current_version(session, declaration)
        party = queries.signatory(session, declaration, signatory)
        credential = queries.active_credential(session, declaration, signatory).credential
    language = language or version.text.languages[0]
    if language not in version.text.languages:
        raise InputRefused(
            "positions.language",
            f"“{language[:40]}” is not an authentic language of this text.",
            hint=f"Read it in one of these: {', '.join(version.text.languages)}.",
        )
    digests = {clause.id: clause.digest for clause in version.text.clauses()}
    for clause, chosen in choices.items():
        if clause not in digests:
            raise NotFound(
                "clause.unknown",
                f"Version {version.number} has no clause “{clause}”.",
                hint="Choose among the clauses of the version in force.",
            )
        check(signatory, clause, digests[clause], chosen)
    statements = [
        build_positions(
            chancery.occasion(declaration, party, credential),
            version=version.digest,
            language=language,
            positions=[
                PositionLine(clause, digests[clause], str(c.stance), c.reservation) for clause, c in part.items()
            ],
        )
        for part in batches(choices)
    ]
    return tuple(gestures.give_out(chancery, statement) for statement in statements)


def confirm(chancery: Chancery, statement: bytes, assertion: Assertion) -> Recorded:
    """Record positions whose statement the signatory's passkey has signed.

    Raises:
        StateConflict: the text has changed since, or is frozen; nothing is recorded.
        VerificationError: the assertion is not by the signatory's passkey over this statement.

    """
    parsed = gestures.authorised(chancery, statement, assertion, Act.POSITIONS)
    entry = chancery.entry(
        "positions.taken",
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


def acceptance(chancery: Chancery, declaration: str) -> Matrix:
    """Return who stands where on the version in force, stale positions marked."""
    with chancery.store.reading() as session:
        version = queries.current_version(session, declaration)
        signatories = [party.id for party in queries.signatories(session, declaration)]
        return matrix(version.text, signatories, [p.position for p in queries.positions(session, declaration)])
