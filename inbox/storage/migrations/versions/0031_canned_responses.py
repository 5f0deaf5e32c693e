"""Canned responses: one's own, and everybody's."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_PERSONAL = "deleted_at IS NULL AND owner_id IS NOT NULL"
_SHARED = "deleted_at IS NULL AND owner_id IS NULL"


def upgrade() -> None:
    op.create_table(
        "canned_responses",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("short_code", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name=op.f("fk_canned_responses_owner_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_responses")),
    )
    _unique("uq_canned_responses_personal", ["owner_id", "short_code"], _PERSONAL)
    _unique("uq_canned_responses_shared", ["short_code"], _SHARED)


def _unique(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "canned_responses",
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    op.drop_index("uq_canned_responses_shared", "canned_responses")
    op.drop_index("uq_canned_responses_personal", "canned_responses")
    op.drop_table("canned_responses")
