"""What somebody wants who edited a Word document of a version: structured changes, and what could not be understood.

The document names the version that it is based on by its digest; with that version it is compared, place by place.
So it makes no difference whether changes were tracked, only that tracked ones have an author. Deleting, moving and
inserting clauses is told by the paragraphs that remain and their order; fewest clauses move. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from declaration.canonical import digest, is_digest
from declaration.drafting.amendment import Change, Changes, Move
from declaration.drafting.anchors import Kind
from declaration.drafting.apply import apply
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_replace,
    derive_retitle,
    in_reading_order,
)
from declaration.drafting.hygiene import clean
from declaration.drafting.text import Text, Version
from declaration.errors import DeclarationError, InputRefused
from declaration.exchange.word_body import Body, read_body
from declaration.exchange.word_lines import BaseWords, Line, Part, Refused, has_heading, read_parts
from declaration.exchange.word_package import open_package

_DIGITS: Final = 8
"""Hexadecimal digits of the words of a new clause in its id: enough to tell apart what one person inserts."""


@dataclass(frozen=True, slots=True)
class WordDocument:
    """A document that was looked through: how messages call it, what stands in it, digest of the version below it."""

    file: str
    body: Body
    base: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A change that somebody made.

    Args:
        change: of the base.
        by: whose tracked changes it comes of.
        tracked: whether all of it was tracked.

    """

    change: Change
    by: tuple[str, ...]
    tracked: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What comes of a document.

    Args:
        languages: that it has.
        understood: the changes that were made in it; they apply together.
        refused: what else is in it.

    """

    languages: tuple[str, ...]
    understood: tuple[Understood, ...]
    refused: tuple[Refused, ...]

    @property
    def changes(self) -> Changes:
        """The changes alone."""
        return tuple(one.change for one in self.understood)


StandIns = Mapping[tuple[Kind, str], str]
"""By kind (title or missing clause) and language, what documents show where there are no words."""


def open_word(data: bytes, *, file: str) -> WordDocument:
    """Look through a document and read its paragraphs.

    Raises:
        LimitExceeded, InputRefused: ``word.*``, ``xml.*``; ``word.base`` where it names no version.

    """
    package = open_package(data, file=file)
    if not is_digest(package.identifier):
        raise InputRefused(
            "word.base",
            f"{file} does not say which version it is based on.",
            hint="Download the text as a Word document here, and edit that.",
        )
    return WordDocument(file, read_body(package), package.identifier)


def import_word(document: WordDocument, version: Version, stand_ins: StandIns) -> Imported:
    """Compare an edited document with the version that it is based on.

    Args:
        document: the document.
        version: whose digest it names.
        stand_ins: what documents of this version show where there are no words.

    Raises:
        InputRefused: ``word.base``, it is based on another version; ``word.anchors``.

    """
    if document.base != version.digest:
        raise InputRefused(
            "word.base",
            f"{document.file} is based on another version than {version.number}.",
            hint="Name the version from which it was downloaded.",
        )
    parts = read_parts(version.text, document.body, stand_ins, file=document.file)
    found = _Comparing(version.text, BaseWords(version.text, stand_ins), parts)
    found.compare()
    return Imported(tuple(part.language for part in parts), found.together(), tuple(found.refused))


class _Comparing:
    """Compares the parts of a document with the text below it; the first decides about order."""

    def __init__(self, text: Text, said: BaseWords, parts: Sequence[Part]) -> None:
        self._text = text
        self._said = said
        self._parts = parts
        self._understood: list[Understood] = []
        self._taken = {clause.id.lower() for clause in text.clauses()}
        self.refused = [one for part in parts for one in part.refused]

    def compare(self) -> None:
        """Find the changes."""
        gone = self._deleted()
        for part in self._parts:
            for line in part.lines:
                if line.kind is not None and line.words is not None and line.id not in gone:
                    self._reworded(part.language, line)
        self._placed(gone)

    def together(self) -> tuple[Understood, ...]:
        """Return the changes as they apply together; where they do not, none, and that is said."""
        try:
            ordered = in_reading_order([one.change for one in self._understood])
            apply(self._text, ordered)
        except DeclarationError as error:
            self.refused.append(Refused("together", words=error.message))
            return ()
        return tuple(replace(one, change=change) for one, change in zip(self._understood, ordered, strict=True))

    def _deleted(self) -> set[str]:
        """Delete what is gone in every language of the document."""
        deleted = set()
        for clause in self._text.clauses():
            found = [part.gone[clause.id] for part in self._parts if clause.id in part.gone]
            if len(found) == len(self._parts):
                deleted.add(clause.id)
                by = tuple(dict.fromkeys(name for gone in found for name in gone.by))
                tracked = all(gone.tracked for gone in found)
                self._understood.append(Understood(derive_delete(self._text, clause.id), by, tracked))
            elif found:
                tags = [part.language for part in self._parts if clause.id in part.gone]
                self.refused += [Refused("language-deleted", clause=clause.id, language=tag) for tag in tags]
        return deleted

    def _reworded(self, language: str, line: Line) -> None:
        """Compare the words of a place with those of the base."""
        anchor = self._said.clause(line.id, language) if line.kind not in {Kind.TITLE, Kind.SECTION} else None
        assert line.words is not None
        words = clean(line.words).text
        if anchor is None:
            section = line.id or None
            titles = self._text.title if section is None else self._text.section(section).title
            present, stand_in = titles.get(language), "" if section else self._said.title(language)
            if words in {present, stand_in} or not words:
                return
            place = Refused("", section=line.id, language=language)
            self._try(lambda: derive_retitle(self._text, section, language, words), line, place)
        elif words != clean(self._said.of(anchor)).text:
            place = Refused("", clause=line.id, language=language)
            self._try(lambda: derive_replace(self._text, line.id, language, words), line, place)

    def _try(self, derive: Callable[[], Change], line: Line, place: Refused) -> None:
        try:
            self._understood.append(Understood(derive(), line.by, line.tracked))
        except DeclarationError as error:
            self.refused.append(replace(place, code=error.code, words=error.message, by=", ".join(line.by)))

    # The order

    def _placed(self, gone: set[str]) -> None:
        """Insert and move what stands elsewhere than in the base."""
        first, *others = self._parts
        sections = self._sections(first)
        if sections is None:
            return
        somewhere = {clause for part in self._parts for clause in part.gone}
        order = self._order(first, somewhere)
        differing = [part for part in others if self._order(part, somewhere) != order]
        self.refused += [Refused("language-order", language=part.language) for part in differing]
        new = [_new_lines(part) for part in others]
        keys = {id(line): key for key, line in _new_lines(first).items()}
        staying = self._staying(sections, gone)
        for section, lines in sections.items():
            after: str | None = None
            for line in lines:
                if line.kind is None:
                    key = keys[id(line)]
                    found = {part.language: lot.pop(key) for part, lot in zip(others, new, strict=True) if key in lot}
                    after = self._inserted(section, after, {first.language: line, **found})
                elif line.id in staying:
                    after = line.id
                elif line.id not in gone and not differing:
                    after = self._moved(line, section, after)
        for part, lot in zip(others, new, strict=True):
            self.refused += [
                Refused("language-inserted", language=part.language, words=line.words or "", by=", ".join(line.by))
                for line in lot.values()
            ]

    def _sections(self, part: Part) -> dict[str, list[Line]] | None:
        """Return clauses and new paragraphs by the section in which they stand now; None where that cannot be told."""
        expected = [section.id for section in self._text.sections if has_heading(section, part.language)]
        found = [line.id for line in part.lines if line.kind is Kind.SECTION]
        if found != [section for section in expected if section in set(found)]:
            self.refused.append(Refused("sections", language=part.language))
            return None
        for section in expected:
            if section not in found:
                self.refused.append(Refused("heading-gone", section=section, language=part.language))
        rank = {section.id: at for at, section in enumerate(self._text.sections)}
        unheaded = [section.id for section in self._text.sections if section.id not in set(found)]
        home = {clause.id: section.id for section in self._text.sections for clause in section.clauses}
        placed: dict[str, list[Line]] = {section.id: [] for section in self._text.sections}
        at = unheaded[0] if unheaded and rank[unheaded[0]] == 0 else None
        for line in part.lines:
            if line.kind is Kind.SECTION:
                at = line.id
            elif line.kind is not Kind.TITLE:
                own = None if line.kind is None or line.moved else home[line.id]
                if own in unheaded and _is_next(rank, at, own, found):
                    at = own
                if at is not None:
                    placed[at].append(line)
                elif line.kind is None:
                    by = ", ".join(line.by)
                    self.refused.append(Refused("outside", language=part.language, words=line.words or "", by=by))
        return placed

    @staticmethod
    def _order(part: Part, gone: set[str]) -> list[str]:
        """Return the clauses and headings of a part in their order."""
        return [
            f"{line.kind is Kind.SECTION} {line.id}"
            for line in part.lines
            if line.kind is not None and line.kind is not Kind.TITLE and line.id not in gone
        ]

    def _staying(self, sections: Mapping[str, Sequence[Line]], gone: set[str]) -> set[str]:
        """Return the clauses that stay: as many as can without changing places, none that was moved by tracking."""
        rank = {clause.id: at for at, clause in enumerate(self._text.clauses())}
        home = {clause.id: section.id for section in self._text.sections for clause in section.clauses}
        staying: set[str] = set()
        for section, lines in sections.items():
            here = [
                line for line in lines if line.kind is not None and line.id not in gone and home[line.id] == section
            ]
            order = _longest([rank[line.id] for line in here if not line.moved])
            last = -1
            for line in here:
                at = rank[line.id]
                following = order[bisect_left(order, last + 1)] if bisect_left(order, last + 1) < len(order) else at + 1
                if at in order or (line.moved and last < at < following):  # moved, and moved back
                    staying.add(line.id)
                    last = at
        return staying

    def _moved(self, line: Line, section: str, after: str | None) -> str:
        move = Move(line.id, section, after)  # `derive_move` would find that it follows what moves along with it
        self._understood.append(Understood(move, line.by, line.tracked and line.moved))
        return line.id

    def _inserted(self, section: str, after: str | None, lines: Mapping[str, Line]) -> str | None:
        """Insert a clause; return it, or what it was to follow where it cannot be made."""
        texts = {language: clean(line.words or "").text for language, line in lines.items()}
        first = next(iter(lines.values()))
        clause = self._new_id(section, first.id, next(iter(texts.values())))
        by = tuple(dict.fromkeys(name for line in lines.values() for name in line.by))
        line = replace(first, by=by, tracked=all(line.tracked for line in lines.values()))
        place = Refused("", section=section, language=next(iter(lines)))
        before = len(self._understood)
        self._try(lambda: derive_insert(self._text, section, after, clause, texts), line, place)
        if len(self._understood) == before:
            return after
        self._taken.add(clause.lower())
        return clause

    def _new_id(self, section: str, own: str, words: str) -> str:
        """Return the id that a clause brought along, or one made of its words."""
        if own and own.lower() not in self._taken:
            return own
        for number in count():
            made = f"{section[:48]}-{digest(f'{number} {words}'.encode())[:_DIGITS]}"
            if made.lower() not in self._taken:
                return made
        raise AssertionError  # numbers do not end


def _new_lines(part: Part) -> dict[tuple[str, int], Line]:
    """Return the new paragraphs of a part by what they follow and their rank after it."""
    found: dict[tuple[str, int], Line] = {}
    before, rank = "", 0
    for line in part.lines:
        if line.kind is None:
            found[before, rank] = line
            rank += 1
        elif line.kind is not Kind.TITLE:
            before, rank = f"{line.kind is Kind.SECTION} {line.id}", 0
    return found


def _is_next(rank: Mapping[str, int], at: str | None, own: str, found: Sequence[str]) -> bool:
    """Whether a section without a heading begins here: it follows, and no heading stands between."""
    here = -1 if at is None else rank[at]
    return here < rank[own] and not any(here < rank[section] < rank[own] for section in found)


def _longest(ranks: Sequence[int]) -> list[int]:
    """Return a longest ascending selection of different numbers (patience sorting)."""
    heads: list[int] = []
    before: dict[int, int | None] = {}
    for rank in ranks:
        at = bisect_left(heads, rank)
        before[rank] = heads[at - 1] if at else None
        heads[at : at + 1] = [rank]
    found: list[int] = []
    rank_: int | None = heads[-1] if heads else None
    while rank_ is not None:
        found.append(rank_)
        rank_ = before[rank_]
    return found[::-1]
