"""Playing acts with the drafting functions alone, as a service would: do they apply as they are meant to?"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from declaration.drafting.amendment import Amendment, Delete, Insert, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.consolidate import Carried, carry, consolidate, union
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    derive_retitle,
    in_reading_order,
)
from declaration.drafting.text import Clause, Version
from declaration.exchange.acts import DeleteLine, InsertLine, MoveLine, ReplaceLine, RetitleLine, Verdict

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent.parent / "drafting"))

ADOPTING = {Verdict.ADOPT, Verdict.ADOPT_MODIFIED, Verdict.RESOLVE}


def derived(line, text):
    match line:
        case ReplaceLine(clause, language, words):
            return derive_replace(text, clause, language, words)
        case InsertLine(section, after, name, texts):
            return derive_insert(text, section, after, name, texts)
        case DeleteLine(clause):
            return derive_delete(text, clause)
        case MoveLine(clause, section, after):
            return derive_move(text, clause, after=after, section=section)
        case RetitleLine(section, language, words):
            return derive_retitle(text, section, language, words)


def amended(line, changes, version):
    found = in_reading_order([derived(change, version.text) for change in changes])
    return Amendment(line.id, line.by, version.digest, line.rationale, found)


def without_given(change, given):
    """Leave out what the depositary's words take the place of; None if nothing is left."""
    match change:
        case Replace(clause, language, _, _):
            return None if ("clause", clause, language) in given else change
        case Retitle(section, language, _, _):
            return None if ("title", section, language) in given else change
        case Delete(clause, _):
            return None if any(key[:2] == ("clause", clause) for key in given) else change
        case _:
            return change


@dataclass
class Played:
    """What came of the acts: the versions, and in each round what was carried and what had to be confirmed."""

    versions: list = field(default_factory=list)
    carried: dict = field(default_factory=dict)
    to_confirm: dict = field(default_factory=dict)
    open: dict = field(default_factory=dict)
    outcomes: dict = field(default_factory=dict)

    @property
    def version(self):
        return self.versions[-1]


def play(acts, text):
    played = Played([Version(1, None, text)])
    lines = {line.id: line for line in acts.amendments}
    for number in filter(None, acts.rounds):
        version = played.version
        for line in acts.amendments_in(number):
            played.open[line.id] = amended(line, line.changes, version)
        adopted, given = [], {}
        for decision in acts.decisions_in(number):
            for name in decision.amendments:
                played.outcomes[name] = decision.verdict
                if decision.verdict is Verdict.REVISE:
                    played.open[name] = amended(lines[name], decision.changes, version)
                else:
                    amendment = played.open.pop(name)
                    if decision.verdict in ADOPTING:
                        assert amendment.base == version.digest, name
                        adopted.append(amendment)
            for words in decision.texts:
                key = ("clause", words.clause) if isinstance(words, ReplaceLine) else ("title", words.section)
                given[(*key, words.language)] = words
        if adopted:
            adopt(played, number, adopted, given)
    return played


def adopt(played, number, adopted, given):
    old = played.version
    kept = []
    for amendment in adopted:
        changes = [left for change in amendment.changes if (left := without_given(change, given)) is not None]
        if changes:
            kept.append(
                Amendment(
                    amendment.id, amendment.by, amendment.base, amendment.rationale, tuple(map(fill(given), changes))
                )
            )
    consolidation = consolidate(old.text, kept)
    assert consolidation.groups == ()
    played.to_confirm[number] = consolidation.to_confirm
    inserted = {change.clause.id for change in consolidation.changes if isinstance(change, Insert)}
    own = [derived(words, old.text) for key, words in given.items() if key[1] not in inserted]
    changes = union(old.text, [consolidation.changes, own])
    new = apply(old.text, changes)
    played.versions.append(Version(old.number + 1, old.digest, new))
    for name, amendment in played.open.items():
        result = carry(amendment.changes, changes, old.text, new)
        played.carried[number, name] = result
        if isinstance(result, Carried):
            played.open[name] = Amendment(
                name, amendment.by, played.version.digest, amendment.rationale, result.changes
            )


def fill(given):
    """Return a function that puts the depositary's words into an inserted clause."""

    def filled(change):
        if not isinstance(change, Insert):
            return change
        words = {key[2]: line.text for key, line in given.items() if key[:2] == ("clause", change.clause.id)}
        clause = Clause(change.clause.id, {**change.clause.texts, **words})
        return Insert(change.section, change.after, clause)

    return filled


@pytest.fixture(scope="session")
def amend():
    """Derive an amendment from its line, against a version."""
    return lambda line, version: amended(line, line.changes, version)


@pytest.fixture(scope="session")
def play_acts():
    """Play all rounds of acts on a text."""
    return play
