"""The depositary's desk for amendments: what fits together, what collides, how a decision would read; then adopting it.

What is worked out here is what `negotiating.adopt` does, one step before: nothing is recorded until it is adopted, and
it is adopted only if it still comes out as it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from declaration.drafting import edits as editing
from declaration.drafting.amendment import Amendment, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.consolidate import CarryConflict, ConflictGroup, consolidate
from declaration.drafting.derive import derive_replace, derive_retitle
from declaration.drafting.diff import word_difference
from declaration.drafting.hygiene import clean
from declaration.drafting.nearness import Nearness, nearest
from declaration.drafting.states import Phase
from declaration.drafting.text import Text, Version
from declaration.errors import StateConflict
from declaration.render.numbering import clause_numbers
from declaration.services import negotiating
from declaration.services.chancery import Chancery
from declaration.services.negotiating import Adopted, Decision, Outcome
from declaration.store import queries
from declaration.store.session import View
from declaration.store.values import StoredAmendment

Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""A difference for showing: ``equal``, ``delete`` or ``insert``, and a passage."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A clause that several amendments change and that merges mechanically: a person reads it before it is adopted.

    Args:
        clause: its id.
        number: by which readers call it.
        amendments: that change it.
        words: its differences by language.
        near: where two amendments come nearest to each other.
        unchanged: languages that nobody changed, while others were.

    """

    clause: str
    number: str
    amendments: tuple[str, ...]
    words: Mapping[str, Pairs]
    near: tuple[Nearness, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Every open amendment of the version in force.

    Args:
        version: in force.
        open: every open amendment, in the order in which they were tabled.
        fitting: ids of those that fit together.
        text: as it would read with all of these.
        several: clauses that more than one of these changes, with those that do.
        groups: those that collide with each other, as connected sets, and why.
        stuck: ids of those that do not fit the version in force since an adoption.

    """

    version: Version
    open: tuple[StoredAmendment, ...]
    fitting: tuple[str, ...]
    text: Text
    several: Mapping[str, tuple[Amendment, ...]]
    groups: tuple[ConflictGroup, ...]
    stuck: tuple[str, ...]

    def group_of(self, amendment: str) -> ConflictGroup | None:
        """Return the group in which an amendment collides with others."""
        return next((group for group in self.groups if amendment in group.amendments), None)


def workspace(session: View, declaration: str) -> Workspace:
    """Return the consolidation of every open amendment, deciding nothing.

    Raises:
        NotFound: ``declaration.unknown``, ``version.none``.

    """
    version = queries.current_version(session, declaration)
    pending = queries.open_amendments(session, declaration)
    able = [line.amendment for line in pending if not line.conflict]
    found = consolidate(version.text, able)
    fitting = frozenset(found.merged)
    several: dict[str, list[Amendment]] = {clause: [] for clause in found.to_confirm}
    for amendment in able:
        if amendment.id in fitting:
            touched = {change.clause for change in amendment.changes if isinstance(change, Replace | Move)}
            for clause in touched & several.keys():
                several[clause].append(amendment)
    return Workspace(
        version=version,
        open=pending,
        fitting=found.merged,
        text=found.text,
        several={clause: tuple(about) for clause, about in several.items()},
        groups=found.groups,
        stuck=tuple(line.amendment.id for line in pending if line.conflict),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A passage for which amendments of a group want different words, and for which the depositary may give others.

    Args:
        clause: the clause; None for a title.
        section: whose title it is (None: the declaration's own); None for a clause.
        number: of the clause.
        language: of the words.
        base: as it reads.
        options: by amendment, as it would read with that one alone.

    """

    clause: str | None
    section: str | None
    number: str
    language: str
    base: str
    options: Mapping[str, str]


_SETTLED_BY_WORDS: Final = frozenset({"overlap", "title", "deleted", "together"})
"""Reasons that end when the depositary says how the passage reads; others end only by choosing an amendment."""


def places(work: Workspace, group: ConflictGroup) -> tuple[Place, ...]:
    """Return the passages for which words would settle a group; none, where words cannot settle it."""
    reasons = [reason for reason in group.reasons if reason.code != "parent"]  # who amends these waits for them
    members = [
        line.amendment for line in work.open if line.amendment.id in group.amendments and line.amendment.amends is None
    ]
    between = {side.amendment for reason in reasons for side in reason.sides}
    if any(reason.code not in _SETTLED_BY_WORDS for reason in reasons) or between - {a.id for a in members}:
        return ()
    clauses = {reason.clause for reason in reasons if reason.clause is not None}
    titles = {reason.section for reason in reasons if reason.clause is None}
    wanted: dict[tuple[str | None, str | None, str], dict[str, str]] = {}
    text, numbers = work.version.text, clause_numbers(work.version.text)
    for amendment in members:
        for change in amendment.changes:
            match change:
                case Replace(clause, language, _, edits) if clause in clauses:
                    before = text.clause(clause).texts.get(language, "")
                    wanted.setdefault((clause, None, language), {})[amendment.id] = editing.apply(before, edits)
                case Retitle(section, language, _, edits) if section in titles:
                    before = _titles(text, section).get(language, "")
                    wanted.setdefault((None, section, language), {})[amendment.id] = editing.apply(before, edits)
                case _:
                    pass
    return tuple(
        Place(
            clause,
            section,
            "" if clause is None else numbers[clause],
            language,
            (_titles(text, section) if clause is None else text.clause(clause).texts).get(language, ""),
            options,
        )
        for (clause, section, language), options in wanted.items()
    )


def _titles(text: Text, section: str | None) -> Mapping[str, str]:
    return text.title if section is None else text.section(section).title


def merged(work: Workspace, clause: str) -> Merged:
    """Return how one of the clauses reads that several amendments change."""
    old, about = work.version.text, work.several[clause]
    present = next((one.texts for one in old.clauses() if one.id == clause), {})  # it may be one to be inserted
    words = _changed(_words(present, work.text.clause(clause).texts, old.languages))
    return Merged(
        clause,
        clause_numbers(old).get(clause, ""),
        tuple(amendment.id for amendment in about),
        words,
        nearest(old, [one for one in about if one.amends is None], clause) if present else (),
        tuple(tag for tag in old.languages if words and tag not in words),
    )


def _words(old: Mapping[str, str], new: Mapping[str, str], languages: Sequence[str]) -> dict[str, Pairs]:
    """Return the difference of a passage by language, without those in which there is none of it."""
    return {
        tag: tuple(word_difference(old.get(tag, ""), new.get(tag, ""))) for tag in languages if tag in old or tag in new
    }


def _changed(words: Mapping[str, Pairs]) -> dict[str, Pairs]:
    """Return the languages in which there is a difference."""
    return {tag: pairs for tag, pairs in words.items() if any(kind != "equal" for kind, _ in pairs)}


@dataclass(frozen=True, slots=True)
class Given:
    """Words that the depositary gives: a clause, or the title of a section (None: of the declaration itself)."""

    clause: str | None
    section: str | None
    language: str
    text: str


def words_of(text: Text, given: Sequence[Given]) -> tuple[tuple[Replace | Retitle, ...], tuple[str, ...]]:
    """Return given words as changes, and what was cleaned in them; words that stand there already need no change.

    Raises:
        NotFound: an unknown clause or section.
        InputRefused: ``text.*``, ``change.*``.

    """
    found: list[Replace | Retitle] = []
    notes = []
    for item in given:
        cleaned = clean(item.text)
        place = item.clause or item.section or "title"
        notes += [f"{place} ({item.language}): {note}" for note in cleaned.notes]
        if item.clause is not None:
            if text.clause(item.clause).texts.get(item.language) != cleaned.text:
                found.append(derive_replace(text, item.clause, item.language, cleaned.text))
        elif _titles(text, item.section).get(item.language) != cleaned.text:
            found.append(derive_retitle(text, item.section, item.language, cleaned.text))
    return tuple(found), tuple(notes)


@dataclass(frozen=True, slots=True)
class Passage:
    """One place that a new version words otherwise, gains, loses or moves.

    Args:
        clause: its id; None for a title.
        section: where it stands, or whose title it is (None: the declaration's own).
        number: of the clause in the new version, in the old one if it goes, empty for a title.
        fate: ``reworded``, ``inserted``, ``deleted`` or ``moved``.
        words: differences by language.

    """

    clause: str | None
    section: str | None
    number: str
    fate: str
    words: Mapping[str, Pairs]


def passages(old: Version, outcome: Outcome) -> tuple[Passage, ...]:
    """Return every place in which a new version differs from the one before, in the order of the new text."""
    new, changes = outcome.version.text, outcome.changes
    moved = {change.clause for change in changes if isinstance(change, Move)}
    gone = [change.clause for change in changes if isinstance(change, Delete)]
    fresh = {change.clause.id for change in changes if isinstance(change, Insert)}
    worded = {change.clause for change in changes if isinstance(change, Replace)}
    titled = {change.section for change in changes if isinstance(change, Retitle)}
    before, after = clause_numbers(old.text), clause_numbers(new)
    found = []
    if None in titled:
        words = _words(old.text.title, new.title, new.languages)
        found.append(Passage(None, None, "", "reworded", _changed(words)))
    for section in new.sections:
        if section.id in titled:
            words = _words(old.text.section(section.id).title, section.title, new.languages)
            found.append(Passage(None, section.id, "", "reworded", _changed(words)))
        for clause in section.clauses:
            if clause.id not in fresh | worded | moved:
                continue
            was = {} if clause.id in fresh else old.text.clause(clause.id).texts
            fate = "inserted" if clause.id in fresh else "moved" if clause.id in moved else "reworded"
            words = _words(was, clause.texts, new.languages)
            found.append(Passage(clause.id, section.id, after[clause.id], fate, _changed(words)))
    for identifier in gone:
        words = _words(old.text.clause(identifier).texts, {}, new.languages)
        found.append(Passage(identifier, None, before[identifier], "deleted", words))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision comes to.

    Args:
        outcome: the new version, and what becomes of every other open amendment.
        passages: where it differs from the version in force.
        notes: what was cleaned in the words given.
        conflicts: by amendment, why it would no longer fit.

    """

    outcome: Outcome
    passages: tuple[Passage, ...]
    notes: tuple[str, ...]
    conflicts: Mapping[str, CarryConflict]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the depositary chooses, as it is typed; see `Decision`."""

    base: str
    adopted: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    confirmed: tuple[str, ...] = ()
    result: str | None = None
    keep: tuple[str, ...] = ()


def preview(chancery: Chancery, declaration: str, choice: Choice) -> Preview:
    """Work out what a choice comes to, as if every merged clause were confirmed; nothing is recorded.

    Raises:
        StateConflict: the text is frozen; another version has been adopted meanwhile; amendments still collide;
            ``decision.empty``.
        NotFound: an amendment is not open.
        InputRefused: the words given may not stand in a text.

    """
    with chancery.store.reading() as session:
        require_drafting(session, declaration)
        old = queries.current_version(session, declaration)
        pending = {line.amendment.id: line for line in queries.open_amendments(session, declaration)}
    decision, notes = _decision(old, choice, confirm_all=True)
    outcome = negotiating.foresee(old, pending, decision)
    _require_something(outcome)
    conflicts = {name: fate for name, fate in outcome.fates.items() if isinstance(fate, CarryConflict)}
    return Preview(outcome, passages(old, outcome), notes, conflicts)


def adopt(chancery: Chancery, declaration: str, choice: Choice) -> Adopted:
    """Adopt what was chosen; errors as `preview`, and ``merge.unconfirmed``, ``version.otherwise``."""
    with chancery.store.reading() as session:
        require_drafting(session, declaration)
        old = queries.current_version(session, declaration)
        pending = {line.amendment.id: line for line in queries.open_amendments(session, declaration)}
    decision, _ = _decision(old, choice, confirm_all=False)
    _require_something(negotiating.foresee(old, pending, decision))
    return negotiating.adopt(chancery, declaration, decision)


def _decision(old: Version, choice: Choice, *, confirm_all: bool) -> tuple[Decision, tuple[str, ...]]:
    words: tuple[Replace | Retitle, ...] = ()
    notes: tuple[str, ...] = ()
    if old.digest == choice.base:  # words are derived against the text that was looked at
        words, notes = words_of(old.text, choice.given)
    confirmed = None if confirm_all else choice.confirmed
    decision = Decision(choice.base, choice.adopted, choice.modified, words, confirmed, choice.result, keep=choice.keep)
    return decision, notes


def _require_something(outcome: Outcome) -> None:
    if not outcome.changes:
        raise StateConflict(
            "decision.empty",
            "This decision changes nothing: the new version would read as the one in force.",
            hint="Choose amendments to adopt, or give words; to decide against an amendment, reject it.",
        )


def require_drafting(session: View, declaration: str) -> None:
    """Make sure that the text can still change.

    Raises:
        NotFound: ``declaration.unknown``.
        StateConflict: ``declaration.frozen``, ``declaration.sealed``.

    """
    phase = queries.declaration(session, declaration).phase
    if phase is Phase.FROZEN:
        raise StateConflict(
            "declaration.frozen",
            f"“{declaration}” is frozen for signing.",
            hint="Unfreeze it first, which voids all signatures.",
        )
    if phase is Phase.SEALED:
        raise StateConflict(
            "declaration.sealed", f"“{declaration}” is sealed.", hint="Nothing can be changed any more."
        )
