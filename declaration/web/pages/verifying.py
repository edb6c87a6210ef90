"""Verifying in the reader's browser: the page brings along what the scripts need, and takes nothing back."""

from __future__ import annotations

import importlib.resources
import json
from functools import cache
from typing import Final

from declaration.web.pages.shelf import Asked, Page, Shown

_WORDS: Final = "declaration.signing.words"


def verify(asked: Asked) -> Shown:
    """Show where files are dropped, with the sentences of every finding in the reader's language."""
    return {"sentences": sentences(asked.language)}


@cache
def sentences(language: str) -> str:
    """Return what every verifier of ours says, by code, in one language: JSON of ``{code: {"says", "do"}}``."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(importlib.resources.files(_WORDS).iterdir(), key=lambda item: item.name):
        if file.name.endswith(f".{language}.json"):
            found |= json.loads(file.read_text(encoding="utf-8"))
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


PAGES: Final = (Page("/verify", "public/verify.html", verify),)
"""The page, below each declaration."""
