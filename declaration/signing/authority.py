"""The issuing authority: a certificate of minutes for a key that a signatory's device has just made."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509

from declaration.signing import p256
from declaration.signing.certificates import Certified, Random, issue_ephemeral
from declaration.signing.statement import Party, Signatory


class IssuingAuthority:
    """Issues ephemeral certificates; whether the signatory's passkey has authorised the key is the caller's to check.

    Args:
        certified: the issuing key, its certificate and its chain below the root.
        random: gives random bytes, for serial numbers.

    """

    def __init__(self, certified: Certified, *, random: Random) -> None:
        self._certified = certified
        self._random = random

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificates between an issued one and the root, nearest first; every CMS carries them."""
        return self._certified.chain

    def issue(self, spki: bytes, party: Party | Signatory, at: datetime) -> x509.Certificate:
        """Return a certificate for the key, in the name of a signatory, valid for ten minutes around `at`.

        Args:
            spki: SubjectPublicKeyInfo of the ephemeral P-256 key, DER.
            party: whose key it is.
            at: now, timezone-aware.

        Raises:
            InputRefused: ``key.p256``.

        """
        signatory = party.signatory if isinstance(party, Party) else party
        return issue_ephemeral(self._certified, p256.load_key(spki), signatory, at=at, random=self._random)
