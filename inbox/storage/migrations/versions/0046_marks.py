"""Each message goes into the index of words anew, with marks of who wrote it, when and what it is.

What waits is worked off behind the writing, and what was found until then is found meanwhile.
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO unsearched_messages (number) SELECT number FROM messages "
        "WHERE deleted_at IS NULL ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    """The marks stay, and nobody asks for them."""
