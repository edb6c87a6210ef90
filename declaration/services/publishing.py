"""Publishing: the whole evidence as files, for any web server, archive or memory stick."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from declaration.canonical import digest
from declaration.errors import ConfigurationError, StateConflict
from declaration.ledger.entries import Entry
from declaration.ledger.folder import served_files
from declaration.services import evidence, sealing
from declaration.services.chancery import Chancery
from declaration.signing import asic, folder, layout
from declaration.signing import attachments as names
from declaration.signing.bundle import Bundle
from declaration.signing.edition import open_edition
from declaration.signing.statement import Act
from declaration.store import queries
from declaration.store.record import named

_WRITING: Final = ".writing-"
"""How the name of a file begins that is not whole yet."""


def evidence_files(chancery: Chancery, declaration: str) -> dict[str, bytes]:
    """Return every file of the evidence by its path, with the report and the guide that verifying gives.

    Raises:
        StateConflict: the edition has not been sealed.

    """
    done = sealing.sealed(chancery, declaration)
    if done is None:
        raise StateConflict("publish.unsealed", "The edition has not been sealed.", hint="Seal it first.")
    trust = chancery.trust(declaration)
    edition = open_edition(done.edition, seal_root=trust.seal_root, timestamp_root=trust.timestamp_root)
    files = {layout.EDITION: done.edition}
    for name, data in edition.files.items():
        if name.endswith((names.SIGNATURE, names.DECLINE)):
            bundle = Bundle.parse(data)
            signatory = name.removesuffix(names.SIGNATURE if bundle.act is Act.SIGN else names.DECLINE)
            files[layout.bundle_name(signatory, bundle.act)] = data
            if bundle.cms is not None:
                files[layout.cms_name(signatory)] = bundle.cms
        elif name != names.CHECKPOINT:
            files[name] = data
    files[layout.CONTAINER] = asic.write(files[layout.INSTRUMENT], files[layout.MERGED])
    files |= {layout.LEDGER + path: data for path, data in _ledger(chancery, declaration, files).items()}
    files |= {layout.TRUST + name: data for name, data in trust.files().items()}
    return files | folder.evidence(files, trust=trust)


def write_files(place: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder, each whole or not at all, and remove what an earlier writing left in their folders.

    Raises:
        ConfigurationError: the folder cannot be written.

    """
    try:
        for old in _left_over(place, files):
            old.unlink()
        for path, data in files.items():
            target = place / path
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=_WRITING)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
    except OSError as error:
        raise ConfigurationError(
            "publish.folder", f"{place} cannot be written: {error.strerror}.", hint="Choose another folder."
        ) from error


def _left_over(place: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Return what an earlier writing left that is not wanted any more, or that it was cut off in."""
    below = (layout.SIGNATURES, layout.DECLINES, layout.LEDGER, layout.TRUST)
    found = [old for folder in below for old in (place / folder).rglob("*")]
    found = [old for old in found if str(old.relative_to(place)) not in files]
    return [old for old in (*found, *place.glob(f"{_WRITING}*")) if old.is_file() or old.is_symlink()]


def _ledger(chancery: Chancery, declaration: str, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the ledger's files; blobs that stand beside it as files of their own are not repeated."""
    note = evidence.checkpoint(chancery, declaration)
    size = evidence.size_of(note)
    with chancery.store.reading() as session:
        entries = queries.entries(session, declaration, stop=size)
        wanted = sorted({name for entry in entries for name in named(Entry.parse(entry))})
        beside = {digest(data) for data in files.values()}
        blobs = [queries.blob(session, declaration, name) for name in wanted if name not in beside]
    return served_files(entries, note, blobs=blobs)
