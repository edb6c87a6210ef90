"""The certificates of this service: their exact profile, and how each is made.

    signing root ── issuing ── a signatory's ephemeral key (ten minutes)
    timestamp root ── timestamp
    seal root ── seal

All keys are P-256 and all signatures ecdsa-with-SHA256. Serial numbers and moments come in as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import NameAttribute, ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from declaration.signing import structures as der
from declaration.signing.statement import Signatory

Random: TypeAlias = Callable[[int], bytes]

DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336 section 3.1)."""
NO_REV_AVAIL: Final = ObjectIdentifier("2.5.29.56")
"""id-ce-noRevAvail (RFC 9608 section 2): nobody publishes revocations of a certificate that lives for minutes."""
MAX_NAME_BYTES: Final = 64
"""UTF-8 bytes of a subject's attribute: ub-common-name of RFC 5280 appendix A.1, counted in bytes for every tool."""
EPHEMERAL: Final = timedelta(minutes=10)
"""How long an ephemeral certificate is valid."""
BACKDATED: Final = timedelta(minutes=1)
"""How much of `EPHEMERAL` lies before the moment of issue, for a timestamp authority whose clock is behind ours."""
ROOT_YEARS: Final = 30
"""Years of a root: signatures are judged at the time of their timestamp, so it only has to outlive the summit's."""
SERVICE_YEARS: Final = 10
"""Years of the certificates of issuing, timestamp and seal keys."""

_YEAR: Final = timedelta(days=365)
_PURPOSES: Final = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])


def key_usage(*, signing: bool = False, commitment: bool = False, authority: bool = False) -> x509.KeyUsage:
    """Return a key usage: digitalSignature, contentCommitment, or keyCertSign and cRLSign (RFC 5280, 4.2.1.3)."""
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


SIGNER_USAGE: Final = key_usage(signing=True, commitment=True)
"""Key usage of ephemeral and seal keys."""
SIGNER_PURPOSES: Final = _PURPOSES
"""Extended key usage of ephemeral and seal keys; emailProtection is what `openssl cms -verify` asks for by default."""
EPHEMERAL_EXTENSIONS: Final = {
    der.encode(oid): form
    for oid, form in {
        x509.KeyUsage.oid: (True, SIGNER_USAGE.public_bytes()),
        x509.ExtendedKeyUsage.oid: (False, SIGNER_PURPOSES.public_bytes()),
        NO_REV_AVAIL: (False, b"\x05\x00"),
        x509.SubjectKeyIdentifier.oid: (False, None),
        x509.AuthorityKeyIdentifier.oid: (False, None),
    }.items()
}
"""The extensions of an ephemeral certificate, by the DER of their identifiers, just these: whether critical, and their
bytes where always the same."""


@dataclass(frozen=True, slots=True)
class Certified:
    """A private key with its certificate and those between it and its root, nearest first."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()


def subject_of(signatory: Signatory) -> x509.Name:
    """Return the subject of a signatory's certificate: C, O (city), title (office), CN (name), serialNumber (id).

    Longer texts are cut to what X.509 holds, ending in an ellipsis; the statement has them in full. An underscore of
    the id is written ``=5F``, since a PrintableString has none (and an id has no ``=``).
    """
    return x509.Name(
        [
            NameAttribute(NameOID.COUNTRY_NAME, signatory.country),
            NameAttribute(NameOID.ORGANIZATION_NAME, _fit(signatory.city)),
            NameAttribute(NameOID.TITLE, _fit(signatory.office)),
            NameAttribute(NameOID.COMMON_NAME, _fit(signatory.name)),
            NameAttribute(NameOID.SERIAL_NUMBER, signatory.id.replace("_", "=5F")),
        ]
    )


_SUBJECT: Final = tuple(
    (der.encode(oid), tag)
    for oid, tag in (
        (NameOID.COUNTRY_NAME, 0x13),
        (NameOID.ORGANIZATION_NAME, 0x0C),
        (NameOID.TITLE, 0x0C),
        (NameOID.COMMON_NAME, 0x0C),
        (NameOID.SERIAL_NUMBER, 0x13),
    )
)
"""Attributes of a subject in their order: identifier, DER; PrintableString (0x13) or UTF8String (0x0c)."""


def subject_bytes(signatory: Signatory) -> bytes:
    """Return the DER of `subject_of`, to be compared: written from its parts, at a tenth of the cost of the object.

    A Name is a SEQUENCE of SETs of one SEQUENCE of type and value (RFC 5280 section 4.1.2.4).
    """
    texts = (
        signatory.country,
        _fit(signatory.city),
        _fit(signatory.office),
        _fit(signatory.name),
        signatory.id.replace("_", "=5F"),
    )
    parts = (
        der.wrap(0x31, der.wrap(0x30, oid + der.wrap(tag, text.encode())))
        for (oid, tag), text in zip(_SUBJECT, texts, strict=True)
    )
    return der.wrap(0x30, b"".join(parts))


def _fit(text: str) -> str:
    data = text.encode()
    if len(data) <= MAX_NAME_BYTES:
        return text
    room = MAX_NAME_BYTES - len("…".encode())
    return data[:room].decode(errors="ignore") + "…"


def serial_number(random: Random) -> int:
    """Return an unpredictable positive serial number of 17 octets (RFC 5280, 4.1.2.2: at most 20)."""
    return int.from_bytes(b"\x01" + random(16), "big")


def issue_root(key: EllipticCurvePrivateKey, name: str, *, path_length: int, at: datetime, random: Random) -> Certified:
    """Return a self-signed root.

    Args:
        key: its key.
        name: common name ("Declaration signing root"); a piece of the key's identifier is added, so that the roots
            of two summits differ.
        path_length: how many authorities may stand below it.
        at: when it begins to be valid.
        random: gives random bytes.

    """
    subject = _service_name(name, key.public_key())
    builder = _builder(subject, subject, key.public_key(), begin=at, life=ROOT_YEARS * _YEAR, random=random)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    builder = builder.add_extension(key_usage(authority=True), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return Certified(key, builder.sign(key, SHA256()))


def issue_authority(
    root: Certified, key: EllipticCurvePrivateKey, name: str, *, at: datetime, random: Random
) -> Certified:
    """Return an authority below `root` that issues only to ends; arguments as `issue_root`."""
    builder = _service(root, key, name, at=at, random=random)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(key_usage(authority=True), critical=True)
    certificate = builder.sign(root.key, SHA256())
    return Certified(key, certificate, (certificate,))


def issue_timestamper(
    root: Certified, key: EllipticCurvePrivateKey, name: str, *, at: datetime, random: Random
) -> Certified:
    """Return a timestamp certificate: one purpose, critical (RFC 3161 section 2.3); arguments as `issue_root`."""
    builder = _service(root, key, name, at=at, random=random)
    builder = builder.add_extension(key_usage(signing=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Certified(key, builder.sign(root.key, SHA256()))


def issue_seal(root: Certified, key: EllipticCurvePrivateKey, name: str, *, at: datetime, random: Random) -> Certified:
    """Return the certificate of a seal key; arguments as `issue_root`."""
    builder = _service(root, key, name, at=at, random=random)
    builder = builder.add_extension(SIGNER_USAGE, critical=True)
    builder = builder.add_extension(_PURPOSES, critical=False)
    return Certified(key, builder.sign(root.key, SHA256()))


def issue_ephemeral(
    issuer: Certified, public_key: EllipticCurvePublicKey, signatory: Signatory, *, at: datetime, random: Random
) -> x509.Certificate:
    """Return the certificate of a signatory's ephemeral key, valid for `EPHEMERAL` around `at`."""
    begin = at.astimezone(UTC).replace(microsecond=0) - BACKDATED
    builder = _below(issuer, public_key, subject_of(signatory), begin=begin, life=EPHEMERAL, random=random)
    builder = builder.add_extension(SIGNER_USAGE, critical=True)
    builder = builder.add_extension(_PURPOSES, critical=False)
    builder = builder.add_extension(x509.UnrecognizedExtension(NO_REV_AVAIL, b"\x05\x00"), critical=False)
    return builder.sign(issuer.key, SHA256())


def issue_crl(root: Certified, *, at: datetime, revoked: Sequence[int] = ()) -> x509.CertificateRevocationList:
    """Return the revocation list of a root; archives embed it (ETSI EN 319 142-1 section 5.4).

    Args:
        root: whose certificates it is about.
        at: when it is made.
        revoked: serial numbers, revoked at that moment.

    """
    builder = x509.CertificateRevocationListBuilder(issuer_name=root.certificate.subject)
    builder = builder.last_update(at).next_update(at + SERVICE_YEARS * _YEAR)
    builder = builder.add_extension(x509.CRLNumber(1), critical=False)
    builder = builder.add_extension(_authority_identifier(root.certificate), critical=False)
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(root.key, SHA256())


def _service_name(name: str, key: EllipticCurvePublicKey) -> x509.Name:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key).digest.hex()[:8]
    return x509.Name([NameAttribute(NameOID.COMMON_NAME, f"{name} {identifier}")])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: EllipticCurvePublicKey,
    *,
    begin: datetime,
    life: timedelta,
    random: Random,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial_number(random))
        .not_valid_before(begin)
        .not_valid_after(begin + life)
    )


def _below(
    issuer: Certified,
    public_key: EllipticCurvePublicKey,
    subject: x509.Name,
    *,
    begin: datetime,
    life: timedelta,
    random: Random,
) -> x509.CertificateBuilder:
    builder = _builder(subject, issuer.certificate.subject, public_key, begin=begin, life=life, random=random)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    return builder.add_extension(_authority_identifier(issuer.certificate), critical=False)


def _service(
    root: Certified, key: EllipticCurvePrivateKey, name: str, *, at: datetime, random: Random
) -> x509.CertificateBuilder:
    subject = _service_name(name, key.public_key())
    return _below(root, key.public_key(), subject, begin=at, life=SERVICE_YEARS * _YEAR, random=random)


def _authority_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
