"""Letters: what goes out by e-mail, kept encrypted until it has gone, and the form in which it goes.

A letter tells what is public, asks an address whether it wants to hear, says who mentioned its reader where, or
invites somebody; the invitation is the one
letter that holds a secret, and that one counts once. No letter lets anybody sign.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from enum import StrEnum
from typing import Final

from declaration.canonical import Json, encode, parse
from declaration.services.chancery import Chancery
from declaration.services.secrets import decrypted, encrypted, new_secret
from declaration.store import letters
from declaration.store.letters import StoredLetter
from declaration.store.session import View

MAX_LINE: Final = 200
"""Characters of a subject, or of a title; what is longer is cut, as every mailbox would."""
MAX_LETTER: Final = 256 * 1024
"""Bytes of a letter as it is kept: far above the longest list of acts that one letter holds."""
_PURPOSE: Final = "letter"
_POLICY: Final = compat32.clone(linesep="\r\n", cte_type="7bit", max_line_length=998)
"""Lines end in CRLF, and bytes above 127 are encoded: every relay takes that (RFC 5321, section 2.4).

Of the library's two ways to write headers this one takes them as they are; the other decodes what looks like an encoded
word, even one that holds the end of a line, and encodes long addresses. A line has 998 bytes at most (RFC 5322, 2.1.1).
"""


class Post(StrEnum):
    """Kinds of letters."""

    QUESTION = "question"
    """Does this address want to follow?"""
    NEWS = "news"
    """What has happened."""
    INVITATION = "invitation"
    """A link that lets one person in once."""


LIFETIME: Final = {
    Post.QUESTION: timedelta(days=2),
    Post.NEWS: timedelta(days=5),
    Post.INVITATION: timedelta(days=2),
}
"""After which a letter that could not be handed over is given up; mail servers try for up to five days (RFC 5321)."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says.

    Args:
        subject: one line.
        body: plain text.
        language: of both.

    """

    subject: str
    body: str
    language: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it goes out.

    Args:
        name: the same in every attempt.
        kind: what it is.
        to: the address, one.
        words: what it says.
        stop: address of the page that stops further ones (RFC 8058); None where none follow.
        invitation: name of the invitation that it carries, if any.
        at: when it was written.

    """

    name: str
    kind: Post
    to: str
    words: Words
    stop: str | None
    invitation: str | None
    at: datetime


def post(
    chancery: Chancery,
    session: View,
    declaration: str,
    kind: Post,
    *,
    to: str,
    words: Words,
    following: str | None = None,
    stop: str | None = None,
    invitation: str | None = None,
) -> None:
    """Put a letter into the queue, in the transaction of what it tells.

    Args:
        chancery: the service.
        session: of ``Store.transaction``.
        declaration: about which it writes.
        kind: what it is.
        to: the address, as `addresses.read_address` gives it.
        words: what it says.
        following: for which it is written.
        stop: address of the page that stops further ones.
        invitation: name of the invitation that it carries.

    """
    name, now = new_secret(chancery)[:22], chancery.now()
    said: dict[str, Json] = {
        "to": to,
        "subject": words.subject,
        "body": words.body,
        "language": words.language,
        "stop": stop,
        "invitation": invitation,
    }
    sealed = encrypted(chancery, _PURPOSE, name, encode(said).decode())
    kept = StoredLetter(name, declaration, following, kind, sealed, 0, now, now, now + LIFETIME[kind])
    letters.post(session, kept)


def opened(chancery: Chancery, kept: StoredLetter) -> Letter | None:
    """Return a letter of the queue; None where it was written under another secret of the service."""
    text = decrypted(chancery, _PURPOSE, kept.letter, kept.sealed)
    if text is None:
        return None
    said = parse(text.encode(), limit=MAX_LETTER, what="A letter")
    assert isinstance(said, dict)
    words = Words(str(said["subject"]), str(said["body"]), str(said["language"]))
    stop, invitation = (None if said[name] is None else str(said[name]) for name in ("stop", "invitation"))
    return Letter(kept.letter, Post(kept.kind), str(said["to"]), words, stop, invitation, kept.at)


def message(letter: Letter, *, sender: str, host: str) -> Message:
    """Return a letter in the form of the Internet (RFC 5322, RFC 2045), the same bytes in every attempt.

    Args:
        letter: the letter.
        sender: of the header ``From``.
        host: right part of the Message-ID.

    """
    made: Message = Message(policy=_POLICY)
    made.set_payload(letter.words.body, _charset())
    name, address = parseaddr(sender)
    made["From"] = formataddr((name, address), "utf-8")
    made["To"] = letter.to
    # encoded from the first sign to the last: a subject that looks like an encoded word is not taken for one
    made["Subject"] = Header(one_line(letter.words.subject), "utf-8", header_name="Subject").encode(maxlinelen=76)
    made["Date"] = format_datetime(letter.at)
    made["Message-ID"] = f"<{letter.name}@{host}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    if letter.kind is Post.NEWS:
        made["Precedence"] = "bulk"
    if letter.stop is not None:
        made["List-Unsubscribe"] = f"<{letter.stop}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    made["Content-Language"] = letter.words.language
    return made


def _charset() -> Charset:
    made = Charset("utf-8")
    made.body_encoding = QP  # to be read even where nothing decodes it, and no line is too long
    return made


def one_line(text: str) -> str:
    """Return a text as one line of a header: whatever could begin another line becomes a space."""
    plain = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign for sign in text)
    folded = " ".join(plain.split())
    return folded if len(folded) <= MAX_LINE else folded[: MAX_LINE - 1] + "…"
