"""The acts of a summit as plain values: who drafts, what they table, what is decided, who takes which position.

Nothing here knows the text that is amended: an act names clauses, languages and words as a person wrote them,
and the service derives positional changes from it with `declaration.drafting`.

*Rounds.* Acts happen in rounds, numbered from 1; an act without a number belongs to round 1. In a round the new
amendments are tabled first, against the version that stands then; then open amendments are revised, withdrawn and
rejected; then everything adopted in the round becomes one new version; then positions are taken on it. Round 0
holds only positions on the text as it was opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

ALL: Final = "all"
"""In a position: every signatory, or every clause."""


@dataclass(frozen=True, slots=True)
class DrafterLine:
    """A drafter to be admitted: an office, a workshop, a delegation."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ReplaceLine:
    """The clause shall read so, in this language."""

    clause: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class InsertLine:
    """A new clause in a section, after another one; `after` is None for the head of the section."""

    section: str
    after: str | None
    id: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeleteLine:
    """The clause shall go."""

    clause: str


@dataclass(frozen=True, slots=True)
class MoveLine:
    """The clause shall stand after another one, or at the head of a section.

    `section` is None if it follows from the rest: the section of `after`, or the clause's own if that is None too.
    """

    clause: str
    section: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RetitleLine:
    """The heading of a section, or of the declaration itself (`section` is None), shall read so in this language."""

    section: str | None
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class RewriteLine:
    """The section shall read so, as a whole: clauses that are not named go, new ids are inserted.

    `titles` are by language; `clauses` are ids and texts in order. A language that is not given keeps its words.
    """

    section: str
    titles: Mapping[str, str]
    clauses: tuple[tuple[str, Mapping[str, str]], ...]


ChangeLine: TypeAlias = ReplaceLine | InsertLine | DeleteLine | MoveLine | RetitleLine | RewriteLine
"""One operation of an amendment."""
GivenText: TypeAlias = ReplaceLine | RetitleLine
"""Words that the depositary gives: what shall stand in the new version, whatever the amendments proposed there."""


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """An amendment as its author wrote it, against the version that stands when its round begins.

    `sponsors` are the other drafters who support exactly these words when they are tabled.
    `amends` is an amendment that is open then, which this one changes: it is written against the text as that one makes
    it. `alternative` is the first of several amendments of which at most one is adopted.
    """

    id: str
    by: str
    rationale: str
    changes: tuple[ChangeLine, ...]
    round: int = 1
    sponsors: tuple[str, ...] = ()
    amends: str | None = None
    alternative: str | None = None


class Verdict(StrEnum):
    """What is decided about amendments."""

    ADOPT = "adopt"
    """As they are; several in one round are merged."""
    ADOPT_MODIFIED = "adopt modified"
    """With `texts` in place of what the amendments say there."""
    RESOLVE = "resolve"
    """A group in conflict: all are adopted as modified, `texts` stand where they collide."""
    REJECT = "reject"
    """For `reason`."""
    WITHDRAW = "withdraw"
    """By their authors."""
    REVISE = "revise"
    """An open amendment gets new `changes`, written against the version that stands when the round begins."""
    CONFIRM = "confirm"
    """The depositary has read the merged `clauses` and confirms them."""


FINAL: Final = frozenset(
    {Verdict.ADOPT, Verdict.ADOPT_MODIFIED, Verdict.RESOLVE, Verdict.REJECT, Verdict.WITHDRAW},
)
"""Verdicts after which an amendment is no longer open; each amendment gets at most one of them."""


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision; which members are filled depends on the verdict (see `Verdict`)."""

    verdict: Verdict
    amendments: tuple[str, ...] = ()
    texts: tuple[GivenText, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
    clauses: tuple[str, ...] = ()
    reason: str | None = None
    round: int = 1


@dataclass(frozen=True, slots=True)
class PositionLine:
    """A position; `signatory` and `clause` may be `ALL`, `stance` is spelt as in `declaration.drafting.positions`."""

    signatory: str
    clause: str
    stance: str
    reservation: str | None = None
    round: int = 1


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection of one signatory to the reservation of another on a clause, as it stands before the freeze."""

    signatory: str
    author: str
    clause: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeclineLine:
    """A signatory who will not sign, and why."""

    signatory: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acts:
    """Everything that happens between the opening of a text and its signature.

    `late` are amendments tabled after the text is frozen; they are there to be refused.
    """

    drafters: tuple[DrafterLine, ...] = ()
    amendments: tuple[AmendmentLine, ...] = ()
    decisions: tuple[DecisionLine, ...] = ()
    positions: tuple[PositionLine, ...] = ()
    objections: tuple[ObjectionLine, ...] = ()
    declines: tuple[DeclineLine, ...] = ()
    late: tuple[AmendmentLine, ...] = ()

    @property
    def rounds(self) -> tuple[int, ...]:
        """The rounds in which anything happens, ascending."""
        numbers = {line.round for line in self.amendments} | {line.round for line in self.decisions}
        return tuple(sorted(numbers | {line.round for line in self.positions}))

    def amendments_in(self, number: int) -> tuple[AmendmentLine, ...]:
        """Return the amendments tabled at the beginning of round `number`, in the order of the file."""
        return tuple(line for line in self.amendments if line.round == number)

    def decisions_in(self, number: int) -> tuple[DecisionLine, ...]:
        """Return the decisions of round `number`, in the order of the file."""
        return tuple(line for line in self.decisions if line.round == number)

    def objections_among(self, signatories: Iterable[str]) -> tuple[ObjectionLine, ...]:
        """Return the objections between two of `signatories`: nobody objects to who is not there."""
        there = frozenset(signatories)
        return tuple(line for line in self.objections if {line.signatory, line.author} <= there)

    def positions_in(
        self, number: int, *, signatories: Iterable[str], clauses: Iterable[str]
    ) -> dict[str, tuple[PositionLine, ...]]:
        """Return the positions of round `number`, written out for each signatory and clause.

        A line that names the signatory goes before one for all signatories; then a line that names the clause before
        one for all clauses; then a later line before an earlier one.

        Args:
            number: the round.
            signatories: ids of all signatories.
            clauses: ids of all clauses of the version on which positions are taken, in order.

        Returns:
            For each signatory who takes any: the positions in the order of `clauses`, without `ALL`.

        """
        found = {(line.signatory, line.clause): line for line in self.positions if line.round == number}
        order = tuple(clauses)
        written: dict[str, tuple[PositionLine, ...]] = {}
        for signatory in signatories:
            positions = []
            for clause in order:
                keys = (signatory, clause), (signatory, ALL), (ALL, clause), (ALL, ALL)
                line = next((found[key] for key in keys if key in found), None)
                if line is not None:
                    positions.append(PositionLine(signatory, clause, line.stance, line.reservation, number))
            if positions:
                written[signatory] = tuple(positions)
        return written
