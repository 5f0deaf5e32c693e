"""What a token may be used for; of those that are there, all that their role allows."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_tokens", sa.Column("scopes", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("api_tokens", "scopes")
