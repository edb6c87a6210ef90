"""Writing XML: elements as text, escaped where they are made, so that nothing that somebody wrote becomes markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FORBIDDEN: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can hold, not even as a reference (XML 1.0, 2.2)."""
_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
"""White space is written as references, because readers turn it into spaces (XML 1.0, 3.3.3)."""


class Markup(str):
    """A piece of XML that is written as it stands."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Return a text as content; what XML cannot hold becomes U+FFFD."""
    return Markup(_FORBIDDEN.sub("\ufffd", value).translate(_TEXT))


def _quoted(value: str) -> str:
    return _FORBIDDEN.sub("\ufffd", value).translate(_VALUE)


def element(name: str, attributes: Mapping[str, str | None] | None = None, /, *content: str) -> Markup:
    """Return an element.

    Args:
        name: as it is written, with its prefix.
        attributes: in their order; None leaves one out.
        content: `Markup` stands as it is, every other text is escaped.

    """
    written = "".join(f' {key}="{_quoted(value)}"' for key, value in (attributes or {}).items() if value is not None)
    inner = "".join(part if isinstance(part, Markup) else text(part) for part in content)
    return Markup(f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>")


def block(name: str, attributes: Mapping[str, str | None] | None = None, /, *content: Markup) -> Markup:
    """Return an element whose children stand on lines of their own, for readers of the source."""
    if not content:
        return element(name, attributes)
    return element(name, attributes, Markup("\n" + "\n".join(content) + "\n"))


def document(root: Markup) -> bytes:
    """Return a whole document in UTF-8."""
    return f"{DECLARATION}{root}\n".encode()
