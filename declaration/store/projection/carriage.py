"""The carriage of an adoption: which changes made the new version, and what became of every open amendment.

Nobody's words are lost: each open amendment is decided by the adoption or carried to the new version, with its own
words at their new places, or in conflict with the reasons. The positions are computed by the caller and judged here:
by themselves, so that a later version of this program replays the record to the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeAlias

from sqlalchemy import select, update

from declaration.canonical import Json
from declaration.drafting.amendment import (
    Change,
    Changes,
    Delete,
    Insert,
    Move,
    Replace,
    Retitle,
    changes_from_json,
    changes_to_json,
)
from declaration.drafting.apply import apply
from declaration.drafting.states import AmendmentState, require_amendment
from declaration.drafting.text import Text, Version
from declaration.errors import InputRefused, StateConflict
from declaration.store import documents
from declaration.store.projection import supports
from declaration.store.projection.act import Act
from declaration.store.tables import Amendments

FORMAT: Final = "declaration-carriage/1"
MAX_REASONS: Final = 1_000
"""Reasons for one conflict: an amendment of many changes may collide in many places."""
MAX_REASON: Final = 20_000
"""Characters of one reason: it may quote both texts."""

Words: TypeAlias = tuple[object, ...]
"""What one change says, without the place where it says it."""

_MEMBERS: Final = frozenset({"format", "changes", "outcomes", "confirmed", "carried"})
_OUTCOMES: Final = frozenset({AmendmentState.ADOPTED, AmendmentState.ADOPTED_AS_MODIFIED})


@dataclass(frozen=True, slots=True)
class Carriage:
    """What an adoption does to open amendments.

    Args:
        outcomes: by amendment, those decided.
        by: by amendment adopted as modified, the amendments of it that modify it.
        clean: by amendment, the changes as they apply to the new version; without any, the adoption has made them
            all, and the amendment is adopted with it.
        conflicts: by amendment, why it does not fit the new version.
        shortened: those carried clean with fewer words than before: the adoption has made the others.

    """

    outcomes: dict[str, AmendmentState]
    by: dict[str, list[str]]
    clean: dict[str, Changes]
    conflicts: dict[str, list[str]]
    shortened: set[str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open amendment before the adoption."""

    changes: Changes
    in_conflict: bool
    amends: str | None
    alternative: str | None


def check(act: Act, old: Version, new: Version) -> Carriage:
    """Compare a carriage with both versions and with every open amendment.

    Args:
        act: the adoption.
        old: the version in force.
        new: the version to be adopted.

    Raises:
        InputRefused: ``carriage.form``; ``carriage.changes`` (they do not lead from the old text to the new one);
            ``carriage.words`` (an amendment would be carried with words that are not its own); ``change.*``.
        StateConflict: ``carriage.lost`` (an open amendment is left out), ``carriage.unknown`` (one that is not open),
            ``carriage.conflict`` (one in conflict cannot be carried or adopted as it stands),
            ``carriage.modified`` (one would be adopted, and not all of its words),
            ``carriage.parent`` (an amendment of an amendment would be decided or carried without that one),
            ``carriage.alternatives`` (two alternatives would be adopted),
            ``carriage.unconfirmed`` (a clause was merged from several amendments and not confirmed).

    """
    members = documents.document(act.blob(act.text("carriage")), what="The carriage")
    if members.keys() - {"steps"} != _MEMBERS or members["format"] != FORMAT:
        _malformed(f"it is not an object of the form {FORMAT}")
    applied = changes_from_json(members["changes"])
    if apply(old.text, applied) != new.text:
        raise InputRefused(
            "carriage.changes",
            "The carriage's changes do not lead from the current version to the new one.",
            hint="Make version and carriage from the same changes.",
        )
    steps = _steps(members, old.text, new.text) if "steps" in members else (applied,)
    carriage, words = _read(members)
    waiting = _waiting(act)
    _check_all_there(carriage, waiting)
    made = {said for step in steps for said in _words(step)}
    if not set(_words(words)) <= made:
        raise InputRefused(
            "carriage.words",
            "An amendment would be adopted as modified by words that are not in the new version.",
            hint="Name the words that were put in the place of its own.",
        )
    _check_outcomes(carriage, waiting, made)
    _check_kin(carriage, waiting)
    _check_confirmed(carriage, waiting, members["confirmed"], new.text)
    _check_clean(carriage, waiting, made, new.text)
    return carriage


def _steps(members: dict[str, Json], old: Text, new: Text) -> tuple[Changes, ...]:
    """Return what was adopted of the text, and then of amendments, which together are the changes."""
    steps = members["steps"]
    if not isinstance(steps, list) or len(steps) != 2:
        _malformed("steps are two lists of changes")
    found = tuple(changes_from_json(step) for step in steps)
    text = old
    for step in found:
        text = apply(text, step)
    if text != new:
        raise InputRefused(
            "carriage.changes",
            "The carriage's steps do not lead from the current version to the new one.",
            hint="Make version and carriage from the same changes.",
        )
    return found


def write(act: Act, carriage: Carriage, new: Version) -> None:
    """Write what `check` has accepted."""
    parents = {row.amendment: row.amends for row in act.session.execute(_open_of(act))}
    for amendment, state in carriage.outcomes.items():
        _change(act, amendment, state=state.value, decided=act.index)
    for amendment, changes in carriage.clean.items():
        if changes:  # what amends an amendment that has been adopted amends the text from now on
            amends = parents[amendment] if carriage.clean.get(parents[amendment] or "") else None
            _change(act, amendment, base=new.digest, changes=changes_to_json(changes), amends=amends)
            if amends != parents[amendment]:  # it says it of the text now, no longer of another's words
                supports.outlive(act, amendment)
        else:  # nothing is left to do: every word of it stands in the new version
            _change(act, amendment, state=AmendmentState.ADOPTED.value, decided=act.index)
    for amendment, reasons in carriage.conflicts.items():
        _change(act, amendment, conflict=reasons)
    for amendment in carriage.shortened:
        supports.outlive(act, amendment)


def _change(act: Act, amendment: str, **values: Any) -> None:
    act.session.execute(
        update(Amendments)
        .where(Amendments.declaration == act.declaration, Amendments.amendment == amendment)
        .values(**values)
    )


# Reading


def _read(members: dict[str, Json]) -> tuple[Carriage, Changes]:
    """Return the carriage, and all words by which it says that an amendment was modified."""
    carriage = Carriage({}, {}, {}, {}, set())
    words: list[Change] = []
    seen: set[str] = set()
    for item in _objects(members["outcomes"]):
        if item.keys() - {"by", "words"} != {"amendment", "state"} or item["state"] not in set(map(str, _OUTCOMES)):
            _malformed("an outcome names an amendment, and adopted or adopted-as-modified")
        state, amendment = AmendmentState(str(item["state"])), _once(item, seen)
        carriage.outcomes[amendment] = state
        if state is AmendmentState.ADOPTED and len(item) > 2:
            _malformed("an amendment that is adopted is not modified")
        if "by" in item:
            carriage.by[amendment] = _names(item["by"])
        if "words" in item:
            words += changes_from_json(item["words"])
    for item in _objects(members["carried"]):
        match item:
            case {"amendment": _, "result": "clean", "changes": changes} if len(item) == 3:
                carriage.clean[_once(item, seen)] = changes_from_json(changes)
            case {"amendment": _, "result": "conflict", "reasons": reasons} if len(item) == 3:
                carriage.conflicts[_once(item, seen)] = _reasons(reasons)
            case _:
                _malformed("what is carried names an amendment, and clean with changes or conflict with reasons")
    return carriage, tuple(words)


def _names(value: Json) -> list[str]:
    found = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or not found or sorted(set(found)) != value:
        _malformed("by is a list of ids in order")
    return found


def _objects(value: Json) -> Iterator[dict[str, Json]]:
    if not isinstance(value, list):
        _malformed("outcomes and carried are lists")
    for item in value:
        if not isinstance(item, dict):
            _malformed("outcomes and carried hold objects")
        yield item


def _once(item: dict[str, Json], seen: set[str]) -> str:
    amendment = item["amendment"]
    if not isinstance(amendment, str):
        _malformed("an amendment is named by its id")
    if amendment in seen:
        _malformed(f"the amendment “{amendment}” is named twice")
    seen.add(amendment)
    return amendment


def _reasons(value: Json) -> list[str]:
    found = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or not 1 <= len(found) == len(value) <= MAX_REASONS:
        _malformed(f"reasons are a list of 1 to {MAX_REASONS} texts")
    if any(len(item) > MAX_REASON or "\0" in item for item in found):
        _malformed(f"a reason has at most {MAX_REASON} characters, and no U+0000")
    return found


def _malformed(why: str) -> NoReturn:
    raise InputRefused(
        "carriage.form",
        f"The carriage is malformed: {why}.",
        hint="Send the document as specified (docs/spec/text.md).",
    )


# Judging


def _waiting(act: Act) -> dict[str, Waiting]:
    rows = act.session.execute(_open_of(act))
    return {
        row.amendment: Waiting(changes_from_json(row.changes), row.conflict is not None, row.amends, row.alternative)
        for row in rows
    }


def _open_of(act: Act) -> Any:
    return (
        select(Amendments.amendment, Amendments.changes, Amendments.conflict, Amendments.amends, Amendments.alternative)
        .where(Amendments.declaration == act.declaration, Amendments.state == AmendmentState.TABLED.value)
        .order_by(Amendments.entry)
    )


def _check_all_there(carriage: Carriage, waiting: dict[str, Waiting]) -> None:
    named = carriage.outcomes.keys() | carriage.clean.keys() | carriage.conflicts.keys()
    for amendment in waiting.keys() - named:
        raise StateConflict(
            "carriage.lost",
            f"The open amendment “{amendment}” is neither decided nor carried to the new version.",
            hint="Look at the present amendments, and carry every open one.",
        )
    for amendment in sorted(named - waiting.keys()):
        raise StateConflict(
            "carriage.unknown",
            f"The amendment “{amendment}” is not open.",
            hint="Look at the present amendments, and decide again.",
        )


def _check_outcomes(carriage: Carriage, waiting: dict[str, Waiting], made: set[Words]) -> None:
    for amendment, state in carriage.outcomes.items():
        require_amendment(AmendmentState.TABLED, state, amendment=amendment)
        if state is not AmendmentState.ADOPTED:
            continue
        if waiting[amendment].in_conflict:
            _in_conflict(amendment)
        if not set(_words(waiting[amendment].changes)) <= made:
            raise StateConflict(
                "carriage.modified",
                f"The amendment “{amendment}” would be adopted, and not all of its words would.",
                hint="Adopt all of its changes, or name it adopted as modified.",
            )


def _check_kin(carriage: Carriage, waiting: dict[str, Waiting]) -> None:
    """Check that no amendment is adopted without the one that it amends, and of alternatives at most one."""
    modifying: dict[str, list[str]] = {}
    groups: dict[str, str] = {}
    for amendment in (*carriage.outcomes, *(name for name, changes in carriage.clean.items() if not changes)):
        group = waiting[amendment].alternative or amendment
        if groups.setdefault(group, amendment) != amendment:
            raise StateConflict(
                "carriage.alternatives",
                f"“{groups[group]}” and “{amendment}” are alternatives, and both would be adopted.",
                hint="Adopt one of them.",
            )
        parent = waiting[amendment].amends
        if parent is not None and amendment in carriage.outcomes:
            if carriage.outcomes.get(parent) is not AmendmentState.ADOPTED_AS_MODIFIED:
                _without_parent(amendment, parent)
            modifying.setdefault(parent, []).append(amendment)
    if {parent: sorted(names) for parent, names in modifying.items()} != carriage.by:
        _malformed("by names exactly the amendments of an amendment that are adopted with it")


def _without_parent(amendment: str, parent: str) -> NoReturn:
    raise StateConflict(
        "carriage.parent",
        f"The amendment “{amendment}” amends “{parent}”, and would be decided or carried without it.",
        hint="Adopt the amended one too, as modified; or carry this one in conflict.",
    )


def _check_confirmed(carriage: Carriage, waiting: dict[str, Waiting], listed: Json, new: Text) -> None:
    clauses = {clause.id for clause in new.clauses()}
    confirmed = {item for item in listed if isinstance(item, str)} if isinstance(listed, list) else set()
    if not isinstance(listed, list) or len(confirmed) != len(listed) or not confirmed <= clauses:
        _malformed("confirmed is a list of clauses of the new version, each named once")
    touched: Counter[str] = Counter()
    for amendment, state in carriage.outcomes.items():
        if state is AmendmentState.ADOPTED:
            touched.update({change.clause for change in waiting[amendment].changes if isinstance(change, Replace)})
    for clause in sorted(clause for clause, count in touched.items() if count > 1 and clause in clauses):
        if clause not in confirmed:
            raise StateConflict(
                "carriage.unconfirmed",
                f"Clause “{clause}” was merged from several amendments, and nobody has confirmed how it reads.",
                hint="Read the merged clause, and confirm it.",
            )


def _in_conflict(amendment: str) -> NoReturn:
    raise StateConflict(
        "carriage.conflict",
        f"The amendment “{amendment}” stands in conflict with the text and does not apply as it is.",
        hint="Revise it, or adopt it as modified.",
    )


def _check_clean(carriage: Carriage, waiting: dict[str, Waiting], made: set[Words], new: Text) -> None:
    for amendment, changes in carriage.clean.items():
        if waiting[amendment].in_conflict:
            _in_conflict(amendment)
        all_before, all_after = Counter(_words(waiting[amendment].changes)), Counter(_words(changes))
        if changes and all_before != all_after:
            carriage.shortened.add(amendment)
        before, after = set(all_before), set(all_after)
        if not after <= before or not before - after <= made:
            raise InputRefused(
                "carriage.words",
                f"The amendment “{amendment}” would not be carried with its own words.",
                hint="Carry its changes as they are; only their places may change.",
            )
        apply(_ground(carriage, amendment, waiting[amendment].amends, new), changes)


def _ground(carriage: Carriage, amendment: str, parent: str | None, new: Text) -> Text:
    """Return the text to which the changes of a carried amendment refer."""
    if parent is None or parent in carriage.outcomes:
        return new
    if parent not in carriage.clean:
        _without_parent(amendment, parent)
    return apply(new, carriage.clean[parent])


def _words(changes: Sequence[Change]) -> Iterator[Words]:
    """Give what changes say, without the places where they say it; carrying keeps exactly this."""
    for change in changes:
        match change:
            case Replace(clause, language, _, edits):
                yield from (("clause", clause, language, edit.old, edit.new) for edit in edits)
            case Retitle(section, language, _, edits):
                yield from (("title", section, language, edit.old, edit.new) for edit in edits)
            case Insert(section, _, clause_):
                yield ("insert", section, clause_.id, clause_.digest)
            case Delete(clause, _):
                yield ("delete", clause)
            case Move(clause, section, _):
                yield ("move", clause, section)
