"""Channels that are paused, or removed while their conversations stay."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    state = sa.Column("state", sa.String(), nullable=False, server_default="connected")
    op.add_column("channels", state)


def downgrade() -> None:
    op.drop_column("channels", "state")
