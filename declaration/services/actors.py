"""Who acts: a role in one declaration, and the office or person that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from declaration.errors import NotFound
from declaration.store import queries, reception
from declaration.store.session import View


class Role(StrEnum):
    """What somebody may do in a declaration."""

    DRAFTER = "drafter"
    """Proposes amendments."""
    DELEGATE = "delegate"
    """Prepares for a signatory, and confirms nothing."""
    SIGNATORY = "signatory"
    """Takes positions, signs or declines: a mayor."""
    DEPOSITARY = "depositary"
    """Invites, decides, freezes, seals and publishes: the host city."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who has come in.

    Args:
        declaration: the one in which they act.
        role: in which they act.
        subject: id of the drafter, delegate, signatory or depositary.
        name: as the record, or the invitation, names them.
        signatory: for whom they act: themselves, or whose delegate they are; None for the other roles.

    """

    declaration: str
    role: Role
    subject: str
    name: str
    signatory: str | None = None


def find_actor(session: View, declaration: str, role: Role, subject: str) -> Actor:
    """Return somebody as the record knows them now.

    Raises:
        NotFound: ``declaration.unknown``, ``drafter.unknown``, ``signatory.unknown``, ``delegate.unknown``,
            ``depositary.unknown``.

    """
    match role:
        case Role.DRAFTER:
            names = {drafter.id: drafter.name for drafter in queries.drafters(session, declaration)}
            if subject not in names:
                raise NotFound("drafter.unknown", f"“{subject}” is not admitted to draft.", hint="Admit them first.")
            return Actor(declaration, role, subject, names[subject])
        case Role.DELEGATE:
            delegate = reception.delegate(session, declaration, subject)
            return Actor(declaration, role, subject, delegate.name, delegate.signatory)
        case Role.SIGNATORY:
            signatory = queries.signatory(session, declaration, subject)
            return Actor(declaration, role, subject, signatory.name, subject)
        case Role.DEPOSITARY:
            depositary = queries.declaration(session, declaration).depositary
            if subject != depositary.id:
                raise NotFound(
                    "depositary.unknown", f"“{subject}” is not the depositary.", hint=f"It is “{depositary.id}”."
                )
            return Actor(declaration, role, subject, depositary.name)
