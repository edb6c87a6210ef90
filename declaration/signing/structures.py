"""ASN.1 of CMS (RFC 5652), signing certificates (RFC 5035) and timestamps (RFC 3161), declared, strict DER.

`decode` accepts only what `encode` gives again byte for byte. Annotations are evaluated when a class is made, so this
module cannot postpone them.
"""

from typing import Annotated, Final, TypeVar

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from declaration.signing.judgement import reading, unverifiable

T = TypeVar("T")

SIGNED_DATA: Final = ObjectIdentifier("1.2.840.113549.1.7.2")
DATA: Final = ObjectIdentifier("1.2.840.113549.1.7.1")
TST_INFO: Final = ObjectIdentifier("1.2.840.113549.1.9.16.1.4")
CONTENT_TYPE: Final = ObjectIdentifier("1.2.840.113549.1.9.3")
MESSAGE_DIGEST: Final = ObjectIdentifier("1.2.840.113549.1.9.4")
SIGNING_TIME: Final = ObjectIdentifier("1.2.840.113549.1.9.5")
SIGNING_CERTIFICATE_V2: Final = ObjectIdentifier("1.2.840.113549.1.9.16.2.47")
SIGNATURE_TIMESTAMP: Final = ObjectIdentifier("1.2.840.113549.1.9.16.2.14")
SHA256: Final = ObjectIdentifier("2.16.840.1.101.3.4.2.1")
SHA384: Final = ObjectIdentifier("2.16.840.1.101.3.4.2.2")
SHA512: Final = ObjectIdentifier("2.16.840.1.101.3.4.2.3")
ECDSA_SHA256: Final = ObjectIdentifier("1.2.840.10045.4.3.2")


@asn1.sequence
class AlgorithmIdentifier:
    """RFC 5280 section 4.1.1.2; parameters that are neither absent, NULL nor an OID belong to no algorithm of ours."""

    algorithm: ObjectIdentifier
    parameters: asn1.Null | ObjectIdentifier | None


@asn1.sequence
class Attribute:
    """RFC 5652 section 5.3."""

    type: ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class IssuerAndSerial:
    """RFC 5652 section 10.2.4."""

    issuer: asn1.TLV
    serial: int


@asn1.sequence
class SignerInfo:
    """RFC 5652 section 5.3, identified by issuer and serial number."""

    version: int
    sid: IssuerAndSerial
    digest_algorithm: AlgorithmIdentifier
    signed_attributes: Annotated[asn1.SetOf[Attribute] | None, asn1.Implicit(0)]
    signature_algorithm: AlgorithmIdentifier
    signature: bytes
    unsigned_attributes: Annotated[asn1.SetOf[Attribute] | None, asn1.Implicit(1)]


@asn1.sequence
class EncapsulatedContent:
    """RFC 5652 section 5.2."""

    content_type: ObjectIdentifier
    content: Annotated[bytes | None, asn1.Explicit(0)]


@asn1.sequence
class SignedData:
    """RFC 5652 section 5.1."""

    version: int
    digest_algorithms: asn1.SetOf[AlgorithmIdentifier]
    content: EncapsulatedContent
    certificates: Annotated[asn1.SetOf[x509.Certificate] | None, asn1.Implicit(0)]
    crls: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(1)]
    signer_infos: asn1.SetOf[SignerInfo]


@asn1.sequence
class ContentInfo:
    """RFC 5652 section 3, holding signed data."""

    content_type: ObjectIdentifier
    content: Annotated[SignedData, asn1.Explicit(0)]


@asn1.sequence
class DetachedData:
    """A `SignedData` as a verifier reads it: what is in its certificates is for `declaration.signing.fields`."""

    version: int
    digest_algorithms: asn1.SetOf[AlgorithmIdentifier]
    content: EncapsulatedContent
    certificates: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(0)]
    crls: Annotated[asn1.SetOf[asn1.TLV] | None, asn1.Implicit(1)]
    signer_infos: asn1.SetOf[SignerInfo]


@asn1.sequence
class Detached:
    """A `ContentInfo` as a verifier reads it: the library writes certificates of this form back at half the cost."""

    content_type: ObjectIdentifier
    content: Annotated[DetachedData, asn1.Explicit(0)]


@asn1.sequence
class SignedAttributes:
    """A SEQUENCE around the SET OF that is signed: the library decodes only sequences at the top."""

    attributes: asn1.SetOf[Attribute]


@asn1.sequence
class TokenSigner:
    """A `SignerInfo` whose attributes stand in any order, as OpenSSL and others write them in timestamps."""

    version: int
    sid: IssuerAndSerial
    digest_algorithm: AlgorithmIdentifier
    signed_attributes: Annotated[list[Attribute] | None, asn1.Implicit(0)]
    signature_algorithm: AlgorithmIdentifier
    signature: bytes
    unsigned_attributes: Annotated[list[Attribute] | None, asn1.Implicit(1)]


@asn1.sequence
class TokenData:
    """A `SignedData` whose certificates stand in any order."""

    version: int
    digest_algorithms: asn1.SetOf[AlgorithmIdentifier]
    content: EncapsulatedContent
    certificates: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]
    crls: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]
    signer_infos: asn1.SetOf[TokenSigner]


@asn1.sequence
class Token:
    """RFC 3161 section 2.4.2, as a verifier accepts it; our own tokens are written as `ContentInfo`, all DER."""

    content_type: ObjectIdentifier
    content: Annotated[TokenData, asn1.Explicit(0)]


@asn1.sequence
class IssuerSerial:
    """RFC 5035 section 5; the issuer is a list of one directory name."""

    issuer: list[asn1.TLV]
    serial: int


@asn1.sequence
class EssCertIdV2:
    """RFC 5035 section 4: an absent hash algorithm means SHA-256."""

    hash_algorithm: AlgorithmIdentifier | None
    hash: bytes
    issuer_serial: IssuerSerial | None


@asn1.sequence
class SigningCertificateV2:
    """RFC 5035 section 3."""

    certificates: list[EssCertIdV2]
    policies: list[asn1.TLV] | None


@asn1.sequence
class MessageImprint:
    """RFC 3161 section 2.4.1."""

    algorithm: AlgorithmIdentifier
    digest: bytes


@asn1.sequence
class Accuracy:
    """RFC 3161 section 2.4.2."""

    seconds: int | None
    millis: Annotated[int | None, asn1.Implicit(0)]
    micros: Annotated[int | None, asn1.Implicit(1)]


@asn1.sequence
class TstInfo:
    """RFC 3161 section 2.4.2; extensions are refused, since none is known here that means nothing."""

    version: int
    policy: ObjectIdentifier
    imprint: MessageImprint
    serial: int
    time: asn1.GeneralizedTime
    accuracy: Accuracy | None
    ordering: Annotated[bool, asn1.Default(value=False)]
    nonce: int | None
    authority: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]


@asn1.sequence
class TimeStampReq:
    """RFC 3161 section 2.4.1, without extensions."""

    version: int
    imprint: MessageImprint
    policy: ObjectIdentifier | None
    nonce: int | None
    certificate: Annotated[bool, asn1.Default(value=False)]


@asn1.sequence
class PkiStatusInfo:
    """RFC 3161 section 2.4.2."""

    status: int
    texts: list[str] | None
    failure: asn1.BitString | None


@asn1.sequence
class TimeStampResp:
    """RFC 3161 section 2.4.2, with a token."""

    status: PkiStatusInfo
    token: Token | None


@asn1.sequence
class Extension:
    """RFC 5280 section 4.1."""

    oid: ObjectIdentifier
    critical: Annotated[bool, asn1.Default(value=False)]
    value: bytes


@asn1.sequence
class TbsCertificate:
    """RFC 5280 section 4.1, of a certificate of version 3 without unique identifiers."""

    version: Annotated[int, asn1.Explicit(0)]
    serial: int
    algorithm: asn1.TLV
    issuer: asn1.TLV
    validity: asn1.TLV
    subject: asn1.TLV
    key: asn1.TLV
    extensions: Annotated[list[Extension], asn1.Explicit(3)]


@asn1.sequence
class Certificate:
    """RFC 5280 section 4.1; its content, a `TbsCertificate`, is also what the signature covers, as bytes."""

    content: asn1.TLV
    algorithm: asn1.TLV
    signature: asn1.BitString


@asn1.sequence
class BasicConstraints:
    """RFC 5280 section 4.2.1.9."""

    ca: Annotated[bool, asn1.Default(value=False)]
    path_length: int | None


@asn1.sequence
class Purposes:
    """An `ExtKeyUsageSyntax` (RFC 5280 section 4.2.1.12), wrapped in a sequence of one."""

    purposes: list[ObjectIdentifier]


def encode(value: object) -> bytes:
    """Return the DER encoding of one of these structures."""
    return asn1.encode_der(value)


def decode(kind: type[T], data: bytes, *, code: str, limit: int) -> T:
    """Read DER strictly: whatever would not be written again byte for byte is refused.

    Args:
        kind: one of these structures, or a type that the library knows.
        data: the bytes.
        code: of the verdict when it cannot be read.
        limit: bytes accepted.

    Raises:
        CannotBeVerified: too long, or not the DER encoding of a `kind`.

    """
    if len(data) > limit:
        raise unverifiable(code, detail=f"{len(data)} bytes, where {limit} are allowed")
    with reading(code):
        value = asn1.decode_der(kind, data)
        if asn1.encode_der(value) == data:
            return value
    raise unverifiable(code, detail="not DER")


def value(element: asn1.TLV, kind: type[T], *, code: str) -> T:
    """Read an element of any type as a `kind`, as strictly as `decode`.

    Raises:
        CannotBeVerified: it is another type, or not DER.

    """
    data = asn1.encode_der(element)
    return decode(kind, data, code=code, limit=len(data))


def tlv(value: object) -> asn1.TLV:
    """Return a value as an element of any type."""
    return asn1.decode_der(asn1.TLV, asn1.encode_der(value))


def wrap(tag: int, content: bytes) -> bytes:
    """Return a DER element with a one-byte tag (X.690 section 8.1)."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
