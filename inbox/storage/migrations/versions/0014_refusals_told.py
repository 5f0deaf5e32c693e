"""Refusals tell their kind and from where they came; replays how they ended."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(), nullable=False, server_default="")
    op.add_column("refused_deliveries", kind)
    op.add_column("refused_deliveries", sa.Column("came_from", sa.String(), nullable=True))
    op.execute("UPDATE refused_deliveries SET channel_id = 'shared' WHERE channel_id = ''")
    refailed = sa.Column("refailed", sa.Integer(), nullable=False, server_default="0")
    op.add_column("replays", refailed)
    op.add_column("replays", sa.Column("moved_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for name in ("moved_at", "refailed"):
        op.drop_column("replays", name)
    op.execute("UPDATE refused_deliveries SET channel_id = '' WHERE channel_id = 'shared'")
    for name in ("came_from", "kind"):
        op.drop_column("refused_deliveries", name)
