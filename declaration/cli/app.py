"""The command line: one module a command group, each imported only when it is asked for.

Verifying needs nothing of this: `declaration.__main__` starts it alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Final, NoReturn

import typer
from typer.core import TyperGroup

from declaration.errors import DeclarationError

COMMANDS: Final[Mapping[str, str]] = {
    "ceremony": "declaration.cli.ceremony",
    "verify": "declaration.cli.app:verifying",
    "text": "declaration.cli.text",
    "render": "declaration.cli.render",
    "amendment": "declaration.cli.amendment",
    "matrix": "declaration.cli.matrix",
    "layout": "declaration.cli.layout",
    "renew": "declaration.cli.renew",
    "discussion": "declaration.cli.discussion",
    "keys": "declaration.cli.keys",
    "audit": "declaration.cli.audit",
    "db": "declaration.cli.database",
    "open": "declaration.cli.summit:opened",
    "invite": "declaration.cli.summit:invited",
    "serve": "declaration.cli.serve",
    "publish": "declaration.cli.summit:published",
}
"""The module of each command or group, and the Typer application in it (`app` where none is named)."""
FAILED: Final = 2
"""Status of a command that could not do its work; the verdicts of `verify` have statuses of their own."""


class Lazy(TyperGroup):
    """A group that knows the names of its commands, and imports one when it is needed."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # Typer's own Context
        """Return the names in the order in which help shows them."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: typer.Context, cmd_name: str):  # type: ignore[no-untyped-def,override] # noqa: ANN201
        """Return a command, importing its module."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = typer.main.get_command(getattr(import_module(module), name or "app"))
        command.name = cmd_name
        return command


app = typer.Typer(cls=Lazy, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def declaration() -> None:
    """Draft, negotiate, sign and publish a common declaration of many cities, and let anyone verify it."""


verifying = typer.Typer(rich_markup_mode=None, add_completion=False)
"""`declaration verify` has a command line of its own, which starts without this one (`declaration.__main__`)."""


@verifying.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def verify(context: typer.Context) -> None:
    """Verify a signed declaration: offline, with nothing but the files and the keys that you trust."""
    raise typer.Exit(import_module("declaration.cli.verify").main(context.args))


def run() -> NoReturn:
    """Run the command line; what a command refuses on purpose is told in two sentences."""
    try:
        app(prog_name="declaration")
    except DeclarationError as error:
        typer.echo(f"{error.message}\n{error.hint}  ({error.code})", err=True)
    sys.exit(FAILED)
