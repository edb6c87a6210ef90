"""Who follows by e-mail, and the letters on their way to them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "followings",
        *_words("following", "declaration", "reader", "address", "topic", "language", "pace"),
        *_moments("asked"),
        sa.Column("confirmed", sa.String(20), nullable=True),
        _whole("sent"),
        *_moments("due"),
        _whole("refusals"),
        sa.PrimaryKeyConstraint("following", name="pk_followings"),
        sa.UniqueConstraint("declaration", "reader", "topic", name="uq_followings_declaration_reader_topic"),
    )
    op.create_index("ix_followings_due", "followings", ["due"])
    op.create_table(
        "letters",
        *_words("letter", "declaration"),
        sa.Column("following", sa.String(), nullable=True),
        *_words("kind"),
        sa.Column("sealed", sa.Text(), nullable=False),
        _whole("attempts"),
        *_moments("due", "at", "expires"),
        sa.PrimaryKeyConstraint("letter", name="pk_letters"),
    )
    op.create_index("ix_letters_due", "letters", ["due"])
    op.create_index("ix_letters_following", "letters", ["following"])


def downgrade() -> None:
    """Remove the tables: nobody is written to any more, and nothing public goes with them."""
    op.drop_table("letters")
    op.drop_table("followings")


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _moments(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(20), nullable=False) for name in names]
