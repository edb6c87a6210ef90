"""Being told of mentions: whoever takes part gives an address, confirms it there, and ends it with one click.

It is following (`services.following`) of a topic that is one's own. A letter says who mentioned one where, and holds a
link to the thread, which opens for those alone who are in: no word of the discussion leaves the service by mail.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from declaration.errors import NotFound
from declaration.services import following, letters, news, participants, reading
from declaration.services.actors import Actor, find_actor
from declaration.services.addresses import read_address
from declaration.services.chancery import Chancery
from declaration.services.following import ASKED, Pace
from declaration.services.letters import Post, Words
from declaration.services.secrets import decrypted
from declaration.services.topics import About, read_topic
from declaration.services.traffic import take
from declaration.store import discussions, followings
from declaration.store.discussions import Mention
from declaration.store.followings import StoredFollowing
from declaration.store.session import View

MAX_TOLD: Final = 20
"""Mentions named in one letter; how many more there are is said."""
_MANY: Final = 1_000
_log: Final = logging.getLogger("declaration.mail")


def ask(chancery: Chancery, actor: Actor, *, address: str, language: str) -> None:
    """Ask an address, by a letter, whether it wants to hear when an actor is mentioned.

    Raises:
        InputRefused: ``mail.address``, ``mail.address-letters``.
        TooOften: this actor has asked too often.

    """
    take(chancery, ASKED, f"{actor.declaration}/{actor.role}/{actor.subject}")
    topic = read_topic(participants.mine(actor))
    following.ask_address(chancery, actor.declaration, read_address(address), topic, language)


def gather(chancery: Chancery) -> int:
    """Write to those who were mentioned and whose time has come; return how many letters were written.

    Any number of processes may do so at once: what one has written, the others do not write again.
    """
    now = chancery.now()
    with chancery.store.reading() as session:
        waiting = followings.due_mentions(session, now=now, limit=following.ROUND)
    return sum(_tell(chancery, line, now) for line in waiting)


def _tell(chancery: Chancery, line: StoredFollowing, now: datetime) -> int:
    role, subject = participants.read_mentions(line.topic)
    with chancery.store.transaction() as session:
        try:
            find_actor(session, line.declaration, role, subject)
        except NotFound:  # they take part no more
            followings.stop(session, line.following)
            return 0
        size = discussions.end(session, line.declaration).size
        found = discussions.mentions_of(session, line.declaration, line.topic, after=line.sent, limit=_MANY)
        due = following.next_morning(now) if line.pace == Pace.DAILY else now + following.REST
        address = decrypted(chancery, following.ADDRESS, line.following, line.address)
        if address is None:
            _log.warning("A following is dropped: its address was kept under another secret.")
            followings.stop(session, line.following)
            return 0
        if not followings.advance(session, line, sent=size, due=due) or not found:
            return 0
        links = news.links(chancery, line.declaration, line.following, line.language)
        words = _words(chancery, session, line, found, links)
        letters.post(
            chancery,
            session,
            line.declaration,
            Post.NEWS,
            to=address,
            words=words,
            following=line.following,
            stop=links.stop,
        )
    return 1


def _words(
    chancery: Chancery, session: View, line: StoredFollowing, found: tuple[Mention, ...], links: news.Links
) -> Words:
    frame = reading.frame(session, line.declaration)
    names = participants.names(participants.listed(session, line.declaration))
    numbers = news.numbers(session, frame)
    told = []
    for one in found[:MAX_TOLD]:
        topic = read_topic(one.topic)
        number = numbers.get(topic.id, "") if topic.about is About.CLAUSE else ""
        by = names.get((one.role, one.author), one.author)
        told.append(news.Told(by, topic, number, one.thread, one.at))
    return news.MentionNews(frame, tuple(told), len(found) - len(told)).words(chancery, line.language, links)
