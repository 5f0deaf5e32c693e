"""What is shared in a conversation is found without reading all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_SHARED = {
    "ix_messages_media": "type IN ('image', 'video')",
    "ix_messages_documents": "type = 'document'",
    "ix_messages_links": "content LIKE '%://%'",
}


def upgrade() -> None:
    for name, which in _SHARED.items():
        only = sa.text(which)
        op.create_index(
            name,
            "messages",
            ["conversation_id", "sort_at", "number"],
            sqlite_where=only,
            postgresql_where=only,
        )


def downgrade() -> None:
    for name in _SHARED:
        op.drop_index(name, "messages")
