"""When two changes of one base cannot both be made; the one rule for merging, consolidating and carrying.

Two edits of one text are compatible when they are identical or at least one untouched token lies between them. A title
is one phrase, and nobody is asked to confirm it: only identical changes of it are compatible. A deleted clause
tolerates nothing else about itself, and nothing placed after it. A moved clause may be edited, but not moved
elsewhere, nor have another placed after it. One place takes one new clause. Identical changes are one change: who
deletes or moves a clause in the same way as another has no conflict with what that other places after it, and who
deletes a clause has none with what is placed after it in the very words that this author has placed there too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple, TypeAlias

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Change, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.edits import Edit
from declaration.drafting.reasons import Reason, Side
from declaration.drafting.text import Text
from declaration.drafting.tokens import tokens

NEAR: Final = 5
"""With how many earlier wishes for one thing each wish is compared in words: all pairs of up to six. Of a thousand
amendments to one word, half a million pairs collide; that they form one group follows from far fewer."""
PAIRS: Final = 100
"""Pairs of amendments listed in full where several want the one and several the other."""

Conflict: TypeAlias = tuple[int, int, Reason]
"""The numbers of two lists, the smaller first, and why they conflict."""


class _Wish(NamedTuple):
    """One amendment's claim on one thing; equal wishes have equal keys."""

    owner: int
    value: Edit | Change
    key: Hashable


_Group: TypeAlias = "list[_Wish]"
"""Equal wishes of several amendments."""


class Links:
    """Which amendments hang together by conflicts, directly or through others (a disjoint-set forest)."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def root(self, number: int) -> int:
        """Return the smallest number that hangs together with this one."""
        parent = self._parent
        while (above := parent.get(number, number)) != number:
            parent[number] = parent.get(above, above)
            number = above
        return number

    def join(self, one: int, other: int) -> bool:
        """Link two; return whether they did not hang together before."""
        low, high = self.root(one), self.root(other)
        if low == high:
            return False
        self._parent[max(low, high)] = min(low, high)
        return True


def conflicts(text: Text, lists: Sequence[Sequence[Change]], names: Sequence[str | None]) -> Iterator[Conflict]:
    """Give the conflicts between changes of different lists: all of them between two lists, else enough to group them.

    Every list that conflicts with another is in a conflict given, and lists that hang together by all conflicts hang
    together by those given; see `NEAR` and `PAIRS`.

    Args:
        text: the base to which all lists refer, each of which applies to it.
        lists: one list of changes an amendment.
        names: the amendments' ids, for the reasons.

    Yields:
        The numbers of two lists, the smaller first, and why they conflict.

    """
    claims = _Claims(lists)
    for place, wishes in claims.edits.items():
        yield from _overlaps(text, place, wishes, names)
    for title, wishes in claims.titles.items():
        yield from _titles(text, title, wishes, names)
    for clause, deletions in claims.deleted.items():
        rivals = [*claims.touched.get(clause, ()), *claims.moved.get(clause, ()), *claims.anchored.get(clause, ())]
        yield from _reasons(text, "deleted", _between(deletions, rivals, claims.keys), names)
    for clause, moves in claims.moved.items():
        yield from _reasons(text, "moved", _among(moves), names)
        rivals = _not_of(moves, claims.anchored.get(clause, ()), claims.keys)
        yield from _reasons(text, "moved", _pairs(moves, rivals), names)
    for placed in claims.places.values():
        yield from _reasons(text, "place", _among(placed), names)
    for inserted in claims.ids.values():
        yield from _reasons(text, "id", _among(inserted), names)


class _Claims:
    """Who wants what of each thing, so that only changes of the same thing are compared."""

    def __init__(self, lists: Sequence[Sequence[Change]]) -> None:
        self.keys: list[set[Hashable]] = []
        self.edits: dict[tuple[str, str], list[_Wish]] = defaultdict(list)
        self.titles: dict[tuple[str | None, str], list[_Wish]] = defaultdict(list)
        self.touched: dict[str, list[_Wish]] = defaultdict(list)
        self.deleted: dict[str, list[_Wish]] = defaultdict(list)
        self.moved: dict[str, list[_Wish]] = defaultdict(list)
        self.anchored: dict[str, list[_Wish]] = defaultdict(list)
        self.places: dict[tuple[str, str | None], list[_Wish]] = defaultdict(list)
        self.ids: dict[str, list[_Wish]] = defaultdict(list)
        for owner, changes in enumerate(lists):
            wishes = [_Wish(owner, change, _key(change)) for change in changes]
            self.keys.append({wish.key for wish in wishes})
            for wish in wishes:
                self._claim(wish)

    def _claim(self, wish: _Wish) -> None:
        match wish.value:
            case Replace(clause, language, _, edits):
                self.edits[clause, language] += [_Wish(wish.owner, edit, edit) for edit in edits]
                self.touched[clause].append(wish)
            case Retitle(section, language, _, _):
                self.titles[section, language].append(wish)
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


def _key(change: Change) -> Hashable:
    if isinstance(change, Insert):
        return ("insert", change.section, change.after, change.clause.id, change.clause.digest)
    return change


def _grouped(wishes: Iterable[_Wish]) -> list[_Group]:
    groups: dict[Hashable, _Group] = {}
    for wish in wishes:
        groups.setdefault(wish.key, []).append(wish)
    return list(groups.values())


def _overlaps(
    text: Text, place: tuple[str, str], wishes: list[_Wish], names: Sequence[str | None]
) -> Iterator[Conflict]:
    """Sweep over the edits of one text, comparing each with those that reach furthest.

    If it touches any of those before it, it touches the one that reaches furthest; and all that touch it hang together
    already, since they touch each other there.
    """
    if len({wish.owner for wish in wishes}) < 2:
        return
    clause, language = place
    before = tokens(text.clause(clause).texts.get(language, ""))
    reaching: list[_Group] = []
    for group in _grouped(sorted(wishes, key=lambda wish: (_edit(wish), wish.owner))):
        edit = _edit(group[0])
        for earlier in reaching:
            if not _edit(earlier[0]).fits_beside(edit):
                for one, other in _pairs(earlier, group):
                    first, last = min(_edit(one).start, edit.start), max(_edit(one).end, edit.end)
                    sides = [Side(names[w.owner], _read(before, first, last, _edit(w))) for w in (one, other)]
                    base = "".join(before[first:last])
                    yield one.owner, other.owner, Reason("overlap", clause, None, language, base, (sides[0], sides[1]))
        reaching = sorted((*reaching, group), key=lambda g: _edit(g[0]).end)[-NEAR:]


def _edit(wish: _Wish) -> Edit:
    assert isinstance(wish.value, Edit)
    return wish.value


def _read(before: Sequence[str], first: int, last: int, edit: Edit) -> str:
    """Return how a passage reads after one edit."""
    return "".join((*before[first : edit.start], edit.new, *before[edit.end : last]))


def _titles(
    text: Text, place: tuple[str | None, str], wishes: list[_Wish], names: Sequence[str | None]
) -> Iterator[Conflict]:
    section, language = place
    for one, other in _among(wishes):
        base = (text.title if section is None else text.section(section).title).get(language, "")
        sides = [
            Side(names[wish.owner], editing.apply(base, wish.value.edits))
            for wish in (one, other)
            if isinstance(wish.value, Retitle)
        ]
        yield one.owner, other.owner, Reason("title", None, section, language, base, (sides[0], sides[1]))


def _among(wishes: Iterable[_Wish]) -> Iterator[tuple[_Wish, _Wish]]:
    """Give pairs of different wishes for one thing that only one can have."""
    groups = _grouped(wishes)
    for number, group in enumerate(groups):
        for earlier in groups[max(0, number - NEAR) : number]:
            yield from _pairs(earlier, group)


def _pairs(some: _Group, others: _Group) -> Iterator[tuple[_Wish, _Wish]]:
    """Give every pair, or of many those with the first on either side; the smaller owner comes first."""
    few = len(some) * len(others) <= PAIRS
    for one in some:
        for other in others if few or one is some[0] else others[:1]:
            if one.owner != other.owner:
                yield (one, other) if one.owner < other.owner else (other, one)


def _between(
    deletions: Sequence[_Wish], others: Sequence[_Wish], keys: Sequence[set[Hashable]]
) -> Iterator[tuple[_Wish, _Wish]]:
    """Give pairs of a deletion and something that it excludes, unless one of the two authors wants both."""
    rivals = _not_of(deletions, others, keys)
    wanted = {wish.key for wish in rivals}
    yield from _pairs([wish for wish in deletions if keys[wish.owner].isdisjoint(wanted)], rivals)
    links = Links()
    few = len(deletions) * len(rivals) <= PAIRS
    for one, other in product([wish for wish in deletions if not keys[wish.owner].isdisjoint(wanted)], rivals):
        if other.key not in keys[one.owner] and (links.join(one.owner, other.owner) or few):
            yield (one, other) if one.owner < other.owner else (other, one)


def _not_of(some: Sequence[_Wish], others: Sequence[_Wish], keys: Sequence[set[Hashable]]) -> list[_Wish]:
    """Leave out wishes of amendments that share one of some others."""
    ours = {wish.key for wish in some}
    return [wish for wish in others if keys[wish.owner].isdisjoint(ours)]


def _reasons(
    text: Text, code: str, pairs: Iterable[tuple[_Wish, _Wish]], names: Sequence[str | None]
) -> Iterator[Conflict]:
    for one, other in pairs:
        changes = (one.value, other.value)
        subject = next((c for c in changes if isinstance(c, Delete | Move)), changes[0])
        placed = next((c for c in changes if isinstance(c, Insert | Move)), None)
        reason = Reason(
            code,
            None if code == "place" else _clause_of(subject),
            placed.section if placed else None,
            next((c.language for c in changes if isinstance(c, Replace)), None),
            "".join(_base(text, c) for c in changes if isinstance(c, Replace)),
            (Side(names[one.owner], _in_words(one.value)), Side(names[other.owner], _in_words(other.value))),
        )
        yield one.owner, other.owner, reason


def _base(text: Text, change: Replace) -> str:
    return text.clause(change.clause).texts.get(change.language, "")


def _clause_of(change: Edit | Change) -> str | None:
    if isinstance(change, Insert):
        return change.clause.id
    return change.clause if isinstance(change, Replace | Delete | Move) else None


def _in_words(change: Edit | Change) -> str:
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
