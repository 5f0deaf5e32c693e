"""On PostgreSQL a trigger asks in its function what it asked in its WHEN.

A condition of a trigger is made anew from its text for each statement; what a function asks is made
once for a connection. It was half of what changing a conversation took. In SQLite it is part of the
statement, which is kept.
"""

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

NAME = "conversations_stand_otherwise"
KEYS = (
    "channel_id, team_id, assignee_id, status, priority, incoming_last, unanswered, closing, unseen"
)
OF = (
    "channel_id, team_id, assignee_id, status, priority, "
    "last_direction, waiting_since, answered_at, closing, inbound_count, seen_count"
)


def _at_work(row: str) -> str:
    return f"{row}.status IN ('open', 'pending')"


def _how(row: str) -> str:
    at_work = _at_work(row)
    return (
        f"{row}.channel_id, {row}.team_id, "
        f"CASE WHEN {at_work} THEN {row}.assignee_id END, {row}.status, "
        f"CASE WHEN {at_work} THEN {row}.priority ELSE 'normal' END, "
        f"{at_work} AND coalesce({row}.last_direction, '') = 'incoming', "
        f"{at_work} AND {row}.waiting_since IS NOT NULL AND {row}.answered_at IS NULL, "
        f"{row}.closing, {row}.inbound_count > {row}.seen_count"
    )


def _noted(row: str, n: int) -> str:
    into = f"INSERT INTO view_counts (label_id, {KEYS}, n)"
    labelled = f"FROM conversation_labels WHERE conversation_id = {row}.id AND {_at_work(row)}"
    return (
        f"{into} VALUES (NULL, {_how(row)}, {n}); "
        f"{into} SELECT label_id, {_how(row)}, {n} {labelled};"
    )


DIFFERS = f"({_how('old')}) IS DISTINCT FROM ({_how('new')})"
WORK = f"{_noted('old', -1)} {_noted('new', 1)}"


def upgrade() -> None:
    _replace(f"IF {DIFFERS} THEN {WORK} END IF;", "")


def downgrade() -> None:
    _replace(WORK, f"WHEN ({DIFFERS})")


def _replace(work: str, condition: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"DROP TRIGGER {NAME} ON conversations")
    op.execute(
        f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{work} RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {NAME} AFTER UPDATE OF {OF} ON conversations FOR EACH ROW "
        f"{condition} EXECUTE FUNCTION {NAME}()"
    )
