"""demo accounts: those that come with the illustrative data, and end with the first real one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# Directly, not by copying the table as a batch would: other tables refer to it.
def upgrade() -> None:
    op.add_column("accounts", sa.Column("demo", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("accounts", "demo")
