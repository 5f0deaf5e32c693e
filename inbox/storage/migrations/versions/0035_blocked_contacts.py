"""Since when a contact is blocked at the provider."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("blocked_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts", "blocked_at")
