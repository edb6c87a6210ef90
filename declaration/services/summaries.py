"""Where a declaration stands, for machines: who stands where on each clause, and what became of each amendment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from declaration.canonical import Json, encode
from declaration.drafting import positions
from declaration.drafting.positions import Cell, Matrix
from declaration.drafting.reservations import Objection
from declaration.ledger.forms import write_moment
from declaration.services.freezing import Objections, objections_in_force
from declaration.store import queries, supporting
from declaration.store.reservations import reservations
from declaration.store.session import View
from declaration.store.values import Rules, StoredAmendment, Support

MATRIX: Final = "declaration-matrix/1"
"""Value of the member ``format`` of a matrix."""
AMENDMENTS: Final = "declaration-amendments/1"
"""Value of the member ``format`` of a list of amendments."""


def matrix(session: View, declaration: str) -> bytes:
    """Return who stands where on the version in force, as canonical JSON; beside a reservation, who objects to it.

    Raises:
        NotFound: ``version.none``.

    """
    version = queries.current_version(session, declaration)
    signatories = queries.signatories(session, declaration)
    taken = [line.position for line in queries.positions(session, declaration)]
    table = positions.matrix(version.text, [party.id for party in signatories], taken)
    digests = {clause.id: clause.digest for clause in version.text.clauses()}
    against = objections_in_force(reservations(session, declaration))
    document: dict[str, Json] = {
        "format": MATRIX,
        "declaration": declaration,
        "version": {"number": version.number, "digest": version.digest},
        "signatories": [party.as_json() for party in signatories],
        "clauses": [_clause(table, clause, digests[clause], against) for clause in table.clauses],
    }
    return encode(document)


def _clause(table: Matrix, clause: str, digest: str, against: Objections) -> dict[str, Json]:
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
        "positions": {who: _cell(cell, against.get((who, clause), ())) for who, cell in cells.items()},
    }


def _cell(cell: Cell, against: Sequence[Objection]) -> dict[str, Json]:
    return {
        "stance": str(cell.position.stance),
        "digest": cell.position.clause_digest,
        "stale": cell.stale,
        "reservation": cell.position.reservation,
        "against": [{"signatory": line.signatory, "reason": line.reason} for line in against],
    }


def amendments(session: View, declaration: str) -> bytes:
    """Return every amendment ever tabled, in that order, with its changes as last carried, as canonical JSON."""
    document: dict[str, Json] = {
        "format": AMENDMENTS,
        "declaration": declaration,
        "amendments": lines(session, declaration, queries.amendments(session, declaration)),
    }
    return encode(document)


def lines(session: View, declaration: str, wanted: Sequence[StoredAmendment]) -> list[Json]:
    """Return amendments with who supports them."""
    given = defaultdict(list)
    for support in supporting.supports(session, declaration, wanted[0].amendment.id if len(wanted) == 1 else None):
        given[support.amendment].append(support)
    return [amendment(line, given[line.amendment.id]) for line in wanted]


def amendment(line: StoredAmendment, supports: Sequence[Support]) -> dict[str, Json]:
    """Return an amendment with its changes as last carried, what became of it, and who supports which content of it."""
    return {
        "amendment": line.amendment.document(),
        "state": str(line.state),
        "conflict": list(line.conflict),
        "document": line.document,
        "tabled": {"entry": line.entry, "at": _moment(line.at)},
        "revised": line.revised,
        "decided": line.decided,
        "reason": line.reason,
        "content": line.amendment.content,
        "supports": [
            {
                "drafter": support.drafter,
                "content": support.content,
                "entry": support.entry,
                "at": _moment(support.at),
                "counts": support.counts,
                "stale": support.stale,
                "withdrawn": support.withdrawn,
            }
            for support in supports
        ],
    }


def rules(found: Rules) -> dict[str, Json]:
    """Return the rules of the negotiation; `sponsors` counts the author."""
    deadline: Json = None if found.deadline is None else {"at": _moment(found.deadline), "zone": found.zone}
    return {"sponsors": found.sponsors, "deadline": deadline, "entry": found.entry}


def _moment(at: datetime) -> str:
    return write_moment(at, "amendment.at")
