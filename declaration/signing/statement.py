"""Statements: what a passkey authorises, as canonical JSON whose SHA-256 is the challenge.

A statement says who does which act, to what exactly, in which ledger, and when. It is specified in
docs/spec/statement.md. Reading is strict: a statement that is not exactly in this form is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias, cast

from declaration.canonical import Json, b64u, encode, encode_known, parse_canonical, sha256
from declaration.errors import InputRefused, LimitExceeded
from declaration.ledger import forms
from declaration.ledger.entries import MAX_CREDENTIAL, MAX_REASON, MAX_STATEMENT
from declaration.ledger.forms import Form
from declaration.signing.party import SIGNATORY, Party, Signatory, refuse_unless

__all__ = [
    "FORMAT",
    "MAX_POSITIONS",
    "NONCE",
    "Act",
    "Declining",
    "Details",
    "Enrolment",
    "Named",
    "Objecting",
    "ObjectionWithdrawal",
    "Occasion",
    "Party",
    "PositionLine",
    "PositionsTaken",
    "ReservationWithdrawal",
    "Signatory",
    "Signing",
    "Statement",
    "build_decline",
    "build_enrol",
    "build_named",
    "build_positions",
    "build_sign",
    "challenge",
    "read_expected",
]

FORMAT: Final = "declaration-statement/1"
"""Value of the member ``format``: another value is another format."""
NONCE: Final = 32
"""Bytes of a nonce: twice what WebAuthn Level 3, section 13.4.3, asks of a challenge."""
MAX_POSITIONS: Final = 500
"""Positions in one statement: about what `MAX_STATEMENT` holds without reservations; longer ones are split."""


class Act(StrEnum):
    """What a statement authorises."""

    ENROL = "enrol"
    POSITIONS = "positions"
    OBJECT = "object"
    WITHDRAW_OBJECTION = "withdraw-objection"
    WITHDRAW_RESERVATION = "withdraw-reservation"
    SIGN = "sign"
    DECLINE = "decline"


_reason: Final = forms.text(MAX_REASON, lines=True)
_named: Final[Mapping[str, Form]] = {
    "author": forms.identifier,
    "clause": forms.identifier,
    "reservation": forms.digest,
}


def _distinct_positions(value: Json, place: str) -> None:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_POSITIONS:
        forms.refuse(place, f"a list of 1 to {MAX_POSITIONS} positions belongs here")
    clauses = set()
    for index, item in enumerate(value):
        _position(item, f"{place}[{index}]")
        position = cast("dict[str, str | None]", item)
        clauses.add(position["clause"])
        stance, reservation = position["stance"], position["reservation"]
        if (reservation is None and stance == "accept-with-reservation") or (
            reservation is not None and stance in {"accept", "abstain"}
        ):
            forms.refuse(f"{place}[{index}]", f"the stance {stance} and its reservation do not fit")
    if len(clauses) != len(value):
        forms.refuse(place, "a clause is named twice")


_position: Final = forms.members(
    {
        "clause": forms.identifier,
        "digest": forms.digest,
        "stance": forms.one_of("accept", "accept-with-reservation", "object", "abstain"),
        "reservation": forms.nullable(_reason),
    }
)
_COMMON: Final[Mapping[str, Form]] = {
    "format": forms.one_of(FORMAT),
    "act": forms.one_of(*map(str, Act)),
    "declaration": forms.identifier,
    "ledger": forms.log_origin,
    "signatory": SIGNATORY,
    "credential": forms.binary(1, MAX_CREDENTIAL),
    "nonce": forms.binary(NONCE, NONCE),
    "at": forms.moment,
}
MEMBERS: Final[Mapping[Act, Mapping[str, Form]]] = {
    Act.ENROL: {"key": forms.digest},
    Act.POSITIONS: {"version": forms.digest, "language": forms.language, "positions": _distinct_positions},
    Act.OBJECT: {**_named, "reason": _reason},
    Act.WITHDRAW_OBJECTION: _named,
    Act.WITHDRAW_RESERVATION: {"clause": forms.identifier, "reservation": forms.digest},
    Act.SIGN: {
        "version": forms.digest,
        "instrument": forms.digest,
        "document": forms.digest,
        "key": forms.digest,
        "drawn": forms.nullable(forms.digest),
    },
    Act.DECLINE: {"version": forms.digest, "instrument": forms.digest, "reason": _reason},
}
"""The members that each act adds to the common ones: exactly these, each with its form."""
_FORMS: Final = {act: forms.members({**_COMMON, **members}) for act, members in MEMBERS.items()}


class Enrolment(NamedTuple):
    """What an ``enrol`` statement adds: `key` is the SHA-256 of the passkey's SubjectPublicKeyInfo, in hexadecimal."""

    key: str


class PositionLine(NamedTuple):
    """One position: a stance (``accept``, ``accept-with-reservation``, ``object``, ``abstain``) on exact words."""

    clause: str
    digest: str
    stance: str
    reservation: str | None


class PositionsTaken(NamedTuple):
    """What a ``positions`` statement adds: the version, in which language it was read, and a stance on some clauses."""

    version: str
    language: str
    positions: tuple[PositionLine, ...]


class Objecting(NamedTuple):
    """What an ``object`` statement adds: whose reservation on which clause, the digest of its content, and why."""

    author: str
    clause: str
    reservation: str
    reason: str


class ObjectionWithdrawal(NamedTuple):
    """What a ``withdraw-objection`` statement adds: the reservation to which the objection was raised."""

    author: str
    clause: str
    reservation: str


class ReservationWithdrawal(NamedTuple):
    """What a ``withdraw-reservation`` statement adds: the clause, and the digest of the reservation's content."""

    clause: str
    reservation: str


class Signing(NamedTuple):
    """What a ``sign`` statement adds: digests of version, instrument, declaration.json, ephemeral key, drawing."""

    version: str
    instrument: str
    document: str
    key: str
    drawn: str | None


class Declining(NamedTuple):
    """What a ``decline`` statement adds: version and instrument declined, and why."""

    version: str
    instrument: str
    reason: str


Named: TypeAlias = Objecting | ObjectionWithdrawal | ReservationWithdrawal
"""What statements about reservations add."""
Details: TypeAlias = Enrolment | PositionsTaken | Named | Signing | Declining


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was read; `data` are its exact bytes.

    `details` belongs to `act`: `Enrolment`, `PositionsTaken`, one of `Named`, `Signing` or `Declining`.
    """

    act: Act
    declaration: str
    ledger: str
    signatory: Signatory
    credential: str
    nonce: str
    at: datetime
    details: Details
    data: bytes

    @property
    def challenge(self) -> bytes:
        """The 32 bytes that the passkey signs (as the WebAuthn challenge)."""
        return challenge(self.data)

    @classmethod
    def parse(cls, data: bytes) -> Statement:
        """Read a statement strictly.

        Raises:
            InputRefused: ``statement.form`` or ``json.*``: not canonical, or not exactly this form.
            LimitExceeded: longer than `MAX_STATEMENT` bytes, or nested too deep.

        """
        value = parse_canonical(data, limit=MAX_STATEMENT, what="The statement")
        form = _FORMS[Act.SIGN]  # its refusal names what is wrong with the common members
        if isinstance(value, dict) and isinstance(act := value.get("act"), str) and act in set(map(str, Act)):
            form = _FORMS[Act(act)]
        refuse_unless(form, value, "statement")
        # from here on every member has its form
        found = cast("dict[str, str]", value)
        return cls(
            act=Act(found["act"]),
            declaration=found["declaration"],
            ledger=found["ledger"],
            signatory=Signatory(**cast("dict[str, str]", cast("dict[str, Json]", value)["signatory"])),
            credential=found["credential"],
            nonce=found["nonce"],
            at=forms.read_moment(found["at"], "statement.at"),
            details=_details(Act(found["act"]), cast("dict[str, Json]", value)),
            data=data,
        )


def read_expected(
    data: bytes,
    details: Enrolment | Signing | Declining,
    *,
    declaration: str,
    ledger: str,
    signatory: Signatory,
    credential: str,
) -> Statement | None:
    """Read a statement of which everything but nonce and moment is known; None if it says anything else.

    The expected statement is written and compared as bytes, which is stricter than reading and several times faster.

    Args:
        data: the bytes.
        details: what the act adds.
        declaration: id of the declaration.
        ledger: origin of its ledger.
        signatory: who acts.
        credential: credential id of their passkey, base64url.

    """
    moment, nonce = _MOMENT.search(data), _NONCE.search(data)
    if moment is None or nonce is None or len(data) > MAX_STATEMENT:
        return None
    act = _ACTS[type(details)]
    value: dict[str, Json] = {
        "format": FORMAT,
        "act": str(act),
        "declaration": declaration,
        "ledger": ledger,
        "signatory": signatory.as_json(),
        "credential": credential,
        "nonce": nonce[1].decode(),
        "at": moment[1].decode(),
        **details._asdict(),
    }
    if encode_known(value) != data:
        return None
    try:
        _COMMON["nonce"](value["nonce"], "statement.nonce")
        at = forms.read_moment(value["at"], "statement.at")
    except InputRefused:
        return None
    return Statement(act, declaration, ledger, signatory, credential, nonce[1].decode(), at, details, data)


_MOMENT: Final = re.compile(rb'"at":"([^"]{20})"')
_NONCE: Final = re.compile(rb'"nonce":"([^"]{43})"')
_ACTS: Final[Mapping[type[Enrolment | Named | Signing | Declining], Act]] = {
    Enrolment: Act.ENROL,
    Objecting: Act.OBJECT,
    ObjectionWithdrawal: Act.WITHDRAW_OBJECTION,
    ReservationWithdrawal: Act.WITHDRAW_RESERVATION,
    Signing: Act.SIGN,
    Declining: Act.DECLINE,
}


def challenge(data: bytes) -> bytes:
    """Return the WebAuthn challenge for a statement: the SHA-256 of its bytes."""
    return sha256(data)


class Occasion(NamedTuple):
    """What every statement says beside its act.

    Args:
        declaration: id of the declaration.
        ledger: origin of its ledger.
        party: who acts.
        credential: credential id of the passkey that will sign, base64url.
        nonce: `NONCE` random bytes.
        at: now, timezone-aware, in whole seconds.

    """

    declaration: str
    ledger: str
    party: Party
    credential: str
    nonce: bytes
    at: datetime


def build_enrol(occasion: Occasion, *, key: str) -> bytes:
    """Return the statement that enrols the passkey whose SubjectPublicKeyInfo has the SHA-256 `key` (hexadecimal).

    Raises:
        InputRefused: ``statement.form``.

    """
    return _build(Act.ENROL, occasion, {"key": key})


def build_positions(occasion: Occasion, *, version: str, language: str, positions: Sequence[PositionLine]) -> bytes:
    """Return a statement that takes positions on clauses of a version.

    Args:
        occasion: who, where and when.
        version: its digest.
        language: in which it was read, one of the authentic languages.
        positions: one a clause.

    Raises:
        InputRefused: ``statement.form``.
        LimitExceeded: ``statement.size``, more than one statement can hold.

    """
    lines: list[Json] = [dict(line._asdict()) for line in positions]
    return _build(Act.POSITIONS, occasion, {"version": version, "language": language, "positions": lines})


def build_named(occasion: Occasion, said: Named) -> bytes:
    """Return a statement about a reservation: an objection to it, the withdrawal of one, or its own withdrawal.

    Raises:
        InputRefused: ``statement.form``.

    """
    return _build(_ACTS[type(said)], occasion, said._asdict())


def build_sign(
    occasion: Occasion, *, version: str, instrument: str, document: str, key: str, drawn: str | None
) -> bytes:
    """Return the statement that authorises one signature.

    Args:
        occasion: who, where and when.
        version: digest of the frozen version.
        instrument: SHA-256 of instrument.pdf, in hexadecimal.
        document: SHA-256 of declaration.json, in hexadecimal.
        key: SHA-256 of the ephemeral key's SubjectPublicKeyInfo, in hexadecimal.
        drawn: SHA-256 of the drawn signature, or None without one.

    Raises:
        InputRefused: ``statement.form``.

    """
    return _build(
        Act.SIGN,
        occasion,
        {"version": version, "instrument": instrument, "document": document, "key": key, "drawn": drawn},
    )


def build_decline(occasion: Occasion, *, version: str, instrument: str, reason: str) -> bytes:
    """Return the statement that declines to sign an instrument (both named by digests), and why.

    Raises:
        InputRefused: ``statement.form``.

    """
    return _build(Act.DECLINE, occasion, {"version": version, "instrument": instrument, "reason": reason})


def _build(act: Act, occasion: Occasion, added: Mapping[str, Json]) -> bytes:
    value: dict[str, Json] = {
        "format": FORMAT,
        "act": str(act),
        "declaration": occasion.declaration,
        "ledger": occasion.ledger,
        "signatory": occasion.party.signatory.as_json(),
        "credential": occasion.credential,
        "nonce": b64u(occasion.nonce),
        "at": forms.write_moment(occasion.at, "statement.at"),
        **added,
    }
    refuse_unless(_FORMS[act], value, "statement")
    data = encode(value)
    if len(data) > MAX_STATEMENT:
        raise LimitExceeded(
            "statement.size",
            f"The statement is {len(data)} bytes long, {MAX_STATEMENT} are allowed.",
            hint="Take fewer positions at a time.",
        )
    return data


def _details(act: Act, value: dict[str, Json]) -> Details:
    given = cast("dict[str, str]", value)
    if act is Act.POSITIONS:
        lines = cast("list[dict[str, str]]", value["positions"])
        return PositionsTaken(given["version"], given["language"], tuple(PositionLine(**line) for line in lines))
    return _PLAIN[act](**{name: given[name] for name in MEMBERS[act]})


_PLAIN: Final[Mapping[Act, Callable[..., Details]]] = {act: kind for kind, act in _ACTS.items()}
"""What each act adds, where that is texts alone."""
