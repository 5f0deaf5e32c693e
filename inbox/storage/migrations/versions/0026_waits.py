"""Why a reply waits and since when, and what was taken back before it was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("since", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("reason", sa.Text(), nullable=True))
    op.execute("UPDATE outbox SET since = due_at")
    op.create_table(
        "taken_back",
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_taken_back_channel_id_channels")
        ),
        sa.PrimaryKeyConstraint("channel_id", "event_key", name=op.f("pk_taken_back")),
    )


def downgrade() -> None:
    op.drop_table("taken_back")
    op.drop_column("outbox", "reason")
    op.drop_column("outbox", "since")
