"""Sending letters: one thread a process, which looks every few seconds at what is to be told and what is to be sent."""

from __future__ import annotations

import logging
import threading
from typing import Final

from declaration.errors import DeclarationError
from declaration.services import following, mailing, mentioning
from declaration.services.chancery import Chancery
from declaration.services.mailing import Carrier

ROUND: Final = 3.0
"""Seconds between two looks: whoever asks waits for the letter with the mailbox open."""
AWAY: Final = 60.0
"""Seconds to leave a mail server alone that takes nothing at the moment."""
_log: Final = logging.getLogger("declaration.mail")


class Postman:
    """Writes the news and hands letters over; a mail server that does not answer delays nothing else.

    Args:
        chancery: the service.
        carrier: takes the letters.

    """

    def __init__(self, chancery: Chancery, carrier: Carrier) -> None:
        self._chancery = chancery
        self._carrier = carrier
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._walk, name="declaration-letters", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the letter that is on its way."""
        self._stop.set()
        self._thread.join(2)

    def _walk(self) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            pause = ROUND
            try:
                following.gather(self._chancery)
                mentioning.gather(self._chancery)
                done = mailing.deliver(self._chancery, self._carrier, stop=self._stop.is_set)
            except DeclarationError as error:
                _log.warning("%s (%s)", error, error.code)
            except Exception:  # noqa: BLE001 - a fault of ours holds up one round, not every letter after it
                _log.exception("Letters could not be written or handed over")
            else:
                pause = AWAY if done.away else 0.0 if done.taken >= mailing.ROUND else ROUND
