"""What a document is made of, for those who hear it: headings, lists, tables, figures (ISO 32000-1, 14.7 and 14.8).

An `Element` is a plain value that knows its parent, so a layout can make its elements before anything is drawn, and
draw them in any order, over any number of pages. The `Recording` notes which element each drawn thing belongs to;
children stand in the order in which they were first drawn. `write` makes the structure tree of a file from it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, String

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points from the page's lower left corner."""


class Kind(StrEnum):
    """The standard structure types that our documents use (ISO 32000-1, 14.8.4)."""

    DOCUMENT = "Document"
    SECTION = "Sect"
    H1 = "H1"
    H2 = "H2"
    H3 = "H3"
    PARAGRAPH = "P"
    LIST = "L"
    ITEM = "LI"
    LABEL = "Lbl"
    BODY = "LBody"
    TABLE = "Table"
    ROW = "TR"
    HEADER = "TH"
    CELL = "TD"
    CONTENTS = "TOC"
    ENTRY = "TOCI"
    FIGURE = "Figure"
    NOTE = "Note"


Level = Literal[Kind.H1, Kind.H2, Kind.H3]
"""Of a heading."""


class Numbering(StrEnum):
    """What the labels of a list are (ISO 32000-1, table 347)."""

    NONE = "None"
    DECIMAL = "Decimal"
    LETTERS = "LowerAlpha"


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One node of the structure; two nodes are never equal.

    Args:
        kind: its type.
        parent: None for the document itself.
        language: BCP 47 tag of its text; None where it is the parent's.
        title: a name for whoever looks at the structure, for example the id of a clause.
        alt: what a figure shows, in words; a figure must have it.
        box: where a figure stands on its page.
        numbering: for a list; NONE where its items have no labels.
        scope: for a header cell, ``Row`` or ``Column``.

    """

    kind: Kind
    parent: Element | None = None
    language: str | None = None
    title: str = ""
    alt: str = ""
    box: Box | None = None
    numbering: Numbering = Numbering.NONE
    scope: str = ""

    def add(self, kind: Kind, language: str | None = None, *, title: str = "") -> Element:
        """Return a new child."""
        return Element(kind, self, language, title)

    def list(self, language: str | None = None, *, numbering: Numbering = Numbering.NONE) -> Element:
        """Return a new list among the children."""
        return Element(Kind.LIST, self, language, numbering=numbering)

    def header(self, language: str | None = None, *, scope: str = "Row") -> Element:
        """Return a new header cell among the children."""
        return Element(Kind.HEADER, self, language, scope=scope)

    def figure(self, alt: str, box: Box, language: str | None = None) -> Element:
        """Return a new figure among the children."""
        return Element(Kind.FIGURE, self, language, alt=alt, box=box)

    @property
    def spoken(self) -> str | None:
        """Return the language of its text, which may be that of an element above."""
        return self.language or (self.parent.spoken if self.parent else None)


def document(language: str) -> Element:
    """Return the root of a new structure; `language` is the document's main one."""
    return Element(Kind.DOCUMENT, None, language)


class Tongue(NamedTuple):
    """A passage of another language inside a paragraph: its first character, the one after its last, its BCP 47 tag."""

    start: int
    end: int
    language: str


def composed(*parts: tuple[str, str | None], separator: str) -> tuple[str, tuple[Tongue, ...]]:
    """Join texts, each with its language or None, leaving out empty ones; return where each language stands."""
    text, tongues = "", []
    for given, language in parts:
        part = unicodedata.normalize("NFC", given)  # as it will be set
        if not part:
            continue
        text += separator if text else ""
        if language:
            tongues.append(Tongue(len(text), len(text) + len(part), language))
        text += part
    return text, tuple(tongues)


class Content(NamedTuple):
    """A marked-content sequence: its page, counted from 0, and its number there."""

    page: int
    number: int


@dataclass(slots=True)
class Recording:
    """Which element each drawn thing belongs to, in the order of drawing."""

    kids: dict[Element, list[Element | Content]] = field(default_factory=dict)
    owners: list[list[Element]] = field(default_factory=list)

    def mark(self, element: Element, page: int) -> int:
        """Note that something of `element` is drawn on a page; return the number of its marked-content sequence."""
        while len(self.owners) <= page:
            self.owners.append([])
        self.place(element).append(Content(page, len(self.owners[page])))
        self.owners[page].append(element)
        return len(self.owners[page]) - 1

    def place(self, element: Element) -> list[Element | Content]:
        """Give an element its place among its siblings, without content (an empty cell); return what it holds."""
        found = self.kids.get(element)
        if found is None:
            found = self.kids[element] = []
            if element.parent is not None:
                self.place(element.parent).append(element)
        return found

    @property
    def root(self) -> Element:
        """Return the document.

        Raises:
            ValueError: nothing was recorded, or elements of two documents.

        """
        roots = [element for element in self.kids if element.parent is None]
        [root] = roots
        return root


def write(pdf: pikepdf.Pdf, recording: Recording, pages: Sequence[pikepdf.Object]) -> None:
    """Write the structure of newly drawn pages; what stands in the document already stays, and comes first.

    Args:
        pdf: the document, whose last pages are `pages`.
        recording: made while these pages were drawn.
        pages: the page objects, in order.

    """
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        root = _new_root(pdf, recording.root)
    made: dict[Element, pikepdf.Object] = {recording.root: root.K[0]}
    for element in _from_the_top(recording):
        made.setdefault(element, pdf.make_indirect(_dictionary(element)))
    for element, node in made.items():
        _fill(node, element, recording.kids[element], made, pages)
    numbers = root.ParentTree.Nums
    key = int(root.ParentTreeNextKey)
    for page, owners in zip(pages, recording.owners, strict=True):
        page.StructParents = key
        page.Tabs = Name.S
        entry: list[Any] = [key, pdf.make_indirect(Array([made[owner] for owner in owners]))]
        numbers.extend(entry)
        key += 1
    root.ParentTreeNextKey = key


def _new_root(pdf: pikepdf.Pdf, document: Element) -> pikepdf.Object:
    root = pdf.make_indirect(
        Dictionary(
            Type=Name.StructTreeRoot,
            ParentTree=pdf.make_indirect(Dictionary(Nums=Array())),
            ParentTreeNextKey=0,
        )
    )
    top = _dictionary(document)
    top.P = root
    root.K = Array([pdf.make_indirect(top)])
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    return root


def _from_the_top(recording: Recording) -> Iterator[Element]:
    waiting = [recording.root]
    while waiting:
        element = waiting.pop()
        yield element
        waiting += [kid for kid in reversed(recording.kids[element]) if isinstance(kid, Element)]


def _dictionary(element: Element) -> pikepdf.Dictionary:
    entries: dict[str, Any] = {"/S": Name("/" + element.kind)}
    if element.language and element.language != (element.parent.spoken if element.parent else None):
        entries["/Lang"] = String(element.language)
    for key, text in (("/T", element.title), ("/Alt", element.alt)):
        if text:
            entries[key] = String(text)
    attributes = _attributes(element)
    if attributes is not None:
        entries["/A"] = attributes
    return Dictionary(entries)


def _attributes(element: Element) -> pikepdf.Dictionary | None:
    """Return the attribute that a kind needs (ISO 32000-1, 14.8.5)."""
    if element.kind is Kind.LIST:
        return Dictionary(O=Name.List, ListNumbering=Name("/" + element.numbering))
    if element.kind is Kind.HEADER:
        return Dictionary(O=Name.Table, Scope=Name("/" + element.scope))
    if element.box is not None:
        return Dictionary(O=Name.Layout, BBox=Array([round(side, 2) for side in element.box]))
    return None


def _fill(
    node: pikepdf.Object,
    element: Element,
    held: Sequence[Element | Content],
    made: dict[Element, pikepdf.Object],
    pages: Sequence[pikepdf.Object],
) -> None:
    """Write what an element holds: children, and sequences, by number on its own page and in full on others."""
    own = next((kid.page for kid in held if isinstance(kid, Content)), None)
    kids: list[Any] = []
    for kid in held:
        if isinstance(kid, Element):
            made[kid].P = node
            kids.append(made[kid])
        elif kid.page == own:
            kids.append(kid.number)
        else:
            kids.append(Dictionary(Type=Name.MCR, Pg=pages[kid.page], MCID=kid.number))
    if own is not None:
        node.Pg = pages[own]
    if "/K" in node:
        node.K.extend(kids)
    elif kids:
        node.K = kids[0] if len(kids) == 1 and element.kind is not Kind.DOCUMENT else Array(kids)
