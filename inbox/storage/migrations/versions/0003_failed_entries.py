"""Failed entries are found, and counted, without reading the whole journal."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    op.create_index(
        "ix_journal_entries_failed",
        "journal_entries",
        ["id"],
        unique=False,
        sqlite_where=_FAILED,
        postgresql_where=_FAILED,
    )


def downgrade() -> None:
    op.drop_index("ix_journal_entries_failed", table_name="journal_entries")
