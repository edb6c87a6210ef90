"""A mayor's pages: their clauses, the signature, the receipt, who prepares for them, what lets them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from declaration.canonical import b64u
from declaration.services import answering, delegating, preparing, reservations
from declaration.services.actors import Role
from declaration.services.answering import State
from declaration.services.preparing import Desk, Line, Part
from declaration.services.standing import testimony
from declaration.store import queries, reception
from declaration.store.values import Credential
from declaration.web.pages.entering import Room, Shown, Visit

OFFICE: Final = (Role.SIGNATORY, Role.DELEGATE)
"""Who reads these pages: a mayor, and those who prepare for them."""
VIEWS: Final = ("all", "open", "changed")
"""Which clauses are shown: all, those that wait for a position, those that changed since one was taken."""


def _clauses(visit: Visit) -> Shown:
    desk = preparing.desk(visit.session, visit.declaration, visit.signatory)
    view = visit.parameters.get("show", VIEWS[0])
    delegates = {item.id: item.name for item in reception.delegates(visit.session, visit.declaration, visit.signatory)}
    return {
        **_mine(visit),
        "desk": desk,
        "parts": _shown(desk, view),
        "view": view if view in VIEWS else VIEWS[0],
        "lang": visit.texts(),
        "names": delegates,
    }


def _shown(desk: Desk, view: str) -> Sequence[Part]:
    """Return the sections with those of their clauses that are asked for."""

    def wanted(line: Line) -> bool:
        return line.stale if view == "changed" else line.is_open or view != "open"

    found = [Part(part.section, part.number, tuple(filter(wanted, part.lines))) for part in desk.parts]
    return [part for part in found if part.lines]


def _reservations(visit: Visit) -> Shown:
    found = reservations.register(visit.session, visit.declaration)
    mine = [line for line in found.lines if line.life.signatory == visit.signatory]
    others = [line for line in found.standing if line.life.signatory != visit.signatory]
    return {**_mine(visit), "register": found, "own": mine, "others": others}


def _sign(visit: Visit) -> Shown:
    return {**_mine(visit), "lang": visit.texts()}


def _receipt(visit: Visit) -> Shown:
    said = testimony(visit.session, visit.declaration, visit.signatory)
    drawn = None if said.drawn is None else b64u(said.drawn).replace("-", "+").replace("_", "/")
    return {**_mine(visit), "drawn": None if drawn is None else drawn + "=" * (-len(drawn) % 4)}


def _delegates(visit: Visit) -> Shown:
    return {**_mine(visit), "people": delegating.listed(visit.session, visit.declaration, visit.signatory)}


def _devices(visit: Visit) -> Shown:
    assert visit.actor is not None  # the room has let only people in
    passkeys: Sequence[Credential | reception.StoredPasskey]
    if visit.actor.role is Role.SIGNATORY:
        passkeys = queries.credentials(visit.session, visit.declaration, visit.signatory)
    else:
        passkeys = [
            item
            for item in reception.passkeys(visit.session, visit.declaration)
            if (item.role, item.subject) == (visit.actor.role, visit.actor.subject)
        ]
    return {**_mine(visit), "passkeys": passkeys}


def _mine(visit: Visit) -> dict[str, Any]:
    """Return what all of these pages show: who, and where their answer stands."""
    assert visit.actor is not None  # the room has let only people in
    return {
        "mine": answering.standing(visit.session, visit.declaration, visit.signatory),
        "is_mayor": visit.actor.role is Role.SIGNATORY,
        "State": State,
    }


PAGES: Final = (
    Room("/my", "mayor/clauses.html", _clauses, OFFICE, ("lang", "show")),
    Room("/my/reservations", "mayor/reservations.html", _reservations, OFFICE),
    Room("/my/sign", "mayor/sign.html", _sign, OFFICE, ("lang",)),
    Room("/my/receipt", "mayor/receipt.html", _receipt, OFFICE),
    Room("/my/delegates", "mayor/delegates.html", _delegates, (Role.SIGNATORY,)),
    Room("/my/devices", "mayor/devices.html", _devices, OFFICE),
)
"""Every page of a mayor."""
