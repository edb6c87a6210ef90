"""Freezing the text into an instrument, unfreezing it, and sealing the signed edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, update

from declaration.drafting.states import Phase
from declaration.errors import RecordDamaged, StateConflict
from declaration.store import documents
from declaration.store.ask import given
from declaration.store.projection import annex, concordance
from declaration.store.projection.act import Act
from declaration.store.projection.current import current_digest, version_of
from declaration.store.tables import Declarations, Declines, Instruments, Seals, Signatures

_IN_FORCE: Final = select(Instruments.version, Instruments.instrument, Instruments.document).where(
    Instruments.declaration == given("declaration"), Instruments.frozen == given("frozen")
)


@dataclass(frozen=True, slots=True)
class Freeze:
    """The freeze in force.

    Args:
        index: of its entry.
        version: digest of the frozen version.
        instrument: SHA-256 of the PDF.
        document: SHA-256 of declaration.json.

    """

    index: int
    version: str
    instrument: str
    document: str


def freeze_in_force(act: Act) -> Freeze:
    """Return the freeze in force; the phase has been checked before.

    Raises:
        RecordDamaged: ``record.freeze``.

    """
    row = act.ask(_IN_FORCE, frozen=act.before.frozen).one_or_none()
    if row is None or act.before.frozen is None:
        raise RecordDamaged(
            "record.freeze",
            f"“{act.declaration}” is frozen, and the table instruments has no row of it.",
            hint="Restore the last backup; `declaration audit` names what is missing.",
        )
    return Freeze(act.before.frozen, row.version, row.instrument, row.document)


def instrument_frozen(act: Act) -> None:
    """Fix the current version, complete in all its languages, together with the roster and the reservations.

    Raises:
        StateConflict: ``instrument.version`` (not the current one), ``instrument.incomplete`` (a language is
            missing), ``instrument.unconfirmed`` (one is out of step), ``instrument.roster`` (another number of
            signatories).
        InputRefused: ``instrument.document`` (declaration.json does not say what the record says),
            ``blob.missing``.

    """
    if (act.text("version"), act.number("number")) != (current_digest(act), act.before.version):
        raise StateConflict(
            "instrument.version", "Only the current version can be frozen.", hint="Look at the present version first."
        )
    version = version_of(act, act.number("number"))
    if missing := version.text.missing():
        place, language = missing[0]
        raise StateConflict(
            "instrument.incomplete",
            f"{len(missing)} texts are missing, the first is {place} in “{language}”.",
            hint="Adopt a version that is complete in every authentic language.",
        )
    concordance.require_in_step(act, version.text)
    act.need_blob(act.text("instrument"))
    annex.check(act, documents.document(act.blob(act.text("document")), what="declaration.json"), version.document())
    act.add(
        Instruments,
        frozen=act.index,
        version=act.text("version"),
        number=act.number("number"),
        instrument=act.text("instrument"),
        document=act.text("document"),
        roster=act.number("roster"),
        at=act.entry.at,
        unfrozen=None,
        reason=None,
    )
    _enter(act, Phase.FROZEN, frozen=act.index)


def instrument_unfrozen(act: Act) -> None:
    """Return to drafting; every signature and decline of this freeze is marked void and stays.

    Raises:
        StateConflict: ``instrument.other``, it is not the instrument in force.

    """
    freeze = _named_freeze(act)
    act.session.execute(
        update(Instruments)
        .where(Instruments.declaration == act.declaration, Instruments.frozen == freeze.index)
        .values(unfrozen=act.index, reason=act.text("reason"))
    )
    for table in (Signatures, Declines):
        act.session.execute(
            update(table)
            .where(table.declaration == act.declaration, table.frozen == freeze.index)
            .values(voided=act.index)
        )
    _enter(act, Phase.DRAFTING, frozen=None)


def instrument_sealed(act: Act) -> None:
    """End the signing with the sealed edition; the phase allows it once.

    Raises:
        StateConflict: ``instrument.other``, ``seal.count`` (other numbers of signatures or declines are recorded).
        InputRefused: ``blob.missing``.

    """
    freeze = _named_freeze(act)
    for table, member in ((Signatures, "signatures"), (Declines, "declined")):
        counted = act.session.scalar(
            select(func.count())
            .select_from(table)
            .where(table.declaration == act.declaration, table.frozen == freeze.index)
        )
        if counted != act.number(member):
            raise StateConflict(
                "seal.count",
                f"The edition counts {act.number(member)} {member}, the record {counted}.",
                hint="Make the edition again from the present record, then seal it.",
            )
    act.need_blob(act.text("edition"))
    act.need_blob(act.text("merged"))
    act.add(
        Seals,
        frozen=freeze.index,
        instrument=freeze.instrument,
        edition=act.text("edition"),
        merged=act.text("merged"),
        signatures=act.number("signatures"),
        declined=act.number("declined"),
        entry=act.index,
        at=act.entry.at,
    )
    _enter(act, Phase.SEALED, frozen=freeze.index)


def _named_freeze(act: Act) -> Freeze:
    freeze = freeze_in_force(act)
    if act.text("instrument") != freeze.instrument:
        raise StateConflict(
            "instrument.other", "This is not the instrument in force.", hint="Look at the present instrument."
        )
    return freeze


def _enter(act: Act, phase: Phase, *, frozen: int | None) -> None:
    act.session.execute(
        update(Declarations).where(Declarations.declaration == act.declaration).values(phase=phase.value, frozen=frozen)
    )
