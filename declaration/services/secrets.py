"""Secrets that let somebody in: how they are made, and by which digest they are kept."""

from __future__ import annotations

import hmac
from typing import Final

from declaration.canonical import b64u, sha256
from declaration.errors import ConfigurationError
from declaration.services.chancery import Chancery

SECRET: Final = 32
"""Bytes of a secret: nobody can guess it, whatever they compute."""
MAX_WRITTEN: Final = 64
"""Characters of a secret as it is written; a longer text is none of ours."""


def new_secret(chancery: Chancery) -> str:
    """Return a fresh secret, base64url, 43 characters."""
    return b64u(chancery.random(SECRET))


def keyed_digest(chancery: Chancery, purpose: str, secret: str) -> str:
    """Return HMAC-SHA256 of a secret under the service's key: without that key nobody can tell what it is a digest of.

    Raises:
        ConfigurationError: ``service.secret``, this chancery lets nobody in.

    """
    return hmac.digest(_key(chancery, purpose), secret[:MAX_WRITTEN].encode(), "sha256").hex()


def derived_key(chancery: Chancery, purpose: str) -> bytes:
    """Return 32 bytes for one purpose, derived from the service's key; errors as `keyed_digest`."""
    return _key(chancery, purpose)


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
