"""Sending webhooks: one thread a process, woken by what is recorded, and now and then by the clock."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import Final

from declaration.errors import DeclarationError
from declaration.services import webhooks
from declaration.services.chancery import Chancery
from declaration.store.listening import changes

ROUND: Final = 5.0
"""Seconds after which addresses that failed are looked at again."""
_log: Final = logging.getLogger("declaration.web")


class Courier:
    """Sends public acts to the addresses that were named.

    Args:
        chancery: the service.
        local: whether this machine's own addresses are allowed: in a demo, and in tests.

    """

    def __init__(self, chancery: Chancery, *, local: bool) -> None:
        self._chancery = chancery
        self.local = local
        self._stop = threading.Event()
        self._woken = threading.Event()
        self._threads = (
            threading.Thread(target=self._listen, name="declaration-hearing", daemon=True),
            threading.Thread(target=self._send, name="declaration-sending", daemon=True),
        )

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop after the delivery that is on its way."""
        self._stop.set()
        self._woken.set()
        for thread in self._threads:
            thread.join(2)

    def _listen(self) -> None:
        for _ in changes(self._chancery.store, self._stop):
            self._woken.set()

    def _send(self) -> None:
        while not self._stop.is_set():
            self._woken.wait(ROUND)
            self._woken.clear()
            try:
                webhooks.deliver(self._chancery, local=self.local)
            except DeclarationError as error:
                _log.warning("%s (%s)", error, error.code)
                with contextlib.suppress(RuntimeError):
                    self._stop.wait(1)
