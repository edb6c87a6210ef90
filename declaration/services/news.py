"""What letters to those who follow say: the question whether they want to, and public acts as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from declaration.services import announcing, reading
from declaration.services.announcing import Act
from declaration.services.chancery import Chancery
from declaration.services.letter_words import say
from declaration.services.letters import Words, one_line
from declaration.services.reading import Frame
from declaration.services.topics import About, Topic
from declaration.store import queries
from declaration.store.followings import StoredFollowing
from declaration.store.session import View

MAX_ACTS: Final = 50
"""Acts in one letter; how many more there are is said, and where they are."""
MAX_REASON: Final = 400
"""Characters of a reason in a letter, so that fifty of them are still one."""


@dataclass(frozen=True, slots=True)
class Links:
    """What a letter to somebody who follows leads to."""

    change: str
    """The page where they choose."""
    stop: str
    """The address that stops it (RFC 8058); it takes a POST, and asks when it is opened."""


@dataclass(frozen=True, slots=True)
class News:
    """Acts about a topic, the same for all who follow it.

    Args:
        frame: of the declaration.
        topic: which.
        number: by which readers call a clause at present; empty for none.
        acts: the first `MAX_ACTS`.
        more: how many more there are.

    """

    frame: Frame
    topic: Topic
    number: str
    acts: tuple[Act, ...]
    more: int

    def words(self, chancery: Chancery, language: str, links: Links) -> Words:
        """Return the letter."""
        what, place = _what(self.topic, self.number, language), _place(chancery, self.frame.id)
        title = _title(self.frame, language)
        paragraphs = [
            say("news.opening", language, what=what),
            *(self._act(act, place, language) for act in self.acts),
        ]
        if self.more:
            link = f"{place}ledger?ui={language}"
            paragraphs.append(say("news.more", language, count=self.more, link=link))
        paragraphs += [
            "-- ",
            _signature(self.frame, place, language),
            say("news.closing", language, what=what, stop=f"{links.stop}?ui={language}", link=links.change),
        ]
        count = len(self.acts) + self.more
        if count == 1:
            subject = say("news.subject", language, title=title, act=_sentence(self.acts[0], language))
        else:
            subject = say("news.subject.many", language, title=title, count=count)
        return Words(subject, _letter(paragraphs), language)

    def _act(self, act: Act, place: str, language: str) -> str:
        reason = act.facts.get("reason")
        lines = [
            f"{_sentence(act, language)} ({moment(act.at)})",
            *([say("news.reason", language, reason=_begin(str(reason)))] if reason else []),
            f"{place}{self._where(act)}ui={language}",
        ]
        return "\n".join(lines)

    def _where(self, act: Act) -> str:
        """Return the page that shows an act, up to its parameters."""
        if act.kind.startswith("amendment."):
            return f"amendments/{quote(act.subject, safe='')}?"
        if self.topic.about is About.CLAUSE:
            return f"clauses/{quote(self.topic.id, safe='')}?"
        if act.kind == "version.adopted" and int(act.subject) > 1:
            return f"compare?from={int(act.subject) - 1}&to={act.subject}&"
        return "signatories?" if act.kind == "instrument.sealed" else "?"


@dataclass(frozen=True, slots=True)
class Told:
    """A mention: by whom, where in the discussion, and when; none of its words, which do not leave the service.

    Args:
        by: how the author is called.
        topic: what the thread is about.
        number: by which readers call a clause at present; empty for none.
        thread: number of the thread.
        at: when.

    """

    by: str
    topic: Topic
    number: str
    thread: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MentionNews:
    """Mentions of one reader.

    Args:
        frame: of the declaration.
        told: those that a letter names.
        more: how many more there are.

    """

    frame: Frame
    told: tuple[Told, ...]
    more: int

    def words(self, chancery: Chancery, language: str, links: Links) -> Words:
        """Return the letter."""
        title, place = _title(self.frame, language), _place(chancery, self.frame.id)
        paragraphs = [say("mention.opening", language), *(_mention(one, place, language) for one in self.told)]
        if self.more:
            link = f"{place}discussion?show=mentions&ui={language}"
            paragraphs.append(say("mention.more", language, count=self.more, link=link))
        what = say("mentions", language)
        paragraphs += [
            "-- ",
            _signature(self.frame, place, language),
            say("news.closing", language, what=what, stop=f"{links.stop}?ui={language}", link=links.change),
        ]
        count = len(self.told) + self.more
        if count == 1:
            subject = say("mention.subject", language, title=title, by=self.told[0].by)
        else:
            subject = say("mention.subject.many", language, title=title, count=count)
        return Words(subject, _letter(paragraphs), language)


def _mention(one: Told, place: str, language: str) -> str:
    sentence = say("mention", language, by=one.by, what=_what(one.topic, one.number, language))
    return f"{sentence} ({moment(one.at)})\n{place}discussion/threads/{one.thread}?ui={language}"


def read(session: View, declaration: str, topic: Topic, indexes: tuple[int, ...]) -> News:
    """Return what the entries of these indexes say."""
    names = reading.names(session, declaration)
    shown = tuple(_read_act(session, declaration, index, names) for index in indexes[:MAX_ACTS])
    frame = reading.frame(session, declaration)
    return News(frame, topic, number_of(session, frame, topic), shown, len(indexes) - len(shown))


def _read_act(session: View, declaration: str, index: int, names: Mapping[str, str]) -> Act:
    return announcing.act(index, queries.entry(session, declaration, index).entry, names)


def question(chancery: Chancery, session: View, kept: StoredFollowing, topic: Topic, language: str) -> Words:
    """Return the letter that asks an address whether it wants to follow, or says that it already does."""
    frame = reading.frame(session, kept.declaration)
    title, place = _title(frame, language), _place(chancery, kept.declaration)
    key = "question" if kept.confirmed is None else "again"
    what = _what(topic, number_of(session, frame, topic), language)
    link = links(chancery, kept.declaration, kept.following, language).change
    body = [
        say(f"{key}.body", language, what=what, title=title, link=link),
        "-- ",
        _signature(frame, place, language),
    ]
    return Words(say(f"{key}.subject", language, title=title), _letter(body), language)


def links(chancery: Chancery, declaration: str, following: str, language: str) -> Links:
    """Return where somebody who follows changes or ends that."""
    page = f"{_place(chancery, declaration)}following/{following}"
    return Links(f"{page}?ui={language}", f"{page}/stop")


def invitation(
    chancery: Chancery,
    session: View,
    declaration: str,
    *,
    name: str,
    role: str,
    link: str,
    until: datetime,
    language: str,
) -> Words:
    """Return the letter that invites somebody; `link` holds the secret that lets them in once."""
    frame = reading.frame(session, declaration)
    title, place = _title(frame, language), _place(chancery, declaration)
    body = [
        say("invitation.opening", language, by=frame.depositary.name, name=name, title=title),
        say(f"invitation.{role}", language),
        say("invitation.body", language, link=link, until=moment(until)),
        "-- ",
        _signature(frame, place, language),
    ]
    return Words(say("invitation.subject", language, title=title), _letter(body), language)


def moment(at: datetime) -> str:
    """Return a moment as every reader of ours reads it, with its zone (ISO 8601, with a space)."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _begin(reason: str) -> str:
    """Return a reason, or how it begins: the whole of it stands on the page."""
    return reason if len(reason) <= MAX_REASON else reason[: MAX_REASON - 1] + "…"


def _sentence(act: Act, language: str) -> str:
    author = str(act.facts.get("author", ""))
    return say(act.kind, language, by=act.by, id=act.subject, about=act.about, author=author)


def _what(topic: Topic, number: str, language: str) -> str:
    return say(topic.about, language, id=number or topic.id)


def number_of(session: View, frame: Frame, topic: Topic) -> str:
    """Return the number of a clause in the version in force; empty where it has none, and for other topics."""
    return numbers(session, frame).get(topic.id, "") if topic.about is About.CLAUSE else ""


def numbers(session: View, frame: Frame) -> Mapping[str, str]:
    """Return by which number readers call each clause of the version in force."""
    if frame.version is None:
        return {}
    return reading.numbers(queries.version_text(session, frame.id, frame.version).text)


def _title(frame: Frame, language: str) -> str:
    found = (frame.titles[tag] for tag in (language, *frame.languages) if tag in frame.titles)
    return one_line(next(found, frame.id))


def _signature(frame: Frame, place: str, language: str) -> str:
    return say("signature", language, by=frame.depositary.name, place=place)


def _place(chancery: Chancery, declaration: str) -> str:
    """Return the address of a declaration; never made from what a request calls this host."""
    return f"{chancery.site.origins[0]}/{quote(declaration, safe='')}/"


def _letter(paragraphs: list[str]) -> str:
    # what stands after the line "-- " is a signature (RFC 3676, section 4.3), without a blank line of its own
    return "\n\n".join(paragraphs).replace("\n\n-- \n\n", "\n\n-- \n") + "\n"
