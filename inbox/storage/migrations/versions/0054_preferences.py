"""How a user likes their pages: what sends, how close things stand, how times are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("preferences", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "preferences")
