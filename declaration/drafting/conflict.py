"""When two changes of one base cannot both be made, and why; the one rule for merging, consolidating and carrying.

Two edits of one text are compatible when they are identical or at least one untouched token lies between them. A
deleted clause tolerates nothing else about itself, and nothing placed after it. A moved clause may be edited, but not
moved elsewhere, nor have another placed after it. One place takes one new clause. Identical changes are one change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from declaration.drafting.amendment import Change, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.edits import Edit
from declaration.drafting.text import Text


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: which amendment (None for what is adopted already), and what it wants the passage to read."""

    amendment: str | None
    wants: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two changes cannot both be made.

    Args:
        code: ``overlap``, ``deleted``, ``moved``, ``place`` or ``id``.
        clause: the clause it is about; None for a title.
        section: the section, where it is about a title or a place.
        language: for texts.
        base: the passage as it reads in the base.
        sides: the two wishes.

    """

    code: str
    clause: str | None
    section: str | None
    language: str | None
    base: str
    sides: tuple[Side, Side]

    @property
    def sentence(self) -> str:
        """The reason in one plain English sentence."""
        where = f"clause {self.clause}" if self.clause else f"the title of {self.section or 'the declaration'}"
        if self.language:
            where += f" ({self.language})"
        who = " and ".join(side.amendment or "the adopted text" for side in self.sides)
        match self.code:
            case "overlap":
                one, other = self.sides
                return f"{who} change the same passage of {where}: “{one.wants}” or “{other.wants}”."
            case "deleted":
                return f"{who} disagree about {where}: one deletes it, the other needs it."
            case "moved":
                return f"{who} disagree about where {where} stands."
            case "place":
                return f"{who} each place a clause at the same point of section {self.section}."
            case _:
                return f"{who} each insert a clause with the id {self.clause}."


class _Wish(NamedTuple):
    """One amendment's claim on one thing."""

    owner: int
    value: Edit | Change


Claims: TypeAlias = "dict[Hashable, list[_Wish]]"


def conflicts(
    text: Text, lists: Sequence[Sequence[Change]], names: Sequence[str | None]
) -> Iterator[tuple[int, int, Reason]]:
    """Give every conflict between changes of different lists.

    Args:
        text: the base to which all lists refer.
        lists: one list of changes an amendment.
        names: the amendments' ids, for the reasons.

    Yields:
        The numbers of two lists, the smaller first, and why they conflict.

    """
    claims = _Claims(lists)
    for place, wishes in claims.edits.items():
        for one, other in _overlapping(wishes):
            yield _pair(one.owner, other.owner, _overlap(text, place, one, other, names))
    for clause, deletions in claims.deleted.items():
        rivals = [*claims.touched.get(clause, ()), *claims.moved.get(clause, ()), *claims.anchored.get(clause, ())]
        yield from _between(deletions, rivals, "deleted", names, lists)
    for clause, moves in claims.moved.items():
        yield from _among(moves, "moved", names)
        yield from _between(moves, claims.anchored.get(clause, ()), "moved", names, lists)
    for placed in claims.places.values():
        yield from _among(placed, "place", names)
    for inserted in claims.ids.values():
        yield from _among(inserted, "id", names)


class _Claims:
    """Who wants what of each thing, so that only changes of the same thing are compared."""

    def __init__(self, lists: Sequence[Sequence[Change]]) -> None:
        self.edits: dict[tuple[str, str | None, str], list[_Wish]] = defaultdict(list)
        self.touched: dict[str, list[_Wish]] = defaultdict(list)
        self.deleted: dict[str, list[_Wish]] = defaultdict(list)
        self.moved: dict[str, list[_Wish]] = defaultdict(list)
        self.anchored: dict[str, list[_Wish]] = defaultdict(list)
        self.places: dict[tuple[str, str | None], list[_Wish]] = defaultdict(list)
        self.ids: dict[str, list[_Wish]] = defaultdict(list)
        for owner, changes in enumerate(lists):
            for change in changes:
                self._claim(owner, change)

    def _claim(self, owner: int, change: Change) -> None:
        wish = _Wish(owner, change)
        match change:
            case Replace(clause, language, _, edits):
                self.edits["clause", clause, language] += [_Wish(owner, edit) for edit in edits]
                self.touched[clause].append(wish)
            case Retitle(section, language, _, edits):
                self.edits["title", section, language] += [_Wish(owner, edit) for edit in edits]
            case Delete(clause, _):
                self.deleted[clause].append(wish)
            case Move(clause, section_, after):
                self.moved[clause].append(wish)
                self._claim_place(section_, after, wish)
            case Insert(section_, after, clause_):
                self.ids[clause_.id.lower()].append(wish)
                self._claim_place(section_, after, wish)

    def _claim_place(self, section: str, after: str | None, wish: _Wish) -> None:
        self.places[section, after].append(wish)
        if after is not None:
            self.anchored[after].append(wish)


def _overlapping(wishes: list[_Wish]) -> Iterator[tuple[_Wish, _Wish]]:
    """Sweep over the edits of one text; only those that reach each other are compared."""
    active: list[_Wish] = []
    for wish in sorted(wishes, key=lambda w: (w.value, w.owner)):
        edit = _edit(wish)
        active = [earlier for earlier in active if _edit(earlier).end >= edit.start]
        for earlier in active:
            if earlier.owner != wish.owner and not _edit(earlier).fits_beside(edit):
                yield earlier, wish
        active.append(wish)


def _edit(wish: _Wish) -> Edit:
    assert isinstance(wish.value, Edit)
    return wish.value


def _overlap(
    text: Text, place: tuple[str, str | None, str], one: _Wish, other: _Wish, names: Sequence[str | None]
) -> Reason:
    kind, where, language = place
    section = where if kind == "title" else None
    clause = where if kind == "clause" else None
    if clause is not None:
        base = text.clause(clause).texts.get(language, "")
    else:
        base = (text.title if section is None else text.section(section).title).get(language, "")
    sides = tuple(Side(names[wish.owner], _edit(wish).new) for wish in _ordered(one, other))
    return Reason("overlap", clause, section, language, base, (sides[0], sides[1]))


def _ordered(one: _Wish, other: _Wish) -> tuple[_Wish, _Wish]:
    return (one, other) if one.owner <= other.owner else (other, one)


def _between(
    some: Iterable[_Wish],
    others: Iterable[_Wish],
    code: str,
    names: Sequence[str | None],
    lists: Sequence[Sequence[Change]],
) -> Iterator[tuple[int, int, Reason]]:
    """Give the conflicts of one kind of change with others; who wants both wants no conflict."""
    others = list(others)
    for one in some:
        for other in others:
            wants_both = other.value in lists[one.owner] or one.value in lists[other.owner]
            if one.owner != other.owner and not wants_both:
                yield _pair(one.owner, other.owner, _reason(code, one, other, names))


def _among(wishes: Sequence[_Wish], code: str, names: Sequence[str | None]) -> Iterator[tuple[int, int, Reason]]:
    for number, one in enumerate(wishes):
        for other in wishes[number + 1 :]:
            if one.owner != other.owner and one.value != other.value:
                yield _pair(one.owner, other.owner, _reason(code, one, other, names))


def _reason(code: str, one: _Wish, other: _Wish, names: Sequence[str | None]) -> Reason:
    one, other = _ordered(one, other)
    changes = [wish.value for wish in (one, other)]
    sides = (Side(names[one.owner], _wish_in_words(one.value)), Side(names[other.owner], _wish_in_words(other.value)))
    placed = next((change for change in changes if isinstance(change, Insert | Move)), None)
    clause = _clause_of(changes[0]) if code != "place" else None
    for change in changes:
        if isinstance(change, Delete | Move) and code in {"deleted", "moved"}:
            clause = change.clause
            break
    return Reason(code, clause, placed.section if placed else None, None, "", sides)


def _clause_of(change: Edit | Change) -> str | None:
    if isinstance(change, Insert):
        return change.clause.id
    return change.clause if isinstance(change, Replace | Delete | Move) else None


def _wish_in_words(change: Edit | Change) -> str:
    match change:
        case Delete(clause, _):
            return f"delete {clause}"
        case Move(clause, section, after):
            return f"move {clause} to {section}, " + (f"after {after}" if after else "first")
        case Insert(section, after, clause_):
            return f"insert {clause_.id} into {section}, " + (f"after {after}" if after else "first")
        case Replace(_, _, _, edits) | Retitle(_, _, _, edits):
            return " … ".join(edit.new for edit in edits)
        case Edit(_, _, _, new):
            return new


def _pair(one: int, other: int, reason: Reason) -> tuple[int, int, Reason]:
    return (one, other, reason) if one < other else (other, one, reason)
