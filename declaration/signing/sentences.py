"""Findings in plain words, for people who do not know what a certificate is, in French, German and English."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

LANGUAGES: Final = ("fr", "de", "en")
"""Languages in which findings speak."""
_PACKAGE: Final = "declaration.signing.words"


class Sentence(NamedTuple):
    """What a finding says, and what to do next; each one plain sentence."""

    says: str
    do: str


def say(code: str, language: str, values: Mapping[str, str | int]) -> Sentence:
    """Return the sentences for a code, with the values filled in.

    Args:
        code: of a finding, as `codes` lists them; for another one the sentence says just the code.
        language: one of `LANGUAGES`; another one speaks English.
        values: by the names that the sentences use; one that is missing shows as an ellipsis.

    """
    table = _table(language if language in LANGUAGES else "en")
    template = table.get(code) or table["unknown"]
    known = _Values(values, code=code)
    return Sentence(template.says.format_map(known), template.do.format_map(known))


def codes() -> frozenset[str]:
    """Return every code that has sentences."""
    return frozenset(_table("en"))


class _Values(dict[str, str | int]):
    """Values of a finding; what is missing must not hide the finding behind a KeyError."""

    def __init__(self, values: Mapping[str, str | int], *, code: str) -> None:
        super().__init__({"code": code, **values})

    def __missing__(self, name: str) -> str:
        return "…"


@cache
def _table(language: str) -> Mapping[str, Sentence]:
    """Read all tables of one language; they are needed only when there is something to say."""
    found: dict[str, Sentence] = {}
    for file in sorted(resources.files(_PACKAGE).iterdir(), key=lambda item: item.name):
        if file.name.endswith(f".{language}.json"):
            table = json.loads(file.read_text(encoding="utf-8"))
            found |= {code: Sentence(item["says"], item["do"]) for code, item in table.items()}
    return found
