"""What anybody may read of the record: who stands where, who signed, every act, and the head that binds them."""

from __future__ import annotations

import json
from typing import Final

from declaration.drafting.states import Phase
from declaration.drafting.text import check_id
from declaration.ledger.note import Note
from declaration.ledger.tiles import tiles_for
from declaration.services import announcing, standing
from declaration.services.announcing import Act
from declaration.services.layouts import SPOKEN
from declaration.services.news import number_of
from declaration.services.reservations import register
from declaration.services.topics import About, Topic, latest_about, require
from declaration.store import checkpoints, queries
from declaration.store.session import View
from declaration.web.pages import verifying
from declaration.web.pages.shelf import Asked, Page, Shown, number_in

ENTRIES: Final = 50
"""Entries of the ledger on one page, and in the feed."""
TABLE: Final = 120
"""Signatories up to which the matrix is also shown as one table: more rows are read by nobody."""
CITIES: Final = 100
"""Cities on one page of a list."""
LATEST: Final = 12
"""Names that the wall shows at once."""
ATOM: Final = "application/atom+xml; charset=utf-8"


def matrix(asked: Asked) -> Shown:
    """Show who stands where: as a table, by clause or by city."""
    stands = standing.standing(asked.session, asked.declaration)
    by = asked.parameters.get("by", "")
    page = number_in(asked.parameters.get("page", "1"), "a page")
    parties = list(stands.parties.values())
    return {
        "stands": stands,
        "agreements": {clause: stands.matrix.agreement(clause) for clause in stands.matrix.clauses},
        "by": by if by in {"clause", "city"} else "",
        "table": len(parties) <= TABLE,
        "lang": asked.texts(),
        "languages": asked.frame.languages,
        "page": page,
        "pages": max(1, -(-len(parties) // CITIES)),
        "parties": parties[(page - 1) * CITIES : page * CITIES],
    }


def reservations(asked: Asked) -> Shown:
    """Show every reservation, the objections to it, and how it came about."""
    return {"register": register(asked.session, asked.declaration)}


def signatories(asked: Asked) -> Shown:
    """Show who is invited, and who has signed."""
    roll = standing.roll(asked.session, asked.declaration)
    return {"roll": roll, "drafting": asked.frame.phase is Phase.DRAFTING}


def signature(asked: Asked) -> Shown:
    """Show one signatory's answer, and how to verify it."""
    wanted = check_id(asked.parts["signatory"][:80], where="The address")
    said = standing.testimony(asked.session, asked.declaration, wanted)
    certificates = tuple(dict.fromkeys((*asked.frame.languages, *SPOKEN)))
    return {"said": said, "reserved": _reserved(asked, wanted), "certificates": certificates}


def _reserved(asked: Asked, signatory: str) -> list[dict[str, str]]:
    """Return this signatory's reservations on the words in force."""
    if asked.frame.version is None:
        return []
    stands = standing.standing(asked.session, asked.declaration)
    found = []
    for part in stands.parts:
        for line in part.lines:
            cell = stands.matrix.cells.get((signatory, line.clause.id))
            if cell is not None and cell.position.reservation and not cell.stale:
                words = cell.position.reservation
                found.append({"number": line.number, "clause": line.clause.id, "words": words})
    return found


def ledger(asked: Asked) -> Shown:
    """Show the signed head and the entries, the newest first."""
    size = asked.frame.size
    before = asked.parameters.get("before")
    stop = size if before is None else min(size, number_in(before, "an entry"))
    start = max(0, stop - ENTRIES)
    found = announcing.acts(asked.session, asked.declaration, start, stop)
    note = checkpoints.latest(asked.session, asked.declaration)
    covered = checkpoints.covered(asked.session, asked.declaration)
    return {
        "acts": tuple(reversed(found)),
        "start": start,
        "stop": stop,
        "step": ENTRIES,
        "note": None if note is None else note.decode(),
        "signers": () if note is None else tuple(dict.fromkeys(line.name for line in Note.parse(note).signatures)),
        "covered": covered,
        "tiles": [tile.path for tile in tiles_for(covered)],
    }


def entry(asked: Asked) -> Shown:
    """Show one entry in plain words and as it stands."""
    index = int(asked.parts["index"])
    covered = checkpoints.covered(asked.session, asked.declaration)
    found = announcing.entry(asked.session, asked.declaration, index, covered)
    return {
        "entry": found,
        "json": json.dumps(found.value, ensure_ascii=False, indent=2),
        "last": asked.frame.size - 1,
    }


def act(session: View, declaration: str, index: int) -> Act:
    """Return one act in names."""
    return announcing.acts(session, declaration, index, index + 1)[0]


def wall(asked: Asked) -> Shown:
    """Show the answers as they come, for a projector."""
    roll = standing.roll(asked.session, asked.declaration)
    return {"roll": roll, "latest": roll.latest(LATEST), "parties": {party.id: party for party in roll.parties}}


def feed(asked: Asked) -> Shown:
    """Give the latest public acts (Atom, RFC 4287)."""
    size = asked.frame.size
    return _feed(asked, announcing.acts(asked.session, asked.declaration, size - ENTRIES, size), None)


def feed_about(asked: Asked) -> Shown:
    """Give the latest public acts about the text, a clause or an amendment."""
    about, wanted = next(iter(asked.parts.items()), (About.TEXT, ""))
    topic = Topic(About(about), wanted and check_id(wanted[:80], where="The address"))
    require(asked.session, asked.declaration, topic)
    found = latest_about(asked.session, asked.declaration, topic, asked.frame.size, ENTRIES)
    return _feed(asked, tuple(act(asked.session, asked.declaration, index) for index in found), topic)


def _feed(asked: Asked, acts: tuple[Act, ...], topic: Topic | None) -> Shown:
    return {
        "acts": tuple(reversed(acts)),
        "origin": queries.declaration(asked.session, asked.declaration).origins[0],
        "topic": topic,
        "number": "" if topic is None else number_of(asked.session, asked.frame, topic),
    }


PAGES: Final = (
    Page("/reservations", "public/reservations.html", reservations),
    Page("/matrix", "public/matrix.html", matrix, ("by", "lang", "page")),
    Page("/signatories", "public/signatories.html", signatories),
    Page("/signatures/{signatory:bare}", "public/signature.html", signature),
    Page("/ledger", "public/ledger.html", ledger, ("before",)),
    Page("/ledger/entries/{index:number}", "public/entry.html", entry),
    Page("/wall", "public/wall.html", wall),
    Page("/feed.atom", "public/feed.xml", feed, media=ATOM),
    Page("/text.atom", "public/feed.xml", feed_about, media=ATOM),
    Page("/clauses/{clause}/feed.atom", "public/feed.xml", feed_about, media=ATOM),
    Page("/amendments/{amendment}/feed.atom", "public/feed.xml", feed_about, media=ATOM),
    *verifying.PAGES,
)
