"""Following by e-mail: an address is asked whether it wants to, and stops with one click.

Nobody is written to who has not answered from that very address; only the question goes out before, and seldom. The
answer to asking is the same whether an address follows already or not. What is known of a reader is the address,
encrypted, what they follow, in which language and how often; all of it goes when they stop.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Final

from declaration.canonical import digest
from declaration.errors import InputRefused, NotFound
from declaration.services import letters, news, topics
from declaration.services.addresses import read_address
from declaration.services.chancery import Chancery
from declaration.services.letters import LIFETIME, Post
from declaration.services.participants import is_mentions
from declaration.services.secrets import decrypted, encrypted, keyed_digest, new_secret
from declaration.services.topics import Topic, read_topic
from declaration.services.traffic import Allowance, TooOften, take
from declaration.store import discussions, followings, heads, queries
from declaration.store import letters as queue
from declaration.store.followings import StoredFollowing
from declaration.store.session import View

UNANSWERED: Final = LIFETIME[Post.QUESTION]
"""How long an address has to answer; then it is forgotten."""
MAX_FOLLOWINGS: Final = 100_000
"""Followings of one declaration: a large city's worth of readers, and still a table that is read in a moment."""
MAX_OF_ONE: Final = 100
"""Followings of one address: every clause of a long declaration."""
ASKED: Final = Allowance("follow", burst=30, seconds=10)
"""Questions that one caller may have sent; behind a proxy all callers are one."""
ASKED_OF: Final = Allowance("follow-address", burst=5, seconds=4 * 3600)
"""Questions to one mailbox, whoever has them sent: what is above is not sent, and nobody is told."""
MORNING: Final = time(5)
"""When the letters of the day are written (UTC): before offices open between Lisbon and Istanbul."""
REST: Final = timedelta(minutes=10)
"""Between two letters of those who hear at once: an hour of decisions is a handful of letters, not a hundred."""
ROUND: Final = 2_000
"""Followings looked at in one go."""
TOGETHER: Final = 50
"""Letters written in one transaction."""
ADDRESS: Final = "following"
"""What the key is for under which addresses are encrypted."""
_READER: Final = "reader"
_log: Final = logging.getLogger("declaration.mail")


class Pace(StrEnum):
    """How often somebody is written to."""

    ONCE = "at-once"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Following:
    """What somebody follows, as its page shows it.

    Args:
        name: stands in the links of its letters; whoever knows it may change and stop it.
        topic: what.
        pace: how often they are written to.
        language: in which.
        confirmed: whether the address has answered.

    """

    name: str
    topic: Topic
    pace: Pace
    language: str
    confirmed: bool


def ask(chancery: Chancery, declaration: str, *, address: str, topic: Topic, language: str, caller: str) -> None:
    """Ask an address whether it wants to follow.

    Args:
        chancery: the service.
        declaration: its id.
        address: of e-mail, as somebody wrote it.
        topic: what is to be followed.
        language: in which to write, one of `letter_words.SPOKEN`.
        caller: where the wish comes from; only a keyed digest of it is kept.

    Raises:
        InputRefused: ``mail.address``, ``mail.address-letters``; ``following.many``.
        NotFound: ``declaration.unknown``, ``clause.unknown``, ``amendment.unknown``.
        TooOften: this caller has asked too often.

    """
    written = read_address(address)
    with chancery.store.reading() as session:
        topics.require(session, declaration, topic)
        if followings.count(session, declaration=declaration) >= MAX_FOLLOWINGS:
            raise InputRefused(
                "following.many", "Too many follow this declaration by e-mail already.", hint="Use its Atom feed."
            )
    take(chancery, ASKED, caller)
    ask_address(chancery, declaration, written, topic, language)


def ask_address(chancery: Chancery, declaration: str, address: str, topic: Topic, language: str) -> None:
    """Ask an address that `addresses.read_address` has read, by a letter; what is asked too often is not asked."""
    with suppress(TooOften):  # whoever asks does not learn what others have asked of this address
        take(chancery, ASKED_OF, digest(_mailbox(address).encode()))
        _ask(chancery, declaration, address, topic, language)


def _mailbox(address: str) -> str:
    """Return what most addresses of one mailbox have in common: neither capitals nor a label after a plus."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _ask(chancery: Chancery, declaration: str, address: str, topic: Topic, language: str) -> None:
    now, name = chancery.now(), new_secret(chancery)
    reader = keyed_digest(chancery, _READER, digest(address.encode()))
    sealed = encrypted(chancery, ADDRESS, name, address)
    wish = StoredFollowing(
        name, declaration, reader, sealed, str(topic), language, Pace.DAILY, now, None, sent=0, due=now, refusals=0
    )
    with chancery.store.transaction() as session:
        followings.forget_unanswered(session, before=now - UNANSWERED)
        if followings.count(session, reader=reader) >= MAX_OF_ONE:
            return
        kept = followings.begin(session, wish)
        if queue.waits(session, kept.following, Post.QUESTION):
            return
        words = news.question(chancery, session, kept, topic, language)
        letters.post(chancery, session, declaration, Post.QUESTION, to=address, words=words, following=kept.following)


def find(session: View, declaration: str, name: str) -> Following:
    """Return a following by the name in its letters.

    Raises:
        NotFound: ``following.unknown``: it was stopped, or never confirmed in time.

    """
    return _shown(_find(session, declaration, name))


def _find(session: View, declaration: str, name: str) -> StoredFollowing:
    found = followings.find(session, name)
    if found is None or found.declaration != declaration:
        raise NotFound(
            "following.unknown",
            "Nobody follows anything by this link any more.",
            hint="Ask again from the page of the text, the clause or the amendment.",
        )
    return found


def _shown(kept: StoredFollowing) -> Following:
    topic = read_topic(kept.topic)
    return Following(kept.following, topic, Pace(kept.pace), kept.language, kept.confirmed is not None)


def confirm(chancery: Chancery, declaration: str, name: str, *, pace: Pace, language: str) -> Following:
    """Take the answer of an address, the first or another one; the first tells what happens from now on.

    Raises:
        NotFound: ``following.unknown``.

    """
    now = chancery.now()
    due = now if pace is Pace.ONCE else next_morning(now)
    with chancery.store.transaction() as session:
        followings.forget_unanswered(session, before=now - UNANSWERED)
        found = _find(session, declaration, name)
        size = _size(session, found)
        followings.confirm(session, name, pace=pace, language=language, sent=size, due=due, at=now)
        return _shown(_find(session, declaration, name))


def _size(session: View, kept: StoredFollowing) -> int:
    """Return how much of what is followed there is already: what comes is told, not what was."""
    if is_mentions(kept.topic):
        return discussions.end(session, kept.declaration).size
    return heads.head(session, kept.declaration).size


def stop(chancery: Chancery, declaration: str, name: str) -> bool:
    """Forget a following and its address; tell whether there was one. Stopping twice is no error."""
    with chancery.store.transaction() as session:
        found = followings.find(session, name)
        return found is not None and found.declaration == declaration and followings.stop(session, name)


def gather(chancery: Chancery) -> int:
    """Write to everybody for whom there is news and whose time has come; return how many letters were written.

    Any number of processes may do so at once: what one has written, the others do not write again.
    """
    now = chancery.now()
    with chancery.store.reading() as session:
        waiting = followings.due(session, now=now, limit=ROUND)
        stale = followings.unanswered(session, before=now - UNANSWERED)
    if stale:
        with chancery.store.transaction() as session:
            followings.forget_unanswered(session, before=now - UNANSWERED)
    alike = sorted(waiting, key=_alike)
    return sum(_tell(chancery, list(group), now) for _, group in groupby(alike, key=_alike))


def _alike(line: StoredFollowing) -> tuple[str, str, str, int]:
    """Those who stand at the same place and are told the same."""
    return line.declaration, line.topic, line.pace, line.sent


def _tell(chancery: Chancery, readers: list[StoredFollowing], now: datetime) -> int:
    """Write the same news to all who wait for it, each in their language."""
    one = readers[0]
    due: datetime | None = None
    with chancery.store.reading() as session:
        size = heads.head(session, one.declaration).size
        if one.pace == Pace.DAILY:
            due = next_morning(now)
            size = _recorded_before(session, one.declaration, one.sent, size, due - timedelta(days=1))
        found = topics.entries_about(session, one.declaration, read_topic(one.topic), one.sent, size)
        told = news.read(session, one.declaration, read_topic(one.topic), found) if found else None
    if told is None:
        with chancery.store.transaction() as session:
            followings.pass_over(session, one, now=now, sent=size, due=due)
        return 0
    written = 0
    # one order everywhere: two processes wait for each other and never crosswise
    ordered = sorted(readers, key=lambda line: line.following)
    for start in range(0, len(ordered), TOGETHER):
        with chancery.store.transaction() as session:
            some = ordered[start : start + TOGETHER]
            written += _write(chancery, session, some, told, sent=size, due=due or now + REST)
    return written


def _write(
    chancery: Chancery, session: View, readers: Iterable[StoredFollowing], told: news.News, *, sent: int, due: datetime
) -> int:
    written = 0
    for line in readers:
        address = decrypted(chancery, ADDRESS, line.following, line.address)
        if address is None:
            _log.warning("A following is dropped: its address was kept under another secret.")
            followings.stop(session, line.following)
        elif followings.advance(session, line, sent=sent, due=due):
            links = news.links(chancery, line.declaration, line.following, line.language)
            letters.post(
                chancery,
                session,
                line.declaration,
                Post.NEWS,
                to=address,
                words=told.words(chancery, line.language, links),
                following=line.following,
                stop=links.stop,
            )
            written += 1
    return written


def next_morning(now: datetime) -> datetime:
    """Return when the next letters of the day are written."""
    today = datetime.combine(now.date(), MORNING, now.tzinfo)
    return today if now < today else today + timedelta(days=1)


def _recorded_before(session: View, declaration: str, start: int, stop: int, moment: datetime) -> int:
    """Return the index of the first entry, from `start` on, that was recorded at a moment or after it.

    Where the clocks of two machines differ, an entry may be told with the next letter; none is told twice or left out.
    """
    while start < stop:
        middle = (start + stop) // 2
        if queries.entry(session, declaration, middle).entry.at < moment:
            start = middle + 1
        else:
            stop = middle
    return start
