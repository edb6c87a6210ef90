"""Webhooks: every public act is sent to the addresses that the depositary named, in order, at least once, signed.

The content is ``{"acts": […], "declaration": …, "format": "declaration-webhook/1"}``. The header
``Declaration-Signature`` is ``t=<seconds since 1970>,v1=<hex>``: HMAC-SHA256 under the webhook's secret over the time,
a full stop, and the content. A receiver compares it in constant time, refuses old times, and knows an act again by its
index.
"""

from __future__ import annotations

import hmac
import http.client
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Final

from declaration.canonical import Json, encode, parse
from declaration.errors import ConfigurationError, DeclarationError, InputRefused
from declaration.services import events, posting
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.secrets import decrypted, encrypted, new_secret
from declaration.store import heads, webhooks
from declaration.store.webhooks import StoredWebhook

FORMAT: Final = "declaration-webhook/1"
"""Value of the member ``format`` of a message."""
MAX_WEBHOOKS: Final = 10
"""Addresses of one declaration."""
BATCH: Final = 100
"""Acts in one message."""
LEASE: Final = timedelta(seconds=60)
"""How long one process has an address for itself; if it dies, another goes on after that."""
FIRST_PAUSE: Final = timedelta(seconds=5)
"""Pause after the first failure; it doubles with every further one."""
LONGEST_PAUSE: Final = timedelta(hours=6)
"""The longest pause; an address is tried for ever, and what it missed is sent when it answers again."""
_PURPOSE: Final = "webhook"


def add(chancery: Chancery, actor: Actor, *, url: str, local: bool) -> tuple[StoredWebhook, str]:
    """Name an address, from the next act on; return it and the secret, which is shown once.

    Raises:
        InputRefused: ``webhook.url``; ``webhook.many``.

    """
    posting.check_url(url, local=local)
    now, secret = chancery.now(), new_secret(chancery)
    with chancery.store.transaction() as session:
        if len(webhooks.of(session, actor.declaration)) >= MAX_WEBHOOKS:
            raise InputRefused(
                "webhook.many", f"There are {MAX_WEBHOOKS} webhooks already.", hint="Remove one of them first."
            )
        size = heads.head(session, actor.declaration).size
        name = new_secret(chancery)[:12]
        sealed = encrypted(chancery, _PURPOSE, name, secret)
        kept = StoredWebhook(actor.declaration, name, url, sealed, size, 0, now, now)
        webhooks.keep(session, kept)
    return kept, secret


def listed(chancery: Chancery, actor: Actor) -> tuple[StoredWebhook, ...]:
    """Return the addresses of a declaration."""
    with chancery.store.reading() as session:
        return webhooks.of(session, actor.declaration)


def remove(chancery: Chancery, actor: Actor, webhook: str) -> None:
    """Forget an address.

    Raises:
        NotFound: ``webhook.unknown``.

    """
    with chancery.store.transaction() as session:
        webhooks.remove(session, actor.declaration, webhook)


def deliver(chancery: Chancery, *, local: bool, post: Callable[..., int] = posting.post) -> int:
    """Send to every address what it has not got and is due; any number of processes may do so at once.

    Returns how many acts were sent.

    Args:
        chancery: the service.
        local: whether this machine's own addresses are allowed.
        post: sends, as `posting.post`.

    """
    sent = 0
    with chancery.store.reading() as session:
        waiting = webhooks.due(session, now=chancery.now())
    for webhook in waiting:
        while True:
            count, webhook = _deliver_one(chancery, webhook, local=local, post=post)  # noqa: PLW2901 - as it stands now
            sent += count
            if count < BATCH:
                break
    return sent


def _deliver_one(
    chancery: Chancery, webhook: StoredWebhook, *, local: bool, post: Callable[..., int]
) -> tuple[int, StoredWebhook]:
    found = events.since(chancery, webhook.declaration, webhook.sent)[:BATCH]
    if not found:
        return 0, webhook
    now = chancery.now()
    with chancery.store.transaction() as session:
        if not webhooks.claim(session, webhook, until=now + LEASE):
            return 0, webhook
    acts: list[Json] = [parse(item.data, limit=len(item.data), what="An act") for item in found]
    done = _send(chancery, webhook, acts, local=local, post=post)
    failures = 0 if done else webhook.failures + 1
    pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE) if failures else timedelta()
    index, due = (found[-1].index + 1 if done else webhook.sent), chancery.now() + pause
    with chancery.store.transaction() as session:
        webhooks.settle(session, webhook, sent=index, failures=failures, due=due)
    after = StoredWebhook(
        webhook.declaration, webhook.webhook, webhook.url, webhook.secret, index, failures, due, webhook.at
    )
    return (len(found) if done else 0), after


def _send(
    chancery: Chancery, webhook: StoredWebhook, acts: list[Json], *, local: bool, post: Callable[..., int]
) -> bool:
    content = encode({"format": FORMAT, "declaration": webhook.declaration, "acts": acts})
    seconds = int(chancery.clock().astimezone(UTC).timestamp())
    try:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "declaration-webhook/1",
            "Declaration-Signature": signature(_secret(chancery, webhook), content, seconds=seconds),
        }
        return 200 <= post(webhook.url, content, headers, local=local) < 300
    except (OSError, http.client.HTTPException, ValueError, DeclarationError):
        return False


def signature(secret: str, content: bytes, *, seconds: int) -> str:
    """Return the value of the header ``Declaration-Signature``."""
    signed = hmac.digest(secret.encode(), f"{seconds}.".encode() + content, "sha256")
    return f"t={seconds},v1={signed.hex()}"


def _secret(chancery: Chancery, webhook: StoredWebhook) -> str:
    secret = decrypted(chancery, _PURPOSE, webhook.webhook, webhook.secret)
    if secret is None:
        raise ConfigurationError(
            "webhook.secret",
            "The service's secret is not the one under which this webhook was made.",
            hint="Set DECLARATION_SECRET to the former one, or make the webhook again.",
        )
    return secret
