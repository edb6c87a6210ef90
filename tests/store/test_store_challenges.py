from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from store_scene import START, pseudo_random

from declaration.errors import DeclarationError, InputRefused, NotFound, NotPermitted, StateConflict
from declaration.store import challenges
from declaration.store.tables import Challenges

SECRET = pseudo_random("challenge")
OFFER = {
    "declaration": "d1",
    "purpose": "sign",
    "signatory": "abidjan",
    "secret": SECRET,
    "payload": b"the statement",
}
TEN_MINUTES = timedelta(minutes=10)


def issue(store, **changed):
    with store.transaction() as session:
        return challenges.issue(session, **{**OFFER, "now": START, "lifetime": TEN_MINUTES, **changed})


def consume(store, **changed):
    with store.transaction() as session:
        challenges.consume(session, **{**OFFER, "now": START + timedelta(minutes=1), **changed})


def test_a_challenge_is_used_once(store):
    assert issue(store) == START + TEN_MINUTES
    consume(store)
    with pytest.raises(StateConflict) as refused:
        consume(store)
    assert refused.value.code == "challenge.used"


def test_of_twenty_at_once_one_gets_it(store):
    issue(store)
    barrier = Barrier(20)

    def attempt(_):
        barrier.wait()
        try:
            consume(store)
        except DeclarationError as error:
            return error.code
        return "consumed"

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(attempt, range(20)))
    assert answers == ["challenge.used"] * 19 + ["consumed"]


@pytest.mark.parametrize(
    "changed",
    [{"declaration": "d2"}, {"purpose": "decline"}, {"signatory": "lagos"}, {"payload": b"another statement"}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_challenge_is_bound_to_all_that_it_was_given_for(store, changed):
    issue(store)
    with pytest.raises(NotPermitted) as refused:
        consume(store, **changed)
    assert refused.value.code == "challenge.other"
    consume(store)  # an attempt by somebody else does not use it up


def test_an_unknown_challenge_is_not_found(store):
    issue(store)
    with pytest.raises(NotFound) as refused:
        consume(store, secret=pseudo_random("another"))
    assert refused.value.code == "challenge.unknown"


@pytest.mark.parametrize(("seconds", "works"), [(599, True), (600, False), (601, False)])
def test_a_challenge_ends(sqlite_store, seconds, works):
    issue(sqlite_store)
    later = START + timedelta(seconds=seconds)
    if works:
        consume(sqlite_store, now=later)
        return
    with pytest.raises(StateConflict) as refused:
        consume(sqlite_store, now=later)
    assert refused.value.code == "challenge.expired"


@pytest.mark.parametrize(
    ("changed", "error", "code"),
    [
        ({"secret": bytes(15)}, InputRefused, "challenge.secret"),
        ({"lifetime": timedelta(0)}, InputRefused, "challenge.lifetime"),
        ({"lifetime": timedelta(seconds=-1)}, InputRefused, "challenge.lifetime"),
        ({"lifetime": timedelta(days=91)}, InputRefused, "challenge.lifetime"),
    ],
)
def test_bad_offers_are_refused(sqlite_store, changed, error, code):
    with pytest.raises(error) as refused:
        issue(sqlite_store, **changed)
    assert refused.value.code == code


def test_the_same_secret_is_not_given_out_twice(store):
    issue(store)
    with pytest.raises(StateConflict) as refused:
        issue(store, signatory="lagos")
    assert refused.value.code == "challenge.repeated"


def test_the_database_does_not_hold_the_secret(store):
    issue(store)
    with store.reading() as session:
        row = session.execute(select(Challenges.__table__)).one()
    assert SECRET.hex() not in repr(row)
    assert repr(SECRET) not in repr(row)
    assert "the statement" not in repr(row)


def test_purging_forgets_what_has_expired(store):
    issue(store)
    issue(store, secret=pseudo_random("later"), lifetime=timedelta(days=1))
    with store.transaction() as session:
        assert challenges.purge(session, now=START + TEN_MINUTES) == 1
        assert challenges.purge(session, now=START + TEN_MINUTES) == 0
    with pytest.raises(NotFound):
        consume(store)
    consume(store, secret=pseudo_random("later"))
