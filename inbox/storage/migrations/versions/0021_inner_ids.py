"""What several ids of one message have in common; windows opened by the customer alone."""

import sqlalchemy as sa
from alembic import op

from inbox.domain.inner_ids import inner_id

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PAGE = 10_000
WITH_ONE = sa.text("inner_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("messages", sa.Column("inner_id", sa.Text(), nullable=True))
    op.create_table(
        "message_aliases",
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("provider_message_id", sa.Text(), nullable=False),
        sa.Column("inner_id", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_message_aliases_channel_id")
        ),
        sa.PrimaryKeyConstraint(
            "channel_id", "provider_message_id", name=op.f("pk_message_aliases")
        ),
    )
    op.create_index("ix_message_aliases_inner", "message_aliases", ["channel_id", "inner_id"])
    _fill()
    op.create_index(
        "ix_messages_inner",
        "messages",
        ["channel_id", "inner_id"],
        sqlite_where=WITH_ONE,
        postgresql_where=WITH_ONE,
    )
    _close()


def _fill() -> None:
    """Of the messages that are there; read page by page, as they may be very many."""
    connection = op.get_bind()
    read = sa.text(
        "SELECT number, provider_message_id FROM messages WHERE number > :after"
        " AND provider_message_id LIKE 'wamid.%' ORDER BY number LIMIT :page"
    )
    write = sa.text("UPDATE messages SET inner_id = :inner WHERE number = :number")
    rows = connection.execute(read, {"after": 0, "page": PAGE}).all()
    while rows:
        told = [{"number": row[0], "inner": inner_id(row[1])} for row in rows]
        if known := [one for one in told if one["inner"]]:
            connection.execute(write, known)
        rows = connection.execute(read, {"after": rows[-1][0], "page": PAGE}).all()


def _close() -> None:
    """Windows that a notice of WhatsApp's or a message in a group had opened."""
    op.execute(
        """
        UPDATE conversations SET last_inbound_at = (
            SELECT max(sort_at) FROM messages
            WHERE messages.conversation_id = conversations.id AND direction = 'incoming'
            AND type <> 'system' AND content NOT LIKE '%"group_id":"%'
        ) WHERE id IN (
            SELECT conversation_id FROM messages WHERE direction = 'incoming'
            AND (type = 'system' OR content LIKE '%"group_id":"%')
        )
        """
    )


def downgrade() -> None:
    op.drop_index("ix_messages_inner", "messages")
    op.drop_table("message_aliases")
    op.drop_column("messages", "inner_id")
