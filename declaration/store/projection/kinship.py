"""Amendments that name others: on which text they stand, and what becomes of them when those others change."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import select, update

from declaration.canonical import Json
from declaration.drafting.amendment import Amendment, changes_from_json
from declaration.drafting.apply import apply
from declaration.drafting.reasons import THIS, between
from declaration.drafting.states import AmendmentState
from declaration.drafting.text import Text
from declaration.errors import DeclarationError, StateConflict
from declaration.store.projection.act import Act
from declaration.store.tables import Amendments

_OPEN = AmendmentState.TABLED.value


class Kin(NamedTuple):
    """What the table holds of an amendment that is named."""

    changes: Json
    conflict: Json
    state: str
    amends: str | None
    alternative: str | None


def ground(act: Act, text: Text, written: Amendment) -> Text:
    """Return the text to which the changes of an amendment refer.

    Args:
        act: that tables or revises it.
        text: of the current version.
        written: the amendment.

    Raises:
        StateConflict: ``amendment.parent``, the one that it amends is not open, or does not fit the text;
            ``amendment.depth``, that one amends another itself.

    """
    if written.amends is None:
        return text
    parent = _named(act, written.amends)
    if parent is None or parent.state != _OPEN or parent.conflict is not None:
        raise StateConflict(
            "amendment.parent",
            f"The amendment “{written.amends}” cannot be amended: it is not open, or does not fit the text.",
            hint="Amend the text itself, and take over the words that you need.",
        )
    if parent.amends is not None:
        raise StateConflict(
            "amendment.depth",
            f"The amendment “{written.amends}” amends another one itself.",
            hint="Write an alternative to it, or amend the one that it amends.",
        )
    return apply(text, changes_from_json(parent.changes))


def check_alternative(act: Act, written: Amendment) -> None:
    """Make sure that an amendment may be one of the alternatives that it names.

    Raises:
        StateConflict: ``amendment.alternative``.

    """
    if written.alternative is None:
        return
    first = _named(act, written.alternative)
    why = ""
    if first is None:
        why = "there is no such amendment"
    elif first.alternative is not None:
        why = f"it is itself an alternative to “{first.alternative}”, which names them all"
    elif first.amends != written.amends:
        why = "the two do not amend the same"
    elif first.state != _OPEN and not _members(act, written.alternative):
        why = "it is decided, and no other alternative is open"
    if why:
        raise StateConflict(
            "amendment.alternative",
            f"This cannot be an alternative to “{written.alternative}”: {why}.",
            hint="Name the first of open alternatives.",
        )


def written_anew(act: Act, written: Amendment, text: Text) -> None:
    """Put amendments of a revised one into conflict whose changes do not apply to it any more."""
    over: Text | None = None
    for child, changes in _children(act, written.id):
        over = apply(text, written.changes) if over is None else over
        try:
            apply(over, changes_from_json(changes))
        except DeclarationError:
            _conflict(act, child, "parent-revised", written.id)


def closed(act: Act, amendment: str) -> None:
    """Put the amendments of one that is withdrawn or rejected into conflict."""
    for child, _ in _children(act, amendment):
        _conflict(act, child, "parent-closed", amendment)


def _named(act: Act, amendment: str) -> Kin | None:
    row = act.session.execute(
        select(
            Amendments.changes, Amendments.conflict, Amendments.state, Amendments.amends, Amendments.alternative
        ).where(Amendments.declaration == act.declaration, Amendments.amendment == amendment)
    ).one_or_none()
    return None if row is None else Kin(row.changes, row.conflict, row.state, row.amends, row.alternative)


def _members(act: Act, first: str) -> bool:
    wanted = select(Amendments.amendment).where(
        Amendments.declaration == act.declaration, Amendments.alternative == first, Amendments.state == _OPEN
    )
    return act.session.scalar(wanted.limit(1)) is not None


def _children(act: Act, amendment: str) -> list[tuple[str, Json]]:
    """Return the open amendments of one that fit it so far, with their changes."""
    rows = act.session.execute(
        select(Amendments.amendment, Amendments.changes, Amendments.conflict)
        .where(Amendments.declaration == act.declaration, Amendments.amends == amendment, Amendments.state == _OPEN)
        .order_by(Amendments.entry)
    )
    return [(row.amendment, row.changes) for row in rows if row.conflict is None]


def _conflict(act: Act, child: str, code: str, parent: str) -> None:
    values: dict[str, Any] = {"conflict": [between(code, parent, THIS).sentence]}
    act.session.execute(
        update(Amendments)
        .where(Amendments.declaration == act.declaration, Amendments.amendment == child)
        .values(**values)
    )
