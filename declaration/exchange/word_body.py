"""The paragraphs of a Word document, read in one pass: words, what is tracked of them, and the anchors around them.

Only what a declaration can have is kept: words. Of formatting, pictures, notes, tables and comments it is remembered
that they are there, so that whoever gave the document can be told that they were not taken over. Both namespaces of
WordprocessingML are read (ISO 29500-1 and 29500-4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from declaration.errors import InputRefused, LimitExceeded
from declaration.exchange.word_package import RESAVE, Package
from declaration.exchange.xml_source import Element, guarded, parse, read_xml

MAX_ELEMENTS: Final = 200_000
"""Elements: a hundred pages as Word writes them after much editing have about 60,000."""
MAX_DEPTH: Final = 60
"""Nesting: a tracked word in a content control in a table stands 12 levels deep."""
MAX_PARAGRAPHS: Final = 40_000
"""Paragraphs: the longest text in eight languages."""
MAX_AUTHOR: Final = 120
"""Characters kept of an author's name."""
OURS: Final = ("_title_", "_section_", "_clause_", "_missing_", "_moved_")
"""How the names of our anchors begin (`declaration.drafting.anchors`)."""

_NAMESPACES: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_PRESERVED: Final = "http://www.w3.org/XML/1998/namespace space"
_BLANK: Final = " \t\r\n"
_SPACES: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_OPEN: Final = frozenset(
    {"document", "body", "sdt", "sdtContent", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo"}
    | {"ruby", "rubyBase", "tr", "tc", "r", "pPr", "rPr"}
)
"""Elements in which words may stand, or signs of what is tracked."""
_NEW: Final = frozenset({"ins", "moveTo"})
_GONE: Final = frozenset({"del", "moveFrom"})
_NOTED: Final = {
    "drawing": "picture",
    "pict": "picture",
    "object": "picture",
    "footnoteReference": "note",
    "endnoteReference": "note",
    "sym": "symbol",
    "altChunk": "picture",
    "subDoc": "picture",
    "contentPart": "picture",
}
"""What is left out, and how it is called."""
_LOOKS: Final = frozenset(
    {"b", "i", "u", "strike", "dstrike", "caps", "smallCaps", "vertAlign", "highlight", "vanish", "outline", "shadow"}
)
"""Formatting that may carry a meaning."""
_OFF: Final = frozenset({"0", "false", "off", "none", "baseline"})


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are tracked alike.

    Args:
        words: the words.
        new: they were inserted, or moved here.
        gone: they were deleted, or moved away.
        by: who did.
        anchors: names of the anchors around them.

    """

    words: str
    new: bool
    gone: bool
    by: str
    anchors: frozenset[str]


@dataclass(slots=True)
class Paragraph:
    """A paragraph.

    Args:
        pieces: its words.
        anchors: names of the anchors that begin in it, or that it stands in.
        end_new: its end was inserted.
        end_gone: its end was deleted: accepted, the next paragraph goes on here.
        by: who changed its end.
        tabled: it stands in a table.
        noted: what in it is not taken over: ``picture``, ``note``, ``symbol``, ``formula``, ``formatting``.
        left: names of the moves that take words from here.
        arrived: names of the moves that bring words here.
        comments: numbers of the comments on it.

    """

    pieces: list[Piece] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    end_new: bool = False
    end_gone: bool = False
    by: str = ""
    tabled: bool = False
    noted: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    arrived: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)

    @property
    def after(self) -> str:
        """Its words with all changes accepted."""
        return "".join(piece.words for piece in self.pieces if not piece.gone)

    @property
    def before(self) -> str:
        """Its words with all changes rejected."""
        return "".join(piece.words for piece in self.pieces if not piece.new)

    @property
    def authors(self) -> list[str]:
        """Who changed anything in it."""
        found = [piece.by for piece in self.pieces if (piece.new or piece.gone) and piece.words]
        return list(dict.fromkeys([*found, *([self.by] if self.end_new or self.end_gone else [])]))


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: who says what."""

    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Body:
    """A document's paragraphs, the names of its anchors in their order, and its comments by number."""

    paragraphs: list[Paragraph]
    anchors: list[str]
    comments: dict[str, Comment]


def read_body(package: Package) -> Body:
    """Read the paragraphs of a document.

    Raises:
        LimitExceeded: ``word.elements``, ``word.depth``, ``word.paragraphs``.
        InputRefused: ``word.anchor-doubled``, ``word.form``, ``xml.*``.

    """
    reading = _Reading(f"{package.file}, {package.main_name}")
    parse(reading.parser, package.main, file=reading.file)
    if not reading.is_document:
        raise InputRefused("word.form", f"{package.file} holds no text.", hint=RESAVE)
    comments = {} if package.comments is None else _comments(package)
    return Body(reading.paragraphs, reading.names, comments)


def _comments(package: Package) -> dict[str, Comment]:
    assert package.comments is not None
    found = {}
    for element in read_xml(package.comments, file=f"{package.file}, comments"):
        by = _attribute(element.attributes, "author")[:MAX_AUTHOR]
        found[_attribute(element.attributes, "id")] = Comment(by, " ".join(" ".join(_words(element)).split()))
    return found


def _words(element: Element) -> list[str]:
    found = [element.content] if element.name == "t" else []
    for child in element:
        found += _words(child)
    return found


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((attributes[namespace + name] for namespace in _NAMESPACES if namespace + name in attributes), "")


class _Reading:
    """One pass over one document."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.paragraphs: list[Paragraph] = []
        self.names: list[str] = []
        self._begun: dict[str, int] = {}
        self.is_document = False
        self._elements = 0
        self._skipping = 0
        self._stack: list[str] = []
        self._tracked: list[tuple[bool, str]] = []
        self._tables = 0
        self._open: Paragraph | None = None
        self._text: list[str] | None = None
        self._preserved = False
        self._looks = False
        self._anchors: dict[str, str] = {}
        self._around: frozenset[str] = frozenset()
        self._moves: dict[str, tuple[bool, str]] = {}
        self._begin: dict[str, Callable[[dict[str, str]], None]] = {
            "p": self._paragraph,
            "t": self._words,
            "delText": self._words,
            "tbl": self._table,
            "bookmarkStart": self._anchor,
            "bookmarkEnd": self._anchor_end,
            "moveFromRangeStart": self._move,
            "moveToRangeStart": self._move,
            "moveFromRangeEnd": self._move_end,
            "moveToRangeEnd": self._move_end,
            "commentRangeStart": self._comment,
            "commentReference": self._comment,
        }
        self.parser = guarded(file)
        self.parser.StartElementHandler = self._begins
        self.parser.EndElementHandler = self._ends
        self.parser.CharacterDataHandler = self._says

    def _begins(self, full: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise self._limit("elements", f"{MAX_ELEMENTS} elements")
        if len(self._stack) + self._skipping >= MAX_DEPTH:
            raise self._limit("depth", f"{MAX_DEPTH} levels")
        if self._skipping:
            self._skipping += 1
            return
        namespace, _, name = full.rpartition(" ")
        if f"{namespace} " in _NAMESPACES:
            self._stack.append(name)
            self._known(name, attributes)
        else:
            self._leave_out("formula" if name.startswith("oMath") else "picture" if name == "AlternateContent" else "")

    def _known(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element of WordprocessingML."""
        if name in self._begin:
            self._begin[name](attributes)
        elif name in _NEW or name in _GONE:
            self._change(name, attributes)
        elif name in _SPACES:
            self._add(_SPACES[name])
        elif name in _LOOKS and self._stack[-2:-1] == ["rPr"]:
            self._looks = self._looks or _attribute(attributes, "val") not in _OFF
        elif name == "r":
            self._looks = False
        elif name == "document":
            self.is_document = len(self._stack) == 1
        elif name not in _OPEN:
            self._stack.pop()
            self._leave_out(_NOTED.get(name, ""))

    def _ends(self, _full: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        name = self._stack.pop()
        if name in {"t", "delText"} and self._text is not None:
            words = "".join(self._text)
            self._text = None
            self._add(words if self._preserved else words.strip(_BLANK))
        elif name == "p":
            self._open = None
        elif name == "tbl":
            self._tables -= 1
        elif (name in _NEW or name in _GONE) and self._stack[-1:] != ["rPr"]:
            self._tracked.pop()

    def _says(self, text: str) -> None:
        if self._text is not None and not self._skipping:
            self._text.append(text)

    def _leave_out(self, what: str) -> None:
        """Pass over an element that has just begun, with all that it holds."""
        self._skipping = 1
        if what and self._open is not None:
            self._open.noted.add(what)

    def _paragraph(self, _attributes: dict[str, str]) -> None:
        if len(self.paragraphs) >= MAX_PARAGRAPHS:
            raise self._limit("paragraphs", f"{MAX_PARAGRAPHS} paragraphs")
        self._open = Paragraph(anchors=list(self._anchors.values()), tabled=self._tables > 0)
        for leaves, name in self._moves.values():
            (self._open.left if leaves else self._open.arrived).add(name)
        self.paragraphs.append(self._open)

    def _words(self, attributes: dict[str, str]) -> None:
        self._text = []
        self._preserved = attributes.get(_PRESERVED) == "preserve"

    def _add(self, words: str) -> None:
        paragraph = self._open
        if paragraph is None or not words or "pPr" in self._stack:
            return
        new = any(not gone for gone, _ in self._tracked)
        gone = any(gone for gone, _ in self._tracked)
        by = self._tracked[-1][1] if self._tracked else ""
        paragraph.pieces.append(Piece(words, new, gone, by, self._around))
        if self._looks and words.strip():
            paragraph.noted.add("formatting")

    def _change(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a tracked change: of words, or (among the properties of a paragraph) of its end."""
        by = _attribute(attributes, "author")[:MAX_AUTHOR]
        if self._stack[-2:-1] != ["rPr"]:
            self._tracked.append((name in _GONE, by))
        elif self._open is not None and self._stack[-3:-1] == ["pPr", "rPr"]:
            self._open.by = by
            if name in _GONE:
                self._open.end_gone = True
            else:
                self._open.end_new = True

    def _table(self, _attributes: dict[str, str]) -> None:
        self._tables += 1

    def _anchor(self, attributes: dict[str, str]) -> None:
        name, number = _attribute(attributes, "name"), _attribute(attributes, "id")
        if not name.startswith(OURS):
            return
        twin = next((key for key, known in self._anchors.items() if known == name), None)
        if twin is not None and len(self.paragraphs) - self._begun[name] <= 1:
            # LibreOffice may write the beginning twice and the end once, when a clause is emptied or divided
            del self._anchors[twin]
            self._anchors[number] = name
            return
        if name in self._begun or number in self._anchors:
            raise InputRefused(
                "word.anchor-doubled",
                f"{self.file}: the bookmark {name[:80]!r}, by which a place is found again, is there twice.",
                hint="Start again from a fresh download of the text.",
            )
        self._begun[name] = len(self.paragraphs)
        self.names.append(name)
        self._anchors[number] = name
        self._around = frozenset(self._anchors.values())
        if self._open is not None:
            self._open.anchors.append(name)

    def _anchor_end(self, attributes: dict[str, str]) -> None:
        if self._anchors.pop(_attribute(attributes, "id"), None) is not None:
            self._around = frozenset(self._anchors.values())

    def _move(self, attributes: dict[str, str]) -> None:
        name, leaves = _attribute(attributes, "name")[:MAX_AUTHOR], self._stack[-1].startswith("moveFrom")
        self._moves[_attribute(attributes, "id")] = (leaves, name)
        if self._open is not None:
            (self._open.left if leaves else self._open.arrived).add(name)

    def _move_end(self, attributes: dict[str, str]) -> None:
        self._moves.pop(_attribute(attributes, "id"), None)

    def _comment(self, attributes: dict[str, str]) -> None:
        number = _attribute(attributes, "id")
        if self._open is not None and number not in self._open.comments:
            self._open.comments.append(number)

    def _limit(self, code: str, most: str) -> LimitExceeded:
        return LimitExceeded(
            f"word.{code}", f"{self.file}: the document has more than {most}.", hint="Divide it into several documents."
        )
