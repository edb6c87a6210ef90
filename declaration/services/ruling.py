"""The rules of the negotiation: the depositary sets how many support an amendment, and until when one is tabled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from declaration.canonical import Json
from declaration.errors import InputRefused
from declaration.ledger import forms
from declaration.services.chancery import Chancery
from declaration.store import leaves, queries, supporting
from declaration.store.record import Recorded, record
from declaration.store.values import Rules

_REGIONS: Final = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
"""Where places are; other names of the database are abbreviations, offsets and former names."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time on the clocks of a place.

    Args:
        local: without a time zone, to the minute.
        zone: name of the place's time zone (IANA).

    """

    local: datetime
    zone: str

    def moment(self) -> datetime:
        """Return the moment in UTC; of an hour that clocks show twice, the later one, so that nobody is cut off.

        Raises:
            InputRefused: ``rules.zone``; ``rules.time``, clocks leave this hour out.

        """
        try:
            forms.zone(self.zone, "zone")
            zone = ZoneInfo(self.zone)
        except (InputRefused, KeyError, ValueError, OSError) as error:
            raise InputRefused(
                "rules.zone", f"There is no time zone “{self.zone[:64]}”.", hint="Choose one of the list."
            ) from error
        local = self.local.replace(tzinfo=None, second=0, microsecond=0)
        try:
            at = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
            again = at.astimezone(zone).replace(tzinfo=None)
        except OverflowError:
            again = None
        if again != local:
            raise InputRefused(
                "rules.time",
                f"Clocks in {self.zone} do not show {local:%H:%M} on this day.",
                hint="They are put forward in that hour: choose another one.",
            )
        return at


def on_clocks(at: datetime, zone: str) -> datetime:
    """Return a moment as clocks in a time zone show it; in UTC where the zone is not known."""
    try:
        return at.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        return at.astimezone(UTC)


@cache
def zones() -> tuple[str, ...]:
    """Return the names of time zones from which to choose: those of places, and UTC."""
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in _REGIONS))


def deadline(local: str, zone: str) -> Deadline:
    """Return a deadline as it is typed: a day and a time (``2019-08-30T18:00``), and the name of a time zone.

    Raises:
        InputRefused: ``rules.time``.

    """
    try:
        return Deadline(datetime.fromisoformat(local), zone)
    except ValueError as error:
        raise InputRefused(
            "rules.time", f"There is no moment “{local[:40]}” in the calendar.", hint="Give a day and a time."
        ) from error


def set_rules(chancery: Chancery, declaration: str, *, sponsors: int, deadline: Deadline | None) -> Recorded:
    """Set the rules from here on (the depositary); the same again is answered with the entry that set them.

    Args:
        chancery: the service.
        declaration: its id.
        sponsors: how many must stand behind an amendment before it is tabled, its author among them.
        deadline: the last minute in which one is tabled; None for none.

    Raises:
        InputRefused: ``rules.zone``, ``rules.time``; ``entry.form``.
        StateConflict: ``declaration.frozen``, ``declaration.sealed``.

    """
    at = None if deadline is None else deadline.moment()
    zone = None if deadline is None else deadline.zone
    with chancery.store.transaction() as session:
        leaves.lock(session, declaration)
        present = supporting.rules(session, declaration)
        if present.entry is not None and present == Rules(sponsors, at, zone, present.entry):
            found = queries.entry(session, declaration, present.entry)
            return Recorded(found.index, found.entry, found.leaf_hash, repeated=True)
        until: Json = None if at is None else {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "zone": str(zone)}
        by = queries.declaration(session, declaration).depositary.id
        body: dict[str, Json] = {"sponsors": sponsors, "deadline": until}
        return record(session, chancery.entry("rules.set", declaration, by=by, body=body))
