"""The rules of the negotiation: how many stand behind an amendment before it is tabled, and until when one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from declaration.errors import StateConflict
from declaration.ledger import forms
from declaration.store.ask import given
from declaration.store.projection.act import Act
from declaration.store.tables import Rules

_RULES: Final = select(Rules.sponsors, Rules.deadline, Rules.zone).where(Rules.declaration == given("declaration"))


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules that an act meets; without any, an author is enough, at any time."""

    sponsors: int = 1
    deadline: datetime | None = None
    zone: str | None = None

    def until(self) -> str:
        """Say the deadline as clocks in its zone showed it, and in UTC; in UTC alone where the zone is not known."""
        assert self.deadline is not None  # whoever says it has asked
        utc = f"{self.deadline:%Y-%m-%d %H:%M:%S} UTC"
        try:
            local = self.deadline.astimezone(ZoneInfo(self.zone or ""))
        except (KeyError, ValueError, OSError):
            return utc
        return f"{local:%Y-%m-%d %H:%M} ({self.zone}), which was {utc}"


def rules_set(act: Act) -> None:
    """Set the rules from here on; what is tabled already stays."""
    deadline = act.entry.body["deadline"]
    at = zone = None
    if isinstance(deadline, dict):
        at, zone = forms.read_moment(deadline["at"], "entry.body.deadline.at"), deadline["zone"]
    act.session.execute(delete(Rules).where(Rules.declaration == act.declaration))
    act.add(Rules, sponsors=act.number("sponsors"), deadline=at, zone=zone, entry=act.index, at=act.entry.at)


def require_tabling(act: Act, sponsors: int) -> None:
    """Make sure that words may be put forward now, by that many.

    Args:
        act: which puts them forward.
        sponsors: how many stand behind exactly these words, their author among them.

    Raises:
        StateConflict: ``amendment.deadline``, ``amendment.sponsors``.

    """
    row = act.ask(_RULES).one_or_none()
    rules = InForce() if row is None else InForce(row.sponsors, row.deadline, row.zone)
    if rules.deadline is not None and act.entry.at > rules.deadline:
        raise StateConflict(
            "amendment.deadline",
            f"Amendments could be tabled until {rules.until()}.",
            hint="Ask the depositary to set a later deadline.",
        )
    if sponsors < rules.sponsors:
        raise StateConflict(
            "amendment.sponsors",
            f"An amendment needs {rules.sponsors} sponsors, its author among them; these words have {sponsors}.",
            hint="Ask other drafters to support exactly these words, then table them.",
        )
