"""Step 10: what the ledger proves about one answer: relying party, passkey, frozen text, and the answer itself.

Each entry is proven to be in the ledger before a word of it is believed. What all bundles of one ledger share (the
checkpoint, the opening, the freeze) is remembered for the run of a verifier, by its exact bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from declaration.canonical import Json, digest, unb64u
from declaration.errors import VerificationError
from declaration.ledger.entries import Entry, Kind
from declaration.ledger.note import Checkpoint, VerifierKey, open_checkpoint
from declaration.ledger.proofs import Proven
from declaration.signing import p256
from declaration.signing.bundle import Bundle
from declaration.signing.chain import Links
from declaration.signing.judgement import altered, reading
from declaration.signing.passkey import Assertion, verify_assertion
from declaration.signing.statement import Act, Enrolment, Signatory, read_expected
from declaration.signing.trust import Trust

MAX_REMEMBERED: Final = 64
"""Checkpoints and shared entries remembered: a set of bundles has one or two, and a hostile one must fill no memory."""


@dataclass(slots=True)
class Memory:
    """What one run of a verifier has already verified; never kept longer than the run."""

    links: Links = field(default_factory=Links)
    checkpoints: dict[tuple[bytes, tuple[VerifierKey, ...]], Checkpoint] = field(default_factory=dict)
    shared: dict[tuple[Checkpoint, Proven], Entry] = field(default_factory=dict)

    def checkpoint(self, note: bytes, trust: Trust) -> Checkpoint:
        """Return the checkpoint of a signed note, verified once."""
        name = (note, trust.ledger_keys)
        found = self.checkpoints.get(name)
        if found is None:
            found = open_checkpoint(note, trust.ledger_keys)
            if len(self.checkpoints) >= MAX_REMEMBERED:
                self.checkpoints.clear()
            self.checkpoints[name] = found
        return found

    def entry(self, proven: Proven, checkpoint: Checkpoint, kind: Kind) -> Entry:
        """Return an entry that many bundles share, proven and read once."""
        found = self.shared.get((checkpoint, proven))
        if found is None:
            found = read_entry(proven, checkpoint, kind, parse=_parse_shared)
            if len(self.shared) >= MAX_REMEMBERED:
                self.shared.clear()
            self.shared[checkpoint, proven] = found
        if found.kind != kind:
            raise altered("ledger.kind", found=str(found.kind), expected=str(kind))
        return found


@dataclass(frozen=True, slots=True)
class Record:
    """The four entries of a bundle, proven and in order; see `read_record`."""

    checkpoint: Checkpoint
    opened: Entry
    enrolled: Entry
    frozen: Entry
    recorded: Entry

    @property
    def declaration(self) -> str:
        """Id of the declaration."""
        return self.opened.declaration

    @property
    def rp_id(self) -> str:
        """Relying party id."""
        return str(self.opened.body["rp_id"])

    @property
    def origins(self) -> tuple[str, ...]:
        """Web origins from which assertions are accepted."""
        return tuple(cast("list[str]", self.opened.body["origins"]))

    @property
    def signatory(self) -> str:
        """Id of who answered."""
        return str(self.recorded.body["signatory"])

    @property
    def credential(self) -> str:
        """Credential id of the enrolled passkey, base64url."""
        return str(self.enrolled.body["credential"])

    @property
    def public_key(self) -> bytes:
        """SubjectPublicKeyInfo of the enrolled passkey, DER."""
        return unb64u(str(self.enrolled.body["public_key"]), what="The enrolled key")

    @property
    def frozen_digests(self) -> tuple[str, str, str]:
        """Digests of the frozen version, of instrument.pdf, of declaration.json."""
        body = self.frozen.body
        return str(body["version"]), str(body["instrument"]), str(body["document"])

    def verify_enrolment(self, signatory: Signatory) -> EllipticCurvePublicKey:
        """Return the enrolled passkey's key, once it has proven possession: it asserted a statement that names itself.

        Args:
            signatory: as the roster names whose passkey it is.

        Raises:
            Altered: ``ledger.enrolment``.

        """
        body = self.enrolled.body
        public_key = self.public_key
        statement = read_expected(
            str(body["statement"]).encode(),
            Enrolment(digest(public_key)),
            declaration=self.declaration,
            ledger=self.checkpoint.origin,
            signatory=signatory,
            credential=self.credential,
        )
        if statement is None:
            raise altered("ledger.enrolment")
        try:
            with reading("assertion.key"):
                key = p256.load_key(public_key)
            verify_assertion(
                Assertion.of_entry(body["assertion"]),
                challenge=statement.challenge,
                rp_id=self.rp_id,
                origins=self.origins,
                credential=self.credential,
                public_key=key,
            )
        except VerificationError as error:
            raise altered("ledger.enrolment", detail=error.message) from error
        return key

    def require_answer(self, kind: Kind, *, credential: str, instrument: str, bound: Mapping[str, Json]) -> None:
        """Require that the recorded entry is exactly this answer.

        Args:
            kind: of the answer.
            credential: that asserted it.
            instrument: SHA-256 of the instrument answered, in hexadecimal.
            bound: further members that must be equal.

        Raises:
            Altered: ``ledger.kind``, ``ledger.credential``, ``ledger.instrument``, ``ledger.evidence``.

        """
        body = self.recorded.body
        if self.recorded.kind != kind:
            raise altered("ledger.kind", found=str(self.recorded.kind), expected=str(kind))
        if body.get("credential", credential) != credential:
            raise altered("ledger.credential")
        if body["instrument"] != instrument:
            raise altered("ledger.instrument")
        if any(body[name] != value for name, value in bound.items()):
            raise altered("ledger.evidence")


def read_record(bundle: Bundle, *, trust: Trust, memory: Memory) -> Record:
    """Prove and read the entries of a bundle.

    Args:
        bundle: of a signature or a decline.
        trust: with the ledger's keys.
        memory: of this run.

    Raises:
        Altered: ``ledger.checkpoint``, ``.signature``, ``.origin``, ``.inclusion``, ``.kind``, ``.order``,
            ``.declaration``, ``.signatory``.
        CannotBeVerified: ``ledger.unsigned``, ``ledger.entry``.

    """
    checkpoint = memory.checkpoint(bundle.checkpoint, trust)
    answer = Kind.SIGNATURE_AFFIXED if bundle.act is Act.SIGN else Kind.SIGNATURE_DECLINED
    record = Record(
        checkpoint=checkpoint,
        opened=memory.entry(bundle.opened, checkpoint, Kind.DECLARATION_OPENED),
        enrolled=read_entry(bundle.enrolled, checkpoint, Kind.CREDENTIAL_ENROLLED),
        frozen=memory.entry(bundle.frozen, checkpoint, Kind.INSTRUMENT_FROZEN),
        recorded=read_entry(bundle.recorded, checkpoint, answer),
    )
    opened, enrolled, frozen, recorded = bundle.opened, bundle.enrolled, bundle.frozen, bundle.recorded
    if opened.index != 0 or not opened.index < enrolled.index < recorded.index or not frozen.index < recorded.index:
        raise altered("ledger.order")
    if record.opened.body["origin"] != checkpoint.origin or any(
        entry.declaration != record.declaration for entry in (record.enrolled, record.frozen, record.recorded)
    ):
        raise altered("ledger.declaration")
    if record.enrolled.body["signatory"] != record.signatory:
        raise altered("ledger.signatory")
    return record


@lru_cache(maxsize=16)
def _parse_shared(data: bytes) -> Entry:
    """Read the form of an entry that all bundles of a ledger carry, once for its bytes; nothing is judged by it."""
    return Entry.parse(data)


def read_entry(
    proven: Proven, checkpoint: Checkpoint, kind: Kind, *, parse: Callable[[bytes], Entry] = Entry.parse
) -> Entry:
    """Prove that an entry is in the ledger, and read it; `parse` reads its form.

    Raises:
        Altered: ``ledger.inclusion``, ``ledger.kind``.
        CannotBeVerified: ``ledger.entry``.

    """
    proven.verify(checkpoint)
    with reading("ledger.entry", index=proven.index):
        entry = parse(proven.entry)
    if entry.kind != kind:
        raise altered("ledger.kind", found=str(entry.kind), expected=str(kind))
    return entry
