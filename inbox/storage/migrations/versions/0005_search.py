"""The index of words, and what waits to be put into it: at first, everything.

Triggers note what was written, so that no writer can forget to; the index itself is made
behind the writing, in batches (``search.indexing``).
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE VIRTUAL TABLE message_words USING fts5"
    "(words, conversation_id UNINDEXED, tokenize = 'ascii', prefix = '2 3 4', columnsize = 0)",
    "CREATE VIRTUAL TABLE contact_words USING fts5"
    "(words, contact_id UNINDEXED, tokenize = 'ascii', prefix = '2 3', columnsize = 0)",
    "CREATE TRIGGER messages_said AFTER INSERT ON messages BEGIN "
    "INSERT OR IGNORE INTO unsearched_messages (number) VALUES (new.number); END",
    "CREATE TRIGGER messages_reworded AFTER UPDATE OF content, deleted_at ON messages BEGIN "
    "INSERT OR IGNORE INTO unsearched_messages (number) VALUES (new.number); END",
    "CREATE TRIGGER contacts_met AFTER INSERT ON contacts BEGIN "
    "INSERT OR IGNORE INTO unsearched_contacts (contact_id) VALUES (new.id); END",
    "CREATE TRIGGER contacts_renamed AFTER UPDATE OF name, username, wa_id, phone_number "
    "ON contacts BEGIN "
    "INSERT OR IGNORE INTO unsearched_contacts (contact_id) VALUES (new.id); END",
)

# A change takes the lock on what waits, so that who indexes comes after its commit.
POSTGRESQL = (
    "CREATE TABLE message_words (key bigint PRIMARY KEY, conversation_id text NOT NULL, "
    "words tsvector NOT NULL)",
    "CREATE INDEX ix_message_words ON message_words USING gin (words)",
    "CREATE TABLE contact_words (key bigint PRIMARY KEY, contact_id text NOT NULL, "
    "words tsvector NOT NULL)",
    "CREATE INDEX ix_contact_words ON contact_words USING gin (words)",
    "CREATE FUNCTION messages_said() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO unsearched_messages (number) SELECT number FROM fresh; RETURN NULL; END $$",
    "CREATE FUNCTION messages_reworded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO unsearched_messages (number) VALUES (new.number) "
    "ON CONFLICT (number) DO UPDATE SET number = excluded.number; RETURN NULL; END $$",
    "CREATE FUNCTION contacts_noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO unsearched_contacts (contact_id) VALUES (new.id) "
    "ON CONFLICT (contact_id) DO UPDATE SET contact_id = excluded.contact_id; RETURN NULL; END $$",
    "CREATE TRIGGER messages_said AFTER INSERT ON messages REFERENCING NEW TABLE AS fresh "
    "FOR EACH STATEMENT EXECUTE FUNCTION messages_said()",
    "CREATE TRIGGER messages_reworded AFTER UPDATE OF content, deleted_at ON messages "
    "FOR EACH ROW EXECUTE FUNCTION messages_reworded()",
    "CREATE TRIGGER contacts_met AFTER INSERT ON contacts "
    "FOR EACH ROW EXECUTE FUNCTION contacts_noted()",
    "CREATE TRIGGER contacts_renamed AFTER UPDATE OF name, username, wa_id, phone_number "
    "ON contacts FOR EACH ROW EXECUTE FUNCTION contacts_noted()",
)


def upgrade() -> None:
    counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "unsearched_messages",
        sa.Column("number", counter, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_unsearched_messages")),
    )
    op.create_table(
        "unsearched_contacts",
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_unsearched_contacts")),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
    op.execute("INSERT INTO unsearched_messages (number) SELECT number FROM messages")
    op.execute("INSERT INTO unsearched_contacts (contact_id) SELECT id FROM contacts")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in ("messages_said", "messages_reworded", "contacts_met", "contacts_renamed"):
            op.execute(f"DROP TRIGGER {name} ON {name.partition('_')[0]}")
        for name in ("messages_said", "messages_reworded", "contacts_noted"):
            op.execute(f"DROP FUNCTION {name}()")
    else:
        for name in ("messages_said", "messages_reworded", "contacts_met", "contacts_renamed"):
            op.execute(f"DROP TRIGGER {name}")
    for name in ("message_words", "contact_words", "unsearched_messages", "unsearched_contacts"):
        op.drop_table(name)
