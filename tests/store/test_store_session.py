import threading
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from store_scene import Scene

from declaration.errors import ConfigurationError, InputRefused, NotFound, RecordDamaged, StateConflict
from declaration.store import queries
from declaration.store.record import record
from declaration.store.session import open_store


@pytest.mark.parametrize("url", ["", "mysql://host/db", "declaration.db", "sqlite", "http://example.org"])
def test_other_addresses_are_refused(url):
    with pytest.raises(ConfigurationError) as refused:
        open_store(url)
    assert refused.value.code == "store.url"


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all.db", "postgresql://nobody:s3cret@127.0.0.1:1/none", "sqlite:////proc/version"],
)
def test_an_unreachable_database_is_the_operators_to_mend(url):
    store = open_store(url, wait=1)
    for attempt in (store.upgrade, store.check):
        with pytest.raises(ConfigurationError) as refused:
            attempt()
        assert refused.value.code == "store.unreachable"
        assert "s3cret" not in str(refused.value)


def test_a_file_that_is_no_database_is_the_operators_to_mend(tmp_path):
    place = tmp_path / "x.db"
    place.write_bytes(bytes(range(256)) * 12)
    store = open_store(f"sqlite:///{place}")
    for attempt in (store.upgrade, store.check):
        with pytest.raises(ConfigurationError) as refused:
            attempt()
        assert refused.value.code == "store.damaged"
        assert str(place) in refused.value.message
    assert place.read_bytes() == bytes(range(256)) * 12


def test_a_database_that_was_spoilt_is_the_operators_to_mend(tmp_path):
    place = tmp_path / "x.db"
    made = open_store(f"sqlite:///{place}")
    made.upgrade()
    made.dispose()
    data = place.read_bytes()
    place.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    store = open_store(f"sqlite:///{place}")
    with pytest.raises(ConfigurationError) as refused, store.reading() as session:
        queries.declarations(session)
    assert refused.value.code == "store.damaged"
    store.dispose()


def test_an_address_is_shown_without_its_password():
    assert "s3cret" not in open_store("postgresql://somebody:s3cret@host/db").address


def test_sqlite_keeps_what_is_committed(sqlite_store):
    with sqlite_store.transaction() as session:
        found = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_reading_never_changes_anything(scene, rows):
    scene.ready("abidjan")
    before = rows(scene.store)
    with suppress(DBAPIError), scene.store.reading() as session:  # PostgreSQL refuses, SQLite rolls back
        session.execute(text("DELETE FROM nonces"))
    assert rows(scene.store) == before


def test_a_reader_sees_one_moment(scene):
    scene.ready()
    count = text("SELECT count(*) FROM signatories")
    with scene.store.reading() as session:
        assert session.scalar(count) == 0
        scene.invite("abidjan")
        assert session.scalar(count) == 0
    with scene.store.reading() as session:
        assert session.scalar(count) == 1


def test_a_transaction_that_fails_leaves_nothing(scene, rows):
    scene.ready()
    before = rows(scene.store)

    def invite_and_fail():
        with scene.store.transaction() as session:
            record(session, scene.entry("signatory.invited", {"signatory": scene.party("abidjan")}))
            raise KeyError

    with pytest.raises(KeyError):
        invite_and_fail()
    assert rows(scene.store) == before


def held(store, scene):
    """Hold the ledger's lock in a thread until told to let go."""
    locked, let_go = threading.Event(), threading.Event()

    def hold():
        with store.transaction() as session:
            session.execute(text("UPDATE heads SET size = size"))
            locked.set()
            let_go.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    assert locked.wait(20)
    return thread, let_go


def test_waiting_for_another_process_ends_with_a_plain_refusal(scene, store_url):
    scene.ready()
    impatient = Scene(open_store(store_url, wait=1))  # its own queue and connections: as another process
    thread, let_go = held(scene.store, scene)
    try:
        with pytest.raises(StateConflict) as refused:
            impatient.invite("abidjan")
        assert refused.value.code == "store.busy"
    finally:
        let_go.set()
        thread.join()
    impatient.invite("abidjan")
    impatient.store.dispose()


def test_waiting_for_another_thread_ends_with_a_plain_refusal(sqlite_url):
    scene = Scene(open_store(sqlite_url, wait=1))
    scene.store.upgrade()
    scene.ready()
    thread, let_go = held(scene.store, scene)
    try:
        with pytest.raises(StateConflict) as refused:
            scene.invite("abidjan")
        assert refused.value.code == "store.busy"
    finally:
        let_go.set()
        thread.join()
    scene.store.dispose()


@pytest.mark.parametrize("signatory", ["a\0b", "\ud800"])
def test_a_text_that_no_database_holds_is_refused_or_not_found(scene, signatory):
    scene.ready()
    with pytest.raises((InputRefused, NotFound)), scene.store.reading() as session:
        queries.signatory(session, "d1", signatory)


def test_a_number_that_no_database_holds_is_refused(scene):
    scene.ready()
    with pytest.raises(InputRefused) as refused, scene.store.reading() as session:
        queries.entry(session, "d1", 10**30)
    assert refused.value.code == "store.value"


def test_a_row_of_a_key_that_is_taken_is_damage(scene, rows):
    scene.ready()
    with scene.store.reading() as session:
        size = queries.declaration(session, "d1").size
    with scene.store.transaction() as session:
        session.execute(text('UPDATE entries SET "index" = :size WHERE "index" = 0'), {"size": size})
    before = rows(scene.store)
    with pytest.raises(RecordDamaged) as refused:
        scene.admit("w2")
    assert refused.value.code == "store.collision"
    assert rows(scene.store) == before
