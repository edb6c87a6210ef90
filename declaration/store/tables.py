"""The tables. Those in `PROJECTED` follow from the ledger alone; the others are private to the service.

Every projected row carries the declaration's id first in its key, and the index of the entry that made it. Nothing
writes a projected table but `record`; `audit` rebuilds them all from the entries and compares.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from declaration.canonical import Json
from declaration.store.columns import Canonical, Moment

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints by convention, so that a migration can name what it changes on every database."""


class Base(DeclarativeBase):
    """Root of the typed tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: BigInteger, datetime: Moment}


def _of_declaration() -> Mapped[str]:
    return mapped_column(ForeignKey("declarations.declaration"), primary_key=True)


def _signatory() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["declaration", "signatory"], ["signatories.declaration", "signatories.signatory"])


def _freeze() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["declaration", "frozen"], ["instruments.declaration", "instruments.frozen"])


# The ledger itself


class Heads(Base):
    """One row a ledger: its size and frontier. Its lock is the lock on everything of the declaration."""

    __tablename__ = "heads"

    declaration: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    frontier: Mapped[bytes]
    """Hashes of the perfect subtrees, largest first, 32 bytes each: one for every 1 in the binary form of size."""


class Entries(Base):
    """One row a leaf: the entry's bytes as they were appended."""

    __tablename__ = "entries"

    declaration: Mapped[str] = mapped_column(ForeignKey("heads.declaration"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    leaf_hash: Mapped[bytes]
    data: Mapped[bytes]


class Tiles(Base):
    """The root of every full tile; the roots at one level are the hashes in the tiles one level up."""

    __tablename__ = "tiles"

    declaration: Mapped[str] = mapped_column(ForeignKey("heads.declaration"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    root: Mapped[bytes]


class Blobs(Base):
    """A text too long for an entry, named by its SHA-256."""

    __tablename__ = "blobs"

    declaration: Mapped[str] = mapped_column(ForeignKey("heads.declaration"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]


# The declaration and the people


class Declarations(Base):
    """One row a declaration: who keeps it, where it stands, which version is current."""

    __tablename__ = "declarations"
    __table_args__ = (
        UniqueConstraint("folded"),
        UniqueConstraint("origin"),
        CheckConstraint("phase IN ('drafting', 'frozen', 'sealed')", name="phase"),
    )

    declaration: Mapped[str] = mapped_column(ForeignKey("heads.declaration"), primary_key=True)
    folded: Mapped[str]
    """The id in lower case: two ids that differ in case only are one id."""
    origin: Mapped[str]
    rp_id: Mapped[str]
    origins: Mapped[list[str]] = mapped_column(Canonical)
    depositary: Mapped[str]
    depositary_name: Mapped[str]
    depositary_city: Mapped[str]
    depositary_country: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(Canonical)
    phase: Mapped[str]
    version: Mapped[int | None]
    """Number of the current version."""
    frozen: Mapped[int | None]
    """Index of the entry of the freeze in force, when frozen or sealed."""
    at: Mapped[datetime]


class Drafters(Base):
    """Who may table amendments."""

    __tablename__ = "drafters"
    __table_args__ = (UniqueConstraint("declaration", "folded"),)

    declaration: Mapped[str] = _of_declaration()
    drafter: Mapped[str] = mapped_column(primary_key=True)
    folded: Mapped[str]
    name: Mapped[str]
    entry: Mapped[int]


class Signatories(Base):
    """Who is invited to sign."""

    __tablename__ = "signatories"
    __table_args__ = (UniqueConstraint("declaration", "folded"),)

    declaration: Mapped[str] = _of_declaration()
    signatory: Mapped[str] = mapped_column(primary_key=True)
    folded: Mapped[str]
    office: Mapped[str]
    name: Mapped[str]
    city: Mapped[str]
    native: Mapped[str]
    country: Mapped[str]
    entry: Mapped[int]


class Credentials(Base):
    """A passkey's public key; active from its entry until it is revoked."""

    __tablename__ = "credentials"
    __table_args__ = (
        _signatory(),
        UniqueConstraint("declaration", "public_key"),
        Index(None, "declaration", "signatory"),
    )

    declaration: Mapped[str] = mapped_column(primary_key=True)
    credential: Mapped[str] = mapped_column(primary_key=True)
    signatory: Mapped[str]
    public_key: Mapped[str]
    algorithm: Mapped[int]
    entry: Mapped[int]
    at: Mapped[datetime]
    revoked: Mapped[int | None]
    reason: Mapped[str | None]


class Nonces(Base):
    """Nonces of statements already recorded: none is accepted twice."""

    __tablename__ = "nonces"

    declaration: Mapped[str] = _of_declaration()
    nonce: Mapped[str] = mapped_column(primary_key=True)
    entry: Mapped[int]


# The rules


class Rules(Base):
    """The rules of the negotiation, as they were set last; earlier ones stand in the ledger."""

    __tablename__ = "rules"

    declaration: Mapped[str] = _of_declaration()
    sponsors: Mapped[int]
    """How many must stand behind an amendment before it is tabled, its author among them."""
    deadline: Mapped[datetime | None]
    """The last moment at which an amendment is tabled, or NULL."""
    zone: Mapped[str | None]
    """Name of the time zone in which the deadline was set (IANA)."""
    entry: Mapped[int]
    at: Mapped[datetime]


# The text


class Versions(Base):
    """Adopted versions; their documents are blobs."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("declaration", "digest"),)

    declaration: Mapped[str] = _of_declaration()
    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    parent: Mapped[str | None]
    document: Mapped[str]
    carriage: Mapped[str | None]
    entry: Mapped[int]
    at: Mapped[datetime]


class Clauses(Base):
    """Which clauses a version has, in order, each by the digest of its texts in all languages."""

    __tablename__ = "clauses"
    __table_args__ = (ForeignKeyConstraint(["declaration", "version"], ["versions.declaration", "versions.number"]),)

    declaration: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(primary_key=True)
    section: Mapped[str]
    place: Mapped[int]
    """Place in the whole version, from 0."""
    digest: Mapped[str]


class Amendments(Base):
    """Every amendment ever tabled, with its changes as last carried."""

    __tablename__ = "amendments"
    __table_args__ = (
        UniqueConstraint("declaration", "folded"),
        Index(None, "declaration", "state"),
        Index(None, "declaration", "amends"),
        CheckConstraint("state IN ('tabled', 'withdrawn', 'adopted', 'adopted-as-modified', 'rejected')", name="state"),
    )

    declaration: Mapped[str] = _of_declaration()
    amendment: Mapped[str] = mapped_column(primary_key=True)
    folded: Mapped[str]
    author: Mapped[str]
    document: Mapped[str]
    """Blob of the amendment as its author (or, after a conflict, the depositary) last wrote it."""
    base: Mapped[str]
    """Digest of the version to which `changes` refer: the current one, unless the amendment is in conflict."""
    changes: Mapped[Json] = mapped_column(Canonical)
    conflict: Mapped[list[str] | None] = mapped_column(Canonical, nullable=True)
    """Why it could not be carried (a list of sentences), or NULL."""
    state: Mapped[str]
    entry: Mapped[int]
    at: Mapped[datetime]
    revised: Mapped[int | None]
    decided: Mapped[int | None]
    reason: Mapped[str | None]
    amends: Mapped[str | None]
    """The amendment that it changes: `changes` refer to the text as that one makes it. NULL once that is adopted."""
    alternative: Mapped[str | None]
    """The first of the alternatives to which it belongs, or NULL."""


class Supports(Base):
    """The last support of each drafter for each amendment; it counts until the amendment says something else."""

    __tablename__ = "supports"
    __table_args__ = (
        ForeignKeyConstraint(["declaration", "amendment"], ["amendments.declaration", "amendments.amendment"]),
    )

    declaration: Mapped[str] = mapped_column(primary_key=True)
    amendment: Mapped[str] = mapped_column(primary_key=True)
    drafter: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    """Digest of the content that was supported."""
    entry: Mapped[int]
    at: Mapped[datetime]
    """When it was given: before the entry, where the amendment was a draft then."""
    stale: Mapped[int | None]
    """Index of the entry by which the amendment said something else."""
    withdrawn: Mapped[int | None]
    """Index of the entry by which it was taken back."""


class Concordances(Base):
    """Words that were confirmed to say the same in another language as in the drafting language, once and for good."""

    __tablename__ = "concordances"

    declaration: Mapped[str] = _of_declaration()
    passage: Mapped[str] = mapped_column(primary_key=True)
    """``title``, ``section:ID`` or ``clause:ID``."""
    language: Mapped[str] = mapped_column(primary_key=True)
    drafting: Mapped[str] = mapped_column(primary_key=True)
    """Digest of the words in the drafting language."""
    words: Mapped[str] = mapped_column(primary_key=True)
    """Digest of the words in `language`."""
    version: Mapped[int]
    entry: Mapped[int]
    at: Mapped[datetime]


class Positions(Base):
    """The last position of each signatory on each clause; earlier ones stand in the ledger."""

    __tablename__ = "positions"
    __table_args__ = (_signatory(),)

    declaration: Mapped[str] = mapped_column(primary_key=True)
    signatory: Mapped[str] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """Of the clause as it was read."""
    carried: Mapped[str | None]
    """Of the clause as concordance corrections have mended it since, about which this signatory need not be asked."""
    language: Mapped[str | None]
    """In which it was read."""
    version: Mapped[int]
    stance: Mapped[str]
    reservation: Mapped[str | None]
    entry: Mapped[int]
    at: Mapped[datetime]


class Reservations(Base):
    """Every reservation ever made, one row for each content: how it read from one entry of the ledger to another."""

    __tablename__ = "reservations"
    __table_args__ = (_signatory(), Index(None, "declaration", "signatory"), Index(None, "declaration", "clause"))

    declaration: Mapped[str] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(primary_key=True)
    signatory: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str]
    """Of the clause as it was read."""
    words: Mapped[str]
    content: Mapped[str]
    """Digest of signatory, clause, digest and words."""
    step: Mapped[str]
    """How it began: declared, renewed or modified."""
    at: Mapped[datetime]
    ended: Mapped[int | None]
    """Index of the entry that withdrew it or put another in its place, or NULL."""
    ended_at: Mapped[datetime | None]


class Objections(Base):
    """Every objection ever raised to a reservation."""

    __tablename__ = "objections"
    __table_args__ = (_signatory(), Index(None, "declaration", "author", "clause"))

    declaration: Mapped[str] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(primary_key=True)
    signatory: Mapped[str]
    author: Mapped[str]
    """Whose reservation it is."""
    clause: Mapped[str]
    content: Mapped[str]
    """Digest of the reservation to which it was raised."""
    reason: Mapped[str]
    at: Mapped[datetime]
    ended: Mapped[int | None]
    """Index of the entry that withdrew it, or by which it lapsed with the reservation, or NULL."""
    ended_at: Mapped[datetime | None]
    withdrawn: Mapped[int | None]
    """The same index where it was withdrawn."""


# The instrument


class Instruments(Base):
    """One row a freeze, keyed by the index of its entry: the same text may be frozen again after an unfreeze."""

    __tablename__ = "instruments"

    declaration: Mapped[str] = _of_declaration()
    frozen: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str]
    number: Mapped[int]
    instrument: Mapped[str]
    document: Mapped[str]
    roster: Mapped[int]
    at: Mapped[datetime]
    unfrozen: Mapped[int | None]
    reason: Mapped[str | None]


class Signatures(Base):
    """One row a signature of one freeze; `voided` holds the index of the unfreeze that voided it."""

    __tablename__ = "signatures"
    __table_args__ = (_freeze(), _signatory())

    declaration: Mapped[str] = mapped_column(primary_key=True)
    frozen: Mapped[int] = mapped_column(primary_key=True)
    signatory: Mapped[str] = mapped_column(primary_key=True)
    instrument: Mapped[str]
    credential: Mapped[str]
    evidence: Mapped[str]
    entry: Mapped[int]
    at: Mapped[datetime]
    voided: Mapped[int | None]


class Declines(Base):
    """One row a refusal to sign, of one freeze."""

    __tablename__ = "declines"
    __table_args__ = (_freeze(), _signatory())

    declaration: Mapped[str] = mapped_column(primary_key=True)
    frozen: Mapped[int] = mapped_column(primary_key=True)
    signatory: Mapped[str] = mapped_column(primary_key=True)
    instrument: Mapped[str]
    credential: Mapped[str]
    reason: Mapped[str]
    entry: Mapped[int]
    at: Mapped[datetime]
    voided: Mapped[int | None]


class Seals(Base):
    """The seal of a freeze: at most one."""

    __tablename__ = "seals"
    __table_args__ = (_freeze(),)

    declaration: Mapped[str] = mapped_column(primary_key=True)
    frozen: Mapped[int] = mapped_column(primary_key=True)
    instrument: Mapped[str]
    edition: Mapped[str]
    merged: Mapped[str]
    signatures: Mapped[int]
    declined: Mapped[int]
    entry: Mapped[int]
    at: Mapped[datetime]


# Private to the service: not projected, not audited


class Challenges(Base):
    """One-time secrets given out, by their digest only, and for what each may be used once."""

    __tablename__ = "challenges"
    __table_args__ = (Index(None, "expires"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    declaration: Mapped[str]
    purpose: Mapped[str]
    signatory: Mapped[str]
    payload: Mapped[str]
    issued: Mapped[datetime]
    expires: Mapped[datetime]
    consumed: Mapped[datetime | None]


class IdempotencyKeys(Base):
    """Which entry a caller's key stands for, so that a repeated request is answered and not recorded twice."""

    __tablename__ = "idempotency_keys"

    declaration: Mapped[str] = mapped_column(ForeignKey("heads.declaration"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    by: Mapped[str]
    subject: Mapped[str]
    entry: Mapped[int]


class Checkpoints(Base):
    """Signed tree heads that were given out: whatever they cover can never be taken back."""

    __tablename__ = "checkpoints"

    declaration: Mapped[str] = mapped_column(ForeignKey("heads.declaration"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


PROJECTED: Final[tuple[type[Base], ...]] = (
    Heads,
    Entries,
    Tiles,
    Blobs,
    Declarations,
    Drafters,
    Signatories,
    Credentials,
    Nonces,
    Rules,
    Versions,
    Clauses,
    Amendments,
    Supports,
    Concordances,
    Positions,
    Reservations,
    Objections,
    Instruments,
    Signatures,
    Declines,
    Seals,
)
"""Every table that follows from the ledger, parents first."""
