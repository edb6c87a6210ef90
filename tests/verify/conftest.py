"""What the verifier's tests share: keys, small PDF files, a way to append revisions to them, a sealed edition."""

import hashlib
import io
import random
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from reportlab.pdfgen import canvas

from declaration.canonical import b64u, digest, encode, sha256
from declaration.ledger.checkpoint import Checkpoint
from declaration.ledger.entries import Entry
from declaration.ledger.folder import served_files
from declaration.ledger.merkle import leaf_hash
from declaration.ledger.note import sign_checkpoint
from declaration.ledger.proofs import Proven
from declaration.ledger.tiles import Rows
from declaration.signing import asic, cms
from declaration.signing.bundle import Bundle, Evidence
from declaration.signing.document import version_digest
from declaration.signing.folder import evidence
from declaration.signing.keystore import SEAL_ROOT, TIMESTAMP_ROOT, generate_keys
from declaration.signing.passkey import Assertion
from declaration.signing.seal import seal_edition
from declaration.signing.statement import (
    Act,
    Occasion,
    Party,
    PositionLine,
    build_decline,
    build_enrol,
    build_named,
    build_positions,
    build_sign,
)

MOMENT = datetime(2019, 9, 1, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def moment():
    return MOMENT


@pytest.fixture(scope="session")
def keys():
    return generate_keys(at=MOMENT, random=random.Random(1).randbytes)


def draw(lines, attached, base=None, *, tagged=False):
    """Return a PDF with one line a page, in the form that our renderer writes; the pages of `base` come first."""
    drawn = io.BytesIO()
    sheet = canvas.Canvas(drawn, invariant=1, pageCompression=1)
    for line in lines:
        sheet.drawString(100, 500, line)
        sheet.showPage()
    sheet.save()
    pdf = pikepdf.open(io.BytesIO(drawn.getvalue()))
    for page in pdf.pages:
        for needless in ("/Trans", "/Rotate"):
            del page.obj[needless]
    if base is not None and tagged:
        whole = pikepdf.open(io.BytesIO(base))
        whole.pages.extend(pdf.pages)
        pdf = whole
    elif base is not None:
        pages = pikepdf.open(io.BytesIO(base)).pages
        for place, page in enumerate(pages):
            pdf.pages.insert(place, page)
    if tagged:
        tag(pdf)
    attach(pdf, attached)
    return save(pdf)


def tag(pdf):
    """Give each page that has none its element in the structure."""
    name, dictionary, array = pikepdf.Name, pikepdf.Dictionary, pikepdf.Array
    if "/StructTreeRoot" not in pdf.Root:
        tree = pdf.Root.StructTreeRoot = pdf.make_indirect(dictionary(Type=name.StructTreeRoot, ParentTreeNextKey=0))
        tree.K = array([pdf.make_indirect(dictionary(S=name.Document, P=tree, K=array()))])
        tree.ParentTree = pdf.make_indirect(dictionary(Nums=array()))
        pdf.Root.Lang = pikepdf.String("en")
        pdf.Root.MarkInfo = dictionary(Marked=True)
    tree = pdf.Root.StructTreeRoot
    for key, page in enumerate(pdf.pages):
        if "/StructParents" not in page.obj:
            element = pdf.make_indirect(dictionary(S=name.P, P=tree.K[0], Pg=page.obj, K=0))
            tree.K[0].K.append(element)
            page.obj.StructParents = key
            tree.ParentTree.Nums.extend(array([key, array([element])]))
            tree.ParentTreeNextKey = key + 1


def attach(pdf, attached):
    names = []
    for name, data in sorted(attached.items()):
        stream = pikepdf.Stream(pdf, data)
        stream.Type = pikepdf.Name.EmbeddedFile
        checksum = pikepdf.String(hashlib.md5(data).digest())
        stream.Params = pikepdf.Dictionary(Size=len(data), CheckSum=checksum)
        embedded = pdf.make_indirect(stream)
        specification = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=pikepdf.String(name),
            UF=pikepdf.String(name),
            EF=pikepdf.Dictionary(F=embedded, UF=embedded),
            AFRelationship=pikepdf.Name.Source,
        )
        names += [pikepdf.String(name), pdf.make_indirect(specification)]
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pdf.make_indirect(pikepdf.Dictionary(Names=pikepdf.Array(names))))
    pdf.Root.AF = pikepdf.Array(names[1::2])


def save(pdf):
    saved = io.BytesIO()
    pdf.save(saved, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable, min_version="1.7")
    return saved.getvalue()


def append(data, objects, **changes):
    """Return the file with one more revision that gives these objects (number: bytes between obj and endobj)."""
    start = int(re.findall(rb"startxref\n(\d+)\n", data)[-1])
    trailer = data[data.rindex(b"trailer") : data.rindex(b"startxref")].decode("latin-1")
    root, info = re.search(r"/Root (\d+) 0 R", trailer)[1], re.search(r"/Info (\d+) 0 R", trailer)
    size = max(int(re.search(r"/Size (\d+)", trailer)[1]), 1 + max(objects))
    body, table = bytearray(data), "xref\n"
    for number, content in sorted(objects.items()):
        table += f"{number} 1\n{len(body):010d} 00000 n \n"
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    entries = {"Root": f"{root} 0 R", "Size": size, "Prev": start}
    entries |= {"Info": f"{info[1]} 0 R"} if info else {}
    entries |= changes
    dictionary = " ".join(f"/{key} {value}" for key, value in entries.items() if value is not None)
    end = f"{table}trailer << {dictionary} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return bytes(body) + end.encode()


def content_of(data, number):
    """Return what stands between obj and endobj in the newest revision of an object."""
    found = list(re.finditer(rb"(?:^|\n)%d 0 obj\n" % number, data))[-1]
    return data[found.end() : data.index(b"\nendobj\n", found.end())]


def numbers_of(data):
    """Return the object numbers that attacks aim at, by what they are."""
    root = int(re.findall(rb"/Root (\d+) 0 R", data)[-1])
    catalogue = content_of(data, root)
    find = lambda pattern, text: int(re.search(pattern, text)[1])  # noqa: E731
    form = content_of(data, find(rb"/AcroForm (\d+)", catalogue))
    seal, archive = map(int, re.search(rb"/Fields \[ (\d+) 0 R (\d+) 0 R", form).groups())
    tree = find(rb"/Pages (\d+)", catalogue)
    pages = [int(each) for each in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \[(.*?)\]", content_of(data, tree))[1])]
    found = SimpleNamespace(root=root, seal=seal, archive=archive, pages=pages, tree=tree)
    if b"/StructTreeRoot" in catalogue:
        found.structure = find(rb"/StructTreeRoot (\d+)", catalogue)
        found.document = find(rb"/K \[ (\d+)", content_of(data, found.structure))
        found.parents = find(rb"/ParentTree (\d+)", content_of(data, found.structure))
        kids = re.search(rb"/K \[(.*?)\]", content_of(data, found.document))[1]
        found.elements = [int(each) for each in re.findall(rb"(\d+) 0 R", kids)]
    return found


@pytest.fixture(scope="session")
def paper():
    return SimpleNamespace(
        draw=draw, attach=attach, save=save, append=append, content_of=content_of, numbers_of=numbers_of
    )


@pytest.fixture(scope="session")
def seal(keys):
    """Seal an edition with these keys (or others), at the moment of the tests."""

    def put(unsealed, *, keys=keys, at=MOMENT, **changes):
        arguments = {
            "seal": keys.seal_key,
            "stamp": lambda imprint: keys.timestamps.stamp(imprint, nonce=7, at=at),
            "certificates": [
                keys.seal_key.certificate,
                keys.timestamp_key.certificate,
                keys.roots[SEAL_ROOT],
                keys.roots[TIMESTAMP_ROOT],
            ],
            "revocations": list(keys.crls.values()),
            "at": at,
        }
        return seal_edition(unsealed, **(arguments | changes))

    return put


DOCUMENT = b"{}"
"""Steps 1 to 3 do not look into declaration.json."""


@pytest.fixture(scope="session")
def instrument():
    return draw(["We live together.", "Done at Düsseldorf."], {"declaration.json": DOCUMENT}, tagged=True)


@pytest.fixture(scope="session")
def carried(instrument):
    """What a small edition carries."""
    return {
        "instrument.pdf": instrument,
        "declaration.json": DOCUMENT,
        "signatures.p7s": b"\x30\x00",
        "checkpoint": b"example.org/demo\n",
        "abidjan.signature.json": b"{}",
    }


@pytest.fixture(scope="session")
def unsealed(instrument, carried):
    return draw(["Signed: Abidjan"], carried, base=instrument, tagged=True)


@pytest.fixture(scope="session")
def edition(unsealed, seal):
    return seal(unsealed)


@pytest.fixture(scope="session")
def roots(keys):
    """The two roots that an edition is judged by."""
    return {"seal_root": keys.roots[SEAL_ROOT], "timestamp_root": keys.roots[TIMESTAMP_ROOT]}


# -- a whole summit: three cities, simulated devices, a ledger, bundles, a sealed edition, a folder --------------------

ORIGIN = "example.org/demo"
SITE = "https://example.org"
CITIES = {"abidjan": ("CI", "Abidjan"), "dhaka": ("BD", "ঢাকা"), "duesseldorf": ("DE", "Düsseldorf")}
WORDS = {"p-1": {"fr": "Vivre ensemble.", "en": "Living together."}, "c-1": {"fr": "Écouter.", "en": "Listening."}}


def named(texts):
    return {language: {"sha256": digest(text.encode()), "text": text} for language, text in texts.items()}


def version_document(words, number=1, parent=None):
    clauses = [{"id": name, "texts": named(texts)} for name, texts in words.items()]
    return {
        "format": "declaration-version/1",
        "declaration": "demo",
        "number": number,
        "parent": parent,
        "languages": ["fr", "en"],
        "title": named({"fr": "Déclaration", "en": "Declaration"}),
        "sections": [
            {"id": "preamble", "kind": "preamble", "title": named({"fr": "Préambule"}), "clauses": clauses[:1]},
            {"id": "one", "kind": "chapter", "title": named({"en": "One"}), "clauses": clauses[1:]},
        ],
    }


def clause_digest(name, texts):
    return digest(encode({"id": name, "texts": {language: digest(text.encode()) for language, text in texts.items()}}))


class Device:
    """A signatory's device: a passkey, made from the id."""

    def __init__(self, signatory):
        self.key = ec.derive_private_key(int(digest(signatory.encode())[:40], 16), ec.SECP256R1())
        self.credential = b64u(sha256(signatory.encode()))
        self.spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def confirm(self, statement):
        client = {"challenge": b64u(sha256(statement)), "crossOrigin": False, "origin": SITE, "type": "webauthn.get"}
        client_data = encode(client)
        authenticator = sha256(b"example.org") + b"\x05" + bytes(4)
        signature = self.key.sign(authenticator + sha256(client_data), ec.ECDSA(SHA256()))
        return Assertion(self.credential, client_data, authenticator, signature)


class Summit:
    """Plays a small summit entry by entry; tests change what they attack by overriding one step."""

    def __init__(self, keys, seal, answers, *, before_freeze=None, after_answers=None, reservations=None):
        self.keys, self.seal, self.answers = keys, seal, answers
        self.trust = keys.trust(ORIGIN)
        self.random = random.Random(3)
        self.entries, self.blobs = [], {}
        self.parties = {
            name: Party(name, "Mayor", f"Mayor of {native}", name.title(), native, country)
            for name, (country, native) in CITIES.items()
        }
        self.devices = {name: Device(name) for name in CITIES}
        self.enrolled, self.recorded = {}, {}
        self.version = version_document(WORDS)
        self.reservations = reservations
        self.open()
        if before_freeze is not None:
            before_freeze(self)
        self.freeze()
        for name, answer in answers.items():
            getattr(self, answer)(name)
        if after_answers is not None:
            after_answers(self)
        self.finish()

    def record(self, kind, by, body, *blobs):
        self.blobs |= {digest(blob): blob for blob in blobs}
        self.entries.append(Entry(kind, "demo", MOMENT, by, body).encode())
        return len(self.entries) - 1

    def occasion(self, name):
        return Occasion(
            declaration="demo",
            ledger=ORIGIN,
            party=self.parties[name],
            credential=self.devices[name].credential,
            nonce=self.random.randbytes(32),
            at=MOMENT,
        )

    def open(self):
        host = {"id": "duesseldorf-host", "name": "City of Düsseldorf", "city": "Düsseldorf", "country": "DE"}
        body = {
            "origin": ORIGIN,
            "rp_id": "example.org",
            "origins": [SITE],
            "depositary": host,
            "languages": ["fr", "en"],
        }
        self.record("declaration.opened", "duesseldorf-host", body)
        document = encode(self.version)
        adopted = {
            "number": 1,
            "digest": version_digest(self.version),
            "parent": None,
            "document": digest(document),
            "carriage": None,
        }
        self.record("version.adopted", "duesseldorf-host", adopted, document)
        for name, party in self.parties.items():
            self.record("signatory.invited", "duesseldorf-host", {"signatory": party.as_json()})
            self.enrol(name)
        self.position("dhaka", "c-1", "accept-with-reservation", "Within our means.")

    def enrol(self, name):
        device = self.devices[name]
        statement = build_enrol(self.occasion(name), key=digest(device.spki))
        body = {
            "signatory": name,
            "credential": device.credential,
            "public_key": b64u(device.spki),
            "algorithm": -7,
            "statement": statement.decode(),
            "assertion": device.confirm(statement).as_json(),
        }
        self.enrolled[name] = self.record("credential.enrolled", name, body)

    def position(self, name, clause, stance, reservation=None, by=None):
        line = PositionLine(clause, clause_digest(clause, WORDS[clause]), stance, reservation)
        statement = build_positions(
            self.occasion(name), version=version_digest(self.version), language="fr", positions=[line]
        )
        assertion = self.devices[by or name].confirm(statement).as_json()
        self.record(
            "positions.taken", name, {"signatory": name, "statement": statement.decode(), "assertion": assertion}
        )

    def about(self, kind, name, said, by=None):
        """Say something about a reservation: object, or withdraw."""
        statement = build_named(self.occasion(name), said)
        assertion = self.devices[by or name].confirm(statement).as_json()
        self.record(kind, name, {"signatory": name, "statement": statement.decode(), "assertion": assertion})

    def freeze(self):
        held = {"signatory": "dhaka", "clause": "c-1", "digest": clause_digest("c-1", WORDS["c-1"])}
        held |= {"reservation": "Within our means."}
        self.document = encode(
            {
                "format": "declaration/1",
                "version": self.version,
                "roster": [party.as_json() for party in self.parties.values()],
                "reservations": [held] if self.reservations is None else self.reservations,
            }
        )
        self.instrument = draw(["We live together.", "Done at Düsseldorf."], {"declaration.json": self.document})
        body = {
            "version": version_digest(self.version),
            "number": 1,
            "instrument": digest(self.instrument),
            "document": digest(self.document),
            "roster": len(self.parties),
        }
        self.frozen = self.record("instrument.frozen", "duesseldorf-host", body, self.instrument, self.document)

    def sign(self, name):
        key = ec.derive_private_key(int.from_bytes(self.random.randbytes(20), "big"), ec.SECP256R1())
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        statement = build_sign(
            self.occasion(name),
            version=version_digest(self.version),
            instrument=digest(self.instrument),
            document=digest(self.document),
            key=digest(spki),
            drawn=None,
        )
        assertion = self.devices[name].confirm(statement)
        message = self.message(key, self.parties[name])
        evidence = Evidence(statement, assertion, message)
        body = {
            "signatory": name,
            "instrument": digest(self.instrument),
            "credential": self.devices[name].credential,
            "evidence": evidence.digest,
        }
        self.recorded[name] = (self.record("signature.affixed", name, body, evidence.encode()), evidence)

    def message(self, key, party, *, keys=None, stamps=None):
        """Return a CMS over the instrument; by the depositary's keys, or others."""
        keys, stamps = keys or self.keys, stamps or keys or self.keys
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        certificate = keys.issuing.issue(spki, party, MOMENT)
        attributes = cms.signed_attributes(digest=sha256(self.instrument), certificate=certificate, signing_time=MOMENT)
        signature = key.sign(attributes, ec.ECDSA(SHA256()))
        message = cms.assemble(attributes, signature, [certificate, *keys.issuing.chain])
        return cms.add_timestamp(message, stamps.timestamps.stamp(cms.imprint(message), nonce=5, at=MOMENT))

    def decline(self, name):
        reason = "We must ask our council first."
        statement = build_decline(
            self.occasion(name),
            version=version_digest(self.version),
            instrument=digest(self.instrument),
            reason=reason,
        )
        assertion = self.devices[name].confirm(statement)
        body = {
            "signatory": name,
            "instrument": digest(self.instrument),
            "statement": statement.decode(),
            "assertion": assertion.as_json(),
            "reason": reason,
        }
        self.recorded[name] = (self.record("signature.declined", name, body), (statement, assertion))

    def head(self):
        tree = Rows(map(leaf_hash, self.entries)).tree()
        return tree, sign_checkpoint(
            Checkpoint(ORIGIN, len(self.entries), tree.root()), self.keys.ledger_keys(ORIGIN), at=MOMENT
        )

    def bundle(self, name, tree, note):
        index, given = self.recorded[name]
        signs = isinstance(given, Evidence)
        proven = lambda place: Proven.of(tree, place, self.entries[place])  # noqa: E731
        return Bundle(
            act=Act.SIGN if signs else Act.DECLINE,
            statement=given.statement if signs else given[0],
            assertion=given.assertion if signs else given[1],
            cms=given.cms if signs else None,
            drawn=None,
            opened=proven(0),
            enrolled=proven(self.enrolled[name]),
            frozen=proven(self.frozen),
            recorded=proven(index),
            checkpoint=note,
        )

    def finish(self):
        tree, note = self.head()
        self.bundles = {name: self.bundle(name, tree, note) for name in self.recorded}
        signed = {name: bundle for name, bundle in self.bundles.items() if bundle.cms is not None}
        merged = cms.merge([bundle.cms for bundle in signed.values()])
        carried = {
            "instrument.pdf": self.instrument,
            "declaration.json": self.document,
            "signatures.p7s": merged,
            "checkpoint": note,
        }
        files = {name: carried[name] for name in ("instrument.pdf", "declaration.json", "signatures.p7s")}
        files["signatures.asics"] = asic.write(self.instrument, merged)
        for name, bundle in self.bundles.items():
            kind, folder = ("signature", "signatures") if bundle.cms else ("decline", "declines")
            carried[f"{name}.{kind}.json"] = files[f"{folder}/{name}.json"] = bundle.encode()
            if bundle.cms:
                files[f"signatures/{name}.p7s"] = bundle.cms
        lines = [f"Signed: {name}" for name in signed]
        files["signed.pdf"] = self.seal(draw(lines, carried, base=self.instrument))
        body = {
            "instrument": digest(self.instrument),
            "edition": digest(files["signed.pdf"]),
            "merged": digest(merged),
            "signatures": len(signed),
            "declined": len(self.bundles) - len(signed),
        }
        self.record("instrument.sealed", "duesseldorf-host", body)
        _, last = self.head()
        beside = {digest(data) for data in files.values()}
        blobs = [blob for name, blob in self.blobs.items() if name not in beside]
        files |= {f"ledger/{path}": data for path, data in served_files(self.entries, last, blobs=blobs).items()}
        files |= {f"trust/{name}": data for name, data in self.trust.files().items()}
        self.files = files | evidence(files, trust=self.trust)


ANSWERS = {"abidjan": "sign", "dhaka": "sign", "duesseldorf": "decline"}


@pytest.fixture(scope="session")
def play(keys, seal):
    """Play a summit; by default two sign and one declines."""

    def played(answers=ANSWERS, **more):
        return Summit(keys, seal, answers, **more)

    return played


@pytest.fixture(scope="session")
def summit(play):
    return play()


@pytest.fixture
def folder(summit, tmp_path):
    """The summit's folder on the disk."""
    for name, data in summit.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path
