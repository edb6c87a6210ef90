"""A small summit played through the services: four cities with simulated devices, a clock that stands still."""

import os
import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from declaration.canonical import sha256
from declaration.ceremony.device import Choice, Device
from declaration.drafting.amendment import Amendment
from declaration.drafting.derive import derive_insert, derive_replace
from declaration.drafting.positions import Stance
from declaration.drafting.states import Phase
from declaration.drafting.text import Clause, Section, SectionKind, Text
from declaration.render.values import Occasion
from declaration.services import enrolment, freezing, negotiating, opening, positions, signing, translating
from declaration.services.chancery import Chancery, Site
from declaration.services.negotiating import Decision
from declaration.services.positions import Chosen
from declaration.signing.keystore import generate_keys
from declaration.signing.statement import Party
from declaration.store import queries
from declaration.store.tables import Base
from declaration.store.values import Depositary

START = datetime(2019, 9, 1, 9, 0, tzinfo=UTC)
ID = "d1"
HOST = Depositary("depositary", "City of Düsseldorf", "Düsseldorf", "DE")
SITE = Site("sign.example", ("https://sign.example",), "sign.example")
CITIES = {"abidjan": "CI", "haifa": "IL", "lagos": "NG", "porto": "PT"}
"""Porto is invited and has not enrolled."""
PRIVATE = frozenset({"challenges", "checkpoints", "throttles"})
"""Tables that a refusal may change: a failed attempt uses its challenge up, and asking for evidence signs the head."""


def keys_of(seed=2019):
    """The same keys every time, so that two processes share them."""
    return generate_keys(at=START, random=random.Random(seed).randbytes)


def clause(name, fr, en):
    return Clause(name, {"fr": fr, "en": en})


def text_of(declaration=ID, last="Fait à Düsseldorf."):
    preamble = Section("s0", SectionKind.PREAMBLE, {}, (clause("c0", "Nous, les maires,", "We, the mayors,"),))
    city = Section(
        "s1",
        SectionKind.CHAPTER,
        {"fr": "La ville", "en": "The city"},
        (
            clause("c1", "Nous ouvrons nos villes à tous.", "We open our cities to all."),
            clause("c2", "Nous protégeons l’eau et l’air.", "We protect water and air."),
            clause("c3", "Nous apprenons les uns des autres.", "We learn from each other."),
        ),
    )
    closing = Section("s2", SectionKind.CLOSING, {}, (clause("c4", last, "Done at Düsseldorf."),))
    title = {"fr": "La déclaration", "en": "The declaration"}
    return Text(declaration, ("fr", "en"), title, (preamble, city, closing))


def party(name, country=None):
    return Party(name, "Mayor", f"Mayor of {name.title()}", name.title(), name.title(), country or CITIES[name])


def device(name, *, declaration=ID, generation=0, **changes):
    given = {
        "seed": sha256(f"{name} {generation}".encode()),
        "party": changes.get("party") or party(name),
        "declaration": declaration,
        "ledger": SITE.ledger_origin(declaration),
        "rp_id": SITE.rp_id,
        "origin": SITE.origins[0],
    }
    return Device(**(given | changes))


class World:
    """A chancery and everybody around it.

    The acts that go well are methods here; attacks take them apart.
    """

    def __init__(self, store, keys, now=START):
        self.store = store
        self.time = now
        self.chancery = Chancery(
            store=store,
            keys=keys,
            timestamps=keys.timestamps,
            site=SITE,
            clock=lambda: self.time,
            random=os.urandom,
        )
        self.devices = {name: device(name) for name in CITIES}

    def wait(self, **span):
        self.time += timedelta(**span)

    # what stands there

    def rows(self):
        """Every row that a refusal must leave as it is, in every table."""
        with self.store.reading() as session:
            return {
                table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
                for table in Base.metadata.sorted_tables
                if table.name not in PRIVATE
            }

    @property
    def version(self):
        return negotiating.current_version(self.chancery, ID)

    @property
    def phase(self):
        with self.store.reading() as session:
            return queries.declaration(session, ID).phase

    def frozen(self):
        with self.store.reading() as session:
            return queries.frozen_instrument(session, ID)

    def what_is_signed(self):
        frozen = self.frozen()
        with self.store.reading() as session:
            return queries.blob(session, ID, frozen.instrument), queries.blob(session, ID, frozen.document)

    def answers(self):
        with self.store.reading() as session:
            return (
                {line.signatory: line.entry for line in queries.signatures(session, ID)},
                {line.signatory: line.entry for line in queries.declines(session, ID)},
            )

    # acts

    def open(self, declaration=ID):
        return opening.open_declaration(self.chancery, text_of(declaration), HOST)

    def invite(self, *names, declaration=ID):
        return opening.invite_signatories(self.chancery, declaration, [party(name) for name in names])

    def registered(self, name, *, device=None, declaration=ID):
        """An enrolment up to the statement."""
        device = device or self.devices[name]
        offer = enrolment.offer(self.chancery, declaration, name)
        return enrolment.register(
            self.chancery,
            declaration,
            name,
            challenge=offer.challenge,
            credential=device.create(offer.challenge),
        )

    def enrol(self, name, *, device=None, declaration=ID):
        device = device or self.devices[name]
        registered = self.registered(name, device=device, declaration=declaration)
        return enrolment.prove(
            self.chancery,
            registered.statement,
            public_key=registered.public_key,
            assertion=device.prove(registered.statement),
        )

    def amendment(self, name, by, *changes):
        return Amendment(name, by, self.version.digest, "Because it is better.", changes)

    def replace(self, clause, words, language="en"):
        return derive_replace(self.version.text, clause, language, words)

    def insert(self, name, after="c3"):
        return derive_insert(self.version.text, "s1", after, name, {"fr": "Encore.", "en": "One more."})

    def table(self, name, by, *changes):
        return negotiating.table(self.chancery, ID, self.amendment(name, by, *changes))

    def adopt(self, *adopted, **more):
        return negotiating.adopt(self.chancery, ID, Decision(self.version.digest, adopted, **more))

    def choices(self, clause="c1", stance=Stance.ACCEPT, reservation=None):
        return {clause: Chosen(stance, reservation)}

    def prepared(self, name, **choice):
        """Positions up to the statement, with the assertion over it."""
        choices = self.choices(**choice)
        (statement,) = positions.prepare(self.chancery, ID, name, choices)
        digests = {clause.id: clause.digest for clause in self.version.text.clauses()}
        seen = {c: Choice(digests[c], str(chosen.stance), chosen.reservation) for c, chosen in choices.items()}
        return statement, self.devices[name].confirm(statement, seen)

    def take(self, name, **choice):
        return positions.confirm(self.chancery, *self.prepared(name, **choice))

    def in_step(self):
        with self.store.reading() as session:
            if queries.declaration(session, ID).phase is not Phase.DRAFTING:
                return
        translating.confirm_all(self.chancery, ID)

    def about_to_freeze(self, **more):
        """Confirm the languages; freezing itself is left."""
        self.in_step()
        return lambda: freezing.freeze(self.chancery, ID, occasion=Occasion({}, {}, {}), **more)

    def freeze(self, **more):
        return self.about_to_freeze(**more)()

    def unfreeze(self, reason="A comma was missing."):
        return freezing.unfreeze(self.chancery, ID, reason=reason)

    def gesture(self, name, *, drawn=None):
        """Signing up to the assertion."""
        return Gesture(self, name, drawn)

    def sign(self, name, *, drawn=None):
        return self.gesture(name, drawn=drawn).authorise().sign().complete()

    def declining(self, name, reason="The council says no."):
        """Declining up to the assertion."""
        statement = signing.begin_decline(self.chancery, ID, name, reason=reason)
        return statement, self.devices[name].decline(*self.what_is_signed(), statement, reason)

    def decline(self, name):
        return signing.decline(self.chancery, *self.declining(name))

    # how far it has come

    def drafting(self):
        """Opened, two drafters, three enrolled, three amendments of which two collide, one position."""
        self.open()
        for drafter in ("w1", "w2"):
            opening.admit_drafter(self.chancery, ID, drafter, f"Workshop {drafter}")
        self.invite(*CITIES)
        for name in ("abidjan", "haifa", "lagos"):
            self.enrol(name)
        self.table("a1", "w1", self.replace("c1", "We open our cities wide to all."))
        self.table("a2", "w2", self.replace("c1", "We open our cities carefully to all."))
        self.table("a3", "w1", self.replace("c2", "We protect water, soil and air."))
        self.take("haifa", clause="c3")
        return self

    def signing(self):
        """… frozen; nobody has answered."""
        self.drafting().freeze()
        return self

    def answered(self):
        """… Abidjan has signed and Haifa has declined; Lagos can still answer."""
        self.signing()
        self.sign("abidjan")
        self.decline("haifa")
        return self


class Gesture:
    """One signature in the making, step by step, with every part at hand to be exchanged."""

    def __init__(self, world, name, drawn=None):
        self.world = world
        self.name = name
        self.drawn = drawn
        self.device = world.devices[name].begin(*world.what_is_signed(), drawn)
        self.key = self.device.public_key
        self.statement = signing.begin(world.chancery, ID, name, key=self.key, drawn=drawn)
        self.assertion = self.device.authorise(self.statement)
        self.answer = self.signature = None

    def authorise(self):
        self.answer = signing.authorise(
            self.world.chancery, self.statement, self.assertion, key=self.key, drawn=self.drawn
        )
        return self

    def sign(self):
        self.signature = self.device.sign(self.answer.attributes, self.answer.certificate)
        return self

    def draft(self, **changes):
        given = {
            "statement": self.statement,
            "assertion": self.assertion,
            "certificate": self.answer.certificate,
            "attributes": self.answer.attributes,
            "drawn": self.drawn,
        }
        return signing.Draft(**(given | changes))

    def complete(self, **changes):
        return signing.complete(self.world.chancery, self.draft(**changes), self.signature)
