"""Reactions, edits and deletions as facts, and what follows from them on the message."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("emoji", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_changes_channel_id")
        ),
        sa.PrimaryKeyConstraint("channel_id", "event_key", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_target", "changes", ["channel_id", "target_id"])
    op.add_column("messages", sa.Column("reactions", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("previous", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("edited_at", sa.BigInteger(), nullable=True))
    op.add_column("messages", sa.Column("deleted_at", sa.BigInteger(), nullable=True))
