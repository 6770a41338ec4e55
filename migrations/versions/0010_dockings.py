"""dockings: pairs that are followed to the contract, their history and files."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "dockings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("need_id", sa.String(length=32), nullable=False),
        sa.Column("achievement_id", sa.String(length=32), nullable=False),
        sa.Column("open_key", sa.String(length=70), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("interest_id", sa.String(length=32), nullable=True),
        sa.Column("roadshow_id", sa.String(length=32), nullable=True),
        sa.Column("challenge_id", sa.String(length=32), nullable=True),
        sa.Column("liaison_id", sa.String(length=32), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("stage_since", sa.DateTime(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_from", sa.String(length=20), nullable=True),
        sa.Column("close_reason", sa.String(length=30), nullable=True),
        sa.Column("close_note", sa.Text(), nullable=False),
        sa.Column("next_action", sa.Text(), nullable=False),
        sa.Column("next_owner_id", sa.String(length=32), nullable=True),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("blocked_team", sa.String(length=20), nullable=True),
        sa.Column("blocked_note", sa.Text(), nullable=False),
        sa.Column("blocked_since", sa.DateTime(), nullable=True),
        sa.Column("judgement_id", sa.String(length=32), nullable=True),
        sa.Column("judged_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievements.id"], name=op.f("fk_dockings_achievement_id_achievements")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_dockings_created_by_accounts")),
        sa.ForeignKeyConstraint(["liaison_id"], ["accounts.id"], name=op.f("fk_dockings_liaison_id_accounts")),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_dockings_need_id_needs")),
        sa.ForeignKeyConstraint(["next_owner_id"], ["accounts.id"], name=op.f("fk_dockings_next_owner_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dockings")),
        sa.UniqueConstraint("open_key", name=op.f("uq_dockings_open_key")),
    )
    op.create_index(op.f("ix_dockings_achievement_id"), "dockings", ["achievement_id"], unique=False)
    op.create_index(op.f("ix_dockings_blocked_team"), "dockings", ["blocked_team"], unique=False)
    op.create_index(op.f("ix_dockings_liaison_id_stage"), "dockings", ["liaison_id", "stage"], unique=False)
    op.create_index(op.f("ix_dockings_need_id_achievement_id"), "dockings", ["need_id", "achievement_id"], unique=False)
    op.create_index(op.f("ix_dockings_next_due_on"), "dockings", ["next_due_on"], unique=False)
    op.create_index(op.f("ix_dockings_roadshow_id"), "dockings", ["roadshow_id"], unique=False)
    op.create_index(op.f("ix_dockings_stage_id"), "dockings", ["stage", "id"], unique=False)
    op.create_table(
        "docking_entries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("docking_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_docking_entries_account_id_accounts")),
        sa.ForeignKeyConstraint(["docking_id"], ["dockings.id"], name=op.f("fk_docking_entries_docking_id_dockings")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_docking_entries_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docking_entries")),
    )
    op.create_index(op.f("ix_docking_entries_docking_id_id"), "docking_entries", ["docking_id", "id"], unique=False)
    op.create_table(
        "docking_events",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("docking_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=True),
        sa.Column("after", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_docking_events_account_id_accounts")),
        sa.ForeignKeyConstraint(["docking_id"], ["dockings.id"], name=op.f("fk_docking_events_docking_id_dockings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docking_events")),
    )
    op.create_index(op.f("ix_docking_events_docking_id_id"), "docking_events", ["docking_id", "id"], unique=False)
    op.create_table(
        "docking_files",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("docking_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_docking_files_account_id_accounts")),
        sa.ForeignKeyConstraint(["docking_id"], ["dockings.id"], name=op.f("fk_docking_files_docking_id_dockings")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_docking_files_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docking_files")),
    )
    op.create_index(op.f("ix_docking_files_docking_id_id"), "docking_files", ["docking_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_docking_files_docking_id_id"), table_name="docking_files")
    op.drop_table("docking_files")
    op.drop_index(op.f("ix_docking_events_docking_id_id"), table_name="docking_events")
    op.drop_table("docking_events")
    op.drop_index(op.f("ix_docking_entries_docking_id_id"), table_name="docking_entries")
    op.drop_table("docking_entries")
    op.drop_index(op.f("ix_dockings_stage_id"), table_name="dockings")
    op.drop_index(op.f("ix_dockings_roadshow_id"), table_name="dockings")
    op.drop_index(op.f("ix_dockings_next_due_on"), table_name="dockings")
    op.drop_index(op.f("ix_dockings_need_id_achievement_id"), table_name="dockings")
    op.drop_index(op.f("ix_dockings_liaison_id_stage"), table_name="dockings")
    op.drop_index(op.f("ix_dockings_blocked_team"), table_name="dockings")
    op.drop_index(op.f("ix_dockings_achievement_id"), table_name="dockings")
    op.drop_table("dockings")
