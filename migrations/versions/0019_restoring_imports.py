"""restore_withdrawn, restored, withdrawn: an upload may bring withdrawn records back, and counts them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("restore_withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("restored", "withdrawn"):
        op.add_column("uploads", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in ("withdrawn", "restored", "restore_withdrawn"):
        op.drop_column("uploads", name)
