"""How loud a recording is that is to be sent, as JSON."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("waveform", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("uploads", "waveform")
