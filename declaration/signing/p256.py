"""P-256 keys and ECDSA signatures in the one form of each that is accepted."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from declaration.errors import InputRefused
from declaration.ledger.entries import P256_SPKI
from declaration.signing.judgement import PARSER_ERRORS

SPKI_SIZE: Final = 91
"""Bytes of a SubjectPublicKeyInfo with an uncompressed point (RFC 5480 section 2)."""
RAW_SIZE: Final = 64
"""Bytes of a raw signature: r and s, 32 bytes each (WebCrypto, ECDSA)."""
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group (SEC 2 section 2.4.2)."""


def load_key(spki: bytes) -> EllipticCurvePublicKey:
    """Return the key of a SubjectPublicKeyInfo with an uncompressed point.

    Raises:
        InputRefused: ``key.p256``: another form or curve, or a point that is not on the curve.

    """
    if len(spki) == SPKI_SIZE and spki.startswith(P256_SPKI):
        try:
            key = load_der_public_key(spki)
        except PARSER_ERRORS:
            key = None
        if isinstance(key, EllipticCurvePublicKey):
            return key
    raise InputRefused(
        "key.p256",
        f"These {len(spki)} bytes are not a public key on P-256.",
        hint="Send a SubjectPublicKeyInfo with an uncompressed point, 91 bytes of DER.",
    )


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
