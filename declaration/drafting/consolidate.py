"""Consolidating many amendments of one version: what fits together is merged, the rest stands in conflict groups.

The result never depends on the order in which amendments are given. An amendment is adopted whole or not at all, so a
conflict in one clause puts the whole amendment into a group. What several amendments did to one clause is *proposed*:
a person reads the merged clause before it is adopted ("may" to "may not" in one place and "subject to" to "without"
in another merge cleanly, and mean something nobody wrote).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Amendment, Change, Changes, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.conflict import Reason, conflicts
from declaration.drafting.derive import base_of
from declaration.drafting.edits import Edit
from declaration.drafting.text import Text
from declaration.drafting.tokens import tokens
from declaration.errors import InputRefused, StateConflict


@dataclass(frozen=True, slots=True)
class ConflictGroup:
    """Amendments that cannot all be adopted: ids in order, and why each pair of them conflicts."""

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
        InputRefused: ``amendment.doubled``; or an amendment does not apply to the base even alone.
        StateConflict: ``change.base``, an amendment refers to another base.

    """
    ordered = sorted(amendments, key=lambda amendment: amendment.id)
    names = [amendment.id for amendment in ordered]
    if len(set(names)) != len(names):
        raise InputRefused("amendment.doubled", "An amendment is given twice.", hint="Give each amendment once.")
    lists = [amendment.changes for amendment in ordered]
    found = list(conflicts(text, lists, names))
    groups = _groups(names, found)
    contested = {name for group in groups for name in group.amendments}
    chosen = [amendment for amendment in ordered if amendment.id not in contested]
    changes = union(text, [amendment.changes for amendment in chosen])
    return Consolidation(
        changes=changes,
        text=apply(text, changes),
        merged=tuple(amendment.id for amendment in chosen),
        groups=groups,
        to_confirm=_touched_twice(text, [amendment.changes for amendment in chosen]),
    )


def merge(text: Text, one: Sequence[Change], other: Sequence[Change]) -> Carried | CarryConflict:
    """Merge two lists of changes of one base: the changes of both, or why not."""
    found = list(conflicts(text, [one, other], ["one", "other"]))
    if found:
        return CarryConflict(tuple(reason for _, _, reason in found))
    return Carried(union(text, [one, other]))


def union(text: Text, lists: Sequence[Sequence[Change]]) -> Changes:
    """Return all changes of lists that do not conflict, each once, in the order of the text.

    Raises:
        StateConflict: ``merge.composition``, edits of one text do not compose (their authors' tools derived them
            otherwise than ours); nothing is guessed.

    """
    edits: dict[tuple[str, str | None, str, str | None], set[Edit]] = defaultdict(set)
    structure: dict[str, Change] = {}
    for changes in lists:
        for change in changes:
            match change:
                case Replace(clause, language, base, passages):
                    edits["clause", clause, language, base].update(passages)
                case Retitle(section, language, base, passages):
                    edits["title", section, language, base].update(passages)
                case Delete(clause, _) | Move(clause, _, _):
                    structure[clause] = change
                case Insert(_, _, clause_):
                    structure[clause_.id] = change
    rank = {clause.id: place for place, clause in enumerate(text.clauses())}
    rank |= {section.id: place - len(text.sections) for place, section in enumerate(text.sections)}
    result: list[Change] = []
    for (kind, place, language, base), own in sorted(
        edits.items(), key=lambda item: (item[0][0], rank.get(item[0][1] or "", -(10**6)), item[0][2])
    ):
        together = tuple(sorted(own))
        _check_composition(text, kind, place, language, together)
        result.append(
            Replace(place or "", language, base, together)
            if kind == "clause"
            else Retitle(place, language, base, together)
        )
    return (*result, *(structure[key] for key in sorted(structure)))


def carry(changes: Sequence[Change], applied: Sequence[Change], old: Text, new: Text) -> Carried | CarryConflict:
    """Carry an open amendment from one version to the next, by positions, without comparing texts.

    Args:
        changes: of the open amendment, on `old`.
        applied: what was adopted, on `old`.
        old: the version before.
        new: ``apply(old, applied)``.

    """
    found = list(conflicts(old, [applied, changes], [None, "the amendment"]))
    if found:
        return CarryConflict(tuple(reason for _, _, reason in found))
    done = {_key(change): change for change in applied}
    carried: list[Change] = []
    for change in changes:
        match change:
            case Replace(clause, language, base, edits) if (a := done.get(_key(change))) is not None:
                left = editing.shift(edits, a.edits if isinstance(a, Replace) else ())
                base = base_of(new.clause(clause).texts.get(language))
                if left:
                    carried.append(Replace(clause, language, base, left))
            case Retitle(section, language, base, edits) if (a := done.get(_key(change))) is not None:
                left = editing.shift(edits, a.edits if isinstance(a, Retitle) else ())
                titles = new.title if section is None else new.section(section).title
                if left:
                    carried.append(Retitle(section, language, base_of(titles.get(language)), left))
            case Delete() | Move() | Insert() if done.get(_key(change)) == change:
                continue  # adopted already, in the same words
            case _:
                carried.append(change)
    return Carried(tuple(carried))


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
        modified: amendments adopted as modified: where `words` speaks, they are silent.
        words: the depositary's own changes of texts and titles, which settle the conflicts.

    Raises:
        StateConflict: ``merge.unresolved``, they still collide; the message names the first place.

    """
    settled = {_key(change) for change in words}
    lists = [
        *(amendment.changes for amendment in adopted),
        *(tuple(c for c in amendment.changes if _key(c) not in settled) for amendment in modified),
        tuple(words),
    ]
    names = [*(a.id for a in adopted), *(a.id for a in modified), "the depositary"]
    found = list(conflicts(text, lists, names))
    if found:
        raise StateConflict(
            "merge.unresolved",
            f"{len(found)} conflicts are left. The first: {found[0][2].sentence}",
            hint="Give the words that shall stand there, or leave one of the amendments out.",
        )
    return Adoption(union(text, lists), _touched_twice(text, lists))


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


def _check_composition(text: Text, kind: str, place: str | None, language: str, together: Sequence[Edit]) -> None:
    """Refuse to guess where joined edits would melt into each other; closed edits never do."""
    if kind == "clause":
        present = text.clause(place or "").texts.get(language, "")
    else:
        present = (text.title if place is None else text.section(place).title).get(language, "")
    result = editing.apply(present, together)
    before = tokens(present)
    expected: list[str] = []
    at = 0
    for edit in together:
        expected += (*before[at : edit.start], *tokens(edit.new))
        at = edit.end
    if tokens(result) != (*expected, *before[at:]) or not unicodedata.is_normalized("NFC", result):
        raise StateConflict(
            "merge.composition",
            f"The edits of {place or 'the title'} ({language}) do not compose.",
            hint="Adopt one of them, then carry the others.",
        )


def _touched_twice(text: Text, lists: Sequence[Sequence[Change]]) -> tuple[str, ...]:
    touching: dict[str, set[int]] = defaultdict(set)
    for number, changes in enumerate(lists):
        for change in changes:
            if isinstance(change, Replace | Move):
                touching[change.clause].add(number)
    return tuple(clause.id for clause in text.clauses() if len(touching.get(clause.id, ())) > 1)


def _groups(names: Sequence[str], found: Sequence[tuple[int, int, Reason]]) -> tuple[ConflictGroup, ...]:
    """Return the connected components of the conflicts."""
    parent = list(range(len(names)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for one, other, _ in found:
        parent[max(root(one), root(other))] = min(root(one), root(other))
    members: dict[int, set[int]] = defaultdict(set)
    reasons: dict[int, list[tuple[int, int, Reason]]] = defaultdict(list)
    for one, other, reason in found:
        members[root(one)] |= {one, other}
        reasons[root(one)].append((one, other, reason))
    return tuple(
        ConflictGroup(
            tuple(names[number] for number in sorted(members[group])),
            tuple(reason for _, _, reason in sorted(reasons[group], key=lambda r: (r[0], r[1], r[2].sentence))),
        )
        for group in sorted(members)
    )
