"""What queries return: plain frozen values, never rows that are tied to a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from declaration.canonical import Json
from declaration.drafting.amendment import Amendment
from declaration.drafting.positions import Position
from declaration.drafting.states import AmendmentState, Phase
from declaration.ledger.entries import Entry


@dataclass(frozen=True, slots=True)
class Depositary:
    """The host city: who invites, decides, freezes, seals and publishes."""

    id: str
    name: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration as it stands.

    Args:
        id: its id.
        origin: of its ledger.
        rp_id: WebAuthn relying party id.
        origins: web origins from which assertions are accepted.
        depositary: the host city.
        languages: authentic languages, the drafting language first.
        phase: drafting, frozen or sealed.
        version: number of the current version, None before the first.
        frozen: index of the entry of the freeze in force, None while drafting.
        size: entries in its ledger.
        at: when it was opened.

    """

    id: str
    origin: str
    rp_id: str
    origins: tuple[str, ...]
    depositary: Depositary
    languages: tuple[str, ...]
    phase: Phase
    version: int | None
    frozen: int | None
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Drafter:
    """Who may table amendments; `entry` is the index of the admission."""

    id: str
    name: str
    entry: int


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who is invited to sign; `entry` is the index of the invitation."""

    id: str
    office: str
    name: str
    city: str
    native: str
    country: str
    entry: int

    def as_json(self) -> dict[str, Json]:
        """Return the signatory as rosters and invitations write it."""
        return {
            "id": self.id,
            "office": self.office,
            "name": self.name,
            "city": self.city,
            "native": self.native,
            "country": self.country,
        }


@dataclass(frozen=True, slots=True)
class Credential:
    """An enrolled passkey.

    Args:
        credential: its id, base64url.
        signatory: whose it is.
        public_key: SubjectPublicKeyInfo in DER, base64url.
        algorithm: COSE algorithm (-7).
        entry: index of the enrolment.
        at: when it was enrolled.
        revoked: index of the revocation, None while it is active.
        reason: why it was revoked.

    """

    credential: str
    signatory: str
    public_key: str
    algorithm: int
    entry: int
    at: datetime
    revoked: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """An adopted version; `document` and `carriage` name blobs."""

    number: int
    digest: str
    parent: str | None
    document: str
    carriage: str | None
    entry: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredAmendment:
    """An amendment and what became of it.

    Args:
        amendment: with the base and the changes as last carried.
        conflict: why it could not be carried to the current version; empty when it fits.
        state: tabled while it is open.
        document: blob of what its author (or, after a conflict, the depositary) last wrote.
        entry: index of the entry that tabled it.
        at: when it was tabled.
        revised: index of its last revision.
        decided: index of the entry that decided it.
        reason: of its rejection.
        upon: the amendment on which it was written last, whatever became of that; `amendment.amends` names it as long
            as the changes refer to it.

    """

    amendment: Amendment
    conflict: tuple[str, ...]
    state: AmendmentState
    document: str
    entry: int
    at: datetime
    revised: int | None
    decided: int | None
    reason: str | None
    upon: str | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the negotiation.

    Args:
        sponsors: how many must stand behind an amendment before it is tabled, its author among them.
        deadline: the last moment at which one is tabled, None for none.
        zone: name of the time zone in which the deadline was set (IANA); None without one.
        entry: index of the entry that set them; None where nobody has.

    """

    sponsors: int = 1
    deadline: datetime | None = None
    zone: str | None = None
    entry: int | None = None

    def is_over(self, at: datetime) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and at > self.deadline


@dataclass(frozen=True, slots=True)
class Support:
    """The last support of a drafter for an amendment.

    Args:
        amendment: its id.
        drafter: who gave it.
        content: digest of what was supported.
        entry: index of the entry that gave it, or that named the drafter as a sponsor.
        at: when it was given.
        stale: index of the entry by which the amendment said something else; None while it counts.
        withdrawn: index of the entry by which it was taken back; None while it counts.

    """

    amendment: str
    drafter: str
    content: str
    entry: int
    at: datetime
    stale: int | None
    withdrawn: int | None

    @property
    def counts(self) -> bool:
        """Whether it is given to what the amendment says now."""
        return self.stale is None and self.withdrawn is None


@dataclass(frozen=True, slots=True)
class StoredPosition:
    """The last position of a signatory on a clause, and the entry and version in which it was taken."""

    position: Position
    version: int
    entry: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Instrument:
    """A freeze.

    Args:
        frozen: index of its entry.
        version: digest of the frozen version.
        number: of the frozen version.
        instrument: SHA-256 of instrument.pdf, a blob.
        document: SHA-256 of declaration.json, a blob.
        roster: how many were invited.
        at: when.
        unfrozen: index of the entry that ended it, None while in force.
        reason: why it was ended.

    """

    frozen: int
    version: str
    number: int
    instrument: str
    document: str
    roster: int
    at: datetime
    unfrozen: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Signature:
    """A recorded signature; `evidence` names a blob, `voided` is the index of an unfreeze."""

    signatory: str
    frozen: int
    instrument: str
    credential: str
    evidence: str
    entry: int
    at: datetime
    voided: int | None


@dataclass(frozen=True, slots=True)
class Decline:
    """A recorded refusal to sign; `voided` is the index of an unfreeze."""

    signatory: str
    frozen: int
    instrument: str
    credential: str
    reason: str
    entry: int
    at: datetime
    voided: int | None


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a freeze; `edition` and `merged` name blobs."""

    frozen: int
    instrument: str
    edition: str
    merged: str
    signatures: int
    declined: int
    entry: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry of the ledger: its index, its value, its exact bytes and its leaf hash (32 bytes)."""

    index: int
    entry: Entry
    data: bytes
    leaf_hash: bytes
