"""Allowances: how often somebody may knock, shared by every process through the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Final

from declaration.errors import DeclarationError
from declaration.services.chancery import Chancery
from declaration.services.secrets import keyed_digest
from declaration.store import traffic


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often something may be done.

    Args:
        name: of the kind of call.
        burst: how many at once.
        seconds: after which one more is allowed.

    """

    name: str
    burst: int
    seconds: float


ENTERING: Final = Allowance("enter", burst=20, seconds=3)
"""Signing in, from one address: a delegation may share one."""
INVITATIONS: Final = Allowance("invitation", burst=20, seconds=6)
"""Opening invitations, from one address."""
SIGNING: Final = Allowance("sign", burst=10, seconds=6)
"""Gestures of one signatory: every one makes certificates and timestamps."""
WRITING: Final = Allowance("write", burst=120, seconds=0.5)
"""Other writes of one actor."""


class TooOften(DeclarationError):
    """Somebody has used their allowance up; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        """Say it."""
        super().__init__(
            "traffic.too-often",
            "Too many requests of this kind came from you in a short time.",
            hint=f"Wait for {seconds} seconds, then try again.",
        )
        self.seconds = seconds


def take(chancery: Chancery, allowance: Allowance, who: str) -> None:
    """Use one call of an allowance.

    Args:
        chancery: the service.
        allowance: of what.
        who: an address or an actor; only a keyed digest of it is kept.

    Raises:
        TooOften: it is used up.

    """
    now = int(chancery.clock().astimezone(UTC).timestamp() * 1000)
    cost = int(allowance.seconds * 1000)
    key = f"{allowance.name}:{keyed_digest(chancery, 'traffic', who)}"
    with chancery.store.transaction() as session:
        wait = traffic.take(session, key, cost=cost, depth=cost * allowance.burst, now=now)
    if wait > 0:
        raise TooOften(-(-wait // 1000))
