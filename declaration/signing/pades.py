"""The CMS inside the seal (ETSI EN 319 142-1, PAdES baseline B-T): made here, and read here.

It differs from a signatory's CMS (`declaration.signing.cms`) in one point: PAdES forbids the attribute signing-time,
because the PDF's own signature dictionary gives the claimed time. So three attributes are signed: content-type,
message-digest, signing-certificate-v2; the only unsigned one is the timestamp over the signature.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.canonical import sha256
from declaration.signing import structures as der
from declaration.signing.certificates import DOCUMENT_SIGNING, SIGNER_PURPOSES, SIGNER_USAGE, Certified
from declaration.signing.chain import verify_chain
from declaration.signing.cms import MAX_CMS, attribute, find_signer, signer_identifier
from declaration.signing.fields import Seen
from declaration.signing.judgement import altered, reading, unverifiable

_SIGNED: Final = (der.CONTENT_TYPE, der.MESSAGE_DIGEST, der.SIGNING_CERTIFICATE_V2)
_SHA256: Final = der.AlgorithmIdentifier(algorithm=der.SHA256, parameters=None)
_ECDSA: Final = der.AlgorithmIdentifier(algorithm=der.ECDSA_SHA256, parameters=None)


class SealMessage(NamedTuple):
    """The CMS of a seal that was read: well formed, and not yet verified.

    Args:
        certificate: of the seal key.
        chain: the other certificates in it.
        digest: SHA-256 of what the seal covers, as the seal says.
        named: SHA-256 of the seal's certificate, as the seal says.
        attributes: DER of the SET OF, the bytes under the signature.
        signature: DER Ecdsa-Sig-Value; what the timestamp covers.
        token: DER of the RFC 3161 token.

    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    digest: bytes
    named: bytes
    attributes: bytes
    signature: bytes
    token: bytes


def make_seal(digest: bytes, seal: Certified, *, stamp: Callable[[bytes], bytes]) -> bytes:
    """Return the CMS of a seal with its timestamp, in DER.

    The signature is deterministic (RFC 6979): the same file gets the same signature, and then a timestamp.

    Args:
        digest: SHA-256 of what the seal covers.
        seal: the seal key, its certificate, and those between it and the seal root.
        stamp: gives the RFC 3161 token for an imprint (SHA-256, 32 bytes).

    """
    attributes = asn1.SetOf(
        [
            attribute(der.CONTENT_TYPE, der.DATA),
            attribute(der.MESSAGE_DIGEST, digest),
            attribute(der.SIGNING_CERTIFICATE_V2, _identified(seal.certificate)),
        ]
    )
    signature = seal.key.sign(der.encode(attributes), ECDSA(SHA256(), deterministic_signing=True))
    token = asn1.decode_der(asn1.TLV, stamp(sha256(signature)))
    signer = der.SignerInfo(
        version=1,
        sid=signer_identifier(seal.certificate),
        digest_algorithm=_SHA256,
        signed_attributes=attributes,
        signature_algorithm=_ECDSA,
        signature=signature,
        unsigned_attributes=asn1.SetOf([der.Attribute(type=der.SIGNATURE_TIMESTAMP, values=asn1.SetOf([token]))]),
    )
    data = der.SignedData(
        version=1,
        digest_algorithms=asn1.SetOf([_SHA256]),
        content=der.EncapsulatedContent(content_type=der.DATA, content=None),
        certificates=asn1.SetOf(list(dict.fromkeys((seal.certificate, *seal.chain)))),
        crls=None,
        signer_infos=asn1.SetOf([signer]),
    )
    return der.encode(der.ContentInfo(content_type=der.SIGNED_DATA, content=data))


def _identified(certificate: x509.Certificate) -> der.SigningCertificateV2:
    named = der.EssCertIdV2(
        hash_algorithm=None, hash=sha256(certificate.public_bytes(Encoding.DER)), issuer_serial=None
    )
    return der.SigningCertificateV2(certificates=[named], policies=None)


def read_seal(data: bytes) -> SealMessage:
    """Read the CMS of a seal strictly; nothing is verified yet.

    Raises:
        CannotBeVerified: ``seal.unreadable``.

    """
    code = "seal.unreadable"
    content = der.decode(der.ContentInfo, data, code=code, limit=MAX_CMS)
    with reading(code):
        signed = content.content
        [signer] = signed.signer_infos.as_list()
        kinds = (content.content_type, signed.content.content_type, signed.content.content, signed.crls)
        algorithms = [*signed.digest_algorithms.as_list(), signer.digest_algorithm, signer.signature_algorithm]
        ours = (
            kinds == (der.SIGNED_DATA, der.DATA, None, None)
            and (signed.version, signer.version) == (1, 1)
            and [item.algorithm for item in algorithms] == [der.SHA256, der.SHA256, der.ECDSA_SHA256]
            and all(item.parameters is None for item in algorithms)
        )
        if not ours or signer.signed_attributes is None or signed.certificates is None:
            raise unverifiable(code, detail="another profile of CMS")
        certificates = signed.certificates.as_list()
        issuer, serial = der.encode(signer.sid.issuer), signer.sid.serial
        found, _ = find_signer([Seen.of(item) for item in certificates], issuer, serial, code=code)
        digest, named = _signed_values(signer.signed_attributes.as_list())
        return SealMessage(
            certificate=found.certificate,
            chain=tuple(item for item in certificates if item != found.certificate),
            digest=digest,
            named=named,
            attributes=der.encode(signer.signed_attributes),
            signature=signer.signature,
            token=_token(signer),
        )


def _signed_values(given: list[der.Attribute]) -> tuple[bytes, bytes]:
    """Return message digest and certificate digest of the signed attributes."""
    code = "seal.unreadable"
    values = {item.type: item.values.as_list() for item in given}
    if values.keys() != set(_SIGNED) or len(given) != len(_SIGNED) or any(len(each) != 1 for each in values.values()):
        raise unverifiable(code, detail="other signed attributes than three")
    kind, digest, identified = (values[name][0] for name in _SIGNED)
    [only] = der.value(identified, der.SigningCertificateV2, code=code).certificates
    if der.value(kind, x509.ObjectIdentifier, code=code) != der.DATA or only.hash_algorithm is not None:
        raise unverifiable(code, detail="a signed attribute of another kind")
    return der.value(digest, bytes, code=code), only.hash


def _token(signer: der.SignerInfo) -> bytes:
    if signer.unsigned_attributes is None:
        raise unverifiable("seal.unreadable", detail="no timestamp")
    [stamp] = signer.unsigned_attributes.as_list()
    [token] = stamp.values.as_list()
    if stamp.type != der.SIGNATURE_TIMESTAMP:
        raise unverifiable("seal.unreadable", detail="an unsigned attribute of another kind")
    return der.encode(token)


def verify_seal(message: SealMessage, *, covered: bytes, root: x509.Certificate, at: datetime) -> None:
    """Check that the seal covers these bytes, and that its key chains to the pinned seal root at the moment `at`.

    Args:
        message: from `read_seal`.
        covered: SHA-256 of the bytes that the seal should cover.
        root: pinned.
        at: the time of the seal's timestamp.

    Raises:
        Altered: ``seal.digest``, ``seal.certificate``, ``seal.invalid``, ``seal.forged``.
        CannotBeVerified: ``seal.key``, ``seal.untrusted`` and its relatives from `verify_chain`.

    """
    if message.digest != covered:
        raise altered("seal.digest")
    with reading("seal.key"):
        if message.named != sha256(message.certificate.public_bytes(Encoding.DER)):
            raise altered("seal.certificate")
        key = message.certificate.public_key()
        extensions = message.certificate.extensions
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        on_curve = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
        if not isinstance(key, EllipticCurvePublicKey) or not on_curve or usage != SIGNER_USAGE:
            raise unverifiable("seal.key")
        if purposes != SIGNER_PURPOSES:
            raise unverifiable("seal.key")
        try:
            key.verify(message.signature, message.attributes, ECDSA(SHA256()))
        except InvalidSignature as error:
            raise altered("seal.invalid") from error
    chain = [Seen.of(item) for item in message.chain]
    verify_chain(Seen.of(message.certificate), chain, root, at=at, family="seal", purpose=DOCUMENT_SIGNING)
