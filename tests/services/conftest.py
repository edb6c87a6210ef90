"""A small summit at each stage, on a fresh database of each kind."""

import shutil
import sys
import uuid
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent.parent / "exchange"))
sys.path.append(str(Path(__file__).parent.parent / "drafting"))

from service_world import World, keys_of

from declaration.store.session import open_store

STAGES = ("empty", "drafting", "signing", "answered")


@pytest.fixture(scope="session")
def keys():
    return keys_of()


@pytest.fixture(scope="session")
def sqlite_stages(keys, tmp_path_factory):
    """An SQLite file and the moment for each stage, to be copied: faster than playing it for every test."""
    folder = tmp_path_factory.mktemp("stages")
    played = {}
    for stage in STAGES:
        file = folder / f"{stage}.db"
        played[stage] = (file, _play(f"sqlite:///{file}", keys, stage))
    return played


@pytest.fixture(scope="session")
def postgresql_stages(keys, postgres_cluster):
    """A PostgreSQL database for each stage, to be copied."""
    played = {}
    for stage in STAGES:
        name = f"stage_{stage}_{uuid.uuid4().hex[:8]}"
        postgres_cluster.create(name)
        played[stage] = (name, _play(postgres_cluster.url(name), keys, stage))
    return played


def _play(url, keys, stage):
    store = open_store(url)
    store.upgrade()
    world = World(store, keys)
    if stage != "empty":
        getattr(world, stage)()
    store.dispose()
    return world.time


class Stages:
    """Gives the address of a database at a stage, and a world around it."""

    def __init__(self, keys, copy):
        self._keys = keys
        self._copy = copy
        self._opened = []

    def at(self, stage):
        url, now = self._copy(stage)
        return self.on(url, now)

    def on(self, url, now):
        store = open_store(url)
        self._opened.append(store)
        world = World(store, self._keys, now)
        world.url = url
        return world

    def close(self):
        for store in self._opened:
            store.dispose()


@pytest.fixture
def sqlite_worlds(keys, sqlite_stages, tmp_path):
    def copy(stage):
        source, now = sqlite_stages[stage]
        target = tmp_path / f"{stage}-{uuid.uuid4().hex[:8]}.db"
        shutil.copy(source, target)
        return f"sqlite:///{target}", now

    stages = Stages(keys, copy)
    yield stages
    stages.close()


@pytest.fixture(scope="module")
def module_worlds(keys, sqlite_stages, tmp_path_factory):
    """Worlds on SQLite that the tests of a module share, because they only read."""

    def copy(stage):
        source, now = sqlite_stages[stage]
        target = tmp_path_factory.mktemp("shared") / f"{stage}.db"
        shutil.copy(source, target)
        return f"sqlite:///{target}", now

    stages = Stages(keys, copy)
    yield stages
    stages.close()


@pytest.fixture
def postgresql_worlds(keys, postgresql_stages, postgres_cluster):
    made = []

    def copy(stage):
        source, now = postgresql_stages[stage]
        made.append(f"{source}_{len(made)}_{uuid.uuid4().hex[:8]}")
        postgres_cluster.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {source}")
        return postgres_cluster.url(made[-1]), now

    stages = Stages(keys, copy)
    yield stages
    stages.close()
    for name in made:
        postgres_cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def worlds(request):
    """The small summit at any stage, once on each kind of database."""
    return request.getfixturevalue(f"{request.param}_worlds")
