"""A document somebody wrote, as a tree that remembers its lines: every refusal names file, line and field.

YAML and JSON are read into the same three kinds of node (`yaml_source`, `json_source`), and everything that
gives them a meaning walks the tree through `Field`. Nothing is converted on the way: a plain ``no``, ``12`` or
``2019-09-01`` is the text that stands in the file, never a truth value, a number or a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from declaration.errors import InputRefused, LimitExceeded

MAX_ITEMS: Final = 20_000
"""Items of one list: the largest real one is the roster of a campaign (12,000 cities)."""

_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
"""How YAML and JSON write "no value", where it is not put in quotes."""
_SHOWN: Final = 60
"""How much of a wrong value an error quotes: enough to find it, too little to flood a terminal."""
_HARMLESS: Final = re.compile(r"[\w .-]{1,60}", re.ASCII)


def shown(value: str) -> str:
    """Return what a message shows of something that stands in a file: itself if harmless, else quoted and cut."""
    return value if _HARMLESS.fullmatch(value) else ascii(value[:_SHOWN])


class Style(Enum):
    """How a scalar was written."""

    PLAIN = "plain"
    QUOTED = "quoted"
    BLOCK = "block"
    """Literal or folded YAML block, whose last line break belongs to the notation, not to the text."""
    NUMBER = "number"
    """A JSON value that is no string: number, true, false, null."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One piece of text and the line (from 1) on which it starts."""

    line: int
    value: str
    style: Style


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of nodes."""

    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names and nodes, in the order of the file; no name stands twice."""

    line: int
    entries: tuple[tuple[Scalar, Node], ...]


Node: TypeAlias = "Scalar | Listing | Mapping"


@dataclass(frozen=True, slots=True)
class Field:
    """A node and where it stands: the file's name and the way to it from the top (``sections[2].title.de``)."""

    file: str
    path: str
    node: Node

    @property
    def line(self) -> int:
        """The line on which the node starts, counted from 1."""
        return self.node.line

    @property
    def where(self) -> str:
        """The place in words: file, line and field."""
        place = f"{self.file}, line {self.line}"
        return f"{place}, {self.path}" if self.path else place

    def refused(self, code: str, why: str, *, hint: str) -> InputRefused:
        """Return (for the caller to raise) the error that says `why` this field cannot be accepted."""
        return InputRefused(code, f"{self.where}: {why}", hint=hint)

    @property
    def is_absent(self) -> bool:
        """Whether nothing is said here: an empty value or an unquoted ``null`` or ``~``."""
        return (
            isinstance(self.node, Scalar)
            and self.node.style in {Style.PLAIN, Style.NUMBER}
            and self.node.value in _NOTHING
        )

    @property
    def is_scalar(self) -> bool:
        """Whether this is one piece of text."""
        return isinstance(self.node, Scalar) and not self.is_absent

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.node, Listing)

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping of names."""
        return isinstance(self.node, Mapping)

    def scalar(self) -> str:
        """Return the text that stands here, as it stands.

        Raises:
            InputRefused: a list or a mapping stands here, or nothing, or a JSON number.

        """
        node = self.node
        if self.is_absent:
            raise self.refused("exchange.empty", "nothing stands here.", hint="Write a text, or leave the field out.")
        if not isinstance(node, Scalar):
            raise self.refused(
                "exchange.not-text",
                f"a text is expected here, not a {_KIND[type(node)]}.",
                hint="Write one text; put it in quotes if it holds ': ' or starts with a special sign.",
            )
        if node.style is Style.NUMBER:
            raise self.refused(
                "exchange.not-text", f"a text is expected here, not {node.value[:_SHOWN]}.", hint="Put it in quotes."
            )
        return node.value.removesuffix("\n") if node.style is Style.BLOCK else node.value

    def items(self) -> tuple[Field, ...]:
        """Return the items of the list that stands here.

        Raises:
            InputRefused: something else stands here.
            LimitExceeded: the list has more than `MAX_ITEMS` items.

        """
        if not isinstance(self.node, Listing):
            raise self.refused(
                "exchange.not-list",
                f"a list is expected here, not a {_KIND[type(self.node)]}.",
                hint="Start each item on a line of its own with a dash.",
            )
        if len(self.node.items) > MAX_ITEMS:
            raise LimitExceeded(
                "exchange.items",
                f"{self.where}: the list has {len(self.node.items)} items, {MAX_ITEMS} are allowed.",
                hint="Check that it is the right file.",
            )
        return tuple(Field(self.file, f"{self.path}[{index}]", item) for index, item in enumerate(self.node.items))

    def one_or_more(self) -> tuple[Field, ...]:
        """Return the items of a list, or the one thing that stands here in place of a list of one."""
        return self.items() if self.is_list else (self,)

    def entries(self) -> dict[str, Field]:
        """Return the names of the mapping that stands here with their values, in the order of the file.

        Raises:
            InputRefused: something else stands here.

        """
        if not isinstance(self.node, Mapping):
            raise self.refused(
                "exchange.not-mapping",
                f"names with values are expected here, not a {_KIND[type(self.node)]}.",
                hint="Write 'name: value' lines, or {name: value, …}.",
            )
        prefix = f"{self.path}." if self.path else ""
        return {key.value: Field(self.file, prefix + shown(key.value), value) for key, value in self.node.entries}

    def members(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Field]:
        """Return the entries of a mapping that has exactly these names; absent optional ones are left out.

        Raises:
            InputRefused: something else stands here, a required name is missing, or a name is unknown.

        """
        entries = self.entries()
        needed, allowed = tuple(required), (*required, *optional)
        for name, value in entries.items():
            if name not in allowed:
                raise value.refused(
                    "exchange.unknown-field",
                    f"there is no field {shown(name)} here.",
                    hint=f"The fields here are: {', '.join(allowed)}.",
                )
        present = {name: value for name, value in entries.items() if not value.is_absent}
        for name in needed:
            if name not in present:
                place = entries.get(name, self)
                raise place.refused(
                    "exchange.missing-field", f"the field {name} is missing.", hint=f"Add '{name}: …' here."
                )
        return present


_KIND: Final = {Scalar: "single text", Listing: "list", Mapping: "mapping"}
