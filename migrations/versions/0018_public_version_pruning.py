"""public_version: what others are told moves only with what they can see; and what pruning must know."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("achievements", "needs")


_BEFORE_ANY = "1970-01-01 00:00:00"


def upgrade() -> None:
    for table in _TABLES:
        _add(table, sa.Column("public_version", sa.Integer(), nullable=False, server_default="1"), "version")
        moment = sa.Column("public_updated_at", sa.DateTime(), nullable=False, server_default=_BEFORE_ANY)
        _add(table, moment, "updated_at")
    moment = sa.Column("activated_at", sa.DateTime(), nullable=False, server_default=_BEFORE_ANY)
    _add("embedding_models", moment, "created_at")
    op.create_table(
        "pruned_changes",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("public", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pruned_changes")),
    )


def _add(table: str, column: "sa.Column[Any]", source: str) -> None:
    """Add a column that begins as another one stands."""
    op.add_column(table, column)
    rows = sa.table(table, sa.column(column.name), sa.column(source))
    op.execute(rows.update().values({column.name: rows.c[source]}))


def downgrade() -> None:
    op.drop_table("pruned_changes")
    op.drop_column("embedding_models", "activated_at")
    for table in _TABLES:
        op.drop_column(table, "public_updated_at")
        op.drop_column(table, "public_version")
