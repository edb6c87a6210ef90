"""Two lists of changes one after another, as one list: positions compose, and nothing is compared.

The first list refers to a text, the second to what the first makes of it; composed, they refer to the text alone. An
amendment to an amendment is read so, and so is the way from one amended text to another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Change, Changes, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.composition import union
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Text, base_of
from declaration.drafting.tokens import tokens

_Place: TypeAlias = "tuple[str, str | None, str]"
"""A text: that of a clause or a title, its id, its language."""


def compose(text: Text, first: Sequence[Change], second: Sequence[Change]) -> Changes:
    """Return changes of `text` that do what two lists do one after the other.

    Where the second takes back what the first did, nothing is left of it; a clause that the first deletes and the
    second inserts again under its id has never gone.

    Args:
        text: to which the first list refers.
        first: applies to `text`.
        second: applies to ``apply(text, first)``.

    Raises:
        StateConflict, InputRefused, LimitExceeded: as `apply`.

    """
    middle = apply(text, first)
    last = apply(middle, second)
    both = (*_structure(text, first, second, last), *_wording(text, middle, last, first, second))
    return union(text, [both])


def compose_edits(base: str, first: Iterable[Edit], second: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits of `base` that do what two lists of edits do one after the other.

    They are closed, since every token of the last text is one of the base, or one that either list puts in.
    """
    before = tokens(base)
    origins = _replaced(_replaced(list(enumerate(before)), first), second)
    found: list[Edit] = []
    at, fresh = 0, ""
    for origin, token in (*origins, (len(before), "")):
        if origin is None:
            fresh += token
            continue
        old = "".join(before[at:origin])
        if old != fresh:
            found.append(Edit(at, origin, old, fresh))
        at, fresh = origin + 1, ""
    return tuple(found)


def _replaced(present: Sequence[tuple[int | None, str]], edits: Iterable[Edit]) -> list[tuple[int | None, str]]:
    """Return tokens after edits, each with its place in the base, if it is from there."""
    result: list[tuple[int | None, str]] = []
    at = 0
    for edit in sorted(edits):
        result += present[at : edit.start]
        result += [(None, token) for token in tokens(edit.new)]
        at = edit.end
    return [*result, *present[at:]]


# Words


def _wording(
    text: Text, middle: Text, last: Text, first: Sequence[Change], second: Sequence[Change]
) -> Iterator[Replace | Retitle]:
    before = {clause.id: clause for clause in text.clauses()}
    between = {clause.id for clause in middle.clauses()}
    after = {clause.id: clause for clause in last.clauses()}
    one, other = _edits(first), _edits(second)
    for kind, name, language in dict.fromkeys((*one, *other)):
        place = (kind, name, language)
        if kind == "title":
            base = (text.title if name is None else text.section(name).title).get(language)
            if found := compose_edits(base or "", one.get(place, ()), other.get(place, ())):
                yield Retitle(name, language, base_of(base), found)
        elif name in before and name in between and name in after:
            base = before[name].texts.get(language)
            if found := compose_edits(base or "", one.get(place, ()), other.get(place, ())):
                yield Replace(name, language, base_of(base), found)
    for name in (before.keys() & after.keys()) - between:
        yield from _reworded(before[name], after[name])


def _edits(changes: Sequence[Change]) -> Mapping[_Place, tuple[Edit, ...]]:
    found: dict[_Place, tuple[Edit, ...]] = {}
    for change in changes:
        if isinstance(change, Replace):
            found["clause", change.clause, change.language] = change.edits
        elif isinstance(change, Retitle):
            found["title", change.section, change.language] = change.edits
    return found


def _reworded(before: Clause, after: Clause) -> Iterator[Replace]:
    """Give what makes a clause read as one that is put in its place."""
    for language in {**before.texts, **after.texts}:
        old, new = before.texts.get(language), after.texts.get(language)
        if old != new:
            yield Replace(before.id, language, base_of(old), editing.derive(old or "", new or ""))


# Places


def _structure(text: Text, first: Sequence[Change], second: Sequence[Change], last: Text) -> Iterator[Change]:
    placing = [[c for c in changes if isinstance(c, Insert | Delete | Move)] for changes in (first, second)]
    if all(placing):
        gone = {change.clause for change in placing[0] if isinstance(change, Delete)}
        moved = {change.clause for change in (*placing[0], *placing[1]) if isinstance(change, Move)}
        yield from placements(text, last, moved | gone)
        return
    for change in (*placing[0], *placing[1]):
        match change:
            case Insert(section, after, clause):
                yield Insert(section, after, last.clause(clause.id))
            case Delete(clause_, _):
                yield Delete(clause_, text.clause(clause_).digest)
            case _:
                yield change


def placements(text: Text, last: Text, moved: Iterable[str] | None = None) -> Changes:
    """Return the insertions, deletions and moves that put the clauses of one text where those of another stand.

    Args:
        text: the base.
        last: the clauses to be, in the same sections.
        moved: ids of clauses that may move; the others stand in both texts in the same order. By default, as few
            clauses as possible move.

    """
    before, after = _standing(text), _standing(last)
    order = {clause: rank for rank, clause in enumerate(before)}
    kept = {clause for clause in after if clause in before}
    if moved is None:
        wandering = kept - _staying(before, after, order)
    else:
        wandering = _really_moved(before, after, kept, kept & set(moved))
    found: list[Change] = [Delete(clause.id, clause.digest) for clause in text.clauses() if clause.id not in after]
    for section in last.sections:
        previous: str | None = None
        for clause in section.clauses:
            if clause.id not in before:
                found.append(Insert(section.id, previous, clause))
            elif clause.id in wandering:
                found.append(Move(clause.id, section.id, previous))
            previous = clause.id
    return tuple(found)


def _standing(text: Text) -> dict[str, str]:
    """Return by clause, in order, the section in which it stands."""
    return {clause.id: section.id for section in text.sections for clause in section.clauses}


def _really_moved(before: Mapping[str, str], after: Mapping[str, str], kept: set[str], moved: set[str]) -> set[str]:
    """Leave out clauses that have come back to where they were."""
    wandering = set(moved)
    for clause in [clause for clause in before if clause in moved and before[clause] == after[clause]]:
        here = (kept - wandering) | {clause}
        home = before[clause]
        if [c for c in before if c in here and before[c] == home] == [
            c for c in after if c in here and after[c] == home
        ]:
            wandering.discard(clause)
    return wandering


def _staying(before: Mapping[str, str], after: Mapping[str, str], order: Mapping[str, int]) -> set[str]:
    """Return a largest set of clauses that need not move: of each section a longest run in rising order."""
    runs: dict[str, list[str]] = defaultdict(list)
    for clause, section in after.items():
        if before.get(clause) == section:
            runs[section].append(clause)
    return {clause for run in runs.values() for clause in _rising(run, order)}


def _rising(run: Sequence[str], order: Mapping[str, int]) -> list[str]:
    """Return a longest rising subsequence, by the patience method."""
    ends: list[str] = []
    before: dict[str, str | None] = {}
    for clause in run:
        place = sum(order[end] < order[clause] for end in ends)
        before[clause] = ends[place - 1] if place else None
        ends[place : place + 1] = [clause]
    found: list[str] = []
    at = ends[-1] if ends else None
    while at is not None:
        found.append(at)
        at = before[at]
    return found
