"""Verifying one signature bundle, steps 5 to 10, warm: against the floor, and against pyHanko.

The floor is the cost of the bundle's own public-key operations, with keys loaded and messages hashed by the library:

    5   P-256     the signatory's CMS signature
    6   P-256     the timestamp's signature
        P-256     timestamp certificate, by the timestamp root    *
    7   P-256     ephemeral certificate, by the issuing key
        P-256     issuing certificate, by the signing root        *
    9   P-256     the passkey's assertion over the statement
    10  P-256     the passkey's assertion over its enrolment
        Ed25519   checkpoint                                      *
        ML-DSA-44 checkpoint                                      *

A verifier of one bundle does all nine. One that goes through a folder keeps a memory for the run: what is marked with a
star is the same in all bundles of a ledger, so it is verified once, and five operations remain for each further bundle.
Both are measured, each against its own floor. Parsing the bundle from its bytes is part of the time; step 4, reading
declaration.json once for all bundles, is not.

pyHanko is given the CMS and its timestamp, and does five operations. Steps 5 to 9 are what is nearest to that, and do
more: the profile of the certificate, the statement and the passkey. Steps 5 to 10 add the enrolment, four proofs and
the checkpoint.
"""

import asyncio
from statistics import median

from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from measure import Figure, ratio, rounds, shown
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext
from small_summit import summit

from declaration.canonical import digest, sha256, unb64u
from declaration.ledger.entries import Entry
from declaration.ledger.keys import Algorithm, message
from declaration.ledger.note import Checkpoint, Note
from declaration.signing import cms
from declaration.signing import structures as der
from declaration.signing.bundle import Bundle
from declaration.signing.document import read_document
from declaration.signing.drawing import require_drawing
from declaration.signing.passkey import Assertion
from declaration.signing.recorded import read_record
from declaration.signing.timestamp import verify_token
from declaration.signing.trust import Trust
from declaration.signing.verify import FrozenInstrument, Known, Memory, verify_bundle, verify_evidence

REPETITIONS = 60
AT_ONCE = 100
"""Bundles verified between two looks at the clock."""


def figures():
    with summit() as folder:
        case = Case(folder)
        fresh_floor, shared_floor = case.operations()
        taken = rounds(
            {
                "fresh": case.fresh,
                "floor": lambda: case.do(fresh_floor),
                "shared": case.shared,
                "shared floor": lambda: case.do(shared_floor),
                "parse": case.parse,
            },
            repetitions=REPETITIONS,
        )
        one = {name: median(spent) / AT_ONCE for name, spent in taken.items()}
        yield _against_floor("one bundle alone, steps 5 to 10 with parsing", one, taken, "fresh", "floor", 9)
        yield _against_floor("each further bundle of a folder", one, taken, "shared", "shared floor", 5)
        yield Figure("parsing a bundle from its bytes (part of the above)", shown(one["parse"]))
        peers = rounds(
            {"ours": case.fresh, "further": case.shared, "evidence": case.evidence, "pyHanko": case.pyhanko},
            repetitions=REPETITIONS // 4,
        )
        for name, ours in (
            ("steps 5 to 10 of one bundle alone", "ours"),
            ("steps 5 to 10 of each further bundle of a folder", "further"),
            ("steps 5 to 9 of one bundle alone", "evidence"),
        ):
            faster = ratio(peers["pyHanko"], peers[ours])
            yield Figure(
                f"{name}; pyHanko: its CMS and timestamp (steps 5 to 7)",
                shown(median(peers[ours]) / AT_ONCE),
                f"pyHanko {shown(median(peers['pyHanko']) / AT_ONCE)}",
                f"{faster:.1f} × faster",
                "≥ 5 ×",
                faster >= 5,
            )


def _against_floor(name, one, taken, ours, floor, count):
    found = ratio(taken[ours], taken[floor])
    against = f"{count} public-key operations {shown(one[floor])}"
    return Figure(name, shown(one[ours]), against, f"{found:.2f} ×", "≤ 2 ×", found <= 2)


class Case:
    """One bundle of a folder, everything it is judged by, and its public-key operations taken apart."""

    def __init__(self, folder):
        self.trust = Trust.from_directory(folder / "trust")
        self.instrument = (folder / "instrument.pdf").read_bytes()
        document = (folder / "declaration.json").read_bytes()
        self.frozen = FrozenInstrument(digest(self.instrument), read_document(document))
        self.data = [path.read_bytes() for path in sorted((folder / "signatures").glob("*.json"))]
        self.bundle = Bundle.parse(self.data[0])
        self.message = cms.read(self.bundle.cms)
        self.memory = Memory()
        self.known = self._known()
        self.context = {
            "signer_validation_context": self._context(self.trust.signing_root),
            "ts_validation_context": self._context(self.trust.timestamp_root),
        }

    def _known(self):
        """Return what a server knows of this signatory when the signature arrives."""
        record, document = read_record(self.bundle, trust=self.trust, memory=self.memory), self.frozen.document
        return Known(
            declaration=record.declaration,
            ledger=record.checkpoint.origin,
            rp_id=record.rp_id,
            origins=record.origins,
            signatory=self.frozen.signatories[record.signatory],
            credential=record.credential,
            public_key=record.public_key,
            version=document.version,
            instrument=self.frozen.digest,
            document=document.digest,
        )

    def fresh(self):
        for _ in range(AT_ONCE):
            require_drawing.cache_clear()  # it knows the bundle before, which in a folder is never the same
            verify_bundle(Bundle.parse(self.data[0]), instrument=self.frozen, trust=self.trust)

    def shared(self):
        for number in range(AT_ONCE):
            data = self.data[number % len(self.data)]
            require_drawing.cache_clear()
            verify_bundle(Bundle.parse(data), instrument=self.frozen, trust=self.trust, memory=self.memory)

    def parse(self):
        for _ in range(AT_ONCE):
            require_drawing.cache_clear()
            Bundle.parse(self.data[0])

    def do(self, operations):
        for _ in range(AT_ONCE):
            for verify, arguments in operations:
                verify(*arguments)

    def evidence(self):
        for _ in range(AT_ONCE):
            verify_evidence(self.bundle.evidence, known=self.known, trust=self.trust)

    def pyhanko(self):
        for _ in range(AT_ONCE):
            signed = asn1_cms.ContentInfo.load(self.bundle.cms)["content"]
            status = asyncio.run(async_validate_detached_cms(self.instrument, signed, **self.context))
            if not (status.bottom_line and status.timestamp_validity.valid):
                raise SystemExit(f"pyHanko refuses what it is measured on: {status.summary()}")

    def _context(self, root):
        at = verify_token(self.message.token, imprint=sha256(self.message.signature), root=self.trust.timestamp_root).at
        roots = [asn1_x509.Certificate.load(root.public_bytes(Encoding.DER))]
        return ValidationContext(trust_roots=roots, moment=at, allow_fetching=False, revocation_mode="soft-fail")

    def operations(self):
        """Return the nine operations of a bundle alone, and the five of each further one: function, arguments."""
        message, trust, ecdsa = self.message, self.trust, ECDSA(SHA256())
        issuing = next(item for item in message.chain if item != trust.signing_root)
        token = der.decode(der.ContentInfo, message.token, code="timestamp.unreadable", limit=1 << 20)
        signer = token.content.signer_infos.as_list()[0]
        authority = next(
            item for item in token.content.certificates.as_list() if item.serial_number == signer.sid.serial
        )

        def link(below, above):
            key = above.public_key()
            return key.verify, (below.signature, below.tbs_certificate_bytes, ecdsa)

        own = [
            (message.certificate.public_key().verify, (message.signature, message.attributes.data, ecdsa)),
            (authority.public_key().verify, (signer.signature, der.encode(signer.signed_attributes), ecdsa)),
            link(message.certificate, issuing),
            *self._assertions(ecdsa),
        ]
        common = [link(authority, trust.timestamp_root), link(issuing, trust.signing_root), *self._checkpoint()]
        return own + common, own

    def _assertions(self, ecdsa):
        enrolled = Entry.parse(self.bundle.enrolled.entry).body
        key = load_der_public_key(unb64u(enrolled["public_key"], what="key"))
        for assertion in (self.bundle.assertion, Assertion.from_json(enrolled["assertion"])):
            signed = assertion.authenticator_data + sha256(assertion.client_data)
            yield key.verify, (assertion.signature, signed, ecdsa)

    def _checkpoint(self):
        """Give the verifications of the two signatures under the checkpoint."""
        note = Note.parse(self.bundle.checkpoint)
        head = Checkpoint.parse(note.text)
        for key, signature in zip(self.trust.ledger_keys, note.signatures, strict=True):
            if key.algorithm is Algorithm.ED25519:
                public, raw, seconds = Ed25519PublicKey.from_public_bytes(key.public), signature.payload, 0
            else:
                public, raw = MLDSA44PublicKey.from_public_bytes(key.public), signature.payload[8:]
                seconds = int.from_bytes(signature.payload[:8], "big")
            signed = message(key.algorithm, name=key.name, seconds=seconds, checkpoint=head)
            yield public.verify, (raw, signed)
