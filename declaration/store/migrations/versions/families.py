"""Which amendment an amendment amends, and of which it is an alternative."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0007"
down_revision: Final = "0006"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add the columns: no amendment before them named another."""
    op.add_column("amendments", sa.Column("amends", sa.String(), nullable=True))
    op.add_column("amendments", sa.Column("alternative", sa.String(), nullable=True))
    op.create_index("ix_amendments_declaration_amends", "amendments", ["declaration", "amends"])


def downgrade() -> None:
    """Remove the columns: the ledger's blobs keep what they said."""
    op.drop_index("ix_amendments_declaration_amends", "amendments")
    op.drop_column("amendments", "alternative")
    op.drop_column("amendments", "amends")
