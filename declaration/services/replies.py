"""Idempotency keys: the same request sent again is answered again and does nothing: phones lose answers in a hall."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from declaration.errors import DeclarationError, InputRefused, StateConflict
from declaration.services.chancery import Chancery
from declaration.store import traffic

KEPT: Final = timedelta(days=2)
"""How long an answer is kept."""
ABANDONED: Final = timedelta(minutes=2)
"""After which a request that never ended may be sent again: its process has died."""
_KEY: Final = re.compile(r"[\x21-\x7e]{8,200}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered: a status of HTTP and a body in JSON."""

    status: int
    body: str


def once(chancery: Chancery, *, actor: str, key: str, request: str, do: Callable[[], Answer]) -> Answer:
    """Do something once for a key, and give the same answer whenever it is asked for again.

    Args:
        chancery: the service.
        actor: whose key it is.
        key: 8 to 200 printable ASCII characters.
        request: digest of what is asked for.
        do: does it. What it raises frees the key: nothing was done.

    Raises:
        InputRefused: ``idempotency.key``; ``idempotency.other``, the key stands for another request.
        StateConflict: ``idempotency.running``, the first request is still being worked on.

    """
    if not _KEY.fullmatch(key):
        raise InputRefused(
            "idempotency.key",
            "An idempotency key has 8 to 200 printable ASCII characters.",
            hint="Use a fresh random UUID for every act, and the same one when you send it again.",
        )
    now = chancery.now()
    with chancery.store.transaction() as session:
        traffic.purge_replies(session, before=now - KEPT)
        known = traffic.begin_reply(session, actor=actor, key=key, request=request, at=now)
        if known is not None and known.status is None and known.at + ABANDONED <= now:
            traffic.drop_reply(session, actor=actor, key=key)
            known = traffic.begin_reply(session, actor=actor, key=key, request=request, at=now)
    if known is not None:
        return _known(known, request)
    try:
        answer = do()
    except DeclarationError:
        with chancery.store.transaction() as session:
            traffic.drop_reply(session, actor=actor, key=key)
        raise
    with chancery.store.transaction() as session:
        traffic.end_reply(session, actor=actor, key=key, status=answer.status, answer=answer.body)
    return answer


def _known(known: traffic.Reply, request: str) -> Answer:
    if known.request != request:
        raise InputRefused(
            "idempotency.other", "This idempotency key stands for another request.", hint="Use a fresh key."
        )
    if known.status is None or known.answer is None:
        raise StateConflict(
            "idempotency.running", "The same request is being worked on.", hint="Send it again in some seconds."
        )
    return Answer(known.status, known.answer)
