"""What tests of many parts share: databases (SQLite, a throwaway PostgreSQL cluster), and one LibreOffice."""

import sys
import uuid
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.append(str(Path(__file__).parent))

from postgresql_cluster import Cluster
from word_processor import WordProcessor

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # how long an example takes says more about the machine than about the code


@pytest.fixture(scope="session")
def postgres_cluster():
    try:
        cluster = Cluster()
    except FileNotFoundError as error:
        pytest.fail(str(error), pytrace=False)
    yield cluster
    cluster.stop()


@pytest.fixture
def postgres_url(postgres_cluster):
    """The address of an empty PostgreSQL database, removed after the test."""
    name = f"test_{uuid.uuid4().hex}"
    postgres_cluster.create(name)
    yield postgres_cluster.url(name)
    postgres_cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path):
    """The address of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'declaration.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request):
    """The address of an empty database, once of each kind."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """LibreOffice, started once for all tests: starting it takes longer than what most of them do with it."""
    made = WordProcessor(tmp_path_factory.mktemp("office"))
    yield made
    made.close()
