"""The depositary's desk at a glance: how far each part of the work has come, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from declaration.drafting.states import Phase
from declaration.errors import StateConflict
from declaration.services import control, readiness, undoing
from declaration.services.actors import Role
from declaration.services.control import Ceremony, Standing
from declaration.services.inviting import Access, people
from declaration.services.undoing import Prospect
from declaration.store import queries
from declaration.store.session import View


class Step(StrEnum):
    """A part of the depositary's work, in its usual order; parts overlap."""

    INVITE = "invite"
    DECIDE = "decide"
    AGREE = "agree"
    FREEZE = "freeze"
    SIGN = "sign"
    SEAL = "seal"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class Overview:
    """How far the work has come.

    Args:
        ceremony: who has answered.
        version: number of the version in force.
        adopted: when it was adopted.
        enrolled: signatories who have a passkey.
        invited: signatories whose invitation is open.
        drafters: who may table amendments.
        open: amendments that await a decision.
        stuck: of these, how many do not fit the text any more.
        objected: clauses to which somebody objects.
        stale: clauses on whose former words somebody's position stands.
        next: what to do next.

    """

    ceremony: Ceremony
    version: int
    adopted: datetime
    enrolled: int
    invited: int
    drafters: int
    open: int
    stuck: int
    objected: int
    stale: int
    next: Step

    def is_done(self, step: Step) -> bool:
        """Tell whether nothing is left to do in a part of the work."""
        drafting, sealed = self.ceremony.phase is Phase.DRAFTING, self.ceremony.phase is Phase.SEALED
        roster = len(self.ceremony.places)
        return {
            Step.INVITE: 0 < roster == self.enrolled or sealed,
            Step.DECIDE: not self.open or not drafting,
            Step.AGREE: not (self.objected or self.stale) or not drafting,
            Step.FREEZE: not drafting,
            Step.SIGN: sealed or (not drafting and not self.ceremony.missing),
            Step.SEAL: sealed,
            Step.PUBLISH: False,
        }[step]


def overview(session: View, declaration: str, *, now: datetime) -> Overview:
    """Return how far the work has come.

    Raises:
        NotFound: ``declaration.unknown``, ``version.none``.

    """
    version = queries.current_version(session, declaration)
    row = queries.version(session, declaration, version.number)
    assert row is not None  # it is in force
    found = people(session, declaration, now=now)
    signatories = [line for line in found if line.role is Role.SIGNATORY]
    pending = queries.open_amendments(session, declaration)
    stands = control.ceremony(session, declaration)
    roster = tuple(place.party for place in stands.places)
    agreed = readiness.agreements(session, declaration, version, roster)
    objected, stale = sum(bool(line.objections) for line in agreed), sum(bool(line.stale) for line in agreed)
    return Overview(
        ceremony=stands,
        version=version.number,
        adopted=row.at,
        enrolled=sum(line.access is Access.ENROLLED for line in signatories),
        invited=sum(line.access is Access.INVITED for line in signatories),
        drafters=sum(line.role is Role.DRAFTER for line in found),
        open=len(pending),
        stuck=sum(bool(line.conflict) for line in pending),
        objected=objected,
        stale=stale,
        next=_next(stands, pending=len(pending), blocked=objected + stale),
    )


def _next(stands: Ceremony, *, pending: int, blocked: int) -> Step:
    if stands.phase is Phase.SEALED:
        return Step.PUBLISH
    if stands.phase is Phase.FROZEN:
        return Step.SIGN if stands.missing else Step.SEAL
    if not stands.places:
        return Step.INVITE
    if pending:
        return Step.DECIDE
    if blocked:
        return Step.AGREE
    return Step.INVITE if stands.count(Standing.ABSENT) == len(stands.places) else Step.FREEZE


@dataclass(frozen=True, slots=True)
class Undoing:
    """Whether the last adoption can be undone: what that would do, or else the code of why not."""

    prospect: Prospect | None
    why_not: str


def undoing_of(session: View, declaration: str) -> Undoing:
    """Return whether the last adoption can be undone."""
    try:
        return Undoing(undoing.foresee_undo(session, declaration), "")
    except StateConflict as error:
        return Undoing(None, error.code)
