"""Which keys a user presses instead of the usual ones, and whether any."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("own_keys", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "own_keys")
