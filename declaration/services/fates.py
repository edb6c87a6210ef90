"""What an adoption does to every amendment that stays open. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from declaration.drafting.amendment import Amendment, Changes
from declaration.drafting.consolidate import Carried, CarryConflict
from declaration.drafting.families import Parent, carry_child, carry_through
from declaration.drafting.reasons import THIS, between
from declaration.drafting.states import AmendmentState
from declaration.drafting.text import Text


class Pending(Protocol):
    """An open amendment, and why it does not fit the version in force, if it does not."""

    @property
    def amendment(self) -> Amendment:
        """With its changes as last carried."""

    @property
    def conflict(self) -> tuple[str, ...]:
        """Why it could not be carried; empty when it fits."""


Fate: TypeAlias = Carried | CarryConflict | None
"""What an adoption does to an amendment that stays open: None, it stands in conflict as before."""


def fates_of(
    old: Text,
    pending: Mapping[str, Pending],
    steps: Sequence[Changes],
    states: Mapping[str, AmendmentState],
    keep: Sequence[str] = (),
) -> dict[str, Fate]:
    """Return what becomes of every open amendment that a decision does not decide.

    Args:
        old: the text before.
        pending: every open amendment, by id.
        steps: what is adopted, the first on `old`.
        states: of those that are decided.
        keep: alternatives of what is adopted that stay open, if they still fit.

    """
    winners = {pending[name].amendment.alternative or name: name for name in states}
    fates: dict[str, Fate] = {}
    roots = [name for name, line in pending.items() if line.amendment.amends is None]
    for name in (*roots, *(name for name in pending if name not in set(roots))):
        line = pending[name]
        if name in states:
            continue
        winner = winners.get(line.amendment.alternative or name)
        found: Fate = None
        if not line.conflict:
            found = _fate(old, line.amendment, pending, steps, fates)
            if winner is not None and (name not in keep or found == Carried(())):
                found = CarryConflict((between("alternatives", winner, THIS),))
        fates[name] = found
    return {name: fates[name] for name in sorted(fates)}


def _fate(
    old: Text,
    amendment: Amendment,
    pending: Mapping[str, Pending],
    steps: Sequence[Changes],
    fates: Mapping[str, Fate],
) -> Fate:
    if amendment.amends is None:
        return carry_through(amendment.changes, steps, old)
    name = amendment.amends
    fate = fates.get(name)
    if isinstance(fate, CarryConflict):
        return CarryConflict((between("parent-stuck", name, THIS),))
    parent = Parent(name, pending[name].amendment.changes, fate is not None and bool(fate.changes), "parent-modified")
    return carry_child(amendment.changes, parent, steps, old)
