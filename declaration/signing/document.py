"""Step 4: declaration.json is canonical, its texts are those that its digests name, and it is the frozen version.

The document (docs/spec/document.md) holds the version with all its texts, the roster of those invited to sign, and the
reservations of the annex. A version is named by the digest of its manifest, which is the same document without the
members named ``text``; so a verifier needs no knowledge of amendments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from declaration import canonical
from declaration.canonical import Json
from declaration.ledger import forms
from declaration.ledger.entries import MAX_LANGUAGES, MAX_REASON, MAX_ROSTER
from declaration.ledger.forms import Form
from declaration.signing.judgement import altered, reading
from declaration.signing.party import PARTY, Party

FORMAT: Final = "declaration/1"
"""Value of the member ``format`` of declaration.json."""
VERSION_FORMAT: Final = "declaration-version/1"
"""Value of the member ``format`` of the version inside."""
MAX_DOCUMENT: Final = 1 << 26
"""Bytes of declaration.json: a roster of 12,000 is 3 MB, the texts of a declaration are far below 1 MB."""


class Objection(NamedTuple):
    """One objection to a reservation of the annex: who raised it, and why."""

    signatory: str
    reason: str


class Reservation(NamedTuple):
    """One reservation of the annex: who made it, on which exact words (`digest` names the clause), and its text.

    `objections` are those in force when the text was frozen, in the order of the ids of who raised them.
    """

    signatory: str
    clause: str
    digest: str
    reservation: str
    objections: tuple[Objection, ...] = ()

    @property
    def content(self) -> str:
        """Digest by which objections and withdrawals name the reservation (docs/spec/text.md, section 6.1)."""
        named: dict[str, Json] = {
            name: getattr(self, name) for name in ("signatory", "clause", "digest", "reservation")
        }
        return canonical.digest(canonical.encode(named))


class FrozenDocument(NamedTuple):
    """What declaration.json says, once it has been read and its texts agree with its digests.

    Args:
        declaration: id of the declaration.
        title: by language.
        languages: authentic languages, the drafting language first.
        version: digest of the version.
        number: its number.
        clauses: digest of each clause, by id, in order.
        roster: everybody invited to sign.
        reservations: those of the annex.
        digest: SHA-256 of the file.

    """

    declaration: str
    title: Mapping[str, str]
    languages: tuple[str, ...]
    version: str
    number: int
    clauses: Mapping[str, str]
    roster: tuple[Party, ...]
    reservations: tuple[Reservation, ...]
    digest: str


def _listed(form: Form) -> Form:
    def check(value: Json, place: str) -> None:
        if not isinstance(value, list):
            forms.refuse(place, "a list belongs here")
        for index, item in enumerate(value):
            form(item, f"{place}[{index}]")

    return check


def _by_language(form: Form) -> Form:
    def check(value: Json, place: str) -> None:
        if not isinstance(value, dict):
            forms.refuse(place, "texts by language belong here")
        for language, item in value.items():
            forms.language(language, f"{place}, the language")
            form(item, f"{place}.{language}")

    return check


def _any_text(value: Json, place: str) -> None:
    if not isinstance(value, str):
        forms.refuse(place, "a text belongs here")


_text: Final = _by_language(forms.members({"sha256": forms.digest, "text": _any_text}))
_clause: Final = forms.members({"id": forms.identifier, "texts": _text})
_section: Final = forms.members(
    {
        "id": forms.identifier,
        "kind": forms.one_of("preamble", "chapter", "closing"),
        "title": _text,
        "clauses": _listed(_clause),
    }
)
_version: Final = forms.members(
    {
        "format": forms.one_of(VERSION_FORMAT),
        "declaration": forms.identifier,
        "number": forms.whole(1, canonical.MAX_INTEGER),
        "parent": forms.nullable(forms.digest),
        "languages": forms.distinct(forms.language, most=MAX_LANGUAGES),
        "title": _text,
        "sections": _listed(_section),
    }
)
_reason: Final = forms.text(MAX_REASON, lines=True)
_objection: Final = forms.members({"signatory": forms.identifier, "reason": _reason})
_reservation: Final = forms.members(
    {
        "signatory": forms.identifier,
        "clause": forms.identifier,
        "digest": forms.digest,
        "reservation": _reason,
        "objections": forms.apart(_objection, "signatory", most=MAX_ROSTER),
    },
    optional=frozenset({"objections"}),
)
_document: Final = forms.members(
    {
        "format": forms.one_of(FORMAT),
        "version": _version,
        "roster": _listed(PARTY),
        "reservations": _listed(_reservation),
    }
)


def read_document(data: bytes) -> FrozenDocument:
    """Read declaration.json strictly, and hold every text against its digest.

    Raises:
        Altered: ``document.text``, ``document.doubled``, ``document.reservation``, ``document.objection``.
        CannotBeVerified: ``document.malformed``.

    """
    with reading("document.malformed"):
        value = canonical.parse_canonical(data, limit=MAX_DOCUMENT, what="declaration.json")
        _document(value, "declaration.json")
    found = cast("dict[str, Json]", value)
    version = cast("dict[str, Json]", found["version"])
    _require_texts(version, place="version")
    clauses = _clauses(version)
    roster = tuple(Party(**item) for item in cast("list[dict[str, str]]", found["roster"]))
    _require_distinct([party.id for party in roster])
    reservations = tuple(_reservation_of(item) for item in cast("list[dict[str, Json]]", found["reservations"]))
    _require_reservations(reservations, frozenset(party.id for party in roster))
    return FrozenDocument(
        declaration=cast("str", version["declaration"]),
        title={name: item["text"] for name, item in cast("dict[str, dict[str, str]]", version["title"]).items()},
        languages=tuple(cast("list[str]", version["languages"])),
        version=version_digest(version),
        number=cast("int", version["number"]),
        clauses=clauses,
        roster=roster,
        reservations=reservations,
        digest=canonical.digest(data),
    )


def version_digest(version: Json) -> str:
    """Return the digest that names a version: that of its manifest (docs/spec/text.md)."""
    return canonical.digest(canonical.encode(canonical.without(version, "text")))


def require_frozen(document: FrozenDocument, *, version: str, number: int, digest: str, roster: int) -> None:
    """Require that the document is what entry ``instrument.frozen`` names.

    Args:
        document: what declaration.json says.
        version: the entry's version digest.
        number: the entry's version number.
        digest: the entry's digest of declaration.json.
        roster: the entry's number of signatories.

    Raises:
        Altered: ``document.not-frozen``.

    """
    says = (document.version, document.number, document.digest, len(document.roster))
    if says != (version, number, digest, roster):
        raise altered("document.not-frozen")


def _require_texts(value: Json, *, place: str) -> None:
    """Hold every ``{"sha256", "text"}`` against itself, wherever it stands; the form was checked before."""
    if isinstance(value, list):
        for item in value:
            _require_texts(item, place=place)
    elif isinstance(value, dict):
        name, text = value.get("id"), value.get("text")
        place = name if isinstance(name, str) else place
        if isinstance(text, str) and value["sha256"] != canonical.digest(text.encode()):
            raise altered("document.text", place=place)
        for item in value.values():
            _require_texts(item, place=place)


def _clauses(version: dict[str, Json]) -> dict[str, str]:
    """Return the digest of every clause by its id."""
    sections = cast("list[dict[str, Json]]", version["sections"])
    clauses = [clause for section in sections for clause in cast("list[dict[str, Json]]", section["clauses"])]
    _require_distinct([cast("str", section["id"]) for section in sections])
    _require_distinct([cast("str", clause["id"]) for clause in clauses])
    found: dict[str, str] = {}
    for clause in clauses:
        texts = cast("dict[str, dict[str, str]]", clause["texts"])
        named: dict[str, Json] = {language: item["sha256"] for language, item in texts.items()}
        found[cast("str", clause["id"])] = canonical.digest(canonical.encode({"id": clause["id"], "texts": named}))
    return found


def _require_distinct(ids: list[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if each.lower() in seen:
            raise altered("document.doubled", id=each)
        seen.add(each.lower())


def _reservation_of(item: dict[str, Json]) -> Reservation:
    given = cast("dict[str, str]", item)
    objections = cast("list[dict[str, str]]", item.get("objections", []))
    return Reservation(
        given["signatory"],
        given["clause"],
        given["digest"],
        given["reservation"],
        tuple(Objection(**objection) for objection in objections),
    )


def _require_reservations(reservations: tuple[Reservation, ...], roster: frozenset[str]) -> None:
    """Each belongs to somebody on the roster; whether it was made at all, only the ledger can say."""
    seen: set[tuple[str, str]] = set()
    for each in reservations:
        place = (each.signatory, each.clause)
        if each.signatory not in roster or place in seen:
            raise altered("document.reservation", signatory=each.signatory, clause=each.clause)
        seen.add(place)
        objecting = [objection.signatory for objection in each.objections]
        if not roster.issuperset(objecting) or each.signatory in objecting or objecting != sorted(objecting):
            raise altered("document.objection", signatory=each.signatory, clause=each.clause)
