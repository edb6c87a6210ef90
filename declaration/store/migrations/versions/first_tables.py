"""The first tables."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final[str | None] = None
branch_labels: Final = None
depends_on: Final = None

TABLES: Final = (
    "heads",
    "entries",
    "tiles",
    "blobs",
    "declarations",
    "drafters",
    "signatories",
    "credentials",
    "nonces",
    "versions",
    "clauses",
    "amendments",
    "positions",
    "instruments",
    "signatures",
    "declines",
    "seals",
    "challenges",
    "idempotency_keys",
    "checkpoints",
)
"""In the order in which they are made."""


def upgrade() -> None:
    """Make every table."""
    _ledger()
    _people()
    _text()
    _instrument()
    _private()


def downgrade() -> None:
    """Remove every table, and with them everything recorded."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _text_column(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null)


def _long(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _whole(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _moment(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(20), nullable=null)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _parent(table: str, parent: str, **columns: str) -> sa.ForeignKeyConstraint:
    theirs = [f"{parent}.{name}" for name in columns.values()]
    return sa.ForeignKeyConstraint(list(columns), theirs, name=f"fk_{table}_{'_'.join(columns)}")


def _one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _ledger() -> None:
    op.create_table(
        "heads", _text_column("declaration"), _whole("size"), _bytes("frontier"), _key("heads", "declaration")
    )
    op.create_table(
        "entries",
        _text_column("declaration"),
        _whole("index"),
        _text_column("kind"),
        _moment("at"),
        _text_column("by"),
        _bytes("leaf_hash"),
        _bytes("data"),
        _key("entries", "declaration", "index"),
        _parent("entries", "heads", declaration="declaration"),
    )
    op.create_table(
        "tiles",
        _text_column("declaration"),
        _whole("level"),
        _whole("number"),
        _bytes("root"),
        _key("tiles", "declaration", "level", "number"),
        _parent("tiles", "heads", declaration="declaration"),
    )
    op.create_table(
        "blobs",
        _text_column("declaration"),
        _text_column("digest"),
        _bytes("data"),
        _key("blobs", "declaration", "digest"),
        _parent("blobs", "heads", declaration="declaration"),
    )


def _people() -> None:
    op.create_table(
        "declarations",
        *(_text_column(name) for name in ("declaration", "folded", "origin", "rp_id")),
        _long("origins"),
        *(_text_column(name) for name in ("depositary", "depositary_name", "depositary_city", "depositary_country")),
        _long("languages"),
        _text_column("phase"),
        _whole("version", null=True),
        _whole("frozen", null=True),
        _moment("at"),
        _key("declarations", "declaration"),
        _unique("declarations", "folded"),
        _unique("declarations", "origin"),
        _parent("declarations", "heads", declaration="declaration"),
        _one_of("declarations", "phase", "drafting", "frozen", "sealed"),
    )
    op.create_table(
        "drafters",
        *(_text_column(name) for name in ("declaration", "drafter", "folded", "name")),
        _whole("entry"),
        _key("drafters", "declaration", "drafter"),
        _unique("drafters", "declaration", "folded"),
        _parent("drafters", "declarations", declaration="declaration"),
    )
    op.create_table(
        "signatories",
        *(_text_column(name) for name in ("declaration", "signatory", "folded", "office", "name")),
        *(_text_column(name) for name in ("city", "native", "country")),
        _whole("entry"),
        _key("signatories", "declaration", "signatory"),
        _unique("signatories", "declaration", "folded"),
        _parent("signatories", "declarations", declaration="declaration"),
    )
    _credentials()


def _credentials() -> None:
    op.create_table(
        "credentials",
        *(_text_column(name) for name in ("declaration", "credential", "signatory", "public_key")),
        _whole("algorithm"),
        _whole("entry"),
        _moment("at"),
        _whole("revoked", null=True),
        _text_column("reason", null=True),
        _key("credentials", "declaration", "credential"),
        _unique("credentials", "declaration", "public_key"),
        _parent("credentials", "signatories", declaration="declaration", signatory="signatory"),
    )
    op.create_index("ix_credentials_declaration_signatory", "credentials", ["declaration", "signatory"])
    op.create_table(
        "nonces",
        *(_text_column(name) for name in ("declaration", "nonce")),
        _whole("entry"),
        _key("nonces", "declaration", "nonce"),
        _parent("nonces", "declarations", declaration="declaration"),
    )


def _text() -> None:
    op.create_table(
        "versions",
        _text_column("declaration"),
        _whole("number"),
        _text_column("digest"),
        _text_column("parent", null=True),
        _text_column("document"),
        _text_column("carriage", null=True),
        _whole("entry"),
        _moment("at"),
        _key("versions", "declaration", "number"),
        _unique("versions", "declaration", "digest"),
        _parent("versions", "declarations", declaration="declaration"),
    )
    op.create_table(
        "clauses",
        _text_column("declaration"),
        _whole("version"),
        _text_column("clause"),
        _text_column("section"),
        _whole("place"),
        _text_column("digest"),
        _key("clauses", "declaration", "version", "clause"),
        _parent("clauses", "versions", declaration="declaration", version="number"),
    )
    _amendments()
    op.create_table(
        "positions",
        *(_text_column(name) for name in ("declaration", "signatory", "clause", "digest")),
        _whole("version"),
        _text_column("stance"),
        _text_column("reservation", null=True),
        _whole("entry"),
        _moment("at"),
        _key("positions", "declaration", "signatory", "clause"),
        _parent("positions", "signatories", declaration="declaration", signatory="signatory"),
    )


def _amendments() -> None:
    states = ("tabled", "withdrawn", "adopted", "adopted-as-modified", "rejected")
    op.create_table(
        "amendments",
        *(_text_column(name) for name in ("declaration", "amendment", "folded", "author", "document", "base")),
        _long("changes"),
        _long("conflict", null=True),
        _text_column("state"),
        _whole("entry"),
        _moment("at"),
        _whole("revised", null=True),
        _whole("decided", null=True),
        _text_column("reason", null=True),
        _key("amendments", "declaration", "amendment"),
        _unique("amendments", "declaration", "folded"),
        _parent("amendments", "declarations", declaration="declaration"),
        _one_of("amendments", "state", *states),
    )
    op.create_index("ix_amendments_declaration_state", "amendments", ["declaration", "state"])


def _instrument() -> None:
    op.create_table(
        "instruments",
        _text_column("declaration"),
        _whole("frozen"),
        _text_column("version"),
        _whole("number"),
        _text_column("instrument"),
        _text_column("document"),
        _whole("roster"),
        _moment("at"),
        _whole("unfrozen", null=True),
        _text_column("reason", null=True),
        _key("instruments", "declaration", "frozen"),
        _parent("instruments", "declarations", declaration="declaration"),
    )
    for table, last in (("signatures", "evidence"), ("declines", "reason")):
        op.create_table(
            table,
            _text_column("declaration"),
            _whole("frozen"),
            *(_text_column(name) for name in ("signatory", "instrument", "credential", last)),
            _whole("entry"),
            _moment("at"),
            _whole("voided", null=True),
            _key(table, "declaration", "frozen", "signatory"),
            _parent(table, "instruments", declaration="declaration", frozen="frozen"),
            _parent(table, "signatories", declaration="declaration", signatory="signatory"),
        )
    op.create_table(
        "seals",
        _text_column("declaration"),
        _whole("frozen"),
        *(_text_column(name) for name in ("instrument", "edition", "merged")),
        *(_whole(name) for name in ("signatures", "declined", "entry")),
        _moment("at"),
        _key("seals", "declaration", "frozen"),
        _parent("seals", "instruments", declaration="declaration", frozen="frozen"),
    )


def _private() -> None:
    op.create_table(
        "challenges",
        *(_text_column(name) for name in ("digest", "declaration", "purpose", "signatory", "payload")),
        _moment("issued"),
        _moment("expires"),
        _moment("consumed", null=True),
        _key("challenges", "digest"),
    )
    op.create_index("ix_challenges_expires", "challenges", ["expires"])
    op.create_table(
        "idempotency_keys",
        *(_text_column(name) for name in ("declaration", "key", "kind", "by", "subject")),
        _whole("entry"),
        _key("idempotency_keys", "declaration", "key"),
        _parent("idempotency_keys", "heads", declaration="declaration"),
    )
    op.create_table(
        "checkpoints",
        _text_column("declaration"),
        _whole("size"),
        _long("note"),
        _moment("at"),
        _key("checkpoints", "declaration", "size"),
        _parent("checkpoints", "heads", declaration="declaration"),
    )
