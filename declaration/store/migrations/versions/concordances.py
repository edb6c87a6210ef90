"""Which words were confirmed to say the same in which language, and in which language positions were taken."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0006"
down_revision: Final = "0005"
branch_labels: Final = None
depends_on: Final = None

_WORDS: Final = ("declaration", "passage", "language", "drafting", "words")


def upgrade() -> None:
    """Make the table and the columns."""
    op.create_table(
        "concordances",
        *(sa.Column(name, sa.String(), nullable=False) for name in _WORDS),
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in ("version", "entry")),
        sa.Column("at", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["declaration"], ["declarations.declaration"], name="fk_concordances_declaration"),
        sa.PrimaryKeyConstraint(*_WORDS, name="pk_concordances"),
    )
    for name in ("carried", "language"):
        op.add_column("positions", sa.Column(name, sa.String(), nullable=True))


def downgrade() -> None:
    """Remove them; the ledger keeps what they say."""
    with op.batch_alter_table("positions") as positions:
        positions.drop_column("language")
        positions.drop_column("carried")
    op.drop_table("concordances")
