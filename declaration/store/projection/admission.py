"""Who may act, and when: the tables that every entry passes before anything else is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from declaration.drafting.states import Phase, require_phase
from declaration.errors import NotPermitted, StateConflict
from declaration.ledger.entries import Kind
from declaration.store.projection.act import Act

DEPOSITARY: Final = frozenset(
    {
        Kind.DECLARATION_OPENED,
        Kind.DRAFTER_ADMITTED,
        Kind.RULES_SET,
        Kind.SIGNATORY_INVITED,
        Kind.CREDENTIAL_REVOKED,
        Kind.AMENDMENT_REJECTED,
        Kind.VERSION_ADOPTED,
        Kind.TRANSLATION_CONFIRMED,
        Kind.INSTRUMENT_FROZEN,
        Kind.INSTRUMENT_UNFROZEN,
        Kind.INSTRUMENT_SEALED,
    }
)
"""Acts of the depositary alone. Authors and signatories are compared where their acts are projected."""

_DRAFTING: Final = frozenset({Phase.DRAFTING})
_FROZEN: Final = frozenset({Phase.FROZEN})
_OPEN: Final = _DRAFTING | _FROZEN

PHASES: Final[Mapping[Kind, frozenset[Phase]]] = MappingProxyType(
    {
        Kind.DRAFTER_ADMITTED: _OPEN,
        Kind.RULES_SET: _DRAFTING,
        Kind.SIGNATORY_INVITED: _DRAFTING,  # the roster is part of the instrument
        Kind.CREDENTIAL_ENROLLED: _OPEN,
        Kind.CREDENTIAL_REVOKED: frozenset(Phase),  # a stolen passkey is made known at any time
        Kind.AMENDMENT_TABLED: _DRAFTING,
        Kind.AMENDMENT_REVISED: _DRAFTING,
        Kind.AMENDMENT_WITHDRAWN: _DRAFTING,
        Kind.AMENDMENT_REJECTED: _DRAFTING,
        Kind.AMENDMENT_SUPPORTED: _DRAFTING,
        Kind.AMENDMENT_UNSUPPORTED: _DRAFTING,
        Kind.VERSION_ADOPTED: _DRAFTING,
        Kind.TRANSLATION_CONFIRMED: _DRAFTING,
        Kind.POSITIONS_TAKEN: _DRAFTING,
        # while the text is drafted, a position without it withdraws a reservation; afterwards it may be withdrawn at
        # any time, as an objection may (Vienna Convention on the Law of Treaties, article 22)
        Kind.RESERVATION_WITHDRAWN: frozenset({Phase.FROZEN, Phase.SEALED}),
        Kind.OBJECTION_RAISED: _DRAFTING,  # the annex of the instrument holds it
        Kind.OBJECTION_WITHDRAWN: frozenset(Phase),
        Kind.SIGNATURE_AFFIXED: _FROZEN,
        Kind.SIGNATURE_DECLINED: _FROZEN,
    }
)
"""The phases in which each kind of entry is possible, unless it moves the declaration to another phase."""

MOVES: Final[Mapping[Kind, Phase]] = MappingProxyType(
    {
        Kind.INSTRUMENT_FROZEN: Phase.FROZEN,
        Kind.INSTRUMENT_UNFROZEN: Phase.DRAFTING,
        Kind.INSTRUMENT_SEALED: Phase.SEALED,
    }
)
"""The phase to which each of these kinds moves the declaration."""

_REFUSALS: Final = MappingProxyType(
    {
        Phase.DRAFTING: ("declaration.not-frozen", "is still being drafted", "Wait until the depositary freezes it."),
        Phase.FROZEN: (
            "declaration.frozen",
            "is frozen for signing",
            "Ask the depositary to unfreeze it, which voids all signatures.",
        ),
        Phase.SEALED: ("declaration.sealed", "is sealed", "Nothing can be changed any more."),
    }
)


def admit(act: Act) -> None:
    """Let an act pass if its phase has come and its actor is the one it belongs to.

    Raises:
        StateConflict: ``declaration.not-frozen``, ``declaration.frozen``, ``declaration.sealed``,
            ``declaration.phase``.
        NotPermitted: ``depositary.only``.

    """
    kind, state = Kind(act.entry.kind), act.before
    if kind in DEPOSITARY and act.entry.by != state.depositary:
        raise NotPermitted(
            "depositary.only",
            f"“{kind}” is an act of the depositary, “{act.entry.by}” is somebody else.",
            hint=f"Ask “{state.depositary}” to do it.",
        )
    if kind in MOVES:
        require_phase(state.phase, MOVES[kind], declaration=act.declaration)
    elif state.phase not in PHASES[kind]:
        code, told, hint = _REFUSALS[state.phase]
        raise StateConflict(code, f"“{act.declaration}” {told}.", hint=hint)
