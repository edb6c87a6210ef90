"""kill -9 at any moment, then the same command again: nothing is lost, nothing is doubled, there is one seal."""

import random
import sqlite3
import time

import psycopg
import pytest
from ceremony_runs import Record, record_of

SEED = 20190901
PATIENCE = 60

COUNTS = """SELECT
    (SELECT count(*) FROM declarations) AS opened,
    (SELECT count(*) FROM credentials) AS enrolled,
    (SELECT count(*) FROM amendments) AS tabled,
    (SELECT count(*) FROM versions) AS versions,
    (SELECT count(*) FROM entries WHERE kind = 'positions.taken') AS positions,
    (SELECT count(*) FROM instruments) AS frozen,
    (SELECT count(*) FROM signatures) + (SELECT count(*) FROM declines) AS answers,
    (SELECT count(*) FROM seals) AS seals
"""
# in the order of the ceremony; the last number is how many seconds later, at most
MOMENTS = [
    ("opened", 1, 0.03),
    ("enrolled", 2, 0),
    ("tabled", 3, 0),
    ("versions", 2, 0),
    ("positions", 2, 0),
    ("positions", 8, 0),
    ("positions", 11, 0.02),
    ("frozen", 1, 0.01),
    ("answers", 2, 0),
    ("answers", 4, 0),
    ("answers", 5, 0.2),
    ("seals", 1, 0.1),
]


class Watcher:
    """Looks at the database from outside; as long as it waits over one connection, and never across a kill."""

    def __init__(self, url):
        self.url = url
        self.connection = None

    def look(self):
        """What is recorded now, by name."""
        try:
            return self.count()
        finally:
            self.close()

    def count(self):
        """Likewise, keeping the connection; nothing before there are tables."""
        try:
            self.connection = self.connection or self.connect()
            cursor = self.connection.execute(COUNTS)
            return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
        except (sqlite3.OperationalError, psycopg.OperationalError, psycopg.errors.UndefinedTable):
            self.close()
            return {}

    def connect(self):
        if self.url.startswith("sqlite"):
            file = f"file:{self.url.removeprefix('sqlite:///')}?mode=ro"
            return sqlite3.connect(file, uri=True, timeout=1, isolation_level=None)
        return psycopg.connect(self.url, autocommit=True)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def kill_when(running, watcher, what, number):
    """Wait until the database counts so many, so that the command can be killed; False if it ended before."""
    deadline = time.monotonic() + PATIENCE
    try:
        while watcher.count().get(what, 0) < number:
            assert time.monotonic() < deadline
            if not running.alive():
                return False
            time.sleep(0.002)
        return True
    finally:
        watcher.close()


def test_killed_at_every_step(server, small, store_url, reference, tmp_path):
    out = tmp_path / "out"
    arguments = (*small, "--out", out, "--database-url", store_url)
    watcher, dice = Watcher(store_url), random.Random(SEED)
    killed, before = 0, {}
    moments = MOMENTS if store_url.startswith("sqlite") else MOMENTS[1::2]  # the door is the same, and takes longer
    for what, number, later in moments:
        running = server.start(*arguments)
        if kill_when(running, watcher, what, number):
            time.sleep(dice.random() * later)
            running.kill()
        ended = running.ended()
        assert ended.status in {0, -9}, ended.complained
        killed += ended.status == -9
        now = watcher.look()
        assert all(now[name] >= count for name, count in before.items()), "something recorded is gone"
        before = now
        partial = record_of(store_url, "small-summit")  # audited, too
        assert partial.kinds <= reference.kinds
    assert killed >= len(moments) - 2
    finish_and_check(server, arguments, out, store_url, reference)


@pytest.mark.parametrize("number", range(2))
def test_killed_at_random(number, server, small, sqlite_url, reference, tmp_path):
    out = tmp_path / "out"
    arguments = (*small, "--out", out, "--database-url", sqlite_url)
    dice = random.Random(SEED + number)
    for _ in range(8):
        running = server.start(*arguments)
        time.sleep(dice.random() * 1.2)
        if running.alive():
            running.kill()
        assert running.ended().status in {0, -9}
    finish_and_check(server, arguments, out, sqlite_url, reference)


def finish_and_check(server, arguments, out, url, reference):
    ended = server.run(*arguments)
    assert (ended.status, ended.complained) == (0, ""), ended.said
    found = record_of(url, "small-summit")
    assert found == Record(reference.size, reference.kinds, reference.answers, 1)
    verified = server.run("verify", out)
    assert verified.status == 0, verified.said
    edition = (out / "signed.pdf").read_bytes()
    assert server.run(*arguments).status == 0
    assert (out / "signed.pdf").read_bytes() == edition
    assert record_of(url, "small-summit") == found
    assert not list(out.rglob(".writing-*"))
