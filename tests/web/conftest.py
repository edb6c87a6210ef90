"""Services for the tests of the web: keys are made once, a database is migrated once, each test has its own copy."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from web_summit import Summit, make_keys

from declaration.store.session import open_store


@pytest.fixture(scope="session")
def web_keys(tmp_path_factory):
    return make_keys(tmp_path_factory.mktemp("web") / "keys")


@pytest.fixture(scope="session")
def web_migrated(tmp_path_factory):
    file = tmp_path_factory.mktemp("web") / "migrated.db"
    store = open_store(f"sqlite:///{file}")
    store.upgrade()
    store.dispose()
    return file


@pytest.fixture
def summit(tmp_path, web_keys, web_migrated):
    """A fresh small summit on SQLite."""
    shutil.copy(web_migrated, tmp_path / "summit.db")
    made = Summit(f"sqlite:///{tmp_path / 'summit.db'}", web_keys)
    yield made
    made.close()


@pytest.fixture
def summit_on_postgresql(postgres_url, web_keys):
    """A fresh small summit on PostgreSQL."""
    made = Summit(postgres_url, web_keys)
    yield made
    made.close()
