"""notices: what people are told, how they want to be told, and what is on its way to them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("need_id", sa.String(length=32), nullable=True),
        sa.Column("achievement_id", sa.String(length=32), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("seen_in", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_account_id_id"), "notices", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_notices_account_id_key"), "notices", ["account_id", "key"], unique=True)
    op.create_index(op.f("ix_notices_account_id_seen_at"), "notices", ["account_id", "seen_at"], unique=False)
    op.create_table(
        "notice_preferences",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("paces", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("least_grade", sa.Integer(), nullable=False),
        sa.Column("webhook_url", sa.Text(), nullable=True),
        sa.Column("webhook_secret", sa.Text(), nullable=True),
        sa.Column("webhook_tested_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notice_preferences_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_preferences")),
    )
    _create_outbox()
    op.create_table(
        "notice_cursors",
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notice_cursors")),
    )
    # What was there before anybody could be told is no news.
    op.execute("INSERT INTO notice_cursors (name, position) SELECT 'standing', COALESCE(MAX(sequence), 0) FROM changes")
    op.execute("INSERT INTO notice_cursors (name, position) VALUES ('reminders', 0)")


def _create_outbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("pace", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_deliveries_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        op.f("ix_deliveries_account_id_channel_key"), "deliveries", ["account_id", "channel", "key"], unique=True
    )
    op.create_index(op.f("ix_deliveries_state_next_try_at"), "deliveries", ["state", "next_try_at"], unique=False)
    op.create_table(
        "delivery_items",
        sa.Column("delivery_id", sa.String(length=32), nullable=False),
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_items_delivery_id_deliveries")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_delivery_items_notice_id_notices")),
        sa.PrimaryKeyConstraint("delivery_id", "notice_id", name=op.f("pk_delivery_items")),
    )


def downgrade() -> None:
    op.drop_table("notice_cursors")
    op.drop_table("delivery_items")
    op.drop_index(op.f("ix_deliveries_state_next_try_at"), table_name="deliveries")
    op.drop_index(op.f("ix_deliveries_account_id_channel_key"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("notice_preferences")
    op.drop_index(op.f("ix_notices_account_id_seen_at"), table_name="notices")
    op.drop_index(op.f("ix_notices_account_id_key"), table_name="notices")
    op.drop_index(op.f("ix_notices_account_id_id"), table_name="notices")
    op.drop_table("notices")
