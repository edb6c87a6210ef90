"""Builds the worked examples of text.md and the test vectors in text-vectors.json; a test compares both.

Run it after a change of the specification: ``python docs/spec/text_example.py``. It makes the same in every run. The
input is example/text.yaml and example/acts.yaml, the same from which the signed example in example/summit was made.
"""  # noqa: INP001 - documents are not a package

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any, Final

from blocks import code, filled, folded, table, written

from declaration.canonical import digest, encode, without
from declaration.drafting import edits as editing
from declaration.drafting import hygiene
from declaration.drafting.amendment import Amendment
from declaration.drafting.apply import apply
from declaration.drafting.edits import Edit
from declaration.drafting.text import Clause, Version, text_digest
from declaration.drafting.tokens import tokens
from declaration.errors import DeclarationError
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.signatories_json import read_signatories
from declaration.exchange.text_yaml import read_text
from declaration.services.authoring import amendment_of

HERE: Final = Path(__file__).resolve().parent
EXAMPLE: Final = HERE / "example"
DOCUMENT: Final = HERE / "text.md"
VECTORS: Final = HERE / "text-vectors.json"

TOKENS: Final = (
    "L'ensemble des maires, réunis en 2026.",
    "Wir, die Bürgermeister*innen",
    "سنطوّر عرض النقل العام.",
    "都市は、共に生きる。",
    "เมืองของเรา",
    "👩‍👩‍👧 e\u0301",
)
HYGIENE: Final = (
    "Nous, maires des villes signataires,",
    "a\u00adb",
    "a\u200bb",
    "a\u202eb",
    "می\u200cخواهم",
    "a\u200cb",
    "क्\u200dष",
    "a\tb",
    "a\nb",
    "e\u0301",
    "\u00e9",
    "\ue000",
    "a\u0378",
    "❤\ufe0f",
    "a\ufe0f",
    "👩\u200d👧",
    "a" + "\u0316" * 17,
    "   ",
    "a\u2028b",
    "\u0600\u0661",
)
DERIVED: Final = (
    ("Les villes agissent.", "Les grandes villes agissent."),
    ("Les villes agissent.", "Les villes agiront."),
    ("publics et privés", "publics, privés et mixtes"),
    ("l'eau", "leau"),
    ("cafe", "caf\u00e9"),
    ("共に生きる", "共に働き生きる"),
)
OPEN: Final = (
    ("les villes", Edit(1, 1, "", "s")),
    ("a b", Edit(0, 1, "a", "a ")),
    ("e.", Edit(1, 1, "", "\u0301")),
)
"""Edits that are refused: the new passage melts into a neighbour."""


def versions() -> tuple[Version, Version, Amendment]:
    """Return both versions of the example, and the amendment between them."""
    text = read_text((EXAMPLE / "text.yaml").read_bytes(), file="text.yaml").text
    acts = read_acts(
        (EXAMPLE / "acts.yaml").read_bytes(), file="acts.yaml", text=text, signatories=["abidjan", "algiers"]
    )
    first = Version(1, None, text)
    amendment = amendment_of(first, acts.acts.amendments[0])
    return first, Version(2, first.digest, apply(text, amendment.changes)), amendment


def document(version: Version) -> dict[str, Any]:
    """Return declaration.json of the example."""
    listed = read_signatories((EXAMPLE / "signatories.json").read_bytes(), file="signatories.json").signatories
    return {
        "format": "declaration/1",
        "version": version.document(),
        "roster": [
            {
                "id": line.id,
                "office": line.office,
                "name": line.name,
                "city": line.city,
                "native": line.native,
                "country": line.country,
            }
            for line in listed
        ],
        "reservations": [
            {
                "signatory": "abidjan",
                "clause": "mobility-1",
                "digest": version.text.clause("mobility-1").digest,
                "reservation": "Abidjan partage cette tâche avec son district.",
                "objections": [
                    {
                        "signatory": "algiers",
                        "reason": "Le partage avec un district ne réduit pas l’engagement d’une ville.",
                    }
                ],
            }
        ],
    }


def named(clause: Clause) -> bytes:
    """Return what the digest of a clause is taken of."""
    return encode({"id": clause.id, "texts": {tag: text_digest(text) for tag, text in clause.texts.items()}})


def judged(text: str) -> dict[str, Any]:
    """Return whether a text may stand, and what is left of it without noise."""
    try:
        hygiene.check(text, where="here")
    except DeclarationError as error:
        refused: str | None = error.code
    else:
        refused = None
    return {"text": text, "refused": refused, "cleaned": hygiene.clean(text).text}


def refusal(base: str, edit: Edit) -> str | None:
    """Return the code with which an edit is refused."""
    try:
        editing.apply(base, [edit])
    except DeclarationError as error:
        return error.code
    return None


def as_json(edit: Edit) -> dict[str, Any]:
    """Return an edit as a change holds it."""
    return {"start": edit.start, "end": edit.end, "old": edit.old, "new": edit.new}


def vectors() -> dict[str, Any]:
    """Return everything that another implementation can compare itself with."""
    first, second, amendment = versions()
    whole = encode(document(second))
    return {
        "versions": [
            {
                "document": encode(version.document()).decode(),
                "manifest": encode(without(version.document(), "text")).decode(),
                "digest": version.digest,
            }
            for version in (first, second)
        ],
        "clauses": [
            {"id": clause.id, "named": named(clause).decode(), "digest": clause.digest}
            for clause in second.text.clauses()
        ],
        "amendment": encode(amendment.document()).decode(),
        "declaration.json": {"text": whole.decode(), "digest": digest(whole)},
        "tokens": [{"text": text, "tokens": list(tokens(text))} for text in TOKENS],
        "texts": [judged(text) for text in HYGIENE],
        "edits": [
            {"base": base, "new": new, "edits": [as_json(edit) for edit in editing.derive(base, new)]}
            for base, new in DERIVED
        ],
        "refused edits": [{"base": base, "edit": as_json(edit), "code": refusal(base, edit)} for base, edit in OPEN],
    }


def _visible(text: str) -> str:
    """Return a text with what nobody sees spelt out."""
    return "".join(
        f"⟨U+{ord(c):04X}⟩"
        if unicodedata.category(c)[0] == "C" or unicodedata.combining(c) or c in "\u2028\ufe0f"
        else c
        for c in text
    )


def blocks(made: dict[str, Any]) -> dict[str, str]:
    """Return the generated blocks of the document by name."""
    second = made["versions"][1]
    clause = next(item for item in made["clauses"] if item["id"] == "mobility-1")
    short = [item for item in made["texts"] if len(item["text"]) < 15 and item["text"].strip()]
    cleaned = [
        (
            f"`{_visible(item['text'])}`",
            f"`{item['refused']}`" if item["refused"] else "allowed",
            f"`{_visible(item['cleaned'])}`" if item["cleaned"] != item["text"] else "",
        )
        for item in short
    ]
    split = [(f"`{item['text']}`", " ".join(f"`{one}`" for one in item["tokens"])) for item in made["tokens"]]
    edited = [
        (item["base"], item["new"], f"`{json.dumps(item['edits'], ensure_ascii=False)}`") for item in made["edits"][:4]
    ]
    edited += [
        (item["base"], "", f"`{json.dumps(item['edit'], ensure_ascii=True)}`: `{item['code']}`")
        for item in made["refused edits"]
    ]
    return {
        "hygiene": table(("text", "", "without noise"), cleaned),
        "manifest": code(f"{folded(second['manifest'])}\n\nSHA-256 {second['digest']}"),
        "clause": code(f"{folded(clause['named'])}\n\nSHA-256 {clause['digest']}"),
        "tokens": table(("text", "tokens"), split),
        "edits": table(("base", "new text", "edits, or why an edit is refused"), edited),
        "amendment": code(json.dumps(json.loads(made["amendment"]), ensure_ascii=False, indent=1), "json"),
    }


def main() -> None:
    """Write both files."""
    made = vectors()
    VECTORS.write_text(written(made), encoding="utf-8")
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8"), blocks(made)), encoding="utf-8")


if __name__ == "__main__":
    main()
