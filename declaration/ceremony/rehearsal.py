"""A rehearsal on one machine: throwaway keys, a database, simulated devices, and a folder that holds the evidence.

What belongs to the service alone (database, keys) lies in ``service/`` below the folder; everything else there is for
the public. The same command on the same folder goes on where it was cut off.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from declaration.canonical import sha256
from declaration.ceremony import content
from declaration.ceremony.device import Device
from declaration.ceremony.plan import Plan
from declaration.ceremony.stage import Stage
from declaration.ceremony.summit import Summit
from declaration.config import DEMO_PASSPHRASE
from declaration.drafting.text import Text
from declaration.errors import ConfigurationError, InputRefused
from declaration.exchange.acts import ALL, Acts
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.signatories_json import read_signatories
from declaration.exchange.text_yaml import read_text
from declaration.render.values import MissingGlyph
from declaration.services.chancery import Chancery, Site
from declaration.services.publishing import evidence_files, write_files
from declaration.signing.keystore import KeySet, init_keys, open_keys
from declaration.store.session import open_store

SERVICE = "service"
"""Folder of what is private to the service."""
SITE = Site(rp_id="declaration.example", origins=("https://declaration.example",), host="declaration.example")
"""Where a rehearsal pretends to live: a name that belongs to nobody (RFC 2606)."""
HARDNESS = 1
"""Scrypt parallelism for the keys of a rehearsal, whose passphrase everybody knows."""


@dataclass(frozen=True, slots=True)
class Script:
    """What a rehearsal is played from, and what was changed on reading it."""

    plan: Plan
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A finished rehearsal."""

    folder: Path
    paths: tuple[str, ...]
    missing_glyphs: tuple[MissingGlyph, ...]


def read_script(text: Path | None, signatories: Path | None, acts: Path | None) -> Script:
    """Read what shall be played; what is not given comes from the default summit.

    A text of one's own without acts is signed as it stands. The default acts are played by those of their signatories
    who are on the list.

    Raises:
        InputRefused, LimitExceeded: names file, line and field.

    """
    words = read_text((text or content.TEXT).read_bytes(), file=str(text or content.TEXT.name))
    listed = read_signatories(
        (signatories or content.SIGNATORIES).read_bytes(), file=str(signatories or content.SIGNATORIES.name)
    )
    if not listed.signatories:
        raise InputRefused("signatories.none", f"{signatories}: nobody is listed.", hint="List at least one signatory.")
    played, notes = _acts(text, acts, words.text, [line.id for line in listed.signatories])
    occasion = content.OCCASION if text is None else {}
    plan = Plan(words.text, listed.signatories, played, host="duesseldorf", occasion=occasion)
    return Script(plan, (*map(str, words.notes), *map(str, listed.notes), *notes))


def _acts(text: Path | None, acts: Path | None, words: Text, listed: Sequence[str]) -> tuple[Acts, tuple[str, ...]]:
    if acts is not None:
        given = read_acts(acts.read_bytes(), file=str(acts), text=words, signatories=listed)
        return given.acts, tuple(map(str, given.notes))
    if text is not None:
        return Acts(), ()
    default = read_acts(content.ACTS.read_bytes(), file=content.ACTS.name, text=words).acts
    here = {*listed, ALL}
    return (
        replace(
            default,
            positions=tuple(line for line in default.positions if line.signatory in here),
            declines=tuple(line for line in default.declines if line.signatory in here),
        ),
        (),
    )


class Rehearsal:
    """A ceremony in a folder.

    Args:
        folder: where everything is written.
        database_url: by default an SQLite file in the folder.
        seed: makes the devices' passkeys; the same seed makes the same devices again.

    """

    def __init__(self, folder: Path, *, database_url: str | None = None, seed: int = 2019) -> None:
        self.folder = folder
        self._private = folder / SERVICE
        self._seed = seed
        try:
            self._private.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ConfigurationError(
                "ceremony.folder",
                f"{folder} cannot be used: {error.strerror}.",
                hint="Choose another folder with --out.",
            ) from error
        self._url = database_url or f"sqlite:///{self._private / 'declaration.db'}"

    def play(self, plan: Plan, stage: Stage) -> Played:
        """Play the whole summit and write the evidence."""
        store = open_store(self._url)
        try:
            store.upgrade()
            keys = self._keys()
            chancery = Chancery(
                store=store,
                keys=keys,
                timestamps=keys.timestamps,
                site=SITE,
                clock=lambda: datetime.now(UTC),
                random=os.urandom,
            )
            summit = Summit(chancery, plan, self._devices(plan), stage)
            summit.play()
            stage.step("The evidence is written", 1)
            files = evidence_files(chancery, plan.text.id)
            write_files(self.folder, files)
            stage.advance()
            return Played(self.folder, tuple(sorted(files)), tuple(dict.fromkeys(summit.missing_glyphs)))
        finally:
            store.dispose()

    def _keys(self) -> KeySet:
        """Return the rehearsal's own keys, made on its first run."""
        folder = self._private / "keys"
        if folder.exists():
            return open_keys(folder, passphrase=DEMO_PASSPHRASE, random=os.urandom)
        return init_keys(folder, passphrase=DEMO_PASSPHRASE, at=datetime.now(UTC), random=os.urandom, hardness=HARDNESS)

    def _devices(self, plan: Plan) -> dict[str, Device]:
        return {
            line.id: Device(
                seed=sha256(f"{self._seed}/{plan.text.id}/{line.id}".encode()),
                party=party,
                declaration=plan.text.id,
                ledger=SITE.ledger_origin(plan.text.id),
                rp_id=SITE.rp_id,
                origin=SITE.origins[0],
            )
            for line, party in zip(plan.signatories, plan.parties, strict=True)
        }
