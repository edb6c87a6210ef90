"""The chancery: everything a use case needs, put together once by an entry point.

Use cases are functions that take a chancery first. It holds the adapters (store, keys, timestamp authority) and the two
things that must come from outside to keep the rest testable: the clock and the source of randomness.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509

from declaration.canonical import Json
from declaration.ledger.entries import Entry
from declaration.signing.keystore import KeySet
from declaration.signing.statement import NONCE, Occasion, Party
from declaration.signing.timestamp import TimestampAuthority
from declaration.signing.trust import Trust
from declaration.store.session import Store
from declaration.store.values import Signatory


@dataclass(frozen=True, slots=True)
class Site:
    """Where the service lives: what passkeys and ledger origins are bound to.

    Args:
        rp_id: the WebAuthn relying party id, a domain name.
        origins: the exact web origins from which assertions are accepted.
        host: the first part of every ledger origin.

    """

    rp_id: str
    origins: tuple[str, ...]
    host: str

    def ledger_origin(self, declaration: str) -> str:
        """Return the origin line of a declaration's checkpoints (C2SP tlog-checkpoint)."""
        return f"{self.host}/{declaration}"


@dataclass(frozen=True, slots=True)
class Chancery:
    """The composition of one running service.

    Args:
        store: the database and its one door.
        keys: issuing, seal and ledger keys.
        timestamps: an RFC 3161 authority, embedded or remote.
        site: passkey and ledger names.
        clock: gives the present moment, timezone-aware.
        random: gives that many unpredictable bytes.
        timestamp_root: anchor of a remote timestamp authority; None for the embedded one.
        secret: under which invitations, sessions and tokens are kept; None where nobody comes in.

    """

    store: Store
    keys: KeySet
    timestamps: TimestampAuthority
    site: Site
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    timestamp_root: x509.Certificate | None = None
    secret: bytes | None = None

    def now(self) -> datetime:
        """Return the present moment in UTC, in whole seconds as entries and statements carry it."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def occasion(self, declaration: str, signatory: Signatory, credential: str) -> Occasion:
        """Return what every statement of this moment says beside its act, with a fresh nonce."""
        return Occasion(
            declaration=declaration,
            ledger=self.site.ledger_origin(declaration),
            party=party_of(signatory),
            credential=credential,
            nonce=self.random(NONCE),
            at=self.now(),
        )

    def entry(self, kind: str, declaration: str, *, by: str, body: dict[str, Json]) -> Entry:
        """Return an entry of this moment."""
        return Entry(kind=kind, declaration=declaration, at=self.now(), by=by, body=body)

    def trust(self, declaration: str) -> Trust:
        """Return the anchors under which this service's own signatures verify."""
        return self.keys.trust(self.site.ledger_origin(declaration), timestamp_root=self.timestamp_root)

    def stamp(self, imprint: bytes) -> bytes:
        """Return a timestamp token of this moment over a SHA-256."""
        nonce = int.from_bytes(self.random(16), "big")
        return self.timestamps.stamp(imprint, nonce=nonce, at=self.now())


def party_of(signatory: Signatory) -> Party:
    """Return a recorded signatory as statements and certificates name them."""
    return Party(signatory.id, signatory.office, signatory.name, signatory.city, signatory.native, signatory.country)
