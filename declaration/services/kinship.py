"""Which amendments an amendment may name, and which name it: alternatives, the amended one, those that amend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from declaration.errors import StateConflict
from declaration.store import queries
from declaration.store.session import View
from declaration.store.values import StoredAmendment


@dataclass(frozen=True, slots=True)
class Kin:
    """Whom a draft shall name: the amendment that it amends, and the first of its alternatives."""

    amends: str | None
    alternative: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """An amendment among others.

    Args:
        parent: the one that it amends, or amended when it was written last.
        children: those that amend it, or amended it, in the order in which they were tabled.
        alternatives: of which at most one is adopted, itself left out.

    """

    parent: StoredAmendment | None
    children: tuple[StoredAmendment, ...]
    alternatives: tuple[StoredAmendment, ...]


def family(lines: Sequence[StoredAmendment], line: StoredAmendment) -> Family:
    """Return an amendment's relatives among all amendments of its declaration."""
    name, group = line.amendment.id, group_of(line)
    return Family(
        parent=next((other for other in lines if other.amendment.id == line.upon), None),
        children=tuple(other for other in lines if other.upon == name),
        alternatives=tuple(other for other in lines if group_of(other) == group and other.amendment.id != name),
    )


def group_of(line: StoredAmendment) -> str:
    """Return the name of the group of alternatives to which an amendment belongs, be it alone."""
    return line.amendment.alternative or line.amendment.id


def alternative_to(session: View, declaration: str, amendment: str) -> Kin:
    """Return whom an alternative to an amendment names.

    Raises:
        NotFound: ``amendment.unknown``.
        StateConflict: ``amendment.alternative``, it is decided.

    """
    line = queries.amendment(session, declaration, amendment)
    if not line.state.is_open:
        raise StateConflict(
            "amendment.alternative",
            f"The amendment “{amendment}” is decided: there is nothing to choose between any more.",
            hint="Table a new amendment.",
        )
    return Kin(line.amendment.amends, group_of(line))


def require_amendable(session: View, declaration: str, kin: Kin) -> str | None:
    """Return the amendment to be amended, if it may be.

    Raises:
        NotFound: ``amendment.unknown``.
        StateConflict: ``amendment.parent``, ``amendment.depth``.

    """
    if kin.amends is None:
        return None
    line = queries.amendment(session, declaration, kin.amends)
    if not line.state.is_open or line.conflict:
        raise StateConflict(
            "amendment.parent",
            f"The amendment “{kin.amends}” cannot be amended: it is not open, or does not fit the text.",
            hint="Amend the text itself, and take over the words that you need.",
        )
    if line.amendment.amends is not None:
        raise StateConflict(
            "amendment.depth",
            f"The amendment “{kin.amends}” amends another one itself.",
            hint="Write an alternative to it, or amend the one that it amends.",
        )
    return kin.amends
