"""Files that drafts and canned responses have, and drafts of notes."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload_holds",
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("upload_id", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_upload_holds_upload_id_uploads")
        ),
        sa.PrimaryKeyConstraint("holder", "upload_id", name=op.f("pk_upload_holds")),
    )
    op.create_index(op.f("ix_upload_holds_upload_id"), "upload_holds", ["upload_id"])
    op.drop_column("uploads", "kept")  # nothing ever was
    op.add_column("drafts", sa.Column("files", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "note_drafts",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_note_drafts_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_note_drafts_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "conversation_id", name=op.f("pk_note_drafts")),
    )
    op.create_index(op.f("ix_note_drafts_conversation_id"), "note_drafts", ["conversation_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_note_drafts_conversation_id"), "note_drafts")
    op.drop_table("note_drafts")
    op.drop_column("drafts", "files")
    op.add_column(
        "uploads", sa.Column("kept", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.drop_index(op.f("ix_upload_holds_upload_id"), "upload_holds")
    op.drop_table("upload_holds")
