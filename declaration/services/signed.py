"""What was signed and by whom, gathered for the layouts made after the seal: from the record, or from a folder of it.

Both give the same value, and so the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from declaration import canonical
from declaration.canonical import digest
from declaration.drafting.text import version_from_document
from declaration.errors import NotFound
from declaration.ledger.entries import Entry
from declaration.ledger.folder import read_entries
from declaration.render.signed_text import SignedText
from declaration.render.values import DeclineLine, ObjectionLine, ReservationLine, RosterLine, SignatureLine
from declaration.services import evidence
from declaration.signing import layout
from declaration.signing.bundle import Bundle
from declaration.signing.document import MAX_DOCUMENT, Reservation, read_document
from declaration.signing.statement import Act, Declining, Statement
from declaration.store import checkpoints, queries
from declaration.store.session import View
from declaration.store.values import Decline, Signature


def of_record(session: View, declaration: str, *, only: str | None = None) -> SignedText:
    """Return a sealed declaration as its database has it.

    Args:
        session: a view of the database.
        declaration: its id.
        only: a signatory whose answer alone is wanted; the others are then left out.

    Raises:
        NotFound: ``edition.none``, it is not sealed yet; ``declaration.unknown``.

    """
    seal = queries.seal(session, declaration)
    instrument = queries.instrument(session, declaration)
    if seal is None or instrument is None:
        raise unsealed(declaration)
    note = checkpoints.latest(session, declaration, upto=seal.entry)
    given: Sequence[Signature | Decline] = (
        *queries.signatures(session, declaration),
        *queries.declines(session, declaration),
    )
    if only is not None:
        given = tuple(answer for answer in given if answer.signatory == only)
    found = [] if note is None else evidence.bundles_of(session, declaration, note, given)
    document = queries.blob(session, declaration, instrument.document)
    origin = queries.declaration(session, declaration).origins[0]
    bundles = {answer.signatory: bundle.encode() for answer, bundle in zip(given, found, strict=bool(note))}
    return _gathered(
        document,
        bundles,
        instrument=seal.instrument,
        edition=seal.edition,
        sealed_at=seal.at,
        url=f"{origin}/{declaration}",
        only=only,
    )


def of_folder(files: Mapping[str, bytes]) -> SignedText:
    """Return a sealed declaration as the depositary's folder has it, which was verified before.

    Args:
        files: contents by path below the folder, as `declaration.signing.files.read_folder` gives them.

    Raises:
        NotFound: ``edition.none``, the folder holds no sealed edition.
        VerificationError: a file is not what it should be.

    """
    ledger = {path.removeprefix(layout.LEDGER): data for path, data in files.items() if path.startswith(layout.LEDGER)}
    entries = [Entry.parse(data) for data in read_entries(ledger)]
    seal = next((entry for entry in reversed(entries) if entry.kind == "instrument.sealed"), None)
    if seal is None:
        raise unsealed("This declaration")
    opened = entries[0]
    origins = opened.body["origins"]
    assert isinstance(origins, list)  # as the form of the entry says
    bundles = {given.signatory: given.data for given in layout.bundles(files) if given.signatory is not None}
    return _gathered(
        files[layout.DOCUMENT],
        bundles,
        instrument=digest(files[layout.INSTRUMENT]),
        edition=digest(files[layout.EDITION]),
        sealed_at=seal.at,
        url=f"{origins[0]}/{opened.declaration}",
    )


def unsealed(declaration: str) -> NotFound:
    """Return what is said of layouts before there is anything to lay out."""
    return NotFound("edition.none", f"“{declaration}” is not sealed yet.", hint="Come back after the last signature.")


def _gathered(
    data: bytes,
    bundles: Mapping[str, bytes],
    *,
    instrument: str,
    edition: str,
    sealed_at: datetime,
    url: str,
    only: str | None = None,
) -> SignedText:
    """Put together what the document and the bundles say, everybody in the order of protocol."""
    document = read_document(data)
    written = canonical.parse_canonical(data, limit=MAX_DOCUMENT, what="declaration.json")
    assert isinstance(written, dict)  # as `read_document` found
    roster = {p.id: RosterLine(p.id, p.office, p.name, p.city, p.native, p.country) for p in document.roster}
    signatures: list[SignatureLine] = []
    declines: list[DeclineLine] = []
    unanswered: list[RosterLine] = []
    for party in roster.values():
        if only not in {None, party.id}:
            continue
        if party.id not in bundles:
            unanswered.append(party)
            continue
        bundle = Bundle.parse(bundles[party.id])
        at, printed = Entry.parse(bundle.recorded.entry).at, digest(bundles[party.id])
        address = f"{url}/signatures/{party.id}"
        if bundle.act is Act.SIGN:
            signatures.append(SignatureLine(party, at, printed, address, bundle.drawn))
        else:
            details = Statement.parse(bundle.statement).details
            assert isinstance(details, Declining)  # as the act says
            declines.append(DeclineLine(party, at, details.reason, printed, address))
    return SignedText(
        version=version_from_document(written["version"]),
        instrument=instrument,
        edition=edition,
        sealed_at=sealed_at,
        url=url,
        reservations=tuple(_reservation(line, roster) for line in document.reservations),
        signatures=tuple(signatures),
        declines=tuple(declines),
        unanswered=tuple(unanswered),
    )


def _reservation(line: Reservation, roster: Mapping[str, RosterLine]) -> ReservationLine:
    """Return a reservation with the objections to it, as the annex prints them: in the order of protocol."""
    rank = list(roster)
    raised = sorted(line.objections, key=lambda objection: rank.index(objection.signatory))
    objections = tuple(ObjectionLine(roster[each.signatory].name, each.reason) for each in raised)
    return ReservationLine(roster[line.signatory].name, line.clause, line.reservation, objections=objections)
