"""Announce every new head of a ledger to whoever listens; PostgreSQL only, SQLite has no notices."""

from typing import Final

from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None

FUNCTION: Final = """
CREATE FUNCTION announce_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('declaration', NEW.size::text);
    RETURN NULL;
END
$$
"""
TRIGGER: Final = """
CREATE TRIGGER announce_head AFTER INSERT OR UPDATE OF size ON heads
FOR EACH ROW EXECUTE FUNCTION announce_head()
"""


def upgrade() -> None:
    """Make the trigger."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        op.execute(TRIGGER)


def downgrade() -> None:
    """Remove it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER announce_head ON heads")
        op.execute("DROP FUNCTION announce_head()")
