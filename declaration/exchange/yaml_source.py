"""YAML into a tree with lines: a small, predictable part of YAML 1.1, and every limit named.

Only PyYAML's reader, scanner and parser are used, event by event: nothing resolves a plain scalar to a truth
value, a number or a date (the language key ``no`` is Norwegian), nothing constructs an object, and depth and
size are bounded while reading. Anchors, aliases, tags, merge keys and doubled keys are refused: each of them
lets a file mean something else than what its reader sees.
"""

from __future__ import annotations

from typing import Final

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from declaration.errors import InputRefused, LimitExceeded
from declaration.exchange.tree import Field, Listing, Mapping, Node, Scalar, Style, shown

MAX_BYTES: Final = 4 * 1024 * 1024
"""Size of a file: 500 clauses of 150 words in eight languages are about 3 MB."""
MAX_DEPTH: Final = 16
"""Nesting of lists and mappings; the deepest form we define needs 7."""
MAX_NODES: Final = 200_000
"""Texts, lists and mappings in one file: 12,000 positions of four fields are about 110,000."""

_MEND: Final = "Correct the file and try again."
_STYLES: Final = {"'": Style.QUOTED, '"': Style.QUOTED, "|": Style.BLOCK, ">": Style.BLOCK}
_MARK: Final = "\ufeff"
_HIDE: Final = {0x85: 0x10FFF0, 0x2028: 0x10FFF1, 0x2029: 0x10FFF2}
"""YAML 1.1 breaks lines at these three (YAML 1.2 does not) and would fold them away unseen; private-use stand-ins,
which no accepted text can hold, carry them through to where the text's own rules see them."""
_SHOW: Final = {stand_in: original for original, stand_in in _HIDE.items()}


class _Events(Reader, Scanner, Parser):
    """PyYAML's parser without its composer, resolver and constructor."""

    def __init__(self, text: str) -> None:
        """Start before the first event of `text`."""
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def check_printable(self, data: str | bytes) -> None:
        """Let every character through: the text's own rules refuse it later, and can name the field."""


def read_yaml(data: bytes, *, file: str) -> tuple[Field, tuple[str, ...]]:
    """Read one YAML document.

    Args:
        data: the file's bytes, UTF-8, with or without a byte order mark.
        file: the name by which messages call it.

    Returns:
        The top of the tree, and a note if a byte order mark was left out.

    Raises:
        LimitExceeded: larger, deeper or of more nodes than the limits of this module.
        InputRefused: not UTF-8, not well-formed, or a part of YAML that is not accepted.

    """
    text = _decode(data, file=file)
    notes: tuple[str, ...] = ()
    if text.startswith(_MARK):
        text, notes = text[1:], (f"{file}, line 1: left out a byte order mark (U+FEFF).",)
    events = _Events(text.translate(_HIDE))
    try:
        node = _Composer(events, file).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else events.line + 1
        raise _malformed(file, line, error.problem or error.context or "unreadable") from error
    except (YAMLError, ValueError, OverflowError, IndexError) as error:  # escapes such as \U00110000 reach chr()
        raise _malformed(file, events.line + 1, str(error) or type(error).__name__) from error
    return Field(file, "", node), notes


def _decode(data: bytes, *, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise LimitExceeded(
            "yaml.size",
            f"{file}: the file is {len(data)} bytes long, {MAX_BYTES} are allowed.",
            hint="Check that it is the right file.",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputRefused(
            "yaml.encoding", f"{file}, line {line}: the file is not UTF-8.", hint="Save the file as UTF-8."
        ) from error
    nul = text.find("\x00")  # PyYAML takes it for the end of the file
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        raise InputRefused("yaml.nul", f"{file}, line {line}: a null character (U+0000) stands here.", hint=_MEND)
    return text


def _malformed(file: str, line: int, why: str) -> InputRefused:
    return InputRefused(
        "yaml.malformed",
        f"{file}, line {line}: this is not well-formed YAML: {why[:200]}.",
        hint="Check the indentation; put a text in quotes if it holds ': ' or ' #' or starts with a special sign.",
    )


class _Composer:
    """Builds the tree from events; its recursion is bounded by `MAX_DEPTH`, and it knows the field it is in."""

    def __init__(self, events: _Events, file: str) -> None:
        self._events = events
        self._file = file
        self._nodes = 0
        self._path: list[str] = []

    def document(self) -> Node:
        """Return the only document of the stream."""
        self._next()  # the stream's start
        start = self._next()
        if not isinstance(start, DocumentStartEvent):
            raise self._refused(start, "yaml.empty", "the file is empty.", hint="Check that it is the right file.")
        node = self._node(self._next())
        self._next()  # the document's end
        after = self._next()
        if not isinstance(after, StreamEndEvent):
            raise self._refused(
                after, "yaml.documents", "a second document starts here.", hint="Keep one document in a file."
            )
        return node

    def _next(self) -> Event:
        event: Event = self._events.get_event()  # type: ignore[no-untyped-call]
        return event

    def _node(self, event: Event) -> Node:
        self._nodes += 1
        self._check(event)
        line = _line(event)
        if isinstance(event, ScalarEvent):
            return Scalar(line, event.value.translate(_SHOW), _STYLES.get(event.style or "", Style.PLAIN))
        return self._listing(line) if isinstance(event, SequenceStartEvent) else self._mapping(line)

    def _listing(self, line: int) -> Listing:
        items: list[Node] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            self._path.append(f"[{len(items)}]")
            items.append(self._node(event))
            self._path.pop()
        return Listing(line, tuple(items))

    def _mapping(self, line: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        seen: set[str] = set()
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._node(event) if isinstance(event, ScalarEvent | AliasEvent) else None
            if not isinstance(key, Scalar):
                raise self._refused(event, "yaml.key", "a name must be one text.", hint=_MEND)
            if key.value == "<<" and key.style is Style.PLAIN:
                raise self._refused(
                    event, "yaml.merge", "merge keys ('<<') are not accepted.", hint="Write the fields out."
                )
            self._path.append(f".{shown(key.value)}")
            if key.value in seen:
                why = "this name stands twice in one mapping."
                raise self._refused(event, "yaml.doubled-key", why, hint="Remove or rename one of the two.")
            seen.add(key.value)
            entries.append((key, self._node(self._next())))
            self._path.pop()
        return Mapping(line, tuple(entries))

    def _check(self, event: Event) -> None:
        if self._nodes > MAX_NODES:
            raise LimitExceeded(
                "yaml.nodes",
                f"{self._place(event)}: the file holds more than {MAX_NODES} texts, lists and mappings.",
                hint="Check that it is the right file.",
            )
        if len(self._path) >= MAX_DEPTH and not isinstance(event, ScalarEvent):
            why = f"nested more than {MAX_DEPTH} levels deep."
            raise LimitExceeded("yaml.depth", f"{self._place(event)}: {why}", hint="Write a flatter file.")
        if isinstance(event, NodeEvent) and event.anchor is not None:  # an alias event carries the anchor's name
            sign = "alias ('*')" if isinstance(event, AliasEvent) else "anchor ('&')"
            raise self._refused(
                event,
                "yaml.anchor",
                f"the {sign} {event.anchor[:60]!r} is not accepted.",
                hint="Write the text out; put it in quotes if it starts with this sign.",
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise self._refused(
                event,
                "yaml.tag",
                f"the tag {str(tag)[:60]!r} is not accepted.",
                hint="Leave it out; put the text in quotes if it starts with '!'.",
            )
        if isinstance(event, ScalarEvent) and any("\ud800" <= character <= "\udfff" for character in event.value):
            raise self._refused(
                event,
                "yaml.surrogate",
                "half of a surrogate pair stands here, which is not a character.",
                hint="Write the character itself instead of its escape.",
            )
        if not isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
            raise self._refused(event, "yaml.malformed", "nothing stands here.", hint=_MEND)

    def _place(self, event: Event) -> str:
        path = "".join(self._path).removeprefix(".")
        place = f"{self._file}, line {_line(event)}"
        return f"{place}, {path}" if path else place

    def _refused(self, event: Event, code: str, why: str, *, hint: str) -> InputRefused:
        return InputRefused(code, f"{self._place(event)}: {why}", hint=hint)


def _line(event: Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark is not None else 1
