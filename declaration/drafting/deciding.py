"""A decision about several amendments: what it changes, and what a person must have read before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from declaration.drafting.amendment import Amendment, Changes, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.composition import collisions, union
from declaration.drafting.conflict import Conflict
from declaration.drafting.consolidate import Carried, alternatives, carry, key_of, touched_by_several
from declaration.drafting.sequence import compose
from declaration.drafting.text import Text
from declaration.errors import StateConflict


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a decision changes.

    Args:
        changes: everything, as changes of the base.
        to_confirm: clauses that more than one hand touched, for a person to read.
        first: what changes the text itself.
        then: what amendments of adopted amendments change in that; empty where there are none.

    """

    changes: Changes
    to_confirm: tuple[str, ...]
    first: Changes
    then: Changes

    @property
    def steps(self) -> tuple[Changes, ...]:
        """What is adopted, one step after the other."""
        return (self.first, self.then) if self.then else (self.first,)


def decide(
    text: Text,
    adopted: Sequence[Amendment],
    modified: Sequence[Amendment] = (),
    words: Sequence[Replace | Retitle] = (),
) -> Adoption:
    """Return the changes that adopt several amendments together, with the depositary's own words where given.

    Args:
        text: the base to which all refer.
        adopted: amendments adopted as they are, and amendments of amendments, which modify those that they amend.
        modified: amendments adopted as modified: where `words` speaks, they are silent; a clause for which it gives
            words stands.
        words: the depositary's own changes of texts and titles, which settle the conflicts.

    Raises:
        StateConflict: ``merge.unresolved``, they still collide; the message names the first place. ``merge.words``, an
            amendment adopted as it is would change the words that the depositary gives. ``merge.parent``, an amendment
            would be adopted without the one that it amends. ``merge.alternatives``, two are alternatives.

    """
    settled = {key_of(change) for change in words}
    settled |= {("delete", change.clause, None) for change in words if isinstance(change, Replace)}
    everybody = [*adopted, *modified]
    speaking = {a.id: a.changes for a in adopted}
    speaking |= {a.id: tuple(c for c in a.changes if key_of(c) not in settled) for a in modified}
    _check_company(everybody)
    roots = [amendment for amendment in everybody if amendment.amends is None]
    lists = [*(speaking[amendment.id] for amendment in roots), tuple(words)]
    _settle(collisions(text, lists, [*(amendment.id for amendment in roots), "the depositary"]))
    first = union(text, lists)
    for change in words:
        if change not in first:
            raise StateConflict(
                "merge.words",
                f"An amendment adopted as it is changes {_place(change)} too, for which other words are given.",
                hint="Adopt it as modified, or leave the words out.",
            )
    middle = apply(text, first)
    parents = {amendment.id: amendment for amendment in roots}
    children = [(amendment, parents[amendment.amends]) for amendment in everybody if amendment.amends is not None]
    above = [_raised((text, middle), first, parent, child.id, speaking[child.id]) for child, parent in children]
    _settle(collisions(middle, above, [child.id for child, _ in children]))
    then = union(middle, above)
    changes = compose(text, first, then) if then else first
    number = {amendment.id: place for place, amendment in enumerate(roots)}
    born = {len(lists) + place: number[parent.id] for place, (_, parent) in enumerate(children)}
    to_confirm = touched_by_several((text, apply(middle, then)), [*lists, *above], born)
    return Adoption(changes, to_confirm, first, then)


def _check_company(chosen: Sequence[Amendment]) -> None:
    for _, _, reason in alternatives(chosen):
        raise StateConflict("merge.alternatives", reason.sentence, hint="Choose one of them.")
    roots: Mapping[str, Amendment] = {amendment.id: amendment for amendment in chosen if amendment.amends is None}
    for amendment in chosen:
        if amendment.amends is not None and amendment.amends not in roots:
            raise StateConflict(
                "merge.parent",
                f"The amendment {amendment.id} amends {amendment.amends}, which is not adopted with it.",
                hint="Adopt both, or the amended one alone.",
            )


def _raised(texts: tuple[Text, Text], first: Changes, parent: Amendment, name: str, changes: Changes) -> Changes:
    """Return an amendment of an amendment as changes of the second text, which the first step makes of the first."""
    text, middle = texts
    over = apply(text, parent.changes)
    left = carry(first, parent.changes, text, over)
    if isinstance(left, Carried):
        found = carry(changes, left.changes, over, middle)
        if isinstance(found, Carried):
            return found.changes
        left = found
    raise StateConflict(
        "merge.unresolved",
        f"The amendment {name}, which amends {parent.id}, collides with what is adopted: {left.reasons[0].sentence}",
        hint="Leave it out, or give words for the place without it.",
    )


def _settle(found: Sequence[Conflict]) -> None:
    if found:
        raise StateConflict(
            "merge.unresolved",
            f"{len(found)} conflicts are left. The first: {found[0][2].sentence}",
            hint="Give the words that shall stand there, or leave one of the amendments out.",
        )


def _place(change: Replace | Retitle) -> str:
    if isinstance(change, Replace):
        return f"clause {change.clause} ({change.language})"
    return f"the title of {change.section or 'the declaration'} ({change.language})"
