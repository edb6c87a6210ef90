"""Step 10 for a whole folder: the ledger from its first entry to its last, against the files beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declaration.canonical import digest
from declaration.ledger.folder import BLOB
from declaration.ledger.merkle import leaf_hash
from declaration.ledger.tiles import Rows
from declaration.signing import layout
from declaration.signing.annex import require_reservations
from declaration.signing.answers import Answers
from declaration.signing.bundle import Bundle
from declaration.signing.chronicle import Chronicle, read_chronicle, require_roster
from declaration.signing.document import require_frozen
from declaration.signing.judgement import altered, unverifiable
from declaration.signing.layout import EDITION, LEDGER, MERGED
from declaration.signing.recorded import Memory
from declaration.signing.statement import Act
from declaration.signing.trial import Trial
from declaration.signing.trust import Trust
from declaration.signing.verified import FrozenInstrument


def follow_record(
    entries: Sequence[bytes],
    files: Mapping[str, bytes],
    *,
    instrument: FrozenInstrument,
    answers: Answers,
    notes: Sequence[bytes],
    edition: str | None,
    trust: Trust,
    memory: Memory,
    trial: Trial,
) -> None:
    """Compare what the ledger says with the files of the folder.

    Args:
        entries: of the ledger, all of them; tiles and checkpoint have been compared with them.
        files: of the folder.
        instrument: what was signed.
        answers: verified before.
        notes: further checkpoints that must be earlier heads of this ledger.
        edition: SHA-256 of the edition as it was first sealed, in hexadecimal; None where it does not hold.
        trust: pinned ledger keys.
        memory: of this run.
        trial: takes the findings.

    """
    chronicle = trial.attempt(LEDGER, read_chronicle, entries)
    if chronicle is None:
        return
    trial.attempt(LEDGER, _require_in_force, chronicle, instrument, trust)
    trial.attempt(LEDGER, require_roster, chronicle, instrument.document)
    trial.attempt(LEDGER, require_reservations, chronicle, instrument.document)
    trial.attempt(LEDGER, _require_sealed, chronicle, files, edition)
    trial.attempt(LEDGER, _require_blobs, chronicle, files, edition)
    trial.attempt(LEDGER, _require_answers, chronicle, files)
    for signatory, bundle in answers.bundles.items():
        trial.attempt(layout.bundle_name(signatory, bundle.act), _require_recorded, bundle, entries)
    rows = Rows(map(leaf_hash, entries))
    for note in dict.fromkeys((*notes, *(bundle.checkpoint for bundle in answers.bundles.values()))):
        trial.attempt(LEDGER, _require_earlier, note, rows, trust, memory)


def _require_in_force(chronicle: Chronicle, instrument: FrozenInstrument, trust: Trust) -> None:
    """The instrument is the one whose freeze is in force, in the ledger that is trusted, and of this document."""
    if chronicle.opened.entry.body["origin"] != trust.ledger:
        raise altered("ledger.origin")
    if chronicle.frozen is None or chronicle.frozen.entry.body["instrument"] != instrument.digest:
        raise altered("ledger.not-in-force")
    body = chronicle.frozen.entry.body
    require_frozen(
        instrument.document,
        version=str(body["version"]),
        number=int(str(body["number"])),
        digest=str(body["document"]),
        roster=int(str(body["roster"])),
    )


def _require_sealed(chronicle: Chronicle, files: Mapping[str, bytes], edition: str | None) -> None:
    """The edition, before it was renewed, and the merged signatures are those of the entry ``instrument.sealed``."""
    if chronicle.sealed is None:
        raise unverifiable("ledger.not-sealed")
    for member, name in (("edition", EDITION), ("merged", MERGED)):
        first = edition if name == EDITION else None
        if name in files and chronicle.sealed.entry.body[member] != (first or digest(files[name])):
            raise altered("ledger.sealed-other", name=name)


def _require_blobs(chronicle: Chronicle, files: Mapping[str, bytes], edition: str | None) -> None:
    """Each blob is one that an entry names, and none is missing; some stand as files of their own."""
    start = LEDGER + BLOB
    held = {name.removeprefix(start) for name in files if name.startswith(start)}
    if unknown := held - chronicle.named:
        raise unverifiable("container.unexpected", name=start + min(unknown))
    if missing := chronicle.named - held:
        beside = {digest(data) for name, data in files.items() if not name.startswith(LEDGER)}
        beside |= {edition} if edition else set()  # a renewed edition begins with the one that was sealed
        if missing - beside:
            raise unverifiable("container.missing", name=start + min(missing - beside))


def _require_answers(chronicle: Chronicle, files: Mapping[str, bytes]) -> None:
    """Who answered by the ledger is who answered by the files."""
    given = {(item.act, item.signatory) for item in layout.bundles(files)}
    recorded = {(Act.SIGN, name) for name in chronicle.signed} | {(Act.DECLINE, name) for name in chronicle.declined}
    for act, signatory in sorted(recorded - given):
        raise unverifiable("container.missing", name=layout.bundle_name(signatory, act))
    for _, name in sorted(given - recorded, key=str):
        raise altered("ledger.void", signatory=str(name))


def _require_recorded(bundle: Bundle, entries: Sequence[bytes]) -> None:
    """The entries that a bundle brings along stand in the ledger, each at its index."""
    for proven in (bundle.opened, bundle.enrolled, bundle.frozen, bundle.recorded):
        if proven.index >= len(entries) or entries[proven.index] != proven.entry:
            raise altered("ledger.inclusion")


def _require_earlier(note: bytes, rows: Rows, trust: Trust, memory: Memory) -> None:
    """A checkpoint in a bundle or in the edition is an earlier head of this same ledger."""
    checkpoint = memory.checkpoint(note, trust)
    if checkpoint.size > rows.size or rows.tree().root(checkpoint.size) != checkpoint.root:
        raise altered("count.fork", size=checkpoint.size)
