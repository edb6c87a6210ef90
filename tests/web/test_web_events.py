"""Live events: in order, none missed, none twice, whoever reconnects and whatever is cut meanwhile."""

import asyncio
import json
import threading
import time
import urllib.request

import pytest
from sqlalchemy import text
from web_server import serving
from web_summit import API, DECLARATION, PARTIES, Summit, ok, refused

from declaration.services import opening
from declaration.signing.statement import Party
from declaration.web.live import Hub


class Follower:
    """A reader of the stream in a thread, which reconnects as browsers do."""

    def __init__(self, address, *, after=None, last=None):
        self.seen = []
        self.last = last
        self._address = address + ("" if after is None else f"?after={after}")
        self._done = threading.Event()
        self._answer = None
        self._ready = threading.Event()
        self.connections = 0
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _follow(self):
        while not self._done.is_set():
            request = urllib.request.Request(self._address)
            if self.last is not None:
                request.add_header("Last-Event-ID", str(self.last))
            try:
                with urllib.request.urlopen(request, timeout=20) as self._answer:
                    assert self._answer.headers["content-type"].startswith("text/event-stream")
                    self.connections += 1
                    self._ready.set()
                    self._read()
            except (OSError, ValueError):
                time.sleep(0.05)

    def _read(self):
        event = {}
        for line in self._answer:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if not name:
                if event.get("event") == "entry":
                    data = json.loads(event["data"])
                    assert event["id"] == str(data["index"])
                    self.seen.append(data)
                    self.last = data["index"]
                event = {}
            else:
                event[name] = value

    def cut(self):
        """Cut this reader's connection, unless it is just being made anew; it reconnects."""
        stream = self._answer.fp
        if stream is not None:
            stream.raw._sock.shutdown(2)

    def end(self):
        self._done.set()
        self.cut()
        self._thread.join(5)

    def wait_for(self, index):
        limit = time.monotonic() + 15
        while self.last is None or self.last < index:
            assert time.monotonic() < limit, f"waited for {index}, have {self.last}"
            time.sleep(0.005)


def act(summit, number):
    """Record one public act; return its index."""
    party = Party(f"city-{number}", "Mayor", f"Mayor of City {number}", f"City {number}", f"City {number}", "FR")
    return opening.invite_signatories(summit.chancery, DECLARATION, [party])[0].index


def test_a_reader_who_is_ahead_of_this_process_gets_nothing_twice(summit):
    """Acts come from the database, or from another process, before this one has followed so far."""

    async def meet():
        hub = Hub(summit.chancery)
        early = hub.stream(DECLARATION, None)
        waiting = asyncio.create_task(anext(early))
        await asyncio.sleep(0.2)  # it waits for the next act; nobody tells this process of it
        known = act(summit, 1)
        ahead = [asyncio.create_task(anext(hub.stream(DECLARATION, after))) for after in (known, known + 1_000)]
        behind = asyncio.create_task(anext(hub.stream(DECLARATION, known - 1)))
        await asyncio.sleep(0.2)
        following = asyncio.create_task(hub._follow())
        assert (await waiting).id == (await behind).id == str(known)
        assert not any(task.done() for task in ahead)
        later = act(summit, 2)
        hub._woken.set()
        assert [(await task).id for task in ahead] == [str(later)] * 2
        following.cancel()
        await hub.close()

    asyncio.run(asyncio.wait_for(meet(), 20))


def test_a_stream_gives_every_act_once_and_in_order(summit):
    with serving(summit.app) as address:
        begun = len(PARTIES) + 4
        whole = Follower(f"{address}{API}/events", after=-1)
        whole.wait_for(begun - 1)
        later = Follower(f"{address}{API}/events")
        last = [act(summit, number) for number in range(10)][-1]
        whole.wait_for(last)
        later.wait_for(last)
        again = Follower(f"{address}{API}/events", last=last - 3)
        again.wait_for(last)
        for follower in (whole, later, again):
            follower.end()
    assert [item["index"] for item in whole.seen] == list(range(last + 1))
    assert [item["index"] for item in later.seen] == list(range(begun, last + 1))
    assert [item["index"] for item in again.seen] == [last - 2, last - 1, last]
    assert whole.seen[0]["kind"] == "declaration.opened"
    assert whole.seen[-1] == {
        "index": last,
        "kind": "signatory.invited",
        "at": whole.seen[-1]["at"],
        "by": "host",
        "subject": "city-9",
    }


def test_a_reader_whose_connection_is_cut_misses_nothing(summit):
    with serving(summit.app) as address:
        follower = Follower(f"{address}{API}/events", after=-1)
        for number in range(12):
            last = act(summit, number)
            if number % 4 == 1:
                follower.cut()
        follower.wait_for(last)
        follower.end()
    assert follower.connections >= 2
    assert [item["index"] for item in follower.seen] == list(range(last + 1))


def test_another_process_s_acts_arrive_although_the_database_connection_is_cut(postgres_url, web_keys):
    """Two services on one PostgreSQL: one records, the other's readers see it, also while LISTEN is cut."""
    summit = Summit(postgres_url, web_keys)
    other = Summit(postgres_url, web_keys)
    with serving(other.app) as address:
        followers = [Follower(f"{address}{API}/events", after=-1) for _ in range(8)]
        for number in range(12):
            last = act(summit, number)
            if number % 3 == 0:
                with summit.chancery.store.transaction() as session:
                    session.execute(
                        text(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE application_name = 'declaration, listening' AND datname = current_database()"
                        )
                    )
        for follower in followers:
            follower.wait_for(last)
            follower.end()
    for follower in followers:
        assert [item["index"] for item in follower.seen] == list(range(last + 1))
    summit.close()
    other.close()


def test_programs_read_acts_page_by_page(summit):
    client = summit.client()
    seen, after = [], -1
    while after is not None:
        found = ok(client.get(f"{API}/acts", params={"after": after, "limit": 3}))
        seen += [item["index"] for item in found["items"]]
        after = found["next"]
    assert seen == list(range(len(PARTIES) + 4))


@pytest.mark.parametrize("address", ["/api/v1/declarations/nobody/events", "/api/v1/declarations/nobody/acts"])
def test_there_is_nothing_to_follow_where_there_is_no_declaration(summit, address):
    refused(summit.client().get(address), 404, "declaration.unknown")


@pytest.mark.parametrize("query", ["after=-2", "after=x", "after=99999999999999999999", "limit=0", "limit=501"])
def test_queries_out_of_bounds_are_refused(summit, query):
    refused(summit.client().get(f"{API}/acts?{query}"), 400, "http.content")
