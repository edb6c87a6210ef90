"""What is read from a certificate, once: names and extensions as bytes, in one pass.

The library's own objects for names and extensions cost more to build than a signature to verify; here names are
compared as DER, and extensions are looked at where a rule asks for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar, overload

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.canonical import sha256
from declaration.ledger.entries import P256_SPKI
from declaration.signing import structures as der
from declaration.signing import tlv
from declaration.signing.by_place import (
    NO_REVOCATION_VALUE,
    PURPOSES_VALUE,
    USAGE_VALUE,
    PlacedCertificate,
    place_certificate,
)
from declaration.signing.certificates import NO_REV_AVAIL

MIN_RSA: Final = 3072
"""Bits of an RSA key: about as strong as P-256 (NIST SP 800-57 part 1, table 2)."""
MAX_RSA: Final = 8192
"""Bits of an RSA key: more only costs the verifier time."""
CURVES: Final = (SECP256R1, SECP384R1)
"""Elliptic curves on which keys may lie."""

Found = TypeVar("Found")


class once(Generic[Found]):  # noqa: N801 - used as `property` is
    """A property that is worked out when it is first asked for: `functools.cached_property`, without its lock."""

    def __init__(self, work: Callable[[Any], Found]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> once[Found]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Found: ...

    def __get__(self, instance: object | None, owner: type) -> once[Found] | Found:
        """Return what is found, and put it where Python looks first from now on."""
        if instance is None:
            return self
        found = instance.__dict__[self._name] = self._work(instance)
        return found


class Extension(NamedTuple):
    """An extension: whether it is critical, and the DER of its value."""

    critical: bool
    value: bytes


DIGITAL_SIGNATURE: Final = 0x80
CONTENT_COMMITMENT: Final = 0x40
KEY_CERT_SIGN: Final = 0x04
"""Bits of a key usage (RFC 5280 section 4.2.1.3) that a rule here asks for; bit 0 is the highest."""
KEY_USAGE: Final = der.encode(x509.KeyUsage.oid)
PURPOSES: Final = der.encode(x509.ExtendedKeyUsage.oid)
CONSTRAINTS: Final = der.encode(x509.BasicConstraints.oid)
KEY_IDENTIFIER: Final = der.encode(x509.SubjectKeyIdentifier.oid)
AUTHORITY_IDENTIFIER: Final = der.encode(x509.AuthorityKeyIdentifier.oid)
"""Object identifiers of extensions, DER."""


@dataclass(frozen=True)
class Fields:
    """Names and extensions of a certificate.

    Args:
        issuer: its issuer's name, DER.
        subject: its own name, DER.
        key: its SubjectPublicKeyInfo, DER.
        signed: what its issuer's signature covers, DER.
        one_algorithm: whether the certificate names the same signature algorithm inside and outside of what is signed.
        extensions: by the DER of their object identifiers, each once.

    """

    issuer: bytes
    subject: bytes
    key: bytes
    signed: bytes
    one_algorithm: bool
    extensions: Mapping[bytes, Extension]

    @once
    def usage(self) -> int | None:
        """The first eight bits of the key usage (RFC 5280 section 4.2.1.3), if there is one.

        Raises:
            ValueError: it is not a bit string of one or two bytes.

        """
        found = self.extensions.get(KEY_USAGE)
        if found is None:
            return None
        bits = asn1.decode_der(asn1.BitString, found.value).as_bytes()
        if not 1 <= len(bits) <= 2:
            raise ValueError("a key usage has one to nine bits")
        return bits[0]

    @once
    def purposes(self) -> list[x509.ObjectIdentifier] | None:
        """The extended key usage (RFC 5280 section 4.2.1.12), if there is one.

        Raises:
            ValueError: it is not a list of object identifiers.

        """
        found = self.extensions.get(PURPOSES)
        return None if found is None else asn1.decode_der(der.Purposes, der.wrap(0x30, found.value)).purposes

    @once
    def constraints(self) -> der.BasicConstraints | None:
        """The basic constraints (RFC 5280 section 4.2.1.9), if there are any.

        Raises:
            ValueError: they are malformed.

        """
        found = self.extensions.get(CONSTRAINTS)
        return None if found is None else asn1.decode_der(der.BasicConstraints, found.value)

    @once
    def critical(self) -> frozenset[bytes]:
        """The extensions that are marked critical."""
        return frozenset(oid for oid, item in self.extensions.items() if item.critical)


class Seen:
    """A certificate that was seen: two are the same if their bytes are. What a rule asks of it is read once.

    Args:
        data: DER of the certificate.

    Raises:
        ValueError: it is none, or has no positive serial number (RFC 5280, 4.1.2.2); other errors of the library's
            parser likewise.

    """

    def __init__(self, data: bytes) -> None:
        _require_positive_serial(data)
        self.data = data
        self.certificate = x509.load_der_x509_certificate(data)

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Seen:
        """Return what the library has read already."""
        seen = cls.__new__(cls)
        seen.data, seen.certificate = certificate.public_bytes(Encoding.DER), certificate
        return seen

    @once
    def fields(self) -> Fields:
        """Its names and extensions.

        Raises:
            ValueError: it is not of version 3, or an extension is there twice.

        """
        return _read(self.data)

    @once
    def key(self) -> PublicKeyTypes:
        """Its public key.

        Raises:
            ValueError: the library cannot read it; other errors of its parser likewise.

        """
        return self.certificate.public_key()

    @once
    def allowed_key(self) -> EllipticCurvePublicKey | RSAPublicKey | None:
        """Its public key, if it is of a kind and size that a verifier here accepts; errors as `key`."""
        key = self.key
        if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, CURVES):
            return key
        if isinstance(key, RSAPublicKey) and MIN_RSA <= key.key_size <= MAX_RSA:
            return key
        return None

    @once
    def p256_key(self) -> EllipticCurvePublicKey | None:
        """Its public key, if it is on P-256; errors as `key` and `fields`."""
        key = self.key
        if isinstance(key, EllipticCurvePublicKey) and (
            self.fields.key.startswith(P256_SPKI) or isinstance(key.curve, SECP256R1)
        ):
            return key
        return None

    @once
    def digest(self) -> bytes:
        """SHA-256 of its bytes."""
        return sha256(self.data)

    @once
    def begin(self) -> datetime:
        """When it begins to be valid."""
        return self.certificate.not_valid_before_utc

    @once
    def end(self) -> datetime:
        """Until when it is valid."""
        return self.certificate.not_valid_after_utc


MAX_AUTHORITIES_KEPT: Final = 64
"""Certificates of authorities kept between messages: a ledger has two or three."""
_authorities: dict[bytes, Seen] = {}


def keep(authority: Seen) -> None:
    """Keep a certificate that a pinned root vouches for, so that the next message that carries it need not read it.

    Kept is what its bytes say, under exactly these bytes, and nothing that was judged: each verifier checks names,
    purposes and signatures again. Only those who hold a key below a pinned root can put something here.
    """
    if len(_authorities) >= MAX_AUTHORITIES_KEPT:
        _authorities.clear()
    _authorities[authority.data] = authority


def seen(certificates: Iterable[bytes]) -> list[Seen]:
    """Return the certificates of a message; errors as `Seen`."""
    return [_authorities.get(data) or Seen(data) for data in certificates]


_EXPLICIT_VERSION, _EXTENSIONS = 0xA0, 0xA3
_CONTENT: Final = [_EXPLICIT_VERSION, tlv.INTEGER, *5 * [tlv.SEQUENCE], _EXTENSIONS]
"""Tags of a `TBSCertificate` of version 3 without unique identifiers (RFC 5280 section 4.1)."""
_SIGNATORY_EXTENSIONS: Final = {
    KEY_USAGE: Extension(critical=True, value=USAGE_VALUE),
    PURPOSES: Extension(critical=False, value=PURPOSES_VALUE),
    der.encode(NO_REV_AVAIL): Extension(critical=False, value=NO_REVOCATION_VALUE),
}
_ORDINARY: Final = [tlv.IDENTIFIER, tlv.OCTETS]
_CRITICAL: Final = [tlv.IDENTIFIER, tlv.BOOLEAN, tlv.OCTETS]


_POSITIVE: Final = re.compile(
    rb"\x30\x82..\x30\x82..\xa0\x03\x02\x01\x02"  # a certificate of 256 bytes or more, and of version 3 …
    rb"\x02[\x01-\x14][\x01-\x7f]",  # … with a serial number that does not begin with a bit or a byte of its sign
    re.DOTALL,
)
"""How nearly every certificate begins; others are looked at element by element."""


def _require_positive_serial(data: bytes) -> None:
    """Refuse what the library only warns of, before it reads it: whatever else is wrong, it finds itself."""
    if _POSITIVE.match(data):
        return
    certificate = tlv.element(data, 0, len(data))
    signed = tlv.element(data, certificate.start, certificate.end)
    found = tlv.element(data, signed.start, signed.end)
    if found.tag == _EXPLICIT_VERSION:
        found = tlv.element(data, found.end, signed.end)
    content = data[found.start : found.end]
    if found.tag == tlv.INTEGER and (not content or content[0] & 0x80 or not any(content)):
        raise ValueError("the serial number of a certificate is not positive")


def _read(data: bytes) -> Fields:
    """Find the parts of a certificate that the library has read (RFC 5280 section 4.1)."""
    placed = place_certificate(data)
    return _read_any(data) if placed is None else _of_signatory(placed)


def _of_signatory(placed: PlacedCertificate) -> Fields:
    """Return what a signatory's certificate says; `_read_any` finds the same, element by element."""
    return Fields(
        issuer=placed.issuer,
        subject=placed.subject,
        key=placed.key,
        signed=placed.signed,
        one_algorithm=True,
        extensions={
            **_SIGNATORY_EXTENSIONS,
            KEY_IDENTIFIER: Extension(critical=False, value=placed.key_identifier),
            AUTHORITY_IDENTIFIER: Extension(critical=False, value=placed.authority_identifier),
        },
    )


def _read_any(data: bytes) -> Fields:
    signed, outer, _ = tlv.children(data, tlv.whole(data, tlv.SEQUENCE))
    parts = tlv.children(data, signed)
    if [part.tag for part in parts] != _CONTENT:
        raise ValueError("a certificate is not of version 3, without unique identifiers and with extensions")
    _, _, inner, issuer, _, subject, key, tagged = parts
    return Fields(
        issuer=data[issuer.at : issuer.end],
        subject=data[subject.at : subject.end],
        key=data[key.at : key.end],
        signed=data[signed.at : signed.end],
        one_algorithm=data[outer.at : outer.end] == data[inner.at : inner.end],
        extensions=_read_extensions(data, tagged),
    )


def _read_extensions(data: bytes, tagged: tlv.Element) -> dict[bytes, Extension]:
    (sequence,) = tlv.children(data, tagged)
    found: dict[bytes, Extension] = {}
    items = tlv.children(data, sequence)
    for item in items:
        parts = tlv.children(data, item)
        tags = [part.tag for part in parts]
        # a BOOLEAN that is FALSE is not written (X.690 section 11.5)
        if tags != _ORDINARY and (tags != _CRITICAL or data[parts[1].start : parts[1].end] != tlv.TRUE):
            raise ValueError("an extension is malformed")
        name, value = parts[0], parts[-1]
        found[data[name.at : name.end]] = Extension(len(parts) == 3, data[value.start : value.end])
    if len(found) != len(items):
        raise ValueError("an extension is there twice")
    return found
