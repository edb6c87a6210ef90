"""Addresses to which public acts are sent, and how far each has been sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from declaration.errors import NotFound
from declaration.store.private import Webhooks


@dataclass(frozen=True, slots=True)
class StoredWebhook:
    """An address.

    Args:
        declaration: whose acts are sent.
        webhook: its name.
        url: the address.
        secret: encrypted, with which messages are signed.
        sent: index of the next entry to send.
        failures: deliveries that failed since the last one that did not.
        due: not before this moment is it tried again.
        at: when it was made.

    """

    declaration: str
    webhook: str
    url: str
    secret: str
    sent: int
    failures: int
    due: datetime
    at: datetime


def keep(session: Session, webhook: StoredWebhook) -> None:
    """Remember an address."""
    session.add(Webhooks(**{name: getattr(webhook, name) for name in StoredWebhook.__dataclass_fields__}))
    session.flush()


def of(session: Session, declaration: str) -> tuple[StoredWebhook, ...]:
    """Return the addresses of a declaration."""
    rows = select(Webhooks).where(Webhooks.declaration == declaration).order_by(Webhooks.at, Webhooks.webhook)
    return tuple(_webhook(row) for row in session.scalars(rows))


def remove(session: Session, declaration: str, webhook: str) -> None:
    """Forget an address.

    Raises:
        NotFound: ``webhook.unknown``.

    """
    mine = (Webhooks.declaration == declaration, Webhooks.webhook == webhook)
    if _count(session.execute(delete(Webhooks).where(*mine))) != 1:
        raise NotFound("webhook.unknown", "There is no webhook of this name.", hint="Look at the list of webhooks.")


def due(session: Session, *, now: datetime) -> tuple[StoredWebhook, ...]:
    """Return the addresses that may be tried now, the longest waiting first."""
    rows = select(Webhooks).where(Webhooks.due <= now).order_by(Webhooks.due, Webhooks.webhook)
    return tuple(_webhook(row) for row in session.scalars(rows))


def claim(session: Session, webhook: StoredWebhook, *, until: datetime) -> bool:
    """Take an address for one delivery; False when another process has just done so."""
    mine = (Webhooks.declaration == webhook.declaration, Webhooks.webhook == webhook.webhook)
    changed = update(Webhooks).where(*mine, Webhooks.due == webhook.due, Webhooks.sent == webhook.sent)
    return _count(session.execute(changed.values(due=until))) == 1


def settle(session: Session, webhook: StoredWebhook, *, sent: int, failures: int, due: datetime) -> None:
    """Remember how a delivery ended."""
    mine = (Webhooks.declaration == webhook.declaration, Webhooks.webhook == webhook.webhook)
    session.execute(update(Webhooks).where(*mine).values(sent=sent, failures=failures, due=due))


def _webhook(row: Webhooks) -> StoredWebhook:
    return StoredWebhook(**{name: getattr(row, name) for name in StoredWebhook.__dataclass_fields__})


def _count(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount
