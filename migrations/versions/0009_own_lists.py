"""own lists: an organisation's newest records are found without reading all that it has."""

from collections.abc import Sequence

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("achievements", "needs")


def upgrade() -> None:
    for table in _TABLES:
        op.create_index(op.f(f"ix_{table}_organisation_id_id"), table, ["organisation_id", "id"], unique=False)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(op.f(f"ix_{table}_organisation_id_id"), table)
