"""What a ceremony shows while it goes on: steps, progress, and lines worth reading; the command line draws them."""

from __future__ import annotations

from typing import Protocol


class Stage(Protocol):
    """Whoever watches. Calls may come from several threads."""

    def step(self, title: str, total: int) -> None:
        """Begin a step of `total` units; the step before has ended."""

    def advance(self) -> None:
        """One unit of the present step is done."""

    def say(self, line: str) -> None:
        """Show one line."""


class Silent:
    """A stage without an audience."""

    def step(self, title: str, total: int) -> None:
        """Ignore it."""

    def advance(self) -> None:
        """Ignore it."""

    def say(self, line: str) -> None:
        """Ignore it."""
