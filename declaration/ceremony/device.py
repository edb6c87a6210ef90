"""A signatory's device, simulated: a passkey authenticator and a page that checks before it asks for the gesture.

It stands for the phone in a mayor's hand, apart from the service: it holds its own keys, downloads and hashes the
instrument itself, compares every field of a statement with what it knows, and refuses what differs. A browser does the
same with WebAuthn and WebCrypto; only the finger is missing. The passkey is derived from a seed, so that a rehearsal
can be repeated and continued; the ephemeral key of a signature is random and gone after one use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from declaration.canonical import Json, b64u, digest, parse_canonical, sha256
from declaration.errors import Altered
from declaration.signing import cms
from declaration.signing.passkey import Assertion
from declaration.signing.statement import Act, Declining, Enrolment, Party, PositionsTaken, Signing, Statement

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of P-256 (SEC 2 section 2.4.2)."""
_PRESENT_VERIFIED: Final = 0x05
"""Authenticator data flags UP and UV (WebAuthn Level 3 section 6.1)."""
_ATTESTED: Final = 0x40
"""Flag AT: attested credential data follows."""
MAX_DOCUMENT: Final = 64 * 1024 * 1024
"""Bytes of declaration.json that a device reads."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the signatory chose for a clause, and the digest of the clause as the device showed it."""

    digest: str
    stance: str
    reservation: str | None


class Device:
    """One device of one signatory.

    Args:
        seed: 32 bytes from which the passkey is derived.
        party: whose device it is.
        declaration: id of the declaration.
        ledger: origin of its ledger, from the invitation.
        rp_id: relying party id to which the passkey is bound.
        origin: web origin of the pages it visits.

    """

    def __init__(
        self, *, seed: bytes, party: Party, declaration: str, ledger: str, rp_id: str, origin: str
    ) -> None:
        scalar = int.from_bytes(sha256(seed + b"/passkey") + sha256(seed + b"/more"), "big") % (_ORDER - 1) + 1
        self._passkey = ec.derive_private_key(scalar, ec.SECP256R1())
        self._identifier = sha256(seed + b"/credential")
        self._party = party
        self._declaration = declaration
        self._ledger = ledger
        self._rp_id = rp_id
        self._origin = origin

    @property
    def credential(self) -> str:
        """Credential id, base64url."""
        return b64u(self._identifier)

    def create(self, challenge: bytes) -> dict[str, Json]:
        """Make the passkey and return what ``navigator.credentials.create`` gives (attestation ``none``)."""
        numbers = self._passkey.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + len(self._identifier).to_bytes(2, "big") + self._identifier + key
        data = self._authenticator_data(_PRESENT_VERIFIED | _ATTESTED) + attested
        return {
            "id": self.credential,
            "rawId": self.credential,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64u(self._client_data("webauthn.create", challenge)),
                "attestationObject": b64u(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
                "transports": ["internal"],
            },
        }

    def prove(self, statement: bytes) -> Assertion:
        """Prove possession of the passkey over an enrolment statement.

        Raises:
            Altered: ``device.statement``, it enrols another key or another signatory.

        """
        details = self._checked(statement, Act.ENROL).details
        _require(isinstance(details, Enrolment) and details.key == digest(_spki(self._passkey)), "another passkey")
        return self._assert(statement)

    def confirm(self, statement: bytes, choices: Mapping[str, Choice]) -> Assertion:
        """Confirm positions, all of which the signatory must have chosen on exactly these words.

        Raises:
            Altered: ``device.statement``, it says something else.

        """
        details = self._checked(statement, Act.POSITIONS).details
        _require(isinstance(details, PositionsTaken), "another act")
        assert isinstance(details, PositionsTaken)
        for line in details.positions:
            chosen = choices.get(line.clause)
            _require(
                chosen == Choice(line.digest, line.stance, line.reservation), f"another position on {line.clause}"
            )
        return self._assert(statement)

    def begin(self, instrument: bytes, document: bytes) -> Signature:
        """Begin to sign an instrument that the device has downloaded."""
        return Signature(self, instrument, document)

    def decline(self, instrument: bytes, document: bytes, statement: bytes, reason: str) -> Assertion:
        """Decline to sign, with the reason that the signatory entered.

        Raises:
            Altered: ``device.statement``, it declines something else, or otherwise.

        """
        details = self._checked(statement, Act.DECLINE).details
        expected = Declining(_version(document), digest(instrument), reason)
        _require(details == expected, "another instrument or reason")
        return self._assert(statement)

    def check_sign(self, statement: bytes, expected: Signing) -> Assertion:
        """Authorise a signature whose every digest the device has computed itself.

        Raises:
            Altered: ``device.statement``.

        """
        _require(self._checked(statement, Act.SIGN).details == expected, "another instrument, version or key")
        return self._assert(statement)

    def _checked(self, statement: bytes, act: Act) -> Statement:
        """Read a statement and compare what every act has in common."""
        parsed = Statement.parse(statement)
        said = (parsed.act, parsed.declaration, parsed.ledger, parsed.signatory, parsed.credential)
        _require(
            said == (act, self._declaration, self._ledger, self._party.signatory, self.credential),
            "another signatory, declaration or act",
        )
        return parsed

    def _assert(self, statement: bytes) -> Assertion:
        """The gesture: user present and verified, the challenge is the statement's digest."""
        client_data = self._client_data("webauthn.get", sha256(statement))
        data = self._authenticator_data(_PRESENT_VERIFIED)
        signature = self._passkey.sign(data + sha256(client_data), ec.ECDSA(hashes.SHA256()))
        return Assertion(self.credential, client_data, data, signature)

    def _client_data(self, kind: str, challenge: bytes) -> bytes:
        """Return client data as browsers write them (WebAuthn section 5.8.1.1)."""
        return json.dumps(
            {"type": kind, "challenge": b64u(challenge), "origin": self._origin, "crossOrigin": False},
            separators=(",", ":"),
        ).encode()

    def _authenticator_data(self, flags: int) -> bytes:
        """Return authenticator data with a counter of zero, as synchronised passkeys send it."""
        return sha256(self._rp_id.encode()) + bytes([flags]) + bytes(4)


class Signature:
    """One signature in the making: an ephemeral key that never leaves the device and is dropped after use."""

    def __init__(self, device: Device, instrument: bytes, document: bytes) -> None:
        self._device = device
        self._key: ec.EllipticCurvePrivateKey | None = ec.generate_private_key(ec.SECP256R1())
        self.public_key = _spki(self._key)
        self._instrument = digest(instrument)
        self._expected = Signing(
            _version(document), self._instrument, digest(document), digest(self.public_key), None
        )

    def authorise(self, statement: bytes) -> Assertion:
        """Ask for the gesture over a statement that names exactly this instrument and this key."""
        return self._device.check_sign(statement, self._expected)

    def sign(self, attributes: bytes, certificate: bytes) -> bytes:
        """Sign the CMS attributes with the ephemeral key, once; return raw r‖s as WebCrypto does.

        Raises:
            Altered: ``device.attributes``, they name another file or certificate, or the certificate another key.

        """
        read = cms.read_attributes(attributes)
        own = x509.load_der_x509_certificate(certificate).public_key()
        public = own.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if (read.digest.hex(), read.certificate, public) != (self._instrument, sha256(certificate), self.public_key):
            raise Altered(
                "device.attributes",
                "The service asks to sign another file, or with another certificate.",
                hint="Do not sign; tell the depositary.",
            )
        if self._key is None:
            raise Altered("device.used", "This key has signed already.", hint="Begin again.")
        key, self._key = self._key, None
        r, s = decode_dss_signature(key.sign(attributes, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _version(document: bytes) -> str:
    """Return the digest of the version in declaration.json, computed by the device."""
    from declaration.signing.document import read_document  # noqa: PLC0415

    return read_document(document).version


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _require(fits: bool, what: str) -> None:
    if not fits:
        raise Altered(
            "device.statement",
            f"The service asks to authorise {what}.",
            hint="Do not confirm; tell the depositary.",
        )


__all__ = ["Choice", "Device", "Signature", "parse_canonical"]
