"""Applying changes to a text, all at once, and inverting them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Change, Changes, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Section, Text, base_of
from declaration.errors import InputRefused, StateConflict


def apply(text: Text, changes: Sequence[Change]) -> Text:
    """Return the text after changes that all refer to `text`.

    Raises:
        StateConflict: ``change.base``, the text does not read as a change expects.
        NotFound: ``clause.unknown``, ``section.unknown``.
        InputRefused: ``change.*``: two changes of one place, a clause placed after itself or after one that is not
            there, …; ``edit.*``; ``text.*``, the result is no text.
        LimitExceeded: the result is too large.

    """
    edited = _Texts(text, changes)
    clauses = {clause.id: edited.clause(clause) for clause in text.clauses()}
    sections = tuple(
        replace(section, title=edited.title(section.id, section.title), clauses=ordered)
        for section, ordered in zip(text.sections, _Order(text, changes).sections(clauses), strict=True)
    )
    return replace(text, title=edited.title(None, text.title), sections=sections)


def invert(text: Text, changes: Sequence[Change]) -> Changes:
    """Return the changes that lead from ``apply(text, changes)`` back to `text`.

    Raises:
        StateConflict, InputRefused, LimitExceeded: as `apply`.

    """
    result = apply(text, changes)
    back: list[Change] = []
    for change in changes:
        match change:
            case Replace(clause, language, _, edits):
                base = base_of(result.clause(clause).texts.get(language))
                back.append(Replace(clause, language, base, editing.invert(edits)))
            case Retitle(section, language, _, edits):
                titles = result.title if section is None else result.section(section).title
                back.append(Retitle(section, language, base_of(titles.get(language)), editing.invert(edits)))
            case Insert(_, _, clause_):
                back.append(Delete(clause_.id, clause_.digest))
            case Delete() | Move():
                pass
    return (*back, *_homeward(text, changes))


def _homeward(text: Text, changes: Sequence[Change]) -> Iterator[Change]:
    """Give the changes that bring each deleted or moved clause back behind the one it followed."""
    moved = {change.clause for change in changes if isinstance(change, Move)}
    deleted = {change.clause for change in changes if isinstance(change, Delete)}
    for section in text.sections:
        before: str | None = None
        for clause in section.clauses:
            if clause.id in moved:
                yield Move(clause.id, section.id, before)
            elif clause.id in deleted:
                yield Insert(section.id, before, clause)
            before = clause.id


class _Texts:
    """The edits of a list of changes, by place and language."""

    def __init__(self, text: Text, changes: Sequence[Change]) -> None:
        self._edits: dict[tuple[str, str | None], dict[str, tuple[str | None, tuple[Edit, ...]]]] = {}
        deleted = {change.clause for change in changes if isinstance(change, Delete)}
        for change in changes:
            if isinstance(change, Replace):
                text.clause(change.clause)
                if change.clause in deleted:
                    _refuse("twice", f"clause {change.clause} is changed and deleted")
                self._add(("clause", change.clause), change)
            elif isinstance(change, Retitle):
                if change.section is not None:
                    text.section(change.section)
                self._add(("title", change.section), change)
            else:
                continue
            if change.language not in text.languages:
                _refuse("language", f"“{change.language}” is not an authentic language")

    def _add(self, place: tuple[str, str | None], change: Replace | Retitle) -> None:
        here = self._edits.setdefault(place, {})
        if change.language in here:
            _refuse("twice", f"{place[0]} {place[1]} is changed twice in “{change.language}”")
        here[change.language] = (change.base, change.edits)

    def clause(self, clause: Clause) -> Clause:
        texts = self._edited("clause", clause.id, clause.texts)
        return clause if texts is clause.texts else Clause(clause.id, texts)

    def title(self, section: str | None, titles: Mapping[str, str]) -> Mapping[str, str]:
        return self._edited("title", section, titles)

    def _edited(self, kind: str, place: str | None, texts: Mapping[str, str]) -> Mapping[str, str]:
        if (mine := self._edits.get((kind, place))) is None:
            return texts
        result = dict(texts)
        for language, (base, edits) in mine.items():
            present = texts.get(language)
            if base_of(present) != base:
                raise StateConflict(
                    "change.base",
                    f"The {kind} {place or 'of the declaration'} does not read in “{language}” as the change expects.",
                    hint="Write the change again from the present text.",
                )
            changed = editing.apply(present or "", edits)
            if changed:
                result[language] = changed
            else:
                result.pop(language, None)  # the inverse of a first text in this language
        return result


class _Order:
    """Which clauses stand where after a list of changes."""

    def __init__(self, text: Text, changes: Sequence[Change]) -> None:
        self._text = text
        self._placed: dict[tuple[str, str | None], Insert | Move] = {}
        self._gone: set[str] = set()
        self._moved: set[str] = set()
        taken = {clause.id.lower() for clause in text.clauses()}
        for change in changes:
            match change:
                case Delete(clause, digest):
                    if text.clause(clause).digest != digest:
                        raise StateConflict(
                            "change.base",
                            f"Clause {clause} has changed since its deletion was proposed.",
                            hint="Read its present words, then propose it again.",
                        )
                    self._leave(clause)
                case Move(clause, _, _):
                    text.clause(clause)
                    self._leave(clause)
                    self._moved.add(clause)
                    self._place(change)
                case Insert(_, _, clause_):
                    if clause_.id.lower() in taken:
                        _refuse("id", f"the id {clause_.id} is taken")
                    self._place(change)
                case _:
                    pass

    def _leave(self, clause: str) -> None:
        if clause in self._gone:
            _refuse("twice", f"clause {clause} is deleted or moved twice")
        self._gone.add(clause)

    def _place(self, change: Insert | Move) -> None:
        self._text.section(change.section)
        place = (change.section, change.after)
        if place in self._placed:
            _refuse("place", f"two clauses are placed in section {change.section} after {change.after or 'its start'}")
        self._placed[place] = change

    def sections(self, clauses: Mapping[str, Clause]) -> Iterator[tuple[Clause, ...]]:
        """Give the clauses of each section in order.

        Raises:
            InputRefused: ``change.anchor``, a clause is placed after one that is not there.

        """
        waiting = dict(self._placed)
        for section in self._text.sections:
            ordered = list(self._chain(section, None, clauses, waiting))
            for clause in section.clauses:
                if clause.id not in self._gone:
                    ordered.append(clauses[clause.id])
                if clause.id not in self._moved:
                    ordered += self._chain(section, clause.id, clauses, waiting)
            yield tuple(ordered)
        for section_id, after in waiting:
            _refuse("anchor", f"section {section_id} has no clause {after} to place another after")

    def _chain(
        self,
        section: Section,
        after: str | None,
        clauses: Mapping[str, Clause],
        waiting: dict[tuple[str, str | None], Insert | Move],
    ) -> Iterator[Clause]:
        """Give what is placed after a clause, what is placed after that, and so on."""
        while (change := waiting.pop((section.id, after), None)) is not None:
            clause = change.clause if isinstance(change, Insert) else clauses[change.clause]
            yield clause
            after = clause.id


def _refuse(code: str, why: str) -> NoReturn:
    raise InputRefused(f"change.{code}", f"The changes cannot be applied: {why}.", hint="Correct the list of changes.")
