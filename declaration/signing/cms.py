"""Detached CAdES signatures (RFC 5652, RFC 5035, ETSI EN 319 122-1) in one narrow profile: made, merged, and read.

One signer, no content inside, SHA-256 and ECDSA on P-256; four signed attributes (content-type, message-digest,
signing-time, signing-certificate-v2); at most one unsigned attribute, the signature's timestamp. The profile is
specified in docs/spec/bundle.md. `read` accepts nothing else, and whatever it accepts re-encodes to the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.canonical import sha256
from declaration.errors import InputRefused, VerificationError
from declaration.signing import p256
from declaration.signing import structures as der
from declaration.signing.by_place import PlacedMessage, place_message
from declaration.signing.fields import Seen, seen
from declaration.signing.judgement import altered, reading, unverifiable

MAX_CMS: Final = 64 * 1024
"""Bytes of one signature: ours have 4 kB; the token of a public timestamp authority adds up to 10 kB."""
MAX_ATTRIBUTES: Final = 4 * 1024
"""Bytes of signed attributes: ours have about 200."""
MAX_MERGED: Final = 128 * 1024 * 1024
"""Bytes of merged signatures: 12,000 of them make about 40 MB."""

UTC_TIME_ENDS: Final = 2050
"""First year that is written as GeneralizedTime (RFC 5652 section 11.3)."""
_TURN: Final = b"50"
"""Where the two digits of a UTCTime turn to the last century (RFC 5280 section 4.1.2.5.1)."""
_ALGORITHM_SHA256: Final = der.AlgorithmIdentifier(algorithm=der.SHA256, parameters=None)
_ALGORITHM_ECDSA: Final = der.AlgorithmIdentifier(algorithm=der.ECDSA_SHA256, parameters=None)
_SIGNED: Final = (der.CONTENT_TYPE, der.MESSAGE_DIGEST, der.SIGNING_TIME, der.SIGNING_CERTIFICATE_V2)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a signer signs.

    Args:
        digest: SHA-256 of the signed file.
        signing_time: claimed by the signer.
        certificate: SHA-256 of the signer's certificate.
        data: DER of the SET OF, the bytes under the signature.

    """

    digest: bytes
    signing_time: datetime
    certificate: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A signature that was read: well formed, and not yet verified.

    Args:
        signer: whose certificate it is.
        others: the other certificates in it.
        attributes: signed.
        signature: DER Ecdsa-Sig-Value; what the timestamp covers.
        token: DER of the RFC 3161 token, if there is one.

    """

    signer: Seen
    others: tuple[Seen, ...]
    attributes: Attributes
    signature: bytes
    token: bytes | None

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's certificate."""
        return self.signer.certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The other certificates."""
        return tuple(item.certificate for item in self.others)


def signed_attributes(*, digest: bytes, certificate: x509.Certificate, signing_time: datetime) -> bytes:
    """Return the signed attributes as the SET OF (tag 0x31) that the signer signs (RFC 5652 section 5.4).

    Args:
        digest: SHA-256 of the file to sign, 32 bytes.
        certificate: of the signer.
        signing_time: timezone-aware; whole seconds are kept.

    """
    moment = signing_time.astimezone(UTC).replace(microsecond=0)
    return _attribute_set(digest, moment, sha256(certificate.public_bytes(Encoding.DER)))


def _attribute_set(digest: bytes, moment: datetime, certificate: bytes) -> bytes:
    """Return the SET OF that says these three things."""
    time = asn1.UTCTime(moment) if moment.year < UTC_TIME_ENDS else asn1.GeneralizedTime(moment)
    own = der.EssCertIdV2(hash_algorithm=None, hash=certificate, issuer_serial=None)
    values = (der.DATA, digest, time, der.SigningCertificateV2(certificates=[own], policies=None))
    return der.encode(asn1.SetOf([attribute(kind, value) for kind, value in zip(_SIGNED, values, strict=True)]))


def attribute(kind: x509.ObjectIdentifier, value: object) -> der.Attribute:
    """Return an attribute with one value."""
    return der.Attribute(type=kind, values=asn1.SetOf([der.tlv(value)]))


def read_attributes(data: bytes) -> Attributes:
    """Read signed attributes strictly, as a device does before it signs them.

    Raises:
        CannotBeVerified: ``signature.attributes``.

    """
    return _attributes(data, "signature.attributes")


def assemble(attributes: bytes, signature: bytes, certificates: Sequence[x509.Certificate]) -> bytes:
    """Return a detached CMS signature without timestamp (CAdES-B).

    Args:
        attributes: from `signed_attributes`, exactly as they were signed.
        signature: raw r‖s or DER.
        certificates: the signer's, then those between it and the root.

    Raises:
        CannotBeVerified: the attributes are not of this profile.
        InputRefused: the signature is none.

    """
    read_attributes(attributes)
    wrapped = asn1.decode_der(der.SignedAttributes, der.wrap(0x30, attributes))
    signer = der.SignerInfo(
        version=1,
        sid=signer_identifier(certificates[0]),
        digest_algorithm=_ALGORITHM_SHA256,
        signed_attributes=wrapped.attributes,
        signature_algorithm=_ALGORITHM_ECDSA,
        signature=p256.der_signature(signature),
        unsigned_attributes=None,
    )
    return _encode(certificates, [signer])


def signer_identifier(certificate: x509.Certificate) -> der.IssuerAndSerial:
    """Return how a signer info names a certificate."""
    issuer = asn1.decode_der(asn1.TLV, certificate.issuer.public_bytes())
    return der.IssuerAndSerial(issuer=issuer, serial=certificate.serial_number)


def _encode(certificates: Iterable[x509.Certificate], signers: list[der.SignerInfo]) -> bytes:
    data = der.SignedData(
        version=1,
        digest_algorithms=asn1.SetOf([_ALGORITHM_SHA256]),
        content=der.EncapsulatedContent(content_type=der.DATA, content=None),
        certificates=asn1.SetOf(list(certificates)),
        crls=None,
        signer_infos=asn1.SetOf(signers),
    )
    return der.encode(der.ContentInfo(content_type=der.SIGNED_DATA, content=data))


def imprint(message: bytes) -> bytes:
    """Return what a signature's timestamp covers: SHA-256 of the signature value (ETSI EN 319 122-1 section 5.3).

    Raises:
        CannotBeVerified: the message is not of this profile.

    """
    return sha256(read(message).signature)


def add_timestamp(message: bytes, token: bytes) -> bytes:
    """Return the message with an RFC 3161 token over its signature (CAdES-T).

    Args:
        message: from `assemble`.
        token: DER, over `imprint(message)`.

    Raises:
        CannotBeVerified: the message is not of this profile, or has a timestamp already.

    """
    if read(message).token is not None:
        raise unverifiable("signature.attributes")
    content = asn1.decode_der(der.ContentInfo, message)
    signer = content.content.signer_infos.as_list()[0]
    with reading("timestamp.unreadable"):
        stamp = der.Attribute(type=der.SIGNATURE_TIMESTAMP, values=asn1.SetOf([asn1.decode_der(asn1.TLV, token)]))
    signer.unsigned_attributes = asn1.SetOf([stamp])
    certificates = content.content.certificates
    return _encode(certificates.as_list() if certificates else (), [signer])


def merge(messages: Iterable[bytes]) -> bytes:
    """Return one CMS with the signer infos of all messages over one file, each once, as sorted sets (X.690, 11.6).

    Args:
        messages: at least one, of this profile.

    Raises:
        CannotBeVerified: a message is not of this profile.
        InputRefused: none is given.

    """
    certificates: dict[x509.Certificate, None] = {}
    signers: dict[bytes, der.SignerInfo] = {}
    for message in messages:
        read(message)
        content = asn1.decode_der(der.ContentInfo, message).content
        certificates |= dict.fromkeys(content.certificates.as_list() if content.certificates else ())
        for signer in content.signer_infos.as_list():
            signers[der.encode(signer)] = signer
    if not signers:
        raise InputRefused("signature.none", "There is no signature to merge.", hint="Wait for the first one.")
    return _encode(certificates, list(signers.values()))


def read(data: bytes) -> Message:
    """Read a signature strictly; nothing is verified yet.

    Raises:
        CannotBeVerified: ``signature.unreadable``, ``.embedded-content``, ``.signers``, ``.profile``,
            ``.algorithm``, ``.attributes``, ``.signer-certificate``.

    """
    placed = place_message(data) if len(data) <= MAX_CMS else None
    if placed is not None:
        with suppress(VerificationError):  # what is wrong with it is said by the declared structures
            return _read_placed(placed)
    return _read_any(data)


def _read_placed(placed: PlacedMessage) -> Message:
    """Read a signature of which every element stands where we would write it."""
    with reading("signature.unreadable"):
        certificates = seen(placed.certificates)
        found, others = find_signer(certificates, placed.issuer, placed.serial, code="signature.signer-certificate")
        return Message(
            signer=found,
            others=others,
            attributes=_attributes(placed.attributes, "signature.attributes"),
            signature=placed.signature,
            token=placed.token,
        )


def _read_any(data: bytes) -> Message:
    """Read a signature of our profile by its declared structures, and say what is wrong with any other."""
    content = der.decode(der.Detached, data, code="signature.unreadable", limit=MAX_CMS)
    with reading("signature.unreadable"):
        signed = content.content
        certificates = seen(map(der.encode, signed.certificates.as_list())) if signed.certificates else []
        if signed.content.content is not None:
            raise unverifiable("signature.embedded-content")
        signers = signed.signer_infos.as_list()
        if len(signers) != 1:
            raise unverifiable("signature.signers", count=len(signers))
        signer = signers[0]
        _check_profile(content, signer)
        if signer.signed_attributes is None:
            raise unverifiable("signature.attributes")
        issuer, serial = der.encode(signer.sid.issuer), signer.sid.serial
        found, others = find_signer(certificates, issuer, serial, code="signature.signer-certificate")
        return Message(
            signer=found,
            others=others,
            attributes=_attributes(der.encode(signer.signed_attributes), "signature.attributes"),
            signature=signer.signature,
            token=_token(signer),
        )


def find_signer(
    certificates: Sequence[Seen], issuer: bytes, serial: int, *, code: str
) -> tuple[Seen, tuple[Seen, ...]]:
    """Return the certificate that a signer info names, and the others; a set has no first one.

    Args:
        certificates: of the message.
        issuer: DER of the name of who issued the signer's.
        serial: its number.
        code: of the refusal.

    Raises:
        CannotBeVerified: `code`: it is missing, or one certificate is there twice.

    """
    named = [(item, item.fields) for item in certificates if item.certificate.serial_number == serial]
    found = [item for item, fields in named if fields.issuer == issuer]
    if len(found) != 1 or len({item.data for item in certificates}) != len(certificates):
        raise unverifiable(code)
    return found[0], tuple(item for item in certificates if item is not found[0])


def verify_signature(message: Message, *, digest: bytes) -> EllipticCurvePublicKey:
    """Check that the signer's key signed the file with this SHA-256, and return that key.

    Raises:
        Altered: ``signature.message-digest``, ``.certificate``, ``.invalid``.
        CannotBeVerified: ``signature.key``, another kind of key.

    """
    attributes = message.attributes
    if attributes.digest != digest:
        raise altered("signature.message-digest", found=attributes.digest.hex(), expected=digest.hex())
    with reading("signature.key"):
        if attributes.certificate != message.signer.digest:
            raise altered("signature.certificate")
        key = message.signer.p256_key
        if key is None:
            raise unverifiable("signature.key")
        try:
            key.verify(message.signature, attributes.data, p256.ECDSA_SHA256)
        except InvalidSignature as error:
            raise altered("signature.invalid") from error
    return key


def _check_profile(content: der.Detached, signer: der.SignerInfo) -> None:
    signed = content.content
    kinds = (content.content_type, signed.content.content_type)
    if kinds != (der.SIGNED_DATA, der.DATA) or (signed.version, signer.version) != (1, 1) or signed.crls is not None:
        raise unverifiable("signature.profile")
    algorithms = [*signed.digest_algorithms.as_list(), signer.digest_algorithm, signer.signature_algorithm]
    expected = [der.SHA256, der.SHA256, der.ECDSA_SHA256]
    if [item.algorithm for item in algorithms] != expected or any(item.parameters is not None for item in algorithms):
        raise unverifiable("signature.algorithm")


def _pattern(year: int) -> re.Pattern[bytes]:
    """Return the one form that the attributes have in the time of `year`, with gaps where they differ."""
    digest, certificate = b"\x01" * 32, b"\x02" * 32
    moment = datetime(year, 1, 1, tzinfo=UTC)
    digits = f"{moment:%Y%m%d%H%M%S}"[0 if year >= UTC_TIME_ENDS else 2 :]
    form = re.escape(_attribute_set(digest, moment, certificate))
    for value, gap in (
        (digest, b"(?P<digest>.{32})"),
        (certificate, b"(?P<certificate>.{32})"),
        (digits.encode(), b"(?P<time>[0-9]{%d})" % len(digits)),
    ):
        form = form.replace(re.escape(value), gap)
    return re.compile(form, re.DOTALL)


_EARLY: Final = _pattern(UTC_TIME_ENDS - 1)
_LATE: Final = _pattern(UTC_TIME_ENDS)


def _attributes(data: bytes, code: str) -> Attributes:
    """Read what `signed_attributes` writes: DER leaves it one form a time, of which only three values change."""
    found = _EARLY.fullmatch(data)
    century = 0 if found is None else 1900 if found["time"] >= _TURN else 2000  # RFC 5280 section 4.1.2.5.1
    found = found or _LATE.fullmatch(data)
    if found is None:
        raise unverifiable(code)
    with reading(code):
        digits = found["time"]
        rest = len(digits) - 10  # the year has two or four
        month, day, hour, minute, second = [int(digits[at : at + 2]) for at in range(rest, len(digits), 2)]
        moment = datetime(century + int(digits[:rest]), month, day, hour, minute, second, tzinfo=UTC)
    if (moment.year < UTC_TIME_ENDS) != bool(century):  # RFC 5652 section 11.3
        raise unverifiable(code)
    return Attributes(found["digest"], moment, found["certificate"], data)


def _token(signer: der.SignerInfo) -> bytes | None:
    if signer.unsigned_attributes is None:
        return None
    attributes = signer.unsigned_attributes.as_list()
    if len(attributes) != 1 or attributes[0].type != der.SIGNATURE_TIMESTAMP:
        raise unverifiable("signature.attributes")
    values = attributes[0].values.as_list()
    if len(values) != 1:
        raise unverifiable("signature.attributes")
    return der.encode(values[0])
