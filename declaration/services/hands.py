"""Drawn signatures as the documents show them."""

from __future__ import annotations

from declaration.render.ink import Ink
from declaration.signing.drawing import HEIGHT, PEN, WIDTH, Drawing


def ink(drawn: bytes | None) -> Ink | None:
    """Return what is drawn for a drawn signature; None without one.

    Raises:
        InputRefused, LimitExceeded: it is not of the form.

    """
    return None if drawn is None else Ink(Drawing.parse(drawn).strokes, WIDTH, HEIGHT, PEN)
