"""intake: uploads and their jobs, rounds, captures, records that read alike, code lists."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "codes",
        sa.Column("list", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=50), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(length=50), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("list", "code", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_list_name"), "codes", ["list", "name"], unique=False)
    op.create_index(op.f("ix_codes_list_parent"), "codes", ["list", "parent"], unique=False)

    op.create_table(
        "column_memories",
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("column", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=50), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "kind", "column", name=op.f("pk_column_memories")),
    )
    op.create_table(
        "fingerprints",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "band", name=op.f("pk_fingerprints")),
    )
    op.create_index(op.f("ix_fingerprints_band"), "fingerprints", ["band"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("lane", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.DateTime(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(), nullable=True),
        sa.Column("cancelling", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_lane"), "jobs", ["lane"], unique=False)
    op.create_index(op.f("ix_jobs_state_run_at"), "jobs", ["state", "run_at"], unique=False)

    op.create_table(
        "near_duplicates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("first_id", sa.String(length=32), nullable=False),
        sa.Column("second_id", sa.String(length=32), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_near_duplicates")),
    )
    op.create_index(
        op.f("ix_near_duplicates_kind_first_id_second_id"),
        "near_duplicates",
        ["kind", "first_id", "second_id"],
        unique=True,
    )
    op.create_index(op.f("ix_near_duplicates_second_id"), "near_duplicates", ["second_id"], unique=False)

    op.create_table(
        "rounds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("industries", sa.JSON(), nullable=False),
        sa.Column("chains", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
    )
    op.create_table(
        "round_invitations",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("declined", sa.Text(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_round_invitations_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_invitations_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "organisation_id", name=op.f("pk_round_invitations")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("caller", sa.JSON(), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("stored_as", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=True),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("encoded", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["jobs.id"], name=op.f("fk_uploads_id_jobs")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_uploads_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_uploads_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_organisation_id"), "uploads", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_uploads_round_id"), "uploads", ["round_id"], unique=False)

    op.create_table(
        "captures",
        sa.Column("achievement_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("platform", sa.String(length=200), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("pasted", sa.Text(), nullable=False),
        sa.Column("captured_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievements.id"], name=op.f("fk_captures_achievement_id_achievements")
        ),
        sa.PrimaryKeyConstraint("achievement_id", name=op.f("pk_captures")),
    )
    op.create_table(
        "upload_rows",
        sa.Column("upload_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("table", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=True),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_upload_rows_upload_id_uploads")),
        sa.PrimaryKeyConstraint("upload_id", "position", name=op.f("pk_upload_rows")),
    )
    op.add_column("achievements", sa.Column("originals", sa.JSON(), nullable=False, server_default="{}"))

    op.add_column("needs", sa.Column("round_id", sa.String(length=32), nullable=True))
    op.add_column("needs", sa.Column("originals", sa.JSON(), nullable=False, server_default="{}"))
    op.create_index(op.f("ix_needs_round_id"), "needs", ["round_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_needs_round_id"), "needs")
    op.drop_column("needs", "originals")
    op.drop_column("needs", "round_id")

    op.drop_column("achievements", "originals")

    op.drop_table("upload_rows")
    op.drop_table("captures")
    op.drop_index(op.f("ix_uploads_round_id"), "uploads")
    op.drop_index(op.f("ix_uploads_organisation_id"), "uploads")

    op.drop_table("uploads")
    op.drop_table("round_invitations")
    op.drop_table("rounds")
    op.drop_index(op.f("ix_near_duplicates_second_id"), "near_duplicates")
    op.drop_index(op.f("ix_near_duplicates_kind_first_id_second_id"), "near_duplicates")

    op.drop_table("near_duplicates")
    op.drop_index(op.f("ix_jobs_state_run_at"), "jobs")
    op.drop_index(op.f("ix_jobs_lane"), "jobs")

    op.drop_table("jobs")
    op.drop_index(op.f("ix_fingerprints_band"), "fingerprints")

    op.drop_table("fingerprints")
    op.drop_table("column_memories")
    op.drop_index(op.f("ix_codes_list_parent"), "codes")
    op.drop_index(op.f("ix_codes_list_name"), "codes")

    op.drop_table("codes")
