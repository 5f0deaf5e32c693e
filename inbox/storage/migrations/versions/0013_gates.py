"""What a channel's webhooks must prove and where they come from; refusals by their reason."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("gate", sa.Text(), nullable=False, server_default="{}"))
    op.create_table(
        "refusals",
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_refusals_channel_id")
        ),
        sa.PrimaryKeyConstraint("channel_id", "kind", name=op.f("pk_refusals")),
    )


def downgrade() -> None:
    op.drop_table("refusals")
    op.drop_column("channels", "gate")
