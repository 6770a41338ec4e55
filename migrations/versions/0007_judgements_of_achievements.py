"""judgements of achievements: for which needs an achievement was judged is found without reading the others."""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NAME = "ix_judgements_achievement_id"


def upgrade() -> None:
    op.create_index(op.f(_NAME), "judgements", ["achievement_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f(_NAME), "judgements")
