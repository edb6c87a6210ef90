"""Timestamps (RFC 3161): tokens read strictly and verified in full, and an authority that makes them.

Verifying covers what RFC 3161 section 2.2 asks of a requester and RFC 5652 section 5.6 of a verifier: the token's own
signature over its own content, the certificate it names, the one purpose of that certificate, its chain to the pinned
root at the token's time, the imprint, and the nonce where one was sent.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID

from declaration.canonical import sha256
from declaration.signing import cms
from declaration.signing import structures as der
from declaration.signing.certificates import Certified, Random
from declaration.signing.chain import Links, check_key, pinned, verify_chain
from declaration.signing.fields import CONTENT_COMMITMENT, DIGITAL_SIGNATURE, PURPOSES, Fields, Seen, seen
from declaration.signing.judgement import altered, reading, unverifiable
from declaration.signing.token_shapes import OpenedToken, Said, familiar_token, make_familiar

MAX_TOKEN: Final = 32 * 1024
"""Bytes of a token: ours have 1.5 kB; public authorities send two or three RSA certificates along, about 6 kB."""
MAX_REQUEST: Final = 1024
"""Bytes of a request: 60 to 80 are usual."""
POLICY: Final = ObjectIdentifier("2.25.194069007239268721585840806006639355503")
"""Policy of the embedded authority: the clock of the service, unaudited; an arc of our own by ITU-T X.667."""
GRANTED: Final = (0, 1)
"""PKI statuses with a token: granted, granted with modifications (RFC 3161 section 2.4.2)."""
_SIGNS: Final = DIGITAL_SIGNATURE | CONTENT_COMMITMENT
HIDDEN: Final = "timestamp.unreadable"
"""Code for whatever cannot be read."""

_HASHES: Final[dict[ObjectIdentifier, hashes.HashAlgorithm]] = {
    der.SHA256: hashes.SHA256(),
    der.SHA384: hashes.SHA384(),
    der.SHA512: hashes.SHA512(),
}
_ECDSA: Final = {
    der.ECDSA_SHA256: ECDSA(hashes.SHA256()),
    ObjectIdentifier("1.2.840.10045.4.3.3"): ECDSA(hashes.SHA384()),
    ObjectIdentifier("1.2.840.10045.4.3.4"): ECDSA(hashes.SHA512()),
}
_RSA: Final[dict[ObjectIdentifier, hashes.HashAlgorithm | None]] = {
    ObjectIdentifier("1.2.840.113549.1.1.1"): None,  # rsaEncryption: with the signer's digest algorithm
    ObjectIdentifier("1.2.840.113549.1.1.11"): hashes.SHA256(),
    ObjectIdentifier("1.2.840.113549.1.1.12"): hashes.SHA384(),
    ObjectIdentifier("1.2.840.113549.1.1.13"): hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What a verified token says.

    Args:
        at: the moment at which the imprint existed, timezone-aware.
        serial: the token's number.
        policy: under which it was given, dotted.
        certificate: of the authority.

    """

    at: datetime
    serial: int
    policy: str
    certificate: x509.Certificate


class TimestampAuthority(Protocol):
    """Whoever gives timestamps: the embedded authority, or a remote one."""

    def stamp(self, imprint: bytes, *, nonce: int, at: datetime) -> bytes:
        """Return the DER of a token over `imprint` (a SHA-256).

        Args:
            imprint: 32 bytes.
            nonce: positive and unpredictable; the token repeats it.
            at: the present moment; an authority with a clock of its own does not read it.

        """
        ...


class EmbeddedAuthority:
    """The service's own timestamp authority: its word is as good as the service's clock and key.

    Args:
        certified: key and certificate with the one purpose timeStamping.
        random: gives random bytes, for serial numbers.

    """

    def __init__(self, certified: Certified, *, random: Random) -> None:
        self._certified = certified
        self._random = random

    def stamp(self, imprint: bytes, *, nonce: int, at: datetime) -> bytes:
        """Return a token, see `TimestampAuthority`."""
        return der.encode(self._token(_imprint(imprint), nonce=nonce, at=at))

    def respond(self, request: bytes, *, at: datetime) -> bytes:
        """Answer a request over SHA-256 as a server would (RFC 3161 section 2.4).

        Raises:
            CannotBeVerified: ``timestamp.unreadable``, or an imprint by another algorithm.

        """
        query = der.decode(der.TimeStampReq, request, code=HIDDEN, limit=MAX_REQUEST)
        if query.imprint.algorithm.algorithm != der.SHA256 or len(query.imprint.digest) != 32:
            raise unverifiable("timestamp.algorithm")
        token = self._token(query.imprint, nonce=query.nonce, at=at)
        status = der.PkiStatusInfo(status=GRANTED[0], texts=None, failure=None)
        read = asn1.decode_der(der.Token, der.encode(token))
        return der.encode(der.TimeStampResp(status=status, token=read))

    def _token(self, imprint: der.MessageImprint, *, nonce: int | None, at: datetime) -> der.ContentInfo:
        certificate = self._certified.certificate
        content = der.encode(
            der.TstInfo(
                version=1,
                policy=POLICY,
                imprint=imprint,
                serial=int.from_bytes(b"\x01" + self._random(16), "big"),
                time=asn1.GeneralizedTime(at.astimezone(UTC).replace(microsecond=0)),
                accuracy=der.Accuracy(seconds=1, millis=None, micros=None),
                ordering=False,
                nonce=nonce,
                authority=None,
            )
        )
        own = der.EssCertIdV2(
            hash_algorithm=None, hash=sha256(certificate.public_bytes(Encoding.DER)), issuer_serial=None
        )
        attributes = asn1.SetOf(
            [
                cms.attribute(der.CONTENT_TYPE, der.TST_INFO),
                cms.attribute(der.MESSAGE_DIGEST, sha256(content)),
                cms.attribute(der.SIGNING_CERTIFICATE_V2, der.SigningCertificateV2(certificates=[own], policies=None)),
            ]
        )
        sha = der.AlgorithmIdentifier(algorithm=der.SHA256, parameters=None)
        signer = der.SignerInfo(
            version=1,
            sid=cms.signer_identifier(certificate),
            digest_algorithm=sha,
            signed_attributes=attributes,
            signature_algorithm=der.AlgorithmIdentifier(algorithm=der.ECDSA_SHA256, parameters=None),
            signature=self._certified.key.sign(der.encode(attributes), ECDSA(hashes.SHA256())),
            unsigned_attributes=None,
        )
        signed = der.SignedData(
            version=3,  # RFC 5652 section 5.1: the content is not id-data
            digest_algorithms=asn1.SetOf([sha]),
            content=der.EncapsulatedContent(content_type=der.TST_INFO, content=content),
            certificates=asn1.SetOf([certificate, *self._certified.chain]),
            crls=None,
            signer_infos=asn1.SetOf([signer]),
        )
        return der.ContentInfo(content_type=der.SIGNED_DATA, content=signed)


def _imprint(digest: bytes) -> der.MessageImprint:
    return der.MessageImprint(
        algorithm=der.AlgorithmIdentifier(algorithm=der.SHA256, parameters=asn1.Null()), digest=digest
    )


def request(imprint: bytes, *, nonce: int) -> bytes:
    """Return a request for a token over a SHA-256 that carries its certificates (RFC 3161 section 2.4.1)."""
    return der.encode(
        der.TimeStampReq(version=1, imprint=_imprint(imprint), policy=None, nonce=nonce, certificate=True)
    )


def token_of(response: bytes) -> bytes:
    """Return the token in a response (RFC 3161 section 2.4.2).

    Raises:
        CannotBeVerified: ``timestamp.unreadable``, or ``timestamp.refused`` with the status.

    """
    with reading(HIDDEN):
        answer = der.decode(der.TimeStampResp, response, code=HIDDEN, limit=2 * MAX_TOKEN)
        if answer.status.status not in GRANTED or answer.token is None:
            raise unverifiable("timestamp.refused", status=answer.status.status)
        return der.encode(answer.token)


def verify_token(
    token: bytes, *, imprint: bytes, root: x509.Certificate, nonce: int | None = None, links: Links | None = None
) -> Timestamp:
    """Verify a token over `imprint` and return what it says.

    Args:
        token: DER of the ContentInfo.
        imprint: SHA-256 that the token must cover.
        root: pinned root of the authority.
        nonce: the one that was sent; None when the request is not known any more.
        links: certificates found before.

    Raises:
        Altered: ``timestamp.imprint``, ``.nonce``, ``.content``, ``.certificate``, ``.invalid``, ``.forged``.
        CannotBeVerified: ``timestamp.unreadable``, ``.profile``, ``.attributes``, ``.signer``, ``.algorithm``,
            ``.purpose``, and what `verify_chain` raises.

    """
    links = links if links is not None else Links()
    familiar = familiar_token(token)
    opened = familiar or _open(token, root)
    with reading(HIDDEN):
        certificate, content = opened.certificate, opened.content
        if opened.digest != _digest(_hash(opened.digest_algorithm), content):
            raise altered("timestamp.content")
        _check_signature(opened)
        _check_purpose(certificate.fields)
        said = opened.said or _read_content(content)
        verify_chain(
            certificate,
            opened.others,
            root,
            at=said.at,
            family="timestamp",
            purpose=ExtendedKeyUsageOID.TIME_STAMPING,
            links=links,
        )
        if said.imprint != imprint:
            raise altered("timestamp.imprint")
        if nonce is not None and said.nonce != nonce:
            raise altered("timestamp.nonce")
        if familiar is None:
            make_familiar(token, opened, said)
        return Timestamp(said.at, said.serial, said.policy, certificate.certificate)


def _read_content(content: bytes) -> Said:
    """Read what a token says."""
    info = der.decode(der.TstInfo, content, code=HIDDEN, limit=MAX_TOKEN)
    if info.version != 1 or info.imprint.algorithm.algorithm != der.SHA256:
        raise unverifiable("timestamp.algorithm")
    at = info.time.as_datetime().replace(tzinfo=UTC)
    return Said(info.imprint.digest, at, info.serial, info.nonce, info.policy.dotted_string)


def _open(token: bytes, root: x509.Certificate) -> OpenedToken:
    """Take a token apart, and check everything about its form."""
    message = der.decode(der.Token, token, code=HIDDEN, limit=MAX_TOKEN)
    with reading(HIDDEN):
        certificates = seen(map(der.encode, message.content.certificates or []))
        signer, content = _check_profile(message)
        certificate, others = cms.find_signer(
            certificates, der.encode(signer.sid.issuer), signer.sid.serial, code="timestamp.signer"
        )
        digest, alone = _check_attributes(signer, certificate, [*others, pinned(root)])
        return OpenedToken(
            certificate=certificate,
            others=others,
            content=content,
            said=None,
            digest=digest,
            digest_algorithm=signer.digest_algorithm,
            attributes=der.encode(asn1.SetOf(signer.signed_attributes or [])),  # what is signed is DER: RFC 5652, 5.4
            signature=signer.signature,
            signature_algorithm=signer.signature_algorithm.algorithm,
            names_signer_alone=alone,
        )


def _check_profile(message: der.Token) -> tuple[der.TokenSigner, bytes]:
    """RFC 3161 section 2.4.2: a signed TSTInfo by one signer, and nothing else."""
    signed = message.content
    signers = signed.signer_infos.as_list()
    content = signed.content.content
    if (
        (message.content_type, signed.content.content_type) != (der.SIGNED_DATA, der.TST_INFO)
        or signed.version != 3
        or signed.crls is not None
        or content is None
        or len(signers) != 1
        or signers[0].version != 1
        or signers[0].unsigned_attributes is not None
    ):
        raise unverifiable("timestamp.profile")
    if [item.algorithm for item in signed.digest_algorithms.as_list()] != [signers[0].digest_algorithm.algorithm]:
        raise unverifiable("timestamp.profile")
    return signers[0], content


def _check_attributes(signer: der.TokenSigner, certificate: Seen, others: list[Seen]) -> tuple[bytes, bool]:
    """Return the digest that is signed, and whether no other certificate than the signer's is named."""
    given = signer.signed_attributes or []
    attributes = {item.type: item.values.as_list() for item in given}
    required = (der.CONTENT_TYPE, der.MESSAGE_DIGEST, der.SIGNING_CERTIFICATE_V2)
    if len(attributes) != len(given) or any(len(attributes.get(name, ())) != 1 for name in required):
        raise unverifiable("timestamp.attributes")
    kind, digest, identified = (attributes[name][0] for name in required)
    if kind.parse(ObjectIdentifier) != der.TST_INFO:
        raise unverifiable("timestamp.attributes")
    named = identified.parse(der.SigningCertificateV2).certificates
    if not named or not _names(named[0], certificate):
        raise altered("timestamp.certificate")
    if any(not any(_names(item, other) for other in others) for item in named[1:]):
        raise altered("timestamp.certificate")
    return digest.parse(bytes), len(named) == 1


def _names(identifier: der.EssCertIdV2, certificate: Seen) -> bool:
    """Tell whether an ESSCertIDv2 names this certificate (RFC 5035 section 4)."""
    algorithm = identifier.hash_algorithm
    expected = certificate.digest if algorithm is None else _digest(_hash(algorithm), certificate.data)
    if identifier.hash != expected:
        return False
    place = identifier.issuer_serial
    if place is None:
        return True
    issued = certificate.certificate
    directory_name = der.wrap(0xA4, issued.issuer.public_bytes())
    return place.serial == issued.serial_number and [der.encode(item) for item in place.issuer] == [directory_name]


def _hash(algorithm: der.AlgorithmIdentifier) -> hashes.HashAlgorithm:
    """RFC 5754 section 2: parameters of SHA-2 are absent, or NULL in what older software writes."""
    found = _HASHES.get(algorithm.algorithm)
    if found is None or isinstance(algorithm.parameters, ObjectIdentifier):
        raise unverifiable("timestamp.algorithm")
    return found


def _digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    return hashlib.new(algorithm.name, data).digest()


def _check_signature(opened: OpenedToken) -> None:
    key = check_key(opened.certificate, "timestamp")
    kind, signature, signed = opened.signature_algorithm, opened.signature, opened.attributes
    try:
        if isinstance(key, EllipticCurvePublicKey) and kind in _ECDSA:
            key.verify(signature, signed, _ECDSA[kind])
        elif isinstance(key, RSAPublicKey) and kind in _RSA:
            key.verify(signature, signed, PKCS1v15(), _RSA[kind] or _hash(opened.digest_algorithm))
        else:
            raise unverifiable("timestamp.algorithm")
    except InvalidSignature as error:
        raise altered("timestamp.invalid") from error


def _check_purpose(fields: Fields) -> None:
    """RFC 3161 section 2.3: the one purpose timeStamping, critical."""
    purposes, usage = fields.purposes, fields.usage
    if (
        purposes != [ExtendedKeyUsageOID.TIME_STAMPING]
        or PURPOSES not in fields.critical
        or (usage is not None and not usage & _SIGNS)
    ):
        raise unverifiable("timestamp.purpose")
