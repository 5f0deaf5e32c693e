"""One queue for all: what is due is found by channel, and tries have one name."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WAITING = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.execute("ALTER TABLE alert_notices RENAME COLUMN tries TO attempts")
    for old, table, where in (
        ("ix_outbox_due", "outbox", None),
        ("ix_read_marks_due", "read_marks", WAITING),
        ("ix_media_jobs_due_at", "media_jobs", None),
    ):
        op.drop_index(old, table)
        op.create_index(
            f"ix_{table}_channel_due",
            table,
            ["channel_id", "due_at"],
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_index("ix_outbox_conversation", "outbox", ["conversation_id", "number"])


def downgrade() -> None:
    op.drop_index("ix_outbox_conversation", "outbox")
    for old, table, where in (
        ("ix_outbox_due", "outbox", None),
        ("ix_read_marks_due", "read_marks", WAITING),
        ("ix_media_jobs_due_at", "media_jobs", None),
    ):
        op.drop_index(f"ix_{table}_channel_due", table)
        op.create_index(old, table, ["due_at"], sqlite_where=where, postgresql_where=where)
    op.execute("ALTER TABLE alert_notices RENAME COLUMN attempts TO tries")
