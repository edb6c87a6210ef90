"""Who stands where as files for offices: a workbook (XLSX) and a table (CSV), in the words of a language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from declaration.drafting.positions import Cell as Stand
from declaration.drafting.positions import Stance
from declaration.render.csv_table import MEDIA as CSV
from declaration.render.csv_table import write_csv
from declaration.render.fonts import is_rtl
from declaration.render.xlsx import MEDIA as XLSX
from declaration.render.xlsx import Cell, Look, Sheet, write_xlsx
from declaration.services import matrix_words as words
from declaration.services.freezing import Objections, objections_in_force
from declaration.services.standing import Standing, standing
from declaration.store.reservations import reservations
from declaration.store.session import View

__all__ = ["CSV", "XLSX", "csv", "xlsx"]

ZONE: Final = "UTC"
"""Of every moment in these files: the ledger's own."""
_COLUMNS: Final = (
    *("city", "native", "country", "signatory", "number", "clause", "stance", "words"),
    *("objections", "stale", "version", "date", "zone"),
)
_LOOKS: Final = {
    Stance.ACCEPT: Look.GOOD,
    Stance.ACCEPT_WITH_RESERVATION: Look.PARTLY,
    Stance.OBJECT: Look.BAD,
    Stance.ABSTAIN: Look.NEUTRAL,
}


def csv(session: View, declaration: str, language: str) -> bytes:
    """Return every position on the version in force, one a line.

    Args:
        session: a view of the database.
        declaration: its id.
        language: of the words; texts are in it too where it is authentic.

    Raises:
        NotFound: ``version.none``.

    """
    found = _read(session, declaration, language)
    rows: list[list[str | int | None]] = [[found.said(name) for name in _COLUMNS]]
    rows += [list(_values(line)) for line in found.lines()]
    return write_csv(rows)


def xlsx(session: View, declaration: str, language: str) -> bytes:
    """Return a workbook: cities by clauses, every position with its words and its date, and the clauses.

    Raises:
        NotFound: ``version.none``.
        LimitExceeded: ``sheet.size``.

    """
    found = _read(session, declaration, language)
    return write_xlsx([_overview(found), _positions(found), _clauses(found)])


@dataclass(frozen=True, slots=True)
class _Line:
    """One position, in the order of the columns; the date comes before the zone."""

    words: tuple[str, ...]
    version: int
    at: str
    cell: Cell
    date: Cell


class _Words:
    """Who stands where, in the words of one language.

    Args:
        stands: the positions.
        against: the objections in force, by whose reservation on which clause.
        spoken: of the words.
        language: of the texts, where it is authentic.

    """

    def __init__(self, stands: Standing, against: Objections, spoken: str, language: str) -> None:
        self.stands = stands
        self.against = against
        self.spoken = spoken
        self.language = language
        self.numbers = {line.clause.id: line.number for part in stands.parts for line in part.lines}

    def said(self, key: str) -> str:
        """Return a word."""
        return words.word(key, self.spoken)

    def yes(self, value: object) -> str:
        """Return yes or no."""
        return self.said("yes" if value else "no")

    def stance(self, stand: Stand) -> Cell:
        """Return a stance as a cell; where it is said of former words, the cell says so."""
        said = self.said(stand.position.stance)
        if stand.stale:
            return Cell(f"{said} ({self.said('former')})", Look.FORMER)
        return Cell(said, _LOOKS[stand.position.stance])

    def objections(self, author: str, clause: str) -> str:
        """Return who objects to a reservation, and why, one a line in the order of protocol."""
        raised = {line.signatory: line.reason for line in self.against.get((author, clause), ())}
        parties = self.stands.parties
        return "\n".join(f"{parties[who].city}: {raised[who]}" for who in parties if who in raised)

    def lines(self) -> Iterator[_Line]:
        """Give every position, city by city, clause by clause."""
        matrix = self.stands.matrix
        for who, party in self.stands.parties.items():
            for clause in matrix.clauses:
                stand = matrix.cells.get((who, clause))
                if stand is None:
                    continue
                taken = self.stands.taken[who, clause]
                at = taken.at.astimezone(UTC)
                said = (
                    *(party.city, party.native, party.country, who, self.numbers[clause], clause),
                    *(self.said(stand.position.stance), stand.position.reservation or "", self.objections(who, clause)),
                    self.yes(stand.stale),
                )
                shown = at.strftime("%Y-%m-%d %H:%M:%S")
                yield _Line(said, taken.version, shown, self.stance(stand), Cell(at, Look.DATE))


def _read(session: View, declaration: str, language: str) -> _Words:
    against = objections_in_force(reservations(session, declaration))
    return _Words(standing(session, declaration), against, words.speaks(language), language)


def _values(line: _Line) -> tuple[str | int, ...]:
    return (*line.words, line.version, line.at, ZONE)


def _heading(names: Iterator[str] | tuple[str, ...], said: Callable[[str], str] = str) -> list[Cell]:
    return [Cell(said(name), Look.HEAD) for name in names]


def _overview(found: _Words) -> Sheet:
    """Return cities by clauses; a cell is empty where nobody has said anything."""
    matrix = found.stands.matrix
    numbers = tuple(found.numbers[clause] for clause in matrix.clauses)
    rows = [[*_heading(("city", "country"), found.said), *_heading(numbers)]]
    for who, party in found.stands.parties.items():
        stands = (matrix.cells.get((who, clause)) for clause in matrix.clauses)
        cells = [Cell(None) if stand is None else found.stance(stand) for stand in stands]
        rows.append([Cell(party.city), Cell(party.country), *cells])
    return Sheet(found.said("matrix"), (24, 9, 14), rows, fixed=2, rtl=is_rtl(found.spoken))


def _positions(found: _Words) -> Sheet:
    rows = [_heading(_COLUMNS, found.said)]
    for line in found.lines():
        *before, _stance, reservation, objections, stale = line.words
        said = [Cell(value) for value in before] + [line.cell, Cell(reservation), Cell(objections), Cell(stale)]
        rows.append([*said, Cell(line.version), line.date, Cell(ZONE)])
    widths = (24, 24, 9, 20, 10, 20, 28, 60, 60, 14, 9, 20, 10)
    return Sheet(found.said("positions"), widths, rows, fixed=1, rtl=is_rtl(found.spoken))


def _clauses(found: _Words) -> Sheet:
    """Return the clauses with their words, and how each stands."""
    counts = ("accepted", "reserved", "objected", "abstained", "stale", "silent", "blocked")
    rows = [_heading(("number", "clause", "text", *counts), found.said)]
    for part in found.stands.parts:
        for line in part.lines:
            texts = line.clause.texts
            text = texts.get(found.language, next(iter(texts.values())))
            stands = found.stands.matrix.agreement(line.clause.id)
            numbers = [stands.accepted, stands.reservations, len(stands.objections), stands.abstentions]
            numbers += [len(stands.stale), len(stands.silent)]
            said = [Cell(line.number), Cell(line.clause.id), Cell(text), *map(Cell, numbers)]
            rows.append([*said, Cell(found.yes(stands.is_blocked))])
    return Sheet(found.said("clauses"), (10, 20, 80, 11), rows, fixed=1, rtl=is_rtl(found.spoken))
