"""Amendments to amendments, when the text changes: each stands on the text as the amended one makes it.

One level is enough, and more is refused when it is tabled: an amendment of the third degree is one that nobody in a
room can follow (docs/adr/0025-amendments-of-amendments.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from declaration.drafting.amendment import Amendment, Change, Changes
from declaration.drafting.apply import apply
from declaration.drafting.consolidate import Carried, CarryConflict, carry
from declaration.drafting.reasons import THIS, between
from declaration.drafting.text import Text


@dataclass(frozen=True, slots=True)
class Parent:
    """The amendment that another amends.

    Args:
        id: its id.
        changes: of the text before.
        stays: whether it is still open afterwards, and fits.
        code: why an amendment of it does not fit, where it is neither open nor adopted whole: ``parent-stuck``,
            ``parent-closed`` or ``parent-modified``.

    """

    id: str
    changes: Changes
    stays: bool
    code: str


def ground(text: Text, amendment: Amendment, others: Mapping[str, Amendment]) -> Text:
    """Return the text to which the changes of an amendment refer.

    Args:
        text: of its base.
        amendment: one that fits it.
        others: by id, those of the same base; the one that it amends is among them.

    """
    return text if amendment.amends is None else apply(text, others[amendment.amends].changes)


def carry_through(changes: Sequence[Change], steps: Sequence[Changes], old: Text) -> Carried | CarryConflict:
    """Carry changes of `old` over several lists that are applied one after the other."""
    own = tuple(changes)
    for step in steps:
        new = apply(old, step)
        found = carry(own, step, old, new)
        if isinstance(found, CarryConflict):
            return found
        old, own = new, found.changes
    return Carried(own)


def carry_child(
    changes: Sequence[Change], parent: Parent, steps: Sequence[Changes], old: Text
) -> Carried | CarryConflict:
    """Carry an amendment of an amendment over what is adopted.

    What it gives refers to the new text as the parent makes it, where the parent stays open; and to the new text
    itself where every word of the parent has been adopted.

    Args:
        changes: of ``apply(old, parent.changes)``.
        parent: the amendment that it amends.
        steps: adopted one after the other, the first on `old`.
        old: the version before.

    """
    text, over, theirs, own = old, apply(old, parent.changes), parent.changes, tuple(changes)
    for step in steps:
        seen = carry(step, theirs, text, over)
        kept = carry(theirs, step, text, new := apply(text, step))
        if isinstance(seen, CarryConflict) or isinstance(kept, CarryConflict):
            return _apart(parent)
        found = carry(own, seen.changes, over, above := apply(over, seen.changes))
        if isinstance(found, CarryConflict):
            return found
        text, over, theirs, own = new, above, kept.changes, found.changes
    return Carried(own) if parent.stays or not theirs else _apart(parent)


def _apart(parent: Parent) -> CarryConflict:
    return CarryConflict((between(parent.code, parent.id, THIS),))
