"""Taking a ceremony up again: the folder, the database, the keys and the devices must be those of the first time.

Everything here is looked at before anything is recorded. A summit that went on with other keys would be sealed, and
then fail its own verification for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from declaration.ceremony.device import Device
from declaration.ceremony.plan import Plan
from declaration.drafting.states import Phase
from declaration.errors import ConfigurationError, StateConflict, VerificationError
from declaration.ledger.note import open_checkpoint
from declaration.services.chancery import Chancery, party_of
from declaration.signing import layout
from declaration.signing.document import read_document
from declaration.signing.files import read_file
from declaration.store import checkpoints, queries

KEYS: Final = "keys"
"""Name of the folder of a rehearsal's keys, in the private one."""
DATABASE: Final = "declaration.db"
"""Name of its own database; the files that SQLite keeps beside it begin with the same name."""


def require_own_folder(folder: Path) -> None:
    """Make sure that a folder is new, empty, or that of a ceremony: writing removes what stands in its places.

    Raises:
        ConfigurationError: ``ceremony.folder``.

    """
    try:
        theirs = folder.exists() and not _is_own(folder)
    except OSError as error:
        raise ConfigurationError(
            "ceremony.folder",
            f"{folder} cannot be used: {error.strerror}.",
            hint="Choose another folder with --out.",
        ) from error
    if theirs:
        raise ConfigurationError(
            "ceremony.folder",
            f"{folder} holds files that no ceremony has written.",
            hint="Choose a new or an empty folder with --out.",
        )


def _is_own(folder: Path) -> bool:
    """Tell whether nothing stands in a folder but what a ceremony wrote: somebody's `service` may be something else."""
    private = folder / layout.PRIVATE
    if not private.is_dir():
        return not any(folder.iterdir())
    within = {path.name for path in private.iterdir()}
    if not within:  # cut off at the very beginning
        return len(list(folder.iterdir())) == 1
    return all(name == KEYS or name.startswith((f".{KEYS}.", DATABASE)) for name in within)


def require_same_summit(
    chancery: Chancery, plan: Plan, devices: Mapping[str, Device], folder: Path, *, own_database: bool
) -> None:
    """Make sure that what stands in the folder and in the database is the beginning of this summit, or nothing.

    Args:
        chancery: the service, with the keys of the folder.
        plan: what shall be played.
        devices: of the signatories.
        folder: where the evidence will be written.
        own_database: the database lies in the folder, and holds this summit alone.

    Raises:
        StateConflict: ``ceremony.other-summit``, ``.other-signatories``, ``.other-devices``.
        ConfigurationError: ``ceremony.other-keys``.

    """
    _require_same_evidence(plan, folder)
    with chancery.store.reading() as session:
        if own_database and (others := {*queries.declarations(session)} - {plan.text.id}):
            raise _other_summit(folder, min(others))
        if not queries.exists(session, plan.text.id):
            return
        invited = {s.id: party_of(s) for s in queries.signatories(session, plan.text.id)}
        enrolled = [c for c in queries.credentials(session, plan.text.id) if c.revoked is None]
        phase = queries.declaration(session, plan.text.id).phase
        note = checkpoints.latest(session, plan.text.id)
    if note is not None:
        _require_same_keys(chancery, plan, note)
    planned = {party.id: party for party in plan.parties}
    if not invited.items() <= planned.items() or (phase is not Phase.DRAFTING and invited != planned):
        raise StateConflict(
            "ceremony.other-signatories",
            f"The database already holds “{plan.text.id}” with other signatories.",
            hint="Give the same list again, or begin anew in another folder (--out) and database.",
        )
    for credential in enrolled:
        if credential.credential != devices[credential.signatory].credential:
            raise StateConflict(
                "ceremony.other-devices",
                f"“{credential.signatory}” has enrolled another device in “{plan.text.id}”.",
                hint="Give the same --seed again, or begin anew in another folder (--out) and database.",
            )


def _require_same_evidence(plan: Plan, folder: Path) -> None:
    place = folder / layout.DOCUMENT
    try:
        there = read_document(read_file(place)).declaration if place.exists() else plan.text.id
    except VerificationError:  # cut off or spoilt: it will be written again
        return
    if there != plan.text.id:
        raise _other_summit(folder, there)


def _other_summit(folder: Path, declaration: str) -> StateConflict:
    return StateConflict(
        "ceremony.other-summit",
        f"{folder} holds another summit, “{declaration}”.",
        hint="Choose another folder with --out.",
    )


def _require_same_keys(chancery: Chancery, plan: Plan, note: bytes) -> None:
    try:
        open_checkpoint(note, chancery.trust(plan.text.id).ledger_keys)
    except VerificationError as error:
        raise ConfigurationError(
            "ceremony.other-keys",
            f"The ledger of “{plan.text.id}” in this database is signed with other keys than those of the folder.",
            hint="Go on in the folder (--out) in which it was begun, or use another database.",
        ) from error
