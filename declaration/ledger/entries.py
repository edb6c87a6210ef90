"""Entries: every public act as canonical JSON, with a closed schema for each kind.

This module judges one entry by itself: members, types, forms, sizes. Whether the act is allowed in the present state
is judged where it is recorded. Specified in docs/spec/ledger.md, section "Entries".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from declaration.canonical import MAX_INTEGER, Json, encode, parse_canonical
from declaration.errors import InputRefused, LimitExceeded
from declaration.ledger import forms
from declaration.ledger.forms import Form

FORMAT: Final = "declaration-entry/1"
"""Value of the member ``format``: another value is another format."""
MAX_ENTRY: Final = 65_535
"""Bytes of one entry: an entry bundle prefixes each with a 16-bit length (C2SP tlog-tiles, "Log entries")."""
MAX_NAME: Final = 200
"""Characters of a name, office or city: the ceremonial name of Bangkok has 168 letters."""
MAX_REASON: Final = 4_000
"""Characters of a reason: about one page, and at most 16,000 bytes of an entry."""
MAX_STATEMENT: Final = 57_344
"""Bytes of a statement (56 KiB): about what an entry leaves beside an assertion. `MAX_ENTRY` may bind earlier, because
every quotation mark of the statement is escaped inside the entry."""
MAX_LANGUAGES: Final = 32
"""Authentic languages of a declaration: the European Union has 24."""
MAX_WEB_ORIGINS: Final = 16
"""Web origins from which passkeys are accepted: one for each name under which the service is reached."""
MAX_CREDENTIAL: Final = 1_023
"""Bytes of a credential id (WebAuthn Level 3, section 4, "Credential ID")."""
MAX_CLIENT_DATA: Final = 4_096
"""Bytes of client data: browsers write about 130 to 250, and may add members (WebAuthn section 5.8.1)."""
MAX_AUTHENTICATOR_DATA: Final = 1_024
"""Bytes of authenticator data in an assertion: 37, and extension outputs if any (WebAuthn section 6.1)."""
MAX_ROSTER: Final = 1_000_000
"""Signatories of one instrument: a guard against nonsense, far above the 12,000 cities of the largest campaign."""
MAX_SPONSORS: Final = 200
"""Sponsors whom one entry names: each takes up to 220 bytes of `MAX_ENTRY`. Support given later has its own entries."""
MAX_MINIMUM: Final = MAX_SPONSORS + 1
"""The highest minimum of sponsors, the author among them: with more, nothing could be tabled."""

MAX_PASSAGES: Final = 500
"""Passages that one confirmation names: each takes up to 75 bytes of `MAX_ENTRY`."""

P256_SPKI: Final = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
"""First 27 of the 91 bytes of a P-256 SubjectPublicKeyInfo with an uncompressed point (RFC 5480 section 2)."""


class Kind(StrEnum):
    """The kinds of entry; a reader refuses any other."""

    DECLARATION_OPENED = "declaration.opened"
    DRAFTER_ADMITTED = "drafter.admitted"
    RULES_SET = "rules.set"
    SIGNATORY_INVITED = "signatory.invited"
    CREDENTIAL_ENROLLED = "credential.enrolled"
    CREDENTIAL_REVOKED = "credential.revoked"
    AMENDMENT_TABLED = "amendment.tabled"
    AMENDMENT_REVISED = "amendment.revised"
    AMENDMENT_WITHDRAWN = "amendment.withdrawn"
    AMENDMENT_REJECTED = "amendment.rejected"
    AMENDMENT_SUPPORTED = "amendment.supported"
    AMENDMENT_UNSUPPORTED = "amendment.unsupported"
    VERSION_ADOPTED = "version.adopted"
    TRANSLATION_CONFIRMED = "translation.confirmed"
    POSITIONS_TAKEN = "positions.taken"
    RESERVATION_WITHDRAWN = "reservation.withdrawn"
    OBJECTION_RAISED = "objection.raised"
    OBJECTION_WITHDRAWN = "objection.withdrawn"
    INSTRUMENT_FROZEN = "instrument.frozen"
    INSTRUMENT_UNFROZEN = "instrument.unfrozen"
    SIGNATURE_AFFIXED = "signature.affixed"
    SIGNATURE_DECLINED = "signature.declined"
    INSTRUMENT_SEALED = "instrument.sealed"


_name: Final = forms.text(MAX_NAME)
_reason: Final = forms.text(MAX_REASON, lines=True)
_credential: Final = forms.binary(1, MAX_CREDENTIAL)
_statement: Final = forms.canonical_object(MAX_STATEMENT)
_count: Final = forms.whole(0, MAX_ROSTER)
_version_number: Final = forms.whole(1, MAX_INTEGER)

_assertion: Final = forms.members(
    {
        "credential": _credential,
        "client_data": forms.binary(2, MAX_CLIENT_DATA),
        "authenticator_data": forms.binary(37, MAX_AUTHENTICATOR_DATA),
        # an Ecdsa-Sig-Value over P-256 in DER (RFC 3279 section 2.2.3) has 8 to 72 bytes
        "signature": forms.binary(8, 72),
    }
)
_depositary: Final = forms.members(
    {"id": forms.identifier, "name": _name, "city": _name, "country": forms.country},
)
_party: Final = forms.members(
    {
        "id": forms.identifier,
        "office": _name,
        "name": _name,
        "city": _name,
        "native": _name,
        "country": forms.country,
    }
)
_sponsor: Final = forms.members({"drafter": forms.identifier, "content": forms.digest, "at": forms.moment})
_correction: Final = forms.members({"language": forms.language, "reason": _reason, "ask": forms.one_of(True, False)})
_text_of_amendment: Final = {
    "amendment": forms.identifier,
    "base": forms.digest,
    "document": forms.digest,
    "sponsors": forms.apart(_sponsor, "drafter", most=MAX_SPONSORS),
}

_stated: Final = {"signatory": forms.identifier, "statement": _statement, "assertion": _assertion}

BODIES: Final[Mapping[Kind, Mapping[str, Form]]] = {
    Kind.DECLARATION_OPENED: {
        "origin": forms.log_origin,
        "rp_id": forms.domain,
        "origins": forms.distinct(forms.web_origin, most=MAX_WEB_ORIGINS),
        "depositary": _depositary,
        "languages": forms.distinct(forms.language, most=MAX_LANGUAGES),
    },
    Kind.DRAFTER_ADMITTED: {"drafter": forms.identifier, "name": _name},
    Kind.RULES_SET: {
        "sponsors": forms.whole(1, MAX_MINIMUM),
        "deadline": forms.nullable(forms.members({"at": forms.moment, "zone": forms.zone})),
    },
    Kind.SIGNATORY_INVITED: {"signatory": _party},
    Kind.CREDENTIAL_ENROLLED: {
        "signatory": forms.identifier,
        "credential": _credential,
        "public_key": forms.binary(91, 91, prefix=P256_SPKI),
        "algorithm": forms.one_of(-7),  # ES256 (RFC 9053 section 2.1)
        "statement": _statement,
        "assertion": _assertion,
    },
    Kind.CREDENTIAL_REVOKED: {"signatory": forms.identifier, "credential": _credential, "reason": _reason},
    Kind.AMENDMENT_TABLED: _text_of_amendment,
    Kind.AMENDMENT_REVISED: _text_of_amendment,
    Kind.AMENDMENT_WITHDRAWN: {"amendment": forms.identifier},
    Kind.AMENDMENT_REJECTED: {"amendment": forms.identifier, "reason": _reason},
    Kind.AMENDMENT_SUPPORTED: {"amendment": forms.identifier, "content": forms.digest},
    Kind.AMENDMENT_UNSUPPORTED: {"amendment": forms.identifier},
    Kind.VERSION_ADOPTED: {
        "number": _version_number,
        "digest": forms.digest,
        "parent": forms.nullable(forms.digest),
        "document": forms.digest,
        "carriage": forms.nullable(forms.digest),
        "correction": _correction,
    },
    Kind.TRANSLATION_CONFIRMED: {
        "version": forms.digest,
        "language": forms.language,
        "passages": forms.nullable(forms.distinct(forms.passage, most=MAX_PASSAGES)),
    },
    Kind.POSITIONS_TAKEN: _stated,
    Kind.RESERVATION_WITHDRAWN: _stated,
    Kind.OBJECTION_RAISED: _stated,
    Kind.OBJECTION_WITHDRAWN: _stated,
    Kind.INSTRUMENT_FROZEN: {
        "version": forms.digest,
        "number": _version_number,
        "instrument": forms.digest,
        "document": forms.digest,
        "roster": forms.whole(1, MAX_ROSTER),
    },
    Kind.INSTRUMENT_UNFROZEN: {"instrument": forms.digest, "reason": _reason},
    Kind.SIGNATURE_AFFIXED: {
        "signatory": forms.identifier,
        "instrument": forms.digest,
        "credential": _credential,
        "evidence": forms.digest,
    },
    Kind.SIGNATURE_DECLINED: {
        "signatory": forms.identifier,
        "instrument": forms.digest,
        "statement": _statement,
        "assertion": _assertion,
        "reason": _reason,
    },
    Kind.INSTRUMENT_SEALED: {
        "instrument": forms.digest,
        "edition": forms.digest,
        "merged": forms.digest,
        "signatures": _count,
        "declined": _count,
    },
}
"""The members of each kind's body: exactly these, each with its form."""

OPTIONAL: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.AMENDMENT_TABLED: frozenset({"sponsors"}),
    Kind.AMENDMENT_REVISED: frozenset({"sponsors"}),
    Kind.VERSION_ADOPTED: frozenset({"correction"}),
}
"""The members of a body that are there where there is something to say: one is neither null nor empty."""

PERSONAL: Final = frozenset(
    {
        Kind.CREDENTIAL_ENROLLED,
        Kind.POSITIONS_TAKEN,
        Kind.RESERVATION_WITHDRAWN,
        Kind.OBJECTION_RAISED,
        Kind.OBJECTION_WITHDRAWN,
        Kind.SIGNATURE_AFFIXED,
        Kind.SIGNATURE_DECLINED,
    }
)
"""Acts that only the signatory can do: ``by`` is ``body.signatory``."""

_FORMS: Final = {kind: forms.members(body, optional=OPTIONAL.get(kind, frozenset())) for kind, body in BODIES.items()}
_kind: Final = forms.one_of(*map(str, Kind))
_format: Final = forms.one_of(FORMAT)
_ENVELOPE: Final = frozenset({"format", "declaration", "kind", "at", "by", "body"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One public act. Checked when made, so that what exists can be encoded.

    Args:
        kind: one of `Kind`.
        declaration: id of the declaration.
        at: when, timezone-aware, in whole seconds.
        by: id of the drafter, signatory or depositary who acted.
        body: the members that `BODIES` lists for the kind; not to be changed afterwards.

    Raises:
        InputRefused: a member is missing, unknown or malformed; the message names its place.
        LimitExceeded: the entry is longer than `MAX_ENTRY` bytes.

    """

    kind: str
    declaration: str
    at: datetime
    by: str
    body: Mapping[str, Json]

    def __post_init__(self) -> None:
        """Check every member, and the size."""
        forms.write_moment(self.at, "entry.at")
        body = dict(self.body)
        object.__setattr__(self, "kind", _checked(str(self.kind), self.declaration, self.by, body))
        object.__setattr__(self, "at", self.at.astimezone(UTC))
        object.__setattr__(self, "body", body)
        if (size := len(self.encode())) > MAX_ENTRY:
            raise LimitExceeded(
                "entry.size",
                f"The entry is {size} bytes long, {MAX_ENTRY} are allowed.",
                hint="Put long texts into a blob, or split the act into several.",
            )

    def encode(self) -> bytes:
        """Return the entry as RFC 8785 JSON: the bytes that the leaf hash covers."""
        return encode(
            {
                "format": FORMAT,
                "declaration": self.declaration,
                "kind": str(self.kind),
                "at": forms.write_moment(self.at, "entry.at"),
                "by": self.by,
                "body": dict(self.body),
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Entry:
        """Read an entry strictly; `encode` of the result gives `data` again.

        Raises:
            InputRefused: not canonical JSON, not this format, an unknown kind, or a malformed member.
            LimitExceeded: longer than `MAX_ENTRY` bytes, or nested too deep.

        """
        value = parse_canonical(data, limit=MAX_ENTRY, what="The entry")
        if not isinstance(value, dict) or value.keys() != _ENVELOPE:
            forms.refuse("entry", f"an object with exactly the members {', '.join(sorted(_ENVELOPE))} belongs here")
        _format(value["format"], "entry.format")
        kind, declaration, by, body = value["kind"], value["declaration"], value["by"], value["body"]
        if not (isinstance(kind, str) and isinstance(declaration, str) and isinstance(by, str)):
            forms.refuse("entry", "kind, declaration and by are texts")
        if not isinstance(body, dict):
            forms.refuse("entry.body", "an object belongs here")
        # made without __post_init__, which would write the entry once more to know how long it is
        entry = object.__new__(cls)
        at = forms.read_moment(value["at"], "entry.at")
        given = (_checked(kind, declaration, by, body), declaration, at, by, body)
        for name, member in zip(cls.__slots__, given, strict=True):
            object.__setattr__(entry, name, member)
        return entry


def _checked(kind: str, declaration: str, by: str, body: dict[str, Json]) -> Kind:
    """Check the members of an entry, and return its kind."""
    _kind(kind, "entry.kind")
    known = Kind(kind)
    forms.identifier(declaration, "entry.declaration")
    forms.identifier(by, "entry.by")
    _FORMS[known](body, "entry.body")
    _check_together(known, by, body)
    return known


def _check_together(kind: Kind, by: str, body: Mapping[str, Json]) -> None:
    """Check what two members of one entry say about each other."""
    if kind in PERSONAL and by != body["signatory"]:
        forms.refuse("entry.by", "only the signatory can do this act, and somebody else is named")
    if kind is Kind.VERSION_ADOPTED:
        first = body["number"] == 1
        if first != (body["parent"] is None) or first != (body["carriage"] is None):
            forms.refuse("entry.body", "version 1, and no other, has neither parent nor carriage")
        if first and "correction" in body:
            forms.refuse("entry.body.correction", "there is nothing to correct before version 1")
    if kind is Kind.DECLARATION_OPENED:
        depositary = body["depositary"]
        if not isinstance(depositary, dict) or by != depositary["id"]:
            forms.refuse("entry.by", "the depositary opens a declaration, and somebody else is named")
    if kind is Kind.CREDENTIAL_ENROLLED:
        assertion = body["assertion"]
        if not isinstance(assertion, dict) or assertion["credential"] != body["credential"]:
            forms.refuse("entry.body.assertion", "it is not by the credential that is enrolled")


def read(data: bytes, *, declaration: str, index: int) -> Entry:
    """Read the entry at `index` of a declaration's ledger.

    Raises:
        InputRefused: as `Entry.parse`; or it belongs to another declaration; or it opens a declaration anywhere
            but at index 0, where nothing else may stand.

    """
    entry = Entry.parse(data)
    if entry.declaration != declaration:
        raise InputRefused(
            "entry.declaration",
            f"Entry {index} belongs to {entry.declaration}, the ledger is of {declaration}.",
            hint="Get the ledger again from its source.",
        )
    if (entry.kind == Kind.DECLARATION_OPENED) != (index == 0):
        raise InputRefused(
            "entry.opening",
            f"Entry {index} is {entry.kind}: a ledger begins with {Kind.DECLARATION_OPENED}, which occurs once.",
            hint="Get the ledger again from its source.",
        )
    return entry
