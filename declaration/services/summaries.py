"""Where a declaration stands, for machines: who stands where on each clause, and what became of each amendment."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from declaration.canonical import Json, encode
from declaration.drafting import positions
from declaration.drafting.positions import Cell, Matrix
from declaration.ledger.forms import write_moment
from declaration.store import queries
from declaration.store.session import View
from declaration.store.values import StoredAmendment

MATRIX: Final = "declaration-matrix/1"
"""Value of the member ``format`` of a matrix."""
AMENDMENTS: Final = "declaration-amendments/1"
"""Value of the member ``format`` of a list of amendments."""


def matrix(session: View, declaration: str) -> bytes:
    """Return who stands where on the version in force, as canonical JSON.

    Raises:
        NotFound: ``version.none``.

    """
    version = queries.current_version(session, declaration)
    signatories = queries.signatories(session, declaration)
    taken = [line.position for line in queries.positions(session, declaration)]
    table = positions.matrix(version.text, [party.id for party in signatories], taken)
    digests = {clause.id: clause.digest for clause in version.text.clauses()}
    document: dict[str, Json] = {
        "format": MATRIX,
        "declaration": declaration,
        "version": {"number": version.number, "digest": version.digest},
        "signatories": [party.as_json() for party in signatories],
        "clauses": [_clause(table, clause, digests[clause]) for clause in table.clauses],
    }
    return encode(document)


def _clause(table: Matrix, clause: str, digest: str) -> dict[str, Json]:
    stands = table.agreement(clause)
    cells = {who: cell for who in table.signatories if (cell := table.cells.get((who, clause))) is not None}
    return {
        "clause": clause,
        "digest": digest,
        "accepted": stands.accepted,
        "reservations": stands.reservations,
        "abstentions": stands.abstentions,
        "objections": list(stands.objections),
        "stale": list(stands.stale),
        "silent": list(stands.silent),
        "positions": {who: _cell(cell) for who, cell in cells.items()},
    }


def _cell(cell: Cell) -> dict[str, Json]:
    return {
        "stance": str(cell.position.stance),
        "digest": cell.position.clause_digest,
        "stale": cell.stale,
        "reservation": cell.position.reservation,
    }


def amendments(session: View, declaration: str) -> bytes:
    """Return every amendment ever tabled, in that order, with its changes as last carried, as canonical JSON."""
    document: dict[str, Json] = {
        "format": AMENDMENTS,
        "declaration": declaration,
        "amendments": [amendment(line) for line in queries.amendments(session, declaration)],
    }
    return encode(document)


def amendment(line: StoredAmendment) -> dict[str, Json]:
    """Return an amendment with its changes as last carried, and what became of it."""
    return {
        "amendment": line.amendment.document(),
        "state": str(line.state),
        "conflict": list(line.conflict),
        "document": line.document,
        "tabled": {"entry": line.entry, "at": _moment(line.at)},
        "revised": line.revised,
        "decided": line.decided,
        "reason": line.reason,
    }


def _moment(at: datetime) -> str:
    return write_moment(at, "amendment.at")
