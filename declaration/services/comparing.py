"""Two texts compared for reading: which clauses are new, gone, moved or reworded, and word by word how.

Pure: texts in, values out. Rows stand in the order of the new text; what is gone stands where it stood.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from declaration.drafting.diff import word_difference
from declaration.drafting.text import Clause, Section, Text
from declaration.render.numbering import clause_numbers, section_numbers

Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""A difference for showing: ``equal``, ``delete`` or ``insert``, and a passage."""


class Fate(StrEnum):
    """What became of a clause between two texts; a moved one may be reworded too."""

    SAME = "same"
    REWORDED = "reworded"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Row:
    """One clause in both texts.

    Args:
        clause: its id.
        fate: what became of it.
        old: its number in the old text, None where it is not there.
        new: its number in the new text.
        old_section: where it stood.
        new_section: where it stands.
        pairs: the difference of its words in the language shown; empty where neither text has any.
        others: further languages in which its words differ.

    """

    clause: str
    fate: Fate
    old: str | None
    new: str | None
    old_section: str | None
    new_section: str | None
    pairs: Pairs
    others: tuple[str, ...]

    @property
    def is_reworded(self) -> bool:
        """Whether its words differ in the language shown."""
        return any(kind != "equal" for kind, _ in self.pairs)

    @property
    def is_same(self) -> bool:
        """Whether nothing differs in any language, nor its place."""
        return self.fate is Fate.SAME and not self.others


@dataclass(frozen=True, slots=True)
class Group:
    """One section in both texts: its number in the new text (or the old, where it is gone), title and rows."""

    section: str
    number: str
    fate: Fate
    title: Pairs
    rows: tuple[Row, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs in it."""
        return all(kind == "equal" for kind, _ in self.title) and all(row.is_same for row in self.rows)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts, compared in one language.

    Args:
        language: in which words are shown.
        title: the difference of the declaration's own title.
        groups: by section.

    """

    language: str
    title: Pairs
    groups: tuple[Group, ...]

    def count(self, fate: str) -> int:
        """Return how many clauses met this fate."""
        return sum(row.fate == fate for group in self.groups for row in group.rows)

    @property
    def is_same(self) -> bool:
        """Whether the texts do not differ at all."""
        return all(kind == "equal" for kind, _ in self.title) and all(group.is_same for group in self.groups)


def compare(old: Text, new: Text, language: str) -> Comparison:
    """Compare two texts in one language; in which others a clause differs is named."""
    return _Comparing(old, new, language).whole()


def difference(old: Mapping[str, str], new: Mapping[str, str], language: str) -> Pairs:
    """Return the word difference of two texts in one language; a missing one counts as empty."""
    return word_difference(old.get(language, ""), new.get(language, ""))


class _Comparing:
    def __init__(self, old: Text, new: Text, language: str) -> None:
        self._old, self._new, self._language = old, new, language
        self._old_clauses = {clause.id: clause for clause in old.clauses()}
        self._new_clauses = {clause.id: clause for clause in new.clauses()}
        self._old_numbers, self._new_numbers = clause_numbers(old), clause_numbers(new)
        self._old_places = {clause.id: section.id for section in old.sections for clause in section.clauses}
        self._new_places = {clause.id: section.id for section in new.sections for clause in section.clauses}
        self._moved = self._find_moved()

    def whole(self) -> Comparison:
        titles = difference(self._old.title, self._new.title, self._language)
        return Comparison(self._language, titles, tuple(self._groups()))

    def _groups(self) -> list[Group]:
        old = {section.id: section for section in self._old.sections}
        numbers, old_numbers = section_numbers(self._new), section_numbers(self._old)
        found = []
        for section in self._new.sections:
            before = old.pop(section.id, None)
            fate = Fate.INSERTED if before is None else Fate.SAME
            title = difference({} if before is None else before.title, section.title, self._language)
            found.append(Group(section.id, numbers[section.id], fate, title, self._rows(before, section)))
        for section in old.values():
            title = difference(section.title, {}, self._language)
            found.append(Group(section.id, old_numbers[section.id], Fate.DELETED, title, self._rows(section, None)))
        return found

    def _rows(self, old: Section | None, new: Section | None) -> tuple[Row, ...]:
        """Return the clauses of the new section, each followed by what stood after it and is gone."""
        gone: dict[str | None, list[Clause]] = {}
        after: str | None = None
        for clause in old.clauses if old else ():
            if clause.id in self._new_clauses:
                after = clause.id if self._new_places[clause.id] == (old.id if old else None) else after
            else:
                gone.setdefault(after, []).append(clause)
        rows = [self._deleted(clause) for clause in gone.pop(None, ())]
        for clause in new.clauses if new else ():
            rows.append(self._row(clause))
            rows += [self._deleted(one) for one in gone.pop(clause.id, ())]
        return (*rows, *(self._deleted(clause) for left in gone.values() for clause in left))

    def _row(self, clause: Clause) -> Row:
        before = self._old_clauses.get(clause.id)
        texts: Mapping[str, str] = {} if before is None else before.texts
        pairs = difference(texts, clause.texts, self._language)
        others: tuple[str, ...] = ()
        if before is not None:
            others = tuple(
                tag
                for tag in self._new.languages
                if tag != self._language and before.texts.get(tag) != clause.texts.get(tag)
            )
        return Row(
            clause=clause.id,
            fate=self._fate(clause.id, pairs),
            old=self._old_numbers.get(clause.id),
            new=self._new_numbers[clause.id],
            old_section=self._old_places.get(clause.id),
            new_section=self._new_places[clause.id],
            pairs=pairs,
            others=others,
        )

    def _fate(self, clause: str, pairs: Pairs) -> Fate:
        if clause not in self._old_clauses:
            return Fate.INSERTED
        if clause in self._moved:
            return Fate.MOVED
        return Fate.REWORDED if any(kind != "equal" for kind, _ in pairs) else Fate.SAME

    def _deleted(self, clause: Clause) -> Row:
        return Row(
            clause=clause.id,
            fate=Fate.DELETED,
            old=self._old_numbers[clause.id],
            new=None,
            old_section=self._old_places[clause.id],
            new_section=None,
            pairs=difference(clause.texts, {}, self._language),
            others=(),
        )

    def _find_moved(self) -> frozenset[str]:
        """Return the clauses that changed their section, or their order among those that stayed in it.

        As few as possible count as moved: all that are not in a longest rising sequence of former places.
        """
        moved = {clause for clause, place in self._new_places.items() if self._old_places.get(clause, place) != place}
        order = {clause: at for at, clause in enumerate(self._old_clauses)}
        for section in self._new.sections:
            stayed = [clause.id for clause in section.clauses if clause.id in order and clause.id not in moved]
            kept = _rising([order[clause] for clause in stayed])
            moved |= {clause for at, clause in enumerate(stayed) if at not in kept}
        return frozenset(moved)


def _rising(values: Sequence[int]) -> frozenset[int]:
    """Return the positions of a longest rising subsequence (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, value in enumerate(values):
        pile = bisect_left(tops, value)
        before.append(ends[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(value)
            ends.append(at)
        else:
            tops[pile], ends[pile] = value, at
    kept = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return frozenset(kept)
