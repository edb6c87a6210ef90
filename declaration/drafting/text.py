"""The text: sections of clauses in several authentic languages; versions and the digests that name them.

Everything here is checked when made, so that whatever exists can be signed. Specified in docs/spec/text.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NoReturn

from declaration.canonical import Json, digest, encode, is_digest, without
from declaration.drafting import hygiene
from declaration.errors import InputRefused, LimitExceeded, NotFound

FORMAT: Final = "declaration-version/1"
"""Value of the member ``format`` of a version's document."""
MAX_LANGUAGES: Final = 32
"""Authentic languages: the European Union has 24."""
MAX_SECTIONS: Final = 500
"""Sections: far above any declaration, low enough that a page can list them."""
MAX_CLAUSES: Final = 5_000
"""Clauses: the largest programmes negotiated online have about 2,000 paragraphs."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class SectionKind(StrEnum):
    """What a section is: recitals are in the preamble, clauses with numbers in chapters."""

    PREAMBLE = "preamble"
    CHAPTER = "chapter"
    CLOSING = "closing"


def check_id(value: object, *, where: str) -> str:
    """Return an id of the form that files, addresses and entries can carry.

    Raises:
        InputRefused: ``text.id``.

    """
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise InputRefused(
            "text.id",
            f"{where}: {value!r} is no id.",
            hint="Begin with a letter or digit; then letters, digits, dots, hyphens and underscores, at most 64.",
        )
    return value


def check_language(value: object, *, where: str) -> str:
    """Return a language tag (BCP 47, the subset with lower-case primary language).

    Raises:
        InputRefused: ``text.language``.

    """
    if not isinstance(value, str) or len(value) > 35 or not _LANGUAGE.fullmatch(value):
        raise InputRefused(
            "text.language", f"{where}: {value!r} is no language tag.", hint="Write it like fr, de or zh-Hant."
        )
    return value


def text_digest(text: str) -> str:
    """Return the digest that names one text in one language."""
    return digest(text.encode(errors="surrogatepass"))  # such a text is refused by `hygiene`, with its place named


def base_of(present: str | None) -> str | None:
    """Return what a change says of the text it refers to, which may not be there yet."""
    return None if present is None else text_digest(present)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause, recital or closing sentence: one text a language, under an id that never changes.

    Args:
        id: stable id.
        texts: by language; an authentic language may be missing while the text is being drafted.

    Raises:
        InputRefused, LimitExceeded: ``text.*``.

    """

    id: str
    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        """Check the id and every text."""
        check_id(self.id, where="clause")
        object.__setattr__(self, "texts", _checked(self.texts, f"clause {self.id}"))
        if not self.texts:
            raise InputRefused(
                "text.empty", f"Clause {self.id} has no text.", hint="Give it a text in at least one language."
            )

    @property
    def digest(self) -> str:
        """The digest of the clause in all its languages: what a position binds to."""
        return digest(
            encode({"id": self.id, "texts": {language: text_digest(text) for language, text in self.texts.items()}})
        )


@dataclass(frozen=True, slots=True)
class Section:
    """A preamble, chapter or closing with its clauses in order; the title may be missing."""

    id: str
    kind: SectionKind
    title: Mapping[str, str]
    clauses: tuple[Clause, ...]

    def __post_init__(self) -> None:
        """Check the id, the kind and the title."""
        check_id(self.id, where="section")
        object.__setattr__(self, "kind", _kind(self.kind, f"section {self.id}"))
        object.__setattr__(self, "title", _checked(self.title, f"title of section {self.id}"))
        object.__setattr__(self, "clauses", tuple(self.clauses))


@dataclass(frozen=True, slots=True)
class Text:
    """The whole text of a declaration.

    Args:
        id: of the declaration.
        languages: authentic languages; the first is the drafting language.
        title: by language.
        sections: in order.

    Raises:
        InputRefused: ``text.*``: a doubled id, a language that is not authentic, a forbidden character.
        LimitExceeded: too many languages, sections or clauses.

    """

    id: str
    languages: tuple[str, ...]
    title: Mapping[str, str]
    sections: tuple[Section, ...]
    _by_id: Mapping[str, Clause] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check what concerns the whole."""
        check_id(self.id, where="declaration")
        object.__setattr__(self, "languages", tuple(self.languages))
        object.__setattr__(self, "sections", tuple(self.sections))
        object.__setattr__(self, "title", _checked(self.title, "title"))
        self._check_languages()
        _limit(len(self.sections), MAX_SECTIONS, "sections")
        _limit(sum(len(section.clauses) for section in self.sections), MAX_CLAUSES, "clauses")
        _distinct("section", (section.id for section in self.sections))
        _distinct("clause", (clause.id for clause in self.clauses()))
        object.__setattr__(self, "_by_id", MappingProxyType({clause.id: clause for clause in self.clauses()}))

    def _check_languages(self) -> None:
        _limit(len(self.languages), MAX_LANGUAGES, "languages")
        for language in self.languages:
            check_language(language, where="languages")
        _distinct("language", self.languages)
        if not self.languages:
            raise InputRefused("text.language", "No language is named.", hint="Name the authentic languages.")
        places: list[tuple[str, Mapping[str, str]]] = [("title", self.title)]
        places += [(f"title of section {section.id}", section.title) for section in self.sections]
        places += [(f"clause {clause.id}", clause.texts) for clause in self.clauses()]
        known = set(self.languages)
        for place, texts in places:
            if strange := sorted(set(texts) - known):
                raise InputRefused(
                    "text.language",
                    f"{place}: “{strange[0]}” is not among the authentic languages ({', '.join(self.languages)}).",
                    hint="Add the language to the declaration, or leave this text out.",
                )

    def clauses(self) -> Iterator[Clause]:
        """Give every clause in order."""
        for section in self.sections:
            yield from section.clauses

    def clause(self, clause: str) -> Clause:
        """Return a clause by its id.

        Raises:
            NotFound: ``clause.unknown``.

        """
        if (found := self._by_id.get(clause)) is not None:
            return found
        raise NotFound("clause.unknown", f"There is no clause “{clause}”.", hint="Check the id in the current version.")

    def section(self, section: str) -> Section:
        """Return a section by its id.

        Raises:
            NotFound: ``section.unknown``.

        """
        for found in self.sections:
            if found.id == section:
                return found
        raise NotFound(
            "section.unknown", f"There is no section “{section}”.", hint="Check the id in the current version."
        )

    def missing(self) -> tuple[tuple[str, str], ...]:
        """Return (place, language) of every text that an authentic language lacks.

        A section without any title needs none.
        """
        places: list[tuple[str, Mapping[str, str]]] = [("title", self.title)]
        for section in self.sections:
            if section.title:
                places.append((f"title of section {section.id}", section.title))
            places += [(f"clause {clause.id}", clause.texts) for clause in section.clauses]
        return tuple((place, tag) for place, texts in places for tag in self.languages if tag not in texts)


@dataclass(frozen=True, slots=True)
class Version:
    """A text with its place in history.

    Args:
        number: from 1.
        parent: digest of the version before, None for the first.
        text: the whole text.

    """

    number: int
    parent: str | None
    text: Text

    def __post_init__(self) -> None:
        """Check the number and the parent."""
        if self.number < 1 or (self.number == 1) != (self.parent is None):
            _refuse("number and parent", "the first version has number 1 and no parent, every other has a parent")
        if self.parent is not None and not is_digest(self.parent):
            _refuse("parent", "it is no digest")

    def document(self) -> dict[str, Json]:
        """Return the version as JSON, each text beside its digest."""
        return {
            "format": FORMAT,
            "declaration": self.text.id,
            "number": self.number,
            "parent": self.parent,
            "languages": list(self.text.languages),
            "title": _named(self.text.title),
            "sections": [
                {
                    "id": section.id,
                    "kind": str(section.kind),
                    "title": _named(section.title),
                    "clauses": [{"id": clause.id, "texts": _named(clause.texts)} for clause in section.clauses],
                }
                for section in self.text.sections
            ],
        }

    def manifest(self) -> Json:
        """Return the document without the texts: ids, order and digests."""
        return without(self.document(), "text")

    @property
    def digest(self) -> str:
        """The name of the version: SHA-256 of its manifest in canonical form."""
        return digest(encode(self.manifest()))


def version_from_document(document: Json) -> Version:
    """Read a version strictly; `Version.document` of the result gives the document again.

    Raises:
        InputRefused: ``version.form`` or ``text.*``: another member, a digest that does not fit its text, …
        LimitExceeded: as `Text`.

    """
    members = _members(document, "format declaration number parent languages title sections", "version")
    if members["format"] != FORMAT:
        _refuse("version.format", f"this is not {FORMAT}")
    number, parent, languages = members["number"], members["parent"], members["languages"]
    if not isinstance(number, int) or isinstance(number, bool) or not (parent is None or isinstance(parent, str)):
        _refuse("version.number", "number is a whole number, parent a digest or null")
    text = Text(
        id=check_id(members["declaration"], where="version.declaration"),
        languages=tuple(check_language(item, where="version.languages") for item in _list(languages, "languages")),
        title=_texts(members["title"], "version.title"),
        sections=tuple(
            _section(item, f"version.sections[{place}]")
            for place, item in enumerate(_list(members["sections"], "version.sections"))
        ),
    )
    return Version(number=number, parent=parent, text=text)


def _section(value: Json, place: str) -> Section:
    members = _members(value, "id kind title clauses", place)
    clauses = []
    for index, item in enumerate(_list(members["clauses"], f"{place}.clauses")):
        where = f"{place}.clauses[{index}]"
        clause = _members(item, "id texts", where)
        clauses.append(Clause(check_id(clause["id"], where=where), _texts(clause["texts"], where)))
    return Section(
        check_id(members["id"], where=place),
        _kind(members["kind"], f"{place}.kind"),
        _texts(members["title"], f"{place}.title"),
        tuple(clauses),
    )


def _kind(value: object, place: str) -> SectionKind:
    if not isinstance(value, str) or value not in set(SectionKind):
        _refuse(place, "it is preamble, chapter or closing")
    return SectionKind(value)


def _texts(value: Json, place: str) -> dict[str, str]:
    if not isinstance(value, dict):
        _refuse(place, "an object of texts by language belongs here")
    found = {}
    for language, item in value.items():
        where = f"{place}.{language}"
        members = _members(item, "sha256 text", where)
        text = members["text"]
        if not isinstance(text, str):
            _refuse(where, "text is a text")
        if members["sha256"] != text_digest(text):
            _refuse(where, "the digest is not that of the text")
        found[check_language(language, where=place)] = text
    return found


def _members(value: Json, names: str, place: str) -> dict[str, Json]:
    if not isinstance(value, dict) or value.keys() != set(names.split()):
        _refuse(place, f"an object with exactly the members {', '.join(names.split())} belongs here")
    return value


def _list(value: Json, place: str) -> list[Json]:
    if not isinstance(value, list):
        _refuse(place, "a list belongs here")
    return value


def _refuse(place: str, why: str) -> NoReturn:
    raise InputRefused(
        "version.form", f"{place}: {why}.", hint="Compare it with the specification (docs/spec/text.md)."
    )


def _named(texts: Mapping[str, str]) -> dict[str, Json]:
    return {language: {"sha256": text_digest(text), "text": text} for language, text in texts.items()}


def _checked(texts: Mapping[str, str], place: str) -> Mapping[str, str]:
    for language, text in texts.items():
        check_language(language, where=place)
        hygiene.check(text, where=f"{place}, {language}")
    return MappingProxyType(dict(texts))


def _limit(count: int, most: int, what: str) -> None:
    if count > most:
        raise LimitExceeded(
            f"text.{what}", f"The text has {count} {what}, {most} are allowed.", hint="Divide it into several texts."
        )


def _distinct(what: str, ids: Iterator[str] | tuple[str, ...]) -> None:
    seen: dict[str, str] = {}
    for identifier in ids:
        folded = identifier.lower()
        if folded in seen:
            raise InputRefused(
                "text.doubled",
                f"The {what} id “{identifier}” is used twice (capitals do not make a difference).",
                hint="Give every section and every clause an id of its own.",
            )
        seen[folded] = identifier
