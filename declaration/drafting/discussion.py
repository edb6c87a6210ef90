"""The law of a discussion: acts in one order, each naming the one before, and words that can be struck but not changed.

An act names the digest of the act before it and, where it says something, the digest of its words with a salt of their
own. So whoever holds an act, or an export, finds out whether anything before it was changed, put in or left out; and
words and salt can be struck for good, as law may demand, without breaking that: the digest alone tells nothing of
them. The file of it all is specified in docs/spec/exchange.md, section 9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from declaration.canonical import Json, digest, encode, is_digest, parse_canonical
from declaration.drafting import hygiene
from declaration.errors import Altered, InputRefused, LimitExceeded

FORMAT: Final = "declaration-discussion/1"
"""Value of the member ``format`` of an exported discussion."""
MAX_LENGTH: Final = 4_000
"""Code points of a comment: two pages; what is longer is a paper, or an amendment."""
MAX_LINES: Final = 200
"""Lines of a comment, so that no comment pushes all others off the page."""
MAX_FILE: Final = 512 * 1024 * 1024
"""Bytes of an exported discussion: `services.discussing.MAX_ACTS` comments of a usual length, many times over."""


class ActKind(StrEnum):
    """What somebody did in a discussion."""

    WRITTEN = "written"
    """Began a thread."""
    ANSWERED = "answered"
    EDITED = "edited"
    DELETED = "deleted"
    """Struck their own words."""
    REMOVED = "removed"
    """The depositary struck words, with a reason."""
    RESOLVED = "resolved"
    REOPENED = "reopened"

    @property
    def says(self) -> bool:
        """Whether it holds words."""
        return self in {ActKind.WRITTEN, ActKind.ANSWERED, ActKind.EDITED}

    @property
    def strikes(self) -> bool:
        """Whether it strikes the words of a comment."""
        return self in {ActKind.DELETED, ActKind.REMOVED}


@dataclass(frozen=True, slots=True)
class Words:
    """What a comment says, and the salt without which the digest of short words could be guessed."""

    text: str
    salt: str

    @property
    def digest(self) -> str:
        """The digest by which an act names them."""
        return digest(encode({"salt": self.salt, "text": self.text}))


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a discussion.

    Args:
        declaration: whose discussion it is.
        index: its place, counted from 1.
        previous: digest of the act before; None for the first.
        kind: what was done.
        comment: number of the comment: the index of the act by which it was written.
        role: in which somebody acted.
        by: their id.
        at: the moment, as the ledger writes it.
        words: digest of what was said; None where nothing was.
        detail: what else there is to say about it, by kind (docs/spec/exchange.md, section 9.2).

    """

    declaration: str
    index: int
    previous: str | None
    kind: ActKind
    comment: int
    role: str
    by: str
    at: str
    words: str | None
    detail: Mapping[str, Json]

    def document(self) -> dict[str, Json]:
        """Return it as JSON, without what is digested of it."""
        return {
            "index": self.index,
            "previous": self.previous,
            "kind": str(self.kind),
            "comment": self.comment,
            "role": self.role,
            "by": self.by,
            "at": self.at,
            "words": self.words,
            "detail": dict(self.detail),
        }

    @property
    def digest(self) -> str:
        """The digest by which the next act names it."""
        return digest(encode(self.document() | {"declaration": self.declaration}))


Said: TypeAlias = tuple[Act, Words | None]
"""An act, and its words where they have not been struck."""


def tidy(text: str) -> str:
    """Return a comment as it is kept: lines without noise, no blank ones around it and no two in a row.

    Raises:
        InputRefused: ``comment.empty``; ``text.*``, characters that nobody sees or that turn the order of others.
        LimitExceeded: ``comment.long``.

    """
    if len(text) > 2 * MAX_LENGTH:  # cleaning takes time by length, and takes away little
        raise _too_long()
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        plain = hygiene.clean(line).text
        if plain or (lines and lines[-1]):
            lines.append(plain)
    while lines and not lines[-1]:
        lines.pop()
    found = "\n".join(lines)
    if not found:
        raise InputRefused("comment.empty", "The comment says nothing.", hint="Write what you want to say.")
    if len(found) > MAX_LENGTH or len(lines) > MAX_LINES:
        raise _too_long()
    for line in lines:
        if line:
            hygiene.check(line, where="the comment")
    return found


def _too_long() -> LimitExceeded:
    return LimitExceeded(
        "comment.long",
        f"A comment has {MAX_LENGTH} characters and {MAX_LINES} lines at most.",
        hint="Say it shorter, or in two comments.",
    )


def exported(declaration: str, said: Sequence[Said], names: Mapping[tuple[str, str], str]) -> bytes:
    """Return a discussion as a file, canonical JSON.

    Args:
        declaration: its id.
        said: every act, in its order.
        names: of those who acted, by role and id.

    """
    people = sorted({(act.role, act.by) for act, _ in said})
    document: dict[str, Json] = {
        "format": FORMAT,
        "declaration": declaration,
        "size": len(said),
        "head": said[-1][0].digest if said else None,
        "participants": [{"role": role, "id": by, "name": names.get((role, by), by)} for role, by in people],
        "acts": [
            {
                **act.document(),
                "digest": act.digest,
                "text": None if words is None else words.text,
                "salt": None if words is None else words.salt,
            }
            for act, words in said
        ],
    }
    return encode(document)


@dataclass(frozen=True, slots=True)
class Discussion:
    """A discussion that was read from a file and holds together.

    Args:
        declaration: its id.
        said: every act, in its order.

    """

    declaration: str
    said: tuple[Said, ...]

    @property
    def head(self) -> str | None:
        """Digest of the last act; None where there is none."""
        return self.said[-1][0].digest if self.said else None

    def require_continues(self, earlier: Discussion) -> None:
        """Make sure that an earlier export is where this one began.

        Raises:
            Altered: ``discussion.other``, of another declaration; ``discussion.rewritten``, it is not.

        """
        if earlier.declaration != self.declaration:
            raise Altered(
                "discussion.other",
                f"The earlier file is of “{earlier.declaration}”, not of “{self.declaration}”.",
                hint="Compare two files of one declaration.",
            )
        for (then, _), now in zip(earlier.said, (*self.said, *[None] * len(earlier.said)), strict=False):
            if now is None or now[0] != then:
                raise Altered(
                    "discussion.rewritten",
                    f"Act {then.index} of the earlier file is not what stands there now.",
                    hint="Keep both files: they show what was changed.",
                )


def read(data: bytes) -> Discussion:
    """Return a discussion from its file, every digest checked.

    Raises:
        InputRefused: ``discussion.form``, or it is no canonical JSON.
        Altered: ``discussion.altered``, a digest is not that of what it names; ``discussion.struck``, words are missing
            that nobody struck, or there that were struck.

    """
    document = parse_canonical(data, limit=MAX_FILE, what="The discussion")
    members = _members(document, {"format", "declaration", "size", "head", "participants", "acts"}, "the file")
    if members["format"] != FORMAT or not isinstance(members["declaration"], str):
        raise _form("the file", f"it is not {FORMAT}")
    acts = members["acts"]
    if not isinstance(acts, list) or members["size"] != len(acts):
        raise _form("the file", "its size is not the number of its acts")
    said: list[Said] = []
    previous: str | None = None
    for index, item in enumerate(acts, 1):
        line = _said(members["declaration"], item, index, previous)
        said.append(line)
        previous = line[0].digest
    if members["head"] != previous:
        raise _altered("the head")
    _require_struck(said)
    return Discussion(members["declaration"], tuple(said))


_ACT: Final = frozenset(
    {"index", "previous", "kind", "comment", "role", "by", "at", "words", "detail", "digest", "text", "salt"}
)


def _said(declaration: str, item: Json, index: int, previous: str | None) -> Said:
    place = f"act {index}"
    members = _members(item, _ACT, place)
    role, by, at = (_text(members[name], place) for name in ("role", "by", "at"))
    kind, detail, comment = members["kind"], members["detail"], members["comment"]
    if kind not in set(map(str, ActKind)) or not isinstance(detail, dict) or members["index"] != index:
        raise _form(place, "its index, kind or detail is none")
    if not isinstance(comment, int) or isinstance(comment, bool) or not 1 <= comment <= index:
        raise _form(place, "it names no comment that there is")
    made = ActKind(str(kind))
    named = None if members["words"] is None else _text(members["words"], place)
    if (named is not None) != made.says or (named is not None and not is_digest(named)):
        raise _form(place, "its words are named where there are none, or the other way round")
    act = Act(declaration, index, previous, made, comment, role, by, at, named, detail)
    if members["previous"] != previous or members["digest"] != act.digest:
        raise _altered(place)
    if members["text"] is None and members["salt"] is None:
        return act, None
    words = Words(_text(members["text"], place), _text(members["salt"], place))
    if words.digest != act.words:
        raise _altered(f"the words of {place}")
    return act, words


def _require_struck(said: Sequence[Said]) -> None:
    """Words are missing exactly where somebody struck them."""
    struck = {act.comment for act, _ in said if act.kind.strikes}
    for act, words in said:
        if act.kind.says and (words is None) != (act.comment in struck):
            raise Altered(
                "discussion.struck",
                f"The words of act {act.index} "
                + ("are missing, and nobody struck them." if words is None else "are there, though they were struck."),
                hint="Ask the depositary for the file again, and keep both.",
            )


def _members(value: Json, names: frozenset[str] | set[str], place: str) -> dict[str, Json]:
    if not isinstance(value, dict) or value.keys() != names:
        raise _form(place, f"an object with exactly the members {', '.join(sorted(names))} belongs here")
    return value


def _text(value: Json, place: str) -> str:
    if not isinstance(value, str):
        raise _form(place, "a text belongs here")
    return value


def _form(place: str, why: str) -> InputRefused:
    return InputRefused(
        "discussion.form", f"In {place}: {why}.", hint="Compare it with the specification (docs/spec/exchange.md)."
    )


def _altered(place: str) -> Altered:
    return Altered(
        "discussion.altered",
        f"{place[:1].upper()}{place[1:]} was changed: its digest is another.",
        hint="Compare it with an export that somebody else holds.",
    )
