"""Forgetting what has had its time: challenges, allowances that are whole again, sessions, kept answers.

Nothing of the record is among it. Any number of processes may do it at once, and none has to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Final

from declaration.services import replies
from declaration.services.chancery import Chancery
from declaration.store import challenges, reception, traffic

CHALLENGES: Final = timedelta(days=1)
"""How long a challenge is still known after it has expired, so that whoever comes late is told why."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much was forgotten."""

    challenges: int
    allowances: int
    sessions: int
    replies: int


def tidy(chancery: Chancery) -> Tidied:
    """Forget what nobody can use any more; return how much there was."""
    now = chancery.now()
    with chancery.store.transaction() as session:
        return Tidied(
            challenges.purge(session, now=now - CHALLENGES),
            traffic.purge_throttles(session, now=int(now.astimezone(UTC).timestamp() * 1000)),
            reception.purge_sessions(session, now=now),
            traffic.purge_replies(session, before=now - replies.KEPT),
        )
