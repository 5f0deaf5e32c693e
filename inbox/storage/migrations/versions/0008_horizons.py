"""How far each user has read, so that what is left unread is found without walking the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "horizons",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_horizons_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_horizons")),
    )
    op.create_table(
        "left_unread",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_left_unread_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "conversation_id", name=op.f("pk_left_unread")),
    )
    op.create_index(
        "ix_left_unread_page", "left_unread", ["user_id", "arrived_at", "conversation_id"]
    )


def downgrade() -> None:
    op.drop_table("left_unread")
    op.drop_table("horizons")
