"""Replies that are not to be sent yet, and who can undo what they send."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_OF = {"message_id": "messages", "channel_id": "channels", "conversation_id": "conversations"}


def upgrade() -> None:
    op.create_table(
        "later_sends",
        *(sa.Column(name, sa.String(), nullable=False) for name in _OF),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("inbound_count", sa.Integer(), nullable=False),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_later_sends_{name}_{table}")
            )
            for name, table in _OF.items()
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_later_sends")),
    )
    op.create_index("ix_later_sends_conversation", "later_sends", ["conversation_id"])
    op.create_index(op.f("ix_later_sends_due_at"), "later_sends", ["due_at"])
    off = sa.false()
    op.add_column(
        "users", sa.Column("undoes_sends", sa.Boolean(), nullable=False, server_default=off)
    )


def downgrade() -> None:
    op.drop_column("users", "undoes_sends")
    op.drop_table("later_sends")
