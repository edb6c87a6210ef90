"""Signature bundles: everything that one signature (or one decline) needs to be verified, in one file of JSON.

The bytes of a bundle are exactly the RFC 8785 form of its value; it is specified in docs/spec/bundle.md. Reading checks
the form alone: what the parts say to each other is verified in `declaration.signing.verify`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from declaration.canonical import Json, b64u, digest, encode, encode_known, parse_canonical
from declaration.errors import InputRefused
from declaration.ledger import forms
from declaration.ledger.entries import MAX_STATEMENT
from declaration.ledger.forms import Form
from declaration.ledger.note import MAX_NOTE
from declaration.ledger.proofs import Proven
from declaration.signing.cms import MAX_CMS
from declaration.signing.drawing import MAX_DRAWN, require_drawing
from declaration.signing.judgement import reading
from declaration.signing.passkey import Assertion
from declaration.signing.statement import Act

FORMAT: Final = "declaration-bundle/1"
"""Value of the member ``format``: another value is another format."""
MAX_BUNDLE: Final = 1024 * 1024
"""Bytes of a bundle: about 20 kB without a drawing, 110 kB with the largest, 380 kB with the largest entries."""
ENTRIES: Final = ("opened", "enrolled", "frozen", "recorded")
"""The entries of a bundle, in this order of their meaning."""


def _text(longest: int) -> Form:
    def check(value: Json, place: str) -> None:
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            forms.refuse(place, f"a text of 1 to {longest} characters belongs here")

    return check


_bundle: Final = forms.members(
    {
        "format": forms.one_of(FORMAT),
        "act": forms.one_of(str(Act.SIGN), str(Act.DECLINE)),
        "statement": _text(MAX_STATEMENT),
        "assertion": forms.anything,
        "cms": forms.anything,
        "drawn": forms.anything,
        "entries": forms.members(dict.fromkeys(ENTRIES, forms.anything)),
        "checkpoint": _text(MAX_NOTE),
    }
)
_EVIDENCE: Final[Mapping[str, Form]] = {
    "statement": _text(MAX_STATEMENT),
    "assertion": forms.anything,
    "cms": forms.anything,
    "drawn": forms.anything,
}
_evidence: Final = forms.members(_EVIDENCE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a signatory and their device have given: the part of a bundle that exists before it is recorded.

    Args:
        statement: bytes of the signing statement.
        assertion: by the signatory's passkey, over it.
        cms: DER, with its timestamp.
        drawn: the drawn signature, if any, in its one form.

    Raises:
        InputRefused, LimitExceeded: the drawing is not of the form (`declaration.signing.drawing`).

    """

    statement: bytes
    assertion: Assertion
    cms: bytes
    drawn: bytes | None = None
    _written: bytes | None = field(init=False, default=None, compare=False, repr=False)
    """The RFC 8785 form, where these parts were read from it; never given, so that no other parts can come with it."""

    def __post_init__(self) -> None:
        """Check the drawing: nothing else of a signature is seen without having been verified."""
        require_drawing(self.drawn)

    def as_json(self) -> dict[str, Json]:
        """Return the four members that the entry ``signature.affixed`` binds."""
        return {
            "statement": self.statement.decode(),
            "assertion": self.assertion.as_json(),
            "cms": b64u(self.cms),
            "drawn": None if self.drawn is None else b64u(self.drawn),
        }

    def encode(self) -> bytes:
        """Return the RFC 8785 form."""
        return encode(self.as_json()) if self._written is None else self._written

    @property
    def digest(self) -> str:
        """What the entry ``signature.affixed`` calls ``evidence``: SHA-256 of `encode`, in hexadecimal."""
        return digest(self.encode())

    @classmethod
    def parse(cls, data: bytes) -> Evidence:
        """Read what `encode` wrote, strictly.

        Raises:
            InputRefused: not canonical, or not of this form.
            LimitExceeded: longer than `MAX_BUNDLE`, or a drawing beyond its limits.

        """
        value = parse_canonical(data, limit=MAX_BUNDLE, what="The evidence")
        _evidence(value, "evidence")
        given = cast("dict[str, str]", value)
        return cls(
            given["statement"].encode(),
            Assertion.from_json(given["assertion"]),
            forms.read_binary(given["cms"], "cms", shortest=1, longest=MAX_CMS),
            _optional(cast("dict[str, Json]", value), "drawn", MAX_DRAWN),
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """A signature or a decline with its entries in the ledger, well formed and not yet verified.

    Args:
        act: `Act.SIGN` or `Act.DECLINE`.
        statement: its bytes.
        assertion: over the statement.
        cms: DER of the signature; None on a decline.
        drawn: the drawn signature, if any, in its one form.
        opened: entry ``declaration.opened``: relying party, origins, ledger.
        enrolled: entry ``credential.enrolled`` of the passkey that asserts.
        frozen: entry ``instrument.frozen``.
        recorded: entry ``signature.affixed`` or ``signature.declined``.
        checkpoint: signed note that the proofs lead to.

    Raises:
        InputRefused: ``bundle.parts``, a CMS or drawing where none belongs, or no CMS where one does; the drawing is
            not of the form.

    """

    act: Act
    statement: bytes
    assertion: Assertion
    cms: bytes | None
    drawn: bytes | None
    opened: Proven
    enrolled: Proven
    frozen: Proven
    recorded: Proven
    checkpoint: bytes
    _evidence: bytes | None = field(init=False, default=None, compare=False, repr=False)
    """The RFC 8785 form of the evidence, where these parts were read from it."""

    def __post_init__(self) -> None:
        """Check that the parts belong to the act."""
        signs = self.act is Act.SIGN
        if signs != (self.cms is not None) or (self.drawn is not None and not signs):
            raise InputRefused(
                "bundle.parts",
                f"The bundle's parts do not belong to the act “{self.act}”.",
                hint="Get the bundle again from its source.",
            )
        require_drawing(self.drawn)

    @property
    def evidence(self) -> Evidence | None:
        """The evidence of a signature; None on a decline."""
        if self.cms is None:
            return None
        evidence = Evidence(self.statement, self.assertion, self.cms, self.drawn)
        object.__setattr__(evidence, "_written", self._evidence)
        return evidence

    def encode(self) -> bytes:
        """Return the bytes of the bundle's file."""
        return encode(
            {
                "format": FORMAT,
                "act": str(self.act),
                "statement": self.statement.decode(),
                "assertion": self.assertion.as_json(),
                "cms": None if self.cms is None else b64u(self.cms),
                "drawn": None if self.drawn is None else b64u(self.drawn),
                "entries": {
                    "opened": self.opened.to_json(),
                    "enrolled": self.enrolled.to_json(),
                    "frozen": self.frozen.to_json(),
                    "recorded": self.recorded.to_json(),
                },
                "checkpoint": self.checkpoint.decode(),
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Bundle:
        """Read a bundle strictly; `encode` of the result gives `data` again.

        Raises:
            CannotBeVerified: ``bundle.malformed``.

        """
        with reading("bundle.malformed"):
            value = parse_canonical(data, limit=MAX_BUNDLE, what="The signature bundle")
            _bundle(value, "bundle")
            members = cast("dict[str, Json]", value)
            texts = cast("dict[str, str]", value)
            entries = cast("dict[str, Json]", members["entries"])
            proven = (Proven.from_json(entries[name], place=f"bundle.entries.{name}") for name in ENTRIES)
            opened, enrolled, frozen, recorded = proven
            bundle = cls(
                act=Act(texts["act"]),
                statement=texts["statement"].encode(),
                assertion=Assertion.from_json(members["assertion"], place="bundle.assertion"),
                cms=_optional(members, "cms", MAX_CMS),
                drawn=_optional(members, "drawn", MAX_DRAWN),
                opened=opened,
                enrolled=enrolled,
                frozen=frozen,
                recorded=recorded,
                checkpoint=texts["checkpoint"].encode(),
            )
            object.__setattr__(bundle, "_evidence", encode_known({name: members[name] for name in _EVIDENCE}))
            return bundle


def _optional(members: dict[str, Json], name: str, longest: int) -> bytes | None:
    value = members[name]
    return None if value is None else forms.read_binary(value, name, shortest=1, longest=longest)
