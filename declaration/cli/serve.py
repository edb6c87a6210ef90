"""`declaration serve`: the service on the web, a demo of it, or the record of a rehearsal."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from declaration.ceremony.continuing import require_own_folder
from declaration.ceremony.demo import begin_demo, doors
from declaration.ceremony.rehearsal import SERVICE, SITE, read_script
from declaration.ceremony.stage import Silent
from declaration.cli.files import stands
from declaration.cli.passphrase import ask_passphrase
from declaration.cli.service import chancery_of, site_of
from declaration.config import DEMO_PASSPHRASE, DEMO_SECRET, OUTBOX, PREFIX, Settings, cache_folder
from declaration.errors import ConfigurationError
from declaration.services.chancery import Chancery, Site
from declaration.services.mailing import Carrier, carrier_of
from declaration.signing.keystore import init_keys
from declaration.signing.pkcs8 import THROWAWAY
from declaration.store import queries
from declaration.store.session import open_store
from declaration.web.app import create_app

app = typer.Typer(rich_markup_mode=None)
GRACE = 10
"""Seconds that running requests have to end when the service is stopped."""


@app.command(epilog="Example:  declaration serve --demo demo")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    demo: Annotated[
        Path | None,
        typer.Option(help="Folder of a demo: a summit in the middle of its negotiation, begun there if it is new."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Folder of a rehearsal, whose record is shown read only (needs DECLARATION_DEMO=1)."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the work; one for a demo.")] = 1,
) -> None:
    """Serve every declaration in the database: pages, interface, live events, public record, RFC 3161 timestamps.

    Settings come from the variables DECLARATION_*; put a web server that speaks https in front. Where none of them is
    set, a demo is started in the folder `demo`.
    """
    if demo is None and folder is None and not any(name.startswith(PREFIX) for name in os.environ):
        demo = Path("demo")
    if workers > 1 and (demo is not None or folder is not None):
        raise ConfigurationError(
            "serve.workers", "A demo or a rehearsal is served by one process.", hint="Leave out --workers."
        )
    with _listen(host, port) as listening:
        if demo is not None:
            served = _demo(demo, listening)
        elif folder is not None:
            settings = replace(_rehearsal(folder, Settings.from_environment(os.environ)), secret=None)
            served = _Served(settings, SITE, _announce)
        else:
            settings = Settings.from_environment(os.environ)
            served = _Served(settings, site_of(settings), _announce)
        _serve(served, listening, workers)


@dataclass(frozen=True, slots=True)
class _Served:
    """What is served: under which settings, where it lives, and what is to be done before."""

    settings: Settings
    site: Site
    begin: Callable[[Chancery, socket.socket], None]


def _serve(served: _Served, listening: socket.socket, workers: int) -> None:
    settings = served.settings
    store = open_store(settings.database_url)
    try:
        if settings.demo:
            store.upgrade()
        store.check()
        if workers > 1 and settings.passphrase is None:  # asked for once, and handed on to the processes alone
            settings = replace(settings, passphrase=ask_passphrase())
            os.environ[f"{PREFIX}KEY_PASSPHRASE"] = settings.passphrase or ""
        chancery = chancery_of(settings, served.site, store)
        if settings.demo:
            typer.echo("This is a demo: its keys are throwaway keys, and what they sign binds nobody.", err=True)
        served.begin(chancery, listening)
        with contextlib.suppress(KeyboardInterrupt):
            if workers == 1:
                application = create_app(chancery, local=settings.demo, fonts=_fonts(), carrier=_carrier(settings))
                uvicorn.Server(_config(application, settings)).run(sockets=[listening])
            else:
                config = _config("declaration.cli.serve:worker", settings, workers)
                Multiprocess(config, sockets=[listening]).run()
    finally:
        store.dispose()


def _config(application: Callable[..., Any] | str, settings: Settings, workers: int | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        factory=isinstance(application, str),
        workers=workers,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=GRACE,
    )


def worker() -> Callable[..., Any]:
    """Return the application of one process among several, which all read the same settings."""
    settings = Settings.from_environment(os.environ)
    chancery = chancery_of(settings, site_of(settings), open_store(settings.database_url))
    return create_app(chancery, local=settings.demo, fonts=_fonts(), carrier=_carrier(settings))


def _demo(folder: Path, listening: socket.socket) -> _Served:
    """Return a demo in a folder of its own, which lives under the address that is listened to."""
    require_own_folder(folder)
    private = folder / SERVICE
    try:
        private.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(
            "serve.folder", f"{folder} cannot be used: {error.strerror}.", hint="Choose another folder with --demo."
        ) from error
    origin = f"http://localhost:{listening.getsockname()[1]}"
    settings = Settings(
        database_url=os.environ.get(f"{PREFIX}DATABASE_URL") or f"sqlite:///{private / 'declaration.db'}",
        keys=private / "keys",
        passphrase=DEMO_PASSPHRASE,
        secret=DEMO_SECRET,
        origins=(origin,),
        mail_folder=private / OUTBOX,
        demo=True,
    )
    if not settings.keys.exists():
        init_keys(
            settings.keys, passphrase=DEMO_PASSPHRASE, at=datetime.now(UTC), random=os.urandom, hardness=THROWAWAY
        )
    plan = read_script(None, None, None).plan

    def begin(chancery: Chancery, _listening: socket.socket) -> None:
        typer.echo("The demo summit is prepared …", err=True)
        begin_demo(chancery, plan, Silent())
        typer.echo(f"{'public':38} {origin}/{plan.text.id}/")
        for door in doors(chancery, plan):
            way = "enter" if door.secret is None else f"welcome#{door.secret}"
            typer.echo(f"{door.actor.role.value + ': ' + door.actor.name:38} {origin}/{plan.text.id}/{way}")

    return _Served(settings, Site("localhost", (origin,), "localhost"), begin)


def _rehearsal(folder: Path, settings: Settings) -> Settings:
    """Return the settings under which a rehearsal was played (`declaration.ceremony.rehearsal`)."""
    if not settings.demo:
        raise ConfigurationError(
            "serve.demo",
            "A rehearsal's keys are thrown away and their passphrase is public.",
            hint="Set DECLARATION_DEMO=1 to serve it nevertheless.",
        )
    private = folder / SERVICE
    database, keys = private / "declaration.db", private / "keys"
    if not stands(keys) or not (stands(database) or "DECLARATION_DATABASE_URL" in os.environ):
        raise ConfigurationError(
            "serve.folder",
            f"{folder} is not the folder of a rehearsal: {private} holds no keys or no database.",
            hint=f"Play one with `declaration ceremony --out {folder}`.",
        )
    url = settings.database_url if "DECLARATION_DATABASE_URL" in os.environ else f"sqlite:///{database}"
    return replace(settings, database_url=url, keys=keys, passphrase=DEMO_PASSPHRASE)


def _carrier(settings: Settings) -> Carrier | None:
    if settings.secret is None:
        return None  # nobody acts here, so nobody is written to
    made = carrier_of(settings.relay, settings.mail_folder, sender=settings.sender, host=settings.rp_id)
    if settings.relay is None:
        typer.echo(f"No mail server is set: letters are written into {settings.mail_folder}, and not sent.", err=True)
    return made


def _fonts() -> Path | None:
    cache = cache_folder(os.environ)
    return None if cache is None else cache / "fonts"


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ConfigurationError(
            "serve.address",
            f"Nothing can listen on {host}, port {port}: {error.strerror or error}.",
            hint="Choose another --host or --port.",
        ) from error


def _announce(chancery: Chancery, listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    at = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    with chancery.store.reading() as session:
        names = queries.declarations(session)
    for name in names:
        typer.echo(f"{at}/{name}/")
    if not names:
        typer.echo(f"{at}: the database holds no declaration yet.")
