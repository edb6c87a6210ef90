"""Opening a declaration: its ledger, its first version, its drafters and signatories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from declaration.canonical import Json, digest, encode
from declaration.drafting.text import Text, Version
from declaration.errors import InputRefused, StateConflict
from declaration.ledger.entries import Entry
from declaration.services.chancery import Chancery
from declaration.services.once import require_same
from declaration.signing.statement import Party
from declaration.store import queries
from declaration.store.record import Recorded, record
from declaration.store.values import Depositary

RESERVED: Final = frozenset({"api", "healthz", "static", "timestamp"})
"""First parts of the service's own addresses: no declaration can be called like that."""


def open_declaration(chancery: Chancery, text: Text, depositary: Depositary) -> Version:
    """Open the ledger of a declaration and adopt its first version; doing it again with the same text changes nothing.

    Raises:
        InputRefused: ``declaration.reserved``.
        StateConflict: the id is taken by another text or another depositary.

    """
    if text.id.lower() in RESERVED:
        raise InputRefused(
            "declaration.reserved",
            f"The service has an address “/{text.id.lower()}” of its own.",
            hint="Give the text another id.",
        )
    version = Version(number=1, parent=None, text=text)
    document = encode(version.document())
    opened = chancery.entry(
        "declaration.opened",
        text.id,
        by=depositary.id,
        body={
            "origin": chancery.site.ledger_origin(text.id),
            "rp_id": chancery.site.rp_id,
            "origins": list(chancery.site.origins),
            "depositary": {
                "id": depositary.id,
                "name": depositary.name,
                "city": depositary.city,
                "country": depositary.country,
            },
            "languages": list(text.languages),
        },
    )
    adopted = chancery.entry(
        "version.adopted",
        text.id,
        by=depositary.id,
        body={
            "number": 1,
            "digest": version.digest,
            "parent": None,
            "document": digest(document),
            "carriage": None,
        },
    )
    try:
        with chancery.store.transaction() as session:
            if not queries.exists(session, text.id):
                record(session, opened)
                record(session, adopted, blobs={digest(document): document})
                return version
    except StateConflict as taken:
        if taken.code != "declaration.taken":
            raise
        # somebody has opened it at the same moment; whether with the same text is looked at below
    _require_same(chancery, version, opened)
    return version


def _require_same(chancery: Chancery, version: Version, opened: Entry) -> None:
    """Make sure that a declaration was opened in the same words, by the same depositary."""
    with chancery.store.reading() as session:
        if queries.exists(session, opened.declaration):
            first = queries.version(session, opened.declaration, 1)
            stands = queries.entry(session, opened.declaration, 0).entry
            if first is not None and first.digest == version.digest and stands.body == opened.body:
                return
    raise StateConflict(
        "declaration.taken",
        f"The database already holds a declaration “{opened.declaration}” that began otherwise.",
        hint="Give the text another id, or use another database.",
    )


def admit_drafter(chancery: Chancery, declaration: str, drafter: str, name: str) -> Recorded:
    """Admit an office or delegation that may table amendments."""
    with chancery.store.transaction() as session:
        by = queries.declaration(session, declaration).depositary.id
        entry = chancery.entry("drafter.admitted", declaration, by=by, body={"drafter": drafter, "name": name})
        return require_same(record(session, entry, key=f"drafter:{drafter}"), entry)


def invite_signatories(chancery: Chancery, declaration: str, parties: Sequence[Party]) -> tuple[Recorded, ...]:
    """Invite signatories, all of them or, when one is refused, none."""
    with chancery.store.transaction() as session:
        by = queries.declaration(session, declaration).depositary.id
        recorded = []
        for party in parties:
            body: dict[str, Json] = {"signatory": party.as_json()}
            entry = chancery.entry("signatory.invited", declaration, by=by, body=body)
            recorded.append(require_same(record(session, entry, key=f"signatory:{party.id}"), entry))
        return tuple(recorded)
