"""Every view of the list by an index of its own, however many conversations there are."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PARTIAL = {
    "ix_conversations_waiting": "last_direction = 'incoming'",
    "ix_conversations_unseen": "inbound_count > seen_count",
}


def upgrade() -> None:
    op.add_column("conversations", sa.Column("last_direction", sa.String(), nullable=True))
    op.execute(
        "UPDATE conversations SET last_direction = "
        "(SELECT direction FROM messages WHERE messages.id = conversations.last_message_id)"
    )
    op.drop_index("ix_conversations_channel_id", "conversations")
    op.create_index("ix_conversations_channel", "conversations", ["channel_id", "arrived_at", "id"])
    for name, condition in PARTIAL.items():
        where = sa.text(condition)
        op.create_index(
            name, "conversations", ["arrived_at", "id"],
            sqlite_where=where, postgresql_where=where,
        )  # fmt: skip
    op.create_index("ix_readings_conversation_id", "readings", ["conversation_id"])


def downgrade() -> None:
    op.drop_index("ix_readings_conversation_id", "readings")
    for name in (*PARTIAL, "ix_conversations_channel"):
        op.drop_index(name, "conversations")
    op.create_index("ix_conversations_channel_id", "conversations", ["channel_id"])
    op.drop_column("conversations", "last_direction")
