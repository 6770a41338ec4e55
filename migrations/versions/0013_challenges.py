"""challenges: common key needs that become projects, their panels, bids, milestones and reviews."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "challenges",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_since", sa.DateTime(), nullable=False),
        sa.Column("need_class", sa.String(length=20), nullable=True),
        sa.Column("grade", sa.String(length=5), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=True),
        sa.Column("liaison_id", sa.String(length=32), nullable=True),
        sa.Column("pooled_at", sa.DateTime(), nullable=True),
        sa.Column("review_round", sa.Integer(), nullable=False),
        sa.Column("bid_round", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("departure", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("winner_id", sa.String(length=32), nullable=True),
        sa.Column("achievement_id", sa.String(length=32), nullable=True),
        sa.Column("total_wan", sa.BigInteger(), nullable=True),
        sa.Column("fiscal_wan", sa.BigInteger(), nullable=True),
        sa.Column("own_wan", sa.BigInteger(), nullable=True),
        sa.Column("established_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("acceptance_score", sa.Integer(), nullable=True),
        sa.Column("acceptance_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievements.id"], name=op.f("fk_challenges_achievement_id_achievements")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_challenges_created_by_accounts")),
        sa.ForeignKeyConstraint(["liaison_id"], ["accounts.id"], name=op.f("fk_challenges_liaison_id_accounts")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_challenges_owner_id_organisations")),
        sa.ForeignKeyConstraint(
            ["winner_id"], ["organisations.id"], name=op.f("fk_challenges_winner_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
    )
    op.create_index(op.f("ix_challenges_achievement_id"), "challenges", ["achievement_id"], unique=False)
    op.create_index(op.f("ix_challenges_owner_id"), "challenges", ["owner_id"], unique=False)
    op.create_index(op.f("ix_challenges_state_id"), "challenges", ["state", "id"], unique=False)
    op.create_index(op.f("ix_challenges_winner_id"), "challenges", ["winner_id"], unique=False)
    op.create_table(
        "challenge_bids",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("approach", sa.Text(), nullable=False),
        sa.Column("fee_wan", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("achievement_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_challenge_bids_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievements.id"], name=op.f("fk_challenge_bids_achievement_id_achievements")
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_bids_challenge_id_challenges")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_challenge_bids_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_bids")),
    )
    op.create_index(
        op.f("ix_challenge_bids_challenge_id_round_organisation_id"),
        "challenge_bids",
        ["challenge_id", "round", "organisation_id"],
        unique=True,
    )
    op.create_index(op.f("ix_challenge_bids_organisation_id"), "challenge_bids", ["organisation_id"], unique=False)
    op.create_table(
        "challenge_criteria",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_criteria_challenge_id_challenges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_criteria")),
    )
    op.create_index(
        op.f("ix_challenge_criteria_challenge_id_purpose"),
        "challenge_criteria",
        ["challenge_id", "purpose"],
        unique=False,
    )
    op.create_table(
        "challenge_evaluations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("in_use", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_evaluations_challenge_id_challenges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_evaluations")),
    )
    op.create_index(
        op.f("ix_challenge_evaluations_challenge_id_months"),
        "challenge_evaluations",
        ["challenge_id", "months"],
        unique=True,
    )
    op.create_index(op.f("ix_challenge_evaluations_due_on"), "challenge_evaluations", ["due_on"], unique=False)
    op.create_table(
        "challenge_milestones",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_milestones_challenge_id_challenges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_milestones")),
    )
    op.create_index(
        op.f("ix_challenge_milestones_challenge_id"), "challenge_milestones", ["challenge_id"], unique=False
    )
    op.create_index(op.f("ix_challenge_milestones_due_on"), "challenge_milestones", ["due_on"], unique=False)
    op.create_table(
        "challenge_needs",
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("need_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_needs_challenge_id_challenges")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_challenge_needs_need_id_needs")),
        sa.PrimaryKeyConstraint("challenge_id", "need_id", name=op.f("pk_challenge_needs")),
    )
    op.create_index(op.f("ix_challenge_needs_need_id"), "challenge_needs", ["need_id"], unique=False)
    op.create_table(
        "challenge_panellists",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=True),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("voted_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_challenge_panellists_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_panellists_challenge_id_challenges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_panellists")),
    )
    op.create_index(op.f("ix_challenge_panellists_account_id"), "challenge_panellists", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_challenge_panellists_challenge_id_round_account_id"),
        "challenge_panellists",
        ["challenge_id", "round", "account_id"],
        unique=True,
    )
    op.create_table(
        "challenge_steps",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=True),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_challenge_steps_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["challenges.id"], name=op.f("fk_challenge_steps_challenge_id_challenges")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_steps")),
    )
    op.create_index(op.f("ix_challenge_steps_challenge_id"), "challenge_steps", ["challenge_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_challenge_steps_challenge_id"), table_name="challenge_steps")
    op.drop_table("challenge_steps")
    op.drop_index(op.f("ix_challenge_panellists_challenge_id_round_account_id"), table_name="challenge_panellists")
    op.drop_index(op.f("ix_challenge_panellists_account_id"), table_name="challenge_panellists")
    op.drop_table("challenge_panellists")
    op.drop_index(op.f("ix_challenge_needs_need_id"), table_name="challenge_needs")
    op.drop_table("challenge_needs")
    op.drop_index(op.f("ix_challenge_milestones_due_on"), table_name="challenge_milestones")
    op.drop_index(op.f("ix_challenge_milestones_challenge_id"), table_name="challenge_milestones")
    op.drop_table("challenge_milestones")
    op.drop_index(op.f("ix_challenge_evaluations_due_on"), table_name="challenge_evaluations")
    op.drop_index(op.f("ix_challenge_evaluations_challenge_id_months"), table_name="challenge_evaluations")
    op.drop_table("challenge_evaluations")
    op.drop_index(op.f("ix_challenge_criteria_challenge_id_purpose"), table_name="challenge_criteria")
    op.drop_table("challenge_criteria")
    op.drop_index(op.f("ix_challenge_bids_organisation_id"), table_name="challenge_bids")
    op.drop_index(op.f("ix_challenge_bids_challenge_id_round_organisation_id"), table_name="challenge_bids")
    op.drop_table("challenge_bids")
    op.drop_index(op.f("ix_challenges_winner_id"), table_name="challenges")
    op.drop_index(op.f("ix_challenges_state_id"), table_name="challenges")
    op.drop_index(op.f("ix_challenges_owner_id"), table_name="challenges")
    op.drop_index(op.f("ix_challenges_achievement_id"), table_name="challenges")
    op.drop_table("challenges")
