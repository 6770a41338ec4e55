"""channels: publishing to other platforms."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("selection", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("hold_hints", sa.Boolean(), nullable=False),
        sa.Column("contact_line", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    op.create_table(
        "channel_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sent_hash", sa.String(length=64), nullable=True),
        sa.Column("sent", sa.JSON(), nullable=False),
        sa.Column("platform_id", sa.String(length=200), nullable=True),
        sa.Column("platform_url", sa.String(length=500), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_channel_items_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_items")),
        sa.UniqueConstraint("channel_id", "code", name=op.f("uq_channel_items_channel_id_code")),
        sa.UniqueConstraint("channel_id", "platform_id", name=op.f("uq_channel_items_channel_id_platform_id")),
        sa.UniqueConstraint("channel_id", "record_id", name=op.f("uq_channel_items_channel_id_record_id")),
    )
    op.create_index(
        op.f("ix_channel_items_channel_id_state_id"), "channel_items", ["channel_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_channel_items_record_id"), "channel_items", ["record_id"], unique=False)
    op.create_table(
        "channel_packages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("open_key", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("stored_as", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_channel_packages_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_packages")),
        sa.UniqueConstraint("channel_id", "number", name=op.f("uq_channel_packages_channel_id_number")),
        sa.UniqueConstraint("open_key", name=op.f("uq_channel_packages_open_key")),
    )
    op.create_table(
        "channel_responses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("leads", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_channel_responses_channel_id_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_responses")),
        sa.UniqueConstraint("channel_id", "sha256", name=op.f("uq_channel_responses_channel_id_sha256")),
    )
    op.create_table(
        "channel_leads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("docking_id", sa.String(length=32), nullable=True),
        sa.Column("handled_by", sa.String(length=200), nullable=True),
        sa.Column("handled_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_channel_leads_channel_id_channels")),
        sa.ForeignKeyConstraint(["item_id"], ["channel_items.id"], name=op.f("fk_channel_leads_item_id_channel_items")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["channel_responses.id"], name=op.f("fk_channel_leads_response_id_channel_responses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_leads")),
        sa.UniqueConstraint("channel_id", "digest", name=op.f("uq_channel_leads_channel_id_digest")),
    )
    op.create_index(
        op.f("ix_channel_leads_channel_id_state_id"), "channel_leads", ["channel_id", "state", "id"], unique=False
    )
    op.create_table(
        "channel_package_items",
        sa.Column("package_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["channel_items.id"], name=op.f("fk_channel_package_items_item_id_channel_items")
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["channel_packages.id"], name=op.f("fk_channel_package_items_package_id_channel_packages")
        ),
        sa.PrimaryKeyConstraint("package_id", "item_id", name=op.f("pk_channel_package_items")),
    )


def downgrade() -> None:

    op.drop_table("channel_package_items")
    op.drop_index(op.f("ix_channel_leads_channel_id_state_id"), table_name="channel_leads")
    op.drop_table("channel_leads")
    op.drop_table("channel_responses")
    op.drop_table("channel_packages")
    op.drop_index(op.f("ix_channel_items_record_id"), table_name="channel_items")
    op.drop_index(op.f("ix_channel_items_channel_id_state_id"), table_name="channel_items")
    op.drop_table("channel_items")
    op.drop_table("channels")
