"""Style sheets, scripts and typefaces under addresses that change with their content.

All files stand below one prefix, the digest of all of them: so a module imports its neighbour by a relative address,
a style sheet finds its typefaces, and a browser keeps everything for a year without ever showing a stale mixture.
"""

from __future__ import annotations

import importlib.resources
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from declaration.canonical import digest
from declaration.services.lettering import WEB_FONTS, WOFF2, web_font

PLACE: Final = "/static"
PREFIX: Final = 16
"""Hexadecimal digits of the digest in an address: enough that no two programs share one by chance."""
FOREVER: Final = "public, max-age=31536000, immutable"
MEDIA: Final[Mapping[str, str]] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": WOFF2,
}
"""Media types by ending: a file of another kind is not served."""
FONTS: Final = "fonts/"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, and its media type."""

    data: bytes
    media: str


class Assets:
    """The static files of this program, read once.

    Args:
        root: the folder that holds them; by default the one inside this package.
        fonts: the folder in which typefaces are kept that were cut before; None keeps them in memory alone.

    """

    def __init__(self, root: Traversable | None = None, *, fonts: Path | None = None) -> None:
        self._fonts = fonts
        start = importlib.resources.files("declaration.web").joinpath("static") if root is None else root
        self._files = dict(sorted(_files(start, "")))
        parts = [f"{path} {digest(asset.data)}" for path, asset in self._files.items()]
        parts += [f"{name} {font.identity}" for name, font in WEB_FONTS.items()]
        self.prefix = digest("\n".join(parts).encode())[:PREFIX]

    def address(self, path: str) -> str:
        """Return the address of a file, for example of ``css/base.css``.

        Raises:
            KeyError: there is no such file.

        """
        if path not in self._files and path.removeprefix(FONTS) not in WEB_FONTS:
            raise KeyError(path)
        return f"{PLACE}/{self.prefix}/{path}"

    def read(self, path: str) -> Asset | None:
        """Return a file, or None; a typeface is made when it is first asked for, which takes seconds."""
        name = path.removeprefix(FONTS)
        if path.startswith(FONTS) and name in WEB_FONTS:
            return Asset(web_font(name, self._fonts), WOFF2)
        return self._files.get(path)

    def prepare(self) -> None:
        """Make every typeface before it is asked for, in a thread that ends with the process."""

        def make() -> None:
            for name in WEB_FONTS:
                web_font(name, self._fonts)

        threading.Thread(target=make, name="declaration-typefaces", daemon=True).start()

    def route(self) -> Route:
        """Return the address under which they are served."""

        async def serve(request: Request) -> Response:
            path = request.path_params["path"]
            asset = self._files.get(path) or await run_in_threadpool(self.read, path)
            if asset is None:
                raise HTTPException(404)
            # an address of another program is answered for readers who still show its page, and kept by nobody
            present = request.path_params["prefix"] == self.prefix
            headers = {"Cache-Control": FOREVER if present else "no-store"}
            return Response(asset.data, headers=headers, media_type=asset.media)

        return Route(PLACE + "/{prefix}/{path:path}", serve, methods=["GET"], name="static")


def _files(folder: Traversable, above: str) -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for item in folder.iterdir():
        path = f"{above}{item.name}"
        if item.is_dir():
            found += _files(item, f"{path}/")
        elif (media := MEDIA.get(item.name.rpartition(".")[2])) is not None:
            found.append((path, Asset(item.read_bytes(), media)))
    return found
