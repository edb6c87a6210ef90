"""Builds the worked example of ledger.md and the test vectors in ledger-vectors.json; a test compares both.

Run it after a change of the specification: ``python docs/spec/ledger_example.py``. Everything is the same in every
run except the ML-DSA-44 signature, which is random by design: the one in the vectors is kept while it verifies.
"""  # noqa: INP001 - documents are not a package

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from declaration.canonical import b64u, digest, encode, sha256
from declaration.errors import DeclarationError
from declaration.ledger.entries import Entry
from declaration.ledger.folder import served_files
from declaration.ledger.keys import message
from declaration.ledger.merkle import leaf_hash
from declaration.ledger.note import Algorithm, Checkpoint, SigningKey, cosign, open_checkpoint, sign_checkpoint
from declaration.ledger.proofs import Proven, hashes_to_json
from declaration.ledger.tiles import Rows

DOCUMENT: Final = Path(__file__).with_name("ledger.md")
VECTORS: Final = Path(__file__).with_name("ledger-vectors.json")

DECLARATION: Final = "duesseldorf-2019"
ORIGIN: Final = f"declaration.example/{DECLARATION}"
RP_ID: Final = "declaration.example"
OPENED: Final = datetime(2019, 8, 30, 9, 0, tzinfo=UTC)
SIGNED: Final = datetime(2019, 9, 1, 12, 0, tzinfo=UTC)
PROVEN: Final = 27
"""Index of the entry whose inclusion the document shows: the signature."""
OLD: Final = 20
"""Size of the earlier tree whose continuation the document shows: before the first freeze."""


def _seed(name: str) -> bytes:
    """Return the seed of a key of this example; whoever reads this can sign with it."""
    return sha256(f"public example key: {name}".encode())


LOG_KEYS: Final = (
    SigningKey(ORIGIN, Algorithm.ED25519, Ed25519PrivateKey.from_private_bytes(_seed("ledger Ed25519"))),
    SigningKey(ORIGIN, Algorithm.ML_DSA_44, MLDSA44PrivateKey.from_seed_bytes(_seed("ledger ML-DSA-44"))),
)
WITNESS: Final = SigningKey(
    "witness.example/abidjan", Algorithm.COSIGNATURE, Ed25519PrivateKey.from_private_bytes(_seed("witness"))
)
VERIFIERS: Final = tuple(key.verifier() for key in (*LOG_KEYS, WITNESS))

PARTIES: Final[dict[str, dict[str, Any]]] = {
    "abidjan": {"city": "Abidjan", "native": "Abidjan", "country": "CI"},
    "algiers": {"city": "Algiers", "native": "الجزائر", "country": "DZ"},
}


def party(city: str) -> dict[str, Any]:
    """Return a signatory as `signatory.invited` holds them."""
    named = PARTIES[city]
    return {"id": city, "office": "Mayor", "name": f"Mayor of {named['city']}", **named}


class Passkey:
    """A passkey in software with a fixed key, which signs deterministically (RFC 6979)."""

    def __init__(self, city: str) -> None:
        self._private = ec.derive_private_key(int.from_bytes(_seed(city), "big") >> 1, ec.SECP256R1())
        self.credential = b64u(_seed(f"credential of {city}")[:16])
        spki = self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.public_key = b64u(spki)
        self.key = digest(spki)

    def assertion(self, statement: bytes) -> dict[str, Any]:
        """Return the assertion over a statement: user present and verified, counter 0."""
        challenge = b64u(sha256(statement))
        client = f'{{"type":"webauthn.get","challenge":"{challenge}","origin":"https://{RP_ID}","crossOrigin":false}}'
        authenticator = sha256(RP_ID.encode()) + b"\x05" + bytes(4)
        signed = authenticator + sha256(client.encode())
        signature = self._private.sign(signed, ec.ECDSA(SHA256(), deterministic_signing=True))
        return {
            "credential": self.credential,
            "client_data": b64u(client.encode()),
            "authenticator_data": b64u(authenticator),
            "signature": b64u(signature),
        }


def _authorised(city: str, act: str, at: datetime, **members: Any) -> dict[str, Any]:
    """Return the members `statement` and `assertion` of an act of a signatory."""
    passkey = Passkey(city)
    statement = encode(
        {
            "format": "declaration-statement/1",
            "act": act,
            "declaration": DECLARATION,
            "ledger": ORIGIN,
            "signatory": {name: value for name, value in party(city).items() if name != "native"},
            "credential": passkey.credential,
            "nonce": b64u(_seed(f"nonce {city} {act}")),
            "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            **members,
        }
    )
    return {"statement": statement.decode(), "assertion": passkey.assertion(statement)}


def _enrolled(city: str, at: datetime) -> dict[str, Any]:
    passkey = Passkey(city)
    return {
        "signatory": city,
        "credential": passkey.credential,
        "public_key": passkey.public_key,
        "algorithm": -7,
        **_authorised(city, "enrol", at, key=passkey.key),
    }


def _named(text: str) -> str:
    """Return the digest of a document that this example only names."""
    return digest(text.encode())


def _acts() -> list[tuple[str, str, dict[str, Any]]]:
    """Return kind, actor and body of each entry, one minute apart; every kind occurs."""
    host, (first, second, third) = "duesseldorf", (_named(f"version {number}") for number in (1, 2, 3))
    instrument = _named("instrument.pdf")

    def at(index: int) -> datetime:
        return OPENED + timedelta(minutes=index)

    def amendment(name: str, base: str, edition: str) -> dict[str, Any]:
        return {"amendment": name, "base": base, "document": _named(f"{name} {edition}")}

    def sponsor(name: str) -> dict[str, Any]:
        return {"drafter": "workshop-2", "content": _named(f"content of {name}"), "at": "2019-08-30T09:08:30Z"}

    def version(number: int, digest_: str, parent: str | None) -> dict[str, Any]:
        carriage = _named("carriage") if parent else None
        document = _named(f"document {number}")
        return {"number": number, "digest": digest_, "parent": parent, "document": document, "carriage": carriage}

    mended = {"language": "de", "reason": "A verb was missing.", "ask": False}
    frozen = {"version": third, "number": 3, "instrument": instrument, "document": _named("declaration.json")}
    position = {"clause": "preamble-1", "digest": _named("preamble-1"), "stance": "accept-with-reservation"}
    position["reservation"] = "Within our means."
    held = {"signatory": "abidjan", **{name: position[name] for name in ("clause", "digest", "reservation")}}
    named = {"clause": "preamble-1", "reservation": digest(encode(held))}
    objection = {"author": "abidjan", **named}
    reason = "The council has not yet decided."
    declined = {"version": third, "instrument": instrument, "reason": reason}
    depositary = {"id": host, "name": "City of Düsseldorf", "city": "Düsseldorf", "country": "DE"}
    opened = {
        "origin": ORIGIN,
        "rp_id": RP_ID,
        "origins": [f"https://{RP_ID}"],
        "depositary": depositary,
        "languages": ["fr", "de", "en", "ar"],
    }
    return [
        ("declaration.opened", host, opened),
        ("drafter.admitted", host, {"drafter": "workshop-1", "name": "Thematic workshop 1"}),
        ("signatory.invited", host, {"signatory": party("abidjan")}),
        ("signatory.invited", host, {"signatory": party("algiers")}),
        ("version.adopted", host, version(1, first, None)),
        ("credential.enrolled", "abidjan", _enrolled("abidjan", at(5))),
        ("credential.enrolled", "algiers", _enrolled("algiers", at(6))),
        ("drafter.admitted", host, {"drafter": "workshop-2", "name": "Thematic workshop 2"}),
        ("rules.set", host, {"sponsors": 2, "deadline": {"at": "2019-08-30T16:00:00Z", "zone": "Europe/Berlin"}}),
        ("amendment.tabled", "workshop-1", amendment("a1", first, "tabled") | {"sponsors": [sponsor("a1")]}),
        ("amendment.tabled", "workshop-1", amendment("a2", first, "tabled") | {"sponsors": [sponsor("a2")]}),
        ("rules.set", host, {"sponsors": 1, "deadline": {"at": "2019-08-30T16:00:00Z", "zone": "Europe/Berlin"}}),
        ("amendment.tabled", "workshop-1", amendment("a3", first, "tabled")),
        ("amendment.supported", "workshop-2", {"amendment": "a3", "content": _named("content of a3")}),
        ("amendment.unsupported", "workshop-2", {"amendment": "a3"}),
        ("amendment.withdrawn", "workshop-1", {"amendment": "a2"}),
        ("version.adopted", host, version(2, second, first)),
        ("translation.confirmed", host, {"version": second, "language": "de", "passages": None}),
        (
            "translation.confirmed",
            host,
            {"version": second, "language": "en", "passages": ["title", "clause:preamble-1"]},
        ),
        ("version.adopted", host, version(3, third, second) | {"correction": mended}),
        ("amendment.revised", "workshop-1", amendment("a3", third, "revised")),
        ("amendment.rejected", host, {"amendment": "a3", "reason": "Already said in preamble-1."}),
        (
            "positions.taken",
            "abidjan",
            {
                "signatory": "abidjan",
                **_authorised("abidjan", "positions", at(22), version=third, language="fr", positions=[position]),
            },
        ),
        (
            "objection.raised",
            "algiers",
            {
                "signatory": "algiers",
                **_authorised("algiers", "object", at(23), **objection, reason="It leaves open what the means are."),
            },
        ),
        ("instrument.frozen", host, {**frozen, "roster": 2}),
        ("instrument.unfrozen", host, {"instrument": instrument, "reason": "A city's name was misspelt."}),
        ("instrument.frozen", host, {**frozen, "roster": 2}),
        (
            "signature.affixed",
            "abidjan",
            {
                "signatory": "abidjan",
                "instrument": instrument,
                "credential": Passkey("abidjan").credential,
                "evidence": _named("evidence"),
            },
        ),
        (
            "signature.declined",
            "algiers",
            {
                "signatory": "algiers",
                "instrument": instrument,
                "reason": reason,
                **_authorised("algiers", "decline", at(28), **declined),
            },
        ),
        (
            "instrument.sealed",
            host,
            {
                "instrument": instrument,
                "edition": _named("signed.pdf"),
                "merged": _named("signatures.p7s"),
                "signatures": 1,
                "declined": 1,
            },
        ),
        (
            "objection.withdrawn",
            "algiers",
            {"signatory": "algiers", **_authorised("algiers", "withdraw-objection", at(30), **objection)},
        ),
        (
            "reservation.withdrawn",
            "abidjan",
            {"signatory": "abidjan", **_authorised("abidjan", "withdraw-reservation", at(31), **named)},
        ),
        (
            "credential.revoked",
            host,
            {
                "signatory": "abidjan",
                "credential": Passkey("abidjan").credential,
                "reason": "The phone was lost.",
            },
        ),
    ]


def entries() -> list[Entry]:
    """Return the entries of the example, in order."""
    return [
        Entry(kind=kind, declaration=DECLARATION, at=OPENED + timedelta(minutes=index), by=by, body=body)
        for index, (kind, by, body) in enumerate(_acts())
    ]


def checkpoint_note(checkpoint: Checkpoint, kept: str) -> bytes:
    """Return the signed and cosigned checkpoint: `kept` while it verifies, otherwise a new one."""
    fresh = cosign(sign_checkpoint(checkpoint, LOG_KEYS, at=SIGNED), WITNESS, at=SIGNED + timedelta(seconds=5))
    try:
        same = open_checkpoint(kept.encode(), VERIFIERS) == checkpoint
    except DeclarationError:
        same = False
    return kept.encode() if same else fresh


def vectors(kept: str = "") -> dict[str, Any]:
    """Return everything that another implementation can compare itself with."""
    recorded = [entry.encode() for entry in entries()]
    rows = Rows(map(leaf_hash, recorded))
    tree, size = rows.tree(), rows.size
    checkpoint = Checkpoint(ORIGIN, size, tree.root())
    note = checkpoint_note(checkpoint, kept)
    seconds = int(SIGNED.timestamp())
    files = served_files(recorded, note)
    return {
        "origin": ORIGIN,
        "entries": [entry.decode() for entry in recorded],
        "leaf_hashes": [leaf_hash(entry).hex() for entry in recorded],
        "roots": [tree.root(at).hex() for at in range(size + 1)],
        "inclusion": [
            {"index": index, "size": at, "proof": hashes_to_json(tree.inclusion(index, at))}
            for at in (1, 7, 8, size)
            for index in range(at)
        ],
        "consistency": [
            {"old": old, "size": size, "proof": hashes_to_json(tree.consistency(old))} for old in range(size + 1)
        ],
        "signed": {
            key.algorithm.name: message(key.algorithm, name=key.name, seconds=seconds, checkpoint=checkpoint).hex()
            for key in LOG_KEYS
        },
        "vkeys": [key.vkey() for key in VERIFIERS],
        "checkpoint": note.decode(),
        "files": {path: digest(data) for path, data in files.items()},
    }


def _folded(text: str, width: int = 110) -> str:
    """Return text broken into lines, for showing only."""
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def _shortened(note: str) -> str:
    """Return a note with its long ML-DSA-44 signature cut, for showing only."""
    return "\n".join(line if len(line) < 300 else f"{line[:90]}… ({len(line)} characters)" for line in note.split("\n"))


def blocks(made: dict[str, Any]) -> dict[str, str]:
    """Return the generated blocks of the document by name."""
    size = len(made["entries"])
    rows = Rows(bytes.fromhex(leaf) for leaf in made["leaf_hashes"])
    entry = made["entries"][PROVEN].encode()
    proof = Proven.of(rows.tree(), PROVEN, entry)
    listed = [
        f"| {index} | `{item.kind}` | {item.by} | {len(item.encode())} | `{leaf[:16]}…` |"
        for index, (item, leaf) in enumerate(zip(entries(), made["leaf_hashes"], strict=True))
    ]
    return {
        "entry": f"```json\n{_folded(made['entries'][PROVEN])}\n```",
        "entry-hash": f"```\n{len(entry)} bytes, leaf hash {leaf_hash(entry).hex()}\n```",
        "entries": "\n".join(["| index | kind | by | bytes | leaf hash |", "| --- | --- | --- | --- | --- |", *listed]),
        "root": f"```\nsize {size}, root {made['roots'][size]}\n```",
        "inclusion": "```\n" + "\n".join(item.hex() for item in proof.proof) + "\n```",
        "consistency": "\n".join(
            ["```", f"root at {OLD}: {made['roots'][OLD]}", *made["consistency"][OLD]["proof"], "```"]
        ),
        "checkpoint": f"```\n{_shortened(made['checkpoint'])}```",
        "ml-dsa-message": f"```\n{_folded(made['signed']['ML_DSA_44'], 96)}\n```",
        "vkeys": "```\n" + "\n".join(_shortened(key) for key in made["vkeys"]) + "\n```",
        "files": "```\n" + "\n".join(f"{hash_}  {path}" for path, hash_ in made["files"].items()) + "\n```",
    }


def filled(document: str, made: dict[str, Any]) -> str:
    """Return the document with each generated block replaced by what `made` gives."""
    for name, block in blocks(made).items():
        pattern = re.compile(rf"(<!-- example: {name} -->\n)(?:(?!<!-- end -->).*\n)*(<!-- end -->)")
        document, count = pattern.subn(lambda found, block=block: f"{found[1]}{block}\n{found[2]}", document)
        if count != 1:
            message_ = f"ledger.md has {count} blocks named {name}"
            raise SystemExit(message_)
    return document


def written(made: dict[str, Any]) -> str:
    """Return the vectors as the file holds them."""
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write both files."""
    kept = json.loads(VECTORS.read_text())["checkpoint"] if VECTORS.exists() else ""
    made = vectors(kept)
    VECTORS.write_text(written(made))
    DOCUMENT.write_text(filled(DOCUMENT.read_text(), made))


if __name__ == "__main__":
    main()
