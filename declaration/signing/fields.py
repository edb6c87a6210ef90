"""What is read from a certificate, once: names and extensions as bytes, in one pass.

The library's own objects for names and extensions cost more to build than a signature to verify; here names are
compared as DER, and extensions are looked at where a rule asks for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.signing import structures as der


class Extension(NamedTuple):
    """An extension: whether it is critical, and the DER of its value."""

    critical: bool
    value: bytes


class Usage(IntFlag):
    """Bits of a key usage (RFC 5280 section 4.2.1.3) that a rule here asks for; bit 0 is the highest."""

    DIGITAL_SIGNATURE = 0x80
    CONTENT_COMMITMENT = 0x40
    KEY_CERT_SIGN = 0x04


@dataclass(frozen=True, slots=True)
class Fields:
    """Names and extensions of a certificate.

    Args:
        issuer: its issuer's name, DER.
        subject: its own name, DER.
        signed: what its issuer's signature covers, DER.
        one_algorithm: whether the certificate names the same signature algorithm inside and outside of what is signed.
        extensions: by object identifier, each once.

    """

    issuer: bytes
    subject: bytes
    signed: bytes
    one_algorithm: bool
    extensions: Mapping[x509.ObjectIdentifier, Extension]

    def usage(self) -> Usage | None:
        """Return the key usage (RFC 5280 section 4.2.1.3), if there is one.

        Raises:
            ValueError: it is not a bit string of one or two bytes.

        """
        found = self.extensions.get(x509.KeyUsage.oid)
        if found is None:
            return None
        bits = asn1.decode_der(asn1.BitString, found.value).as_bytes()
        if not 1 <= len(bits) <= 2:
            raise ValueError("a key usage has one to nine bits")
        return Usage(bits[0])

    def purposes(self) -> list[x509.ObjectIdentifier] | None:
        """Return the extended key usage (RFC 5280 section 4.2.1.12), if there is one.

        Raises:
            ValueError: it is not a list of object identifiers.

        """
        found = self.extensions.get(x509.ExtendedKeyUsage.oid)
        return None if found is None else asn1.decode_der(der.Purposes, der.wrap(0x30, found.value)).purposes

    def constraints(self) -> der.BasicConstraints | None:
        """Return the basic constraints (RFC 5280 section 4.2.1.9), if there are any.

        Raises:
            ValueError: they are malformed.

        """
        found = self.extensions.get(x509.BasicConstraints.oid)
        return None if found is None else asn1.decode_der(der.BasicConstraints, found.value)


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

    @cached_property
    def fields(self) -> Fields:
        """Its names and extensions.

        Raises:
            ValueError: it is not of version 3, or an extension is there twice.

        """
        return _read(self.data)


def seen(elements: Iterable[asn1.TLV]) -> list[Seen]:
    """Return the certificates of a message; errors as `Seen`."""
    return [Seen(der.encode(element)) for element in elements]


def _require_positive_serial(data: bytes) -> None:
    """Refuse what the library only warns of, before it reads it: whatever else is wrong, it finds itself."""
    _, at, _ = _header(data, 0)  # the certificate
    _, at, _ = _header(data, at)  # what is signed of it
    tag, start, end = _header(data, at)
    if tag == _EXPLICIT_VERSION:
        tag, start, end = _header(data, end)
    content = data[start:end]
    if tag == _INTEGER and (not content or content[0] & 0x80 or not any(content)):
        raise ValueError("the serial number of a certificate is not positive")


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Return the tag of the element at `at`, and where its content begins and ends (X.690, 8.1)."""
    if len(data) < at + 2:
        raise ValueError("a certificate ends in the middle")
    length, start = data[at + 1], at + 2
    if length & 0x80:
        octets = length & 0x7F
        length, start = int.from_bytes(data[start : start + octets], "big"), start + octets
    return data[at], start, start + length


_INTEGER, _EXPLICIT_VERSION = 0x02, 0xA0


def _read(data: bytes) -> Fields:
    whole = asn1.decode_der(der.Certificate, data)
    signed = der.encode(whole.content)
    content = asn1.decode_der(der.TbsCertificate, signed)
    extensions = {item.oid: Extension(item.critical, item.value) for item in content.extensions}
    if len(extensions) != len(content.extensions):
        raise ValueError("an extension is there twice")
    return Fields(
        issuer=der.encode(content.issuer),
        subject=der.encode(content.subject),
        signed=signed,
        one_algorithm=der.encode(whole.algorithm) == der.encode(content.algorithm),
        extensions=extensions,
    )
