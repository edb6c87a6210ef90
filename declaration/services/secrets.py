"""Secrets: how those that let somebody in are made and by which digest they are kept, and how what must be read is."""

from __future__ import annotations

import hmac
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from declaration.canonical import b64u, sha256, unb64u
from declaration.errors import ConfigurationError
from declaration.services.chancery import Chancery

SECRET: Final = 32
"""Bytes of a secret: nobody can guess it, whatever they compute."""
MAX_WRITTEN: Final = 64
"""Characters of a secret as it is written; a longer text is none of ours."""
_NONCE: Final = 12


def new_secret(chancery: Chancery) -> str:
    """Return a fresh secret, base64url, 43 characters."""
    return b64u(chancery.random(SECRET))


def keyed_digest(chancery: Chancery, purpose: str, secret: str) -> str:
    """Return HMAC-SHA256 of a secret under the service's key: without that key nobody can tell what it is a digest of.

    Raises:
        ConfigurationError: ``service.secret``, this chancery lets nobody in.

    """
    return hmac.digest(_key(chancery, purpose), secret[:MAX_WRITTEN].encode(), "sha256").hex()


def encrypted(chancery: Chancery, purpose: str, name: str, text: str) -> str:
    """Return a text encrypted (AES-256-GCM) under the service's key and bound to a name; errors as `keyed_digest`."""
    nonce = chancery.random(_NONCE)
    return b64u(nonce + AESGCM(_key(chancery, purpose)).encrypt(nonce, text.encode(), name.encode()))


def decrypted(chancery: Chancery, purpose: str, name: str, data: str) -> str | None:
    """Return what was encrypted; None where that was under another key, or for another name."""
    read = unb64u(data, what="An encrypted column")
    try:
        return AESGCM(_key(chancery, purpose)).decrypt(read[:_NONCE], read[_NONCE:], name.encode()).decode()
    except InvalidTag:
        return None


def require_secret(chancery: Chancery) -> bytes:
    """Return the service's secret.

    Raises:
        ConfigurationError: ``service.secret``, this chancery lets nobody in.

    """
    if chancery.secret is None:
        raise ConfigurationError(
            "service.secret", "This service has no secret of its own.", hint="Set DECLARATION_SECRET."
        )
    return chancery.secret


def _key(chancery: Chancery, purpose: str) -> bytes:
    return hmac.digest(sha256(require_secret(chancery)), f"declaration: {purpose}".encode(), "sha256")
