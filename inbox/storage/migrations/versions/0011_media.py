"""Files of messages: jobs that fetch them, and which message holds which file."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("media", sa.Text(), nullable=True))
    op.create_table(
        "media_jobs",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_media_jobs_message_id")
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_media_jobs_channel_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_media_jobs")),
    )
    op.create_index(op.f("ix_media_jobs_due_at"), "media_jobs", ["due_at"])
    op.create_table(
        "media_files",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_media_files_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_media_files")),
    )
    op.create_index(op.f("ix_media_files_digest"), "media_files", ["digest"])


def downgrade() -> None:
    op.drop_table("media_files")
    op.drop_table("media_jobs")
    op.drop_column("messages", "media")
