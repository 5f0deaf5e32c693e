"""Whether customers are told who of the team writes, and by which name."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "channels", sa.Column("agent_names", sa.String(), nullable=False, server_default="off")
    )
    op.add_column("users", sa.Column("alias", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "alias")
    op.drop_column("channels", "agent_names")
