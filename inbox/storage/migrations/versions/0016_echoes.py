"""Which echoes of a provider that gives no ids are replies of ours."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "echoes",
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_echoes_channel_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_echoes_message_id")),
        sa.PrimaryKeyConstraint("channel_id", "event_key", name=op.f("pk_echoes")),
        sa.UniqueConstraint("message_id", name=op.f("uq_echoes_message_id")),
    )


def downgrade() -> None:
    op.drop_table("echoes")
