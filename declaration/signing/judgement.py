"""How a verifying step says no: two verdicts, each with a code that belongs to a numbered step.

     1  container, bundle   the file, its limits and its parts; trust: what the verifier was given to trust
     2  seal                the seal over the edition
     3  instrument          the attached instrument is what the edition shows
     4  document            declaration.json is canonical and is the frozen version
     5  signature           the CMS over the instrument
     6  timestamp           the RFC 3161 token over the signature
     7  certificate         the chain to the pinned root, and its subject
     8  statement           what the passkey authorised
     9  assertion           that the passkey authorised it
    10  ledger              enrolment, freeze and signature are recorded, in this order
    11  count               nobody counts twice; complete, or k of n

Refusals are raised, never returned. Their words come from `declaration.signing.sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import DuplicateExtension, ExtensionNotFound, InvalidVersion, UnsupportedGeneralNameType

from declaration.errors import Altered, CannotBeVerified, InputRefused, VerificationError
from declaration.signing.sentences import say

STEPS: Final[Mapping[str, int]] = {
    "container": 1,
    "bundle": 1,
    "trust": 1,
    "seal": 2,
    "instrument": 3,
    "document": 4,
    "signature": 5,
    "timestamp": 6,
    "certificate": 7,
    "statement": 8,
    "assertion": 9,
    "ledger": 10,
    "count": 11,
}
"""The step to which a code belongs, by its first word."""

PARSER_ERRORS: Final = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    MemoryError,
    NotImplementedError,
    UnsupportedAlgorithm,
    DuplicateExtension,
    ExtensionNotFound,
    InvalidVersion,
    UnsupportedGeneralNameType,
)
"""What ASN.1, X.509 and key parsers raise on hostile bytes; anything else would be a bug that must show itself."""


class _Refusal(VerificationError):
    """A verdict with the values that its sentences name."""

    def __init__(self, code: str, values: Mapping[str, str | int]) -> None:
        sentence = say(code, "en", values)
        super().__init__(code, _with_detail(sentence.says, values.get("detail")), hint=sentence.do)
        self.values = dict(values)


def _with_detail(sentence: str, detail: str | int | None) -> str:
    """Return a sentence with what exactly was found, before its full stop."""
    if not detail:
        return sentence
    return f"{sentence.removesuffix('.')} ({str(detail).removesuffix('.')})."


class _Altered(_Refusal, Altered):
    """`Altered`, with values."""


class _CannotBeVerified(_Refusal, CannotBeVerified):
    """`CannotBeVerified`, with values."""


def altered(code: str, **values: str | int) -> Altered:
    """Return the verdict that something does not match; `values` fill the code's sentences."""
    return _Altered(code, values)


def unverifiable(code: str, **values: str | int) -> CannotBeVerified:
    """Return the verdict that something is unreadable or outside what we can judge; `values` fill the sentences."""
    return _CannotBeVerified(code, values)


def values_of(error: VerificationError) -> dict[str, str | int]:
    """Return the values with which a verdict was raised; a verdict from elsewhere brings its own words along."""
    if isinstance(error, _Refusal):
        return dict(error.values)
    return {"message": error.message, "hint": error.hint}


def step_of(code: str) -> int:
    """Return the number of the step to which a code belongs; 1 for a code of nobody's."""
    return STEPS.get(code.partition(".")[0], 1)


class reading:  # noqa: N801 - used as a statement: `with reading("bundle.malformed"):`
    """Turn whatever a parser raises on hostile bytes into `CannotBeVerified` with this code.

    Verdicts pass through unchanged.
    """

    __slots__ = ("_code", "_values")

    def __init__(self, code: str, **values: str | int) -> None:
        self._code = code
        self._values = values

    def __enter__(self) -> None:
        """Begin to read."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> Literal[False]:
        """Translate."""
        if error is None:
            return False
        if isinstance(error, InputRefused):
            raise unverifiable(self._code, **self._values, detail=error.message) from error
        if isinstance(error, PARSER_ERRORS):
            raise unverifiable(self._code, **self._values, detail=f"{type(error).__name__}: {error}"[:200]) from error
        return False
