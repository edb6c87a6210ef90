"""The acts of a plan played in mind, on values alone: what cannot be played is refused before anything is recorded."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from declaration.ceremony.negotiation import decision_of
from declaration.ceremony.plan import DEPOSITARY
from declaration.drafting.amendment import Amendment
from declaration.drafting.apply import apply
from declaration.drafting.consolidate import Carried, CarryConflict
from declaration.drafting.reasons import THIS, between
from declaration.drafting.text import Text, Version
from declaration.errors import DeclarationError, InputRefused
from declaration.exchange.acts import ALL, Acts, DecisionLine, PositionLine, Verdict
from declaration.services import negotiating
from declaration.services.authoring import amended, amendment_of, revised
from declaration.services.fates import Fate


def play_in_mind(text: Text, acts: Acts, *, file: str) -> None:
    """Make sure that acts can be played on a text, to the end.

    Args:
        text: as it is opened.
        acts: amendments, decisions, positions.
        file: by which messages call the acts.

    Raises:
        DeclarationError: what a service would answer in the middle of the ceremony, naming file and round; or
            `InputRefused`: ``acts.not-open``, ``acts.gone``, ``acts.depositary``.

    """
    outline = _Outline(text)
    with _placed(file):
        _check_drafters(acts)
    for number in acts.rounds:
        with _placed(f"{file}, round {number}"):
            for line in acts.amendments_in(number):
                outline.pending[line.id] = _Pending(amendment_of(outline.version, line, outline.fitting()))
            outline.decide(acts.decisions_in(number))
            for position in acts.positions:
                if position.round == number:
                    outline.check_position(position)
    with _placed(f"{file}, late"):
        for line in acts.late:
            amendment_of(outline.version, line)


@dataclass(frozen=True, slots=True)
class _Pending:
    """An open amendment, and why it does not fit the version in force, if it does not."""

    amendment: Amendment
    conflict: tuple[str, ...] = ()


class _Outline:
    """The version in force and the open amendments, as they would stand."""

    def __init__(self, text: Text) -> None:
        self.version = Version(1, None, text)
        self.pending: dict[str, _Pending] = {}

    def fitting(self) -> dict[str, Amendment]:
        """Return the open amendments that fit the version in force."""
        return {name: line.amendment for name, line in self.pending.items() if not line.conflict}

    def decide(self, lines: tuple[DecisionLine, ...]) -> None:
        for line in lines:
            for identifier in line.amendments:
                if identifier not in self.pending:
                    raise InputRefused(
                        "acts.not-open", f"{identifier} is decided already.", hint="Leave out what comes after."
                    )
                if line.verdict is Verdict.REVISE:
                    self._revise(self.pending[identifier].amendment, line)
                elif line.verdict in {Verdict.WITHDRAW, Verdict.REJECT}:
                    del self.pending[identifier]
                    self._leave(identifier)
        decision = decision_of(self.version, lines)
        if decision is None:
            return
        outcome = negotiating.foresee(self.version, self.pending, decision)
        self.version = outcome.version
        open_ = {name for name, fate in outcome.fates.items() if fate != Carried(())}
        self.pending = {name: self._after(name, outcome.fates[name], open_) for name in open_}

    def check_position(self, line: PositionLine) -> None:
        if line.clause != ALL and line.clause not in {clause.id for clause in self.version.text.clauses()}:
            number = self.version.number
            raise InputRefused(
                "acts.gone",
                f"{line.signatory} takes a position on clause {line.clause}, which version {number} does not hold.",
                hint="Take it in a round in which the clause stands.",
            )

    def _revise(self, old: Amendment, line: DecisionLine) -> None:
        self.pending[old.id] = _Pending(revised(self.version, old, line.changes, self.fitting()))
        over = amended(self.version, old.id, self.fitting()) if old.amends is None else self.version.text
        for name, pending in self._amending(old.id):
            try:
                apply(over, pending.amendment.changes)
            except DeclarationError:
                self.pending[name] = _Pending(pending.amendment, (between("parent-revised", old.id, THIS).sentence,))

    def _amending(self, identifier: str) -> list[tuple[str, _Pending]]:
        return [
            (name, line)
            for name, line in self.pending.items()
            if line.amendment.amends == identifier and not line.conflict
        ]

    def _leave(self, identifier: str) -> None:
        """Let those stand in conflict that amend an amendment which is not open any more."""
        for name, line in self._amending(identifier):
            self.pending[name] = _Pending(line.amendment, (between("parent-closed", identifier, THIS).sentence,))

    def _after(self, identifier: str, fate: Fate, open_: Collection[str]) -> _Pending:
        before = self.pending[identifier]
        old = before.amendment
        match fate:
            case Carried(changes):
                amends = old.amends if old.amends in open_ else None
                return _Pending(replace(old, base=self.version.digest, changes=changes, amends=amends))
            case CarryConflict(reasons):
                return _Pending(old, tuple(reason.sentence for reason in reasons))
            case None:
                return before


def _check_drafters(acts: Acts) -> None:
    for line in acts.drafters:
        if line.id != DEPOSITARY and line.id.lower() == DEPOSITARY:
            raise InputRefused(
                "acts.depositary",
                f"the drafter {line.id} differs from the depositary only in capitals.",
                hint=f"Write {DEPOSITARY}, or choose another id.",
            )


@contextmanager
def _placed(place: str) -> Generator[None]:
    """Let a refusal say where in the file it happened."""
    try:
        yield
    except DeclarationError as error:
        raise type(error)(error.code, f"{place}: {error.message}", hint=error.hint) from error
