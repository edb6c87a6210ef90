"""A declaration on a fresh database of each kind, and a picture of all its rows."""

import shutil
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

sys.path.append(str(Path(__file__).parent))

from store_scene import START, Scene

from declaration.ledger.checkpoint import Checkpoint
from declaration.ledger.note import Algorithm, SigningKey, sign_checkpoint
from declaration.store import queries
from declaration.store.audit import audit
from declaration.store.session import open_store
from declaration.store.tables import Base


@pytest.fixture
def store(store_url):
    opened = open_store(store_url)
    opened.upgrade()
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    """An SQLite file with all tables, to be copied: faster than migrating for every test."""
    file = tmp_path_factory.mktemp("migrated") / "declaration.db"
    opened = open_store(f"sqlite:///{file}")
    opened.upgrade()
    opened.dispose()
    return file


@pytest.fixture
def sqlite_store(sqlite_url, migrated_file):
    shutil.copy(migrated_file, sqlite_url.removeprefix("sqlite:///"))
    opened = open_store(sqlite_url)
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


@pytest.fixture
def note_of():
    """A function that signs the head of a scene's ledger, or an earlier one."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))

    def sign(scene, size=None, origin=None, root=None):
        with scene.store.reading() as session:
            tree = queries.tree(session, scene.declaration)
            size = tree.size if size is None else size
            checkpoint = Checkpoint(origin or scene.origin, size, root or tree.root(size))
        return sign_checkpoint(checkpoint, [SigningKey(scene.origin, Algorithm.ED25519, key)], at=START)

    return sign


@pytest.fixture(scope="module")
def one_store():
    """One database in memory for all examples, each a declaration of its own; all are audited at the end."""
    store = open_store("sqlite://")
    store.upgrade()
    yield store
    with store.reading() as session:
        known = queries.declarations(session)
    for declaration in known[:: max(1, len(known) // 4)]:
        audit(store, declaration)
    store.dispose()
