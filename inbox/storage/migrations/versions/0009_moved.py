"""Where a conversation went that became part of another: its address still leads there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moved_conversations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("into_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["into_id"], ["conversations.id"], name=op.f("fk_moved_conversations_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moved_conversations")),
    )
    op.create_index(op.f("ix_moved_conversations_into_id"), "moved_conversations", ["into_id"])


def downgrade() -> None:
    op.drop_table("moved_conversations")
