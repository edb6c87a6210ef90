"""Working out ahead what the depositary's desk shows next: one thread a process, which follows the ledgers' heads.

After an act everything open over the text is worked out anew, which takes seconds where there are thousands of
amendments. Whoever sits at the desk should not wait for it. Nothing is done for desks at which nobody sits.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Final

from declaration.errors import DeclarationError
from declaration.services import survey
from declaration.services.chancery import Chancery

PRESENT: Final = 900.0
"""Seconds after a look at a desk for which it is kept ready."""
SETTLING: Final = 0.1
"""Seconds that an act is given to be followed by the next: a batch is worked out once."""


class Warmer:
    """Keeps the desks ready at which somebody sits.

    Args:
        chancery: the service.

    """

    def __init__(self, chancery: Chancery) -> None:
        self._chancery = chancery
        self._recorded = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="declaration-warming", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Tell that something may have been recorded."""
        self._recorded.set()

    def close(self) -> None:
        """Stop."""
        self._stop.set()
        self._recorded.set()
        self._thread.join(2)

    def _follow(self) -> None:
        while self._recorded.wait() and not self._stop.wait(SETTLING):
            self._recorded.clear()
            begun = time.monotonic()
            for declaration in survey.whole.lately(PRESENT):
                # another database of this process may hold it; and what is refused here is told to whoever asks
                with contextlib.suppress(DeclarationError), self._chancery.store.reading() as session:
                    survey.whole.refresh(session, declaration)
            # the process serves others, too: under a stream of acts it spends half of its time on this at most
            self._stop.wait(time.monotonic() - begun)
