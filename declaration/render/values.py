"""What the renderers take and give: plain frozen values, without a database, a clock or a network."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from declaration.render.ink import Ink


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One invited signatory.

    Args:
        id: the signatory's id.
        office: for example ``Mayor of Abidjan``.
        name: the person's name, or empty where the office stands for itself.
        city: in the language of the record.
        native: the city in its own language and script, or empty.
        country: ISO 3166 alpha-2 code, or empty.

    """

    id: str
    office: str
    name: str
    city: str
    native: str
    country: str


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """One objection to a reservation: who raised it, as it should be read, and why, in any language."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReservationLine:
    """One reservation to be printed in the annex.

    Args:
        name: who made it, as it should be read (``Mayor of Abidjan``).
        clause: id of the clause.
        text: the reservation, in any language.
        number: what to print as the clause's number; None takes the number in the rendered version.
        objections: those to it, in the order in which they are printed.

    """

    name: str
    clause: str
    text: str
    number: str | None = None
    objections: tuple[ObjectionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature given.

    Args:
        signatory: who signed.
        signed_at: the moment, timezone-aware.
        digest: SHA-256 of the signature bundle, 64 hexadecimal digits.
        url: where it can be verified (drawn as a QR code), or None.
        drawn: the drawn signature, or None.

    """

    signatory: RosterLine
    signed_at: datetime
    digest: str
    url: str | None = None
    drawn: Ink | None = None


@dataclass(frozen=True, slots=True)
class DeclineLine:
    """One answer that declines to sign; arguments as for `SignatureLine`.

    Args:
        signatory: who declined.
        declined_at: the moment, timezone-aware.
        reason: the reason given, in any language, or empty.
        digest: SHA-256 of the decline bundle.
        url: where it can be verified, or None.

    """

    signatory: RosterLine
    declined_at: datetime
    reason: str
    digest: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to embed.

    Args:
        name: file name, unique in the document.
        data: its bytes.
        mime: media type.
        description: one line for the reader.
        relationship: ``Source``, ``Data``, ``Supplement``, … (ISO 19005-3, 6.8).

    """

    name: str
    data: bytes
    mime: str
    description: str
    relationship: str = "Data"


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and where a declaration is signed: three lines of the title page, each by language, each optional."""

    name: Mapping[str, str] = field(default_factory=dict)
    place: Mapping[str, str] = field(default_factory=dict)
    date: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MissingGlyph:
    """A character that no font holds; it was drawn as a box with its code point, and stays in the text.

    Args:
        code_point: for example 0x1F600.
        where: the first place, in words.
        count: how often it was drawn.

    """

    code_point: int
    where: str
    count: int

    def __str__(self) -> str:
        """Return one line for a report."""
        name = unicodedata.name(chr(self.code_point), "a character without a name")
        times = "once" if self.count == 1 else f"{self.count} times"
        return f"U+{self.code_point:04X} ({name}) has no glyph: drawn as a box {times}, first in {self.where}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document.

    Args:
        pdf: its bytes.
        pages: how many pages.
        missing: what could only be drawn as boxes, by code point.

    """

    pdf: bytes
    pages: int
    missing: tuple[MissingGlyph, ...]


@dataclass(frozen=True, slots=True)
class RenderedEdition(Rendered):
    """A signed edition that is still to be sealed.

    Args:
        seal: the square on the last page that is kept for the seal: its lower left corner and its side, in points.

    """

    seal: tuple[int, int, int]
