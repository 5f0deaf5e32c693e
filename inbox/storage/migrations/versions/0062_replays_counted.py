"""How often an endpoint was set back, so that who is at it notices."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "webhook_endpoints", sa.Column("replays", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    op.drop_column("webhook_endpoints", "replays")
