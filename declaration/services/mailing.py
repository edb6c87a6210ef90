"""Handing letters over: to a mail server, or into a folder where each is a file; what fails is tried again.

A letter is claimed in the database before it is handed over, so that of any number of processes one sends it. If that
process dies in between, another sends the letter after `LEASE`; should the first have succeeded, both carry the same
Message-ID. Nothing that a mail server says is logged but its code: it likes to repeat the address.
"""

from __future__ import annotations

import logging
import os
import re
import smtplib
import ssl
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from email.utils import parseaddr
from enum import Enum, auto
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from declaration.config import Relay
from declaration.errors import ConfigurationError
from declaration.services.chancery import Chancery
from declaration.services.letters import Letter, Post, message, opened
from declaration.store import followings, letters, reception
from declaration.store.letters import StoredLetter
from declaration.store.session import View

SECONDS: Final = 20.0
"""Seconds to wait for a mail server at each step; a letter has about eight."""
LEASE: Final = timedelta(minutes=5)
"""How long one process has a letter for itself: longer than all its steps together."""
FIRST_PAUSE: Final = timedelta(minutes=1)
"""Pause after a first failure, which also passes grey lists; it doubles with every further one."""
LONGEST_PAUSE: Final = timedelta(hours=4)
"""The longest pause between two attempts."""
ROUND: Final = 200
"""Letters handed over in one go."""
PATIENCE: Final = 2
"""Letters in a row that an address may refuse for good; with the next one it is not written to any more."""
_POLICY_REFUSAL: Final = re.compile(rb"5\.7\.\d")
"""A refusal about whoever sends, not about the address (RFC 3463, section 3.8)."""
_log: Final = logging.getLogger("declaration.mail")


class Fate(Enum):
    """What became of an attempt."""

    TAKEN = auto()
    """The letter is handed over."""
    LATER = auto()
    """This letter is not taken now."""
    REFUSED = auto()
    """This address takes it never."""
    AWAY = auto()
    """Nothing can be handed over at the moment."""


Hand: TypeAlias = Callable[[Message, str, str], Fate]
"""Hands a letter over, given its recipient and its name."""


class Carrier(Protocol):
    """Something that takes letters."""

    @property
    def sender(self) -> str:
        """Of the header ``From``."""

    def open(self) -> AbstractContextManager[Hand]:
        """Begin a round."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """A folder in which every letter becomes a file ``<name>.eml``: nothing leaves the machine.

    Args:
        folder: made where it is missing, for its owner alone.
        sender: of the header ``From``.

    """

    folder: Path
    sender: str

    @contextmanager
    def open(self) -> Generator[Hand]:
        """Begin a round."""
        yield self._write

    def _write(self, letter: Message, _recipient: str, name: str) -> Fate:
        part = self.folder / f"{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(letter.as_bytes())
            part.replace(self.folder / f"{name}.eml")
        except OSError as error:
            _log.error("The outbox cannot be written: %s", error.strerror)
            return Fate.AWAY
        return Fate.TAKEN


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server (RFC 5321), over TLS with a certificate that is verified.

    Args:
        relay: where it is, and how to come in.
        sender: of the header ``From``; its address is also that of the envelope.
        host: what we call ourselves.

    """

    relay: Relay
    sender: str
    host: str

    @contextmanager
    def open(self) -> Generator[Hand]:
        """Begin a round: one connection for all of its letters, opened with the first."""
        link: list[smtplib.SMTP] = []

        def hand(letter: Message, recipient: str, name: str) -> Fate:
            try:
                if not link or link[-1].sock is None:
                    link[:] = [self._connect()]
                link[-1].sendmail(parseaddr(self.sender)[1], [recipient], letter.as_bytes())
            except smtplib.SMTPRecipientsRefused as error:
                code, said = next(iter(error.recipients.values()))
                return _judge(code, said, name)
            except smtplib.SMTPDataError as error:
                return _judge(error.smtp_code, _bytes(error.smtp_error), name)
            except (smtplib.SMTPException, OSError) as error:
                _log.warning(
                    "The mail server took nothing: %s %s", type(error).__name__, getattr(error, "smtp_code", "")
                )
                return Fate.AWAY
            return Fate.TAKEN

        try:
            yield hand
        finally:
            for one in link:
                with suppress(smtplib.SMTPException, OSError):
                    one.quit()
                one.close()

    def _connect(self) -> smtplib.SMTP:
        relay, context = self.relay, ssl.create_default_context()
        link: smtplib.SMTP
        if relay.encrypted == "tls":
            link = smtplib.SMTP_SSL(relay.host, relay.port, local_hostname=self.host, timeout=SECONDS, context=context)
        else:
            link = smtplib.SMTP(relay.host, relay.port, local_hostname=self.host, timeout=SECONDS)
        try:
            if relay.encrypted == "starttls":
                link.starttls(context=context)  # raises where it is not offered: nothing is said in the clear
            if relay.user is not None:
                link.login(relay.user, relay.password or "")
        except BaseException:
            link.close()
            raise
        return link


def _judge(code: int, said: bytes, name: str) -> Fate:
    _log.warning("Letter %s was not taken: %d", name, code)
    return Fate.REFUSED if code >= 500 and not _POLICY_REFUSAL.search(said[:200]) else Fate.LATER


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


@dataclass(frozen=True, slots=True)
class Round:
    """What a round did: letters handed over, and whether nothing can be at the moment."""

    taken: int
    away: bool


def deliver(
    chancery: Chancery, carrier: Carrier, *, limit: int = ROUND, stop: Callable[[], bool] = lambda: False
) -> Round:
    """Hand over the letters that are due; any number of processes may do so at once.

    Args:
        chancery: the service.
        carrier: takes the letters.
        limit: letters at most.
        stop: asked before each letter, says whether to end.

    """
    with chancery.store.reading() as session:
        waiting = letters.due(session, now=chancery.now(), limit=limit)
    taken = 0
    if not waiting:
        return Round(0, away=False)
    with carrier.open() as hand:
        for kept in waiting:
            if stop():
                break
            fate = _deliver_one(chancery, carrier, hand, kept)
            taken += fate is Fate.TAKEN
            if fate is Fate.AWAY:
                return Round(taken, away=True)
    return Round(taken, away=False)


def _deliver_one(chancery: Chancery, carrier: Carrier, hand: Hand, kept: StoredLetter) -> Fate | None:
    """Try one letter; None where another process has it."""
    with chancery.store.transaction() as session:
        if not letters.claim(session, kept, until=chancery.now() + LEASE):
            return None
    letter = opened(chancery, kept)
    if letter is None or kept.expires <= chancery.now():
        _log.warning("Letter %s is given up: %s.", kept.letter, "too old" if letter else "written under another secret")
        with chancery.store.transaction() as session:
            _end(chancery, session, kept, letter, None)
        return None
    fate = hand(message(letter, sender=carrier.sender, host=chancery.site.rp_id), letter.to, kept.letter)
    with chancery.store.transaction() as session:
        if fate in {Fate.LATER, Fate.AWAY}:
            pause = min(FIRST_PAUSE * 2 ** min(kept.attempts, 20), LONGEST_PAUSE) if fate is Fate.LATER else FIRST_PAUSE
            letters.postpone(session, kept.letter, due=chancery.now() + pause)
        else:
            _end(chancery, session, kept, letter, fate)
    return fate


def _end(chancery: Chancery, session: View, kept: StoredLetter, letter: Letter | None, fate: Fate | None) -> None:
    """Forget a letter, and remember what its end means for what it was about."""
    letters.drop(session, kept.letter)
    if letter is not None and letter.invitation is not None and fate is not Fate.TAKEN:
        reception.recall_one(session, letter.invitation, at=chancery.now())
    if kept.following is not None and fate is Fate.TAKEN and kept.kind == Post.NEWS:
        followings.accepted(session, kept.following)
    if kept.following is not None and fate is Fate.REFUSED:
        followings.refused(session, kept.following, allowed=PATIENCE)


def carrier_of(relay: Relay | None, folder: Path, *, sender: str, host: str) -> Carrier:
    """Return what the settings name: a mail server, else a folder.

    Raises:
        ConfigurationError: ``mail.folder``, the folder cannot be written.

    """
    if relay is not None:
        return Server(relay, sender, host)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(
            "mail.folder",
            f"Letters cannot be written into {folder}: {error.strerror}.",
            hint="Set DECLARATION_MAIL_FOLDER to another folder, or DECLARATION_SMTP_URL to a mail server.",
        ) from error
    return Outbox(folder, sender)
