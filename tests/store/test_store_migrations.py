from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from declaration.errors import ConfigurationError
from declaration.store import migrate, private
from declaration.store.session import open_store
from declaration.store.tables import PROJECTED, Base


def connection_of(store):
    return store._writer.begin()


def test_models_are_the_newest_migration(store):
    with connection_of(store) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def constraints(connection):
    """Names of constraints by table, which autogeneration does not compare."""
    seen = inspect(connection)
    return {
        table: {
            "key": seen.get_pk_constraint(table)["name"],
            "keys": seen.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(item["name"] for item in seen.get_unique_constraints(table)),
            "foreign": sorted((item["name"], item["referred_table"]) for item in seen.get_foreign_keys(table)),
            "check": sorted(item["name"] for item in seen.get_check_constraints(table)),
            "index": sorted(item["name"] for item in seen.get_indexes(table) if not item.get("duplicates_constraint")),
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_name_every_constraint_as_the_models_do(store):
    with connection_of(store) as connection:
        migrated = constraints(connection)
        # a database of the same kind whose tables are made from the models
        connection.execute(text("DROP TABLE alembic_version"))
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)
        assert migrated == constraints(connection)


def test_every_table_is_either_projected_or_private():
    here = {"challenges", "idempotency_keys", "checkpoints"}
    there = {
        mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.__module__ == private.__name__
    }
    assert len(there) == 16
    projected = {table.__tablename__ for table in PROJECTED}
    assert projected | here | there == set(Base.metadata.tables)
    assert not projected & (here | there)
    assert all(next(iter(Base.metadata.tables[t.__tablename__].primary_key)).name == "declaration" for t in PROJECTED)


def test_upgrading_twice_and_at_the_same_time_is_upgrading_once(store_url):
    stores = [open_store(store_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda store: store.upgrade(), stores))
    for store in stores:
        store.upgrade()
        store.check()
        store.dispose()


def test_an_empty_database_says_which_command_to_run(store_url):
    store = open_store(store_url)
    with pytest.raises(ConfigurationError, match="declaration db upgrade") as refused:
        store.check()
    assert refused.value.code == "store.unmigrated"
    store.dispose()


def test_a_database_of_a_newer_program_is_left_alone(store):
    with connection_of(store) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    for attempt in (store.check, store.upgrade):
        with pytest.raises(ConfigurationError) as refused:
            attempt()
        assert refused.value.code == "store.newer"


def test_going_back_removes_every_table(store):
    with connection_of(store) as connection:
        command.downgrade(migrate.config(connection), "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    store.upgrade()
    store.check()


def test_a_migration_that_fails_leaves_nothing_behind(sqlite_url):
    """SQLite's DDL is transactional only because our connections begin explicitly."""
    other = create_engine(sqlite_url)
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE seals (note TEXT)"))
    store = open_store(sqlite_url)
    with pytest.raises(Exception, match="already exists"):
        store.upgrade()
    with other.begin() as connection:
        assert inspect(connection).get_table_names() == ["seals"]
    other.dispose()
    store.dispose()
