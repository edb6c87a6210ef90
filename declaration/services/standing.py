"""Who stands where: positions on the version in force, answers to the instrument, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from declaration.canonical import digest
from declaration.drafting import positions
from declaration.drafting.positions import Matrix
from declaration.services import evidence, reading
from declaration.services.reading import Part
from declaration.signing.bundle import Evidence
from declaration.store import checkpoints, queries
from declaration.store.session import View
from declaration.store.values import Credential, Decline, Instrument, Seal, Signatory, Signature, StoredPosition


@dataclass(frozen=True, slots=True)
class Standing:
    """Positions on the version in force.

    Args:
        number: of that version.
        parts: its text.
        parties: by id, in the order of their invitation.
        matrix: who stands where.
        taken: when and on which version, by (signatory, clause).

    """

    number: int
    parts: tuple[Part, ...]
    parties: Mapping[str, Signatory]
    matrix: Matrix
    taken: Mapping[tuple[str, str], StoredPosition]


def standing(session: View, declaration: str) -> Standing:
    """Return who stands where on the version in force.

    Raises:
        NotFound: ``version.none``.

    """
    version = queries.current_version(session, declaration)
    parties = {party.id: party for party in queries.signatories(session, declaration)}
    taken = {(line.position.signatory, line.position.clause): line for line in queries.positions(session, declaration)}
    matrix = positions.matrix(version.text, list(parties), [line.position for line in taken.values()])
    return Standing(version.number, reading.parts(version.text), parties, matrix, taken)


@dataclass(frozen=True, slots=True)
class Roll:
    """Everybody who is invited, with their answer to the instrument in force.

    Args:
        parties: in the order of their invitation.
        answers: by signatory, the signature or the refusal.
        enrolled: ids of those who have an active passkey.

    """

    parties: tuple[Signatory, ...]
    answers: Mapping[str, Signature | Decline]
    enrolled: frozenset[str]

    @property
    def signed(self) -> int:
        """How many have signed."""
        return sum(isinstance(answer, Signature) for answer in self.answers.values())

    @property
    def declined(self) -> int:
        """How many have declined."""
        return len(self.answers) - self.signed

    @property
    def waiting(self) -> int:
        """How many have not answered."""
        return len(self.parties) - len(self.answers)

    def state(self, signatory: str) -> str:
        """Return ``signed``, ``declined`` or ``waiting``."""
        answer = self.answers.get(signatory)
        if answer is None:
            return "waiting"
        return "signed" if isinstance(answer, Signature) else "declined"

    def latest(self, count: int) -> tuple[Signature | Decline, ...]:
        """Return the last answers, the newest first."""
        return tuple(sorted(self.answers.values(), key=lambda answer: -answer.entry)[:count])


def roll(session: View, declaration: str) -> Roll:
    """Return everybody who is invited, with their answer to the instrument in force."""
    given: tuple[Signature | Decline, ...] = (
        *queries.signatures(session, declaration),
        *queries.declines(session, declaration),
    )
    enrolled = frozenset(c.signatory for c in queries.credentials(session, declaration) if c.revoked is None)
    return Roll(
        parties=queries.signatories(session, declaration),
        answers={answer.signatory: answer for answer in given},
        enrolled=enrolled,
    )


@dataclass(frozen=True, slots=True)
class Testimony:
    """One signatory's answer, and what it rests on.

    Args:
        party: who.
        answer: to the instrument in force, None before.
        instrument: that instrument, None while the text is being drafted.
        credential: the passkey that authorised it, or, before an answer, the active one.
        seal: of the edition, None before.
        drawn: the drawn signature (SVG), if one was drawn.
        bundle: digest of the bundle as the sealed edition prints it; None before the seal.
        proven: whether a checkpoint covers the answer, so that a bundle can be had.
        void: answers that an unfreeze has ended.

    """

    party: Signatory
    answer: Signature | Decline | None
    instrument: Instrument | None
    credential: Credential | None
    seal: Seal | None
    drawn: bytes | None
    bundle: str | None
    proven: bool
    void: tuple[Signature | Decline, ...]

    @property
    def state(self) -> str:
        """``signed``, ``declined`` or ``waiting``."""
        if self.answer is None:
            return "waiting"
        return "signed" if isinstance(self.answer, Signature) else "declined"


def testimony(session: View, declaration: str, signatory: str) -> Testimony:
    """Return one signatory's answer.

    Raises:
        NotFound: ``signatory.unknown``.

    """
    party = queries.signatory(session, declaration, signatory)
    answer = queries.answer(session, declaration, signatory)
    seal = queries.seal(session, declaration)
    passkeys = queries.credentials(session, declaration, signatory)
    used = None if answer is None else answer.credential
    return Testimony(
        party=party,
        answer=answer,
        instrument=queries.instrument(session, declaration),
        credential=next((c for c in passkeys if c.credential == used or (used is None and c.revoked is None)), None),
        seal=seal,
        drawn=_drawn(session, declaration, answer),
        bundle=None if seal is None or answer is None else _printed(session, declaration, answer, seal),
        proven=answer is not None and checkpoints.covered(session, declaration) > answer.entry,
        void=_void(session, declaration, signatory),
    )


def _drawn(session: View, declaration: str, answer: Signature | Decline | None) -> bytes | None:
    if not isinstance(answer, Signature):
        return None
    return Evidence.parse(queries.blob(session, declaration, answer.evidence)).drawn


def _printed(session: View, declaration: str, answer: Signature | Decline, seal: Seal) -> str | None:
    """Return the digest of the bundle with proofs up to the checkpoint that the sealed edition carries."""
    note = checkpoints.latest(session, declaration, upto=seal.entry)
    if note is None or evidence.size_of(note) <= answer.entry:
        return None
    return digest(evidence.bundles_of(session, declaration, note, [answer])[0].encode())


def _void(session: View, declaration: str, signatory: str) -> tuple[Signature | Decline, ...]:
    ended = [one.frozen for one in queries.instruments(session, declaration) if one.unfrozen is not None]
    former: list[Signature | Decline] = []
    for frozen in ended:
        former += queries.signatures(session, declaration, frozen)
        former += queries.declines(session, declaration, frozen)
    return tuple(answer for answer in former if answer.signatory == signatory)
