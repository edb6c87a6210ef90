"""The passphrase of the key files: from a setting, or from somebody at a terminal."""

from __future__ import annotations

import sys

import typer

from declaration.errors import ConfigurationError


def ask_passphrase(*, confirm: bool = False) -> str:
    """Ask whoever sits at the terminal.

    Raises:
        ConfigurationError: ``config.passphrase``, nobody sits there.

    """
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "config.passphrase",
            "The passphrase of the key files is not set, and nobody is there to be asked.",
            hint="Set DECLARATION_KEY_PASSPHRASE.",
        )
    return str(typer.prompt("Passphrase for the key files", hide_input=True, confirmation_prompt=confirm))
