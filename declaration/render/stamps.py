"""Moments as readers see them: always with their zone."""

from __future__ import annotations

from datetime import UTC, datetime

from declaration.errors import InputRefused


def utc(moment: datetime) -> datetime:
    """Return the moment in UTC.

    Raises:
        InputRefused: it has no time zone, so that nobody knows when it was.

    """
    if moment.tzinfo is None:
        raise InputRefused(
            "render.naive-moment", f"The moment {moment} has no time zone.", hint="Give it with its zone."
        )
    return moment.astimezone(UTC)


def stamp(moment: datetime) -> str:
    """Return for example ``2019-09-01 11:04:05 UTC``."""
    return utc(moment).strftime("%Y-%m-%d %H:%M:%S UTC")
