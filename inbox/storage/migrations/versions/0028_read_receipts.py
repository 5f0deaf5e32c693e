"""When a channel tells customers that their messages are read: once opened, with an answer, never.

Until now it did so once they were opened, or never.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "channels", sa.Column("read_receipts", sa.String(), nullable=False, server_default="on")
    )
    op.execute(sa.text("UPDATE channels SET read_receipts = 'off' WHERE NOT marks_read"))
    op.drop_column("channels", "marks_read")


def downgrade() -> None:
    op.add_column(
        "channels", sa.Column("marks_read", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.execute(sa.text("UPDATE channels SET marks_read = false WHERE read_receipts = 'off'"))
    op.drop_column("channels", "read_receipts")
