"""Hostile files, taken from the tests of the verifier in Python: the one in the browser is told the same lies."""

import importlib.util
import inspect
import io
import itertools
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from declaration.errors import Altered, VerificationError
from declaration.signing import seal as sealing
from declaration.signing import verify
from declaration.signing.drawing import Drawing
from declaration.signing.keystore import SEAL_ROOT, TIMESTAMP_ROOT, generate_keys
from declaration.signing.seal import seal_edition

TESTS = Path(__file__).parents[1]


def load(path, name):
    """Import a test module by its path, under a name of its own."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, TESTS / path)
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


def severity(error):
    return "altered" if isinstance(error, Altered) else "cannot-be-verified"


@dataclass(frozen=True)
class Judged:
    """A bundle, and what Python said of it: None, or code and severity."""

    bundle: bytes
    instrument: str
    trust: object
    outcome: tuple | None


def told_lies():
    """Tell every lie about signatures; return each bundle with what became of it, and declaration.json."""
    scene = load("signing/conftest.py", "web_signing_scene")
    attacks = load("signing/test_signing_attacks.py", "web_signing_attacks")
    world = scene.World()
    world.open()
    for name in world.parties:
        world.enrol(name)
    world.freeze()
    after = world.twin()
    after.affix("abidjan", after.sign("abidjan"))
    after.affix("algiers", after.sign("algiers", drawn=Drawing((((100, 600), (2900, 500)),)).svg()))
    after.decline("bijeljina")
    tools = SimpleNamespace(**{name: getattr(scene, name) for name in ("World", "confirm_with", "NOW", "LEDGER")})
    tools.twisted_certificate, tools.version_document = scene.twisted_certificate, scene.version_document
    tools.DECLARATION, tools.RP_ID, tools.ORIGIN = scene.DECLARATION, scene.RP_ID, scene.ORIGIN
    heard = []
    with listening(heard):
        for test in (item for name, item in vars(attacks).items() if name.startswith("test_")):
            for values in parameters(test):
                fixtures = {"enrolled": world.twin(), "signed": after.twin(), "tools": tools}
                given = {name: value for name, value in fixtures.items() if name in inspect.signature(test).parameters}
                test(**given, **values)
    return heard, world.document


class listening:  # noqa: N801 - used as a statement
    """Hear what is judged while tests run."""

    def __init__(self, heard):
        self.heard = heard
        self.own = {name: getattr(verify, name) for name in ("verify_bundle", "verify_decline")}

    def __enter__(self):
        for name, judge in self.own.items():
            setattr(verify, name, self.heard_by(judge))

    def __exit__(self, *_):
        for name, judge in self.own.items():
            setattr(verify, name, judge)

    def heard_by(self, judge):
        def judged(bundle, *, instrument, trust, memory=None):
            outcome = None
            try:
                return judge(bundle, instrument=instrument, trust=trust, memory=memory)
            except VerificationError as error:
                outcome = (error.code, severity(error))
                raise
            finally:
                self.heard.append(Judged(bundle.encode(), instrument.digest, trust, outcome))

        return judged


def parameters(test):
    """The values with which pytest would call a test."""
    tables = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    for chosen in itertools.product(*([(names, row) for row in rows] for names, rows in tables)):
        values = {}
        for names, row in chosen:
            named = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
            values |= dict(zip(named, row if len(named) > 1 else (row,), strict=True))
        yield values


class Editions:
    """Sealed editions by honest and by lying depositaries, and by strangers without keys."""

    def __init__(self):
        self.scene = load("verify/conftest.py", "web_verify_scene")
        self.attacks = load("verify/test_edition_attacks.py", "web_edition_attacks")
        self.renewals = load("verify/test_renewal.py", "web_renewals")
        self.moment = self.scene.MOMENT
        self.keys = generate_keys(at=self.moment, random=random.Random(1).randbytes)
        scene = self.scene
        self.paper = SimpleNamespace(
            draw=scene.draw,
            attach=scene.attach,
            save=scene.save,
            append=scene.append,
            content_of=scene.content_of,
            numbers_of=scene.numbers_of,
        )
        lines = ["We live together.", "Done at Düsseldorf."]
        instrument = scene.draw(lines, {"declaration.json": scene.DOCUMENT}, tagged=True)
        carried = {
            "instrument.pdf": instrument,
            "declaration.json": scene.DOCUMENT,
            "signatures.p7s": b"\x30\x00",
            "checkpoint": b"example.org/demo\n",
            "abidjan.signature.json": b"{}",
        }
        self.unsealed = scene.draw(["Signed: Abidjan"], carried, base=instrument, tagged=True)
        self.roots = {"seal_root": self.keys.roots[SEAL_ROOT], "timestamp_root": self.keys.roots[TIMESTAMP_ROOT]}

    def stamp(self, imprint):
        return self.keys.timestamps.stamp(imprint, nonce=7, at=self.moment)

    def seal(self, unsealed):
        keys = self.keys
        return seal_edition(
            unsealed,
            seal=keys.seal_key,
            stamp=self.stamp,
            certificates=[keys.seal_key.certificate, keys.timestamp_key.certificate, *self.roots.values()],
            revocations=list(keys.crls.values()),
            at=self.moment,
        )

    def play(self, answers, cities=None):
        """Play a whole summit with these answers; return its folder."""
        if cities is not None:
            self.scene.CITIES.update(cities)
        return self.scene.Summit(self.keys, self.seal, answers)

    def renewed(self, good):
        """Yield renewals: good ones, and such in which something else is changed under a genuine timestamp."""
        more = {"certificates": [], "revocations": [], "stamp": self.stamp}
        once = sealing.renew_edition(good, number=2, **more)
        yield "renewed", once
        yield "renewed twice", sealing.renew_edition(once, number=3, **more)
        yield "renewed under a wrong name", sealing.renew_edition(good, number=3, **more)
        for name, change in self.renewals.HIDDEN.items():
            revision = sealing._Revision(io.BytesIO(good))
            sealing._add_archive(revision, "archive-2", "Archive timestamp 2")
            change(revision)
            yield name, sealing._fill(revision, "archive-2", sealing._document_timestamp(), self.stamp)

    def hostile(self):
        """Yield name and bytes of each attack."""
        good = self.seal(self.unsealed)
        yield "good", good
        for name, (attack, _, _) in self.attacks.WITHOUT_KEYS.items():
            yield name, attack(good, self.paper)
        yield from self.renewed(good)
        prepared = sealing._with_fields(self.unsealed)
        found = self.paper.numbers_of(prepared)
        for name, (change, _, _) in self.attacks.BY_THE_DEPOSITARY.items():
            lying = self.attacks.rebuilt(prepared, change(prepared, self.paper, found))
            sealed = sealing._sealed(lying, seal=self.keys.seal_key, stamp=self.stamp, at=self.moment)
            yield (
                name,
                sealing._archived(
                    sealed,
                    stamp=self.stamp,
                    certificates=[self.keys.seal_key.certificate],
                    revocations=list(self.keys.crls.values()),
                ),
            )
