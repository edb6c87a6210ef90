"""Writing what a command was asked for: whole or not at all, refused in two sentences."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from declaration.errors import ConfigurationError
from declaration.exchange.files import shown


def write_output(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file whole, over what stood there before, or leave everything as it was; a private one is its owner's.

    Raises:
        ConfigurationError: ``output.file``.

    """
    with _told(path):
        if path.exists() and not path.is_file():  # a device, a pipe, or a folder, which refuses
            path.write_bytes(data)
            return
        target = path.resolve()  # a link keeps pointing at what it points at
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            Path(temporary).chmod(0o600 if private else 0o644)
            Path(temporary).replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise


@contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            "output.file", f"{shown(path)} cannot be written: {error.strerror}.", hint="Choose another file or folder."
        ) from error


def stands(path: Path) -> bool:
    """Tell whether there is anything of this name, also where no file can have it."""
    try:
        return path.exists()
    except OSError:
        return False


def require_database(url: str) -> None:
    """Make sure that an SQLite file is there, for commands that read: opening one that is not would make it.

    Raises:
        ConfigurationError: ``database.missing``.

    """
    file = url.removeprefix("sqlite:///").partition("?")[0]
    if url.startswith("sqlite:///") and file not in {"", ":memory:"} and not stands(Path(file)):
        raise ConfigurationError(
            "database.missing",
            f"There is no database {file}.",
            hint="Check DECLARATION_DATABASE_URL, or make it with `declaration db upgrade`.",
        )
