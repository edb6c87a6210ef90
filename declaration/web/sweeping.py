"""Tidying while the service runs: one thread a process, which wakes now and then."""

from __future__ import annotations

import logging
import random
import threading
from typing import Final

from declaration.errors import DeclarationError
from declaration.services.chancery import Chancery
from declaration.services.tidying import tidy

ROUND: Final = 3600.0
"""Seconds between two rounds, on average: processes that started together do not come together for ever."""
_log: Final = logging.getLogger("declaration.web")


class Sweeper:
    """Forgets what has had its time.

    Args:
        chancery: the service.
        pause: seconds between two rounds.

    """

    def __init__(self, chancery: Chancery, *, pause: float = ROUND) -> None:
        self._chancery = chancery
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sweep, name="declaration-sweeping", daemon=True)

    def start(self) -> None:
        """Begin; the first round comes after the first pause."""
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._stop.set()
        self._thread.join(2)

    def _sweep(self) -> None:
        while not self._stop.wait(self._pause * random.uniform(0.5, 1.5)):  # noqa: S311 - no secret: a time of day
            try:
                tidy(self._chancery)
            except DeclarationError as error:
                _log.warning("%s (%s)", error, error.code)
