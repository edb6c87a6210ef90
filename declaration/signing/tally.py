"""Step 11: nobody counts twice, all answers are about one instrument in one ledger; complete, or k of n."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from declaration.ledger.note import Checkpoint
from declaration.signing import cms
from declaration.signing.judgement import altered
from declaration.signing.verified import FrozenInstrument, VerifiedDecline, VerifiedSignature


@dataclass(frozen=True, slots=True)
class Tally:
    """Ids of who signed, who declined, and who did neither, in the order of the roster."""

    signed: tuple[str, ...]
    declined: tuple[str, ...]
    missing: tuple[str, ...]


def verify_set(
    signatures: Sequence[VerifiedSignature], declines: Sequence[VerifiedDecline], *, instrument: FrozenInstrument
) -> Tally:
    """Verify step 11: nobody counts twice, all answers are about one instrument in one ledger; and count.

    Args:
        signatures: each verified.
        declines: each verified.
        instrument: the one they answer.

    Raises:
        Altered: ``count.signatory``, ``.credential``, ``.cms``, ``.entry``, ``.instrument``, ``.stranger``, ``.fork``.

    """
    heads: dict[int, Checkpoint] = {}
    seen: set[tuple[str, str | int]] = set()
    answers: list[VerifiedSignature | VerifiedDecline] = [*signatures, *declines]
    for answer in answers:
        person = answer.signatory.id
        if person not in instrument.parties:
            raise altered("count.stranger", signatory=person)
        if answer.instrument != instrument.digest:
            raise altered("count.instrument", signatory=person)
        marks: list[tuple[str, str | int]] = [
            ("signatory", person),
            ("credential", answer.credential),
            ("entry", answer.index),
        ]
        if isinstance(answer, VerifiedSignature):
            marks.append(("cms", answer.cms))
        for kind, mark in marks:
            if (kind, mark) in seen:
                raise altered(f"count.{kind}", signatory=person)
            seen.add((kind, mark))
        if heads.setdefault(answer.checkpoint.size, answer.checkpoint) != answer.checkpoint:
            raise altered("count.fork", size=answer.checkpoint.size)
    signed, declined = {item.signatory.id for item in signatures}, {item.signatory.id for item in declines}
    return Tally(
        signed=tuple(name for name in instrument.parties if name in signed),
        declined=tuple(name for name in instrument.parties if name in declined),
        missing=tuple(name for name in instrument.parties if name not in signed | declined),
    )


def verify_merged(merged: bytes, messages: Sequence[bytes]) -> None:
    """Verify that signatures.p7s is exactly what merging the signatures gives (step 11).

    Args:
        merged: the file.
        messages: CMS of every verified signature, in any order.

    Raises:
        Altered: ``count.merged``.
        CannotBeVerified: a message is not of our profile.

    """
    if not messages or merged != cms.merge(messages):
        raise altered("count.merged")
