"""Private keys on disk: encrypted PKCS#8 (RFC 5958) by scrypt (RFC 7914) and AES-256-CBC, which OpenSSL reads too.

The library's own encryption derives its key by 2,048 rounds of PBKDF2, which a stolen file would not withstand.
Annotations are evaluated when a class is made, so this module cannot postpone them.
"""

import base64
import hashlib
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import ObjectIdentifier

from declaration.errors import ConfigurationError
from declaration.signing.certificates import Random
from declaration.signing.judgement import PARSER_ERRORS

SCRYPT_BLOCK: Final = 8
"""r of scrypt."""
MAX_FILE: Final = 16 * 1024
"""Bytes of a key file: ours have 300 to 500."""

_PBES2: Final = ObjectIdentifier("1.2.840.113549.1.5.13")
_SCRYPT: Final = ObjectIdentifier("1.3.6.1.4.1.11591.4.11")
_AES_256_CBC: Final = ObjectIdentifier("2.16.840.1.101.3.4.1.42")
_BEGIN: Final = "-----BEGIN ENCRYPTED PRIVATE KEY-----"
_END: Final = "-----END ENCRYPTED PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class Hardness:
    """How long scrypt takes over one guess; each file says its own.

    Args:
        cost: N, a power of two; takes 128 · r · N bytes of memory.
        parallel: p.

    """

    cost: int
    parallel: int


HARD: Final = Hardness(cost=1 << 14, parallel=5)
"""What OWASP asks for stored passwords, about 0.2 s a key; its 16 MB are the most that OpenSSL takes by default."""
THROWAWAY: Final = Hardness(cost=1 << 10, parallel=1)
"""For rehearsals and demos alone, whose passphrase everybody knows: there is nothing to guess."""


@asn1.sequence
class _ScryptParameters:
    """RFC 7914 section 7.1."""

    salt: bytes
    cost: int
    block: int
    parallel: int


@asn1.sequence
class _Derivation:
    algorithm: ObjectIdentifier
    parameters: _ScryptParameters


@asn1.sequence
class _Encryption:
    algorithm: ObjectIdentifier
    vector: bytes


@asn1.sequence
class _Pbes2Parameters:
    """RFC 8018 appendix A.4."""

    derivation: _Derivation
    encryption: _Encryption


@asn1.sequence
class _Scheme:
    algorithm: ObjectIdentifier
    parameters: _Pbes2Parameters


@asn1.sequence
class _EncryptedPrivateKeyInfo:
    """RFC 5958 section 3."""

    scheme: _Scheme
    data: bytes


def encrypt(key: PrivateKeyTypes, passphrase: str, *, random: Random, hardness: Hardness = HARD) -> bytes:
    """Return a private key as encrypted PKCS#8 in PEM.

    Args:
        key: any private key.
        passphrase: turned into UTF-8.
        random: gives the salt and the initialisation vector.
        hardness: less than `HARD` only for throwaway keys whose passphrase is public anyway.

    """
    salt, vector = random(16), random(16)
    cost, parallel = hardness.cost, hardness.parallel
    secret = hashlib.scrypt(passphrase.encode(), salt=salt, n=cost, r=SCRYPT_BLOCK, p=parallel, dklen=32)
    padder = PKCS7(128).padder()
    plain = padder.update(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())) + padder.finalize()
    encryptor = Cipher(AES256(secret), CBC(vector)).encryptor()
    derivation = _Derivation(
        algorithm=_SCRYPT,
        parameters=_ScryptParameters(salt=salt, cost=cost, block=SCRYPT_BLOCK, parallel=parallel),
    )
    parameters = _Pbes2Parameters(derivation=derivation, encryption=_Encryption(algorithm=_AES_256_CBC, vector=vector))
    info = _EncryptedPrivateKeyInfo(
        scheme=_Scheme(algorithm=_PBES2, parameters=parameters), data=encryptor.update(plain) + encryptor.finalize()
    )
    lines = wrap(base64.b64encode(asn1.encode_der(info)).decode(), 64)
    return "\n".join([_BEGIN, *lines, _END, ""]).encode()


def decrypt(data: bytes, passphrase: str, *, name: str) -> PrivateKeyTypes:
    """Return the private key of an encrypted PKCS#8 file.

    Args:
        data: PEM.
        passphrase: as given to `encrypt`.
        name: how messages name the file.

    Raises:
        ConfigurationError: ``keys.passphrase``, or ``keys.damaged``.

    """
    try:
        if not data.startswith(_BEGIN.encode()):
            raise ConfigurationError(
                "keys.damaged",
                f"The key file {name} is not an encrypted private key.",
                hint="Restore it from its safe copy; unencrypted keys are not accepted.",
            )
        return load_pem_private_key(data, passphrase.encode())
    except PARSER_ERRORS as error:
        # a wrong passphrase and a damaged file look alike: both decrypt to nonsense
        raise ConfigurationError(
            "keys.passphrase",
            f"The key file {name} does not open with this passphrase.",
            hint="Check the passphrase (variable DECLARATION_KEY_PASSPHRASE); if it is right, the file is damaged.",
        ) from error
