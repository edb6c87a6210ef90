"""Compare what two PDF files say to those who have them read aloud: structure, languages, alternative texts.

The structure tree of an edition begins with that of its instrument, so what is heard of the signed pages is what was
signed; and nothing that the edition adds may lay hold of these pages, to have them heard in another way.
"""

from __future__ import annotations

from typing import Final

from declaration.signing.judgement import altered
from declaration.signing.pdf import Document
from declaration.signing.pdf_compare import same
from declaration.signing.pdf_syntax import Ref, Value, refused

_TREE: Final = frozenset({"Type", "K", "ParentTree", "ParentTreeNextKey"})
"""Entries of our structure trees: no role map and no classes, which could give a type or a look another meaning."""
_SAID: Final = ("Lang", "MarkInfo", "ViewerPreferences")
"""Entries of the catalogue that decide on how a document is read."""
Page = dict[str, Value]


def require_same_structure(edition: Document, instrument: Document) -> None:
    """Require that the first pages of the edition, known to look like the instrument, are read like it too.

    Raises:
        Altered: ``instrument.structure``.
        CannotBeVerified: one of the two trees lies outside the profile.

    """
    trees = [document.root.get("StructTreeRoot") for document in (instrument, edition)]
    if trees == [None, None]:
        return
    if None in trees:
        raise altered("instrument.structure")
    ours, theirs = (_tree(document) for document in (instrument, edition))
    pages = list(zip(instrument.pages(), edition.pages(), strict=False))
    known = [*pages, (ours, theirs), (top := _top(instrument, ours), other := _top(edition, theirs))]
    kids, others = _kids(instrument, top), _kids(edition, other)
    numbers, others_numbers = _numbers(instrument, ours), _numbers(edition, theirs)
    pairs: list[tuple[Value, Value]] = [
        ([instrument.root.get(key) for key in _SAID], [edition.root.get(key) for key in _SAID]),
        (_without(top, "K"), _without(other, "K")),
        (kids, others[: len(kids)]),
        (numbers, others_numbers[: len(numbers)]),
    ]
    if not all(same(instrument, left, edition, right, known=known) for left, right in pairs):
        raise altered("instrument.structure")
    _require_apart(edition, others[len(kids) :], [page for _, page in pages])


def _tree(document: Document) -> dict[str, Value]:
    tree = document.entries(document.root.get("StructTreeRoot"), "The structure tree")
    if not tree.keys() <= _TREE:
        raise refused("structure", "The structure tree holds entries that ours never have.")
    return tree


def _top(document: Document, tree: dict[str, Value]) -> dict[str, Value]:
    """Return the one element of which all others are parts."""
    match document.resolve(tree.get("K")):
        case [Ref() as only]:
            return document.entries(only, "The first element of the structure")
    raise refused("structure", "The structure tree does not have exactly one first element.")


def _kids(document: Document, element: dict[str, Value]) -> list[Value]:
    return document.items(element.get("K", []), "The parts of the document's structure")


def _numbers(document: Document, tree: dict[str, Value]) -> list[Value]:
    """Return the flat list that leads from a page to the elements on it."""
    parents = document.entries(tree.get("ParentTree"), "The parent tree of the structure")
    if parents.keys() != {"Nums"}:
        raise refused("structure", "The parent tree of the structure is not flat.")
    return document.items(parents["Nums"], "The parent tree of the structure")


def _without(entries: dict[str, Value], key: str) -> dict[str, Value]:
    return {name: item for name, item in entries.items() if name != key}


def _require_apart(edition: Document, added: list[Value], pages: list[Page]) -> None:
    """Require that no element that the edition adds has content on a page of the instrument, or in no page (Stm)."""
    signed = {id(page) for page in pages}
    found: set[int] = set()
    waiting = list(added)
    while waiting:
        value = edition.resolve(waiting.pop())
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict) and id(value) not in found:
            found.add(id(value))
            if id(edition.resolve(value.get("Pg"))) in signed or "Stm" in value:
                raise altered("instrument.structure")
            waiting.append(value.get("K"))
