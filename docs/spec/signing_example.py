"""Builds the worked examples of statement.md, bundle.md and verification.md, and the vectors in signing-vectors.json.

Run it after a change of the specification: ``python docs/spec/signing_example.py``. It makes the same in every run: it
takes apart the finished summit in example/summit, whose keys and signatures are random and were made once.
"""  # noqa: INP001 - documents are not a package

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from textwrap import wrap
from typing import Any, Final

from blocks import code, filled, folded, shown, table, written
from cryptography.hazmat.primitives.serialization import Encoding

from declaration.canonical import digest, sha256
from declaration.ledger.folder import read_entries
from declaration.ledger.merkle import leaf_hash
from declaration.signing import cms
from declaration.signing.drawing import HEIGHT, WIDTH, Drawing, Stroke
from declaration.signing.files import read_folder
from declaration.signing.folder import verify_folder
from declaration.signing.timestamp import verify_token
from declaration.signing.trust import Trust

HERE: Final = Path(__file__).resolve().parent
SUMMIT: Final = HERE / "example" / "summit"
DOCUMENTS: Final = tuple(HERE / name for name in ("statement.md", "bundle.md", "verification.md"))
VECTORS: Final = HERE / "signing-vectors.json"

SIGNED: Final = "signatures/abidjan.json"
DECLINED: Final = "declines/algiers.json"
ENROLLED: Final = 6
"""Index of the entry that enrols Abidjan's passkey."""
POSITIONS: Final = 9
"""Index of the entry that takes Abidjan's positions."""
OBJECTION: Final = 10
"""Index of the entry by which Algiers objects to Abidjan's reservation."""
FLAGS: Final = ((0x01, "user present"), (0x04, "user verified"), (0x08, "backup eligible"), (0x10, "backed up"))


def files() -> dict[str, bytes]:
    """Return the files of the example by path."""
    return read_folder(SUMMIT)


def unb64u(text: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _authorised(holder: dict[str, Any]) -> dict[str, Any]:
    """Return a statement with its assertion, and what lies between the two."""
    assertion, statement = holder["assertion"], holder["statement"]
    client_data, data = unb64u(assertion["client_data"]), unb64u(assertion["authenticator_data"])
    return {
        "statement": statement,
        "challenge": sha256(statement.encode()).hex(),
        "assertion": assertion,
        "client_data": client_data.decode(),
        "authenticator_data": data.hex(),
        "signed": (data + sha256(client_data)).hex(),
    }


def _signature(held: dict[str, bytes], trust: Trust) -> dict[str, Any]:
    """Return the parts of Abidjan's CMS."""
    data = held["signatures/abidjan.p7s"]
    message = cms.read(data)
    assert message.token is not None
    imprint = sha256(message.signature)
    stamp = verify_token(message.token, imprint=imprint, root=trust.timestamp_root)
    return {
        "cms": data.hex(),
        "signed_attributes": message.attributes.data.hex(),
        "message_digest": message.attributes.digest.hex(),
        "signing_time": f"{message.attributes.signing_time:%Y-%m-%dT%H:%M:%SZ}",
        "certificate": message.certificate.public_bytes(Encoding.DER).hex(),
        "subject": message.certificate.subject.public_bytes().hex(),
        "not_before": f"{message.certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}",
        "not_after": f"{message.certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
        "authorities": [item.public_bytes(Encoding.DER).hex() for item in message.chain],
        "signature": message.signature.hex(),
        "imprint": imprint.hex(),
        "token": message.token.hex(),
        "token_time": f"{stamp.at:%Y-%m-%dT%H:%M:%SZ}",
        "token_starts": data.index(message.token),
    }


def _drawings() -> dict[str, Any]:
    """Return drawn signatures, and what is none."""
    strokes: list[tuple[Stroke, ...]] = [
        (((300, 900), (900, 250), (1400, 1000), (2700, 700)), ((1900, 300),)),
        (((0, 0), (WIDTH, HEIGHT)),),
    ]
    formed = [(each, Drawing(each).svg()) for each in strokes]
    first = formed[0][1].decode()
    refused = {
        "a script": first.replace("</svg>", "<script>alert(1)</script></svg>"),
        "a line break behind it": f"{first}\n",
        "a fraction": first.replace("M300 900", "M300.5 900"),
        "a leading zero": first.replace("M300 900", "M0300 900"),
        "a relative command": first.replace("L900 250", "l600 -650"),
        "a point beside the sheet": first.replace("2700 700", "3001 700"),
        "a point twice": first.replace("L900 250", "L900 250L900 250"),
        "no strokes": first.partition("M300")[0] + '"/></svg>',
        "another sheet": first.replace("3000 1200", "1000 400"),
    }
    return {
        "formed": [
            {"strokes": [[list(point) for point in line] for line in each], "svg": svg.decode(), "digest": digest(svg)}
            for each, svg in formed
        ],
        "refused": refused,
    }


def vectors() -> dict[str, Any]:
    """Return everything that another implementation can compare itself with."""
    held = files()
    trust = Trust.from_directory(SUMMIT / "trust")
    signed, declined = json.loads(held[SIGNED]), json.loads(held[DECLINED])
    entries = read_entries(
        {name.removeprefix("ledger/"): data for name, data in held.items() if name.startswith("ledger/")}
    )
    evidence = {name: signed[name] for name in ("assertion", "cms", "drawn", "statement")}
    text = json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {
        "trust": trust.fingerprints(),
        "files": {name: digest(data) for name, data in sorted(held.items())},
        "statements": {
            "enrol": _authorised(json.loads(entries[ENROLLED])["body"]),
            "positions": _authorised(json.loads(entries[POSITIONS])["body"]),
            "object": _authorised(json.loads(entries[OBJECTION])["body"]),
            "sign": _authorised(signed),
            "decline": _authorised(declined),
        },
        "evidence": {"text": text, "digest": digest(text.encode())},
        "drawings": _drawings(),
        "signature": _signature(held, trust),
        "leaf_hashes": [leaf_hash(entry).hex() for entry in entries],
        "report": verify_folder(held, trust=trust).as_json(),
    }


def _indented(text: str) -> str:
    return code(json.dumps(shown(json.loads(text)), ensure_ascii=False, indent=1), "json")


def _assertion(given: dict[str, Any]) -> str:
    data = bytes.fromhex(given["authenticator_data"])
    flags, counter = data[32], struct.unpack(">I", data[33:37])[0]
    rows = [
        ("challenge", f"`{given['challenge']}`"),
        ("client data", f"`{given['client_data']}`"),
        ("relying party id hash", f"`{data[:32].hex()}`"),
        ("flags", f"`0x{flags:02x}`: {', '.join(name for bit, name in FLAGS if flags & bit)}"),
        ("counter", str(counter)),
        ("signed bytes", f"`{given['signed']}`"),
        ("signature", f"`{unb64u(given['assertion']['signature']).hex()}`"),
    ]
    return table(("part", "value"), rows)


def _signature_shown(made: dict[str, Any]) -> str:
    rows = [
        ("signed attributes, a SET OF", made["signed_attributes"]),
        ("of these, message-digest", made["message_digest"]),
        ("SHA-256 of the certificate", digest(bytes.fromhex(made["certificate"]))),
        ("signature", made["signature"]),
        ("message imprint of the timestamp", made["imprint"]),
    ]
    lines = [part for name, value in rows for part in (f"{name}:", *(f"  {line}" for line in wrap(value, 108)))]
    lines += [f"signing-time {made['signing_time']}", f"time of the timestamp {made['token_time']}"]
    return code("\n".join([*lines, f"certificate valid from {made['not_before']} to {made['not_after']}"]))


def commands() -> list[str]:
    """Return the commands by which other tools verify the example, to be run in its folder."""
    guide = (SUMMIT / "VERIFY.md").read_text(encoding="utf-8")
    lines = [line.strip() for line in guide.splitlines() if line.startswith(("    openssl cms", "    tail"))]
    judged = f"{SIGNED} instrument.pdf declaration.json trust"
    return [*(line for line in lines if "-no_check_time" not in line), f"python ../../stranger.py {judged}"]


def blocks(made: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the generated blocks by document and name."""
    statements, report = made["statements"], made["report"]
    signing = statements["sign"]
    bundle = (SUMMIT / SIGNED).read_text(encoding="utf-8")
    evidence, drawing = made["evidence"], made["drawings"]["formed"][0]
    return {
        "statement.md": {
            "sign": code(f"{folded(signing['statement'])}\n\nSHA-256, the challenge: {signing['challenge']}"),
            "enrol": _indented(statements["enrol"]["statement"]),
            "positions": _indented(statements["positions"]["statement"]),
            "object": _indented(statements["object"]["statement"]),
            "decline": _indented(statements["decline"]["statement"]),
            "assertion": _assertion(signing),
        },
        "bundle.md": {
            "bundle": _indented(bundle),
            "drawing": code(f"{folded(drawing['svg'])}\n\nSHA-256 {drawing['digest']}"),
            "evidence": code(f"{len(evidence['text'].encode()):,} bytes, SHA-256 {evidence['digest']}"),
            "cms": _signature_shown(made["signature"]),
            "commands": code("\n".join(commands()), "sh"),
        },
        "verification.md": {
            "report": code(json.dumps(shown(report), ensure_ascii=False, sort_keys=True, indent=1), "json")
        },
    }


def main() -> None:
    """Write all files."""
    made = vectors()
    VECTORS.write_text(written(made), encoding="utf-8")
    for document in DOCUMENTS:
        text = filled(document.read_text(encoding="utf-8"), blocks(made)[document.name])
        document.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
