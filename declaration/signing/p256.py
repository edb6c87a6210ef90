"""P-256 keys and ECDSA signatures in the one form of each that is accepted."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from declaration.errors import InputRefused
from declaration.ledger.entries import P256_SPKI
from declaration.signing.judgement import PARSER_ERRORS

ECDSA_SHA256: Final = ECDSA(SHA256())
"""The one signature algorithm on P-256 here, made once."""
SPKI_SIZE: Final = 91
"""Bytes of a SubjectPublicKeyInfo with an uncompressed point (RFC 5480 section 2)."""
RAW_SIZE: Final = 64
"""Bytes of a raw signature: r and s, 32 bytes each (WebCrypto, ECDSA)."""
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group (SEC 2 section 2.4.2)."""
ENTROPY: Final = 40
"""Bytes from which a private key is made: 64 bits more than the order has, so that no key is likelier than another."""


def private_key(entropy: bytes) -> EllipticCurvePrivateKey:
    """Return the private key that belongs to `ENTROPY` bytes (FIPS 186-5 appendix A.2.1)."""
    return derive_private_key(int.from_bytes(entropy, "big") % (ORDER - 1) + 1, SECP256R1())


def spki(key: EllipticCurvePublicKey) -> bytes:
    """Return the SubjectPublicKeyInfo of a key, DER."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def load_key(data: bytes) -> EllipticCurvePublicKey:
    """Return the key of a SubjectPublicKeyInfo with an uncompressed point.

    Raises:
        InputRefused: ``key.p256``: another form or curve, or a point that is not on the curve.

    """
    if len(data) == SPKI_SIZE and data.startswith(P256_SPKI):
        try:
            key = load_der_public_key(data)
        except PARSER_ERRORS:
            key = None
        if isinstance(key, EllipticCurvePublicKey):
            return key
    raise InputRefused(
        "key.p256",
        f"These {len(data)} bytes are not a public key on P-256.",
        hint="Send a SubjectPublicKeyInfo with an uncompressed point, 91 bytes of DER.",
    )


def raw_signature(signature: bytes) -> bytes:
    """Return a DER signature as raw r‖s, as WebCrypto gives it."""
    return b"".join(part.to_bytes(RAW_SIZE // 2, "big") for part in decode_dss_signature(signature))


def der_signature(signature: bytes) -> bytes:
    """Return an ECDSA signature on P-256 as DER, from raw r‖s (64 bytes, as WebCrypto gives it) or from DER.

    Raises:
        InputRefused: ``signature.encoding``.

    """
    try:
        if len(signature) == RAW_SIZE:  # a DER form of 64 bytes would need two values below 2**208
            r = int.from_bytes(signature[: RAW_SIZE // 2], "big")
            s = int.from_bytes(signature[RAW_SIZE // 2 :], "big")
        else:
            r, s = decode_dss_signature(signature)
        result = encode_dss_signature(r, s)
        fits = 0 < r < ORDER and 0 < s < ORDER and (len(signature) == RAW_SIZE or result == signature)
    except (ValueError, TypeError, OverflowError):
        fits, result = False, b""
    if not fits:
        raise InputRefused(
            "signature.encoding",
            f"These {len(signature)} bytes are not an ECDSA signature on P-256.",
            hint="Send r and s as 64 bytes, or DER.",
        )
    return result
