"""Further keys of contacts, and when a reason was given."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aliases",
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_aliases_channel_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_aliases_contact_id")
        ),
        sa.PrimaryKeyConstraint("channel_id", "kind", "value", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_contact_id"), "aliases", ["contact_id"])
    op.add_column("receipts", sa.Column("errors_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE receipts SET errors_at = at WHERE errors IS NOT NULL")
