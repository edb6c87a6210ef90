"""Web fonts: the installed typefaces, cut down to what readers' languages need, as WOFF2.

A face is cut once and kept in memory. Cutting takes seconds, so the result can also be kept in a folder, under a digest
of everything that it is made from; a file there that is not whole is passed over. Which face a browser needs it tells
itself by the ranges of characters (CSS Fonts level 4, ``unicode-range``): whoever reads French never loads the Arabic
one.
"""

from __future__ import annotations

import importlib.resources
import io
import os
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from declaration.canonical import digest, sha256

WOFF2: Final = "font/woff2"
"""Media type of a web font (RFC 8081)."""
_LATIN: Final = (
    "0000-024F,0259,02B9-02DD,1E00-1EFF,2000-206F,2070-209F,20A0-20C0,2100-214F,2190-2199,2212,2215,25A0-25FF"
)
_EASTERN: Final = "0370-03FF,0400-052F,1F00-1FFF"
_ARABIC: Final = "0600-06FF,0750-077F,200C-200F,FD3E-FD3F"
_HEBREW: Final = "0590-05FF,20AA,FB1D-FB4F"
_FEATURES: Final = ("lnum", "onum", "pnum", "tnum")
"""Forms of digits, beside the features that every script needs."""
_making: Final = threading.Lock()


_version: Final = cache(version)  # an installed package stays what it is as long as a process runs


@dataclass(frozen=True, slots=True)
class WebFont:
    """One file that a style sheet names.

    Args:
        distribution: package that ships the typeface.
        package: its import name.
        file: path of the TrueType file inside.
        ranges: code points to keep, as in CSS without the ``U+``.
        axes: where to pin or narrow the axes of a variable typeface.

    """

    distribution: str
    package: str
    file: str
    ranges: str
    axes: Mapping[str, float | tuple[float, float]] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """What the file is made from: another identity, another file."""
        tools = f"fonttools {_version('fonttools')} brotli {_version('brotli')}"
        return f"{self.distribution} {_version(self.distribution)} {self.file} {self.ranges} {dict(self.axes)} {tools}"


_SERIF: Final = ("fontpkg-source-serif-4", "fontpkg_source_serif_4", "files/SourceSerif4[opsz,wght].ttf")
_AXES: Final[Mapping[str, float | tuple[float, float]]] = {"opsz": 14.0, "wght": (400.0, 700.0)}
WEB_FONTS: Final[Mapping[str, WebFont]] = {
    "serif-latin.woff2": WebFont(*_SERIF, ranges=_LATIN, axes=_AXES),
    "serif-eastern.woff2": WebFont(*_SERIF, ranges=_EASTERN, axes=_AXES),
    "serif-arabic.woff2": WebFont("fontpkg-amiri", "fontpkg_amiri", "files/Amiri-Regular.ttf", _ARABIC),
    "serif-hebrew.woff2": WebFont(
        "fontpkg-frank-ruhl-libre",
        "fontpkg_frank_ruhl_libre",
        "files/FrankRuhlLibre[wght].ttf",
        _HEBREW,
        {"wght": (400.0, 700.0)},
    ),
}
"""By file name. The style sheet repeats the ranges."""


def web_font(name: str, folder: Path | None = None) -> bytes:
    """Return a web font of `WEB_FONTS`, made now or before; one is made at a time.

    Args:
        name: of the file.
        folder: where fonts that were made before are kept, and this one will be; None keeps it in memory alone, and so
            does a folder that cannot be used.

    """
    with _making:
        if (made := _memory.get(name)) is None:
            place = None if folder is None else folder / f"{_key(name)}.woff2"
            made = None if place is None else _kept(place)
            if made is None:
                made = _cut(name)
                if place is not None:
                    _keep(place, made)
            _memory[name] = made
        return made


_memory: Final[dict[str, bytes]] = {}
_CHECK: Final = 32
"""Bytes of the SHA-256 before a kept font, by which a spoilt or half-written file is known."""


@cache
def _program() -> str:
    return digest(Path(__file__).read_bytes())


def _key(name: str) -> str:
    return digest(f"{_program()} {WEB_FONTS[name].identity}".encode())


def _kept(place: Path) -> bytes | None:
    try:
        data = place.read_bytes()
    except OSError:
        return None
    return data[_CHECK:] if data[:_CHECK] == sha256(data[_CHECK:]) else None


def _keep(place: Path, data: bytes) -> None:
    """Write a file whole or not at all: other processes may write the same one, and a full disk harms nobody."""
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".making-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sha256(data) + data)
            Path(name).replace(place)
        except OSError:
            Path(name).unlink(missing_ok=True)


def _cut(name: str) -> bytes:
    chosen = WEB_FONTS[name]
    root = importlib.resources.files(chosen.package)
    with importlib.resources.as_file(root.joinpath(chosen.file)) as path:
        font = TTFont(path, lazy=True, recalcTimestamp=False)
    options = Options()
    options.flavor = "woff2"
    options.layout_features = [*options.layout_features, *_FEATURES]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # who made it, and its licence, stay inside
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(chosen.ranges))
    subsetter.subset(font)
    if chosen.axes:
        font = instancer.instantiateVariableFont(font, dict(chosen.axes), inplace=True, overlap=0)
    font.flavor = "woff2"
    file = io.BytesIO()
    font.save(file)
    font.close()  # read lazily, it holds the file open
    return file.getvalue()
