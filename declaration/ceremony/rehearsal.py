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
from declaration.ceremony.continuing import DATABASE, KEYS, require_own_folder, require_same_summit
from declaration.ceremony.device import Device
from declaration.ceremony.outline import play_in_mind
from declaration.ceremony.plan import Plan
from declaration.ceremony.stage import Stage
from declaration.ceremony.summit import Summit
from declaration.config import DEMO_PASSPHRASE
from declaration.drafting.text import Text
from declaration.errors import ConfigurationError
from declaration.exchange.acts import ALL, Acts
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.files import read_given
from declaration.exchange.signatories_json import read_signatories
from declaration.exchange.text_yaml import read_text
from declaration.render.values import MissingGlyph
from declaration.services.chancery import Chancery, Site
from declaration.services.publishing import evidence_files, write_files
from declaration.signing.keystore import KeySet, init_keys, open_keys
from declaration.signing.pkcs8 import THROWAWAY
from declaration.store.session import open_store

SERVICE = "service"
"""Folder of what is private to the service."""
SITE = Site(rp_id="declaration.example", origins=("https://declaration.example",), host="declaration.example")
"""Where a rehearsal pretends to live: a name that belongs to nobody (RFC 2606)."""


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
    data, name = read_given(text or content.TEXT)
    words = read_text(data, file=name)
    data, name = read_given(signatories or content.SIGNATORIES)
    listed = read_signatories(data, file=name)
    played, notes = _acts(text, acts, words.text, [line.id for line in listed.signatories])
    occasion = content.OCCASION if text is None else {}
    plan = Plan(words.text, listed.signatories, played, host="duesseldorf", occasion=occasion)
    return Script(plan, (*words.notes, *listed.notes, *notes))


def _acts(text: Path | None, acts: Path | None, words: Text, listed: Sequence[str]) -> tuple[Acts, tuple[str, ...]]:
    if text is not None and acts is None:
        return Acts(), ()
    data, name = read_given(acts or content.ACTS)
    read = read_acts(data, file=name, text=words, signatories=listed if acts else None)
    here = read.acts
    if acts is None:
        present = {*listed, ALL}
        here = replace(
            here,
            positions=tuple(line for line in here.positions if line.signatory in present),
            declines=tuple(line for line in here.declines if line.signatory in present),
        )
    play_in_mind(words, here, file=name)
    return here, read.notes


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
        require_own_folder(folder)
        try:
            self._private.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ConfigurationError(
                "ceremony.folder",
                f"{folder} cannot be used: {error.strerror}.",
                hint="Choose another folder with --out.",
            ) from error
        self._owns = not database_url
        self._url = database_url or f"sqlite:///{self._private / DATABASE}"

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
            devices = self._devices(plan)
            require_same_summit(chancery, plan, devices, self.folder, own_database=self._owns)
            summit = Summit(chancery, plan, devices, stage)
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
        folder = self._private / KEYS
        if folder.exists():
            return open_keys(folder, passphrase=DEMO_PASSPHRASE, random=os.urandom)
        return init_keys(
            folder, passphrase=DEMO_PASSPHRASE, at=datetime.now(UTC), random=os.urandom, hardness=THROWAWAY
        )

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
