"""The webhook log tells of refusals, of how long an answer took, and of replays."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ADDED = (
    ("acknowledged_at", sa.BigInteger),
    ("proof", sa.String),
    ("replay_id", sa.String),
)


def upgrade() -> None:
    for name, kind in _ADDED:
        op.add_column("journal_entries", sa.Column(name, kind(), nullable=True))
    op.create_table(
        "refused_deliveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("took", sa.Integer(), nullable=True),
        sa.Column("excerpt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_refused_deliveries"),
    )
    op.create_index("ix_refused_deliveries_channel", "refused_deliveries", ["channel_id", "id"])
    op.create_table(
        "replays",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_replays"),
    )


def downgrade() -> None:
    op.drop_table("replays")
    op.drop_table("refused_deliveries")
    for name, _ in reversed(_ADDED):
        op.drop_column("journal_entries", name)
