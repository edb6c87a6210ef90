"""An amendment from Akoma Ntoso: what one of its files says, strictly (docs/spec/akoma.md, section 5).

A file is one language, and each holds the whole amendment as our own JSON. What it says beside that, for readers and
for other machines, is handed out as it stands: whoever has the version compares it with what it must be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from declaration.canonical import parse_canonical
from declaration.drafting.amendment import Amendment, amendment_from_document
from declaration.errors import DeclarationError
from declaration.exchange.akoma import NAMESPACE
from declaration.exchange.files import Given
from declaration.exchange.xml_source import MAX_BYTES, Element, read_xml

OWN: Final = "urn:x-declaration:amendment:1"
"""Of the amendment as JSON."""
AGAIN: Final = "Get the files of this amendment again from where they come from."
_COMPARE: Final = "Compare it with the specification (docs/spec/akoma.md)."


__all__ = ["AGAIN", "NAMESPACE", "OWN", "Expression", "differs", "read_expression"]


@dataclass(frozen=True, slots=True)
class Expression:
    """One file of an amendment.

    Args:
        place: where it is an amendment, for messages.
        amendment: what it holds.
        declaration: id of the declaration.
        language: of the file.
        address: of the version that it amends, in this language.
        proponent: how it calls whoever tabled it, which the amendment itself does not say.
        modifications: what it says for machines.
        preface: what it says for readers first.
        body: what it says for readers.

    """

    place: Element
    amendment: Amendment
    declaration: str
    language: str
    address: str
    proponent: str
    modifications: Element
    preface: Element
    body: Element


def read_expression(given: Given) -> Expression:
    """Read one file.

    Raises:
        LimitExceeded: larger, deeper or longer than a named limit.
        InputRefused: ``xml.*``; ``akn.form``, ``akn.amendment``; names the file and the element.

    """
    root = read_xml(given.data, file=given.name)
    if (root.namespace, root.name) != (NAMESPACE, "akomaNtoso"):
        raise root.refused("akn.form", "this is not Akoma Ntoso 3.0.", hint="Give the .akn.xml files of an amendment.")
    if [child.name for child in root] != ["amendment"]:
        raise root.refused("akn.form", "this is no amendment.", hint="Give the .akn.xml files of an amendment.")
    place = root.children[0]
    if [child.name for child in place] != ["meta", "preface", "amendmentBody"] or place.content.strip():
        raise place.refused("akn.form", "meta, preface and amendmentBody belong here, and nothing else.", hint=_COMPARE)
    meta, preface = _only(place, "meta"), _only(place, "preface")
    own = _only(_only(meta, "proprietary"), "amendment", OWN)
    return Expression(
        place,
        _amendment(own),
        own.attributes.get("declaration", ""),
        own.attributes.get("language", ""),
        _only(_only(meta, "references"), "original").attributes.get("href", ""),
        _only(_only(preface, "p"), "docProponent").content,
        _only(_only(meta, "analysis"), "activeModifications"),
        preface,
        _only(place, "amendmentBody"),
    )


def differs(one: Element, other: Element) -> Element | None:
    """Return where, in `one`, two elements first say different things; None if they say the same.

    White space between elements says nothing, wherever it stands alone; their places in their files do not either.
    """
    if (one.namespace, one.name, one.attributes) != (other.namespace, other.name, other.attributes):
        return one
    if one.content != other.content and (one.content.strip() or other.content.strip()):
        return one
    for mine, theirs in zip(one.children, other.children, strict=False):
        if (found := differs(mine, theirs)) is not None:
            return found
    return None if len(one.children) == len(other.children) else one


def _amendment(own: Element) -> Amendment:
    try:
        found = amendment_from_document(parse_canonical(own.content.encode(), limit=MAX_BYTES, what="The amendment"))
    except DeclarationError as error:
        raise own.refused("akn.amendment", f"{error.message} ({error.code})", hint=AGAIN) from error
    if found.content != own.attributes.get("content"):
        raise own.refused("akn.amendment", "what it says has another digest than it names.", hint=AGAIN)
    return found


def _only(place: Element, name: str, namespace: str = NAMESPACE) -> Element:
    """Return the one child of a name."""
    found = [child for child in place if (child.namespace, child.name) == (namespace, name)]
    if len(found) != 1:
        count = "none is" if not found else f"{len(found)} are"
        raise place.refused("akn.form", f"one <{name}> belongs here, {count} here.", hint=_COMPARE)
    return found[0]
