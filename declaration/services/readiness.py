"""Whether the text is ready to be frozen: what prevents it, and what to know before freezing it nevertheless."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from declaration.canonical import Json, digest, encode, parse
from declaration.drafting import positions
from declaration.drafting.concordance import Task, Want
from declaration.drafting.hygiene import check
from declaration.drafting.positions import Agreement
from declaration.drafting.text import Version
from declaration.errors import InputRefused, StateConflict
from declaration.render.columns import MOST
from declaration.render.instrument import render_instrument
from declaration.render.numbering import clause_numbers
from declaration.render.values import Occasion, Rendered
from declaration.services import freezing, translating
from declaration.services.chancery import Chancery
from declaration.services.consolidating import require_drafting
from declaration.services.freezing import Annex, Frozen, annex_of, document_of, roster_line
from declaration.services.renderings import Renderings, made_from
from declaration.store import queries
from declaration.store.record import Recorded
from declaration.store.session import View
from declaration.store.values import Signatory

MAX_LINE: Final = 200
"""Characters of a line of the title page: more would not stand on one."""
MOST_COLUMNS: Final = MOST
"""Languages beside each other."""
_THEN: Final = datetime(2019, 8, 30, tzinfo=UTC)
"""The moment that a trial names: whichever, so that the same text is tried once."""
_TRIALS: Final = Renderings(limit=1024 * 1024)
"""Which characters no font draws, by what would be printed; finding out takes a second of a processor."""
_PROOFS: Final = Renderings(limit=8 * 1024 * 1024)
"""Documents to look at, the latest."""


@dataclass(frozen=True, slots=True)
class Unprintable:
    """A character that no font holds: it would be printed as a box with its code point."""

    code_point: int
    name: str
    where: str
    count: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """Where the version in force stands on its way to being frozen.

    Args:
        version: in force.
        roster: how many are invited to sign.
        missing: (place, language) of what an authentic language lacks; prevents freezing.
        unconfirmed: passages whose words nobody has confirmed against the drafting language; prevents freezing.
        stale: by clause number, signatories whose position is on former words; prevents freezing unless one says so.
        objections: by clause number, signatories who object.
        open: ids of amendments that are not decided.
        unprintable: characters that no font draws.
        not_enrolled: ids of signatories who could not sign yet.

    """

    version: Version
    roster: int
    missing: tuple[tuple[str, str], ...]
    unconfirmed: tuple[Task, ...]
    stale: Mapping[str, tuple[str, ...]]
    objections: Mapping[str, tuple[str, ...]]
    open: tuple[str, ...]
    unprintable: tuple[Unprintable, ...]
    not_enrolled: tuple[str, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether nothing that the depositary says makes freezing possible."""
        return bool(self.missing or self.unconfirmed) or not self.roster

    @property
    def needs_word(self) -> bool:
        """Whether it can be frozen only by saying that stale positions are left out."""
        return bool(self.stale)

    @property
    def warnings(self) -> int:
        """How many things a person should know who freezes it nevertheless."""
        return sum(map(bool, (self.objections, self.open, self.unprintable, self.not_enrolled)))


def readiness(session: View, declaration: str) -> Readiness:
    """Return whether the version in force can be frozen.

    Raises:
        NotFound: ``declaration.unknown``, ``version.none``.

    """
    version = queries.current_version(session, declaration)
    roster = queries.signatories(session, declaration)
    found = agreements(session, declaration, version, roster)
    numbers = clause_numbers(version.text)
    enrolled = {line.signatory for line in queries.credentials(session, declaration) if line.revoked is None}
    return Readiness(
        version=version,
        roster=len(roster),
        missing=version.text.missing(),
        unconfirmed=tuple(
            task for task in translating.wanted(session, declaration, version) if task.want is Want.UNCONFIRMED
        ),
        stale={numbers[line.clause]: line.stale for line in found if line.stale},
        objections={numbers[line.clause]: line.objections for line in found if line.objections},
        open=tuple(line.amendment.id for line in queries.open_amendments(session, declaration)),
        unprintable=_unprintable(version, roster, annex_of(session, declaration, version, roster)) if roster else (),
        not_enrolled=tuple(party.id for party in roster if party.id not in enrolled),
    )


def agreements(
    session: View, declaration: str, version: Version, roster: tuple[Signatory, ...]
) -> tuple[Agreement, ...]:
    """Return how every clause of the version in force stands, in the order of the text."""
    taken = [line.position for line in queries.positions(session, declaration)]
    matrix = positions.matrix(version.text, [party.id for party in roster], taken)
    return tuple(matrix.agreement(clause) for clause in matrix.clauses)


def _unprintable(version: Version, roster: tuple[Signatory, ...], annex: Annex) -> tuple[Unprintable, ...]:
    tag = made_from("unprintable", _printed(version, roster, annex))
    found = parse(_TRIALS.get(tag, lambda: encode(_trial(version, roster, annex))), limit=1024 * 1024, what="The trial")
    assert isinstance(found, list)
    return tuple(
        Unprintable(int(item["code_point"]), str(item["name"]), str(item["where"]), int(item["count"]))  # type: ignore[arg-type] # as `_trial` wrote it
        for item in found
        if isinstance(item, dict)
    )


def _printed(version: Version, roster: tuple[Signatory, ...], annex: Annex) -> str:
    """Return a digest of all that would be printed."""
    names: list[Json] = [party.as_json() for party in roster]
    lines: list[Json] = [repr(line) for line in annex.lines]
    return digest(encode([version.digest, names, lines]))


def _trial(version: Version, roster: tuple[Signatory, ...], annex: Annex) -> list[Json]:
    """Print the instrument once, as if it were frozen at its beginning, and return what no font could draw."""
    return [
        {
            "code_point": item.code_point,
            "name": unicodedata.name(chr(item.code_point), ""),
            "where": item.where,
            "count": item.count,
        }
        for item in _set(version, roster, annex).missing
    ]


def proof(session: View, declaration: str, columns: int) -> bytes:
    """Return the document as it would be set if it were frozen now, without the title lines: to look at.

    Raises:
        NotFound: ``declaration.unknown``, ``version.none``.
        InputRefused: ``layout.columns``.

    """
    version = queries.current_version(session, declaration)
    roster = queries.signatories(session, declaration)
    annex = annex_of(session, declaration, version, roster)
    tag = made_from(f"proof {columns}", _printed(version, roster, annex))
    return _PROOFS.get(tag, lambda: _set(version, roster, annex, columns).pdf)


def _set(version: Version, roster: tuple[Signatory, ...], annex: Annex, columns: int = 1) -> Rendered:
    return render_instrument(
        version,
        [roster_line(party) for party in roster],
        annex.lines,
        document=encode(document_of(version, roster, annex.held, annex.against)),
        frozen_at=_THEN,
        columns=columns,
    )


@dataclass(frozen=True, slots=True)
class Lines:
    """Three lines of the title page, each by language, each optional."""

    name: Mapping[str, str]
    place: Mapping[str, str]
    date: Mapping[str, str]


def freeze(
    chancery: Chancery, declaration: str, *, lines: Lines, base: str, with_stale: bool, columns: int = 1
) -> Frozen:
    """Freeze the version that was looked at.

    Args:
        chancery: the service.
        declaration: its id.
        lines: of the title page.
        base: digest of the version.
        with_stale: leave positions on former words out.
        columns: how many languages stand beside each other.

    Raises:
        StateConflict: the text is frozen or sealed already; as `freezing.freeze`.
        InputRefused: ``occasion.language``, ``layout.columns``, ``text.*``.

    """
    with chancery.store.reading() as session:
        require_drafting(session, declaration)
        languages = queries.declaration(session, declaration).languages
    for given in (lines.name, lines.place, lines.date):
        for language, line in given.items():
            if language not in languages:
                raise InputRefused(
                    "occasion.language",
                    f"The title page gives words in “{language[:40]}”, which is not an authentic language.",
                    hint=f"Use: {', '.join(languages)}.",
                )
            check(line, where=f"The title page ({language})")
    occasion = Occasion(lines.name, lines.place, lines.date)
    return freezing.freeze(chancery, declaration, occasion=occasion, columns=columns, with_stale=with_stale, base=base)


def unfreeze(chancery: Chancery, declaration: str, *, reason: str, voids: int) -> Recorded:
    """Return to drafting, which voids every answer given so far.

    Args:
        chancery: the service.
        declaration: its id.
        reason: for the record.
        voids: how many answers (signatures and refusals) the depositary knows to become void.

    Raises:
        StateConflict: nothing is frozen; ``unfreeze.count``, somebody has answered meanwhile.

    """
    with chancery.store.reading() as session:
        queries.frozen_instrument(session, declaration)
        given = len(queries.signatures(session, declaration)) + len(queries.declines(session, declaration))
    if given != voids:
        raise StateConflict(
            "unfreeze.count",
            f"Unfreezing would make {given} answers void, not {voids}: somebody has answered meanwhile.",
            hint="Look at the answers again, then decide.",
        )
    return freezing.unfreeze(chancery, declaration, reason=reason)
