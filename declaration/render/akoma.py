"""A version in one language as Akoma Ntoso 3.0 (OASIS LegalDocumentML): structure, identity, life, references.

Recitals stand in the preamble, chapters with their clauses in the main body, every other section in a container that
names its kind. ``eId`` says where something stands in this version, ``wId`` is the id that never changes. What belongs
to all languages together (their order, the digest) stands in ``proprietary``, so that the files of all languages give
the version again (`declaration.exchange.akoma`). Specified in docs/spec/akoma.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.render import xml
from declaration.render.akoma_identity import (
    HOST,
    OWN,
    Identity,
    Life,
    event,
    identification,
    reference,
    references,
    whole,
)
from declaration.render.numbering import clause_numbers, section_numbers
from declaration.render.xml import Markup, block, element

MISSING: Final = "incomplete"
"""The status of a clause that has no text in this language yet."""
TITLE: Final = "preface__title"
"""The ``eId`` of the declaration's own title."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything stands in one version.

    Args:
        sections: ``eId`` by the id of the section.
        clauses: ``eId`` by the id of the clause.
        recitals: ids of the sections that stand in the preamble.

    """

    sections: Mapping[str, str]
    clauses: Mapping[str, str]
    recitals: frozenset[str]


def places(text: Text) -> Places:
    """Return where everything stands: by position, with the abbreviations of the Naming Convention (5.3)."""
    sections: dict[str, str] = {}
    clauses: dict[str, str] = {}
    recitals: set[str] = set()
    counts = {"chp": 0, "hcontainer": 0}
    for section in text.sections:
        if section.kind is SectionKind.PREAMBLE and section.clauses and len(recitals) == len(sections):
            recitals.add(section.id)
            sections[section.id] = f"preamble__recs_{len(recitals)}"
        else:
            name = "chp" if section.kind is SectionKind.CHAPTER else "hcontainer"
            counts[name] += 1
            sections[section.id] = f"{name}_{counts[name]}"
        child = "rec" if section.id in recitals else "clause"
        for position, clause in enumerate(section.clauses, 1):
            clauses[clause.id] = f"{sections[section.id]}__{child}_{position}"
    return Places(sections, clauses, frozenset(recitals))


def render_akoma(version: Version, language: str, life: Life, *, before: Text | None = None) -> bytes:
    """Render a version in one language as Akoma Ntoso.

    Args:
        version: one of the steps of `life`.
        language: one of its authentic languages.
        life: what the ledger says.
        before: the text of the version before; given it, the document says what was modified by which amendments.

    Returns:
        The same bytes for the same arguments.

    """
    text = version.text
    place = places(text)
    writer = _Writer(text, language, place)
    meta = [
        _identification(version, language, life),
        _lifecycle(version, life),
        *_modifications(version, language, life, before),
        _references(version, language, life),
        _own(version, language, life),
    ]
    preamble = [writer.recitals(section) for section in text.sections if section.id in place.recitals]
    body = [writer.container(section) for section in text.sections if section.id not in place.recitals]
    parts = [] if language not in text.title else [_preface(text.title[language], language)]
    parts += [block("preamble", {"eId": "preamble", "xml:lang": language}, *preamble)] if preamble else []
    parts.append(block("mainBody", {"eId": "body", "xml:lang": language}, *(body or [element("p")])))
    contains = "originalVersion" if version.number == 1 else "singleVersion"
    return xml.document(whole("statement", contains, meta, *parts))


class _Writer:
    """Writes the sections of one text in one language."""

    def __init__(self, text: Text, language: str, place: Places) -> None:
        self._language = language
        self._place = place
        self._numbers = clause_numbers(text)
        self._chapters = section_numbers(text)

    def recitals(self, section: Section) -> Markup:
        """Return a section of the preamble."""
        return block("recitals", self._named(section), *self._head(section), *map(self._recital, section.clauses))

    def container(self, section: Section) -> Markup:
        """Return a section of the main body."""
        name, attributes = "chapter", self._named(section)
        if section.kind is not SectionKind.CHAPTER:
            name, attributes = "hcontainer", attributes | {"name": str(section.kind)}
        inner = [clause_element(self._numbers[one.id], one, self._language, self._place) for one in section.clauses]
        return block(name, attributes, *self._head(section), *(inner or [element("content", None, element("p"))]))

    def _named(self, section: Section) -> dict[str, str | None]:
        return {"eId": self._place.sections[section.id], "wId": section.id}

    def _head(self, section: Section) -> list[Markup]:
        found = []
        if number := self._chapters[section.id]:
            found.append(element("num", None, number))
        if self._language in section.title:
            place = f"{self._place.sections[section.id]}__heading"
            found.append(element("heading", {"eId": place}, section.title[self._language]))
        return found

    def _recital(self, clause: Clause) -> Markup:
        words = clause.texts.get(self._language)
        attributes = {"eId": self._place.clauses[clause.id], "wId": clause.id, "status": _status(words)}
        number = element("num", None, self._numbers[clause.id])
        return element("recital", attributes, number, element("p", None, words or ""))


def clause_element(number: str, clause: Clause, language: str, place: Places) -> Markup:
    """Return a clause; one that has no place yet (because it is proposed) has no ``eId`` and no number."""
    words = clause.texts.get(language)
    where = place.clauses.get(clause.id)
    content = element(
        "content", {"eId": f"{where}__content"} if where is not None else None, element("p", None, words or "")
    )
    head = element("num", None, number) if number else Markup()
    return element("clause", {"eId": where, "wId": clause.id, "status": _status(words)}, head, content)


def _status(words: str | None) -> str | None:
    return MISSING if words is None else None


def _preface(title: str, language: str) -> Markup:
    shown = element("p", None, element("docTitle", {"eId": TITLE}, title))
    return element("preface", {"eId": "preface", "xml:lang": language}, shown)


def _identification(version: Version, language: str, life: Life) -> Markup:
    step = life.step(version.number)
    identity = Identity(
        work=life.work,
        expression=life.expression(version.number, language),
        language=language,
        made=(life.opened, "opening"),
        written=(step.at, "adoption"),
        version=f"v{version.number}",
        author=HOST,
        number=life.declaration,
        aliases=(("sha256", version.digest),),
    )
    drafting = life.languages[0]
    translated = None if language == drafting else life.expression(version.number, drafting)
    return identification(identity, life, translated=translated)


def _lifecycle(version: Version, life: Life) -> Markup:
    """Return the adoptions up to this version: what comes later does not change this document."""
    events = []
    for step in life.steps[: version.number]:
        kind = "generation" if step.number == 1 else "amendment"
        events.append(event(f"adoption_{step.number}", step.at, f"#ver_{step.number}", kind))
    return block("lifecycle", {"source": HOST}, *events)


def _references(version: Version, language: str, life: Life) -> Markup:
    found = []
    for step in life.steps[: version.number]:
        target = life.expression(step.number, language)
        name = "original" if step.number == 1 else "TLCReference"
        found.append(reference(name, f"ver_{step.number}", target, f"v{step.number}"))
        found += [reference("passiveRef", f"amd_{one.id}", one.uri, one.id) for one in step.reforms]
    return references(life, *found)


def _own(version: Version, language: str, life: Life) -> Markup:
    tags = [
        element("language", {"tag": tag, "expression": life.expression(version.number, tag)})
        for tag in version.text.languages
    ]
    attributes = {
        "xmlns": OWN,
        "declaration": version.text.id,
        "number": str(version.number),
        "parent": version.parent,
        "digest": version.digest,
        "language": language,
    }
    return block("proprietary", {"source": HOST}, block("version", attributes, *tags))


def _modifications(version: Version, language: str, life: Life, before: Text | None) -> list[Markup]:
    """Return what the adoption of this version did to this language's text: substituted, inserted, repealed."""
    if before is None:
        return []
    old, new = places(before).clauses, places(version.text).clauses
    former = {clause.id: clause.texts.get(language) for clause in before.clauses()}
    present = {clause.id: clause.texts.get(language) for clause in version.text.clauses()}
    base = life.expression(version.number - 1, language)
    sources = [element("source", {"href": one.uri}) for one in life.step(version.number).reforms]
    sources = sources or [element("source", {"href": HOST})]  # the depositary's own doing
    found: list[Markup] = []
    for clause in [*present, *(name for name in former if name not in present)]:
        if clause not in former:
            kind, here, there = "insertion", f"#{new[clause]}", None
        elif clause not in present:
            kind, here, there = "repeal", f"{base}#{old[clause]}", None
        elif former[clause] != present[clause]:
            kind, here, there = "substitution", f"#{new[clause]}", f"{base}#{old[clause]}"
        else:
            continue
        inner = [*sources, element("destination", {"href": here, "wId": clause})]
        inner += [] if there is None else [element("old", {"href": there})]
        found.append(element("textualMod", {"eId": f"pmod_{len(found) + 1}", "type": kind}, *inner))
    return [block("analysis", {"source": HOST}, block("passiveModifications", None, *found))] if found else []
