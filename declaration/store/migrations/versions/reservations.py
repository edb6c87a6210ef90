"""Reservations with their history, and objections to them."""

import hashlib
import json
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0008"
down_revision: Final = "0007"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables, and fill the one whose rows follow from positions that the ledger holds already."""
    reservations = op.create_table(
        "reservations",
        *_words("declaration"),
        _whole("entry"),
        *_words("clause", "signatory"),
        _whole("version"),
        *_words("digest", "words", "content", "step"),
        *_spell(),
        _of_signatory("reservations"),
        sa.PrimaryKeyConstraint("declaration", "entry", "clause", name="pk_reservations"),
    )
    op.create_index("ix_reservations_declaration_signatory", "reservations", ["declaration", "signatory"])
    op.create_index("ix_reservations_declaration_clause", "reservations", ["declaration", "clause"])
    op.create_table(
        "objections",
        *_words("declaration"),
        _whole("entry"),
        *_words("signatory", "author", "clause", "content", "reason"),
        *_spell(),
        _whole("withdrawn", nullable=True),
        _of_signatory("objections"),
        sa.PrimaryKeyConstraint("declaration", "entry", name="pk_objections"),
    )
    op.create_index("ix_objections_declaration_author_clause", "objections", ["declaration", "author", "clause"])
    if rows := _from_the_ledger(op.get_bind()):
        op.bulk_insert(reservations, rows)


def downgrade() -> None:
    """Remove the tables; the ledger keeps what they say."""
    op.drop_table("objections")
    op.drop_table("reservations")


def _from_the_ledger(connection: sa.Connection) -> list[dict[str, Any]]:
    """Return one row for each reservation that positions have made so far, as recording them would have."""
    versions: dict[tuple[str, str], int] = {
        (row.declaration, row.digest): row.number
        for row in connection.execute(sa.text("SELECT declaration, digest, number FROM versions"))
    }
    entries = sa.text(
        'SELECT declaration, "index", data FROM entries WHERE kind = \'positions.taken\' ORDER BY declaration, "index"'
    )
    rows: list[dict[str, Any]] = []
    standing: dict[tuple[str, str, str], dict[str, Any]] = {}
    for declaration, index, data in connection.execute(entries):
        entry = json.loads(bytes(data))
        statement = json.loads(entry["body"]["statement"])
        for line in statement["positions"]:
            place = (declaration, entry["by"], line["clause"])
            before, words = standing.get(place), line["reservation"]
            holds = line["stance"] == "accept-with-reservation"
            if before is not None and holds and (before["digest"], before["words"]) == (line["digest"], words):
                continue
            if before is not None:
                before["ended"], before["ended_at"] = index, entry["at"]
                del standing[place]
            if not holds:
                continue
            content = {"signatory": entry["by"]} | {name: line[name] for name in ("clause", "digest", "reservation")}
            canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
            same = before is not None and before["words"] == words
            standing[place] = {
                "declaration": declaration,
                "entry": index,
                "clause": line["clause"],
                "signatory": entry["by"],
                "version": versions[declaration, statement["version"]],
                "digest": line["digest"],
                "words": words,
                "content": hashlib.sha256(canonical).hexdigest(),
                "step": "declared" if before is None else "renewed" if same else "modified",
                "at": entry["at"],
                "ended": None,
                "ended_at": None,
            }
            rows.append(standing[place])
    return rows


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=nullable)


def _spell() -> list[sa.Column[Any]]:
    return [
        sa.Column("at", sa.String(20), nullable=False),
        _whole("ended", nullable=True),
        sa.Column("ended_at", sa.String(20), nullable=True),
    ]


def _of_signatory(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["declaration", "signatory"],
        ["signatories.declaration", "signatories.signatory"],
        name=f"fk_{table}_declaration_signatory",
    )
