"""Examining what people are given: the signed edition alone, bundles with their instrument, or an ASiC-S container.

The fourth thing, the depositary's whole folder, has a module of its own (`declaration.signing.folder`). All four
return a report and raise nothing: whatever is wrong with the files is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from declaration.canonical import digest
from declaration.signing import asic
from declaration.signing.answers import Answers, Given, judge_answers, lines, written
from declaration.signing.attachments import CHECKPOINT, DECLINE, INSTRUMENT, MERGED, SIGNATURE
from declaration.signing.certificates import subject_of
from declaration.signing.document import read_document
from declaration.signing.edition import Edition, instruments_document, open_edition
from declaration.signing.judgement import altered
from declaration.signing.report import ONLY_GIVEN, Answer, Finding, Report, Severity
from declaration.signing.splitting import split
from declaration.signing.statement import Act
from declaration.signing.trial import Trial
from declaration.signing.trust import Trust
from declaration.signing.verify import FrozenInstrument, Memory, verify_alone, verify_merged

EDITION: Final = "signed.pdf"
"""How reports call the edition."""
CONTAINER: Final = "signatures.asics"
"""How reports call a container."""
CONTAINER_ALONE: Final = "container.alone"
"""Code of the finding that a container lacks what proves that its signatures are the signatories' own."""


def examine_edition(data: bytes, *, trust: Trust) -> Report:
    """Verify a signed edition in all eleven steps.

    Args:
        data: the bytes of signed.pdf.
        trust: pinned roots and ledger keys.

    """
    trial, memory = Trial(), Memory()
    edition = trial.attempt(EDITION, open_edition, data, seal_root=trust.seal_root, timestamp_root=trust.timestamp_root)
    if edition is None:
        return Report(trial.in_order(), about={"edition": digest(data)} | about_trust(trust))
    instrument = trial.attempt("declaration.json", read_instrument, edition.instrument, edition.document)
    if instrument is None:
        return Report(trial.in_order(), about=about_edition(data, edition) | about_trust(trust))
    answers = judge_answers(
        attached_answers(edition.files), instrument=instrument, trust=trust, memory=memory, trial=trial
    )
    trial.attempt(MERGED, verify_merged, edition.files[MERGED], answers.messages())
    trial.attempt(CHECKPOINT, require_one_record, edition.files[CHECKPOINT], answers, trust, memory)
    return Report(
        trial.in_order(),
        lines(answers, instrument.parties),
        about_instrument(instrument, trust) | about_edition(data, edition) | about_trust(trust),
    )


def examine_bundles(bundles: Mapping[str, bytes], instrument: bytes, *, trust: Trust) -> Report:
    """Verify bundles against their instrument, steps 1 and 3 to 11; only those who gave them are in the table.

    Args:
        bundles: by the name to be shown.
        instrument: the bytes of instrument.pdf.
        trust: pinned roots and ledger keys.

    """
    trial, memory = Trial(), Memory()
    frozen = trial.attempt("instrument.pdf", _read_alone, instrument)
    if frozen is None:
        return Report(trial.in_order(), about=about_trust(trust))
    given = [Given(name, None, None, data) for name, data in bundles.items()]
    answers = judge_answers(given, instrument=frozen, trust=trust, memory=memory, trial=trial)
    parties = {name: party for name, party in frozen.parties.items() if name in answers.bundles}
    values: dict[str, str | int] = {"given": len(given), "of": len(frozen.parties)}
    trial.findings.append(Finding(ONLY_GIVEN, Severity.NOTE, values=values))
    return Report(trial.in_order(), lines(answers, parties), about_instrument(frozen, trust) | about_trust(trust))


def examine_container(data: bytes, *, trust: Trust) -> Report:
    """Verify an ASiC-S container as far as it goes: steps 1, 3 to 7, and of step 11 that nobody counts twice.

    A container holds neither statements nor passkeys nor proofs of the ledger. Whoever has the depositary's keys could
    have made it alone, so however good it is, it cannot be verified here, and the report says what is missing.

    Args:
        data: the bytes of signatures.asics.
        trust: pinned roots and ledger keys.

    """
    trial, memory = Trial(), Memory()
    container = trial.attempt(CONTAINER, asic.read, data)
    frozen = None if container is None else trial.attempt(INSTRUMENT, _read_alone, container.instrument)
    if container is None or frozen is None:
        return Report(trial.in_order(), about=about_trust(trust))
    found = _judge_alone(container.merged, frozen, trust, memory, trial)
    values: dict[str, str | int] = {"given": len(found), "of": len(frozen.parties)}
    trial.findings.append(Finding(CONTAINER_ALONE, Severity.CANNOT_BE_VERIFIED, CONTAINER, values))
    table = tuple(
        replace(Answers().line(party), answer=Answer.UNPROVEN, at=found[name], codes=(CONTAINER_ALONE,))
        for name, party in frozen.parties.items()
        if name in found
    )
    return Report(trial.in_order(), table, about_instrument(frozen, trust) | about_trust(trust))


def _judge_alone(
    merged: bytes, instrument: FrozenInstrument, trust: Trust, memory: Memory, trial: Trial
) -> dict[str, str]:
    """Judge merged signatures one by one; return the moments of those that hold, by the signatory whom they name."""
    named = {subject_of(signatory).public_bytes(): signatory for signatory in instrument.signatories.values()}
    found: dict[str, str] = {}
    for number, message in enumerate(trial.attempt(MERGED, split, merged) or (), start=1):
        judged = trial.attempt(
            f"{MERGED} ({number})",
            verify_alone,
            message,
            instrument=instrument.digest,
            named=named,
            trust=trust,
            memory=memory,
        )
        if judged is not None and judged.signatory.id in found:
            trial.note(altered("count.signatory", signatory=judged.signatory.id), MERGED)
        elif judged is not None:
            found[judged.signatory.id] = written(judged.timestamp.at)
    return found


def _read_alone(instrument: bytes) -> FrozenInstrument:
    return read_instrument(instrument, instruments_document(instrument))


def read_instrument(instrument: bytes, document: bytes) -> FrozenInstrument:
    """Read what is signed (step 4); that the freeze names it is compared for every answer (step 10).

    Raises:
        VerificationError: ``document.…``.

    """
    return FrozenInstrument(digest(instrument), read_document(document))


def attached_answers(files: Mapping[str, bytes]) -> Iterator[Given]:
    """Yield the bundles attached to an edition."""
    for name, data in sorted(files.items()):
        for ending, act in ((SIGNATURE, Act.SIGN), (DECLINE, Act.DECLINE)):
            if name.endswith(ending):
                yield Given(name, name.removesuffix(ending), act, data)


def require_one_record(note: bytes, answers: Answers, trust: Trust, memory: Memory) -> None:
    """Require that the attached checkpoint is genuine, and that no bundle was shown another record.

    Raises:
        Altered: ``count.fork``, ``ledger.…``.
        CannotBeVerified: ``ledger.…``.

    """
    checkpoint = memory.checkpoint(note, trust)
    for answer in answers.all():
        if answer.checkpoint.size == checkpoint.size and answer.checkpoint != checkpoint:
            raise altered("count.fork", size=checkpoint.size)
        if answer.checkpoint.size > checkpoint.size:
            raise altered("ledger.older-checkpoint", size=checkpoint.size)


def about_instrument(instrument: FrozenInstrument, trust: Trust) -> dict[str, str | int]:
    """Return what a report says of the instrument."""
    document = instrument.document
    return {
        "declaration": document.declaration,
        "title": document.title.get(document.languages[0], document.declaration),
        "version": document.version,
        "number": document.number,
        "instrument": instrument.digest,
        "document": document.digest,
        "ledger": trust.ledger,
    }


def about_edition(data: bytes, edition: Edition) -> dict[str, str | int]:
    """Return what a report says of the edition."""
    about: dict[str, str | int] = {
        "edition": digest(data),
        "sealed_by": edition.sealed_by,
        "sealed_at": written(edition.sealed_at),
        "archived_at": written(edition.archived_at),
    }
    if edition.renewed_at:
        about |= {
            "renewed": len(edition.renewed_at),
            "renewed_at": written(edition.renewed_at[-1]),
            "first": edition.first,
        }
    return about


def about_trust(trust: Trust) -> dict[str, str | int]:
    """Return the fingerprints by which everything was judged."""
    return {f"trust/{name}": fingerprint for name, fingerprint in trust.fingerprints().items()}
