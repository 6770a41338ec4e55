"""lists by state: records that wait for review, are new, or expire are found without reading the others."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("achievements", "needs")
_COLUMNS = (["status", "id"], ["valid_until"])


def upgrade() -> None:
    for table in _TABLES:
        for columns in _COLUMNS:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)


def downgrade() -> None:
    for table in _TABLES:
        for columns in _COLUMNS:
            op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
