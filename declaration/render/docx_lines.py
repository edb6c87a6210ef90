"""The paragraphs of a Word document, before anything is written: their words, what is tracked, under which anchor.

A version has kept words only. An amendment shows the version that it changes, with its changes tracked: accepted, the
document reads as the amendment wants; rejected, as the version. What a clause loses where it moves away is deleted
there, and what it gains is inserted where it moves to, so that both readings are exact without one change in another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from declaration.drafting.amendment import Change, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.anchors import Anchor, Kind, name_of, names
from declaration.drafting.apply import apply
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.drafting.tokens import tokens
from declaration.render.labels import label, language_name, speaks


class Mark(StrEnum):
    """How words or the end of a paragraph are tracked: the element of WordprocessingML (ISO 29500-1, 17.13.5)."""

    KEPT = ""
    INSERTED = "ins"
    DELETED = "del"
    MOVED_FROM = "moveFrom"
    MOVED_TO = "moveTo"


class Style(StrEnum):
    """What a paragraph is."""

    TITLE = "Title"
    HEADING = "Heading 1"
    CLAUSE = "Normal"


class Counting(StrEnum):
    """How a paragraph is numbered."""

    NONE = ""
    CHAPTER = "chapter"
    CLAUSE = "clause"
    RECITAL = "recital"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that are tracked alike."""

    words: str
    mark: Mark = Mark.KEPT


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph.

    Args:
        style: what it is.
        language: of its words.
        passages: its words.
        anchor: name of its bookmark, empty for none.
        counting: how it is numbered.
        mark: how its end is tracked.
        move: name that both ends of a move share, empty for none.

    """

    style: Style
    language: str
    passages: tuple[Passage, ...]
    anchor: str
    counting: Counting = Counting.NONE
    mark: Mark = Mark.KEPT
    move: str = ""


def missing_words(language: str) -> str:
    """Return what stands where a clause has no words in a language."""
    return label("missing", speaks(language))


def untitled_words(language: str) -> str:
    """Return what stands where a declaration has no title in a language."""
    return language_name(language)


def lines(text: Text, languages: Sequence[str], changes: Sequence[Change] = ()) -> Iterator[Line]:
    """Give the paragraphs of a text in some languages, one after the other, with changes of it tracked.

    Raises:
        StateConflict, NotFound, InputRefused, LimitExceeded: the changes do not apply, as `apply`.

    """
    result = apply(text, changes)
    called = names(text, languages)
    for language in languages:
        yield from _Telling(text, result, language, called, changes).lines(first=language == languages[0])


_NO_EDITS: Final[Sequence[Edit]] = ()


@dataclass(slots=True)
class _Told:
    """The changes of one language, by place."""

    placed: dict[tuple[str, str | None], Insert | Move] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    moves: dict[str, str] = field(default_factory=dict)
    edits: dict[tuple[Kind, str], Sequence[Edit]] = field(default_factory=dict)


class _Telling:
    """Tells a text in one language."""

    def __init__(
        self, text: Text, result: Text, language: str, called: Mapping[Anchor, str], changes: Sequence[Change]
    ) -> None:
        self._text = text
        self._result = result
        self._language = language
        self._called = called
        self._changes = _told(changes, language)

    def lines(self, *, first: bool) -> Iterator[Line]:
        """Give the paragraphs in order."""
        text = self._text
        title = text.title.get(self._language)
        yield self._line(Style.TITLE, Kind.TITLE, "", title, untitled_words(self._language))
        for section in text.sections:
            recital = section.kind is SectionKind.PREAMBLE
            heading = section.title.get(self._language)
            if heading or not recital or (Kind.SECTION, section.id) in self._changes.edits:
                line = self._line(Style.HEADING, Kind.SECTION, section.id, heading, "")
                yield line if recital else replace(line, counting=Counting.CHAPTER)
            counting = Counting.RECITAL if recital else Counting.CLAUSE
            for line in self._clauses(section, first=first):
                yield replace(line, counting=counting)

    def _clauses(self, section: Section, *, first: bool) -> Iterator[Line]:
        """Give the clauses of a section where they stand, and what is placed after each (as `drafting.apply` does)."""
        yield from self._chain(section, None, first=first)
        for clause in section.clauses:
            yield self._home(clause)
            if clause.id not in self._changes.moves:
                yield from self._chain(section, clause.id, first=first)

    def _chain(self, section: Section, after: str | None, *, first: bool) -> Iterator[Line]:
        while (change := self._changes.placed.get((section.id, after))) is not None:
            if isinstance(change, Move):
                yield self._arrival(change.clause)
                after = change.clause
            else:
                words = change.clause.texts.get(self._language)
                if words is not None:
                    anchor = name_of(Anchor(Kind.CLAUSE, change.clause.id, self._language), first=first)
                    passages = (Passage(words, Mark.INSERTED),)
                    yield Line(Style.CLAUSE, self._language, passages, anchor, mark=Mark.INSERTED)
                after = change.clause.id

    def _home(self, clause: Clause) -> Line:
        """Return a clause where it stands: as it is, edited, deleted or moved away."""
        words = clause.texts.get(self._language)
        kind = Kind.CLAUSE if words is not None else Kind.MISSING
        line = self._line(Style.CLAUSE, kind, clause.id, words, missing_words(self._language))
        if clause.id in self._changes.moves:
            passages = _without(line.passages, Mark.INSERTED, kept=Mark.MOVED_FROM)
            return replace(line, passages=passages, mark=Mark.MOVED_FROM, move=self._changes.moves[clause.id])
        if clause.id in self._changes.gone:
            whole = tuple(Passage(passage.words, Mark.DELETED) for passage in line.passages)
            return replace(line, passages=whole, mark=Mark.DELETED)
        return line

    def _arrival(self, clause: str) -> Line:
        """Return a clause where it moves to."""
        line = self._home(self._text.clause(clause))
        words = self._text.clause(clause).texts.get(self._language)
        whole = self._line(Style.CLAUSE, Kind.CLAUSE, clause, words, missing_words(self._language)).passages
        anchor = self._called[Anchor(Kind.MOVED, clause, self._language)]
        passages = _without(whole, Mark.DELETED, kept=Mark.MOVED_TO)
        return replace(line, passages=passages, anchor=anchor, mark=Mark.MOVED_TO)

    def _line(self, style: Style, kind: Kind, place: str, words: str | None, stand_in: str) -> Line:
        key = Kind.CLAUSE if kind is Kind.MISSING else kind
        edits = self._changes.edits.get((key, place), _NO_EDITS)
        passages: tuple[Passage, ...]
        if words is not None:
            passages = tuple(_edited(words, edits))
        elif edits:  # the first words in this language
            passages = (Passage(stand_in, Mark.DELETED), *(Passage(edit.new, Mark.INSERTED) for edit in edits))
        else:
            passages = (Passage(stand_in),)
        anchor = self._called[Anchor(kind, place, self._language)]
        return Line(style, self._language, tuple(one for one in passages if one.words), anchor)


def _told(changes: Sequence[Change], language: str) -> _Told:
    told = _Told()
    for change in changes:
        match change:
            case Replace(clause, tag, _, edits) if tag == language:
                told.edits[Kind.CLAUSE, clause] = edits
            case Retitle(section, tag, _, edits) if tag == language:
                told.edits[(Kind.TITLE, "") if section is None else (Kind.SECTION, section)] = edits
            case Insert(section, after, _):
                told.placed[section, after] = change
            case Move(clause, section, after):
                told.placed[section, after] = change
                told.moves[clause] = f"move_{len(told.moves) + 1}"
            case Delete(clause, _):
                told.gone.add(clause)
            case _:
                pass
    return told


def _edited(words: str, edits: Sequence[Edit]) -> Iterator[Passage]:
    """Give a text with its edits as tracked passages."""
    before = tokens(words)
    at = 0
    for edit in sorted(edits):
        yield Passage("".join(before[at : edit.start]))
        yield Passage(edit.old, Mark.DELETED)
        yield Passage(edit.new, Mark.INSERTED)
        at = edit.end
    yield Passage("".join(before[at:]))


def _without(passages: Sequence[Passage], left_out: Mark, *, kept: Mark) -> tuple[Passage, ...]:
    """Return one end of a move: without what only the other end has, and with what both have marked as moved."""
    return tuple(
        replace(passage, mark=kept) if passage.mark is Mark.KEPT else passage
        for passage in passages
        if passage.mark is not left_out
    )
