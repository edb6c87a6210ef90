"""What calls about a discussion carry and are answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, Field

from declaration.canonical import Json
from declaration.drafting.discussion import MAX_LENGTH
from declaration.ledger.forms import write_moment
from declaration.services.addresses import MAX_ADDRESS
from declaration.services.discussing import Done
from declaration.services.threads import Comment, Thread
from declaration.web.api.common import Content, Digest

MAX_GIVEN: Final = 2 * MAX_LENGTH
"""Code points of a comment as it is sent: noise is taken out of it before its length counts."""
About: TypeAlias = Annotated[
    str, Field(min_length=8, max_length=80, description="``clause:ID`` or ``amendment:ID``.", examples=["clause:c1"])
]
Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=MAX_GIVEN)]


class NewThread(Content):
    """A thread to begin; ``read`` is the digest of the clause's words, or the amendment's content, that was read."""

    about: About
    text: Text
    read: Digest | None = None


class CommentWords(Content):
    """What a comment says: plain text in lines; ``@id`` mentions somebody."""

    text: Text


class CommentRemoval(Content):
    """Why words are struck, for everybody who takes part to read."""

    reason: Text


class MentionsAddress(Content):
    """Where to tell of mentions, and in which language."""

    address: Annotated[str, Field(min_length=3, max_length=MAX_ADDRESS)]
    language: Literal["fr", "de", "en"] = "en"


class DoneShown(BaseModel):
    """What an act left behind; never the words."""

    comment: int
    thread: int
    revision: int
    act: int
    digest: str


class StruckShown(BaseModel):
    """Words that were struck; ``reason`` is the depositary's, null where the author struck them."""

    by: Literal["author", "depositary"]
    at: str
    reason: str | None


class CommentShown(BaseModel):
    """A comment; ``text`` is null when its words have been struck."""

    comment: int
    role: str
    author: str
    name: str
    written: str
    text: str | None
    revision: int
    edited: str | None
    struck: StruckShown | None
    mine: bool
    tag: str


class SettledShown(BaseModel):
    """Who resolved a thread."""

    name: str
    at: str


class ThreadShown(BaseModel):
    """A thread: what it is about, the words that were read, whether these have changed since, and its comments."""

    thread: int
    about: str
    read: str
    place: int
    stale: bool
    resolved: SettledShown | None
    may_resolve: bool
    tag: str
    comments: list[CommentShown]


class Threads(BaseModel):
    """A page of threads, the newest first; ``next`` goes into the parameter ``after`` of the next one."""

    items: list[ThreadShown]
    next: str | None


class WordingShown(BaseModel):
    """A wording of a comment; its act names it by ``digest``, and ``text`` is null when it has been struck."""

    revision: int
    at: str
    digest: str
    text: str | None


class CommentWordings(BaseModel):
    """Every wording of a comment, the first one first."""

    items: list[WordingShown]
    next: str | None


class ParticipantShown(BaseModel):
    """Somebody who can be mentioned."""

    role: str
    id: str
    name: str


class Participants(BaseModel):
    """Everybody who takes part."""

    items: list[ParticipantShown]
    next: str | None


class DiscussionState(BaseModel):
    """Where a discussion stands: how many acts, the digest of the last, and by topic how many threads are open."""

    size: int
    head: str | None
    unresolved: dict[str, int]
    mentions: int


class MentionsAsked(BaseModel):
    """A letter asks the address."""

    asked: bool


def done_json(done: Done) -> Json:
    """Return what an act left behind as `DoneShown`."""
    return {
        "comment": done.comment,
        "thread": done.thread,
        "revision": done.revision,
        "act": done.act,
        "digest": done.digest,
    }


def thread_json(thread: Thread) -> dict[str, Json]:
    """Return a thread as `ThreadShown`."""
    settled: Json = None
    if thread.settled is not None:
        settled = {"name": thread.settled.by, "at": _moment(thread.settled.at)}
    return {
        "thread": thread.number,
        "about": str(thread.topic),
        "read": thread.anchor.digest,
        "place": thread.anchor.place,
        "stale": thread.stale,
        "resolved": settled,
        "may_resolve": thread.may_resolve,
        "tag": thread.tag,
        "comments": [_comment(one) for one in thread.comments],
    }


def _comment(one: Comment) -> dict[str, Json]:
    struck: Json = None
    if one.struck is not None:
        struck = {
            "by": "depositary" if one.struck.removed else "author",
            "at": _moment(one.struck.at),
            "reason": one.struck.reason if one.struck.removed else None,
        }
    return {
        "comment": one.kept.comment,
        "role": one.kept.role,
        "author": one.kept.author,
        "name": one.by,
        "written": _moment(one.kept.written),
        "text": one.text,
        "revision": one.kept.revision,
        "edited": None if one.edited is None else _moment(one.edited),
        "struck": struck,
        "mine": one.mine,
        "tag": one.tag,
    }


def _moment(at: datetime) -> str:
    return write_moment(at, "discussion.at")
