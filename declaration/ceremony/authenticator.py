"""A passkey in software: one ES256 credential that verifies its user by being asked (WebAuthn Level 3).

It writes what authenticator and browser write together: JSON shapes of ``PublicKeyCredential.toJSON()``, the page's own
origin whatever the page says, user present and verified, the backup flags of a synchronised passkey, a counter of zero.
"""

from __future__ import annotations

import hmac
import json
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256

from declaration.canonical import Json, b64u, sha256
from declaration.signing import p256
from declaration.signing.passkey import Assertion

FLAGS: Final = 0x1D
"""User present, user verified, backup eligible, backed up (WebAuthn section 6.1)."""
_ATTESTED: Final = 0x40
_EC2_ES256_P256: Final = bytes.fromhex("a5010203262001")
"""Head of a COSE key (RFC 9053 section 7.1.1): five members, {1: 2, 3: -7, -1: 1, …; -2: x and -3: y follow."""


class Passkey:
    """One credential, derived from a seed.

    Args:
        seed: at least 16 bytes; the same seed gives the same passkey, so that a run can be repeated or taken up again.
        rp_id: the relying party that it serves.
        origin: web origin of the page that talks to it.

    """

    def __init__(self, seed: bytes, *, rp_id: str, origin: str) -> None:
        entropy = _derive(seed, "passkey") + _derive(seed, "passkey, continued")
        self._key = p256.private_key(entropy[: p256.ENTROPY])
        self._identifier = _derive(seed, "credential")
        self._rp_id = rp_id
        self._origin = origin

    @property
    def credential(self) -> str:
        """Credential id, base64url."""
        return b64u(self._identifier)

    @property
    def public_key(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        return p256.spki(self._key.public_key())

    def create(self, challenge: bytes) -> dict[str, Json]:
        """Return what ``navigator.credentials.create`` gives, with attestation ``none``."""
        numbers = self._key.public_key().public_numbers()
        cose = _EC2_ES256_P256 + b"\x21" + _cbor_bytes(numbers.x.to_bytes(32, "big"))
        cose += b"\x22" + _cbor_bytes(numbers.y.to_bytes(32, "big"))
        attested = bytes(16) + len(self._identifier).to_bytes(2, "big") + self._identifier + cose
        data = self._authenticator_data(FLAGS | _ATTESTED) + attested
        # WebAuthn section 8.7: {"fmt": "none", "attStmt": {}, "authData": …}
        attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData" + _cbor_bytes(data)
        client_data = self._client_data("webauthn.create", challenge)
        return self._credential_json(
            {
                "clientDataJSON": b64u(client_data),
                "attestationObject": b64u(attestation),
                "transports": ["internal"],
            }
        )

    def get(self, challenge: bytes) -> dict[str, Json]:
        """Return what ``navigator.credentials.get`` gives."""
        client_data = self._client_data("webauthn.get", challenge)
        data = self._authenticator_data(FLAGS)
        signature = self._key.sign(data + sha256(client_data), ECDSA(SHA256()))
        return self._credential_json(
            {
                "clientDataJSON": b64u(client_data),
                "authenticatorData": b64u(data),
                "signature": b64u(signature),
                "userHandle": None,
            }
        )

    def confirm(self, statement: bytes) -> Assertion:
        """Return the assertion over a statement."""
        return Assertion.from_browser(self.get(sha256(statement)))

    def _client_data(self, kind: str, challenge: bytes) -> bytes:
        """Return client data in the order in which browsers write its members (WebAuthn section 5.8.1.1)."""
        data = {"type": kind, "challenge": b64u(challenge), "origin": self._origin, "crossOrigin": False}
        return json.dumps(data, separators=(",", ":")).encode()

    def _authenticator_data(self, flags: int) -> bytes:
        return sha256(self._rp_id.encode()) + bytes([flags]) + bytes(4)

    def _credential_json(self, response: dict[str, Json]) -> dict[str, Json]:
        return {
            "id": self.credential,
            "rawId": self.credential,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": response,
            "clientExtensionResults": {},
        }


def _derive(seed: bytes, purpose: str) -> bytes:
    return hmac.digest(seed, f"declaration simulated device: {purpose}".encode(), "sha256")


def _cbor_bytes(data: bytes) -> bytes:
    """Return a byte string of 24 to 255 bytes in CBOR (RFC 8949 section 3.1, major type 2)."""
    return bytes([0x58, len(data)]) + data
