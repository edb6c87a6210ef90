"""Verifying in the reader's browser: the page brings along what the scripts need, and takes nothing back.

There is a second form of it to keep: one file with every module and the style inside, for a computer without a network.
It runs only from there: the policy of our pages forbids scripts inside a page.
"""

from __future__ import annotations

import base64
import importlib.resources
import json
import posixpath
import re
from functools import cache
from typing import Final, NamedTuple

from markupsafe import Markup

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


def keep(asked: Asked) -> Shown:
    """Give the page as one file, which verifies from the reader's own disk."""
    return {"sentences": sentences(asked.language), "kept": kept()}


class Kept(NamedTuple):
    """What stands inside the page to keep: its policy, style, modules (an import map) and the module that starts."""

    policy: str
    style: Markup
    modules: Markup
    start: Markup


_STATIC: Final = "declaration.web"
_START: Final = "verify-page.js"
_BARE: Final = "declaration/"
_IMPORT: Final = re.compile(r'^(import [^"]*?|\} from )"(\.{1,2}/[^"]+)";$', re.MULTILINE)
_POLICY: Final = "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data:"


@cache
def kept() -> Kept:
    """Return every module that the page needs, under names of their own, as addresses that hold their text."""
    modules: dict[str, str] = {}
    waiting = [_START]
    while waiting:
        path = waiting.pop()
        if f"{_BARE}{path}" in modules:
            continue
        source, needed = _renamed(_read(f"js/{path}"), path)
        modules[f"{_BARE}{path}"] = "data:text/javascript;base64," + base64.b64encode(source.encode()).decode()
        waiting += needed
    style = re.sub(r"@font-face \{.*?\n\}\n", "", _read("css/base.css") + _read("css/verify.css"), flags=re.DOTALL)
    return Kept(
        _POLICY,
        Markup(style),  # noqa: S704 - our own files, which hold no markup
        Markup(json.dumps({"imports": modules})),  # noqa: S704 - letters of base64 and our own file names
        Markup(f'import "{_BARE}{_START}";'),  # noqa: S704 - constants
    )


def _renamed(source: str, path: str) -> tuple[str, list[str]]:
    """Return a module that imports its neighbours by names that hold anywhere, and the paths of these."""
    needed: list[str] = []

    def rename(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))
        needed.append(target)
        return f'{found[1]}"{_BARE}{target}";'

    return _IMPORT.sub(rename, source), needed


def _read(path: str) -> str:
    return importlib.resources.files(_STATIC).joinpath("static", path).read_text(encoding="utf-8")


PAGES: Final = (Page("/verify", "public/verify.html", verify), Page("/verify.html", "verify/kept.html", keep))
"""The page, below each declaration, and the one to keep."""
