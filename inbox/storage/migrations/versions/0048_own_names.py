"""What the team knows of a contact: a name of its own, attributes, a note, and whom it joined."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_NAMED = "name, username, wa_id, phone_number"


def upgrade() -> None:
    for name in ("usernames", "own_name"):
        op.add_column("contacts", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("contacts", sa.Column("person_id", sa.String(), nullable=True))
    joined = sa.text("person_id IS NOT NULL")
    op.create_index(
        "ix_contacts_person",
        "contacts",
        ["person_id"],
        sqlite_where=joined,
        postgresql_where=joined,
    )
    op.create_table(
        "contact_details",
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_details_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_details")),
    )
    op.create_table(
        "contact_attributes",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "key", "label", "kind")),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attributes")),
        sa.UniqueConstraint("key", name=op.f("uq_contact_attributes_key")),
    )
    op.create_table(
        "contact_merges",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "person_id", "by_name")),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_merges")),
    )
    op.create_index(op.f("ix_contact_merges_person_id"), "contact_merges", ["person_id"])
    _note_renamed(f"own_name, {_NAMED}")


def downgrade() -> None:
    _note_renamed(_NAMED)
    op.drop_table("contact_merges")
    op.drop_table("contact_attributes")
    op.drop_table("contact_details")
    op.drop_index("ix_contacts_person", "contacts")
    op.drop_column("contacts", "person_id")
    op.drop_column("contacts", "own_name")
    op.drop_column("contacts", "usernames")


def _note_renamed(columns: str) -> None:
    """Whoever is called otherwise is indexed anew."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER contacts_renamed ON contacts")
        does = "FOR EACH ROW EXECUTE FUNCTION contacts_noted()"
    else:
        op.execute("DROP TRIGGER contacts_renamed")
        does = "BEGIN INSERT OR IGNORE INTO unsearched_contacts (contact_id) VALUES (new.id); END"
    op.execute(f"CREATE TRIGGER contacts_renamed AFTER UPDATE OF {columns} ON contacts {does}")
