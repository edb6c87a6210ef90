"""What Alembic runs around the steps: always over a connection that `declaration.store.migrate` hands in."""

from alembic import context

import declaration.store.private  # noqa: F401 - its tables belong to the same metadata
from declaration.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,  # our SQLite connections begin explicitly, so their DDL is transactional too
    transaction_per_migration=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
