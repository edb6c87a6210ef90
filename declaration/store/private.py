"""Tables that are private to the service: who comes in, what is unpublished, what traffic is counted, who follows.

None of them follows from the ledger, none is audited, and none holds a secret in the clear: invitations, sessions and
tokens are kept by digest, so that a copy of the database lets nobody in.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from declaration.canonical import Json
from declaration.store.columns import Canonical
from declaration.store.tables import Base

# Who comes in


class Invitations(Base):
    """One-time links: each lets one person in once, to create a passkey for one role."""

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "declaration", "role", "subject"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    """HMAC-SHA256 of the link's secret under the service's key."""
    declaration: Mapped[str]
    role: Mapped[str]
    subject: Mapped[str]
    issued: Mapped[datetime]
    expires: Mapped[datetime]
    used: Mapped[datetime | None]
    recalled: Mapped[datetime | None]


class Delegates(Base):
    """People who prepare for a signatory; they never sign or confirm."""

    __tablename__ = "delegates"

    declaration: Mapped[str] = mapped_column(primary_key=True)
    delegate: Mapped[str] = mapped_column(primary_key=True)
    signatory: Mapped[str]
    name: Mapped[str]
    at: Mapped[datetime]
    ended: Mapped[datetime | None]


class Passkeys(Base):
    """Passkeys of those who do not sign: drafters, delegates, the depositary. Signatories' stand in the ledger."""

    __tablename__ = "passkeys"
    __table_args__ = (Index(None, "declaration", "role", "subject"),)

    declaration: Mapped[str] = mapped_column(primary_key=True)
    credential: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    subject: Mapped[str]
    public_key: Mapped[str]
    at: Mapped[datetime]
    revoked: Mapped[datetime | None]


class Sessions(Base):
    """Who is signed in, by the digest of their cookie."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index(None, "former"),
        Index(None, "expires"),
        Index(None, "declaration", "credential"),
    )

    session: Mapped[str] = mapped_column(primary_key=True)
    """A random name that stays when the secret is exchanged."""
    digest: Mapped[str]
    former: Mapped[str | None]
    """Digest of the secret before the last exchange: requests that were on their way then still count."""
    exchanged: Mapped[datetime]
    declaration: Mapped[str]
    role: Mapped[str]
    subject: Mapped[str]
    credential: Mapped[str]
    opened: Mapped[datetime]
    seen: Mapped[datetime]
    expires: Mapped[datetime]


class Tokens(Base):
    """Keys for programs, by digest; each acts for one role."""

    __tablename__ = "tokens"
    __table_args__ = (UniqueConstraint("digest"),)

    declaration: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    role: Mapped[str]
    subject: Mapped[str]
    label: Mapped[str]
    issued: Mapped[datetime]
    expires: Mapped[datetime]
    revoked: Mapped[datetime | None]


# What lies on a desk, unpublished


class Drafts(Base):
    """A drafter's amendment before it is tabled; `revision` counts the times it was saved."""

    __tablename__ = "drafts"

    declaration: Mapped[str] = mapped_column(primary_key=True)
    drafter: Mapped[str] = mapped_column(primary_key=True)
    draft: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[Json] = mapped_column(Canonical)
    revision: Mapped[int]
    changed: Mapped[datetime]


class Requests(Base):
    """A draft's author asks another drafter to support it; `content` is what was supported, NULL until it is."""

    __tablename__ = "requests"
    __table_args__ = (Index(None, "declaration", "drafter"),)

    declaration: Mapped[str] = mapped_column(primary_key=True)
    draft: Mapped[str] = mapped_column(primary_key=True)
    drafter: Mapped[str] = mapped_column(primary_key=True)
    """Who is asked."""
    author: Mapped[str]
    asked: Mapped[datetime]
    content: Mapped[str | None]
    given: Mapped[datetime | None]


class Prepared(Base):
    """A position that a delegate or the signatory has prepared, and nobody has confirmed."""

    __tablename__ = "prepared"

    declaration: Mapped[str] = mapped_column(primary_key=True)
    signatory: Mapped[str] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """Of the clause as it was read; other words make the preparation stale."""
    stance: Mapped[str]
    reservation: Mapped[str | None]
    by: Mapped[str]
    at: Mapped[datetime]


# What is discussed


class DiscussionActs(Base):
    """What was done in a discussion, in one order; rows are added, and none changes but by striking its words."""

    __tablename__ = "discussion_acts"
    __table_args__ = (Index(None, "declaration", "comment"),)

    declaration: Mapped[str] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1, without a gap."""
    previous: Mapped[str | None]
    kind: Mapped[str]
    comment: Mapped[int]
    role: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    words: Mapped[str | None]
    """Digest of text and salt; it stays when both are struck."""
    detail: Mapped[Json] = mapped_column(Canonical)
    digest: Mapped[str]
    text: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[str | None]


class Comments(Base):
    """Where each comment stands after the acts so far."""

    __tablename__ = "comments"
    __table_args__ = (
        Index(None, "declaration", "thread"),
        Index(None, "declaration", "topic"),
    )

    declaration: Mapped[str] = mapped_column(primary_key=True)
    comment: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Index of the act by which it was written."""
    thread: Mapped[int]
    """Number of the comment that began the thread: its own, or the one that it answers."""
    topic: Mapped[str]
    anchor: Mapped[str]
    """Digest of the words of the clause, or of the content of the amendment, about which it was written."""
    place: Mapped[int]
    """The version in which these words stood last, or the entry that gave the amendment this content."""
    role: Mapped[str]
    author: Mapped[str]
    written: Mapped[datetime]
    revision: Mapped[int]
    """How often it has been worded, from 1."""
    latest: Mapped[int]
    """Index of the act that worded it last."""
    changed: Mapped[int]
    """Index of the last act about it; of a thread's first comment, about the thread."""
    struck: Mapped[str | None]
    """Kind of the act that struck its words."""
    resolved: Mapped[int | None]
    """Of a thread's first comment: index of the act that resolved it; NULL while it is open."""


class Mentions(Base):
    """Who is mentioned in which comment, once each, so that an edit tells nobody again."""

    __tablename__ = "mentions"
    __table_args__ = (Index(None, "declaration", "whom", "act"),)

    declaration: Mapped[str] = mapped_column(primary_key=True)
    comment: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    whom: Mapped[str] = mapped_column(primary_key=True)
    """A topic that can be followed: ``mentions:ROLE.ID``."""
    act: Mapped[int]
    """Index of the act that mentioned them first."""


# What traffic is counted


class Throttles(Base):
    """How much of an allowance is left to a key, shared by every process (a leaking bucket)."""

    __tablename__ = "throttles"
    __table_args__ = (Index(None, "empty"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    empty: Mapped[int]
    """Milliseconds since 1970 at which the bucket will be empty again."""


class Replies(Base):
    """What a write was answered, so that the same request sent again gets the same answer and does nothing."""

    __tablename__ = "replies"
    __table_args__ = (Index(None, "at"),)

    actor: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[str]
    """SHA-256 of method, address and content: the key stands for these."""
    status: Mapped[int | None]
    """NULL while the request is being worked on."""
    answer: Mapped[str | None]
    at: Mapped[datetime]


class Webhooks(Base):
    """Addresses to which public acts are sent; `sent` is the index of the next entry to send."""

    __tablename__ = "webhooks"

    declaration: Mapped[str] = mapped_column(primary_key=True)
    webhook: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    """Encrypted with the service's key: a message is signed with it, so a digest would not do."""
    sent: Mapped[int]
    failures: Mapped[int]
    due: Mapped[datetime]
    at: Mapped[datetime]


# Who follows, and what is on its way to them


class Followings(Base):
    """Who wants to hear by e-mail of what; a row that is stopped is deleted, so that nothing of it stays."""

    __tablename__ = "followings"
    __table_args__ = (
        UniqueConstraint("declaration", "reader", "topic"),
        Index(None, "due"),
    )

    following: Mapped[str] = mapped_column(primary_key=True)
    """A random name; it stands in the links of the letters."""
    declaration: Mapped[str]
    reader: Mapped[str]
    """HMAC-SHA256 of the address under the service's key: the same address is found again, and cannot be read."""
    address: Mapped[str]
    """Encrypted with the service's key."""
    topic: Mapped[str]
    language: Mapped[str]
    pace: Mapped[str]
    asked: Mapped[datetime]
    confirmed: Mapped[datetime | None]
    """When the address answered; NULL, and nothing but the question is sent, until then."""
    sent: Mapped[int]
    """Index of the next entry to look at; of mentions, of the last act of the discussion that was looked at."""
    due: Mapped[datetime]
    """Not before this moment is anything gathered for it."""
    refusals: Mapped[int]
    """Letters in a row that its address refused for good."""


class Letters(Base):
    """Letters on their way; a row that has been handed over is deleted."""

    __tablename__ = "letters"
    __table_args__ = (Index(None, "due"), Index(None, "following"))

    letter: Mapped[str] = mapped_column(primary_key=True)
    """A random name; it stands in the Message-ID, the same in every attempt."""
    declaration: Mapped[str]
    following: Mapped[str | None]
    """For which it was written; NULL for an invitation."""
    kind: Mapped[str]
    sealed: Mapped[str] = mapped_column(Text)
    """Recipient and words, encrypted with the service's key."""
    attempts: Mapped[int]
    due: Mapped[datetime]
    """Not before this moment is it tried; whoever tries it puts it forward first, so that nobody else does."""
    at: Mapped[datetime]
    expires: Mapped[datetime]
