"""Whose an API token is, and when it ends."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_tokens", sa.Column("owner_id", sa.String(), nullable=True))
    op.add_column("api_tokens", sa.Column("expires_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("api_tokens", "expires_at")
    op.drop_column("api_tokens", "owner_id")
