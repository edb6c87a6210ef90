"""Live events: one listener a process, any number of browsers, nothing missed and nothing sent twice.

A thread hears that something was recorded (`store.listening`) and wakes the hub. The hub reads the new entries of each
followed declaration once, and every stream takes them from there. A stream remembers the last index that it has sent;
whoever reconnects names theirs (``Last-Event-ID``) and gets what they missed from the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from typing import Final

from sse_starlette.event import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from declaration.errors import DeclarationError
from declaration.services import events
from declaration.services.chancery import Chancery
from declaration.services.events import Event
from declaration.services.traffic import TooOften
from declaration.store.listening import changes

MAX_STREAMS: Final = 2_000
"""Streams of one process: each holds a connection open."""
KEPT: Final = 2_000
"""Events of a declaration kept in memory for streams that lag behind; older ones are read again."""


class Hub:
    """Follows the ledgers for all streams of this process.

    Args:
        chancery: the service.
        wake: whom else to wake whenever something may have been recorded.

    """

    def __init__(self, chancery: Chancery, *, wake: Callable[[], None] = lambda: None) -> None:
        self._chancery = chancery
        self._wake = wake
        self._followed: dict[str, _Followed] = {}
        self._stop = threading.Event()
        self._woken = asyncio.Event()
        self._streams = 0
        self._thread: threading.Thread | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen, in the running event loop."""
        loop = asyncio.get_running_loop()

        def listen() -> None:
            for _ in changes(self._chancery.store, self._stop):
                self._wake()
                with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                    loop.call_soon_threadsafe(self._woken.set)

        self._thread = threading.Thread(target=listen, name="declaration-listening", daemon=True)
        self._thread.start()
        self._task = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop listening, and end every stream."""
        self._stop.set()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for followed in self._followed.values():
            followed.end()
        if self._thread is not None:
            await run_in_threadpool(self._thread.join, 2)

    async def _follow(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            for name, followed in list(self._followed.items()):
                if not followed.streams:
                    del self._followed[name]
                    continue
                try:
                    while found := await run_in_threadpool(events.since, self._chancery, name, followed.size):
                        followed.add(found)
                except DeclarationError:
                    # the database is away: the listener notices, too, and wakes us when it is back
                    await asyncio.sleep(0.2)
                    self._woken.set()

    async def stream(self, declaration: str, after: int | None) -> AsyncGenerator[ServerSentEvent]:
        """Yield the acts after an index, for ever.

        Args:
            declaration: its id, known to exist.
            after: the last index that the reader has; None begins with the next act.

        """
        followed = await self._begin(declaration)
        try:
            place = followed.size if after is None else await self._place(declaration, followed, after)
            while not self._stop.is_set():
                more = followed.more
                for event in await self._missing(declaration, followed, place):
                    yield ServerSentEvent(data=event.data.decode(), event="entry", id=str(event.index), sep="\n")
                    place = event.index + 1
                if place >= followed.size:
                    await more.wait()
        finally:
            followed.streams -= 1
            self._streams -= 1

    def require_room(self) -> None:
        """Make sure that one more stream can be served.

        Raises:
            TooOften: this process serves `MAX_STREAMS` already.

        """
        if self._streams >= MAX_STREAMS:
            raise TooOften(30)

    async def _begin(self, declaration: str) -> _Followed:
        followed = self._followed.get(declaration)
        if followed is None:
            size = await run_in_threadpool(events.size, self._chancery, declaration)
            followed = self._followed.setdefault(declaration, _Followed(size))
        followed.streams += 1
        self._streams += 1
        self._woken.set()  # something may have been recorded between reading the size and being followed
        return followed

    async def _place(self, declaration: str, followed: _Followed, after: int) -> int:
        """Return with which act a reader goes on who has the one before.

        It may have come from the database, or from another process, before this one has followed so far. Whoever says
        that they have what is not there yet goes on with the next act.
        """
        if after < followed.size:
            return after + 1
        size = await run_in_threadpool(events.size, self._chancery, declaration)
        return min(after + 1, max(size, followed.size))

    async def _missing(self, declaration: str, followed: _Followed, place: int) -> tuple[Event, ...]:
        kept = followed.since(place)
        if kept is None:
            return await run_in_threadpool(events.since, self._chancery, declaration, place)
        return kept


class _Followed:
    """The end of one ledger, as far as this process has read it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.streams = 0
        self._kept: list[Event] = []
        self.more = asyncio.Event()
        """Set when there is more than `size` says now, then replaced: take it before looking at what is there."""

    def add(self, found: tuple[Event, ...]) -> None:
        """Take new events and wake every stream."""
        self._kept = [*self._kept, *found][-KEPT:]
        self.size = found[-1].index + 1
        self.end()
        self.more = asyncio.Event()

    def end(self) -> None:
        """Wake every stream."""
        self.more.set()

    def since(self, place: int) -> tuple[Event, ...] | None:
        """Return the events from an index on; None when they are not kept any more."""
        if place >= self.size:
            return ()
        if not self._kept or place < self._kept[0].index:
            return None
        return tuple(self._kept[place - self._kept[0].index :])
