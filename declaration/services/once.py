"""Acts with a natural name: sent again in the same words they are answered, in other words they are refused."""

from __future__ import annotations

from declaration.errors import StateConflict
from declaration.ledger.entries import Entry
from declaration.store.record import Recorded


def require_same(recorded: Recorded, entry: Entry) -> Recorded:
    """Return what was recorded for `entry`; refuse if its idempotency key stood for the act in other words.

    Raises:
        StateConflict: ``record.otherwise``; what was recorded first stands.

    """
    if recorded.repeated and recorded.entry.body != entry.body:
        raise StateConflict(
            "record.otherwise",
            f"This was recorded before with other content (“{entry.kind}”, entry {recorded.index}).",
            hint="Look at the present record; nothing was changed.",
        )
    return recorded
