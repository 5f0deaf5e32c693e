"""Whether a channel tells customers that their messages are read, and what it still has to tell."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "channels", sa.Column("marks_read", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.create_table(
        "read_marks",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("provider_message_id", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_read_marks_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_read_marks_channel_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_read_marks")),
    )
    op.create_index(
        "ix_read_marks_due",
        "read_marks",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("read_marks")
    op.drop_column("channels", "marks_read")
