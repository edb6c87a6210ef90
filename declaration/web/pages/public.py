"""What anybody may read, as pages: which addresses there are, and what each of them shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from declaration.drafting.states import AmendmentState
from declaration.errors import InputRefused, NotFound
from declaration.services import reading
from declaration.store import queries
from declaration.web.pages.shelf import Asked, Page

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")

Shown = Mapping[str, Any]


def _number(value: str, what: str) -> int:
    """Return a number of an address, counted from 1.

    Raises:
        InputRefused: ``page.number``.

    """
    if not _NUMBER.fullmatch(value):
        raise InputRefused(
            "page.number", f"{value[:80]!r} is not the number of {what}.", hint="Count from 1, in digits."
        )
    return int(value)


# The text


def text(asked: Asked) -> Shown:
    """Show the version in force, in one language or two beside each other."""
    number = asked.frame.version
    if number is None:
        raise NotFound(
            "version.none", f"“{asked.declaration}” has no version yet.", hint="Come back when one is adopted."
        )
    return _version(asked, number)


def version(asked: Asked) -> Shown:
    """Show any version."""
    return _version(asked, _number(asked.parts["number"], "a version"))


def _version(asked: Asked, number: int) -> Shown:
    read = reading.version(asked.session, asked.declaration, number)
    language = asked.texts()
    beside = asked.parameters.get("beside", "")
    if beside not in read.text.languages or beside == language:
        beside = ""
    pending = queries.amendments(asked.session, asked.declaration, AmendmentState.TABLED)
    return {
        "read": read,
        "lang": language,
        "columns": (language, beside) if beside else (language,),
        "in_force": number == asked.frame.version,
        "touched": reading.touched(line.amendment for line in pending) if number == asked.frame.version else {},
    }


_LANG: Final = ("lang", "beside")
PAGES: Final = (
    Page("/", "public/text.html", text, _LANG),
    Page("/versions/{number}", "public/text.html", version, _LANG),
)
"""Every public page of a declaration."""
