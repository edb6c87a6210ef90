"""From a signature recorded by one process to the walls of 200 browsers that another process serves (PostgreSQL).

Each reader holds a stream open and notes when an act arrives; the moment of recording is taken when the signer's last
call is answered, so what is shown is what a hall would feel. Half way the database connection on which the other
process listens is cut.
"""

import asyncio
import json
import sys
import threading
import time
from pathlib import Path
from statistics import median

import psycopg
from measure import Figure, shown
from web_service import service, sign

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from postgresql_cluster import Cluster

BROWSERS = 200
SIGNATURES = 40
PAUSE = 0.1
"""Seconds between two signatures."""


def figures():
    cluster = Cluster(durable=True)
    try:
        cluster.create("live")
        url = cluster.url("live")
        with service(url, count=SIGNATURES) as made, made.processes(2) as (first, second):
            walls = Walls(second, f"/api/v1/declarations/{made.declaration}/events")
            recorded = {}
            for number, party in enumerate(made.plan.parties):
                if number == SIGNATURES // 2:
                    cut(url)
                sign(made, first, party.id)
                recorded[party.id] = time.perf_counter()
                time.sleep(PAUSE)
            walls.end()
        spent = sorted(at - recorded[who] for who, at in walls.seen)
        missing = BROWSERS * SIGNATURES - len(spent)
        p99 = spent[int(len(spent) * 0.99)]
        yield Figure(
            f"{SIGNATURES} signatures to {BROWSERS} browsers on another process",
            f"p50 {shown(max(median(spent), 1e-6))}, p99 {shown(max(p99, 1e-6))}",
            f"{missing} of {BROWSERS * SIGNATURES} missing",
            target="p99 < 150 ms, none missing, LISTEN cut once",
            met=p99 < 0.15 and missing == 0,
        )
    finally:
        cluster.stop()


def cut(url):
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'declaration, listening'"
        )


class Walls:
    """Many readers of one stream, in a thread with a loop of their own."""

    def __init__(self, port, address):
        self.seen = []
        self._port, self._address = int(port), address
        self._ready = threading.Barrier(2)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._watch()))
        self._thread.start()
        self._ready.wait(30)

    async def _watch(self):
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        opened = [await self._open() for _ in range(BROWSERS)]
        readers = [asyncio.create_task(self._read(reader)) for reader, _ in opened]
        self._ready.wait(30)
        await self._stop.wait()
        for task, (_, writer) in zip(readers, opened, strict=True):
            task.cancel()
            writer.close()

    async def _open(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(f"GET {self._address} HTTP/1.1\r\nHost: localhost:8000\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer

    async def _read(self, reader):
        while True:
            line = await reader.readline()
            if line.startswith(b"data: "):
                act = json.loads(line[6:])
                if act["kind"] == "signature.affixed":
                    self.seen.append((act["subject"], time.perf_counter()))

    def end(self):
        limit = time.monotonic() + 5
        while len(self.seen) < BROWSERS * SIGNATURES and time.monotonic() < limit:
            time.sleep(0.05)
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
