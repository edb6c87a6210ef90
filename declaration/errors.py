"""The one tree of errors: each has a machine code, a sentence, and what to do next.

Nothing here knows HTTP or exit codes: each edge (command line, web) maps these classes once, in a table.

    DeclarationError
    ├── InputRefused            what was given is not what it should be (the giver can mend it)
    │   └── LimitExceeded       … because it is larger, deeper or longer than a named limit
    ├── StateConflict           the act is fine, but not now (frozen, already signed, stale base)
    ├── NotPermitted            the act belongs to somebody else
    ├── NotFound                the thing named is not there
    ├── ConfigurationError      the operator must change a setting, a key or a database
    ├── VerificationError       raised by every verifying function; the base of two verdicts
    │   ├── Altered             something does not match what was signed or recorded
    │   └── CannotBeVerified    something is missing, unreadable or outside what we can judge
    └── RecordDamaged           the stored record contradicts itself (an audit names the row)
"""

from __future__ import annotations


class DeclarationError(Exception):
    """Base of every error that this package raises on purpose.

    Args:
        code: stable machine code, lower case, dotted (``"text.bidi-control"``); part of the public interface.
        message: one plain sentence that says what is wrong, naming the place.
        hint: one plain sentence that says what to do about it.

    """

    def __init__(self, code: str, message: str, *, hint: str) -> None:
        """Keep the three parts apart, so that each edge can show them in its own way."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return message and hint as two sentences."""
        return f"{self.message} {self.hint}"


class InputRefused(DeclarationError):
    """What was given is malformed or forbidden; the giver can mend it."""


class LimitExceeded(InputRefused):
    """What was given is larger, deeper or longer than a named limit allows."""


class StateConflict(DeclarationError):
    """The act is well formed but the present state forbids it."""


class NotPermitted(DeclarationError):
    """The act belongs to another role or another signatory."""


class NotFound(DeclarationError):
    """The thing named does not exist."""


class ConfigurationError(DeclarationError):
    """The operator must change a setting, a key or a database before this can work."""


class VerificationError(DeclarationError):
    """Base of the two ways in which verification fails; no verifying function returns a bare bool."""


class Altered(VerificationError):
    """Something does not match what was signed or recorded."""


class CannotBeVerified(VerificationError):
    """Something is missing, unreadable, or outside what this version can judge."""


class RecordDamaged(DeclarationError):
    """The stored record contradicts itself."""
