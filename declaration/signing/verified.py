"""What verifying compares with, and what it returns: values that only `declaration.signing.verify` makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from declaration.ledger.note import Checkpoint
from declaration.signing.document import FrozenDocument
from declaration.signing.statement import Party, Signatory, Statement
from declaration.signing.timestamp import Timestamp


@dataclass(frozen=True, slots=True)
class FrozenInstrument:
    """What is signed: the digest of instrument.pdf, and what its declaration.json says.

    Args:
        digest: SHA-256 of instrument.pdf, in hexadecimal.
        document: read by `declaration.signing.document.read_document`.

    """

    digest: str
    document: FrozenDocument
    parties: Mapping[str, Party] = field(init=False, repr=False)
    signatories: Mapping[str, Signatory] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find parties by id from now on, also as statements name them."""
        object.__setattr__(self, "parties", {party.id: party for party in self.document.roster})
        object.__setattr__(self, "signatories", {party.id: party.signatory for party in self.document.roster})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a signature is compared with: proven by the ledger, or known to the server that will record it.

    Args:
        declaration: its id.
        ledger: origin of its ledger.
        rp_id: relying party id of its passkeys.
        origins: web origins of its passkeys.
        signatory: who signs.
        credential: their enrolled credential id, base64url.
        public_key: its SubjectPublicKeyInfo, DER, or the key that was loaded from it.
        version: digest of the frozen version.
        instrument: SHA-256 of instrument.pdf, in hexadecimal.
        document: SHA-256 of declaration.json, in hexadecimal.

    """

    declaration: str
    ledger: str
    rp_id: str
    origins: Sequence[str]
    signatory: Signatory
    credential: str
    public_key: bytes | EllipticCurvePublicKey
    version: str
    instrument: str
    document: str


@dataclass(frozen=True, slots=True)
class VerifiedEvidence:
    """A signature that passed steps 5 to 9.

    Args:
        statement: what the passkey authorised.
        certificate: of the ephemeral key.
        timestamp: when the signature existed.

    """

    statement: Statement
    certificate: x509.Certificate
    timestamp: Timestamp


@dataclass(frozen=True, slots=True)
class VerifiedAlone:
    """A CMS that passed steps 5 to 7: whether its key was the signatory's to use, nobody has shown.

    Args:
        signatory: whom its certificate names.
        timestamp: when the signature existed.

    """

    signatory: Signatory
    timestamp: Timestamp


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """A signature that passed steps 5 to 10.

    Args:
        signatory: who signed.
        at: by the timestamp.
        statement: what the passkey authorised.
        instrument: SHA-256 of the signed file, in hexadecimal.
        credential: credential id of the passkey, base64url.
        cms: SHA-256 of the CMS, in hexadecimal.
        index: of the entry ``signature.affixed``.
        enrolled: index of the entry ``credential.enrolled``.
        checkpoint: head of the ledger that covers it.

    """

    signatory: Signatory
    at: datetime
    statement: Statement
    instrument: str
    credential: str
    cms: str
    index: int
    enrolled: int
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class VerifiedDecline:
    """A decline that passed steps 8 to 10; members as in `VerifiedSignature`, `at` by the ledger's entry."""

    signatory: Signatory
    at: datetime
    reason: str
    statement: Statement
    instrument: str
    credential: str
    index: int
    enrolled: int
    checkpoint: Checkpoint
