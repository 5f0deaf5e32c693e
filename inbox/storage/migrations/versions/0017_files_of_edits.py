"""A message that was edited may have several files; which one it has now, ``media`` says."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Text and no JSON functions: the same on both engines, and nothing else in it changes.
_NAME = """
UPDATE messages SET media = '{"digest":"' || (
    SELECT digest FROM media_files WHERE media_files.message_id = messages.id
) || '",' || substr(media, 2)
WHERE id IN (SELECT message_id FROM media_files)
"""


def upgrade() -> None:
    op.execute(_NAME)
    op.execute("CREATE TABLE media_files_kept AS SELECT message_id, digest FROM media_files")
    op.drop_table("media_files")
    _create("message_id", "digest")


def downgrade() -> None:
    op.execute(
        "CREATE TABLE media_files_kept AS "
        "SELECT message_id, min(digest) AS digest FROM media_files GROUP BY message_id"
    )
    op.drop_table("media_files")
    _create("message_id")


def _create(*key: str) -> None:
    op.create_table(
        "media_files",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_media_files_message_id")
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_media_files")),
    )
    op.create_index(op.f("ix_media_files_digest"), "media_files", ["digest"])
    op.execute("INSERT INTO media_files SELECT message_id, digest FROM media_files_kept")
    op.drop_table("media_files_kept")
