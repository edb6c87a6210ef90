"""Carrying a draft to a newer version: each wish by itself, by explicit positions, and nothing is ever lost.

What was typed against one version is derived against that version, carried over what was adopted, and written out
again as whole texts of the new version. A wish that no longer fits is put aside with both texts, for its author to
take up again; so one collision in one language holds up nothing else. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Change, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.consolidate import CarryConflict, carry
from declaration.drafting.derive import derive_delete, derive_replace, derive_retitle
from declaration.drafting.hygiene import clean
from declaration.drafting.text import Clause, Text
from declaration.errors import DeclarationError
from declaration.services.typed import Aside, Moved, NewClause, Place, Texts, Typed, clauses_in


def carry_typed(typed: Typed, applied: Sequence[Change], old: Text, new: Text, *, version: int) -> Typed:
    """Return what was typed, for the next version.

    Args:
        typed: against `old`.
        applied: what was adopted, on `old`.
        old: the version against which it was typed.
        new: ``apply(old, applied)``.
        version: number of `old`, which what is put aside remembers.

    """
    return _Carrying(applied, old, new, version).whole(typed)


class _Carrying:
    def __init__(self, applied: Sequence[Change], old: Text, new: Text, version: int) -> None:
        self._applied, self._old, self._new, self._version = applied, old, new, version
        self._before = {clause.id: clause for clause in old.clauses()}
        self._after = {clause.id: clause for clause in new.clauses()}
        self._aside: list[Aside] = []
        self._whole: frozenset[str] = frozenset()
        """Clauses whose texts are replaced as one passage."""
        self._lost: set[str] = set()
        """New clauses that were put aside: what follows them has no place either."""

    def whole(self, typed: Typed) -> Typed:
        self._whole = clauses_in(self._old, typed.whole)
        texts = {clause: words for clause, own in typed.texts.items() if (words := self._texts(clause, own))}
        titles = {section: words for section, own in typed.titles.items() if (words := self._titles(section, own))}
        return replace(
            typed,
            texts=texts,
            title=self._titles(None, typed.title),
            titles=titles,
            inserted=tuple(new for new in typed.inserted if self._keeps_insertion(new)),
            deleted=tuple(clause for clause in typed.deleted if self._keeps_deletion(clause)),
            moved=tuple(move for move in typed.moved if self._keeps_move(move)),
            aside=(*typed.aside, *self._aside),
        )

    def _texts(self, clause: str, texts: Texts) -> Texts:
        before = self._before[clause].texts if clause in self._before else {}
        after = self._after.get(clause)
        kept: dict[str, str] = {}
        for language, mine in texts.items():
            place = Place("text", clause, None, language)
            if after is None:
                self._put_aside(place, {language: mine}, _only(before, language), "deleted")
                continue

            def change(mine: str = mine, language: str = language) -> Change:
                whole = clause in self._whole
                return derive_replace(self._old, clause, language, clean(mine).text, whole=whole)

            words = self._words(place, mine, before.get(language), after.texts.get(language), change)
            if words is not None:
                kept[language] = words
        return kept

    def _titles(self, section: str | None, titles: Texts) -> Texts:
        kept: dict[str, str] = {}
        for language, mine in titles.items():
            before, after = _heading(self._old, section), _heading(self._new, section)

            def change(mine: str = mine, language: str = language) -> Change:
                return derive_retitle(self._old, section, language, clean(mine).text)

            place = Place("title", None, section, language)
            words = self._words(place, mine, before.get(language), after.get(language), change)
            if words is not None:
                kept[language] = words
        return kept

    def _words(
        self, place: Place, mine: str, before: str | None, after: str | None, derive: Callable[[], Change]
    ) -> str | None:
        """Return a typed text for the new version; None when it says nothing new any more, or was put aside."""
        if before == after:
            return mine  # letter by letter, noise and all
        if mine in {before or "", after}:
            return None
        languages = {} if before is None else {str(place.language): before}
        try:
            found = carry((derive(),), self._applied, self._old, self._new)
            if isinstance(found, CarryConflict):
                self._put_aside(place, {str(place.language): mine}, languages, found.reasons[0].code)
                return None
            for change in found.changes:
                assert isinstance(change, Replace | Retitle)
                return editing.apply(after or "", change.edits)
        except DeclarationError as error:
            if error.code != "change.nothing":  # noise alone was typed
                self._put_aside(place, {str(place.language): mine}, languages, "unreadable")
        return None

    def _keeps_deletion(self, clause: str) -> bool:
        if clause not in self._after:
            return False
        if clause not in self._before:
            return True
        place = Place("delete", clause)
        return self._carries(place, derive_delete(self._old, clause), None, {}, self._before[clause].texts)

    def _keeps_move(self, move: Moved) -> bool:
        place = Place("move", move.clause, move.section)
        change = Move(move.clause, move.section, move.after)
        before = self._before.get(move.clause)
        was = {} if before is None else before.texts
        if move.after in self._lost:
            self._put_aside(place, {}, was, "anchor", move.after)
            return False
        if move.clause not in self._after:
            self._put_aside(place, {}, was, "deleted", move.after)
            return False
        return self._carries(place, change, move.after, {}, was)

    def _keeps_insertion(self, new: NewClause) -> bool:
        place = Place("insert", new.id, new.section)
        if new.after in self._lost:
            self._put_aside(place, new.texts, {}, "anchor", new.after)
            self._lost.add(new.id)
            return False
        texts = {language: words for language, typed in new.texts.items() if (words := clean(typed).text)}
        try:
            clause = Clause(new.id, texts)
        except DeclarationError:  # what cannot be read cannot be the same as anything adopted: its words play no part
            clause = Clause(new.id, {self._old.languages[0]: new.id})
        kept = self._carries(place, Insert(new.section, new.after, clause), new.after, new.texts, {})
        if not kept and any(aside.place == place for aside in self._aside):
            self._lost.add(new.id)
        return kept

    def _carries(
        self, place: Place, change: Insert | Delete | Move, after: str | None, mine: Texts, was: Texts
    ) -> bool:
        """Tell whether an insertion, deletion or move still stands as it is; put it aside where it collides."""
        found = carry((change,), self._applied, self._old, self._new)
        if isinstance(found, CarryConflict):
            self._put_aside(place, mine, was, found.reasons[0].code, after)
            return False
        return bool(found.changes)

    def _put_aside(self, place: Place, mine: Texts, was: Texts, why: str, after: str | None = None) -> None:
        self._aside.append(Aside(place, after, self._version, was, mine, why))


def _heading(text: Text, section: str | None) -> Mapping[str, str]:
    if section is None:
        return text.title
    return next((found.title for found in text.sections if found.id == section), {})


def _only(texts: Texts, language: str) -> Texts:
    return {language: texts[language]} if language in texts else {}
