"""Statements on their way to a passkey and back: each is given out once and used up before it is judged.

The service remembers only a digest. The device sends the statement back with the assertion, so nothing has to be kept
for a gesture that never comes, and nothing can be exchanged on the way.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from declaration.canonical import unb64u
from declaration.services.chancery import Chancery
from declaration.signing import passkey
from declaration.signing.passkey import Assertion
from declaration.signing.statement import Act, Statement
from declaration.store import challenges, queries

LIFETIME: Final = timedelta(minutes=10)
"""How long a statement waits for its gesture: reading comes before it is asked for."""


def give_out(chancery: Chancery, statement: bytes) -> bytes:
    """Remember that this statement may come back once, within `LIFETIME`; return it."""
    parsed = Statement.parse(statement)
    remember(chancery, parsed, purpose=str(parsed.act), secret=unb64u(parsed.nonce, what="The nonce"), what=statement)
    return statement


def remember(chancery: Chancery, statement: Statement, *, purpose: str, secret: bytes, what: bytes) -> None:
    """Remember that `what` may come back once for this purpose, from the statement's signatory."""
    with chancery.store.transaction() as session:
        challenges.issue(
            session,
            declaration=statement.declaration,
            purpose=purpose,
            signatory=statement.signatory.id,
            secret=secret,
            payload=what,
            now=chancery.now(),
            lifetime=LIFETIME,
        )


def use_up(chancery: Chancery, statement: Statement, *, purpose: str, secret: bytes, what: bytes) -> None:
    """Use up what `remember` remembered.

    Raises:
        NotFound: it was never given out.
        NotPermitted: it was given out for another signatory, purpose or content.
        StateConflict: it has been used, or is too old.

    """
    with chancery.store.transaction() as session:
        challenges.consume(
            session,
            declaration=statement.declaration,
            purpose=purpose,
            signatory=statement.signatory.id,
            secret=secret,
            payload=what,
            now=chancery.now(),
        )


def take_back(chancery: Chancery, statement: bytes, act: Act) -> Statement:
    """Read a statement that comes back for `act`, and use it up.

    Raises:
        InputRefused: it is no statement.
        NotFound, NotPermitted, StateConflict: as `use_up`.

    """
    parsed = Statement.parse(statement)
    secret = unb64u(parsed.nonce, what="The nonce")
    use_up(chancery, parsed, purpose=str(act), secret=secret, what=statement)
    return parsed


def authorised(chancery: Chancery, statement: bytes, assertion: Assertion, act: Act) -> Statement:
    """Take a statement back together with the assertion of its signatory's enrolled passkey.

    Raises:
        NotFound, NotPermitted, StateConflict: as `use_up`; or the signatory has no active passkey.
        VerificationError: the assertion is not by that passkey over this statement.

    """
    parsed = take_back(chancery, statement, act)
    with chancery.store.reading() as session:
        enrolled = queries.active_credential(session, parsed.declaration, parsed.signatory.id)
    passkey.verify_assertion(
        assertion,
        challenge=parsed.challenge,
        rp_id=chancery.site.rp_id,
        origins=chancery.site.origins,
        credential=enrolled.credential,
        public_key=unb64u(enrolled.public_key, what="The enrolled key"),
    )
    return parsed
