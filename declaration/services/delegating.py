"""Naming, inviting and ending those who prepare for a signatory: they choose and read, and confirm nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from declaration.errors import InputRefused, NotFound, StateConflict
from declaration.ledger import forms
from declaration.ledger.entries import MAX_NAME
from declaration.services import entering
from declaration.services.actors import Actor, Role
from declaration.services.chancery import Chancery
from declaration.services.entering import Invited
from declaration.store import reception
from declaration.store.reception import Delegate
from declaration.store.session import View

MAX_DELEGATES: Final = 10
"""People who prepare for one signatory at a time: a mayor's office is smaller."""
_DEVICE: Final = "The delegate was invited anew."
_name = forms.text(MAX_NAME)


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who prepares; `enrolled` says whether they have a passkey."""

    delegate: Delegate
    enrolled: bool


def delegates(chancery: Chancery, actor: Actor) -> Sequence[Listed]:
    """Return who prepares for a signatory now, the first named first."""
    assert actor.signatory is not None  # only signatories and those who prepare for them come here
    with chancery.store.reading() as session:
        return listed(session, actor.declaration, actor.signatory)


def listed(session: View, declaration: str, signatory: str) -> Sequence[Listed]:
    """Return likewise, from a view of the database."""
    enrolled = {
        passkey.subject
        for passkey in reception.passkeys(session, declaration)
        if passkey.revoked is None and passkey.role == Role.DELEGATE
    }
    found = reception.delegates(session, declaration, signatory)
    present = sorted((item for item in found if item.ended is None), key=lambda item: (item.at, item.id))
    return [Listed(item, item.id in enrolled) for item in present]


def name(chancery: Chancery, actor: Actor, *, called: str) -> Invited:
    """Name somebody who prepares for a signatory, and invite them.

    Args:
        chancery: the service.
        actor: the signatory.
        called: the delegate's name.

    Raises:
        InputRefused: ``delegate.name``, the name is empty, too long, or holds what no name may hold.
        StateConflict: ``delegate.many``.

    """
    try:
        _name(called, "The name")
    except InputRefused as error:
        raise InputRefused("delegate.name", error.message, hint="Write the name as people call them.") from error
    assert actor.signatory is not None  # only signatories come here
    delegate = f"delegate-{chancery.random(6).hex()}"
    with chancery.store.transaction() as session:
        known = reception.delegates(session, actor.declaration, actor.signatory)
        if sum(item.ended is None for item in known) >= MAX_DELEGATES:
            raise StateConflict(
                "delegate.many",
                f"{MAX_DELEGATES} people prepare for you already.",
                hint="End one of these delegations first.",
            )
        named = Delegate(delegate, actor.signatory, called, chancery.now(), None)
        reception.name_delegate(session, actor.declaration, named)
    return entering.invite(chancery, actor.declaration, Role.DELEGATE, delegate)


def invite(chancery: Chancery, actor: Actor, delegate: str) -> Invited:
    """Invite a delegate anew; what they came in with until now lets them in no more.

    Raises:
        NotFound: ``delegate.unknown``.

    """
    _require_own(chancery, actor, delegate)
    return entering.replace_device(chancery, actor.declaration, Role.DELEGATE, delegate, reason=_DEVICE)


def end(chancery: Chancery, actor: Actor, delegate: str) -> None:
    """End a delegation: they are out at once; what they prepared stays with the signatory.

    Raises:
        NotFound: ``delegate.unknown``.

    """
    _require_own(chancery, actor, delegate)
    now = chancery.now()
    with chancery.store.transaction() as session:
        reception.end_delegate(session, actor.declaration, delegate, at=now)
        reception.revoke_passkeys(session, actor.declaration, Role.DELEGATE, delegate, at=now)
        entering.shut_out(chancery, session, actor.declaration, Role.DELEGATE, delegate)


def _require_own(chancery: Chancery, actor: Actor, delegate: str) -> None:
    """Make sure that somebody prepares for this signatory; another's delegate is answered like nobody."""
    with chancery.store.reading() as session:
        mine = reception.delegates(session, actor.declaration, actor.signatory)
    if not any(item.id == delegate and item.ended is None for item in mine):
        raise NotFound(
            "delegate.unknown", "Nobody of this id prepares for you.", hint="Look at the list of your delegates."
        )
