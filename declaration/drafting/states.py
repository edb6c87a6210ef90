"""States: what an amendment may become, and what a declaration's phase allows; each a small table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from declaration.errors import StateConflict


class AmendmentState(StrEnum):
    """Where an amendment stands; a draft is private to its author, all others are public."""

    DRAFT = "draft"
    TABLED = "tabled"
    WITHDRAWN = "withdrawn"
    ADOPTED = "adopted"
    ADOPTED_AS_MODIFIED = "adopted-as-modified"
    REJECTED = "rejected"

    @property
    def is_open(self) -> bool:
        """Whether the amendment awaits a decision, and so must survive every change of the text."""
        return self is AmendmentState.TABLED


class Phase(StrEnum):
    """Where a declaration stands."""

    DRAFTING = "drafting"
    FROZEN = "frozen"
    SEALED = "sealed"


AMENDMENT_TRANSITIONS: Final[Mapping[AmendmentState, frozenset[AmendmentState]]] = MappingProxyType(
    {
        AmendmentState.DRAFT: frozenset({AmendmentState.TABLED}),
        AmendmentState.TABLED: frozenset(
            {
                AmendmentState.WITHDRAWN,
                AmendmentState.ADOPTED,
                AmendmentState.ADOPTED_AS_MODIFIED,
                AmendmentState.REJECTED,
            }
        ),
        AmendmentState.WITHDRAWN: frozenset(),
        AmendmentState.ADOPTED: frozenset(),
        AmendmentState.ADOPTED_AS_MODIFIED: frozenset(),
        AmendmentState.REJECTED: frozenset(),
    }
)
"""What each state of an amendment may become."""

PHASE_TRANSITIONS: Final[Mapping[Phase, frozenset[Phase]]] = MappingProxyType(
    {
        Phase.DRAFTING: frozenset({Phase.FROZEN}),
        Phase.FROZEN: frozenset({Phase.DRAFTING, Phase.SEALED}),
        Phase.SEALED: frozenset(),
    }
)
"""What each phase may become: a seal is for ever, a freeze is not."""


def require_amendment(now: AmendmentState, then: AmendmentState, *, amendment: str) -> None:
    """Make sure that an amendment may go from one state to another.

    Raises:
        StateConflict: ``amendment.state``.

    """
    if then not in AMENDMENT_TRANSITIONS[now]:
        raise StateConflict(
            "amendment.state",
            f"The amendment “{amendment}” is {now} and cannot become {then}.",
            hint="Only an amendment that is tabled and undecided can be decided.",
        )


def require_phase(now: Phase, then: Phase, *, declaration: str) -> None:
    """Make sure that a declaration may go from one phase to another.

    Raises:
        StateConflict: ``declaration.phase``.

    """
    if then not in PHASE_TRANSITIONS[now]:
        raise StateConflict(
            "declaration.phase",
            f"The declaration “{declaration}” is {now} and cannot become {then}.",
            hint="A frozen text can be sealed or unfrozen; a sealed one is final.",
        )
