"""What was signed, by whom, and where it can be verified: the one source of every layout made after the seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from declaration.drafting.text import Version
from declaration.errors import NotFound
from declaration.render.values import DeclineLine, ReservationLine, RosterLine, SignatureLine

CODE_LENGTH: Final = 12
"""Hexadecimal digits of a short code: 48 bits tell any number of signatures apart; they find, and prove nothing."""


@dataclass(frozen=True, slots=True)
class SignedText:
    """A sealed declaration with its answers.

    Args:
        version: the frozen version.
        instrument: SHA-256 of instrument.pdf, which everybody has signed.
        edition: SHA-256 of signed.pdf, the sealed edition.
        sealed_at: timezone-aware.
        url: where the declaration is published.
        reservations: those of the annex, in its order.
        signatures: in the order of protocol.
        declines: in the order of protocol.
        unanswered: who was invited and has not answered.

    """

    version: Version
    instrument: str
    edition: str
    sealed_at: datetime
    url: str
    reservations: tuple[ReservationLine, ...] = ()
    signatures: tuple[SignatureLine, ...] = ()
    declines: tuple[DeclineLine, ...] = ()
    unanswered: tuple[RosterLine, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the authentic languages."""
        return self.version.text.languages

    def title(self, language: str) -> tuple[str, str]:
        """Return the title in a language and that language, else in the first that has one, else the id."""
        titles = self.version.text.title
        for tag in (language, *self.languages):
            if titles.get(tag):
                return titles[tag], tag
        return self.version.text.id, "en"

    def chosen(self, languages: Sequence[str]) -> tuple[str, ...]:
        """Return some of the authentic languages in the order asked for, each once; all where none is asked for.

        Raises:
            NotFound: ``text.language``.

        """
        for language in languages:
            if language not in self.languages:
                raise NotFound(
                    "text.language",
                    f"The declaration has no text in “{language[:40]}”.",
                    hint=f"Ask for {', '.join(self.languages)}.",
                )
        return tuple(dict.fromkeys(languages)) or self.languages


def short_code(digest: str) -> str:
    """Return what people compare by eye or on the telephone: the first digits of a digest, in groups of four."""
    code = digest[:CODE_LENGTH].upper()
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
