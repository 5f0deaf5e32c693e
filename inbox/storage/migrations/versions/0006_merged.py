"""Search follows a message into another conversation, and lets go of a contact that is gone."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQLITE = (
    "DROP TRIGGER messages_reworded",
    "CREATE TRIGGER messages_reworded AFTER UPDATE OF content, deleted_at, conversation_id "
    "ON messages BEGIN "
    "INSERT OR IGNORE INTO unsearched_messages (number) VALUES (new.number); END",
    "CREATE TRIGGER contacts_gone AFTER DELETE ON contacts BEGIN "
    "INSERT OR IGNORE INTO unsearched_contacts (contact_id) VALUES (old.id); END",
)

POSTGRESQL = (
    "DROP TRIGGER messages_reworded ON messages",
    "CREATE TRIGGER messages_reworded AFTER UPDATE OF content, deleted_at, conversation_id "
    "ON messages FOR EACH ROW EXECUTE FUNCTION messages_reworded()",
    "CREATE FUNCTION contacts_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO unsearched_contacts (contact_id) VALUES (old.id) "
    "ON CONFLICT (contact_id) DO UPDATE SET contact_id = excluded.contact_id; RETURN NULL; END $$",
    "CREATE TRIGGER contacts_gone AFTER DELETE ON contacts "
    "FOR EACH ROW EXECUTE FUNCTION contacts_gone()",
)


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
