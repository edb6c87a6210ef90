"""Column types that keep the same bytes on SQLite and PostgreSQL: moments and canonical JSON, both as text.

A native timestamp or JSON column would be read back in another spelling by another database; the audit compares
rows value by value across two databases, so the stored spelling is the ledger's own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from declaration.canonical import Json, encode, parse
from declaration.errors import RecordDamaged

MOMENT_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"
"""The one spelling of a moment: UTC, whole seconds (RFC 3339 section 5.6 with a fixed offset). It sorts as text."""

MAX_JSON_COLUMN: Final = 64 * 1024 * 1024
"""Largest JSON column read back, in bytes: far above the changes of the largest amendment; a guard, not a quota."""


class Moment(TypeDecorator[datetime]):
    """A timezone-aware moment in whole seconds, stored as the text that entries use."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write UTC in whole seconds."""
        del dialect
        if value is None:
            return None
        # strftime does not pad the year to four digits on every platform
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read back what `process_bind_param` wrote."""
        del dialect
        if value is None:
            return None
        try:
            return datetime.strptime(value, MOMENT_FORMAT).replace(tzinfo=UTC)
        except ValueError as error:
            raise RecordDamaged(
                "record.moment",
                f"The database holds {value!r} where a moment belongs.",
                hint="Run `declaration audit` to find the row.",
            ) from error


class Canonical(TypeDecorator[Json]):
    """A JSON value in its RFC 8785 form, stored as text; ``None`` is SQL NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str | None:
        """Write the canonical form."""
        del dialect
        return None if value is None else encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:
        """Read strictly, so that a hand-made change of the column is not taken for a value."""
        del dialect
        return None if value is None else parse(value.encode(), limit=MAX_JSON_COLUMN, what="A JSON column")
