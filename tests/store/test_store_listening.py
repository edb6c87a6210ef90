"""Whoever listens hears every commit, also of another process, also after the connection was cut."""

import threading
import time

import pytest
from sqlalchemy import text

from declaration.store import listening
from declaration.store.session import open_store


class Ear:
    """A listener in a thread of its own."""

    def __init__(self, store):
        self.stop = threading.Event()
        self.heard = 0
        self.thread = threading.Thread(target=self._listen, args=(store,))
        self.thread.start()

    def _listen(self, store):
        for _ in listening.changes(store, self.stop):
            self.heard += 1

    def wait_for_more_than(self, count):
        limit = time.monotonic() + 10
        while self.heard <= count:
            assert time.monotonic() < limit, f"heard {self.heard} times"
            time.sleep(0.01)

    def settle(self):
        """Return how often it has heard once it is quiet."""
        while True:
            before = self.heard
            time.sleep(0.3)
            if self.heard == before and before > 0:
                return before


@pytest.fixture
def ear(store):
    made = Ear(store)
    yield made
    made.stop.set()
    made.thread.join(5)
    assert not made.thread.is_alive()


def test_it_hears_what_another_connection_records(store, store_url, ear, scene):
    other = open_store(store_url)
    scene.store = other
    quiet = ear.settle()
    scene.open()
    ear.wait_for_more_than(quiet)
    other.dispose()


def test_it_stays_quiet_while_nothing_is_recorded(ear):
    quiet = ear.settle()
    time.sleep(0.5)
    assert ear.heard == quiet


def test_a_connection_that_was_cut_is_opened_again(postgres_url):
    store = open_store(postgres_url)
    store.upgrade()
    ear = Ear(store)
    try:
        for _ in range(3):
            quiet = ear.settle()
            with store.transaction() as session:
                cut = session.execute(
                    text(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        " WHERE application_name = 'declaration, listening' AND datname = current_database()"
                    )
                ).scalar_one()
            assert cut == 1
            ear.wait_for_more_than(quiet)
    finally:
        ear.stop.set()
        ear.thread.join(5)
        store.dispose()
