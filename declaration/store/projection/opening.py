"""Opening a declaration; admitting drafters and inviting signatories."""

from __future__ import annotations

from typing import Final

from sqlalchemy import or_, select

from declaration.drafting.states import Phase
from declaration.errors import InputRefused, StateConflict
from declaration.store.ask import given
from declaration.store.projection.act import Act
from declaration.store.tables import Declarations, Drafters, Signatories

_DRAFTER: Final = select(Drafters.drafter).where(
    Drafters.declaration == given("declaration"), Drafters.folded == given("folded")
)
_SIGNATORY: Final = select(Signatories.signatory).where(
    Signatories.declaration == given("declaration"), Signatories.folded == given("folded")
)


def declaration_opened(act: Act) -> None:
    """Open a declaration under an id (in whatever capitals) and a ledger origin that nobody has.

    Raises:
        StateConflict: ``declaration.taken``.

    """
    same = or_(Declarations.folded == act.declaration.lower(), Declarations.origin == act.text("origin"))
    if act.session.scalars(select(Declarations.declaration).where(same)).first() is not None:
        raise taken(act.declaration)
    depositary = act.object("depositary")
    act.add(
        Declarations,
        folded=act.declaration.lower(),
        origin=act.text("origin"),
        rp_id=act.text("rp_id"),
        origins=act.entry.body["origins"],
        depositary=depositary["id"],
        depositary_name=depositary["name"],
        depositary_city=depositary["city"],
        depositary_country=depositary["country"],
        languages=act.entry.body["languages"],
        phase=Phase.DRAFTING.value,
        version=None,
        frozen=None,
        at=act.entry.at,
    )


def taken(declaration: str) -> StateConflict:
    """Return the refusal of an id or origin that is in use."""
    return StateConflict(
        "declaration.taken",
        f"A declaration “{declaration}”, or one with the same ledger origin, has been opened already.",
        hint="Choose another id; ids that differ only in capitals are the same.",
    )


def drafter_admitted(act: Act) -> None:
    """Admit a drafter under an id that no other drafter and not the depositary has.

    Raises:
        StateConflict: ``drafter.known``.
        InputRefused: ``drafter.depositary``.

    """
    drafter = act.text("drafter")
    if drafter.lower() == act.before.depositary.lower():
        raise InputRefused(
            "drafter.depositary",
            f"“{drafter}” is the depositary, who may table amendments anyway.",
            hint="Give the drafter another id.",
        )
    if act.ask(_DRAFTER, folded=drafter.lower()).scalar() is not None:
        raise StateConflict("drafter.known", f"The drafter “{drafter}” is admitted already.", hint="Choose another id.")
    act.add(Drafters, drafter=drafter, folded=drafter.lower(), name=act.text("name"), entry=act.index)


def signatory_invited(act: Act) -> None:
    """Invite a signatory under an id that no other has.

    Raises:
        StateConflict: ``signatory.known``.

    """
    party = act.object("signatory")
    signatory = str(party["id"])
    if act.ask(_SIGNATORY, folded=signatory.lower()).scalar() is not None:
        raise StateConflict(
            "signatory.known", f"The signatory “{signatory}” is invited already.", hint="Choose another id."
        )
    act.add(
        Signatories,
        signatory=signatory,
        folded=signatory.lower(),
        office=party["office"],
        name=party["name"],
        city=party["city"],
        native=party["native"],
        country=party["country"],
        entry=act.index,
    )
