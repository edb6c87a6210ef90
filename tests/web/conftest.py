"""Services for the tests of the web: keys are made once, a database is migrated once, each test has its own copy."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from web_scenes import play_half, play_whole
from web_summit import Summit, make_keys

from declaration.services.lettering import WEB_FONTS, web_font
from declaration.store.session import open_store


@pytest.fixture(scope="session")
def web_keys(tmp_path_factory):
    return make_keys(tmp_path_factory.mktemp("web") / "keys")


@pytest.fixture(scope="session")
def typefaces(pytestconfig):
    """Web fonts, made before a browser waits for them; kept between runs, since cutting them takes half a minute."""
    for name in WEB_FONTS:
        web_font(name, pytestconfig.cache.mkdir("typefaces"))


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


@pytest.fixture(scope="session")
def half(tmp_path_factory):
    """The service of a summit in the middle of drafting; nobody may write to it."""
    made = play_half(tmp_path_factory.mktemp("half"))
    yield made
    made.store.dispose()


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """The service of a summit that is over; nobody may write to it."""
    made = play_whole(tmp_path_factory.mktemp("whole"))
    yield made
    made.store.dispose()
