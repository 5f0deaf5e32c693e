"""Whether a channel's number has Direct Send: free text outside the 24 hours."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "channels", sa.Column("direct_send", sa.String(), nullable=False, server_default="off")
    )


def downgrade() -> None:
    op.drop_column("channels", "direct_send")
