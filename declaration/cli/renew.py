"""`declaration renew`: another archive timestamp over a sealed edition, before the last one loses its worth."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from declaration.cli.files import write_output
from declaration.cli.passphrase import ask_passphrase
from declaration.exchange.files import shown
from declaration.services.renewing import Renewal, renew, renew_folder
from declaration.signing.files import read_file, read_folder
from declaration.signing.keystore import open_timestamping
from declaration.signing.remote import RemoteAuthority
from declaration.signing.timestamp import EmbeddedAuthority, TimestampAuthority
from declaration.signing.trust import Trust

app = typer.Typer(rich_markup_mode=None)


@app.command("renew", epilog="Example:  declaration renew public --keys keys/private")
def renewed(
    path: Annotated[Path, typer.Argument(help="A sealed edition (PDF), or the whole published folder.")],
    *,
    trust: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Trusted roots and keys; default: trust/ in or beside it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the renewed edition; default: over the old one.")
    ] = None,
    keys: Annotated[
        Path, typer.Option(metavar="DIR", envvar="DECLARATION_KEYS", help="Folder with the timestamp key.")
    ] = Path("keys/private"),
    timestamp_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", envvar="DECLARATION_TIMESTAMP_URL", help="External authority, in place of our own key."
        ),
    ] = None,
) -> None:
    """Renew the archive of a sealed edition: put one more timestamp over everything, to be done every few years.

    The edition is verified before and after. What was there before stays, byte for byte, at the beginning of the file:
    the digest in the ledger still names it. In a folder, report.json and VERIFY.md are written again.
    """
    if out is not None and path.is_dir():
        raise typer.BadParameter("With --out, give the edition and not the folder.")
    anchors = Trust.from_directory(trust if trust is not None else _beside(path))
    by = _renewal(anchors, keys, timestamp_url)
    if path.is_dir():
        changed = renew_folder(read_folder(path), trust=anchors, by=by)
        for name, data in changed.items():
            write_output(path / name, data)
    else:
        write_output(out or path, renew(read_file(path), trust=anchors, by=by))
    typer.echo(f"{shown(out or path)}: one more archive timestamp")


def _beside(path: Path) -> Path:
    """Return the trust folder in a folder, or beside a file."""
    return (path if path.is_dir() else path.resolve().parent) / "trust"


def _renewal(trust: Trust, keys: Path, url: str | None) -> Renewal:
    if url is not None:
        return Renewal(_stamping(RemoteAuthority(url, root=trust.timestamp_root)))
    passphrase = os.environ.get("DECLARATION_KEY_PASSPHRASE") or ask_passphrase()
    key, crls = open_timestamping(keys, passphrase=passphrase)
    authority = EmbeddedAuthority(key, random=os.urandom)
    return Renewal(_stamping(authority), [key.certificate, *key.chain, trust.timestamp_root], crls)


def _stamping(authority: TimestampAuthority) -> Callable[[bytes], bytes]:
    """Return what asks an authority for tokens of this moment."""

    def stamp(imprint: bytes) -> bytes:
        return authority.stamp(imprint, nonce=int.from_bytes(os.urandom(16), "big"), at=datetime.now(UTC))

    return stamp
