"""`declaration open`, `invite`, `publish`: what the operator of a real summit does, beside letting it run."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from declaration.cli.files import write_output
from declaration.cli.service import service
from declaration.errors import InputRefused
from declaration.exchange.files import read_given, shown
from declaration.exchange.signatories_json import read_signatories
from declaration.exchange.text_yaml import read_text
from declaration.services import discussion_files, entering, opening, publishing
from declaration.services.actors import Role
from declaration.services.chancery import Chancery
from declaration.services.inviting import link_of
from declaration.services.secrets import require_secret
from declaration.signing.statement import Party
from declaration.store import queries
from declaration.store.values import Depositary

opened = typer.Typer(rich_markup_mode=None)
invited = typer.Typer(rich_markup_mode=None)
published = typer.Typer(rich_markup_mode=None)


@opened.command(
    epilog="Example:  declaration open draft.yaml --name 'City of Düsseldorf' --city Düsseldorf --country DE"
)
def open_(
    text: Annotated[Path, typer.Argument(help="The first draft (YAML); translations may still be missing.")],
    *,
    name: Annotated[str, typer.Option(help="Name of the depositary, as everybody will read it.")],
    city: Annotated[str, typer.Option(help="City of the depositary.")],
    country: Annotated[str, typer.Option(help="Its country, two letters (ISO 3166-1).")],
    id_: Annotated[str, typer.Option("--id", help="Short name of the depositary in the ledger.")] = "depositary",
    signatories: Annotated[
        Path | None, typer.Option(help="Who is invited to sign (JSON); the depositary can also do that on the web.")
    ] = None,
) -> None:
    """Open a declaration: its ledger begins, its text is version 1, and its depositary is invited.

    Settings come from the variables DECLARATION_*, as for `declaration serve`. What is opened cannot be taken back, and
    names the present domain for ever. Doing it again with the same files changes nothing, and makes a new link.
    """
    given = read_given(text)
    read = read_text(given.data, file=given.name, allow_incomplete=True)
    for note in read.notes:
        typer.echo(note, err=True)
    parties = () if signatories is None else _parties(signatories)
    with service() as chancery:
        require_secret(chancery)  # before anything is opened: without it nobody could be invited
        version = opening.open_declaration(chancery, read.text, Depositary(id_, name, city, country))
        if parties:
            opening.invite_signatories(chancery, read.text.id, parties)
        typer.echo(f"{read.text.id}: version 1, {version.digest}")
        if parties:
            typer.echo(f"invited to sign: {len(parties)}")
        _show(chancery, entering.invite(chancery, read.text.id, Role.DEPOSITARY, id_))


@invited.command(epilog="Example:  declaration invite duesseldorf-2019 --lost")
def invite(
    declaration: Annotated[str, typer.Argument(help="Id of the declaration.")],
    *,
    lost: Annotated[
        bool, typer.Option("--lost", help="Revoke every passkey of the depositary first, and end their sessions.")
    ] = False,
) -> None:
    """Invite the depositary: to another device, or after all of theirs are lost. Everybody else is invited by them."""
    with service() as chancery:
        with chancery.store.reading() as session:
            depositary = queries.declaration(session, declaration).depositary
        if lost:
            made = entering.replace_device(chancery, declaration, Role.DEPOSITARY, depositary.id, reason="")
        else:
            made = entering.invite(chancery, declaration, Role.DEPOSITARY, depositary.id)
        _show(chancery, made)


@published.command(epilog="Example:  declaration publish duesseldorf-2019 --out public")
def publish(
    declaration: Annotated[str, typer.Argument(help="Id of the declaration, which is sealed.")],
    out: Annotated[Path, typer.Option(help="Folder to write the evidence into.")],
    *,
    private_discussion: Annotated[
        Path | None,
        typer.Option(help="Where to write the discussion beside it, outside of that folder: it is never published."),
    ] = None,
) -> None:
    """Write the whole evidence of a sealed declaration as files, for any web server, archive or memory stick."""
    with service() as chancery:
        files = publishing.evidence_files(chancery, declaration)
        with chancery.store.reading() as session:
            talk = None if private_discussion is None else discussion_files.exported(session, declaration)
    if private_discussion is not None and private_discussion.resolve().is_relative_to(out.resolve()):
        raise InputRefused(
            "publish.private",
            f"{shown(private_discussion)} lies in the folder that is published.",
            hint="Write the discussion somewhere else: it is for those alone who take part.",
        )
    if out.exists() and not out.is_dir():
        raise InputRefused("publish.folder", f"{out} is not a folder.", hint="Choose another one with --out.")
    publishing.write_files(out, files)
    if private_discussion is not None and talk is not None:
        write_output(private_discussion, talk, private=True)
        typer.echo(f"{shown(private_discussion)}: the discussion, private")
    typer.echo(f"{out}: {len(files)} files. Verify them: declaration verify {out}")


def _parties(file: Path) -> tuple[Party, ...]:
    given = read_given(file)
    read = read_signatories(given.data, file=given.name)
    for note in read.notes:
        typer.echo(note, err=True)
    return tuple(
        Party(line.id, line.office, line.name, line.city, line.native, line.country) for line in read.signatories
    )


def _show(chancery: Chancery, made: entering.Invited) -> None:
    typer.echo(f"invitation of {made.actor.name}, good once, until {made.expires.astimezone(UTC):%Y-%m-%d %H:%M} UTC:")
    typer.echo(link_of(chancery, made).address)
