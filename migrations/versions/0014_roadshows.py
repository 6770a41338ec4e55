"""roadshows: events of matched pairs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "roadshows",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("tables", sa.Integer(), nullable=False),
        sa.Column("most_meetings", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_roadshows_created_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roadshows")),
    )
    op.create_index(op.f("ix_roadshows_held_on_id"), "roadshows", ["held_on", "id"], unique=False)
    op.create_table(
        "roadshow_guests",
        sa.Column("roadshow_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_roadshow_guests_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["roadshow_id"], ["roadshows.id"], name=op.f("fk_roadshow_guests_roadshow_id_roadshows")
        ),
        sa.PrimaryKeyConstraint("roadshow_id", "organisation_id", name=op.f("pk_roadshow_guests")),
    )
    op.create_index(op.f("ix_roadshow_guests_organisation_id"), "roadshow_guests", ["organisation_id"], unique=False)
    op.create_table(
        "roadshow_meetings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("roadshow_id", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.String(length=32), nullable=False),
        sa.Column("achievement_id", sa.String(length=32), nullable=False),
        sa.Column("enterprise_id", sa.String(length=32), nullable=False),
        sa.Column("university_id", sa.String(length=32), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("docking_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievements.id"], name=op.f("fk_roadshow_meetings_achievement_id_achievements")
        ),
        sa.ForeignKeyConstraint(["docking_id"], ["dockings.id"], name=op.f("fk_roadshow_meetings_docking_id_dockings")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisations.id"], name=op.f("fk_roadshow_meetings_enterprise_id_organisations")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_roadshow_meetings_need_id_needs")),
        sa.ForeignKeyConstraint(
            ["roadshow_id"], ["roadshows.id"], name=op.f("fk_roadshow_meetings_roadshow_id_roadshows")
        ),
        sa.ForeignKeyConstraint(
            ["university_id"], ["organisations.id"], name=op.f("fk_roadshow_meetings_university_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roadshow_meetings")),
    )
    op.create_index(
        op.f("ix_roadshow_meetings_roadshow_id_need_id_achievement_id"),
        "roadshow_meetings",
        ["roadshow_id", "need_id", "achievement_id"],
        unique=True,
    )
    op.create_index(
        op.f("ix_roadshow_meetings_roadshow_id_slot_enterprise_id"),
        "roadshow_meetings",
        ["roadshow_id", "slot", "enterprise_id"],
        unique=True,
    )
    op.create_index(
        op.f("ix_roadshow_meetings_roadshow_id_slot_seat"),
        "roadshow_meetings",
        ["roadshow_id", "slot", "seat"],
        unique=True,
    )
    op.create_index(
        op.f("ix_roadshow_meetings_roadshow_id_slot_university_id"),
        "roadshow_meetings",
        ["roadshow_id", "slot", "university_id"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_roadshow_meetings_roadshow_id_slot_university_id"), table_name="roadshow_meetings")
    op.drop_index(op.f("ix_roadshow_meetings_roadshow_id_slot_seat"), table_name="roadshow_meetings")
    op.drop_index(op.f("ix_roadshow_meetings_roadshow_id_slot_enterprise_id"), table_name="roadshow_meetings")
    op.drop_index(op.f("ix_roadshow_meetings_roadshow_id_need_id_achievement_id"), table_name="roadshow_meetings")
    op.drop_table("roadshow_meetings")
    op.drop_index(op.f("ix_roadshow_guests_organisation_id"), table_name="roadshow_guests")
    op.drop_table("roadshow_guests")
    op.drop_index(op.f("ix_roadshows_held_on_id"), table_name="roadshows")
    op.drop_table("roadshows")
