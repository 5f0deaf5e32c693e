"""What a provider said of a channel's number when it was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("checked", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("channels", "checked")
