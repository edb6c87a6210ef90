"""The acts of a summit as YAML (docs/spec/exchange.md, section 4): one file for everything between opening and signing.

    drafters: [{id: workshop-1, name: "Workshop 1: Sustainable city"}]   # may be left out
    amendments:
      - {id: A1, by: workshop-1, rationale: …, changes: [{delete: {clause: mobility-3}}]}
    decisions:
      - adopt: [A1]
    conflicts: []                    # resolved conflicts, where they do not stand among the decisions
    positions:
      - {signatory: abidjan, clause: all, stance: accept}
      - {signatory: abidjan, clause: mobility-1, stance: accept-with-reservation, reservation: …}
    objections:                      # to reservations, raised before the freeze
      - {signatory: lagos, to: abidjan, clause: mobility-1, reason: …}
    declines:
      - {signatory: venlo, reason: …}
    late: []                         # amendments that come after the freeze, to be refused

Every part may be left out. An amendment may say ``amends: A1`` (it changes that amendment) and ``alternative: A1``
(of the two at most one is adopted). Amendments, decisions and positions may say ``round: 2`` (see `acts` for what a
round is). The forms of a change are in `acts_changes`, those of a decision in `acts_decisions`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from declaration.drafting.positions import Stance
from declaration.drafting.text import Text
from declaration.exchange.acts import (
    ALL,
    Acts,
    AmendmentLine,
    DeclineLine,
    DrafterLine,
    ObjectionLine,
    PositionLine,
)
from declaration.exchange.acts_changes import Context, read_changes
from declaration.exchange.acts_decisions import read_conflicts, read_decisions, read_round, settle_decisions
from declaration.exchange.tree import Field, shown
from declaration.exchange.wording import Proofreader, identifier, unique
from declaration.exchange.yaml_source import read_yaml

MAX_DRAFTER_NAME: Final = 200
"""Code points of a drafter's name: the name of a delegation with its country."""

_STANCES: Final = {
    "accept": Stance.ACCEPT,
    "accept with reservation": Stance.ACCEPT_WITH_RESERVATION,
    "accept with a reservation": Stance.ACCEPT_WITH_RESERVATION,
    "reservation": Stance.ACCEPT_WITH_RESERVATION,
    "reserve": Stance.ACCEPT_WITH_RESERVATION,
    "object": Stance.OBJECT,
    "abstain": Stance.ABSTAIN,
}
"""Every spelling of a stance, with hyphens and underscores read as spaces."""


@dataclass(frozen=True, slots=True)
class ReadActs:
    """The acts, and a note for whatever was cleaned on the way, each with file, line and field."""

    acts: Acts
    notes: tuple[str, ...]


def read_acts(
    data: bytes, *, file: str, text: Text | None = None, signatories: Collection[str] | None = None
) -> ReadActs:
    """Read the acts of a summit.

    Args:
        data: the file's bytes, YAML in UTF-8.
        file: the name by which messages call it.
        text: the text as it is opened; where it is given, languages, clauses and sections are looked up in it.
        signatories: ids of the invited signatories; where they are given, signatories are looked up in them.

    Raises:
        LimitExceeded: larger, deeper or longer than a named limit.
        InputRefused: not of the form described above, or about something that is not there; names file, line and
            field.

    """
    top, notes = read_yaml(data, file=file)
    names = ("drafters", "amendments", "decisions", "conflicts", "positions", "objections", "declines", "late")
    parts = top.members((), names)
    known = None if signatories is None else frozenset(signatories)
    context = Context(Proofreader(), text=text, signatories=known)
    drafters = _Drafters(parts, context)
    amendments = _amendments(parts, "amendments", drafters, context)
    late = _amendments(parts, "late", drafters, context)
    unique(((line.id, place) for line, place in (*amendments, *late)), what="amendment")
    tabled = [line for line, _ in amendments]
    decisions = read_decisions(parts["decisions"], context) if "decisions" in parts else []
    decisions += read_conflicts(parts["conflicts"], context) if "conflicts" in parts else []
    positions = tuple(line for item in _list(parts, "positions") for line in _positions(item, context))
    objections = _objections(_list(parts, "objections"), context)
    declines = tuple(_decline(item, context) for item in _list(parts, "declines"))
    context.settle(amendments=[line.id for line in tabled])
    acts = Acts(
        drafters=drafters.lines(),
        amendments=tuple(tabled),
        decisions=settle_decisions(decisions, tabled),
        positions=positions,
        objections=objections,
        declines=declines,
        late=tuple(line for line, _ in late),
    )
    return ReadActs(acts, (*notes, *context.proof.notes))


def _list(parts: dict[str, Field], name: str) -> Iterable[Field]:
    return parts[name].items() if name in parts else ()


class _Drafters:
    """Who may table: the drafters that the file lists or, if it lists none, whoever tables."""

    def __init__(self, parts: dict[str, Field], context: Context) -> None:
        self._listed = "drafters" in parts
        self._by_id: dict[str, DrafterLine] = {}
        self._by_name: dict[str, DrafterLine] = {}
        items = [(self._line(item, context), item) for item in _list(parts, "drafters")]
        unique(((line.id, place) for line, place in items), what="drafter")
        for line, _ in items:
            self._add(line)

    def lines(self) -> tuple[DrafterLine, ...]:
        """Return the drafters in the order in which they appear."""
        return tuple(self._by_id.values())

    def by(self, place: Field, context: Context) -> str:
        """Return the id of the drafter who is named here, by id or by name."""
        name = context.proof.prose(place, limit=MAX_DRAFTER_NAME)
        line = self._by_id.get(name) or self._by_name.get(name)
        if line is None and self._listed:
            raise place.refused(
                "acts.unknown-drafter", f"there is no drafter {shown(name)}.", hint="Add it to 'drafters'."
            )
        return (line or self._add(DrafterLine(self._slug(name), name))).id

    def _add(self, line: DrafterLine) -> DrafterLine:
        self._by_id[line.id] = line
        self._by_name.setdefault(line.name, line)
        return line

    @staticmethod
    def _line(item: Field, context: Context) -> DrafterLine:
        fields = item.members(("id",), ("name",))
        name = identifier(fields["id"])
        if "name" not in fields:
            return DrafterLine(name, name)
        return DrafterLine(name, context.proof.prose(fields["name"], limit=MAX_DRAFTER_NAME))

    def _slug(self, name: str) -> str:
        """Make an id out of a name: its ASCII letters and digits, or a number where it has none."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48] or "drafter"
        taken = {known.lower() for known in self._by_id}
        if slug not in taken:
            return slug
        return next(f"{slug}-{number}" for number in range(2, len(taken) + 3) if f"{slug}-{number}" not in taken)


def _amendments(
    parts: dict[str, Field], part: str, drafters: _Drafters, context: Context
) -> list[tuple[AmendmentLine, Field]]:
    lines = []
    for item in _list(parts, part):
        fields = item.members(("id", "by", "changes"), ("rationale", "round", "sponsors", "amends", "alternative"))
        by = drafters.by(fields["by"], context)
        line = AmendmentLine(
            id=identifier(fields["id"]),
            by=by,
            rationale=context.proof.prose(fields["rationale"]) if "rationale" in fields else "",
            changes=read_changes(fields["changes"], context),
            round=max(1, read_round(fields)),
            sponsors=_sponsors(fields["sponsors"], by, drafters, context) if "sponsors" in fields else (),
            amends=context.named("amendment", fields["amends"]) if "amends" in fields else None,
            alternative=context.named("amendment", fields["alternative"]) if "alternative" in fields else None,
        )
        lines.append((line, item))
    return lines


def _sponsors(place: Field, author: str, drafters: _Drafters, context: Context) -> tuple[str, ...]:
    found: list[str] = []
    for item in place.one_or_more():
        sponsor = drafters.by(item, context)
        if sponsor == author or sponsor in found:
            raise item.refused(
                "acts.sponsor",
                "the author stands behind the amendment anyway."
                if sponsor == author
                else f"{shown(sponsor)} is named twice.",
                hint="Name each of the others once.",
            )
        found.append(sponsor)
    return tuple(found)


def _positions(item: Field, context: Context) -> list[PositionLine]:
    fields = item.members(("signatory", "clause", "stance"), ("reservation", "round"))
    reservation = context.proof.prose(fields["reservation"]) if "reservation" in fields else None
    stance = _stance(fields["stance"], reservation)
    number = read_round(fields)
    signatories = [context.named("signatory", who) for who in fields["signatory"].one_or_more()]
    clauses = [context.named("clause", what) for what in fields["clause"].one_or_more()]
    return [PositionLine(who, what, stance, reservation, number) for who in signatories for what in clauses]


def _stance(place: Field, reservation: str | None) -> str:
    value = place.scalar()
    stance = _STANCES.get(value.lower().replace("-", " ").replace("_", " "))
    if stance is None:
        raise place.refused(
            "acts.stance",
            f"{shown(value)} is not a stance.",
            hint=f"The stances are: {', '.join(stance.value for stance in Stance)}.",
        )
    if stance is Stance.ACCEPT and reservation is not None:  # "accept", with a reservation beside it
        return Stance.ACCEPT_WITH_RESERVATION.value
    if stance is Stance.ACCEPT_WITH_RESERVATION and reservation is None:
        raise place.refused("acts.reservation", "the reservation is missing.", hint="Add 'reservation: …'.")
    if stance is Stance.ABSTAIN and reservation is not None:
        raise place.refused("acts.reservation", "who abstains makes no reservation.", hint="Leave the words out.")
    return stance.value


def _objections(items: Iterable[Field], context: Context) -> tuple[ObjectionLine, ...]:
    lines: dict[tuple[str, str, str], ObjectionLine] = {}
    for item in items:
        fields = item.members(("signatory", "to", "clause", "reason"))
        line = ObjectionLine(
            _one("signatory", fields["signatory"], context),
            _one("signatory", fields["to"], context),
            _one("clause", fields["clause"], context),
            context.proof.prose(fields["reason"]),
        )
        if line.signatory == line.author:
            raise item.refused(
                "acts.objection", "nobody objects to a reservation of their own.", hint="Leave the objection out."
            )
        if (place := (line.signatory, line.author, line.clause)) in lines:
            raise item.refused("acts.objection", "this objection stands there already.", hint="Keep one of them.")
        lines[place] = line
    return tuple(lines.values())


def _one(what: str, place: Field, context: Context) -> str:
    name = context.named(what, place)
    if name == ALL:
        raise place.refused("acts.objection", f"one {what} belongs here.", hint="Write an objection for each.")
    return name


def _decline(item: Field, context: Context) -> DeclineLine:
    fields = item.members(("signatory", "reason"))
    return DeclineLine(context.named("signatory", fields["signatory"]), context.proof.prose(fields["reason"]))
