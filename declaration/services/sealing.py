"""Sealing: the edition is made from the record, sealed once, and recorded once, whoever asks and however often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509

from declaration.canonical import Json, digest
from declaration.errors import StateConflict
from declaration.render.edition import render_edition
from declaration.render.values import Attachment, DeclineLine, MissingGlyph, RosterLine, SignatureLine
from declaration.services import evidence
from declaration.services.chancery import Chancery
from declaration.services.freezing import roster_line
from declaration.services.hands import ink
from declaration.signing import attachments as names
from declaration.signing import cms
from declaration.signing.bundle import Bundle
from declaration.signing.certificates import Certified
from declaration.signing.mark import Place
from declaration.signing.seal import seal_edition
from declaration.store import queries
from declaration.store.record import record
from declaration.store.session import View
from declaration.store.values import Decline, Instrument, Seal, Signatory, Signature

NAMED: Final = 5
"""Names in a sentence about many: what people still read."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed edition, its record, and the characters that no font could draw."""

    seal: Seal
    edition: bytes
    missing_glyphs: tuple[MissingGlyph, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answers:
    """Everything that the edition shows and attaches."""

    instrument: Instrument
    roster: tuple[Signatory, ...]
    signatures: tuple[Signature, ...]
    declines: tuple[Decline, ...]
    note: bytes
    signed: tuple[Bundle, ...]
    declined: tuple[Bundle, ...]


def seal(chancery: Chancery, declaration: str) -> Sealed:
    """Seal the edition of the instrument in force; once it is sealed, return that seal.

    Whoever comes second (another last signer, another process, the same one after a crash) gets the first one's
    edition: the record takes one seal a freeze.

    Raises:
        StateConflict: nothing is frozen; ``seal.empty``, nobody has signed; ``seal.declined``, nobody will; an answer
            came in meanwhile.

    """
    if (done := sealed(chancery, declaration)) is not None:
        return done
    try:
        missing = _seal(chancery, declaration)
    except StateConflict:
        if (done := sealed(chancery, declaration)) is None:
            raise
        return done
    done = sealed(chancery, declaration)
    if done is None:
        raise StateConflict("seal.undone", "The seal was recorded and is gone.", hint="Run `declaration audit`.")
    return Sealed(done.seal, done.edition, missing)


def _seal(chancery: Chancery, declaration: str) -> tuple[MissingGlyph, ...]:
    answers = _answers(chancery, declaration)
    merged = cms.merge([bundle.cms for bundle in answers.signed if bundle.cms is not None])
    edition, missing = _edition(chancery, declaration, answers, merged)
    body: dict[str, Json] = {
        "instrument": answers.instrument.instrument,
        "edition": digest(edition),
        "merged": digest(merged),
        "signatures": len(answers.signatures),
        "declined": len(answers.declines),
    }
    with chancery.store.transaction() as session:
        by = queries.declaration(session, declaration).depositary.id
        record(
            session,
            chancery.entry("instrument.sealed", declaration, by=by, body=body),
            blobs={digest(edition): edition, digest(merged): merged},
        )
    return missing


def sealed(chancery: Chancery, declaration: str) -> Sealed | None:
    """Return the seal and the edition, or None before."""
    with chancery.store.reading() as session:
        found = queries.seal(session, declaration)
        return None if found is None else Sealed(found, queries.blob(session, declaration, found.edition))


def _answers(chancery: Chancery, declaration: str) -> _Answers:
    note = evidence.checkpoint(chancery, declaration)
    size = evidence.size_of(note)
    with chancery.store.reading() as session:
        instrument = queries.frozen_instrument(session, declaration)
        roster = queries.signatories(session, declaration)
        signatures = tuple(s for s in queries.signatures(session, declaration) if s.entry < size)
        declines = tuple(d for d in queries.declines(session, declaration) if d.entry < size)
    _require_signature(roster, signatures, declines)
    rank = {party.id: place for place, party in enumerate(roster)}
    signatures = tuple(sorted(signatures, key=lambda s: rank[s.signatory]))
    declines = tuple(sorted(declines, key=lambda d: rank[d.signatory]))
    made = evidence.bundles(chancery, declaration, note, [*signatures, *declines])
    count = len(signatures)
    return _Answers(instrument, roster, signatures, declines, note, tuple(made[:count]), tuple(made[count:]))


def require_signature(session: View, declaration: str) -> None:
    """Make sure that there is something to seal.

    Raises:
        StateConflict: nothing is frozen; ``seal.empty``, nobody has signed; ``seal.declined``, nobody will.

    """
    queries.frozen_instrument(session, declaration)
    roster = queries.signatories(session, declaration)
    _require_signature(roster, queries.signatures(session, declaration), queries.declines(session, declaration))


def _require_signature(
    roster: Sequence[Signatory], signatures: Sequence[Signature], declines: Sequence[Decline]
) -> None:
    if signatures:
        return
    gone = {line.signatory for line in declines}
    waiting = sum(party.id not in gone for party in roster)
    if waiting or not roster:
        raise StateConflict(
            "seal.empty",
            "Nobody has signed, so there is no edition to seal.",
            hint=f"Wait for the first signature: {waiting} of {len(roster)} who are invited have not answered.",
        )
    names = [party.name for party in roster]
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    raise StateConflict(
        "seal.declined",
        f"Everybody who is invited has declined ({shown}), so there is no edition to seal, and nobody is left to sign.",
        hint="Unfreeze the text and negotiate again, or let it rest: the ledger shows every refusal with its reason,"
        " and is public without a seal.",
    )


def _edition(
    chancery: Chancery, declaration: str, answers: _Answers, merged: bytes
) -> tuple[bytes, tuple[MissingGlyph, ...]]:
    at = chancery.now()
    with chancery.store.reading() as session:
        version = queries.version_text(session, declaration, answers.instrument.number)
        instrument = queries.blob(session, declaration, answers.instrument.instrument)
        by = queries.declaration(session, declaration).depositary.name
    lines = {party.id: roster_line(party) for party in answers.roster}
    answered = {s.signatory for s in answers.signatures} | {d.signatory for d in answers.declines}
    base = f"{chancery.site.origins[0]}/{declaration}"
    rendered = render_edition(
        instrument,
        version,
        signatures=[
            SignatureLine(
                lines[s.signatory], s.at, digest(b.encode()), f"{base}/signatures/{s.signatory}", ink(b.drawn)
            )
            for s, b in zip(answers.signatures, answers.signed, strict=True)
        ],
        declines=[
            DeclineLine(lines[d.signatory], d.at, d.reason, digest(b.encode()), f"{base}/signatures/{d.signatory}")
            for d, b in zip(answers.declines, answers.declined, strict=True)
        ],
        unanswered=[line for line in lines.values() if line.id not in answered],
        attachments=_attachments(answers, instrument, merged, lines),
        sealed_at=at,
        sealed_by=by,
        url=base,
    )
    keys = chancery.keys
    edition = seal_edition(
        rendered.pdf,
        seal=keys.seal_key,
        stamp=chancery.stamp,
        certificates=[*_chain(keys.seal_key), *_chain(keys.timestamp_key), *keys.roots.values()],
        revocations=list(keys.crls.values()),
        at=at,
        place=Place(*rendered.seal),
    )
    return edition, rendered.missing


def _attachments(
    answers: _Answers, instrument: bytes, merged: bytes, lines: dict[str, RosterLine]
) -> Sequence[Attachment]:
    json, cms_type = "application/json", "application/pkcs7-signature"
    return [
        Attachment(names.INSTRUMENT, instrument, "application/pdf", "What was signed", "Source"),
        Attachment(names.MERGED, merged, cms_type, "All signatures over instrument.pdf, as one CMS"),
        Attachment(names.CHECKPOINT, answers.note, "text/plain", "The signed head of the ledger"),
        *(
            Attachment(f"{s.signatory}{names.SIGNATURE}", b.encode(), json, f"Signature: {lines[s.signatory].name}")
            for s, b in zip(answers.signatures, answers.signed, strict=True)
        ),
        *(
            Attachment(f"{d.signatory}{names.DECLINE}", b.encode(), json, f"Decline: {lines[d.signatory].name}")
            for d, b in zip(answers.declines, answers.declined, strict=True)
        ),
    ]


def _chain(certified: Certified) -> list[x509.Certificate]:
    return [certified.certificate, *certified.chain]
