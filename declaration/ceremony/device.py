"""A signatory's device, simulated: a passkey authenticator and a page that checks before it asks for the gesture.

It stands for the phone in a mayor's hand, apart from the service: it holds its own keys, downloads and hashes the
instrument itself, compares every field of a statement with what it knows, and refuses what differs. A browser does the
same with WebAuthn and WebCrypto; only the finger is missing. The passkey is derived from a seed, so that a rehearsal
can be repeated and continued; the ephemeral key of a signature is random and gone after one use.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from declaration.canonical import Json, digest, sha256
from declaration.ceremony.authenticator import Passkey
from declaration.drafting.reservations import Reservation
from declaration.errors import Altered
from declaration.signing import p256
from declaration.signing.certificates import Random, subject_of
from declaration.signing.cms import read_attributes
from declaration.signing.document import FrozenDocument, read_document
from declaration.signing.judgement import reading
from declaration.signing.passkey import Assertion
from declaration.signing.statement import (
    Act,
    Declining,
    Enrolment,
    Named,
    Objecting,
    Party,
    PositionsTaken,
    Signing,
    Statement,
)


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
        random: gives random bytes, for ephemeral keys.

    """

    def __init__(
        self,
        *,
        seed: bytes,
        party: Party,
        declaration: str,
        ledger: str,
        rp_id: str,
        origin: str,
        random: Random = os.urandom,
    ) -> None:
        self.passkey: Final = Passkey(seed, rp_id=rp_id, origin=origin)
        self.party: Final = party
        self.random: Final = random
        self._declaration = declaration
        self._ledger = ledger

    @property
    def credential(self) -> str:
        """Credential id, base64url."""
        return self.passkey.credential

    def create(self, challenge: bytes) -> dict[str, Json]:
        """Make the passkey and return what ``navigator.credentials.create`` gives (attestation ``none``)."""
        return self.passkey.create(challenge)

    def prove(self, statement: bytes) -> Assertion:
        """Prove possession of the passkey over an enrolment statement.

        Raises:
            Altered: ``device.statement``, it enrols another key or another signatory.
            CannotBeVerified: it is no statement.

        """
        return self.agree(statement, Act.ENROL, Enrolment(digest(self.passkey.public_key)))

    def confirm(self, statement: bytes, choices: Mapping[str, Choice]) -> Assertion:
        """Confirm positions, all of which the signatory must have chosen on exactly these words.

        Raises:
            Altered: ``device.statement``, it says something else.
            CannotBeVerified: it is no statement.

        """
        details = self._checked(statement, Act.POSITIONS).details
        for line in details.positions if isinstance(details, PositionsTaken) else ():
            if choices.get(line.clause) != Choice(line.digest, line.stance, line.reservation):
                _refuse("statement", f"it takes another position on {line.clause} than was chosen")
        return self.passkey.confirm(statement)

    def object(self, statement: bytes, reservation: Reservation, reason: str) -> Assertion:
        """Object to the reservation of another signatory, which the device has read itself.

        Raises:
            Altered: ``device.statement``, it says something else.
            CannotBeVerified: it is no statement.

        """
        named = Objecting(reservation.signatory, reservation.clause, reservation.content, reason)
        return self.agree(statement, Act.OBJECT, named)

    def begin(self, instrument: bytes, document: bytes, drawn: bytes | None = None) -> Signature:
        """Begin to sign an instrument that the device has downloaded.

        Args:
            instrument: the bytes of instrument.pdf.
            document: the bytes of declaration.json.
            drawn: the drawn signature, if any.

        Raises:
            Altered: ``device.document``, another declaration's, or this signatory is not on its roster; or a text
                in it is not the one that its digest names.
            CannotBeVerified: it is no declaration.json.

        """
        expected = Signing(
            version=self._read(document).version,
            instrument=digest(instrument),
            document=digest(document),
            key="",
            drawn=None if drawn is None else digest(drawn),
        )
        return Signature(self, p256.private_key(self.random(p256.ENTROPY)), expected)

    def decline(self, instrument: bytes, document: bytes, statement: bytes, reason: str) -> Assertion:
        """Decline to sign, with the reason that the signatory entered.

        Raises:
            Altered: ``device.statement``, it declines something else, or otherwise; ``device.document``.
            CannotBeVerified: it is no statement.

        """
        version = self._read(document).version
        return self.agree(statement, Act.DECLINE, Declining(version, digest(instrument), reason))

    def agree(self, statement: bytes, act: Act, expected: Enrolment | Named | Signing | Declining) -> Assertion:
        """Confirm a statement that says exactly what this device has computed itself.

        Raises:
            Altered: ``device.statement``.
            CannotBeVerified: it is no statement.

        """
        if self._checked(statement, act).details != expected:
            _refuse("statement", "it does not say what this device computed itself")
        return self.passkey.confirm(statement)

    def _read(self, document: bytes) -> FrozenDocument:
        frozen = _document(document)
        if frozen.declaration != self._declaration or self.party not in frozen.roster:
            _refuse("document", "declaration.json is of another declaration, or its roster lacks this signatory")
        return frozen

    def _checked(self, statement: bytes, act: Act) -> Statement:
        """Read a statement and compare what every act has in common."""
        with reading("statement.malformed"):
            parsed = Statement.parse(statement)
        said = (parsed.act, parsed.declaration, parsed.ledger, parsed.signatory, parsed.credential)
        if said != (act, self._declaration, self._ledger, self.party.signatory, self.credential):
            _refuse("statement", "its act, declaration, ledger, signatory or passkey is another")
        return parsed


class Signature:
    """One signature in the making: an ephemeral key that never leaves the device and is dropped after use.

    Args:
        device: whose it is.
        key: made for this signature.
        expected: what the statement must say, but for the key.

    """

    def __init__(self, device: Device, key: EllipticCurvePrivateKey, expected: Signing) -> None:
        self._device = device
        self._key: EllipticCurvePrivateKey | None = key
        self.public_key: Final = p256.spki(key.public_key())
        self._expected = expected._replace(key=digest(self.public_key))

    def authorise(self, statement: bytes) -> Assertion:
        """Ask for the gesture over a statement that names exactly this instrument and this key.

        Raises:
            Altered: ``device.statement``.
            CannotBeVerified: it is no statement.

        """
        return self._device.agree(statement, Act.SIGN, self._expected)

    def sign(self, attributes: bytes, certificate: bytes) -> bytes:
        """Sign the CMS attributes with the ephemeral key, once; return raw r‖s as WebCrypto does.

        The key is dropped whether or not it signs.

        Args:
            attributes: DER of the SET OF.
            certificate: DER.

        Raises:
            Altered: ``device.certificate``, for another key or signatory; ``device.attributes``, they name another file
                or certificate; ``device.used``, the key has signed already.
            CannotBeVerified: they are malformed.

        """
        key, self._key = self._key, None
        if key is None:
            _refuse("used", "this key has been used already")
        with reading("certificate.unreadable"):
            issued = x509.load_der_x509_certificate(certificate)
            subject, bound = issued.subject.public_bytes(), issued.public_key() == key.public_key()
            begin, end = issued.not_valid_before_utc, issued.not_valid_after_utc
        if not bound or subject != subject_of(self._device.party.signatory).public_bytes():
            _refuse("certificate", "the certificate is for another key or signatory")
        named = read_attributes(attributes)
        if (
            named.digest.hex() != self._expected.instrument
            or named.certificate != sha256(certificate)
            or not begin <= named.signing_time <= end
        ):
            _refuse("attributes", "the service asks to sign another file, or with another certificate")
        return p256.raw_signature(key.sign(attributes, ECDSA(SHA256())))


@lru_cache(maxsize=4)
def _document(data: bytes) -> FrozenDocument:
    """Read declaration.json; a thousand devices on one machine read the same bytes once."""
    return read_document(data)


def _refuse(code: str, why: str) -> NoReturn:
    raise Altered(
        f"device.{code}",
        f"The device does not agree to this: {why}.",
        hint="Do not go on; tell the depositary what the device showed.",
    )
