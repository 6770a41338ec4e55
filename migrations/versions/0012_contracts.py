"""contracts: the ledger of technology contracts, and targets."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "target_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_settings")),
    )
    op.create_table(
        "targets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("park", sa.String(length=100), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
    )
    op.create_index(
        op.f("ix_targets_year_measure_scope_district_park"),
        "targets",
        ["year", "measure", "scope", "district", "park"],
        unique=True,
    )
    op.create_table(
        "contract_batches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("differs", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("amount_wan", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_contract_batches_created_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_batches")),
    )
    op.create_table(
        "contracts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("registration_number", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount_wan", sa.BigInteger(), nullable=False),
        sa.Column("technology_amount_wan", sa.BigInteger(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("buyer", sa.String(length=200), nullable=False),
        sa.Column("buyer_id", sa.String(length=32), nullable=True),
        sa.Column("buyer_local", sa.Boolean(), nullable=False),
        sa.Column("buyer_district", sa.String(length=100), nullable=True),
        sa.Column("buyer_park", sa.String(length=100), nullable=True),
        sa.Column("seller", sa.String(length=200), nullable=False),
        sa.Column("seller_id", sa.String(length=32), nullable=True),
        sa.Column("seller_local", sa.Boolean(), nullable=False),
        sa.Column("seller_district", sa.String(length=100), nullable=True),
        sa.Column("seller_park", sa.String(length=100), nullable=True),
        sa.Column("horizontal", sa.Boolean(), nullable=False),
        sa.Column("docking_id", sa.String(length=32), nullable=True),
        sa.Column("achievement_id", sa.String(length=32), nullable=True),
        sa.Column("liaison_id", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievements.id"], name=op.f("fk_contracts_achievement_id_achievements")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["contract_batches.id"], name=op.f("fk_contracts_batch_id_contract_batches")
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["organisations.id"], name=op.f("fk_contracts_buyer_id_organisations")),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name=op.f("fk_contracts_created_by_accounts")),
        sa.ForeignKeyConstraint(["docking_id"], ["dockings.id"], name=op.f("fk_contracts_docking_id_dockings")),
        sa.ForeignKeyConstraint(["liaison_id"], ["accounts.id"], name=op.f("fk_contracts_liaison_id_accounts")),
        sa.ForeignKeyConstraint(["seller_id"], ["organisations.id"], name=op.f("fk_contracts_seller_id_organisations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("registration_number", name=op.f("uq_contracts_registration_number")),
    )
    op.create_index(op.f("ix_contracts_achievement_id"), "contracts", ["achievement_id"], unique=False)
    op.create_index(
        op.f("ix_contracts_buyer_district_registered_on"),
        "contracts",
        ["buyer_district", "registered_on"],
        unique=False,
    )
    op.create_index(op.f("ix_contracts_buyer_id"), "contracts", ["buyer_id"], unique=False)
    op.create_index(op.f("ix_contracts_docking_id"), "contracts", ["docking_id"], unique=False)
    op.create_index(op.f("ix_contracts_liaison_id"), "contracts", ["liaison_id"], unique=False)
    op.create_index(op.f("ix_contracts_batch_id"), "contracts", ["batch_id"], unique=False)
    op.create_index(op.f("ix_contracts_registered_on_id"), "contracts", ["registered_on", "id"], unique=False)
    op.create_index(
        op.f("ix_contracts_seller_district_registered_on"),
        "contracts",
        ["seller_district", "registered_on"],
        unique=False,
    )
    op.create_index(op.f("ix_contracts_seller_id"), "contracts", ["seller_id"], unique=False)
    op.create_table(
        "contract_batch_rows",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("table", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("contract_id", sa.String(length=32), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=True),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["contract_batches.id"], name=op.f("fk_contract_batch_rows_batch_id_contract_batches")
        ),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_contract_batch_rows")),
    )
    op.create_table(
        "contract_adjustments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contract_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount_wan", sa.BigInteger(), nullable=False),
        sa.Column("technology_amount_wan", sa.BigInteger(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_adjustments_contract_id_contracts")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["accounts.id"], name=op.f("fk_contract_adjustments_created_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_adjustments")),
    )
    op.create_index(op.f("ix_contract_adjustments_contract_id"), "contract_adjustments", ["contract_id"], unique=False)
    op.create_index(
        op.f("ix_contract_adjustments_effective_on"), "contract_adjustments", ["effective_on"], unique=False
    )
    op.create_table(
        "contract_chains",
        sa.Column("contract_id", sa.String(length=32), nullable=False),
        sa.Column("chain", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_chains_contract_id_contracts")
        ),
        sa.PrimaryKeyConstraint("contract_id", "chain", name=op.f("pk_contract_chains")),
    )
    op.create_index(op.f("ix_contract_chains_chain"), "contract_chains", ["chain"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_contract_chains_chain"), table_name="contract_chains")
    op.drop_table("contract_chains")
    op.drop_index(op.f("ix_contract_adjustments_effective_on"), table_name="contract_adjustments")
    op.drop_index(op.f("ix_contract_adjustments_contract_id"), table_name="contract_adjustments")
    op.drop_table("contract_adjustments")
    op.drop_table("contract_batch_rows")
    op.drop_index(op.f("ix_contracts_seller_id"), table_name="contracts")
    op.drop_index(op.f("ix_contracts_seller_district_registered_on"), table_name="contracts")
    op.drop_index(op.f("ix_contracts_registered_on_id"), table_name="contracts")
    op.drop_index(op.f("ix_contracts_batch_id"), table_name="contracts")
    op.drop_index(op.f("ix_contracts_liaison_id"), table_name="contracts")
    op.drop_index(op.f("ix_contracts_docking_id"), table_name="contracts")
    op.drop_index(op.f("ix_contracts_buyer_id"), table_name="contracts")
    op.drop_index(op.f("ix_contracts_buyer_district_registered_on"), table_name="contracts")
    op.drop_index(op.f("ix_contracts_achievement_id"), table_name="contracts")
    op.drop_table("contracts")
    op.drop_table("contract_batches")
    op.drop_index(op.f("ix_targets_year_measure_scope_district_park"), table_name="targets")
    op.drop_table("targets")
    op.drop_table("target_settings")
