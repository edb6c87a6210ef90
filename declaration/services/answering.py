"""A signatory's own answer to the instrument: where it stands, whose statements they may bring, their receipt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from declaration.drafting.states import Phase
from declaration.errors import NotPermitted
from declaration.services import evidence
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.signing.statement import Statement
from declaration.store import checkpoints, queries
from declaration.store.session import View
from declaration.store.values import Credential, Declaration, Decline, Instrument, Signatory, Signature


class State(StrEnum):
    """Where a signatory's answer stands."""

    DRAFTING = "drafting"
    """There is nothing to sign yet."""
    WAITING = "waiting"
    """The instrument waits for the answer."""
    SIGNED = "signed"
    DECLINED = "declined"
    CLOSED = "closed"
    """The edition was sealed without an answer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a signatory's answer stands.

    Args:
        declaration: as it stands.
        party: the signatory.
        credential: their active passkey, None without one.
        instrument: in force, None while the text is being drafted.
        answer: given under it, None before.
        void: whether an unfreeze has ended an earlier answer of theirs.

    """

    declaration: Declaration
    party: Signatory
    credential: Credential | None
    instrument: Instrument | None
    answer: Signature | Decline | None
    void: bool

    @property
    def state(self) -> State:
        """In one word."""
        if self.answer is not None:
            return State.SIGNED if isinstance(self.answer, Signature) else State.DECLINED
        if self.instrument is None:
            return State.DRAFTING
        return State.CLOSED if self.declaration.phase is Phase.SEALED else State.WAITING


def standing(session: View, declaration: str, signatory: str) -> Standing:
    """Return where a signatory's answer stands.

    Raises:
        NotFound: ``declaration.unknown``, ``signatory.unknown``.

    """
    found = queries.declaration(session, declaration)
    passkeys = queries.credentials(session, declaration, signatory)
    ended = [one.frozen for one in queries.instruments(session, declaration) if one.unfrozen is not None]
    return Standing(
        declaration=found,
        party=queries.signatory(session, declaration, signatory),
        credential=next((item for item in passkeys if item.revoked is None), None),
        instrument=queries.instrument(session, declaration),
        answer=queries.answer(session, declaration, signatory),
        void=any(_answered(session, declaration, signatory, frozen) for frozen in ended),
    )


def _answered(session: View, declaration: str, signatory: str, frozen: int) -> bool:
    signed = any(item.signatory == signatory for item in queries.signatures(session, declaration, frozen))
    return signed or any(item.signatory == signatory for item in queries.declines(session, declaration, frozen))


def require_own(actor: Actor, statement: bytes) -> None:
    """Make sure that a statement which comes back is the caller's own, before it is used up.

    Raises:
        InputRefused: it is no statement.
        NotPermitted: ``statement.other``.

    """
    parsed = Statement.parse(statement)
    if (parsed.declaration, parsed.signatory.id) != (actor.declaration, actor.signatory):
        raise NotPermitted(
            "statement.other", "This statement is another signatory's.", hint="Ask for a statement of your own."
        )


def receipt(chancery: Chancery, declaration: str, signatory: str) -> bytes:
    """Return the bundle of a signatory's answer, up to the last checkpoint that was given out.

    Where none covers the answer yet, the present head is signed. After the seal it is the bundle in the edition.

    Raises:
        StateConflict: ``answer.missing``.

    """
    with chancery.store.reading() as session:
        answer = queries.answer(session, declaration, signatory)
        seal = queries.seal(session, declaration)
        note = checkpoints.latest(session, declaration, upto=None if seal is None else seal.entry)
        if answer is not None and note is not None and evidence.size_of(note) > answer.entry:
            return evidence.bundles_of(session, declaration, note, [answer])[0].encode()
    return evidence.receipt(chancery, declaration, signatory).encode()
