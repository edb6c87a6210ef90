"""The service of the settings in the environment, as commands of its operator need it."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from cryptography import x509

from declaration.cli.files import require_database
from declaration.cli.passphrase import ask_passphrase
from declaration.config import Settings
from declaration.errors import ConfigurationError
from declaration.services.chancery import Chancery, Site
from declaration.signing.keystore import KeySet, open_keys
from declaration.signing.remote import RemoteAuthority
from declaration.signing.timestamp import TimestampAuthority
from declaration.store.session import Store, open_store


@contextmanager
def service() -> Generator[Chancery]:
    """Give the service that the variables DECLARATION_* describe.

    Raises:
        ConfigurationError: ``config.*``, ``database.*``, or as `chancery_of`.

    """
    settings = Settings.from_environment(os.environ)
    require_database(settings.database_url)
    store = open_store(settings.database_url)
    try:
        store.check()
        yield chancery_of(settings, site_of(settings), store)
    finally:
        store.dispose()


def site_of(settings: Settings) -> Site:
    """Return where a service of these settings lives."""
    return Site(settings.rp_id, settings.origins, settings.rp_id)


def chancery_of(settings: Settings, site: Site, store: Store) -> Chancery:
    """Return the service of some settings.

    Raises:
        ConfigurationError: keys that cannot be opened, a timestamp authority that cannot be believed.

    """
    passphrase = settings.passphrase or ask_passphrase()
    keys = open_keys(settings.keys, passphrase=passphrase, random=os.urandom)
    authority, root = _timestamps(settings, keys)
    return Chancery(
        store=store,
        keys=keys,
        timestamps=authority,
        site=site,
        clock=lambda: datetime.now(UTC),
        random=os.urandom,
        timestamp_root=root,
        secret=None if settings.secret is None else settings.secret.encode(),
    )


def _timestamps(settings: Settings, keys: KeySet) -> tuple[TimestampAuthority, x509.Certificate | None]:
    """Return the authority, and its root where that is not our own."""
    if settings.timestamp_url is None:
        return keys.timestamps, None
    if settings.timestamp_root is None:
        raise _no_root("It is not set.")
    try:
        root = x509.load_pem_x509_certificate(settings.timestamp_root.read_bytes())
    except (OSError, ValueError) as error:
        raise _no_root(f"{settings.timestamp_root} is not a certificate in PEM.") from error
    return RemoteAuthority(settings.timestamp_url, root=root), root


def _no_root(why: str) -> ConfigurationError:
    return ConfigurationError(
        "serve.timestamp-root",
        f"An external timestamp authority is believed only under its own root. {why}",
        hint="Set DECLARATION_TIMESTAMP_ROOT to a file with that certificate, or unset DECLARATION_TIMESTAMP_URL.",
    )
