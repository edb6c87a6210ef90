"""What the ledger says happened, entry by entry: who was invited, what was frozen, who answered, what was sealed.

A bundle proves that its own entries are in the ledger. Only the whole ledger shows what a bundle cannot: that a passkey
was not revoked before it signed, that a freeze was not undone since, that nobody was left out, that a reservation was
neither lost nor made up. The record's own door refuses all of that; here it is found out without trusting the door.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from declaration.canonical import unb64u
from declaration.ledger import entries as ledger
from declaration.ledger.entries import Entry, Kind
from declaration.signing.document import FrozenDocument
from declaration.signing.judgement import altered, reading
from declaration.signing.party import Party
from declaration.signing.passkey import Assertion

BLOB_MEMBERS: Final = ("document", "carriage", "instrument", "evidence", "edition", "merged")
"""Members of an entry's body that name a blob (docs/spec/ledger.md, section "Blobs")."""

_DEPOSITARYS: Final = frozenset(
    {
        Kind.SIGNATORY_INVITED,
        Kind.CREDENTIAL_REVOKED,
        Kind.VERSION_ADOPTED,
        Kind.INSTRUMENT_FROZEN,
        Kind.INSTRUMENT_UNFROZEN,
        Kind.INSTRUMENT_SEALED,
    }
)
"""Acts of the depositary alone that bear on who signs what."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry and its index in the ledger."""

    index: int
    entry: Entry


class Passkey(NamedTuple):
    """An enrolled passkey: whose it is, its SubjectPublicKeyInfo in DER, and the entry that made it public."""

    signatory: str
    public_key: bytes
    enrolled: Recorded


@dataclass(slots=True)
class Chronicle:
    """The state of a ledger after its last entry.

    Args:
        opened: the entry that opened the declaration.
        invited: by id.
        passkeys: by credential id; revoked ones stay.
        revoked: index of the revocation, by credential id.
        versions: adopted, by digest.
        stands: every entry about positions, reservations and objections.
        frozen: the freeze in force, if any.
        signed: signatures under the freeze in force, by signatory.
        declined: declines under the freeze in force, by signatory.
        sealed: the seal of the freeze in force, if any.
        named: digests of all blobs that entries name.

    """

    opened: Recorded
    invited: dict[str, Party] = field(default_factory=dict)
    passkeys: dict[str, Passkey] = field(default_factory=dict)
    revoked: dict[str, int] = field(default_factory=dict)
    versions: dict[str, Recorded] = field(default_factory=dict)
    stands: list[Recorded] = field(default_factory=list)
    frozen: Recorded | None = None
    signed: dict[str, Recorded] = field(default_factory=dict)
    declined: dict[str, Recorded] = field(default_factory=dict)
    sealed: Recorded | None = None
    named: set[str] = field(default_factory=set)


def read_chronicle(entries: Sequence[bytes]) -> Chronicle:
    """Read every entry of a ledger and follow what it says about signing.

    Args:
        entries: all of them, in order.

    Raises:
        Altered: ``ledger.history``, an entry contradicts those before it.
        CannotBeVerified: ``ledger.entry``, an entry is malformed.

    """
    chronicle: Chronicle | None = None
    declaration = ""
    for index, data in enumerate(entries):
        with reading("ledger.entry", index=index):
            entry = Entry.parse(data) if chronicle is None else ledger.read(data, declaration=declaration, index=index)
            declaration = entry.declaration
        recorded = Recorded(index, entry)
        if chronicle is None:
            _require(entry.kind == Kind.DECLARATION_OPENED, recorded, "it does not open a declaration")
            chronicle = Chronicle(recorded)
        if entry.kind in _DEPOSITARYS:
            _require(
                entry.by == chronicle.opened.entry.by, recorded, "it is an act of the depositary, by somebody else"
            )
        chronicle.named |= {name for member in BLOB_MEMBERS if isinstance(name := entry.body.get(member), str)}
        if (follow := _FOLLOW.get(Kind(entry.kind))) is not None:
            follow(chronicle, recorded)
    if chronicle is None:
        raise altered("ledger.history", index=0, detail="the ledger is empty")
    return chronicle


def _require(condition: object, recorded: Recorded, why: str) -> None:
    if not condition:
        raise altered("ledger.history", index=recorded.index, detail=why)


def _text(recorded: Recorded, member: str) -> str:
    """Return a member of the body that the entry's form says is a text."""
    return cast("str", recorded.entry.body[member])


def _invited(chronicle: Chronicle, recorded: Recorded) -> None:
    party = Party.from_json(recorded.entry.body["signatory"])
    _require(party.id not in chronicle.invited, recorded, "a signatory is invited twice")
    _require(chronicle.frozen is None, recorded, "a signatory is invited while the text is frozen")
    chronicle.invited[party.id] = party


def _enrolled(chronicle: Chronicle, recorded: Recorded) -> None:
    credential, signatory = _text(recorded, "credential"), _text(recorded, "signatory")
    _require(signatory in chronicle.invited, recorded, "somebody enrols who was not invited")
    _require(credential not in chronicle.passkeys, recorded, "a passkey is enrolled twice")
    active = [name for name, each in chronicle.passkeys.items() if each.signatory == signatory]
    _require(set(active) <= chronicle.revoked.keys(), recorded, "a signatory has two passkeys at a time")
    key = unb64u(_text(recorded, "public_key"), what="The public key")
    chronicle.passkeys[credential] = Passkey(signatory, key, recorded)


def _revoked(chronicle: Chronicle, recorded: Recorded) -> None:
    credential = _text(recorded, "credential")
    _require(_is_active(chronicle, credential, _text(recorded, "signatory")), recorded, "no such passkey is in use")
    chronicle.revoked[credential] = recorded.index


def _adopted(chronicle: Chronicle, recorded: Recorded) -> None:
    body = recorded.entry.body
    last = next(reversed(chronicle.versions.values()), None)
    before = (0, None) if last is None else (last.entry.body["number"], last.entry.body["digest"])
    _require(chronicle.frozen is None, recorded, "a version is adopted while the text is frozen")
    _require(
        body["number"] == cast("int", before[0]) + 1 and body["parent"] == before[1], recorded, "it skips a version"
    )
    chronicle.versions[_text(recorded, "digest")] = recorded


def _positions(chronicle: Chronicle, recorded: Recorded) -> None:
    _require(chronicle.frozen is None, recorded, "a position is taken while the text is frozen")
    chronicle.stands.append(recorded)


def _objected(chronicle: Chronicle, recorded: Recorded) -> None:
    _require(chronicle.frozen is None, recorded, "an objection is raised while the text is frozen")
    chronicle.stands.append(recorded)


def _withdrawn(chronicle: Chronicle, recorded: Recorded) -> None:
    alone = recorded.entry.kind == Kind.RESERVATION_WITHDRAWN
    _require(not alone or chronicle.frozen is not None, recorded, "positions withdraw a reservation before the freeze")
    chronicle.stands.append(recorded)


def _frozen(chronicle: Chronicle, recorded: Recorded) -> None:
    body = recorded.entry.body
    last = next(reversed(chronicle.versions.values()), None)
    _require(chronicle.frozen is None, recorded, "the text is frozen twice")
    current = None if last is None else (last.entry.body["digest"], last.entry.body["number"])
    _require((body["version"], body["number"]) == current, recorded, "another version than the last is frozen")
    _require(body["roster"] == len(chronicle.invited), recorded, "it counts other signatories than were invited")
    chronicle.frozen = recorded


def _unfrozen(chronicle: Chronicle, recorded: Recorded) -> None:
    _require_in_force(chronicle, recorded)
    chronicle.frozen = None
    chronicle.signed.clear()
    chronicle.declined.clear()


def _answered(chronicle: Chronicle, recorded: Recorded) -> None:
    _require_in_force(chronicle, recorded)
    signatory = _text(recorded, "signatory")
    _require(signatory in chronicle.invited, recorded, "somebody answers who was not invited")
    answered = signatory in chronicle.signed or signatory in chronicle.declined
    _require(not answered, recorded, "a signatory answers twice")
    signs = recorded.entry.kind == Kind.SIGNATURE_AFFIXED
    credential = _text(recorded, "credential") if signs else _credential_of(recorded)
    _require(_is_active(chronicle, credential, signatory), recorded, "the passkey was not enrolled, or revoked before")
    (chronicle.signed if signs else chronicle.declined)[signatory] = recorded


def _sealed(chronicle: Chronicle, recorded: Recorded) -> None:
    _require_in_force(chronicle, recorded)
    counts = (recorded.entry.body["signatures"], recorded.entry.body["declined"])
    _require(counts == (len(chronicle.signed), len(chronicle.declined)), recorded, "it counts other answers than given")
    chronicle.sealed = recorded


def _require_in_force(chronicle: Chronicle, recorded: Recorded) -> None:
    """The act is about the instrument in force, and nothing happens to it after it was sealed."""
    frozen = chronicle.frozen
    _require(chronicle.sealed is None, recorded, "something happens after the edition was sealed")
    in_force = frozen is not None and frozen.entry.body["instrument"] == recorded.entry.body["instrument"]
    _require(in_force, recorded, "it is about an instrument that is not in force")


def _is_active(chronicle: Chronicle, credential: str, signatory: str) -> bool:
    passkey = chronicle.passkeys.get(credential)
    return passkey is not None and passkey.signatory == signatory and credential not in chronicle.revoked


def _credential_of(recorded: Recorded) -> str:
    return Assertion.from_json(recorded.entry.body["assertion"]).credential


_FOLLOW: Final[dict[Kind, Callable[[Chronicle, Recorded], None]]] = {
    Kind.SIGNATORY_INVITED: _invited,
    Kind.CREDENTIAL_ENROLLED: _enrolled,
    Kind.CREDENTIAL_REVOKED: _revoked,
    Kind.VERSION_ADOPTED: _adopted,
    Kind.POSITIONS_TAKEN: _positions,
    Kind.RESERVATION_WITHDRAWN: _withdrawn,
    Kind.OBJECTION_RAISED: _objected,
    Kind.OBJECTION_WITHDRAWN: _withdrawn,
    Kind.INSTRUMENT_FROZEN: _frozen,
    Kind.INSTRUMENT_UNFROZEN: _unfrozen,
    Kind.SIGNATURE_AFFIXED: _answered,
    Kind.SIGNATURE_DECLINED: _answered,
    Kind.INSTRUMENT_SEALED: _sealed,
}


def require_roster(chronicle: Chronicle, document: FrozenDocument) -> None:
    """Require that the roster is exactly everybody who was invited.

    Raises:
        Altered: ``ledger.roster``.

    """
    if {party.id: party for party in document.roster} != chronicle.invited:
        raise altered("ledger.roster")
