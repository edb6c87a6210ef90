from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from declaration.canonical import encode
from declaration.errors import InputRefused, RecordDamaged
from declaration.store import queries
from declaration.store.columns import Canonical, Moment

DIALECT = sqlite.dialect()
MOMENTS = st.datetimes(timezones=st.timezones()).filter(lambda at: 2 < at.year < 9998)


@given(MOMENTS)
def test_a_moment_comes_back_in_utc_and_whole_seconds(at):
    column = Moment()
    stored = column.process_bind_param(at, DIALECT)
    assert len(stored) == 20
    assert column.process_result_value(stored, DIALECT) == at.astimezone(UTC).replace(microsecond=0)


@given(MOMENTS, MOMENTS)
def test_moments_sort_as_text(one, other):
    column = Moment()
    seconds = [at.astimezone(UTC).replace(microsecond=0) for at in (one, other)]
    texts = [column.process_bind_param(at, DIALECT) for at in (one, other)]
    assert (texts[0] < texts[1]) == (seconds[0] < seconds[1])


def test_a_moment_is_spelled_as_in_entries():
    at = datetime(2019, 9, 1, 13, 4, 5, 999, tzinfo=timezone(timedelta(hours=2)))
    assert Moment().process_bind_param(at, DIALECT) == "2019-09-01T11:04:05Z"


@pytest.mark.parametrize("stored", ["yesterday", "2019-09-01T11:04:05", "2019-09-01T11:04:05+00:00", "20190901"])
def test_a_moment_spelled_otherwise_is_damage(stored):
    with pytest.raises(RecordDamaged):
        Moment().process_result_value(stored, DIALECT)


@settings(max_examples=30, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers(-9, 9) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
    )
)
def test_json_is_stored_in_its_canonical_form(value):
    stored = Canonical().process_bind_param(value, DIALECT)
    assert stored == (None if value is None else encode(value).decode())
    assert Canonical().process_result_value(stored, DIALECT) == value


def test_a_column_that_is_no_json_is_one_of_our_errors(scene):
    scene.open()
    with scene.store.transaction() as session:
        session.execute(text("UPDATE declarations SET origins = '[1,'"))
    with scene.store.reading() as session, pytest.raises(InputRefused):
        queries.declaration(session, "d1")


def test_nothing_is_nothing():
    assert Moment().process_bind_param(None, DIALECT) is None
    assert Moment().process_result_value(None, DIALECT) is None
    assert Canonical().process_result_value(None, DIALECT) is None
