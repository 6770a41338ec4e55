"""cases: closed matches on one page."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("docking_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("names_enterprise", sa.Boolean(), nullable=False),
        sa.Column("enterprise_label", sa.String(length=100), nullable=False),
        sa.Column("shows_amount", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_cases_created_by_accounts")),
        sa.ForeignKeyConstraint(["docking_id"], ["dockings.id"], name=op.f("fk_cases_docking_id_dockings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("docking_id", name=op.f("uq_cases_docking_id")),
    )
    op.create_index(op.f("ix_cases_state_id"), "cases", ["state", "id"], unique=False)
    op.create_table(
        "case_consents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("means", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=True),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_consents_case_id_cases")),
        sa.ForeignKeyConstraint(["recorded_by"], ["accounts.id"], name=op.f("fk_case_consents_recorded_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_consents")),
    )
    op.create_index(op.f("ix_case_consents_case_id_side"), "case_consents", ["case_id", "side"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_case_consents_case_id_side"), table_name="case_consents")
    op.drop_table("case_consents")
    op.drop_index(op.f("ix_cases_state_id"), table_name="cases")
    op.drop_table("cases")
