"""Consolidating many amendments of one version: what fits together is merged, the rest stands in conflict groups.

The result never depends on the order in which amendments are given. An amendment is adopted whole or not at all, so a
conflict in one clause puts the whole amendment into a group. What several amendments did to one clause is *proposed*:
a person reads the merged clause before it is adopted ("may" to "may not" in one place and "subject to" to "without"
in another merge cleanly, and mean something nobody wrote).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Amendment, Change, Changes, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.composition import collisions, unfit, union
from declaration.drafting.conflict import Conflict, Links, conflicts
from declaration.drafting.reasons import THIS, Reason, between
from declaration.drafting.sequence import compose
from declaration.drafting.text import Text, base_of
from declaration.errors import DeclarationError, InputRefused

MAX_REASONS: Final = 100
"""Reasons given why one amendment cannot be carried; a person has read enough by then, and the record holds each."""


@dataclass(frozen=True, slots=True)
class ConflictGroup:
    """Amendments that cannot all be adopted: ids in order, and why, each of them being in at least one reason."""

    amendments: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Many amendments as one proposal.

    Args:
        changes: of all amendments that fit together, each once.
        text: the base after `changes`.
        merged: ids of these amendments.
        groups: the others.
        to_confirm: clauses that more than one merged amendment changed, for a person to read.

    """

    changes: Changes
    text: Text
    merged: tuple[str, ...]
    groups: tuple[ConflictGroup, ...]
    to_confirm: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """An open amendment's changes, rewritten for the new version; empty when all of them are done already."""

    changes: Changes


@dataclass(frozen=True, slots=True)
class CarryConflict:
    """Why an open amendment cannot be carried; its own changes stay as they are, on their base."""

    reasons: tuple[Reason, ...]


def consolidate(text: Text, amendments: Iterable[Amendment]) -> Consolidation:
    """Merge all amendments of a base that fit together, each amendment to an amendment with the one that it amends.

    Args:
        text: the base to which every amendment refers.
        amendments: in any order, ids distinct; with one that amends another, that other.

    Raises:
        InputRefused: ``amendment.doubled``; ``amendment.parent``, one amends an amendment that is not there.
        DeclarationError: as `apply`, where an amendment does not apply to the base even alone.

    """
    field = _Field(text, sorted(amendments, key=lambda amendment: amendment.id))
    found = [*conflicts(text, field.lists, field.names), *alternatives(field.ordered)]
    while True:
        fitting = field.fitting(found)
        changes = union(text, fitting)
        try:
            result = apply(text, changes)
        except DeclarationError:
            more = list(unfit(text, fitting, field.names))
            if not more:  # an amendment does not apply even alone
                raise
        else:
            carried, more = field.carried(found, changes, result)
            if not more:
                break
        found += more
    if then := union(result, list(carried.values())):
        changes, result = compose(text, changes, then), apply(result, then)
    found += field.waiting(found)
    hands = [carried.get(number, own) for number, own in enumerate(fitting)]
    return Consolidation(
        changes=changes,
        text=result,
        merged=tuple(name for number, name in enumerate(field.names) if fitting[number] or number in carried),
        groups=_groups(field.names, found),
        to_confirm=touched_by_several((text, result), hands, field.parents),
    )


def alternatives(amendments: Sequence[Amendment]) -> Iterator[Conflict]:
    """Give the conflicts of amendments that are alternatives of each other, whatever they change."""
    first: dict[str, int] = {}
    for number, amendment in sorted(enumerate(amendments), key=lambda item: item[1].alternative is not None):
        group = amendment.alternative or amendment.id
        known = first.setdefault(group, number)
        if known != number:
            one, other = sorted((known, number))
            yield one, other, between("alternatives", amendments[one].id, amendments[other].id)


class _Field:
    """Amendments by number, and which of them amend which."""

    def __init__(self, text: Text, ordered: Sequence[Amendment]) -> None:
        self.ordered = ordered
        self.names = [amendment.id for amendment in ordered]
        number = {name: place for place, name in enumerate(self.names)}
        if len(number) != len(ordered):
            raise InputRefused("amendment.doubled", "An amendment is given twice.", hint="Give each amendment once.")
        for amendment in ordered:
            if amendment.amends is not None and amendment.amends not in number:
                raise InputRefused(
                    "amendment.parent",
                    f"The amendment {amendment.id} amends {amendment.amends}, which is not among these.",
                    hint="Give an amendment together with the one that it amends.",
                )
        self.parents = {number[a.id]: number[a.amends] for a in ordered if a.amends is not None}
        self.lists: list[Changes] = [() if a.amends else a.changes for a in ordered]
        """Changes of the text itself."""
        self._text = text
        self._made: dict[int, Text] = {}

    def fitting(self, found: Sequence[Conflict]) -> list[Changes]:
        """Return the lists of those that no conflict contests."""
        contested = _contested(found)
        return [() if number in contested else own for number, own in enumerate(self.lists)]

    def carried(
        self, found: Sequence[Conflict], changes: Changes, result: Text
    ) -> tuple[dict[int, Changes], list[Conflict]]:
        """Carry what amends uncontested amendments to the text that all of these make.

        Args:
            found: the conflicts known so far.
            changes: of the uncontested amendments of the text itself.
            result: what they make of it.

        Returns:
            By number what is carried, empty where all of it is done already; and conflicts not known so far.

        """
        contested = _contested(found)
        lists: dict[int, Changes] = {}
        near = _Near(changes)
        more: list[Conflict] = []
        for child, parent in self.parents.items():
            if child in contested or parent in contested:
                continue
            over = self._over(parent)
            left = carry(near(self.ordered[child].changes), self.lists[parent], self._text, over)
            assert isinstance(left, Carried)  # they fit together
            own = carry(self.ordered[child].changes, left.changes, over, result)
            if isinstance(own, Carried):
                lists[child] = own.changes
            else:
                more += self._against(child, parent, contested, own.reasons)
        if lists and not more:
            more = collisions(result, [lists.get(number, ()) for number in range(len(self.names))], self.names)
        return lists, more

    def _against(self, child: int, parent: int, contested: set[int], reasons: Sequence[Reason]) -> Iterator[Conflict]:
        """Give whom an amendment of an amendment collides with among those that fit: one by one, or with all."""
        changes, over = self.ordered[child].changes, self._over(parent)
        things = {thing for change in changes for thing in _things(change)}
        rivals: dict[int, Changes] = {}
        for other, own in enumerate(self.lists):
            if other == parent or other in contested or things.isdisjoint(t for change in own for t in _things(change)):
                continue
            seen = carry(own, self.lists[parent], self._text, over)
            assert isinstance(seen, Carried)
            rivals[other] = seen.changes
        alone = False
        for other, seen_ in rivals.items():
            one, last = sorted((other, child))
            lists = [changes, seen_] if one == child else [seen_, changes]
            for _, _, reason in collisions(over, lists, [self.names[one], self.names[last]]):
                alone = True
                yield one, last, reason
        if not alone:  # only what they make together leaves no text
            for other in rivals:
                one, last = sorted((other, child))
                yield one, last, replace(reasons[0], sides=between("", self.names[one], self.names[last]).sides)

    def _over(self, parent: int) -> Text:
        """Return the text as an amendment of it makes it."""
        if parent not in self._made:
            self._made[parent] = apply(self._text, self.lists[parent])
        return self._made[parent]

    def waiting(self, found: Sequence[Conflict]) -> Iterator[Conflict]:
        """Give those whose fate hangs on a contested amendment that they amend."""
        contested = _contested(found)
        for child, parent in self.parents.items():
            if parent in contested:
                one, other = sorted((child, parent))
                yield one, other, between("parent", self.names[parent], self.names[child])


class _Near:
    """Of many changes, those that bear on others: everything that places clauses, and of texts few."""

    def __init__(self, changes: Changes) -> None:
        self._placing = [change for change in changes if not isinstance(change, Replace | Retitle)]
        self._texts: dict[Hashable, list[Change]] = defaultdict(list)
        for change in changes:
            if isinstance(change, Replace | Retitle):
                for thing in _things(change):
                    self._texts[thing].append(change)

    def __call__(self, changes: Sequence[Change]) -> Changes:
        things = dict.fromkeys(thing for change in changes for thing in _things(change))
        return (*(change for thing in things for change in self._texts.get(thing, ())), *self._placing)


def _things(change: Change) -> Iterator[Hashable]:
    """Give what a change is about: two changes that share nothing of it never exclude each other."""
    match change:
        case Retitle(section, language, _, _):
            yield "title", section, language
        case Insert(section, after, clause):
            yield from (clause.id, after or ("first", section))
        case Move(clause_, section, after):
            yield from (clause_, after or ("first", section))
        case Replace(clause_) | Delete(clause_):
            yield clause_


def _contested(found: Sequence[Conflict]) -> set[int]:
    return {number for one, other, _ in found for number in (one, other)}


def merge(text: Text, one: Sequence[Change], other: Sequence[Change]) -> Carried | CarryConflict:
    """Merge two lists of changes of one base: the changes of both, or why not."""
    if found := collisions(text, [one, other], ["one", "other"]):
        return _conflict(found)
    return Carried(union(text, [one, other]))


def carry(changes: Sequence[Change], applied: Sequence[Change], old: Text, new: Text) -> Carried | CarryConflict:
    """Carry an open amendment from one version to the next, by positions, without comparing texts.

    Carried changes make of `new` what both lists together make of `old`.

    Args:
        changes: of the open amendment, which apply to `old`.
        applied: what was adopted, on `old`.
        old: the version before.
        new: ``apply(old, applied)``.

    """
    near = _near(changes, applied)
    if found := collisions(old, [near, changes], [None, THIS]):
        return _conflict(found)
    done = {key_of(change): change for change in near}
    carried: list[Change] = []
    for change in changes:
        match change:
            case Replace(clause, language, base, edits) if (a := done.get(key_of(change))) is not None:
                left = editing.shift(edits, a.edits if isinstance(a, Replace) else ())
                base = base_of(new.clause(clause).texts.get(language))
                if left:
                    carried.append(Replace(clause, language, base, left))
            case Retitle() | Delete() | Move() | Insert() if done.get(key_of(change)) == change:
                continue  # adopted already, in the same words
            case _:
                carried.append(change)
    gone = {change.clause for change in applied if isinstance(change, Delete)}
    if any(isinstance(change, Insert | Move) and change.after in gone for change in carried):
        carried = _anchored_anew(carried, apply(old, union(old, [applied, changes])))
    return Carried(tuple(carried))


def _near(changes: Sequence[Change], applied: Sequence[Change]) -> list[Change]:
    """Leave out what was adopted in other texts and titles: of a large adoption, most."""
    clauses = {change.clause for change in changes if isinstance(change, Replace | Delete)}
    titles = {key_of(change) for change in changes if isinstance(change, Retitle)}
    return [
        change
        for change in applied
        if not isinstance(change, Replace | Retitle)
        or (change.clause in clauses if isinstance(change, Replace) else key_of(change) in titles)
    ]


def _anchored_anew(changes: Sequence[Change], result: Text) -> list[Change]:
    """Place clauses after those that they follow in the result: their own anchors are gone."""
    before: dict[str, str | None] = {}
    for section in result.sections:
        last = None
        for clause in section.clauses:
            before[clause.id] = last
            last = clause.id
    return [
        replace(change, after=before[change.clause.id if isinstance(change, Insert) else change.clause])
        if isinstance(change, Insert | Move)
        else change
        for change in changes
    ]


def _conflict(found: Sequence[Conflict]) -> CarryConflict:
    return CarryConflict(tuple(reason for _, _, reason in found[:MAX_REASONS]))


def key_of(change: Change) -> tuple[str, str | None, str | None]:
    """Return what a change is about: two lists that share none of it want nothing of the same thing."""
    match change:
        case Replace(clause, language, _, _):
            return ("replace", clause, language)
        case Retitle(section, language, _, _):
            return ("retitle", section, language)
        case Insert(_, _, clause_):
            return ("insert", clause_.id.lower(), None)
        case Delete(clause, _):
            return ("delete", clause, None)
        case Move(clause, _, _):
            return ("move", clause, None)


def touched_by_several(
    texts: Sequence[Text], lists: Sequence[Sequence[Change]], parents: Mapping[int, int]
) -> tuple[str, ...]:
    """Return the clauses that several hands touched; who amends another's words has read them, and is one with it.

    Args:
        texts: before and after.
        lists: of changes, one a hand.
        parents: by number of a list the number of the one that it amends.

    """
    touching: dict[str, set[int]] = defaultdict(set)
    for number, changes in enumerate(lists):
        for change in changes:
            if isinstance(change, Replace | Move):
                touching[change.clause].add(number)
    order = dict.fromkeys(clause.id for text in texts for clause in text.clauses())
    standing = {clause.id for clause in texts[-1].clauses()}
    return tuple(clause for clause in order if clause in standing and _several(touching.get(clause, set()), parents))


def _several(hands: set[int], parents: Mapping[int, int]) -> bool:
    return len(hands) > 1 and not any(hands == {child, parents[child]} for child in hands if child in parents)


def _groups(names: Sequence[str], found: Sequence[Conflict]) -> tuple[ConflictGroup, ...]:
    """Return the connected components of the conflicts."""
    links = Links()
    for one, other, _ in found:
        links.join(one, other)
    members: dict[int, set[int]] = defaultdict(set)
    reasons: dict[int, list[Conflict]] = defaultdict(list)
    for one, other, reason in found:
        members[links.root(one)] |= {one, other}
        reasons[links.root(one)].append((one, other, reason))
    return tuple(
        ConflictGroup(
            tuple(names[number] for number in sorted(members[group])),
            tuple(reason for _, _, reason in sorted(reasons[group], key=lambda conflict: conflict[:2])),
        )
        for group in sorted(members)
    )
