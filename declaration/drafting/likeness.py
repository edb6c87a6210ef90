"""Amendments that want the same, or nearly: shown together, so that a person decides once. Nothing here decides.

Two amendments are *alike* when most of what they take out and put in is the same, at the same places of the same base.
They are the *same* when it is all the same; what they are called, who proposes them and why does not count. Groups are
connected sets, and do not depend on the order in which amendments are given.

Which pairs to compare is found without comparing all of them: two sets that have most of their members in common share
one among the rarest few of each (prefix filtering: Chaudhuri, Ganti, Kaushik, ICDE 2006; Bayardo, Ma, Srikant, WWW
2007).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

from declaration.drafting.amendment import Amendment, Change, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.conflict import Links
from declaration.drafting.edits import Edit
from declaration.drafting.tokens import tokens

ALIKE: Final = 75
"""Per cent of what two amendments change that is the same in both, from which they are shown together."""

_Trait: TypeAlias = tuple[object, ...]
"""One thing that an amendment does: takes out one token, puts one in, deletes, moves; twice the same is two traits."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Amendments that want nearly the same.

    Args:
        amendments: ids in order, at least two.
        percent: how much of what two of them change is the same, where it is least, of the pairs that link the group;
            100 where all of them want exactly the same.

    """

    amendments: tuple[str, ...]
    percent: int

    @property
    def is_same(self) -> bool:
        """Whether all of them want exactly the same."""
        return self.percent == 100


def alike(amendments: Iterable[Amendment], *, percent: int = ALIKE) -> tuple[Likeness, ...]:
    """Return the groups of amendments of one base that want nearly the same, by the first id of each.

    Args:
        amendments: in any order, ids distinct.
        percent: of likeness, from 1 to 100, from which two are put together.

    """
    ordered = sorted(amendments, key=lambda amendment: amendment.id)
    wants = [_Wants.of(amendment.changes) for amendment in ordered]
    links, least = Links(), dict[int, int]()
    found = list(_pairs(wants, percent))
    for one, other, _ in found:
        links.join(one, other)
    members: dict[int, set[int]] = defaultdict(set)
    for one, other, share in found:
        group = links.root(one)
        members[group] |= {one, other}
        least[group] = min(share, least.get(group, 100))
    groups = (
        Likeness(tuple(ordered[number].id for number in sorted(numbers)), least[group])
        for group, numbers in members.items()
    )
    return tuple(sorted(groups, key=lambda group: group.amendments))


def likeness(one: Sequence[Change], other: Sequence[Change]) -> int:
    """Return how much of what two lists of changes of one base do is the same: per cent, 100 only if all of it is."""
    return _Wants.of(one).share(_Wants.of(other))


@dataclass(frozen=True, slots=True)
class _Wants:
    """What an amendment does: bit by bit, to be compared, and as a whole, in which the order of words counts."""

    traits: frozenset[_Trait]
    whole: frozenset[Change | _Trait]

    @classmethod
    def of(cls, changes: Sequence[Change]) -> _Wants:
        return cls(frozenset(_traits(changes)), frozenset(_nameless(change) for change in changes))

    def share(self, other: _Wants) -> int:
        """Return the Dice coefficient in per cent, rounded down: 100 means equal."""
        if self.whole == other.whole:
            return 100
        return min(99, 200 * len(self.traits & other.traits) // (len(self.traits) + len(other.traits)))


def _nameless(change: Change) -> Change | _Trait:
    """Return a change without what is no wish: the id of a new clause."""
    match change:
        case Insert(section, after, clause):
            return (section, after, *sorted(clause.texts.items()))
        case _:
            return change


def _pairs(wants: Sequence[_Wants], percent: int) -> Iterator[tuple[int, int, int]]:
    """Give the pairs that are alike, each once, and how much."""
    same: dict[frozenset[Change | _Trait], list[int]] = defaultdict(list)
    for number, one in enumerate(wants):
        same[one.whole].append(number)
    for numbers in same.values():
        yield from ((numbers[0], other, 100) for other in numbers[1:])
    distinct = [numbers[0] for numbers in same.values()]
    frequent = Counter(chain.from_iterable(wants[number].traits for number in distinct))
    rank = {trait: place for place, (trait, _) in enumerate(reversed(frequent.most_common()))}
    holders: dict[_Trait, list[int]] = defaultdict(list)
    for number in distinct:
        own = wants[number].traits
        # two sets that are alike have at least this many traits in common, so that one of them is among the first
        common = -(-percent * len(own) // (200 - percent))
        rarest = sorted(own, key=rank.__getitem__)[: len(own) - common + 1]
        for other in {holder for trait in rarest for holder in holders[trait]}:
            share = wants[number].share(wants[other])
            if share >= percent:
                yield other, number, share
        for trait in rarest:
            holders[trait].append(number)


def _traits(changes: Iterable[Change]) -> Iterator[_Trait]:
    """Give everything that changes do, each once."""
    for change in changes:
        match change:
            case Replace(clause, language, _, edits):
                yield from _worded(("clause", clause, language), edits)
            case Retitle(section, language, _, edits):
                yield from _worded(("title", section, language), edits)
            case Insert(section, after, clause_):
                yield from _put(section, after, clause_.texts)
            case Delete(clause, _):
                yield ("delete", clause)
            case Move(clause, section, after):
                yield ("move", clause, section, after)


def _worded(place: _Trait, edits: Iterable[Edit]) -> Iterator[_Trait]:
    """Give each token that edits take out, by where it stands, and each that they put in, by where and what it is."""
    for edit in edits:
        old, new = tokens(edit.old), tokens(edit.new)
        for offset in range(len(old)):
            yield (*place, "out", edit.start + offset)
        yield from _counted((*place, "in", edit.start), new)


def _put(section: str, after: str | None, texts: Mapping[str, str]) -> Iterator[_Trait]:
    """Give each token of a new clause, whose id is a name and not a wish."""
    for language, text in texts.items():
        yield from _counted(("insert", section, after, language), tokens(text))


def _counted(place: _Trait, words: Iterable[str]) -> Iterator[_Trait]:
    seen: dict[str, int] = {}
    for word in words:
        seen[word] = number = seen.get(word, 0) + 1
        yield (*place, word, number)
