"""Consolidating many amendments of one version: what fits together is merged, the rest stands in conflict groups.

The result never depends on the order in which amendments are given. An amendment is adopted whole or not at all, so a
conflict in one clause puts the whole amendment into a group. What several amendments did to one clause is *proposed*:
a person reads the merged clause before it is adopted ("may" to "may not" in one place and "subject to" to "without"
in another merge cleanly, and mean something nobody wrote).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Amendment, Change, Changes, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.composition import collisions, unfit, union
from declaration.drafting.conflict import Conflict, Links, conflicts
from declaration.drafting.reasons import THIS, Reason
from declaration.drafting.text import Text, base_of
from declaration.errors import DeclarationError, InputRefused, StateConflict

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
    """Merge all amendments of a base that fit together.

    Args:
        text: the base to which every amendment refers.
        amendments: in any order, ids distinct.

    Raises:
        InputRefused: ``amendment.doubled``.
        DeclarationError: as `apply`, where an amendment does not apply to the base even alone.

    """
    ordered = sorted(amendments, key=lambda amendment: amendment.id)
    names = [amendment.id for amendment in ordered]
    if len(set(names)) != len(names):
        raise InputRefused("amendment.doubled", "An amendment is given twice.", hint="Give each amendment once.")
    lists = [amendment.changes for amendment in ordered]
    found = list(conflicts(text, lists, names))
    while True:
        fitting = _without_contested(lists, found)
        changes = union(text, fitting)
        try:
            result = apply(text, changes)
            break
        except DeclarationError:
            more = list(unfit(text, fitting, names))
            if not more:  # an amendment does not apply even alone
                raise
            found += more
    return Consolidation(
        changes=changes,
        text=result,
        merged=tuple(name for name, own in zip(names, fitting, strict=True) if own),
        groups=_groups(names, found),
        to_confirm=_touched_twice(text, fitting),
    )


def _without_contested(lists: Sequence[Changes], found: Sequence[Conflict]) -> list[Changes]:
    contested = {number for one, other, _ in found for number in (one, other)}
    return [() if number in contested else own for number, own in enumerate(lists)]


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
    done = {_key(change): change for change in near}
    carried: list[Change] = []
    for change in changes:
        match change:
            case Replace(clause, language, base, edits) if (a := done.get(_key(change))) is not None:
                left = editing.shift(edits, a.edits if isinstance(a, Replace) else ())
                base = base_of(new.clause(clause).texts.get(language))
                if left:
                    carried.append(Replace(clause, language, base, left))
            case Retitle() | Delete() | Move() | Insert() if done.get(_key(change)) == change:
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
    titles = {_key(change) for change in changes if isinstance(change, Retitle)}
    return [
        change
        for change in applied
        if not isinstance(change, Replace | Retitle)
        or (change.clause in clauses if isinstance(change, Replace) else _key(change) in titles)
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


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a decision changes, and the clauses that more than one hand touched, for a person to read."""

    changes: Changes
    to_confirm: tuple[str, ...]


def decide(
    text: Text,
    adopted: Sequence[Amendment],
    modified: Sequence[Amendment] = (),
    words: Sequence[Replace | Retitle] = (),
) -> Adoption:
    """Return the changes that adopt several amendments together, with the depositary's own words where given.

    Args:
        text: the base to which all refer.
        adopted: amendments adopted as they are.
        modified: amendments adopted as modified: where `words` speaks, they are silent; a clause for which it gives
            words stands.
        words: the depositary's own changes of texts and titles, which settle the conflicts.

    Raises:
        StateConflict: ``merge.unresolved``, they still collide; the message names the first place. ``merge.words``, an
            amendment adopted as it is would change the words that the depositary gives.

    """
    settled = {_key(change) for change in words}
    settled |= {("delete", change.clause, None) for change in words if isinstance(change, Replace)}
    lists = [
        *(amendment.changes for amendment in adopted),
        *(tuple(c for c in amendment.changes if _key(c) not in settled) for amendment in modified),
        tuple(words),
    ]
    names = [*(a.id for a in adopted), *(a.id for a in modified), "the depositary"]
    if found := collisions(text, lists, names):
        raise StateConflict(
            "merge.unresolved",
            f"{len(found)} conflicts are left. The first: {found[0][2].sentence}",
            hint="Give the words that shall stand there, or leave one of the amendments out.",
        )
    changes = union(text, lists)
    for change in words:
        if change not in changes:
            raise StateConflict(
                "merge.words",
                f"An amendment adopted as it is changes {_place(change)} too, for which other words are given.",
                hint="Adopt it as modified, or leave the words out.",
            )
    return Adoption(changes, _touched_twice(text, lists))


def _place(change: Replace | Retitle) -> str:
    if isinstance(change, Replace):
        return f"clause {change.clause} ({change.language})"
    return f"the title of {change.section or 'the declaration'} ({change.language})"


def _key(change: Change) -> tuple[str, str | None, str | None]:
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


def _touched_twice(text: Text, lists: Sequence[Sequence[Change]]) -> tuple[str, ...]:
    touching: dict[str, set[int]] = defaultdict(set)
    for number, changes in enumerate(lists):
        for change in changes:
            if isinstance(change, Replace | Move):
                touching[change.clause].add(number)
    return tuple(clause.id for clause in text.clauses() if len(touching.get(clause.id, ())) > 1)


def _groups(names: Sequence[str], found: Sequence[tuple[int, int, Reason]]) -> tuple[ConflictGroup, ...]:
    """Return the connected components of the conflicts."""
    links = Links()
    for one, other, _ in found:
        links.join(one, other)
    members: dict[int, set[int]] = defaultdict(set)
    reasons: dict[int, list[tuple[int, int, Reason]]] = defaultdict(list)
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
