"""A summit to try: the default one, in the middle of its negotiation, with some chairs left empty for visitors.

The first round is over and its amendments are decided; those of the second lie open on the table. Everybody but the
last three signatories on the list has a simulated device and has taken positions; those three, the drafters and the
depositary come in by invitations that are made afresh each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from declaration.canonical import sha256
from declaration.ceremony.device import Device
from declaration.ceremony.negotiation import Negotiation
from declaration.ceremony.plan import Plan
from declaration.ceremony.stage import Stage
from declaration.ceremony.summit import Summit
from declaration.errors import ConfigurationError, StateConflict
from declaration.exchange.acts import ALL
from declaration.services import entering, opening
from declaration.services.actors import Actor, Role, find_actor
from declaration.services.chancery import Chancery
from declaration.store import queries

EMPTY_CHAIRS: Final = 3
"""Signatories at the end of the list whose devices are those of whoever tries the demo."""
SEED: Final = b"demo: devices that belong to nobody"


@dataclass(frozen=True, slots=True)
class Door:
    """How one role of the demo comes in; `secret` is None for who is in already and signs in with their passkey."""

    actor: Actor
    secret: str | None


def begin_demo(chancery: Chancery, plan: Plan, stage: Stage) -> None:
    """Play the beginning of a summit; what was played before stands.

    Args:
        chancery: the service.
        plan: the whole summit; what belongs to its last round of decisions, and to its end, is left to do.
        stage: who watches.

    Raises:
        ConfigurationError: ``demo.origin``, the demo that is there was begun under another address.

    """
    with chancery.store.reading() as session:
        if queries.exists(session, plan.text.id):
            origins = queries.declaration(session, plan.text.id).origins
            if origins != chancery.site.origins:
                raise ConfigurationError(
                    "demo.origin",
                    f"The demo here was begun under {origins[0]}, to which its passkeys are bound.",
                    hint="Start it with the same --port again, or begin another one in another folder.",
                )
    first = _beginning(plan)
    devices = _devices(chancery, first)
    Summit(chancery, first, devices, stage).assemble()
    with chancery.store.reading() as session:
        here = {party.id for party in queries.signatories(session, plan.text.id)}
    if not {party.id for party in plan.parties} <= here:
        Negotiation(chancery, first, devices, stage).play_rounds()
        opening.invite_signatories(chancery, plan.text.id, plan.parties[-EMPTY_CHAIRS:])


def _beginning(plan: Plan) -> Plan:
    last = max(plan.acts.rounds, default=0)
    present = plan.signatories[:-EMPTY_CHAIRS]
    known = {ALL, *(line.id for line in present)}
    acts = replace(
        plan.acts,
        decisions=tuple(line for line in plan.acts.decisions if line.round < last),
        positions=tuple(line for line in plan.acts.positions if line.round < last and line.signatory in known),
        declines=(),
        late=(),
    )
    return replace(plan, signatories=present, acts=acts)


def _devices(chancery: Chancery, plan: Plan) -> Mapping[str, Device]:
    site, declaration = chancery.site, plan.text.id
    return {
        party.id: Device(
            seed=sha256(SEED + f"/{declaration}/{party.id}".encode()),
            party=party,
            declaration=declaration,
            ledger=site.ledger_origin(declaration),
            rp_id=site.rp_id,
            origin=site.origins[0],
        )
        for party in plan.parties
    }


def doors(chancery: Chancery, plan: Plan) -> tuple[Door, ...]:
    """Return how to come in: a drafter, three mayors, the depositary; an invitation that nobody used is replaced."""
    declaration = plan.text.id
    with chancery.store.reading() as session:
        drafter = queries.drafters(session, declaration)[0].id
        host = queries.declaration(session, declaration).depositary.id
    wanted = [(Role.DRAFTER, drafter), *((Role.SIGNATORY, party.id) for party in plan.parties[-EMPTY_CHAIRS:])]
    return tuple(_door(chancery, declaration, role, subject) for role, subject in (*wanted, (Role.DEPOSITARY, host)))


def _door(chancery: Chancery, declaration: str, role: Role, subject: str) -> Door:
    try:
        invited = entering.invite(chancery, declaration, role, subject)
    except StateConflict:  # a mayor who has a passkey already
        with chancery.store.reading() as session:
            return Door(find_actor(session, declaration, role, subject), None)
    return Door(invited.actor, invited.secret)
