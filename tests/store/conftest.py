"""A declaration on a fresh database of each kind, and a picture of all its rows."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import select

sys.path.append(str(Path(__file__).parent))

from store_scene import Scene

from declaration.store.session import open_store
from declaration.store.tables import Base


@pytest.fixture
def store(store_url):
    opened = open_store(store_url)
    opened.upgrade()
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_store(sqlite_url):
    opened = open_store(sqlite_url)
    opened.upgrade()
    yield opened
    opened.dispose()


@pytest.fixture
def scene(store):
    return Scene(store)


@pytest.fixture
def sqlite_scene(sqlite_store):
    return Scene(sqlite_store)


@pytest.fixture
def rows():
    """Every row of every table, to compare before and after."""

    def look(store):
        with store.reading() as session:
            return {
                table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
            }

    return look
