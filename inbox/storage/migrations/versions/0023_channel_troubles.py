"""Why nothing can be sent on a channel, and what its provider says of the account."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COLUMNS = (
    ("send_error", sa.Text()),
    ("send_error_at", sa.BigInteger()),
    ("send_error_by", sa.String()),
    ("news", sa.Text()),
    ("news_at", sa.BigInteger()),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("channels", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name, _kind in COLUMNS:
        op.drop_column("channels", name)
