"""`declaration` and `python -m declaration`."""

from __future__ import annotations

from declaration.cli.app import run


def main() -> None:
    """Run the command line and end the process with its status."""
    run()


if __name__ == "__main__":
    main()
