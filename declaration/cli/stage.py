"""The stage of a ceremony in a terminal: a progress bar a step, and the lines worth reading."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Terminal:
    """A `declaration.ceremony.stage.Stage` drawn by rich; also a context manager.

    Args:
        console: where to draw.

    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}", style="bold"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the bars as they stand."""
        self._progress.stop()

    def step(self, title: str, total: int) -> None:
        """Begin a step of `total` units."""
        self._task = self._progress.add_task(title, total=total)

    def advance(self) -> None:
        """One unit of the present step is done."""
        if self._task is not None:
            self._progress.advance(self._task)

    def say(self, line: str) -> None:
        """Show one line above the bars."""
        self._console.print(f"  {line}", style="dim", highlight=False, markup=False, soft_wrap=True)
