"""people: accounts, duties, interests, audit log; who an organisation is; review of records."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# The audit log grows and never changes.
_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_entries_no_{verb} BEFORE {verb} ON audit_entries "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        ),
    ],
}


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("object_kind", sa.String(length=30), nullable=False),
        sa.Column("object_id", sa.String(length=100), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_account_id"), "audit_entries", ["account_id"], unique=False)
    op.create_index(op.f("ix_audit_entries_action"), "audit_entries", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"], unique=False)
    op.create_index(
        op.f("ix_audit_entries_object_kind_object_id"), "audit_entries", ["object_kind", "object_id"], unique=False
    )

    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("manages_organisation", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_confirmed", sa.Boolean(), nullable=False),
        sa.Column("totp_used", sa.Integer(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_accounts_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_index(op.f("ix_accounts_organisation_id"), "accounts", ["organisation_id"], unique=False)

    op.create_table(
        "account_tokens",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_tokens_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_tokens_token_hash")),
    )
    op.create_index(op.f("ix_account_tokens_account_id"), "account_tokens", ["account_id"], unique=False)

    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=20), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_address", sa.String(length=100), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_api_keys_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    op.create_index(op.f("ix_api_keys_account_id"), "api_keys", ["account_id"], unique=False)

    op.create_table(
        "assignments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("liaison_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=200), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("handed_over_from", sa.String(length=32), nullable=True),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handed_over_from"], ["assignments.id"], name=op.f("fk_assignments_handed_over_from_assignments")
        ),
        sa.ForeignKeyConstraint(["liaison_id"], ["accounts.id"], name=op.f("fk_assignments_liaison_id_accounts")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_assignments_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_liaison_id_ended_at"), "assignments", ["liaison_id", "ended_at"], unique=False)
    op.create_index(
        op.f("ix_assignments_organisation_id_ended_at"), "assignments", ["organisation_id", "ended_at"], unique=False
    )

    op.create_table(
        "interests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("need_id", sa.String(length=32), nullable=False),
        sa.Column("achievement_id", sa.String(length=32), nullable=False),
        sa.Column("by_account_id", sa.String(length=32), nullable=True),
        sa.Column("by_organisation_id", sa.String(length=32), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("liaison_id", sa.String(length=32), nullable=True),
        sa.Column("forwarded_at", sa.DateTime(), nullable=True),
        sa.Column("need_agreed_by", sa.String(length=32), nullable=True),
        sa.Column("achievement_agreed_by", sa.String(length=32), nullable=True),
        sa.Column("need_agreed_at", sa.DateTime(), nullable=True),
        sa.Column("achievement_agreed_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_agreed_by"], ["accounts.id"], name=op.f("fk_interests_achievement_agreed_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievements.id"], name=op.f("fk_interests_achievement_id_achievements")
        ),
        sa.ForeignKeyConstraint(["by_account_id"], ["accounts.id"], name=op.f("fk_interests_by_account_id_accounts")),
        sa.ForeignKeyConstraint(
            ["by_organisation_id"], ["organisations.id"], name=op.f("fk_interests_by_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["liaison_id"], ["accounts.id"], name=op.f("fk_interests_liaison_id_accounts")),
        sa.ForeignKeyConstraint(["need_agreed_by"], ["accounts.id"], name=op.f("fk_interests_need_agreed_by_accounts")),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_interests_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests")),
    )
    op.create_index(op.f("ix_interests_achievement_id"), "interests", ["achievement_id"], unique=False)
    op.create_index(
        op.f("ix_interests_need_id_achievement_id"), "interests", ["need_id", "achievement_id"], unique=False
    )
    op.create_index(op.f("ix_interests_state"), "interests", ["state"], unique=False)

    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_in_sessions_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_sessions_account_id"), "sign_in_sessions", ["account_id"], unique=False)

    op.create_table(
        "disclosures",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("interest_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.Column("disclosed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_disclosures_account_id_accounts")),
        sa.ForeignKeyConstraint(["interest_id"], ["interests.id"], name=op.f("fk_disclosures_interest_id_interests")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
    )
    op.create_index(op.f("ix_disclosures_interest_id"), "disclosures", ["interest_id"], unique=False)

    op.create_table(
        "liaison_contacts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assignment_id", sa.String(length=32), nullable=False),
        sa.Column("liaison_id", sa.String(length=32), nullable=False),
        sa.Column("contacted_on", sa.Date(), nullable=False),
        sa.Column("manner", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_liaison_contacts_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["liaison_id"], ["accounts.id"], name=op.f("fk_liaison_contacts_liaison_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison_contacts")),
    )
    op.create_index(op.f("ix_liaison_contacts_assignment_id"), "liaison_contacts", ["assignment_id"], unique=False)

    op.add_column("achievements", sa.Column("review_note", sa.Text(), nullable=False, server_default=""))

    op.add_column("changes", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))

    op.add_column("needs", sa.Column("disclosures_accepted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("needs", sa.Column("review_note", sa.Text(), nullable=False, server_default=""))

    op.add_column("organisations", sa.Column("credit_code", sa.String(length=18), nullable=True))
    op.add_column("organisations", sa.Column("park", sa.String(length=100), nullable=True))
    op.add_column("organisations", sa.Column("industries", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("organisations", sa.Column("grades", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("organisations", sa.Column("aliases", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("organisations", sa.Column("brands", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("organisations", sa.Column("products", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("organisations", sa.Column("phones", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("organisations", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("organisations", sa.Column("legal_person", sa.String(length=100), nullable=True))
    op.add_column(
        "organisations", sa.Column("verification", sa.String(length=20), nullable=False, server_default="unverified")
    )
    op.add_column("organisations", sa.Column("verified_by", sa.String(length=200), nullable=True))
    op.add_column("organisations", sa.Column("verified_at", sa.DateTime(), nullable=True))
    op.add_column("organisations", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index(op.f("ix_organisations_credit_code"), "organisations", ["credit_code"], unique=True)
    # What was there before was counted by everybody.
    op.execute("UPDATE changes SET public = true")
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change CASCADE")
    op.drop_table("liaison_contacts")
    op.drop_table("disclosures")
    op.drop_table("sign_in_sessions")
    op.drop_table("interests")
    op.drop_table("assignments")
    op.drop_table("api_keys")
    op.drop_table("account_tokens")
    op.drop_table("accounts")
    op.drop_table("audit_entries")
    op.drop_index(op.f("ix_organisations_credit_code"), "organisations")
    op.drop_column("organisations", "version")
    op.drop_column("organisations", "verified_at")
    op.drop_column("organisations", "verified_by")
    op.drop_column("organisations", "verification")
    op.drop_column("organisations", "legal_person")
    op.drop_column("organisations", "address")
    op.drop_column("organisations", "phones")
    op.drop_column("organisations", "products")
    op.drop_column("organisations", "brands")
    op.drop_column("organisations", "aliases")
    op.drop_column("organisations", "grades")
    op.drop_column("organisations", "industries")
    op.drop_column("organisations", "park")
    op.drop_column("organisations", "credit_code")
    op.drop_column("needs", "review_note")
    op.drop_column("needs", "disclosures_accepted")
    op.drop_column("changes", "public")
    op.drop_column("achievements", "review_note")
