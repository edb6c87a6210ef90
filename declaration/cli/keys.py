"""`declaration keys`: make a summit's keys, and show what the public pins."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from declaration.cli.files import stands
from declaration.cli.passphrase import ask_passphrase
from declaration.config import MIN_PASSPHRASE
from declaration.errors import ConfigurationError, InputRefused
from declaration.ledger import forms
from declaration.signing.keystore import init_keys, make_timestamp_key, open_keys
from declaration.signing.trust import Trust

Host = Annotated[
    str, typer.Option(envvar="DECLARATION_RP_ID", help="Domain name of the service: first part of the ledger's origin.")
]
Declaration = Annotated[str, typer.Option(help="Id of the declaration: second part of the origin.")]
Directory = Annotated[Path, typer.Option(envvar="DECLARATION_KEYS", help="Folder of the private keys.")]

app = typer.Typer(no_args_is_help=True, help="Make a summit's keys; show what the public pins.")


@app.command(epilog="Example: declaration keys init --host declaration.example.org --declaration my-summit-2027")
def init(
    host: Host = "localhost",
    declaration: Declaration = "duesseldorf-2019",
    directory: Directory = Path("keys/private"),
    trust: Annotated[Path, typer.Option(help="Folder for the public anchors.")] = Path("keys/trust"),
) -> None:
    """Make signing root and issuing key, timestamp key, seal key and ledger keys.

    The passphrase comes from DECLARATION_KEY_PASSPHRASE or a prompt. Nothing that exists is overwritten.
    """
    origin = _origin(host, declaration)
    passphrase = _passphrase(confirm=True)
    if len(passphrase) < MIN_PASSPHRASE:
        raise ConfigurationError(
            "config.passphrase",
            f"The passphrase has fewer than {MIN_PASSPHRASE} characters.",
            hint="Choose a longer one, for example six words.",
        )
    if stands(trust) and (not trust.is_dir() or any(trust.iterdir())):
        raise _kept(trust)
    keys = init_keys(directory, passphrase=passphrase, at=datetime.now(UTC), random=os.urandom)
    anchors = keys.trust(origin)
    _write(anchors, trust)
    typer.echo(f"Private keys: {directory} (read keys/README.md: the roots belong into a safe)")
    typer.echo(f"Public anchors: {trust}")
    _show(anchors)


@app.command(epilog="Example: declaration keys trust --host declaration.example.org --declaration a-second-summit out")
def trust(
    folder: Annotated[Path, typer.Argument(help="Folder to write.")],
    host: Host = "localhost",
    declaration: Declaration = "duesseldorf-2019",
    directory: Directory = Path("keys/private"),
) -> None:
    """Write the public anchors of another declaration that the same keys serve."""
    origin = _origin(host, declaration)
    keys = open_keys(directory, passphrase=_passphrase(confirm=False), random=os.urandom)
    anchors = keys.trust(origin)
    _write(anchors, folder)
    _show(anchors)


@app.command(epilog="Example: declaration keys timestamp keys/timestamp-2034 --directory keys/private")
def timestamp(
    folder: Annotated[Path, typer.Argument(help="New folder for the key.")],
    directory: Directory = Path("keys/private"),
) -> None:
    """Make another timestamp key below the same root, for `declaration renew`: a summit's own lasts ten years."""
    made = make_timestamp_key(
        folder, directory, passphrase=_passphrase(confirm=False), at=datetime.now(UTC), random=os.urandom
    )
    typer.echo(f"Timestamp key: {folder}, good until {made.key.certificate.not_valid_after_utc:%Y-%m-%d}")


@app.command()
def show(trust: Annotated[Path, typer.Argument(help="A trust folder.")] = Path("keys/trust")) -> None:
    """Show the fingerprints that the depositary publishes."""
    _show(Trust.from_directory(trust))


def _origin(host: str, declaration: str) -> str:
    """Return the ledger's origin; refused before any key is made for it."""
    origin = f"{host}/{declaration}"
    try:
        forms.log_origin(origin, "origin")
    except InputRefused as error:
        raise InputRefused(
            "keys.origin",
            f"“{origin}” cannot be the name of a ledger.",
            hint="Give --host a domain name in lower case, and --declaration an id.",
        ) from error
    return origin


def _passphrase(*, confirm: bool) -> str:
    return os.environ.get("DECLARATION_KEY_PASSPHRASE") or ask_passphrase(confirm=confirm)


def _write(anchors: Trust, folder: Path) -> None:
    """Write the public anchors; a file that is there already must be the same."""
    try:
        for name, data in anchors.files().items():
            if (folder / name).exists() and (folder / name).read_bytes() != data:
                raise _kept(folder)
        anchors.write(folder)
    except OSError as error:
        raise ConfigurationError(
            "keys.write",
            f"The public anchors cannot be written to {folder}: {error.strerror}.",
            hint="Choose another folder, then write them by `declaration keys trust`.",
        ) from error


def _kept(folder: Path) -> ConfigurationError:
    return ConfigurationError(
        "keys.trust",
        f"{folder} holds the public anchors of other keys, or something else.",
        hint="Choose another folder: what people have pinned is never overwritten.",
    )


def _show(anchors: Trust) -> None:
    for name, fingerprint in anchors.fingerprints().items():
        typer.echo(f"{name:20} {fingerprint}")
