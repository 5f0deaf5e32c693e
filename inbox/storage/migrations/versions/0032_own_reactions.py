"""Reactions of our own: what a customer is still to be told, and why one did not arrive."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("changes", sa.Column("error", sa.Text(), nullable=True))
    op.create_table(
        "untold_reactions",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_untold_reactions_channel_id_channels")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_untold_reactions_message_id_messages"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_untold_reactions")),
    )
    op.create_index("ix_untold_reactions_channel_due", "untold_reactions", ["channel_id", "due_at"])


def downgrade() -> None:
    op.drop_table("untold_reactions")
    op.drop_column("changes", "error")
