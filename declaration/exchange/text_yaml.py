"""A declaration's text as YAML, the form in which people write it and pass it on (docs/spec/exchange.md, section 2).

id: duesseldorf-2019
languages: [fr, de]              # authentic languages, the first is the drafting language
title: {fr: …, de: …}
sections:
- id: preamble
kind: preamble               # preamble, chapter, closing
title: {fr: …, de: …}        # may be left out: a section without a heading
clauses:
- id: preamble-1
text: {fr: …, de: …}     # one paragraph a language
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.errors import InputRefused
from declaration.exchange.tree import Field, shown
from declaration.exchange.wording import Proofreader, check_language, identifier, unique
from declaration.exchange.yaml_source import read_yaml

_UNFOLDED: Final = 2**31
"""A line width that the emitter never reaches: every text stays on one line."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text, and a note for whatever was cleaned on the way, each with file, line and field."""

    text: Text
    notes: tuple[str, ...]


def read_text(data: bytes, *, file: str, allow_incomplete: bool = False) -> ReadText:
    """Read a declaration's text.

    Args:
        data: the file's bytes, YAML in UTF-8.
        file: the name by which messages call it.
        allow_incomplete: accept clauses and titles that lack some of the authentic languages (a draft that is
            still being translated).

    Raises:
        LimitExceeded: larger, deeper or longer than a named limit.
        InputRefused: not of the form described above; names file, line and field.

    """
    top, notes = read_yaml(data, file=file)
    reading = _Reading(allow_incomplete=allow_incomplete)
    text = reading.text(top)
    return ReadText(text, (*notes, *reading.proof.notes))


class _Reading:
    """One pass over the tree of a text."""

    def __init__(self, *, allow_incomplete: bool) -> None:
        self.proof = Proofreader()
        self._allow_incomplete = allow_incomplete
        self._languages: tuple[str, ...] = ()

    def text(self, top: Field) -> Text:
        fields = top.members(("id", "languages", "title", "sections"))
        self._languages = _languages(fields["languages"])
        name = identifier(fields["id"])
        title = self._complete(fields["title"])
        sections = [(item, self._section(item)) for item in fields["sections"].items()]
        unique(((section.id, place) for place, section in sections), what="section")
        clauses = (pair for place, section in sections for pair in zip(section.clauses, _clauses(place), strict=True))
        unique(((clause.id, place) for clause, place in clauses), what="clause")
        try:
            return Text(name, self._languages, title, tuple(section for _, section in sections))
        except InputRefused as error:  # what only the whole shows: too many languages, sections or clauses
            raise type(error)(error.code, f"{top.file}: {error.message}", hint=error.hint) from error

    def _section(self, place: Field) -> Section:
        fields = place.members(("id", "kind", "clauses"), ("title",))
        headed = "title" in fields and fields["title"].entries()
        title = self._complete(fields["title"]) if headed else {}
        clauses = tuple(self._clause(item) for item in fields["clauses"].items())
        return Section(identifier(fields["id"]), _kind(fields["kind"]), title, clauses)

    def _clause(self, place: Field) -> Clause:
        fields = place.members(("id", "text"))
        return Clause(identifier(fields["id"]), self._complete(fields["text"]))

    def _complete(self, place: Field) -> Mapping[str, str]:
        texts = self.proof.translations(place, self._languages)
        missing = [language for language in self._languages if language not in texts]
        if not texts or (missing and not self._allow_incomplete):
            raise place.refused(
                "text.incomplete",
                f"the text is missing in {', '.join(missing)}.",
                hint="Give it in every authentic language, or take the language out of the list at the top.",
            )
        return {language: texts[language] for language in self._languages if language in texts}


def _clauses(section: Field) -> tuple[Field, ...]:
    return section.entries()["clauses"].items()


def _languages(place: Field) -> tuple[str, ...]:
    items = [(check_language(item.scalar(), item, None), item) for item in place.items()]
    unique(items, what="language")
    if not items:
        raise place.refused(
            "text.language", "no language is named.", hint="Name the authentic languages, the drafting language first."
        )
    return tuple(language for language, _ in items)


def _kind(place: Field) -> SectionKind:
    value = place.scalar()
    try:
        return SectionKind(value)
    except ValueError:
        kinds = ", ".join(kind.value for kind in SectionKind)
        raise place.refused(
            "text.kind", f"{shown(value)} is not a kind of section.", hint=f"The kinds are: {kinds}."
        ) from None


def write_text(text: Text) -> bytes:
    """Return the YAML of a text, UTF-8, each text on one line; `read_text` returns an equal text, without notes."""
    document = {
        "id": text.id,
        "languages": list(text.languages),
        "title": dict(text.title),
        "sections": [
            {
                "id": section.id,
                "kind": section.kind.value,
                **({"title": dict(section.title)} if section.title else {}),
                "clauses": [{"id": clause.id, "text": dict(clause.texts)} for clause in section.clauses],
            }
            for section in text.sections
        ],
    }
    return yaml.dump(document, Dumper=_Block, allow_unicode=True, sort_keys=False, width=_UNFOLDED).encode()


class _Block(yaml.SafeDumper):
    """Writes lists and mappings in block style, lists indented below their name; never an anchor."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their name, as people write them."""
        del indentless
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """Write a text that stands twice twice."""
        del data
        return True
