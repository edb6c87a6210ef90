"""Signatures and certificates as this service writes them, taken apart by place.

DER leaves a signature of our profile one form: which elements follow each other is fixed, and their lengths say where
each ends. So what is read here is compared, piece by piece, with what would be written. Whatever differs is None, and
is left to the readers of the declared structures, which know more forms and say what is wrong. What is found is the
same either way (a property test holds both against each other on changed bytes).
"""

from __future__ import annotations

import re
import struct
from typing import Final, NamedTuple

from cryptography import x509

from declaration.ledger.entries import P256_SPKI
from declaration.signing import structures as der
from declaration.signing import tlv
from declaration.signing.certificates import NO_REV_AVAIL, SIGNER_PURPOSES, SIGNER_USAGE

_LONG: Final = 0x100
"""Bytes from which on a length takes two bytes of its own; none here takes three."""

_SHA256: Final = der.wrap(0x30, der.encode(der.SHA256))
_ECDSA: Final = der.wrap(0x30, der.encode(der.ECDSA_SHA256))
_ONE: Final = b"\x02\x01\x01"

_HEAD: Final = struct.Struct(">2sH 11s2sH 2sH 3s15s13s 2s")
_SIGNER: Final = struct.Struct(">2sH 2sH 3s")
_STAMPED: Final = struct.Struct(">2sH 2sH 13s 2sH")
_CONTENT: Final = der.wrap(0x30, der.encode(der.DATA))
_ALGORITHMS: Final = der.wrap(0x31, _SHA256)
_SIGNED_DATA: Final = der.encode(der.SIGNED_DATA)
_STAMP: Final = der.encode(der.SIGNATURE_TIMESTAMP)
_LONG_SEQUENCE: Final = b"\x30\x82"
_LONG_SET: Final = b"\x31\x82"


class PlacedMessage(NamedTuple):
    """The pieces of a signature: each certificate, and the parts of its one signer info, as they stand there.

    Args:
        certificates: DER, in the order of a set (X.690 section 11.6).
        issuer: DER of the name of who issued the signer's certificate.
        serial: number of the signer's certificate.
        attributes: signed, as the SET OF that is signed.
        signature: the signature.
        token: DER of the timestamp, if there is one.

    """

    certificates: tuple[bytes, ...]
    issuer: bytes
    serial: int
    attributes: bytes
    signature: bytes
    token: bytes | None


def place_message(data: bytes) -> PlacedMessage | None:
    """Find the pieces of a detached signature of our profile; None unless its bytes are exactly of that form."""
    try:
        start, end = _place_head(data)
        certificates = _place_certificates(data, start, end)
        return _place_signer(data, end, certificates)
    except ValueError:
        return None


def _place_head(data: bytes) -> tuple[int, int]:
    """Return where the certificates begin and end."""
    size, start = len(data), _HEAD.size + 2
    _require(start + _LONG < size < 0x10000)
    head = _HEAD.pack(
        *(_LONG_SEQUENCE, size - 4, _SIGNED_DATA, b"\xa0\x82", size - 19, _LONG_SEQUENCE, size - 23),
        *(_ONE, _ALGORITHMS, _CONTENT, b"\xa0\x82"),
    )
    _require(data.startswith(head))
    length = data[start - 2] << 8 | data[start - 1]
    _require(length >= _LONG)
    return start, start + length


def _place_certificates(data: bytes, start: int, end: int) -> tuple[bytes, ...]:
    """Return the certificates, which are a set."""
    found, at = [], start
    while at < end:
        item = tlv.element(data, at, end)
        _require(item.tag == tlv.SEQUENCE)
        found.append(data[at : item.end])
        at = item.end
    _require(found == sorted(found))
    return tuple(found)


def _place_signer(data: bytes, end: int, certificates: tuple[bytes, ...]) -> PlacedMessage:
    """Find the parts of the one signer info, which begins where the certificates end."""
    size = len(data)
    _require(size - end - 8 >= _LONG)
    at = end + _SIGNER.size
    _require(data[end:at] == _SIGNER.pack(_LONG_SET, size - end - 4, _LONG_SEQUENCE, size - end - 8, _ONE))
    signer = tlv.element(data, at, size)
    at = signer.end + len(_SHA256)
    _require(signer.tag == tlv.SEQUENCE and data[signer.end : at] == _SHA256)
    issuer = tlv.element(data, signer.start, signer.end)
    serial = tlv.element(data, issuer.end, signer.end)
    _require((serial.tag, serial.end) == (tlv.INTEGER, signer.end) and issuer.tag == tlv.SEQUENCE)
    _require(serial.start < serial.end and 0 < data[serial.start] < 0x80)  # positive, in its shortest form
    attributes = tlv.element(data, at, size)
    at = attributes.end + len(_ECDSA)
    _require(attributes.tag == 0xA0 and data[attributes.end : at] == _ECDSA)
    signature = tlv.element(data, at, size)
    _require(signature.tag == tlv.OCTETS)
    return PlacedMessage(
        certificates,
        data[issuer.at : issuer.end],
        int.from_bytes(data[serial.start : serial.end], "big"),
        b"\x31" + data[attributes.at + 1 : attributes.end],
        data[signature.start : signature.end],
        None if signature.end == size else _place_token(data, signature.end),
    )


def _place_token(data: bytes, at: int) -> bytes:
    """Return the timestamp, the one unsigned attribute, which ends the message."""
    size, start = len(data), at + _STAMPED.size
    _require(size - start >= _LONG)
    length = size - at
    _require(
        data[at:start]
        == _STAMPED.pack(b"\xa1\x82", length - 4, _LONG_SEQUENCE, length - 8, _STAMP, _LONG_SET, size - start)
    )
    tlv.whole(data[start:], tlv.SEQUENCE)
    return data[start:]


def _require(found: bool) -> None:
    if not found:
        raise ValueError("it is of another form")


class PlacedCertificate(NamedTuple):
    """The pieces of a signatory's certificate, DER: see `declaration.signing.fields.Fields`.

    Its key and authority identifiers are the values of two extensions; the others are always the same.
    """

    issuer: bytes
    subject: bytes
    key: bytes
    signed: bytes
    key_identifier: bytes
    authority_identifier: bytes


USAGE_VALUE: Final = SIGNER_USAGE.public_bytes()
PURPOSES_VALUE: Final = SIGNER_PURPOSES.public_bytes()
NO_REVOCATION_VALUE: Final = b"\x05\x00"


def _extension(oid: x509.ObjectIdentifier, value: bytes, *, critical: bool = False) -> bytes:
    return der.encode(der.Extension(oid=oid, critical=critical, value=value))


_FIXED: Final = (
    _extension(x509.KeyUsage.oid, USAGE_VALUE, critical=True)
    + _extension(x509.ExtendedKeyUsage.oid, PURPOSES_VALUE)
    + _extension(NO_REV_AVAIL, NO_REVOCATION_VALUE)
)
_BEGINNING: Final = re.compile(
    rb"\x30\x82..\x30\x82..\xa0\x03\x02\x01\x02\x02\x11\x01.{16}" + re.escape(_ECDSA), re.DOTALL
)
"""Of a certificate, until its issuer: version 3, a serial number of ours, and ECDSA with SHA-256."""
_VALIDITY: Final = 32
"""Bytes of two moments in UTCTime."""
_END: Final = re.compile(
    rb"(?P<key>" + re.escape(P256_SPKI) + rb".{64})"
    rb"\xa3\x7c\x30\x7a"
    rb"\x30\x1d\x06\x03\x55\x1d\x0e\x04\x16(?P<key_identifier>\x04\x14.{20})"
    rb"\x30\x1f\x06\x03\x55\x1d\x23\x04\x18(?P<authority_identifier>\x30\x16\x80\x14.{20})"
    + re.escape(_FIXED + _ECDSA)
    + rb"\x03.\x00.{8,72}",
    re.DOTALL,
)
"""Of a certificate, from its key on: a key on P-256, the five extensions in the order in which we write them."""


def place_certificate(data: bytes) -> PlacedCertificate | None:
    """Find the pieces of a certificate that the library has read; None unless it is a signatory's, of our form."""
    beginning = _BEGINNING.match(data)
    if beginning is None:
        return None
    issuer = tlv.element(data, beginning.end(), len(data))
    at = issuer.end + _VALIDITY
    if data[issuer.end : issuer.end + 2] != b"\x30\x1e":
        return None
    subject = tlv.element(data, at, len(data))
    end = _END.fullmatch(data, subject.end)
    if end is None:
        return None
    key, key_identifier, authority_identifier = end.groups()
    return PlacedCertificate(
        data[issuer.at : issuer.end],
        data[at : subject.end],
        key,
        data[4 : end.end("authority_identifier") + len(_FIXED)],
        key_identifier,
        authority_identifier,
    )
