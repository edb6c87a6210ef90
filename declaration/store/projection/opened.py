"""The open amendment that an act is about, as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from declaration.canonical import Json
from declaration.drafting.amendment import Amendment
from declaration.drafting.states import AmendmentState, require_amendment
from declaration.errors import NotFound, StateConflict
from declaration.store import documents
from declaration.store.projection.act import Act
from declaration.store.tables import Amendments


@dataclass(frozen=True, slots=True)
class Opened:
    """What the table holds of an open amendment: why it is in conflict, if it is, and to which others it refers."""

    author: str
    document: str
    base: str
    changes: Json
    conflict: Json
    amends: str | None
    alternative: str | None

    def present(self, act: Act) -> Amendment:
        """Return the amendment with its changes as last carried."""
        return documents.amendment_as_carried(
            act.blob(self.document), base=self.base, changes=self.changes, amends=self.amends
        )


def opened(act: Act, then: AmendmentState | None = None) -> Opened:
    """Return the amendment that the entry names, if it is open (and may become `then`).

    Raises:
        NotFound: ``amendment.unknown``.
        StateConflict: ``amendment.state``.

    """
    amendment = act.text("amendment")
    row = act.session.execute(
        select(
            Amendments.author,
            Amendments.document,
            Amendments.base,
            Amendments.changes,
            Amendments.conflict,
            Amendments.state,
            Amendments.amends,
            Amendments.alternative,
        ).where(Amendments.declaration == act.declaration, Amendments.amendment == amendment)
    ).one_or_none()
    if row is None:
        raise NotFound(
            "amendment.unknown", f"There is no amendment “{amendment}”.", hint="Look at the list of amendments."
        )
    state = AmendmentState(row.state)
    if then is not None:
        require_amendment(state, then, amendment=amendment)
    elif not state.is_open:
        raise StateConflict(
            "amendment.state",
            f"The amendment “{amendment}” is {state}: it is decided.",
            hint="Table a new amendment.",
        )
    return Opened(row.author, row.document, row.base, row.changes, row.conflict, row.amends, row.alternative)
