"""Trying one part after the other: whatever goes wrong becomes a finding, and the rest is still looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from declaration.errors import DeclarationError, VerificationError
from declaration.signing.judgement import unverifiable
from declaration.signing.report import Finding

T = TypeVar("T")
P = ParamSpec("P")


class Trial:
    """The findings of one examination, in the order in which they were made."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def attempt(self, subject: str, act: Callable[P, T], *args: P.args, **named: P.kwargs) -> T | None:
        """Return what `act` returns for these arguments, or None after noting why it could not.

        A bug, an exhausted memory or too deep a recursion must not look like a crash to somebody who verifies a file
        of unknown origin: it means that the file cannot be verified here (`Exception` includes all three).
        """
        try:
            return act(*args, **named)
        except VerificationError as error:
            self.note(error, subject)
        except DeclarationError as error:
            self.note(unverifiable("container.unreadable", name=subject, detail=error.message), subject)
        except Exception as error:  # noqa: BLE001 - see above
            failure = f"{type(error).__name__}: {error}"[:200]
            self.note(unverifiable("container.failure", name=subject, detail=failure), subject)
        return None

    def note(self, error: VerificationError, subject: str) -> None:
        """Add a verdict to the findings."""
        self.findings.append(Finding.of(error, subject=subject))

    def in_order(self) -> tuple[Finding, ...]:
        """Return the findings in the order of their steps; within a step, as they were made."""
        return tuple(sorted(self.findings, key=lambda finding: finding.step))
