"""`declaration` and `python -m declaration`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its status.

    Whoever verifies waits for no other command: `declaration verify` starts without the web, the database, the renderer
    and the framework of the command line, and works where these are not installed.
    """
    if sys.argv[1:2] == ["verify"]:
        from declaration.cli.verify import main as verify  # noqa: PLC0415

        sys.exit(verify(sys.argv[2:]))
    from declaration.cli.app import run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
