"""judging: hard conditions of needs, vectors of clauses and sentences, judgements."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("needs") as batch:
        batch.add_column(sa.Column("hard_conditions", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("needs") as batch:
        batch.alter_column("hard_conditions", server_default=None)
    op.create_table(
        "piece_vectors",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("model_id", sa.String(length=200), nullable=False),
        sa.Column("rules", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "record_id", "model_id", name=op.f("pk_piece_vectors")),
    )
    op.create_index(
        op.f("ix_piece_vectors_model_id_content_hash"), "piece_vectors", ["model_id", "content_hash"], unique=False
    )
    op.create_table(
        "judgements",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("need_id", sa.String(length=32), nullable=False),
        sa.Column("achievement_id", sa.String(length=32), nullable=False),
        sa.Column("judge", sa.String(length=200), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(length=30), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievements.id"], name=op.f("fk_judgements_achievement_id_achievements")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_judgements_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
    )
    op.create_index(
        op.f("ix_judgements_need_id_achievement_id_judge"),
        "judgements",
        ["need_id", "achievement_id", "judge"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("judgements")
    op.drop_table("piece_vectors")
    with op.batch_alter_table("needs") as batch:
        batch.drop_column("hard_conditions")
