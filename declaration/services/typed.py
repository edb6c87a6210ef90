"""What an author has typed: whole texts, as they stand in a form, before anything is derived from them.

Typed texts are kept exactly as they were typed, whatever they hold: saving never refuses a character. Only `derive`
cleans them, tells what it cleaned, and says of each place why nothing can be made of it yet. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from declaration.drafting import edits as editing
from declaration.drafting.amendment import MAX_CHANGES, Change, Changes, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    derive_retitle,
    in_reading_order,
)
from declaration.drafting.hygiene import clean, suspicious_words
from declaration.drafting.text import Section, Text
from declaration.errors import DeclarationError, InputRefused

Texts = Mapping[str, str]
"""A text a language."""


@dataclass(frozen=True, slots=True)
class NewClause:
    """A clause to be inserted into a section, after another one, or first (None)."""

    id: str
    section: str
    after: str | None
    texts: Texts


@dataclass(frozen=True, slots=True)
class Moved:
    """A clause to be moved into a section, after another one, or first (None)."""

    clause: str
    section: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was typed.

    Args:
        kind: ``text``, ``title``, ``insert``, ``delete``, ``move``, ``rationale`` or ``whole``.
        clause: its id, where it is about a clause.
        section: of a title (None: the declaration's own), or into which a clause is put.
        language: of a text.

    """

    kind: str
    clause: str | None = None
    section: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """A wish that no longer fits the text and waits for its author, with both texts.

    Args:
        place: where it was typed.
        after: for insertions and moves.
        version: number of the version against which it was written.
        was: how that version read there, by language.
        mine: what the author typed.
        why: ``overlap``, ``title``, ``deleted``, ``moved``, ``place``, ``id``, ``together``, ``size`` (as
            `drafting.reasons`), ``anchor``: what it follows was put aside; ``unreadable``: no change can be made of it.

    """

    place: Place
    after: str | None
    version: int
    was: Texts
    mine: Texts
    why: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Everything that an author typed into one draft.

    Args:
        texts: how clauses shall read, by clause and language.
        title: how the declaration shall be called.
        titles: how sections shall be called.
        inserted: new clauses, in the order in which they were written.
        deleted: clauses that shall go.
        moved: clauses that shall stand elsewhere.
        rationale: why.
        aside: what no longer fits.
        whole: sections that are rewritten: each text of theirs is replaced as one passage, so that no other wording of
            it fits beside.

    """

    texts: Mapping[str, Texts] = field(default_factory=dict)
    title: Texts = field(default_factory=dict)
    titles: Mapping[str, Texts] = field(default_factory=dict)
    inserted: tuple[NewClause, ...] = ()
    deleted: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    rationale: str = ""
    aside: tuple[Aside, ...] = ()
    whole: tuple[str, ...] = ()

    def headings(self) -> Iterator[tuple[str | None, Texts]]:
        """Give the titles by section, the declaration's own first."""
        if self.title:
            yield None, self.title
        yield from self.titles.items()


@dataclass(frozen=True, slots=True)
class Cleaning:
    """A typed text that was not clean: how it reads without noise, what went, and words that mix scripts."""

    place: Place
    text: str
    notes: tuple[str, ...]
    suspicious: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing can be derived from what was typed at a place."""

    place: Place
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Derived:
    """What comes of what was typed.

    Args:
        changes: explicit changes of the text; those with a problem are left out.
        rationale: cleaned.
        cleanings: what was cleaned, or looks suspicious.
        problems: what stands in the way of tabling.

    """

    changes: Changes
    rationale: str
    cleanings: tuple[Cleaning, ...]
    problems: tuple[Problem, ...]


def derive(text: Text, typed: Typed) -> Derived:
    """Derive explicit changes of `text`, and say of every place what is wrong with it."""
    return _Deriving(text).whole(typed)


class _Deriving:
    def __init__(self, text: Text) -> None:
        self._text = text
        self._present = {clause.id: clause for clause in text.clauses()}
        self._sections = {section.id: section for section in text.sections}
        self.changes: list[Change] = []
        self.cleanings: list[Cleaning] = []
        self.problems: list[Problem] = []

    def whole(self, typed: Typed) -> Derived:
        for section, titles in typed.headings():
            self._headings(section, titles)
        gone = set(typed.deleted)
        rank = {clause: at for at, clause in enumerate(self._present)}
        whole = clauses_in(self._text, typed.whole)
        for clause in sorted(typed.texts, key=lambda clause: rank.get(clause, len(rank))):
            if clause not in gone:
                self._texts(clause, typed.texts[clause], whole=clause in whole)
        for clause in typed.deleted:
            self._try(Place("delete", clause), partial(derive_delete, self._text, clause))
        for new in typed.inserted:
            self._insert(new)
        for move in typed.moved:
            if move.clause not in gone:
                self._move(move)
        rationale = self._rationale(typed.rationale)
        if typed.aside:
            self._refuse(
                Place("whole"),
                "draft.aside",
                "Something of this draft does not fit the text any more.",
                "Take it up again in other words, or leave it out.",
            )
        changes = self._together()
        return Derived(changes, rationale, tuple(self.cleanings), tuple(self.problems))

    def _headings(self, section: str | None, titles: Texts) -> None:
        known = self._text.title if section is None else {}
        if section in self._sections:
            known = self._sections[section].title
        for language, typed in titles.items():
            place, present = Place("title", None, section, language), known.get(language)
            words = self._cleaned(place, typed, present)
            if words != (present or ""):
                self._try(place, partial(derive_retitle, self._text, section, language, words))

    def _texts(self, clause: str, texts: Texts, *, whole: bool) -> None:
        known = self._present[clause].texts if clause in self._present else {}
        for language, typed in texts.items():
            place, present = Place("text", clause, None, language), known.get(language)
            words = self._cleaned(place, typed, present)
            if words != (present or ""):
                self._try(place, partial(derive_replace, self._text, clause, language, words, whole=whole))

    def _insert(self, new: NewClause) -> None:
        texts = {}
        for language, typed in new.texts.items():
            if words := self._cleaned(Place("insert", new.id, new.section, language), typed, None):
                texts[language] = words
        place = Place("insert", new.id, new.section)
        self._try(place, lambda: derive_insert(self._text, new.section, new.after, new.id, texts))

    def _move(self, move: Moved) -> None:
        place = Place("move", move.clause, move.section)
        self._try(place, lambda: derive_move(self._text, move.clause, section=move.section, after=move.after))
        if self.problems and self.problems[-1].place == place and self.problems[-1].code == "change.nothing":
            self.problems.pop()  # it was moved back to where it stands

    def _cleaned(self, place: Place, typed: str, present: str | None) -> str:
        if typed == present:
            return typed
        found = clean(typed)
        known = set(suspicious_words(present or ""))
        suspicious = tuple(dict.fromkeys(word for word in suspicious_words(found.text) if word not in known))
        if found.notes or suspicious:
            self.cleanings.append(Cleaning(place, found.text, found.notes, suspicious))
        return found.text

    def _rationale(self, typed: str) -> str:
        paragraphs = [clean(paragraph) for paragraph in typed.splitlines()]
        text = "\n".join(paragraph.text for paragraph in paragraphs).strip()
        notes = tuple(dict.fromkeys(note for paragraph in paragraphs for note in paragraph.notes))
        suspicious = suspicious_words(text)
        if notes or suspicious:
            self.cleanings.append(Cleaning(Place("rationale"), text, notes, suspicious))
        return text

    def _try(self, place: Place, derive_: Callable[[], Change]) -> None:
        try:
            self.changes.append(derive_())
        except DeclarationError as error:
            self._refuse(place, error.code, error.message, error.hint)

    def _refuse(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(place, code, message, hint))

    def _together(self) -> Changes:
        """Return all changes, which apply together unless a problem says why not."""
        try:
            if not self.changes and not self.problems:
                raise InputRefused(
                    "draft.empty", "This draft changes nothing.", hint="Reword, insert, delete or move a clause."
                )
            if len(self.changes) > MAX_CHANGES:
                raise InputRefused(
                    "amendment.changes",
                    f"{len(self.changes)} changes are too many for one amendment.",
                    hint="Divide them into several amendments.",
                )
            ordered = in_reading_order(self.changes)
            apply(self._text, ordered)
        except DeclarationError as error:
            self._refuse(Place("whole"), error.code, error.message, error.hint)
            return ()
        return ordered


def clauses_in(text: Text, sections: Iterable[str]) -> frozenset[str]:
    """Return the clauses of some sections."""
    wanted = set(sections)
    return frozenset(clause.id for section in text.sections if section.id in wanted for clause in section.clauses)


def typed_of(text: Text, changes: Changes, rationale: str = "") -> Typed:
    """Return what somebody would have typed to make these changes of `text`."""
    texts: dict[str, dict[str, str]] = {}
    titles: dict[str | None, dict[str, str]] = {}
    found = Typed(rationale=rationale)
    for change in changes:
        match change:
            case Replace(clause, language, _, edits):
                present = text.clause(clause).texts.get(language, "")
                texts.setdefault(clause, {})[language] = editing.apply(present, edits)
            case Retitle(section, language, _, edits):
                known = text.title if section is None else text.section(section).title
                titles.setdefault(section, {})[language] = editing.apply(known.get(language, ""), edits)
            case Insert(section_, after, clause_):
                new = NewClause(clause_.id, section_, after, dict(clause_.texts))
                found = replace(found, inserted=(*found.inserted, new))
            case Delete(clause, _):
                found = replace(found, deleted=(*found.deleted, clause))
            case Move(clause, section_, after):
                found = replace(found, moved=(*found.moved, Moved(clause, section_, after)))
    return replace(
        found,
        texts=texts,
        title=titles.get(None, {}),
        titles={section: words for section, words in titles.items() if section is not None},
        whole=tuple(section.id for section in text.sections if _is_rewritten(section, changes)),
    )


def _is_rewritten(section: Section, changes: Changes) -> bool:
    """Tell whether every text of a section that is replaced is replaced as one passage of several words."""
    texts = {clause.id: clause.texts for clause in section.clauses}
    replaced = [change for change in changes if isinstance(change, Replace) and change.clause in texts and change.base]
    passages = [[edit.old for edit in change.edits] for change in replaced]
    return bool(replaced) and all(
        passage == [texts[change.clause][change.language]] for passage, change in zip(passages, replaced, strict=True)
    )


WHOLE: Final = Place("whole")
"""The place of what concerns a draft as a whole."""
