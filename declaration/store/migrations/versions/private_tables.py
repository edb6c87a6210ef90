"""Who comes in, what lies on a desk, what traffic is counted: tables that are private to the service."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None

TABLES: Final = (
    "invitations",
    "delegates",
    "passkeys",
    "sessions",
    "tokens",
    "drafts",
    "prepared",
    "throttles",
    "replies",
    "webhooks",
)


def upgrade() -> None:
    """Make the tables."""
    _entering()
    _staying()
    _desks()
    _traffic()


def downgrade() -> None:
    """Remove the tables; nothing public goes with them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _perhaps(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=True)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null)


def _moments(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(20), nullable=False) for name in names]


def _perhaps_at(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(20), nullable=True)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _entering() -> None:
    op.create_table(
        "invitations",
        *_words("digest", "declaration", "role", "subject"),
        *_moments("issued", "expires"),
        _perhaps_at("used"),
        _perhaps_at("recalled"),
        _key("invitations", "digest"),
    )
    _index("invitations", "declaration", "role", "subject")
    op.create_table(
        "delegates",
        *_words("declaration", "delegate", "signatory", "name"),
        *_moments("at"),
        _perhaps_at("ended"),
        _key("delegates", "declaration", "delegate"),
    )
    op.create_table(
        "passkeys",
        *_words("declaration", "credential", "role", "subject", "public_key"),
        *_moments("at"),
        _perhaps_at("revoked"),
        _key("passkeys", "declaration", "credential"),
    )
    _index("passkeys", "declaration", "role", "subject")


def _staying() -> None:
    op.create_table(
        "sessions",
        *_words("session", "digest"),
        _perhaps("former"),
        *_moments("exchanged"),
        *_words("declaration", "role", "subject", "credential"),
        *_moments("opened", "seen", "expires"),
        _key("sessions", "session"),
        _unique("sessions", "digest"),
    )
    _index("sessions", "former")
    _index("sessions", "expires")
    _index("sessions", "declaration", "credential")
    op.create_table(
        "tokens",
        *_words("declaration", "token", "digest", "role", "subject", "label"),
        *_moments("issued", "expires"),
        _perhaps_at("revoked"),
        _key("tokens", "declaration", "token"),
        _unique("tokens", "digest"),
    )


def _desks() -> None:
    op.create_table(
        "drafts",
        *_words("declaration", "drafter", "draft"),
        _long("content"),
        _whole("revision"),
        *_moments("changed"),
        _key("drafts", "declaration", "drafter", "draft"),
    )
    op.create_table(
        "prepared",
        *_words("declaration", "signatory", "clause", "digest", "stance"),
        _perhaps("reservation"),
        *_words("by"),
        *_moments("at"),
        _key("prepared", "declaration", "signatory", "clause"),
    )


def _traffic() -> None:
    op.create_table("throttles", *_words("key"), _whole("empty"), _key("throttles", "key"))
    _index("throttles", "empty")
    op.create_table(
        "replies",
        *_words("actor", "key", "request"),
        _whole("status", null=True),
        _perhaps("answer"),
        *_moments("at"),
        _key("replies", "actor", "key"),
    )
    _index("replies", "at")
    op.create_table(
        "webhooks",
        *_words("declaration", "webhook", "url", "secret"),
        _whole("sent"),
        _whole("failures"),
        *_moments("due", "at"),
        _key("webhooks", "declaration", "webhook"),
    )
