"""From a certificate to a pinned root: a narrow path validation (RFC 5280 section 6) at one moment.

What is allowed: a root and at most `MAX_AUTHORITIES` authorities, each used exactly once; P-256, P-384 or RSA keys;
SHA-2. What is not known here (name constraints, policies, revocation) is refused where a certificate marks it critical.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID

from declaration.signing.fields import CONSTRAINTS, KEY_CERT_SIGN, KEY_USAGE, PURPOSES, Fields, Seen, keep
from declaration.signing.judgement import altered, reading, unverifiable

MAX_AUTHORITIES: Final = 4
"""Authorities between a certificate and its root: public timestamp authorities have one or two."""
MAX_REMEMBERED: Final = 64
"""Paths and ends that a run remembers: a hostile set of files must fill no memory."""
HASHES: Final = frozenset({"sha256", "sha384", "sha512"})
"""Hash algorithms with which certificates may be signed."""
_UNDERSTOOD: Final = frozenset({CONSTRAINTS, KEY_USAGE, PURPOSES})


class Path(NamedTuple):
    """Authorities from the nearest up to the root, found to be in order, and when all of them are valid."""

    certificates: tuple[Seen, ...]
    begin: datetime
    end: datetime


@dataclass(slots=True)
class Links:
    """What a run of a verifier has found about certificates that occur again and again.

    Paths of authorities and timestamp certificates are verified once. Signatories' certificates occur once, and are not
    kept. Everything is named by the bytes of the certificates.
    """

    paths: dict[tuple[object, ...], Path] = field(default_factory=dict)
    ends: set[tuple[bytes, bytes]] = field(default_factory=set)

    def bound(self) -> None:
        """Forget what became too much."""
        if len(self.paths) >= MAX_REMEMBERED:
            self.paths.clear()
        if len(self.ends) >= MAX_REMEMBERED:
            self.ends.clear()


@lru_cache(maxsize=16)
def pinned(root: x509.Certificate) -> Seen:
    """Return a pinned root, read once: a program has a handful of them, and nobody else chooses which."""
    return Seen.of(root)


def verify_chain(
    certificate: Seen,
    others: Iterable[Seen],
    root: x509.Certificate,
    *,
    at: datetime,
    family: str,
    purpose: x509.ObjectIdentifier,
    links: Links | None = None,
) -> None:
    """Check that `certificate` was issued below `root`, by way of all `others`, and all were valid at `at`.

    Args:
        certificate: whose signature is being judged; its own usage is the caller's to check.
        others: exactly the authorities between; the root may be among them.
        root: pinned.
        at: the moment of the signature, timezone-aware.
        family: first word of the codes: ``certificate``, ``timestamp`` or ``seal``.
        purpose: extended key usage that authorities must not exclude.
        links: what earlier calls have found.

    Raises:
        Altered: ``<family>.forged``.
        CannotBeVerified: ``<family>.untrusted``, ``.validity``, ``.authority``, ``.algorithm``, ``.extension``,
            ``.surplus``, ``.unreadable``.

    """
    links = links if links is not None else Links()
    links.bound()
    with reading(f"{family}.unreadable"):
        known = tuple(others)
        anchor = pinned(root)
        check_key(anchor, family)
        path = _path_above(certificate.fields.issuer, known, anchor, purpose=purpose, family=family, links=links)
        issuer = path.certificates[0]
        end = (certificate.data, issuer.data)
        if family != "timestamp":
            _check_issued(certificate, issuer, family)
        elif end not in links.ends:
            _check_issued(certificate, issuer, family)
            links.ends.add(end)
            keep(certificate)
        begin, until = max(path.begin, certificate.begin), min(path.end, certificate.end)
    if not begin <= at <= until:
        raise unverifiable(f"{family}.validity", at=at.isoformat(), begin=begin.isoformat(), end=until.isoformat())


def _path_above(
    name: bytes, others: Sequence[Seen], root: Seen, *, purpose: x509.ObjectIdentifier, family: str, links: Links
) -> Path:
    """Return the verified path of authorities; whether it issued the certificate is still to be checked."""
    known = (family, purpose, name, root.data, *(item.data for item in others))
    path = links.paths.get(known)
    if path is None:
        certificates = _ordered(name, [item for item in others if item.data != root.data], root, family)
        for depth, issuer in enumerate(certificates):
            fields = issuer.fields
            check_key(issuer, family)
            _check_authority(fields, depth, purpose, family)
            if issuer is not root:
                _check_issued(issuer, certificates[depth + 1], family)
        for issuer in certificates[:-1]:
            keep(issuer)
        path = Path(
            tuple(certificates), max(item.begin for item in certificates), min(item.end for item in certificates)
        )
        links.paths[known] = path
    return path


def check_key(certificate: Seen, family: str) -> EllipticCurvePublicKey | RSAPublicKey:
    """Return the certificate's public key, if it is of an allowed kind.

    Raises:
        CannotBeVerified: ``<family>.algorithm``.
        ValueError: the library cannot read it; other errors of its parser likewise.

    """
    key = certificate.allowed_key
    if key is None:
        raise unverifiable(f"{family}.algorithm")
    return key


def _ordered(name: bytes, others: list[Seen], root: Seen, family: str) -> list[Seen]:
    """Return the authorities from the nearest to the root; a link is by name here, and by signature afterwards."""
    if len(others) > MAX_AUTHORITIES:
        raise unverifiable(f"{family}.surplus")
    path: list[Seen] = []
    while others:
        above = [item for item in others if item.fields.subject == name]
        if not above:
            break
        path.append(above[0])
        name = above[0].fields.issuer
        others = [item for item in others if item.data != above[0].data]
    if name != root.fields.subject:
        raise unverifiable(f"{family}.untrusted")
    if others:
        raise unverifiable(f"{family}.surplus")
    return [*path, root]


def _check_issued(subject: Seen, issuer: Seen, family: str) -> None:
    """RFC 5280 section 6.1.3 (a): by the name and the key of its issuer, under one algorithm that is allowed."""
    fields, certificate = subject.fields, subject.certificate
    _check_critical(fields, family)
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None or algorithm.name not in HASHES:
        raise unverifiable(f"{family}.algorithm")
    key, padding = check_key(issuer, family), certificate.signature_algorithm_parameters
    if fields.issuer != issuer.fields.subject or not fields.one_algorithm:
        raise unverifiable(f"{family}.untrusted")
    try:
        if isinstance(key, EllipticCurvePublicKey) and isinstance(padding, ECDSA):
            key.verify(certificate.signature, fields.signed, padding)
        elif isinstance(key, RSAPublicKey) and isinstance(padding, PKCS1v15 | PSS):
            key.verify(certificate.signature, fields.signed, padding, algorithm)
        else:
            raise altered(f"{family}.forged")  # signed with another kind of key than its issuer has
    except InvalidSignature as error:
        raise altered(f"{family}.forged") from error


def _check_authority(fields: Fields, depth: int, purpose: x509.ObjectIdentifier, family: str) -> None:
    """RFC 5280 section 6.1.4 (k) to (n): what an issuer must be allowed to do; `depth` authorities stand below it."""
    _check_critical(fields, family)
    constraints, usage, purposes = fields.constraints, fields.usage, fields.purposes
    if (
        constraints is None
        or not (CONSTRAINTS in fields.critical and constraints.ca)
        or usage is None
        or not usage & KEY_CERT_SIGN
        or (constraints.path_length is not None and constraints.path_length < depth)
        or (purposes is not None and not {purpose, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(purposes))
    ):
        raise unverifiable(f"{family}.authority")


def _check_critical(fields: Fields, family: str) -> None:
    if not fields.critical <= _UNDERSTOOD:
        raise unverifiable(f"{family}.extension")
