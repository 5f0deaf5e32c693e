"""Until when a provider takes nothing of a channel; what waits for no time is due at once."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("limited_until", sa.BigInteger(), nullable=True))
    op.add_column("channels", sa.Column("limit_reason", sa.Text(), nullable=True))
    op.drop_index("ix_outbox_channel_due", "outbox")
    op.create_index("ix_outbox_channel_due", "outbox", ["channel_id", "due_at", "since"])
    op.execute("UPDATE outbox SET due_at = 0 WHERE attempts = 0 AND NOT started")


def downgrade() -> None:
    op.execute("UPDATE outbox SET due_at = since WHERE due_at = 0")
    op.drop_index("ix_outbox_channel_due", "outbox")
    op.create_index("ix_outbox_channel_due", "outbox", ["channel_id", "due_at"])
    op.drop_column("channels", "limit_reason")
    op.drop_column("channels", "limited_until")
