"""What drafters and delegations discuss: acts in one order, where each comment stands, who is mentioned."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0009"
down_revision: Final = "0008"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "discussion_acts",
        _words("declaration"),
        _whole("index"),
        _words("previous", nullable=True),
        _words("kind"),
        _whole("comment"),
        _words("role"),
        _words("by"),
        sa.Column("at", sa.String(20), nullable=False),
        _words("words", nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        _words("digest"),
        sa.Column("text", sa.Text(), nullable=True),
        _words("salt", nullable=True),
        sa.PrimaryKeyConstraint("declaration", "index", name="pk_discussion_acts"),
    )
    op.create_index("ix_discussion_acts_declaration_comment", "discussion_acts", ["declaration", "comment"])
    op.create_table(
        "comments",
        _words("declaration"),
        _whole("comment"),
        _whole("thread"),
        _words("topic"),
        _words("anchor"),
        _whole("place"),
        _words("role"),
        _words("author"),
        sa.Column("written", sa.String(20), nullable=False),
        _whole("revision"),
        _whole("latest"),
        _whole("changed"),
        _words("struck", nullable=True),
        sa.Column("resolved", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("declaration", "comment", name="pk_comments"),
    )
    op.create_index("ix_comments_declaration_thread", "comments", ["declaration", "thread"])
    op.create_index("ix_comments_declaration_topic", "comments", ["declaration", "topic"])
    op.create_table(
        "mentions",
        _words("declaration"),
        _whole("comment"),
        _words("whom"),
        _whole("act"),
        sa.PrimaryKeyConstraint("declaration", "comment", "whom", name="pk_mentions"),
    )
    op.create_index("ix_mentions_declaration_whom_act", "mentions", ["declaration", "whom", "act"])


def downgrade() -> None:
    """Remove the tables, and with them what was discussed: export it first (`declaration discussion`)."""
    for table in ("mentions", "comments", "discussion_acts"):
        op.drop_table(table)


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)
