"""A small summit in memory: three mayors with devices, a ledger, keys; and the tools to let anybody in it lie."""

import copy
import itertools
import json
import random
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.canonical import b64u, digest, encode, sha256, without
from declaration.ceremony.authenticator import Passkey
from declaration.ceremony.device import Device
from declaration.ledger.entries import Entry
from declaration.ledger.merkle import Tree, leaf_hash
from declaration.ledger.note import Checkpoint, sign_checkpoint
from declaration.ledger.proofs import Proven
from declaration.ledger.tiles import Rows, Tile
from declaration.signing import certificates, cms, statement, verify
from declaration.signing.bundle import Bundle, Evidence
from declaration.signing.document import read_document
from declaration.signing.drawing import Drawing
from declaration.signing.keystore import generate_keys
from declaration.signing.passkey import Assertion
from declaration.signing.statement import Act, Occasion, Party

sys.path.append(str(Path(__file__).parent))

NOW = datetime(2019, 9, 1, 11, 0, tzinfo=UTC)
DECLARATION = "duesseldorf-2019"
LEDGER = "declaration.example/duesseldorf-2019"
RP_ID = "declaration.example"
ORIGIN = "https://declaration.example"
CITIES = (
    ("abidjan", "Abidjan", "Abidjan", "CI"),
    ("algiers", "Algiers", "الجزائر", "DZ"),
    ("bijeljina", "Bijeljina", "Бијељина", "BA"),
)


def text(words):
    return {"fr": {"sha256": digest(words.encode()), "text": words}}


def version_document():
    clauses = [{"id": f"clause-{n}", "texts": text(f"Vivre ensemble, {n}.")} for n in (1, 2)]
    return {
        "format": "declaration-version/1",
        "declaration": DECLARATION,
        "number": 1,
        "parent": None,
        "languages": ["fr"],
        "title": text("Déclaration de Düsseldorf"),
        "sections": [{"id": "preamble", "kind": "preamble", "title": text("Préambule"), "clauses": clauses}],
    }


class World:
    """Everything that a service would hold, and nothing that keeps it honest."""

    def __init__(self, seed=1):
        self.random = random.Random(seed).randbytes
        self.keys = generate_keys(at=NOW - timedelta(days=1), random=self.random)
        self.trust = self.keys.trust(LEDGER)
        self.parties = {
            name: Party(name, "Mayor", f"Mayor of {city}", city, native, country)
            for name, city, native, country in CITIES
        }
        self.devices = {name: self.device(party) for name, party in self.parties.items()}
        self.entries = []
        self.index = {}
        self.clock = itertools.count()
        self.instrument = b"%PDF-1.7 the instrument of the declaration"
        version = version_document()
        self.version = digest(encode(without(version, "text")))
        self.document = encode(
            {
                "format": "declaration/1",
                "version": version,
                "roster": [party.as_json() for party in self.parties.values()],
                "reservations": [],
            }
        )
        self.frozen = verify.FrozenInstrument(digest(self.instrument), read_document(self.document))
        self.evidence = {}

    def device(self, party, seed=None, **site):
        common = {"declaration": DECLARATION, "ledger": LEDGER, "rp_id": RP_ID, "origin": ORIGIN}
        seed = seed or party.id.encode() * 4
        return Device(seed=seed, party=party, random=self.random, **(common | site))

    def twin(self):
        """Return a copy whose ledger can be continued differently."""
        other = copy.copy(self)
        other.entries, other.index, other.evidence = list(self.entries), dict(self.index), dict(self.evidence)
        return other

    # what the ledger records

    def record(self, name, kind, by, body, declaration=DECLARATION):
        at = NOW + timedelta(seconds=next(self.clock))
        self.entries.append(Entry(kind, declaration, at, by, body).encode())
        self.index[name] = len(self.entries) - 1
        return self.index[name]

    def open(self, **changes):
        body = {
            "origin": LEDGER,
            "rp_id": RP_ID,
            "origins": [ORIGIN],
            "depositary": {"id": "duesseldorf", "name": "City", "city": "Düsseldorf", "country": "DE"},
            "languages": ["fr"],
        }
        self.record("opened", "declaration.opened", "duesseldorf", body | changes)

    def freeze(self, **changes):
        body = {
            "version": self.version,
            "number": 1,
            "instrument": digest(self.instrument),
            "document": digest(self.document),
            "roster": len(self.parties),
        }
        self.record("frozen", "instrument.frozen", "duesseldorf", body | changes)

    def enrol(self, name, device=None, **changes):
        device = device or self.devices[name]
        said = statement.build_enrol(self.occasion(name, device), key=digest(device.passkey.public_key))
        body = {
            "signatory": name,
            "credential": device.passkey.credential,
            "public_key": b64u(device.passkey.public_key),
            "algorithm": -7,
            "statement": said.decode(),
            "assertion": device.passkey.confirm(said).as_json(),
        }
        self.record(f"enrolled {name}", "credential.enrolled", name, body | changes)

    def affix(self, name, evidence, /, **changes):
        """Record whatever evidence there is, as a server that checks nothing would."""
        self.evidence[name] = evidence
        body = {
            "signatory": name,
            "instrument": digest(self.instrument),
            "credential": evidence.assertion.credential,
            "evidence": evidence.digest,
        }
        self.record(f"answer {name}", "signature.affixed", name, body | changes)

    # what the service and the device do

    def occasion(self, name, device=None, **changes):
        device = device or self.devices[name]
        common = {
            "declaration": DECLARATION,
            "ledger": LEDGER,
            "party": self.parties[name],
            "credential": device.passkey.credential,
            "nonce": self.random(32),
            "at": NOW,
        }
        return Occasion(**(common | changes))

    def sign_statement(self, name, key, /, *, occasion=(), **changes):
        body = {
            "version": self.version,
            "instrument": digest(self.instrument),
            "document": digest(self.document),
            "key": digest(key),
            "drawn": None,
        }
        return statement.build_sign(self.occasion(name, **dict(occasion)), **(body | changes))

    def stamp(self, message, at=NOW):
        token = self.keys.timestamps.stamp(cms.imprint(message), nonce=self.nonce(), at=at)
        return cms.add_timestamp(message, token)

    def nonce(self):
        return int.from_bytes(b"\x01" + self.random(8), "big")

    def sign(self, name, *, drawn=None, at=NOW):
        """Return the evidence of an honest signature, made by the steps that service and device take."""
        device = self.devices[name]
        gesture = device.begin(self.instrument, self.document, drawn)
        said = self.sign_statement(name, gesture.public_key, drawn=None if drawn is None else digest(drawn))
        assertion = gesture.authorise(said)
        certificate = self.keys.issuing.issue(gesture.public_key, self.parties[name], at)
        attributes = cms.signed_attributes(digest=sha256(self.instrument), certificate=certificate, signing_time=at)
        signature = gesture.sign(attributes, certificate.public_bytes(Encoding.DER))
        message = cms.assemble(attributes, signature, (certificate, *self.keys.issuing.chain))
        return Evidence(said, assertion, self.stamp(message, at), drawn)

    def forge(self, name, *, said=(), assertion=None, certificate=(), attributes=(), chain=None, at=NOW, passkey=None):
        """Return evidence with one lie in it; every other part fits, signatures included.

        Args: changes to the statement; a function that makes the assertion; changes to the certificate, to the
        signed attributes and to the chain; the timestamp's moment; the passkey that confirms.

        """
        gesture = self.devices[name].begin(self.instrument, self.document)
        key = gesture._key
        words = self.sign_statement(name, gesture.public_key, **dict(said))
        passkey = passkey or self.devices[name].passkey
        confirmed = (assertion or Passkey.confirm)(passkey, words)
        issued = self.certificate(name, key.public_key(), **dict(certificate))
        signed = cms.signed_attributes(
            **({"digest": sha256(self.instrument), "certificate": issued, "signing_time": NOW} | dict(attributes))
        )
        issuers = self.keys.issuing.chain if chain is None else chain
        message = cms.assemble(signed, key.sign(signed, ECDSA(SHA256())), (issued, *issuers))
        return Evidence(words, confirmed, self.stamp(message, at))

    def certificate(self, name, key, **changes):
        return twisted_certificate(self.keys.issuing_key, key, self.parties[name], self.random, **changes)

    def decline(self, name, **changes):
        device, reason = self.devices[name], "We will not."
        said = statement.build_decline(
            self.occasion(name), version=self.version, instrument=digest(self.instrument), reason=reason
        )
        assertion = device.decline(self.instrument, self.document, said, reason)
        body = {
            "signatory": name,
            "instrument": digest(self.instrument),
            "statement": said.decode(),
            "assertion": assertion.as_json(),
            "reason": reason,
        }
        self.record(f"answer {name}", "signature.declined", name, body | changes)

    # what the public gets

    def checkpoint(self, keys=None, size=None):
        rows = Rows(map(leaf_hash, self.entries[:size]))
        head = Checkpoint(LEDGER, rows.size, rows.root())
        return sign_checkpoint(head, keys or self.keys.ledger_keys(LEDGER), at=NOW)

    def prove(self, name):
        rows = Rows(map(leaf_hash, self.entries))
        tree = Tree(lambda level, index, width: rows.tile(Tile(level, index, width)), rows.size)
        return Proven.of(tree, self.index[name], self.entries[self.index[name]])

    def bundle(self, name, *, checkpoint=None):
        answer = Entry.parse(self.entries[self.index[f"answer {name}"]])
        common = {
            "opened": self.prove("opened"),
            "enrolled": self.prove(f"enrolled {name}"),
            "frozen": self.prove("frozen"),
            "recorded": self.prove(f"answer {name}"),
            "checkpoint": checkpoint or self.checkpoint(),
        }
        if answer.kind == "signature.declined":
            said, given = answer.body["statement"].encode(), Assertion.from_json(answer.body["assertion"])
            return Bundle(Act.DECLINE, said, given, None, None, **common)
        evidence = self.evidence[name]
        return Bundle(Act.SIGN, evidence.statement, evidence.assertion, evidence.cms, evidence.drawn, **common)

    def known(self, name):
        passkey = self.devices[name].passkey
        return verify.Known(
            declaration=DECLARATION,
            ledger=LEDGER,
            rp_id=RP_ID,
            origins=(ORIGIN,),
            signatory=self.parties[name].signatory,
            credential=passkey.credential,
            public_key=passkey.public_key,
            version=self.version,
            instrument=digest(self.instrument),
            document=digest(self.document),
        )

    def verify(self, name, **changes):
        return self.judge(replace(self.bundle(name), **changes))

    def judge(self, bundle):
        return verify.verify_bundle(bundle, instrument=self.frozen, trust=self.trust)


def twisted_certificate(
    issuer,
    key,
    party,
    randbytes,
    *,
    subject=None,
    purposes=certificates.SIGNER_PURPOSES,
    usage=certificates.SIGNER_USAGE,
    begin=NOW - certificates.BACKDATED,
    life=certificates.EPHEMERAL,
    no_rev_avail=b"\x05\x00",
    more=(),
    sign_with=None,
):
    """Return an ephemeral certificate in which anything may be wrong."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject or certificates.subject_of(party.signatory))
        .issuer_name(issuer.certificate.subject)
        .public_key(key)
        .serial_number(certificates.serial_number(randbytes))
        .not_valid_before(begin)
        .not_valid_after(begin + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.certificate.public_key()), critical=False
        )
        .add_extension(usage, critical=True)
        .add_extension(purposes, critical=False)
        .add_extension(x509.UnrecognizedExtension(certificates.NO_REV_AVAIL, no_rev_avail), critical=False)
    )
    for extension, critical in more:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(sign_with or issuer.key, SHA256())


def confirm_with(*, client=(), flags=0x1D, rp_id=RP_ID, without_member=(), tail=b"", key=None, credential=None):
    """Return a function that confirms a statement with a lie about the gesture."""

    def confirm(passkey, words):
        data = {"type": "webauthn.get", "challenge": b64u(sha256(words)), "origin": ORIGIN, "crossOrigin": False}
        data |= dict(client)
        for name in without_member:
            del data[name]
        client_data = json.dumps(data, separators=(",", ":")).encode()
        authenticator = sha256(rp_id.encode()) + bytes([flags]) + bytes(4) + tail
        signature = (key or passkey._key).sign(authenticator + sha256(client_data), ECDSA(SHA256()))
        return Assertion(credential or passkey.credential, client_data, authenticator, signature)

    return confirm


@pytest.fixture(scope="session")
def enrolled_world():
    """Opened, everybody enrolled, frozen; nobody has answered."""
    world = World()
    world.open()
    for name in world.parties:
        world.enrol(name)
    world.freeze()
    return world


@pytest.fixture
def enrolled(enrolled_world):
    return enrolled_world.twin()


@pytest.fixture(scope="session")
def signed_world(enrolled_world):
    """Two have signed, one with a drawing; one has declined."""
    world = enrolled_world.twin()
    world.affix("abidjan", world.sign("abidjan"))
    world.affix("algiers", world.sign("algiers", drawn=Drawing((((100, 600), (2900, 500)),)).svg()))
    world.decline("bijeljina")
    return world


@pytest.fixture
def signed(signed_world):
    return signed_world.twin()


@pytest.fixture(scope="session")
def tools():
    """The means to lie, and the constants of the world."""
    return SimpleNamespace(
        World=World,
        twisted_certificate=twisted_certificate,
        confirm_with=confirm_with,
        version_document=version_document,
        NOW=NOW,
        DECLARATION=DECLARATION,
        LEDGER=LEDGER,
        RP_ID=RP_ID,
        ORIGIN=ORIGIN,
    )
