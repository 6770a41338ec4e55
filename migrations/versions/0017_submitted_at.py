"""submitted_at: records that wait for review are listed by when they were handed in, not first stored."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("achievements", "needs")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("submitted_at", sa.DateTime(), nullable=True))
        rows = sa.table(table, sa.column("status"), sa.column("submitted_at"), sa.column("updated_at"))
        waiting = rows.update().where(rows.c.status == "submitted")
        op.execute(waiting.values(submitted_at=rows.c.updated_at))
        op.create_index(op.f(f"ix_{table}_status_submitted_at"), table, ["status", "submitted_at"], unique=False)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(op.f(f"ix_{table}_status_submitted_at"), table)
        op.drop_column(table, "submitted_at")
