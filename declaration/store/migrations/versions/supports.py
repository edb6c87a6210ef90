"""The rules of the negotiation, who supports which words, and who has been asked to."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "rules",
        *_words("declaration"),
        _whole("sponsors"),
        *_moments("deadline", nullable=True),
        *_words("zone", nullable=True),
        _whole("entry"),
        *_moments("at"),
        sa.ForeignKeyConstraint(["declaration"], ["declarations.declaration"], name="fk_rules_declaration"),
        sa.PrimaryKeyConstraint("declaration", name="pk_rules"),
    )
    op.create_table(
        "supports",
        *_words("declaration", "amendment", "drafter", "content"),
        _whole("entry"),
        *_moments("at"),
        _whole("stale", nullable=True),
        _whole("withdrawn", nullable=True),
        sa.ForeignKeyConstraint(
            ["declaration", "amendment"],
            ["amendments.declaration", "amendments.amendment"],
            name="fk_supports_declaration_amendment",
        ),
        sa.PrimaryKeyConstraint("declaration", "amendment", "drafter", name="pk_supports"),
    )
    op.create_table(
        "requests",
        *_words("declaration", "draft", "drafter", "author"),
        *_moments("asked"),
        *_words("content", nullable=True),
        *_moments("given", nullable=True),
        sa.PrimaryKeyConstraint("declaration", "draft", "drafter", name="pk_requests"),
    )
    op.create_index("ix_requests_declaration_drafter", "requests", ["declaration", "drafter"])


def downgrade() -> None:
    """Remove the tables; the ledger keeps what was public of it."""
    op.drop_table("requests")
    op.drop_table("supports")
    op.drop_table("rules")


def _words(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=nullable)


def _moments(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(20), nullable=nullable) for name in names]
