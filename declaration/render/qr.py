"""QR codes (ISO/IEC 18004) as one path, for pages that draw them themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import segno

from declaration.errors import LimitExceeded

QUIET: Final = 4
"""Modules of empty margin on each side (ISO/IEC 18004, section 6.3.8)."""
MAX_LENGTH: Final = 1_000
"""Characters of what a code says: more makes modules that a phone cannot read from a printed card."""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code.

    Args:
        size: modules on each side, margin included: the square ``0 0 size size`` of an SVG.
        path: the dark modules, as the path of an SVG (unit: one module).

    """

    size: int
    path: str


def code(text: str) -> Code:
    """Return what a QR code of a text looks like; level M, so that a fold across a printed card does no harm.

    Raises:
        LimitExceeded: ``qr.length``.

    """
    if len(text) > MAX_LENGTH:
        raise LimitExceeded(
            "qr.length", f"A QR code says at most {MAX_LENGTH} characters.", hint="Print the address itself."
        )
    made = segno.make_qr(text, error="m")
    strokes = []
    for y, row in enumerate(made.matrix, QUIET):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            strokes.append(f"M{start + QUIET} {y}h{x - start}v1h-{x - start}z")
    return Code(len(made.matrix) + 2 * QUIET, "".join(strokes))
