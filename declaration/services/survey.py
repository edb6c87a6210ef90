"""Everything open over the text, clause by clause: filtered, paged, with what collides and what is wanted twice.

All of it follows from the head of the ledger and is worked out once for each; a page is then a choice of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeAlias

from declaration.drafting.amendment import Change, Delete, Insert, Move, Replace, Retitle
from declaration.drafting.consolidate import ConflictGroup
from declaration.drafting.families import ground
from declaration.drafting.likeness import Likeness, alike
from declaration.drafting.text import Text
from declaration.render.numbering import clause_numbers
from declaration.services import consolidating, proposals
from declaration.services.consolidating import Merged, Workspace
from declaration.services.memory import Remembered
from declaration.services.proposals import Wish
from declaration.store.session import View
from declaration.store.values import StoredAmendment

PAGE: Final = 30
"""Amendments on one page: it ends with the clause on which they are reached."""

Where: TypeAlias = tuple[str | None, str | None]
"""A place of the text: section and clause; without a clause the title of the section; without both that of all."""


class Fit(StrEnum):
    """How an open amendment stands to the version in force and to the others."""

    FITS = "fits"
    COLLIDES = "collides"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Open:
    """An open amendment, where it first touches the text, and how it stands."""

    line: StoredAmendment
    fit: Fit
    places: tuple[Where, ...]

    @property
    def id(self) -> str:
        """Its id."""
        return self.line.amendment.id


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that is open, worked out.

    Args:
        work: what fits together, what collides.
        open: every open amendment by id, in the order in which they were tabled.
        alike: groups of those that want the same, or nearly.
        order: places of the text by their position.

    """

    work: Workspace
    open: Mapping[str, Open]
    alike: tuple[Likeness, ...]
    order: Mapping[Where, int]
    _twins: Mapping[str, Likeness] = field(repr=False)

    def twins(self, amendment: str) -> Likeness | None:
        """Return the group of those that want nearly the same as an amendment."""
        return self._twins.get(amendment)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of it to show; None does not restrict.

    Args:
        fit: how amendments stand.
        by: id of their author.
        section: id of a section that they touch.
        alike: only those that want nearly the same as another.

    """

    fit: Fit | None = None
    by: str | None = None
    section: str | None = None
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the text, and what is open there that does not begin further up.

    Args:
        section: id; None for the title of the declaration.
        clause: id; None for a title.
        number: by which readers call the clause.
        texts: as it reads.
        groups: that collide.
        several: whether more than one that fits changes the clause.
        merged: how it reads then; worked out for the spots of a page alone.
        fits: amendments that fit.
        stuck: amendments that no longer fit the text.

    """

    section: str | None
    clause: str | None
    number: str
    texts: Mapping[str, str]
    groups: tuple[ConflictGroup, ...]
    several: bool
    merged: Merged | None
    fits: tuple[Open, ...]
    stuck: tuple[Open, ...]

    def amendments(self) -> tuple[str, ...]:
        """Return the ids of the amendments that are shown there."""
        colliding = (name for group in self.groups for name in group.amendments)
        return (*colliding, *(line.id for line in (*self.fits, *self.stuck)))


@dataclass(frozen=True, slots=True)
class Survey:
    """One page of what was wanted.

    Args:
        whole: everything that is open.
        spots: of this page, in the order of the text.
        page: its number, from 1.
        pages: how many there are, at least one.
        chosen: ids of all amendments that were wanted, on every page, in the order in which they were tabled.
        fits: how many of these stand how.
        wishes: what the amendments of this page want, unless they are stuck.
        authors: by id how many open amendments they have, all of them.
        sections: likewise of the sections that amendments touch, in the order of the text.

    """

    whole: Whole
    spots: tuple[Spot, ...]
    page: int
    pages: int
    chosen: tuple[str, ...]
    fits: Mapping[Fit, int]
    wishes: Mapping[str, tuple[Wish, ...]]
    authors: Mapping[str, int]
    sections: Mapping[str, int]


def _whole(session: View, declaration: str) -> Whole:
    work = consolidating.workspace(session, declaration)
    text = work.version.text
    order = {where: place for place, where in enumerate(_places(text))}
    standing = {clause: where for where in order if (clause := where[1]) is not None}
    colliding = {name for group in work.groups for name in group.amendments}
    found = {}
    for line in work.open:
        name = line.amendment.id
        fit = Fit.STUCK if line.conflict else Fit.COLLIDES if name in colliding else Fit.FITS
        found[name] = Open(line, fit, _touched(line.amendment.changes, standing, order))
    groups = alike(line.amendment for line in work.open if not line.conflict and line.amendment.amends is None)
    twins = {name: group for group in groups for name in group.amendments}
    return Whole(work, found, groups, order, twins)


whole: Final = Remembered(_whole)
"""Return everything open over the version in force; raises as `consolidating.workspace`."""


def survey(session: View, declaration: str, wanted: Wanted, *, page: int = 1) -> Survey:
    """Return one page of what is wanted, clause by clause; a page beyond the last is the last.

    Raises:
        NotFound: ``declaration.unknown``, ``version.none``.

    """
    found = whole(session, declaration)
    keep = _filter(found, wanted)
    chosen = [line for line in found.open.values() if keep(line)]
    spots = _spots(found, {line.id for line in chosen}, narrowed=wanted != Wanted())
    pages = _pages(spots)
    number = min(max(page, 1), len(pages))
    reader = proposals.Reader(found.work.version.text)
    shown = [found.open[name] for spot in pages[number - 1] for name in spot.amendments()]
    return Survey(
        whole=found,
        spots=tuple(_with_merged(found.work, spot) for spot in pages[number - 1]),
        page=number,
        pages=len(pages),
        chosen=tuple(line.id for line in chosen),
        fits=Counter(line.fit for line in chosen),
        wishes={line.id: _wishes(found, reader, line) for line in shown if line.fit is not Fit.STUCK},
        authors=Counter(line.line.amendment.by for line in found.open.values()),
        sections=_sections(found),
    )


def _wishes(found: Whole, reader: proposals.Reader, line: Open) -> tuple[Wish, ...]:
    """Return what an amendment wants of the text; one that amends another, of the text as that one makes it."""
    own = line.line.amendment
    if own.amends is None:
        return reader.wishes(own.changes)
    others = {own.amends: found.open[own.amends].line.amendment}
    return proposals.wishes(ground(found.work.version.text, own, others), own.changes)


def _filter(found: Whole, wanted: Wanted) -> Callable[[Open], bool]:
    def keep(line: Open) -> bool:
        return (
            (wanted.fit is None or line.fit is wanted.fit)
            and (wanted.by is None or line.line.amendment.by == wanted.by)
            and (wanted.section is None or any(section == wanted.section for section, _ in line.places))
            and (not wanted.alike or found.twins(line.id) is not None)
        )

    return keep


def _places(text: Text) -> list[Where]:
    places: list[Where] = [(None, None)]
    for section in text.sections:
        places.append((section.id, None))
        places += [(section.id, clause.id) for clause in section.clauses]
    return places


def _touched(changes: Sequence[Change], standing: Mapping[str, Where], order: Mapping[Where, int]) -> tuple[Where, ...]:
    """Return where changes touch the text, at least the top; what refers to an earlier text may be gone from this."""
    found: list[Where] = []
    for change in changes:
        match change:
            case Replace(clause) | Delete(clause):
                found.append(standing.get(clause, (None, None)))
            case Move(clause, section, _):
                found += [standing.get(clause, (None, None)), (section, None)]
            case Insert(section, after, _):
                found.append(standing.get(after or "", (section, None)))
            case Retitle(section_, _, _, _):
                found.append((section_, None))
    return tuple(sorted({where for where in found if where in order} or {(None, None)}, key=order.__getitem__))


def _sections(found: Whole) -> dict[str, int]:
    touched = Counter(name for line in found.open.values() for name in {s for s, _ in line.places if s is not None})
    return {section.id: touched[section.id] for section in found.work.version.text.sections if touched[section.id]}


def _spots(found: Whole, chosen: set[str], *, narrowed: bool) -> list[Spot]:
    """Put everything chosen where it begins; a group that collides is shown whole, and once."""
    groups: dict[Where, list[ConflictGroup]] = defaultdict(list)
    lines: dict[Where, list[Open]] = defaultdict(list)
    for group in found.work.groups:
        if not chosen.isdisjoint(group.amendments):
            first = min((found.open[name].places[0] for name in group.amendments), key=found.order.__getitem__)
            groups[first].append(group)
    for name, line in found.open.items():
        if name in chosen and line.fit is not Fit.COLLIDES:
            lines[line.places[0]].append(line)
    text, spots = found.work.version.text, []
    numbers = clause_numbers(text)
    for where in found.order:
        section, clause = where
        about = found.work.several.get(clause or "", ())
        several = bool(about) and not (narrowed and chosen.isdisjoint(amendment.id for amendment in about))
        if where in groups or where in lines or several:
            fits = tuple(line for line in lines[where] if line.fit is Fit.FITS)
            stuck = tuple(line for line in lines[where] if line.fit is Fit.STUCK)
            texts = _texts(text, where)
            number = numbers.get(clause or "", "")
            spots.append(Spot(section, clause, number, texts, tuple(groups[where]), several, None, fits, stuck))
    return spots


def _with_merged(work: Workspace, spot: Spot) -> Spot:
    return replace(spot, merged=consolidating.merged(work, spot.clause or "")) if spot.several else spot


def _texts(text: Text, where: Where) -> Mapping[str, str]:
    section, clause = where
    if clause is not None:
        return text.clause(clause).texts
    return text.title if section is None else text.section(section).title


def _pages(spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
    pages: list[tuple[Spot, ...]] = []
    page: list[Spot] = []
    for spot in spots:
        page.append(spot)
        if sum(len(one.amendments()) for one in page) >= PAGE:
            pages.append(tuple(page))
            page = []
    if page or not pages:
        pages.append(tuple(page))
    return pages
