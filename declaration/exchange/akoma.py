"""A version from Akoma Ntoso: the files of all its languages, read strictly and put together (docs/spec/akoma.md).

Each file is one language. All must say that they are the same version, and must have the same sections and clauses in
the same order; then the digest that they name must be that of what was read. What stands in the files beside the text
(life, references, modifications) says nothing that the version does not, and is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from declaration.canonical import is_digest
from declaration.drafting import hygiene
from declaration.drafting.text import (
    MAX_LANGUAGES,
    Clause,
    Section,
    SectionKind,
    Text,
    Version,
    check_id,
    check_language,
)
from declaration.errors import InputRefused, LimitExceeded
from declaration.exchange.files import Given
from declaration.exchange.xml_source import Element, read_xml

NAMESPACE: Final = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
"""Of Akoma Ntoso 3.0."""
OWN: Final = "urn:x-declaration:version:1"
"""Of what all languages of a version have in common."""
AGAIN: Final = "Get the files of this version again from where they come from."

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")
_PARTS: Final = ("preface", "preamble", "mainBody")


@dataclass(frozen=True, slots=True)
class _Stated:
    """What each file says of the whole version."""

    declaration: str
    number: int
    parent: str | None
    digest: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A clause in one language."""

    place: Element
    id: str
    words: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A section in one language."""

    place: Element
    id: str
    kind: SectionKind
    title: str | None
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class _Expression:
    """One file."""

    file: str
    place: Element
    stated: _Stated
    language: str
    title: str | None
    parts: tuple[_Part, ...]


def read_akoma(files: Sequence[Given], *, edited: bool = False) -> Version:
    """Read a version from the files of all its languages, in any order.

    Args:
        files: one for each authentic language.
        edited: accept words that are not those of the digest: the text was worked on elsewhere.

    Raises:
        LimitExceeded: larger, deeper or longer than a named limit.
        InputRefused: ``xml.*``, ``akn.*``, ``text.*``; names the file and the element.

    """
    if not files or len(files) > MAX_LANGUAGES:
        raise LimitExceeded(
            "akn.files",
            f"{len(files)} files are given, 1 to {MAX_LANGUAGES} are read.",
            hint="Give one for each language.",
        )
    found = [_expression(given) for given in files]
    first = found[0]
    for other in found[1:]:
        _agree(first, other)
    by_language = _complete(found)
    version = _version(first, [by_language[tag] for tag in first.stated.languages])
    if not edited and version.digest != first.stated.digest:
        raise first.place.refused(
            "akn.digest",
            f"the words in these files are not those of version {first.stated.number}, whose digest they name.",
            hint=f"{AGAIN} If they were changed on purpose, say so (--edited).",
        )
    return version


def _complete(found: Sequence[_Expression]) -> dict[str, _Expression]:
    """Return the files by language, each exactly once."""
    by_language: dict[str, _Expression] = {}
    for one in found:
        if one.language in by_language:
            raise one.place.refused(
                "akn.doubled",
                f"this is “{one.language}”, and so is {by_language[one.language].file}.",
                hint="Give one file for each language.",
            )
        by_language[one.language] = one
    missing = [tag for tag in found[0].stated.languages if tag not in by_language]
    if missing:
        raise found[0].place.refused(
            "akn.missing",
            f"the version also has a text in {', '.join(f'“{tag}”' for tag in missing)}.",
            hint="Give the files of all languages at once.",
        )
    return by_language


def _agree(first: _Expression, other: _Expression) -> None:
    """Make sure that two files are languages of one version."""
    if first.stated != other.stated:
        raise other.place.refused(
            "akn.other-version", f"this is not the same version as {first.file}.", hint="Give the files of one version."
        )
    ours = [(part.id, part.kind, [line.id for line in part.lines]) for part in first.parts]
    for part, (name, kind, lines) in zip(other.parts, ours, strict=False):
        if (part.id, part.kind) != (name, kind):
            raise part.place.refused("akn.order", f"in {first.file}, section “{name}” stands here.", hint=_ORDER)
        named = [line.id for line in part.lines]
        if named != lines:
            at = next((at for at, pair in enumerate(zip(named, lines, strict=False)) if pair[0] != pair[1]), None)
            place = part.place if at is None else part.lines[at].place
            raise place.refused("akn.order", f"the clauses here are not those of {first.file}.", hint=_ORDER)
    if len(other.parts) != len(ours):
        raise other.place.refused("akn.order", f"{first.file} has {len(ours)} sections.", hint=_ORDER)


_ORDER: Final = "All languages of a version have the same sections and clauses in the same order."


def _version(first: _Expression, found: Sequence[_Expression]) -> Version:
    sections = []
    for index, part in enumerate(first.parts):
        title = {one.language: said for one in found if (said := one.parts[index].title) is not None}
        clauses = []
        for at, line in enumerate(part.lines):
            words = ((one.language, one.parts[index].lines[at].words) for one in found)
            texts = {tag: said for tag, said in words if said is not None}
            if not texts:
                raise line.place.refused("akn.empty", "this clause has no words in any language.", hint=AGAIN)
            clauses.append(Clause(line.id, texts))
        sections.append(Section(part.id, part.kind, title, tuple(clauses)))
    stated = first.stated
    title = {one.language: one.title for one in found if one.title is not None}
    try:
        text = Text(stated.declaration, stated.languages, title, tuple(sections))
    except InputRefused as error:  # what only the whole shows: an id that is there twice, too many clauses
        raise type(error)(error.code, f"{first.file}: {error.message}", hint=error.hint) from error
    return Version(stated.number, stated.parent, text)


def _expression(given: Given) -> _Expression:
    root = read_xml(given.data, file=given.name)
    if (root.namespace, root.name) != (NAMESPACE, "akomaNtoso"):
        raise root.refused("akn.form", "this is not Akoma Ntoso 3.0.", hint="Give the .akn.xml files of a version.")
    statement = _only(root, "statement")
    children = {child.name: child for child in statement}
    for child in _bare(statement):
        if child.namespace != NAMESPACE or child.name not in {"meta", *_PARTS} or children[child.name] is not child:
            raise _stray(child)
    stated, language = _stated(_only(statement, "meta"))
    preface = children.get("preface")
    parts = [_part(place, recitals=True) for place in _bare(children.get("preamble"))]
    body = _only(statement, "mainBody")
    parts += [_part(place, recitals=False) for place in _bare(body) if not _is_blank(place)]
    title = None if preface is None else _title(preface)
    return _Expression(given.name, statement, stated, language, title, tuple(parts))


def _title(preface: Element) -> str:
    paragraph = _only(preface, "p")
    for inner in (*_bare(preface), *_bare(paragraph)):
        if inner.name not in {"p", "docTitle"}:
            raise _stray(inner)
    return _words(_only(paragraph, "docTitle"))


def _stated(meta: Element) -> tuple[_Stated, str]:
    """Return what a file says of its version, and its language."""
    place = _only(_only(meta, "proprietary"), "version", OWN)
    said = place.attributes
    number, parent, digest = said.get("number", ""), said.get("parent"), said.get("digest", "")
    if not _NUMBER.fullmatch(number) or not is_digest(digest) or not (parent is None or is_digest(parent)):
        raise place.refused("akn.version", "number, digest and parent are not those of a version.", hint=AGAIN)
    if (number == "1") != (parent is None):
        raise place.refused("akn.version", "the first version alone has no parent.", hint=AGAIN)
    declaration = check_id(said.get("declaration"), where=place.where)
    languages = tuple(check_language(item.attributes.get("tag"), where=item.where) for item in place.of("language"))
    language = said.get("language", "")
    if language not in languages:
        raise place.refused("akn.language", f"“{language[:40]}” is none of its languages.", hint=AGAIN)
    return _Stated(declaration, int(number), parent, digest, languages), language


def _part(place: Element, *, recitals: bool) -> _Part:
    """Return a section: in the preamble, or in the main body."""
    kind = _kind(place, recitals=recitals)
    child = "recital" if recitals else "clause"
    lines = []
    titles = []
    for inner in _bare(place):
        if inner.namespace != NAMESPACE or inner.name not in {"num", "heading", child, "content"}:
            raise _stray(inner)
        if inner.name == child:
            lines.append(_line(inner, recitals=recitals))
        elif inner.name == "heading":
            titles.append(_words(inner))
        elif inner.name == "content" and (recitals or not all(_is_blank(block) for block in inner)):
            raise _stray(inner)
    if len(titles) > 1:
        raise place.refused("akn.heading", "this section has two headings.", hint="Keep one.")
    return _Part(place, _name(place), kind, titles[0] if titles else None, tuple(lines))


def _kind(place: Element, *, recitals: bool) -> SectionKind:
    if place.namespace == NAMESPACE:
        if recitals and place.name == "recitals":
            return SectionKind.PREAMBLE
        if not recitals and place.name == "chapter":
            return SectionKind.CHAPTER
        named = place.attributes.get("name")
        if not recitals and place.name == "hcontainer" and named in {SectionKind.PREAMBLE, SectionKind.CLOSING}:
            return SectionKind(named)
    raise _stray(place)


def _line(place: Element, *, recitals: bool) -> _Line:
    """Return a clause; where its paragraph is empty, it has no words in this language."""
    inside = "p" if recitals else "content"
    for inner in _bare(place):
        if inner.namespace != NAMESPACE or inner.name not in {"num", inside}:
            raise _stray(inner)
    holder = place if recitals else _only(place, "content")
    for inner in _bare(holder):
        if inner.name not in {"num", "p"}:
            raise _stray(inner)
    paragraph = _only(holder, "p")
    return _Line(place, _name(place), None if _is_blank(paragraph) else _words(paragraph, place))


def _is_blank(place: Element) -> bool:
    return place.name == "p" and not place.children and not place.content


def _bare(place: Element | None) -> list[Element]:
    """Return the children of an element that holds no words of its own."""
    if place is None:
        return []
    if place.content.strip():
        raise place.refused("akn.form", "words stand here outside any paragraph.", hint=_COMPARE)
    return place.children


def _words(place: Element, owner: Element | None = None) -> str:
    """Return the words of an element that holds nothing else; messages name its owner."""
    if place.children:
        raise place.children[0].refused(
            "akn.markup", "the words of a declaration have no markup.", hint="Write them without it."
        )
    hygiene.check(place.content, where=(owner or place).where)
    return place.content


def _name(place: Element) -> str:
    """Return the id that never changes."""
    if "wId" not in place.attributes:
        raise place.refused("akn.id", "this element has no wId.", hint="Give it the id that never changes.")
    return check_id(place.attributes["wId"], where=place.where)


def _only(place: Element, name: str, namespace: str = NAMESPACE) -> Element:
    """Return the one child of a name."""
    found = [child for child in place if (child.namespace, child.name) == (namespace, name)]
    if len(found) != 1:
        count = "none is" if not found else f"{len(found)} are"
        raise place.refused("akn.form", f"one <{name}> belongs here, {count} here.", hint=_COMPARE)
    return found[0]


def _stray(place: Element) -> InputRefused:
    return place.refused("akn.form", "this element does not belong here.", hint=_COMPARE)


_COMPARE: Final = "Compare it with the specification (docs/spec/akoma.md)."
