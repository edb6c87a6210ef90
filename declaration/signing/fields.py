"""What is read from a certificate beside its key and its dates: names and extensions, as bytes, in one pass.

The library's own objects for names and extensions cost more to build than a signature to verify; here names are
compared as DER, and extensions are looked at where a rule asks for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag
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
        one_algorithm: whether the certificate names the same signature algorithm inside and outside of what is signed.
        extensions: by object identifier, each once.

    """

    issuer: bytes
    subject: bytes
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


def read_fields(certificate: x509.Certificate) -> Fields:
    """Read a certificate of version 3.

    Raises:
        ValueError: it is none, or an extension is there twice.

    """
    read = asn1.decode_der(der.Certificate, certificate.public_bytes(Encoding.DER))
    content = read.content
    extensions = {item.oid: Extension(item.critical, item.value) for item in content.extensions}
    if len(extensions) != len(content.extensions):
        raise ValueError("an extension is there twice")
    one_algorithm = der.encode(read.algorithm) == der.encode(content.algorithm)
    return Fields(der.encode(content.issuer), der.encode(content.subject), one_algorithm, extensions)
