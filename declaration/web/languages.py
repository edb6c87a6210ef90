"""The languages in which pages speak: catalogues read once, and which of them a reader wants."""

from __future__ import annotations

import importlib.resources
import io
import re
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from importlib.resources.abc import Traversable
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import Request

SPOKEN: Final = ("en", "fr", "de")
"""Languages of the interface; the first one is spoken where none is wanted that we know."""
PARAMETER: Final = "ui"
"""Parameter of an address that chooses a language, and the cookie that remembers it."""
MAX_WISHES: Final = 20
"""Languages read from an ``Accept-Language``: browsers send one to ten."""

_WISH: Final = re.compile(r"([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*(?:\s*;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?))?")


@cache
def catalogues() -> Mapping[str, GNUTranslations]:
    """Read every catalogue, ``locales/<language>/<group>.po``, and merge those of a language."""
    root = importlib.resources.files("declaration.web").joinpath("locales")
    return {language: _merged(root.joinpath(language)) for language in SPOKEN}


def _merged(folder: Traversable) -> GNUTranslations:
    whole = Catalog(locale=folder.name)
    for file in sorted((item for item in folder.iterdir() if item.name.endswith(".po")), key=lambda item: item.name):
        with file.open("rb") as stream:
            part = read_po(stream, locale=folder.name)
        for message in part:
            if message.id and message.id not in whole and any(_forms(message)):  # what is not translated hides nothing
                whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def asked(request: Request) -> str | None:
    """Return the language that the address asks for (``?ui=de``), if we speak it."""
    wanted = request.query_params.get(PARAMETER)
    return wanted if wanted in SPOKEN else None


def choose(request: Request, *, drafting: str | None = None) -> str:
    """Return the language in which to speak to a reader.

    Args:
        request: what they sent: the address decides, then the cookie, then ``Accept-Language`` (RFC 9110, 12.5.4).
        drafting: the drafting language of what they read, spoken where they wish none.

    """
    if (wanted := asked(request)) is not None:
        return wanted
    if (kept := request.cookies.get(PARAMETER)) in SPOKEN:
        return str(kept)
    return preferred(request.headers.get("accept-language", ""), drafting)


def preferred(wishes: str, drafting: str | None) -> str:
    """Return the language of ours that a reader of these wishes likes most."""
    best, weight = None, 0.0
    for wish in wishes.split(",")[:MAX_WISHES]:
        found = _WISH.fullmatch(wish.strip())
        if found is None or (language := found[1].lower()) not in SPOKEN:
            continue
        given = float(found[2]) if found[2] else 1.0
        if given > weight:
            best, weight = language, given
    if best is not None:
        return best
    primary = (drafting or "").partition("-")[0]
    return primary if primary in SPOKEN else SPOKEN[0]
