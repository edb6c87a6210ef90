"""Reading XML from strangers: strictly, within limits, every element with the line on which it begins.

There is no document type, hence no entity and nothing to fetch; no inclusion (XInclude), no processing instruction,
no encoding but UTF-8. The parser (Expat) is stopped at the first thing that is not allowed, before anything is made of
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from xml.parsers import expat

from declaration.errors import InputRefused, LimitExceeded

MAX_BYTES: Final = 8 * 1024 * 1024
"""Bytes of a file: 500 clauses of 150 words in one language are about 0.6 MB."""
MAX_DEPTH: Final = 24
"""Nesting: our own documents need 8."""
MAX_ELEMENTS: Final = 200_000
"""Elements: the longest text (5,000 clauses) has about 20,000, its history may have some more."""
MAX_ATTRIBUTES: Final = 16
"""Attributes of one element: ours have at most 6."""
INCLUDING: Final = "http://www.w3.org/2001/XInclude"
"""Namespace of inclusions (XInclude 1.0)."""
_BETWEEN: Final = " "
"""Stands between a namespace and a name; no namespace holds one."""


@dataclass(slots=True)
class Element:
    """An element.

    Args:
        file: how messages call the file.
        line: where it begins, from 1.
        namespace: its namespace, empty for none.
        name: its name there.
        attributes: by name; one of another namespace as ``namespace name``.
        children: the elements in it.
        content: the text in it before, between and after them, put together.

    """

    file: str
    line: int
    namespace: str
    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    content: str = ""

    @property
    def where(self) -> str:
        """File, line and element, as messages begin."""
        called = self.attributes.get("wId") or self.attributes.get("eId")
        return f"{self.file}, line {self.line}, <{self.name}{f' {called}' if called else ''}>"

    def refused(self, code: str, why: str, *, hint: str) -> InputRefused:
        """Return an error that names this element."""
        return InputRefused(code, f"{self.where}: {why}", hint=hint)

    def of(self, name: str) -> list[Element]:
        """Return the children of this name, in the same namespace."""
        return [child for child in self.children if (child.namespace, child.name) == (self.namespace, name)]

    def __iter__(self) -> Iterator[Element]:
        """Give the children in order."""
        return iter(self.children)


def read_xml(data: bytes, *, file: str) -> Element:
    """Read a document and return its root.

    Args:
        data: the file's bytes.
        file: how messages call it.

    Raises:
        LimitExceeded: ``xml.size``, ``xml.depth``, ``xml.elements``, ``xml.attributes``.
        InputRefused: ``xml.malformed``, ``xml.doctype``, ``xml.instruction``, ``xml.inclusion``, ``xml.encoding``.

    """
    if len(data) > MAX_BYTES:
        raise LimitExceeded(
            "xml.size", f"{file} has more than {MAX_BYTES} bytes.", hint="Check that it is the right file."
        )
    reading = _Reading(file)
    parse(reading.parser, data, file=file)
    assert reading.root is not None  # a well-formed document has one
    return reading.root


def parse(parser: expat.XMLParserType, data: bytes, *, file: str) -> None:
    """Run a parser that `guarded` made over a document.

    Raises:
        InputRefused: ``xml.malformed``, ``xml.encoding``, and whatever the parser's handlers refuse.

    """
    try:
        data.decode()  # Expat would also take UTF-16
        parser.Parse(data, True)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputRefused("xml.encoding", f"{file}, line {line}: this is not UTF-8.", hint=_UTF8) from error
    except expat.ExpatError as error:
        raise InputRefused(
            "xml.malformed",
            f"{file}, line {error.lineno}: this is not well-formed XML ({expat.ErrorString(error.code)}).",
            hint="Get the file again from its source, or mend this line.",
        ) from error


_UTF8: Final = "Save it as UTF-8."


def guarded(file: str) -> expat.XMLParserType:
    """Return a parser that stops at a document type, an entity, a processing instruction, another encoding.

    Names are given as ``namespace name``. The caller sets handlers for elements and text, and limits their number.
    """
    parser = expat.ParserCreate("utf-8", _BETWEEN)
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def never(code: str, what: str, hint: str) -> Callable[..., Any]:
        def refuse(*_: object) -> NoReturn:
            line = parser.CurrentLineNumber
            raise InputRefused(code, f"{file}, line {line}: {what} stands here, which is not allowed.", hint=hint)

        return refuse

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
            raise InputRefused("xml.encoding", f"{file}, line 1: this is written in {encoding[:40]}.", hint=_UTF8)

    parser.XmlDeclHandler = declared
    doctype = never("xml.doctype", "a document type", "Remove it (<!DOCTYPE …>), and write entities out.")
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.ExternalEntityRefHandler = doctype
    parser.ProcessingInstructionHandler = never("xml.instruction", "a processing instruction", "Remove it (<?…?>).")
    return parser


class _Reading:
    """One pass over one file."""

    def __init__(self, file: str) -> None:
        self.root: Element | None = None
        self._file = file
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._count = 0
        self.parser = guarded(file)
        self.parser.StartElementHandler = self._begins
        self.parser.EndElementHandler = self._ends
        self.parser.CharacterDataHandler = self._says

    def _begins(self, full: str, attributes: dict[str, str]) -> None:
        namespace, _, name = full.rpartition(_BETWEEN)
        element = Element(self._file, self.parser.CurrentLineNumber, namespace, name[:80], attributes)
        self._count += 1
        self._limit(element, len(self._open) + 1, MAX_DEPTH, "depth", "levels deep")
        self._limit(element, self._count, MAX_ELEMENTS, "elements", "elements long")
        self._limit(element, len(attributes), MAX_ATTRIBUTES, "attributes", "attributes rich")
        if namespace == INCLUDING:
            raise element.refused("xml.inclusion", "another file is included here.", hint="Write its content here.")
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def _ends(self, _full: str) -> None:
        self._open.pop().content = "".join(self._texts.pop())

    def _says(self, text: str) -> None:
        self._texts[-1].append(text)

    def _limit(self, element: Element, count: int, most: int, code: str, what: str) -> None:
        if count > most:
            raise LimitExceeded(
                f"xml.{code}", f"{element.where}: the file is more than {most} {what}.", hint="Check the file."
            )
