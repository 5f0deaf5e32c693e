"""When channels are open, what they say by themselves, and to whom they did."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("hours", sa.Text(), nullable=False, server_default="{}"))
    op.create_table(
        "automatic_replies",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.Column("greets", sa.Boolean(), nullable=False),
        sa.Column("away_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_automatic_replies_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_automatic_replies")),
    )
    waiting = sa.text("heard_at IS NOT NULL")
    op.create_index(
        "ix_automatic_replies_waiting",
        "automatic_replies",
        ["heard_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_table("automatic_replies")
    op.drop_column("channels", "hours")
