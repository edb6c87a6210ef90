"""An amendment in one language as Akoma Ntoso 3.0: its modifications for machines, its sentences for readers.

Each change is a ``mod`` with a sentence and its quotations, and a ``textualMod`` that says what kind it is and where it
acts on the version that it amends. What is replaced is quoted in passages that stand in the base exactly once
(`declaration.render.passages`), so that a reader with nothing but this document and the version can apply it.
``proprietary`` has the same changes as our own JSON, to be read back exactly (`declaration.exchange.akoma_amendment`).
Specified in docs/spec/akoma.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from declaration.canonical import encode
from declaration.drafting.amendment import Amendment, Change, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Text, Version
from declaration.errors import NotFound
from declaration.render import xml
from declaration.render.akoma import TITLE, clause_element, places
from declaration.render.akoma_identity import (
    HOST,
    Identity,
    Life,
    event,
    identification,
    person,
    reference,
    references,
    whole,
)
from declaration.render.akoma_wording import quotes, sentence
from declaration.render.numbering import clause_numbers, section_numbers
from declaration.render.passages import passages
from declaration.render.xml import Markup, block, element

OWN: Final = "urn:x-declaration:amendment:1"
"""Namespace of the amendment as JSON; it stands in ``proprietary``."""
AUTHOR: Final = "#author_1"
"""Where a document refers to whoever tabled the amendment."""


@dataclass(frozen=True, slots=True)
class Tabled:
    """An amendment as the ledger has it.

    Args:
        amendment: its changes refer to `base`.
        base: the version that it amends.
        by: name of whoever tabled it.
        at: when it was tabled.
        revised: index of the entry of its last revision, None if there is none.

    """

    amendment: Amendment
    base: Version
    by: str
    at: datetime
    revised: int | None = None


def touches(amendment: Amendment, language: str) -> bool:
    """Whether an amendment changes the text in this language."""
    return any(_concerns(change, language) for change in amendment.changes)


def _concerns(change: Change, language: str) -> bool:
    match change:
        case Replace() | Retitle():
            return change.language == language
        case Insert():
            return language in change.clause.texts
        case Delete() | Move():
            return True


def render_akoma_amendment(tabled: Tabled, language: str, life: Life) -> bytes:
    """Render what an amendment does to the text in one language as Akoma Ntoso.

    Args:
        tabled: the amendment.
        language: one of the authentic languages.
        life: of the declaration.

    Returns:
        The same bytes for the same arguments.

    Raises:
        NotFound: ``amendment.language``, nothing is changed in this language.

    """
    amendment = tabled.amendment
    if not touches(amendment, language):
        others = ", ".join(tag for tag in tabled.base.text.languages if touches(amendment, tag))
        raise NotFound(
            "amendment.language",
            f"Amendment {amendment.id} changes nothing in “{language}”.",
            hint=f"Ask for {others}.",
        )
    address = life.expression(tabled.base.number, language)
    modifications, *parts = said(amendment, tabled.base, language, address, tabled.by)
    base = reference("original", "base", address, f"v{tabled.base.number}")
    written = {"xmlns": OWN, "declaration": tabled.base.text.id, "language": language, "content": amendment.content}
    meta = [
        _identification(tabled, language, life),
        block("lifecycle", {"source": HOST}, event("tabling", tabled.at, AUTHOR, "generation")),
        block("analysis", {"source": AUTHOR}, modifications),
        references(life, base, person(AUTHOR[1:], amendment.by, tabled.by)),
        block("proprietary", {"source": HOST}, element("amendment", written, encode(amendment.document()).decode())),
    ]
    return xml.document(whole("amendment", "originalVersion", meta, *parts))


def said(amendment: Amendment, base: Version, language: str, address: str, by: str) -> tuple[Markup, Markup, Markup]:
    """Return what an amendment says in one language: ``activeModifications`` for machines, preface and body for people.

    Args:
        amendment: its changes refer to `base`.
        base: the version that it amends.
        language: one of the authentic languages.
        address: of that version in this language.
        by: name of whoever tabled it.

    """
    number, author = element("docNumber", None, amendment.id), element("docProponent", None, by)
    preface = element("preface", {"eId": "preface", "xml:lang": language}, element("p", None, number, " ", author))
    writer = _Writer(base.text, language, address)
    for change in amendment.changes:
        if _concerns(change, language) or isinstance(change, Insert):  # others may be anchored to what it puts in
            writer.write(change)
    heading = "".join(_filled("amendment", language, amendment.id))
    parts = [
        element("amendmentHeading", {"eId": "heading"}, element("p", None, heading)),
        block("amendmentContent", {"eId": "content"}, *writer.sentences),
    ]
    reasons = [line for line in amendment.rationale.split("\n") if line.strip()]
    if reasons:
        paragraphs = [element("p", None, line) for line in reasons]
        parts.append(block("amendmentJustification", {"eId": "reasons"}, *paragraphs))
    body = block("amendmentBody", {"eId": "body", "xml:lang": language}, *parts)
    return block("activeModifications", None, *writer.modifications), preface, body


def _identification(tabled: Tabled, language: str, life: Life) -> Markup:
    work = life.amendment(tabled.amendment.id, tabled.at)
    version = f"v{tabled.base.number}" + ("" if tabled.revised is None else f".{tabled.revised}")
    name = life.expression(tabled.base.number, language).rpartition("/")[2].partition("@")[0]
    identity = Identity(
        work=work,
        expression=f"{work}/{name}@{version}",
        language=language,
        made=(tabled.at, "tabling"),
        written=(tabled.at, "tabling"),
        version=version,
        author=AUTHOR,
        number=tabled.amendment.id,
    )
    return identification(identity, life)


class _Target(NamedTuple):
    """Where a modification acts: an ``eId`` of the base, the id that never changes, and on which side."""

    place: str
    name: str | None
    side: str | None = None


class _Writer:
    """Writes the changes of one amendment in one language, each as a sentence and as a modification."""

    def __init__(self, text: Text, language: str, base: str) -> None:
        self.base = base
        self.modifications: list[Markup] = []
        self.sentences: list[Markup] = []
        self._text = text
        self._language = language
        self._places = places(text)
        self._numbers = clause_numbers(text)
        self._chapters = section_numbers(text)
        self._marks = dict(zip(("startQuote", "endQuote"), quotes(language), strict=True))

    def write(self, change: Change) -> None:
        """Write one change."""
        match change:
            case Replace(clause, language, _, edits):
                said = Markup("".join(_filled("clause", self._language, self._link(clause))))
                words = self._text.clause(clause).texts.get(language, "")
                self._edited(_Target(self._places.clauses[clause], clause), said, words, edits)
            case Retitle(section, language, _, edits):
                self._retitled(section, language, edits)
            case Insert(section, after, clause_):
                self._inserted(section, after, clause_)
            case Delete(clause, _):
                parts = _filled("delete", self._language, self._link(clause))
                self._write("repeal", parts, [_Target(self._places.clauses[clause], clause)])
            case Move(clause, section, after):
                where, target = self._anchor(section, after)
                parts = _filled("move-after" if after else "move-first", self._language, self._link(clause), where)
                self._write("renumbering", parts, [_Target(self._places.clauses[clause], clause), target])

    def _inserted(self, section: str, after: str | None, clause: Clause) -> None:
        where, target = self._anchor(section, after)
        name = f"{self._mod}__qstr_1"
        inner = clause_element("", clause, self._language, self._places)
        quoted = element("quotedStructure", {"eId": name, **self._marks}, inner)
        parts = _filled("insert-after" if after else "insert-first", self._language, where, quoted)
        self._write("insertion", parts, [target], {"new": f"#{name}"})

    def _retitled(self, section: str | None, language: str, edits: Sequence[Edit]) -> None:
        if section is None:
            said = Markup("".join(_filled("title", self._language)))
            self._edited(_Target(TITLE, None), said, self._text.title.get(language, ""), edits)
            return
        words = self._text.section(section).title.get(language, "")
        said = Markup("".join(_filled("heading", self._language, self._chapters[section] or section)))
        place = self._places.sections[section]
        self._edited(_Target(f"{place}__heading" if words else place, section), said, words, edits)

    def _edited(self, target: _Target, said: Markup, base: str, edits: Sequence[Edit]) -> None:
        """Write a replacement, one sentence a passage; a text that is new in this language is written whole."""
        if not base:
            self._quoted("insertion", "write", target, said, {"new": "".join(edit.new for edit in edits)})
            return
        for old, new in passages(base, edits):
            if new:
                self._quoted("substitution", "replace", target, said, {"old": old, "new": new})
            else:
                self._quoted("repeal", "strike", target, said, {"old": old})

    def _quoted(self, kind: str, key: str, target: _Target, said: Markup, words: Mapping[str, str]) -> None:
        names = {role: f"{self._mod}__qtext_{number}" for number, role in enumerate(words, 1)}
        quoted = [element("quotedText", {"eId": names[role], **self._marks}, words[role]) for role in words]
        parts = _filled(key, self._language, said, *quoted)
        self._write(kind, parts, [target], {role: f"#{name}" for role, name in names.items()})

    def _write(
        self, kind: str, said: Sequence[Markup], targets: Sequence[_Target], quoted: Mapping[str, str] | None = None
    ) -> None:
        mod = self._mod
        inner = [element("source", {"href": f"#{mod}"})]
        inner += [
            element("destination", {"href": f"{self.base}#{place}", "wId": name, "pos": side})
            for place, name, side in targets
        ]
        inner += [element(role, {"href": target}) for role, target in (quoted or {}).items()]
        number = len(self.modifications) + 1
        self.modifications.append(element("textualMod", {"eId": f"amod_{number}", "type": kind}, *inner))
        self.sentences.append(element("p", None, element("mod", {"eId": mod}, *said)))

    @property
    def _mod(self) -> str:
        """The ``eId`` of the modification that is being written."""
        return f"mod_{len(self.modifications) + 1}"

    def _link(self, clause: str) -> Markup:
        """Return the number of a clause of the base, leading there; a clause that is only proposed has its id."""
        if clause not in self._places.clauses:
            return xml.text(clause)
        return element("ref", {"href": f"{self.base}#{self._places.clauses[clause]}"}, self._numbers[clause])

    def _anchor(self, section: str, after: str | None) -> tuple[Markup, _Target]:
        """Return how a place is called in a sentence, and for machines."""
        place = self._places.sections[section]
        if after is None:
            return xml.text(self._chapters[section] or section), _Target(place, section, "start")
        return self._link(after), _Target(self._places.clauses.get(after, place), after, "after")


def _filled(key: str, language: str, *gaps: str) -> list[Markup]:
    """Return a sentence with its gaps filled."""
    parts = []
    for part in sentence(key, language):
        filling = gaps[int(part[1:-1])] if part.startswith("{") else part
        parts.append(filling if isinstance(filling, Markup) else xml.text(filling))
    return parts
