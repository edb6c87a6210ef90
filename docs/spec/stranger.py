"""A verifier of one signature bundle that a stranger could write: from these documents, without a line of ours.

It takes steps 4 to 10 of verification.md for a signature or a decline, with nothing but two libraries: `cryptography`
for the mathematics and `asn1crypto` to read CMS. It says no in one way only, and looks at less than the real verifier:
it does not refuse other spellings of the same ASN.1 or authorities without the rights of one, it expects certificates
of one authority at most between signer and root, it does not cut long names, and it does not open PDF files.

    python docs/spec/stranger.py BUNDLE instrument.pdf declaration.json TRUST
"""  # noqa: INP001 - documents are not a package

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

ES256 = ECDSA(SHA256())
MEMBERS = {"format", "act", "statement", "assertion", "cms", "drawn", "entries", "checkpoint"}
ENTRIES = ("opened", "enrolled", "frozen", "recorded")
POINT = rb"(?:0|[1-9][0-9]{0,3}) (?:0|[1-9][0-9]{0,3})"
DRAWING = re.compile(
    rb'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="0 0 3000 1200"><path fill="none" stroke="#101418" '
    rb'stroke-width="24" stroke-linecap="round" stroke-linejoin="round" d="((?:M'
    + POINT
    + rb"(?:L"
    + POINT
    + rb')+)+)"/></svg>'
)
Json = dict[str, Any]


class RefusedError(Exception):
    """Something does not hold; the message says in which step."""


def refuse(why: str) -> NoReturn:
    """Say no."""
    raise RefusedError(why)


def require(condition: object, why: str) -> None:
    """Say no unless `condition` holds."""
    if not condition:
        refuse(why)


def sha256(data: bytes) -> bytes:
    """Return the digest of bytes."""
    return hashlib.sha256(data).digest()


def canonical(value: object) -> bytes:
    """Return RFC 8785 for the narrow JSON of text.md, section 1."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(data: bytes | str, what: str) -> Json:
    """Read canonical JSON."""
    data = data.encode() if isinstance(data, str) else data
    value = json.loads(data)
    require(isinstance(value, dict) and canonical(value) == data, f"{what} is not canonical")
    return dict(value)


def unb64u(text: str) -> bytes:
    """Read base64url without padding, in its only canonical spelling (text.md, section 1, rule 5)."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    require(base64.urlsafe_b64encode(data).decode().rstrip("=") == text, "a text is not canonical base64url")
    return data


def unb64(text: str) -> bytes:
    """Read padded base64, in its only canonical spelling (ledger.md, section 5)."""
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text, "a text is not canonical base64")
    return data


def unhex(text: str) -> bytes:
    """Read a digest (ledger.md, section 1.2)."""
    require(re.fullmatch("[0-9a-f]{64}", text), "a text is not a digest")
    return bytes.fromhex(text)


def without_texts(value: Any) -> Any:
    """Return a version's manifest (text.md, section 3.2)."""
    if isinstance(value, dict):
        return {name: without_texts(item) for name, item in value.items() if name != "text"}
    return [without_texts(item) for item in value] if isinstance(value, list) else value


# -- step 1: the bundle ------------------------------------------------------------------------------------------------


def read_bundle(data: bytes) -> Json:
    """Read a bundle, whose members are exactly those of bundle.md, section 1."""
    bundle = read(data, "the bundle")
    signs = bundle["act"] == "sign"
    require(bundle.keys() == MEMBERS and bundle["format"] == "declaration-bundle/1", "step 1: other members")
    require(signs or (bundle["act"] == "decline" and bundle["cms"] is bundle["drawn"] is None), "step 1: another act")
    if bundle["drawn"] is not None:
        require_drawing(unb64u(bundle["drawn"]))
    require(bundle["entries"].keys() == set(ENTRIES), "step 1: other entries")
    for proven in bundle["entries"].values():
        require(proven.keys() == {"index", "entry", "proof"}, "step 1: an entry has other members")
    require(bundle["assertion"].keys() == {"credential", "client_data", "authenticator_data", "signature"}, "step 1")
    return bundle


def require_drawing(data: bytes) -> None:
    """Check that a drawing is of the only form (bundle.md, section 1.1)."""
    found = DRAWING.fullmatch(data)
    require(found and len(data) <= 65536, "step 1: another form of drawing")
    strokes = [part.split(b"L") for part in found[1].split(b"M")[1:]] if found else []
    dots = [stroke for stroke in strokes if len(stroke) == 2 and stroke[0] == stroke[1]]
    lines = [stroke for stroke in strokes if stroke not in dots]
    require(all(a != b for line in lines for a, b in pairwise(line)), "step 1: a point of the drawing stands twice")
    places = [tuple(map(int, point.split())) for stroke in strokes for point in stroke]
    require(all(x <= 3000 and y <= 1200 for x, y in places), "step 1: the drawing leaves its sheet")
    require(len(strokes) <= 200 and len(places) - len(dots) <= 6000, "step 1: the drawing is too large")


# -- step 4: declaration.json ------------------------------------------------------------------------------------------


def read_document(data: bytes) -> tuple[Json, str]:
    """Return declaration.json and the digest of its version."""
    document = read(data, "declaration.json")
    require_texts(document["version"])
    require_annex(document)
    return document, sha256(canonical(without_texts(document["version"]))).hex()


def require_annex(document: Json) -> None:
    """Check who makes reservations, and who objects to them (document.md, section 3)."""
    roster = {party["id"] for party in document["roster"]}
    places = [(line["signatory"], line["clause"]) for line in document["reservations"]]
    require(len(set(places)) == len(places), "step 4: two reservations of one signatory on one clause")
    for line in document["reservations"]:
        needed = {"signatory", "clause", "digest", "reservation"}
        require(needed <= line.keys() <= needed | {"objections"}, "step 4: a reservation has other members")
        require(line["signatory"] in roster, "step 4: a reservation by somebody who is not on the roster")
        against = line.get("objections", [])
        require(against or "objections" not in line, "step 4: an empty list of objections")
        names = [item["signatory"] for item in against]
        require(names == sorted(set(names)), "step 4: objections in another order, or twice")
        require(roster - {line["signatory"]} >= set(names), "step 4: an objection by its author or a stranger")
        for item in against:
            require(item.keys() == {"signatory", "reason"} and item["reason"].strip(), "step 4: no objection")


def require_texts(value: Any) -> None:
    """Hold every text against the digest beside it."""
    if isinstance(value, dict):
        if "text" in value and isinstance(value["text"], str):
            require(value["sha256"] == sha256(value["text"].encode()).hex(), "step 4: a text is not that of its digest")
        for item in value.values():
            require_texts(item)
    elif isinstance(value, list):
        for item in value:
            require_texts(item)


# -- step 10: checkpoint, inclusion, entries ---------------------------------------------------------------------------


def open_checkpoint(note: str, vkeys: str) -> tuple[str, int, bytes]:
    """Verify both signatures under a checkpoint; return origin, size, root (ledger.md, section 5)."""
    found = re.fullmatch(r"(([^\n]+)\n([1-9]\d*)\n([^\n]+)\n)\n((?:— \S+ \S+\n)+)", note)
    require(found, "step 10: the checkpoint is no signed note")
    text, origin, size, root, signatures = found.groups() if found else refuse("step 10")
    lines = {tuple(line.split(" ")[1:]) for line in signatures.splitlines()}
    for vkey in vkeys.rstrip("\n").split("\n")[:2]:
        name, key_id, encoded = vkey.split("+", 2)
        kind, public = unb64(encoded)[0], unb64(encoded)[1:]
        given = [unb64(data) for signer, data in lines if signer == name]
        [payload] = [data[4:] for data in given if data[:4].hex() == key_id] or refuse(
            "step 10: a signature is missing"
        )
        if kind == 1:
            Ed25519PublicKey.from_public_bytes(public).verify(payload, text.encode())
        else:
            head = b"subtree/v1\n\x00" + struct.pack(">B", len(name)) + name.encode() + payload[:8]
            tail = struct.pack(">B", len(origin)) + origin.encode() + struct.pack(">QQ", 0, int(size))
            MLDSA44PublicKey.from_public_bytes(public).verify(payload[8:], head + tail + unb64(root))
        require(name == origin, "step 10: the checkpoint is of another ledger")
    return origin, int(size), unb64(root)


def require_included(proven: Json, size: int, root: bytes) -> Json:
    """Verify an inclusion proof (RFC 9162 section 2.1.3.2); return the entry."""
    place, last = proven["index"], size - 1
    require(0 <= place <= last, "step 10: the entry lies outside the tree")
    found = sha256(b"\x00" + proven["entry"].encode())
    for item in map(unhex, proven["proof"]):
        require(last > 0, "step 10: the proof is too long")
        if place & 1 or place == last:
            found = sha256(b"\x01" + item + found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + item)
        place, last = place >> 1, last >> 1
    require(last == 0 and found == root, "step 10: the entry is not in the ledger")
    return read(proven["entry"], "an entry")


# -- steps 8 and 9: statement and assertion ----------------------------------------------------------------------------


def require_assertion(assertion: Json, statement: str, opened: Json, enrolled: Json) -> None:
    """Verify that the enrolled passkey signed a statement (statement.md, section 2.3)."""
    require(assertion["credential"] == enrolled["credential"], "step 9: another passkey")
    client_data, data = unb64u(assertion["client_data"]), unb64u(assertion["authenticator_data"])
    client = json.loads(client_data)
    said = (client["type"], unb64u(client["challenge"]), client.get("crossOrigin", False))
    require(said == ("webauthn.get", sha256(statement.encode()), False), "step 9: the client data say something else")
    require(client["origin"] in opened["origins"] and "topOrigin" not in client, "step 9: another website")
    require(data[:32] == sha256(opened["rp_id"].encode()) and data[32] & 0x05 == 0x05, "step 9: without the user")
    key = load_der_public_key(unb64u(enrolled["public_key"]))
    key.verify(unb64u(assertion["signature"]), data + sha256(client_data), ES256)  # type: ignore[union-attr,call-arg]


# -- steps 5 to 7: signature, timestamp, certificate -------------------------------------------------------------------


def attributes_of(signer: cms.SignerInfo) -> dict[str, Any]:
    """Return signed attributes by name, each with its one value."""
    return {item["type"].native: item["values"][0] for item in signer["signed_attrs"]}


def require_signer(signed: cms.SignedData, content: bytes, root: x509.Certificate) -> tuple[x509.Certificate, Any]:
    """Verify one CMS signature over content; return the signer's certificate and the signed attributes."""
    [signer] = signed["signer_infos"]
    certificates = [x509.load_der_x509_certificate(item.dump()) for item in signed["certificates"]]
    wanted = signer["sid"].chosen["serial_number"].native
    [certificate] = [item for item in certificates if item.serial_number == wanted]
    attributes = attributes_of(signer)
    require(attributes["message_digest"].native == sha256(content), "steps 5, 6: another content was signed")
    named = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    require(named == sha256(certificate.public_bytes(Encoding.DER)), "steps 5, 6: another certificate was signed")
    certificate.public_key().verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), ES256)  # type: ignore[union-attr,call-arg]
    below = certificate
    for issuer in [*(item for item in certificates if item != certificate), root]:
        below.verify_directly_issued_by(issuer)
        below = issuer
    return certificate, attributes


def require_signature(message: bytes, instrument: bytes, roots: dict[str, x509.Certificate]) -> tuple[Any, datetime]:
    """Verify a signature and its timestamp; return the signatory's certificate and the time."""
    signed = cms.ContentInfo.load(message, strict=True)["content"]
    require(signed["encap_content_info"]["content"].native is None, "step 5: it embeds content")
    [signer] = signed["signer_infos"]
    require(
        {item["type"].native for item in signer["unsigned_attrs"]} == {"signature_time_stamp_token"}, "step 6: none"
    )
    token = signer["unsigned_attrs"][0]["values"][0]["content"]
    info = tsp.TSTInfo.load(token["encap_content_info"]["content"].contents)
    require(info["message_imprint"]["hashed_message"].native == sha256(signer["signature"].native), "step 6: another's")
    content = token["encap_content_info"]["content"].parsed.dump()
    authority, _ = require_signer(token, content, roots["timestamp"])
    usage = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    require(usage.critical and [item.dotted_string for item in usage.value] == ["1.3.6.1.5.5.7.3.8"], "step 6: no TSA")
    certificate, _ = require_signer(signed, instrument, roots["signing"])
    at = info["gen_time"].native
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    require(begin <= at <= end and end - begin == timedelta(minutes=10), "step 7: not valid at that time")
    return certificate, at


def require_subject(certificate: x509.Certificate, party: Json) -> None:
    """Compare the certificate's subject with the roster (bundle.md, section 4; short names only)."""
    expected = [party["country"], party["city"], party["office"], party["name"], party["id"].replace("_", "=5F")]
    require([item.value for item in certificate.subject] == expected, "step 7: somebody else's certificate")


# -- all of it ---------------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """Everything that is compared with everything: proven entries, and the files that they name."""

    bundle: Json
    bodies: dict[str, Json]
    origin: str
    declaration: str
    version: str
    instrument: bytes
    document: bytes
    party: Json


def verify(bundle_file: bytes, instrument: bytes, document_file: bytes, trust: Path) -> str:
    """Verify one bundle; return a sentence that says who did what.

    Raises:
        RefusedError: it does not hold.

    """
    try:
        return follow(bundle_file, instrument, document_file, trust)
    except InvalidSignature as error:
        raise RefusedError("a signature does not verify") from error
    except Exception as error:  # whatever a parser does on hostile bytes is a refusal (verification.md, section 2)
        raise RefusedError(str(error) or type(error).__name__) from error


def follow(bundle_file: bytes, instrument: bytes, document_file: bytes, trust: Path) -> str:
    """Go through the steps; raise anything where one does not hold."""
    bundle = read_bundle(bundle_file)
    document, version = read_document(document_file)
    origin, size, root = open_checkpoint(bundle["checkpoint"], (trust / "ledger.vkeys").read_text())
    entries = {name: require_included(proven, size, root) for name, proven in bundle["entries"].items()}
    require_order(bundle, entries)
    bodies = {name: entry["body"] for name, entry in entries.items()}
    [party] = [item for item in document["roster"] if item["id"] == bodies["recorded"]["signatory"]] or refuse(
        "step 10"
    )
    declaration = entries["opened"]["declaration"]
    case = Case(bundle, bodies, origin, declaration, version, instrument, document_file, party)
    require_frozen(case)
    require_enrolled(case)
    statement = require_statement(case)
    require_assertion(bundle["assertion"], bundle["statement"], bodies["opened"], bodies["enrolled"])
    if bundle["act"] == "sign":
        return f"{party['name']} signed at {require_signed(case, statement, trust):%Y-%m-%d %H:%M} UTC"
    given = (bundle["statement"], bundle["assertion"], statement["reason"])
    recorded = tuple(bodies["recorded"][name] for name in ("statement", "assertion", "reason"))
    require(given == recorded, "step 10: another answer was recorded")
    return f"{party['name']} declined: {statement['reason']}"


def require_order(bundle: Json, entries: dict[str, Json]) -> None:
    """Check kinds and order of the entries."""
    answer = "signature.affixed" if bundle["act"] == "sign" else "signature.declined"
    kinds = ("declaration.opened", "credential.enrolled", "instrument.frozen", answer)
    places = {name: proven["index"] for name, proven in bundle["entries"].items()}
    for name, kind in zip(ENTRIES, kinds, strict=True):
        require(entries[name]["kind"] == kind, "step 10: another kind of entry")
    require(len({entry["declaration"] for entry in entries.values()}) == 1, "step 10: entries of several declarations")
    require(places["opened"] == 0 < places["enrolled"] < places["recorded"], "step 10: another order")
    require(places["frozen"] < places["recorded"], "step 10: another order")


def require_frozen(case: Case) -> None:
    """Check that these files were frozen, and that the answer is about them."""
    frozen, digests = case.bodies["frozen"], (sha256(case.instrument).hex(), sha256(case.document).hex())
    named = (frozen["version"], frozen["instrument"], frozen["document"], case.bodies["recorded"]["instrument"])
    require(named == (case.version, *digests, digests[0]), "step 10: another instrument was frozen or answered")


def require_enrolled(case: Case) -> None:
    """Check that the signatory held the passkey when it was enrolled."""
    enrolled = case.bodies["enrolled"]
    statement = read(enrolled["statement"], "the enrolment")
    key = sha256(unb64u(enrolled["public_key"])).hex()
    said = (statement["act"], statement["key"], statement["ledger"], statement["signatory"]["id"])
    require(said == ("enrol", key, case.origin, case.party["id"]), "step 10: another enrolment")
    require(enrolled["signatory"] == case.party["id"], "step 10: another signatory's passkey")
    require_assertion(enrolled["assertion"], enrolled["statement"], case.bodies["opened"], enrolled)


def require_statement(case: Case) -> Json:
    """Check the members that both acts have; return the statement."""
    statement = read(case.bundle["statement"], "the statement")
    who = {name: case.party[name] for name in ("id", "office", "name", "city", "country")}
    expected = {
        "act": case.bundle["act"],
        "ledger": case.origin,
        "declaration": case.declaration,
        "signatory": who,
        "credential": case.bodies["enrolled"]["credential"],
        "version": case.version,
        "instrument": sha256(case.instrument).hex(),
    }
    for name, value in expected.items():
        require(statement[name] == value, f"step 8: another {name}")
    return statement


def require_signed(case: Case, statement: Json, trust: Path) -> datetime:
    """Verify what a signature has and a decline has not; return the time."""
    roots = {
        name: x509.load_pem_x509_certificate((trust / f"{name}-root.pem").read_bytes())
        for name in ("signing", "timestamp")
    }
    bundle = case.bundle
    certificate, at = require_signature(unb64u(bundle["cms"]), case.instrument, roots)
    require_subject(certificate, case.party)
    key = sha256(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hex()
    drawn = None if bundle["drawn"] is None else sha256(unb64u(bundle["drawn"])).hex()
    said = (statement["key"], statement["drawn"], statement["document"])
    require(said == (key, drawn, sha256(case.document).hex()), "step 8: another key, drawing or document")
    evidence = canonical({name: bundle[name] for name in ("assertion", "cms", "drawn", "statement")})
    require(case.bodies["recorded"]["evidence"] == sha256(evidence).hex(), "step 10: another evidence was recorded")
    return at


def main() -> int:
    """Verify the files named on the command line."""
    bundle, instrument, document, trust = map(Path, sys.argv[1:])
    try:
        told = verify(bundle.read_bytes(), instrument.read_bytes(), document.read_bytes(), trust)
    except RefusedError as error:
        sys.stderr.write(f"Refused: {error}\n")
        return 1
    sys.stdout.write(f"{told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
