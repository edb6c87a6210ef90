"""What follows from the head of a ledger alone and is dear to work out: kept for whoever asks next."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from declaration.store import heads
from declaration.store.session import View

KEPT: Final = 4
"""Results kept of one kind: those of the newest heads of a few declarations; the largest takes tens of megabytes."""

T = TypeVar("T")


class Remembered(Generic[T]):
    """A question about a declaration whose answer the ledger's head determines.

    The tag of a head binds every entry, so what was worked out under one is right wherever that head comes up again, in
    whatever database. To be asked in a view of one moment (`Store.reading`); answers are shared, not to be changed.

    Args:
        work: gives the answer.

    """

    def __init__(self, work: Callable[[View, str], T]) -> None:
        self._work = work
        self._kept: OrderedDict[tuple[str, str], T] = OrderedDict()
        self._asked: dict[str, float] = {}
        self._turn = threading.Lock()  # whoever asks while an answer is worked out waits for it

    def __call__(self, session: View, declaration: str) -> T:
        """Return the answer for the present head.

        Raises:
            NotFound: ``declaration.unknown``; and what the work raises, which is not kept.

        """
        answer = self.refresh(session, declaration)
        self._asked[declaration] = time.monotonic()
        return answer

    def lately(self, seconds: float) -> tuple[str, ...]:
        """Return the declarations about which somebody has asked within so many seconds: somebody is at work there."""
        now = time.monotonic()
        return tuple(name for name, asked in list(self._asked.items()) if now - asked <= seconds)

    def refresh(self, session: View, declaration: str) -> T:
        """Return the answer likewise, but as nobody's question: for whoever asks next."""
        key = (declaration, heads.head(session, declaration).tag)
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            answer = self._kept[key] = self._work(session, declaration)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return answer
