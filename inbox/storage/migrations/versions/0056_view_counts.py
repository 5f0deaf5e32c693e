"""How many conversations stand how: what the views of the list count.

Triggers note what is one more and one fewer, so that no writer can forget to. Rows are only ever
added, so that nobody waits for another; whoever reads them puts many together at times.
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

KEYS = (
    "channel_id, team_id, assignee_id, status, priority, incoming_last, unanswered, closing, unseen"
)
OF = (
    "channel_id, team_id, assignee_id, status, priority, "
    "last_direction, waiting_since, answered_at, closing, inbound_count, seen_count"
)
INTO = f"INSERT INTO view_counts (label_id, {KEYS}, n)"


def _at_work(row: str) -> str:
    return f"{row}.status IN ('open', 'pending')"


def _how(row: str) -> str:
    """How a conversation stands, as ``KEYS`` has it: of what is done, and is by far the most, no
    more than where it is, or there were as many sums as conversations."""
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
    """One more or one fewer, by itself and, at work, with each of its labels."""
    labelled = f"FROM conversation_labels WHERE conversation_id = {row}.id AND {_at_work(row)}"
    return (
        f"{INTO} VALUES (NULL, {_how(row)}, {n}); "
        f"{INTO} SELECT label_id, {_how(row)}, {n} {labelled};"
    )


def _labelled(row: str, n: int) -> str:
    """Nothing where the conversation itself is gone: then it has noted this."""
    here = f"FROM conversations AS c WHERE c.id = {row}.conversation_id AND {_at_work('c')}"
    return f"{INTO} SELECT {row}.label_id, {_how('c')}, {n} {here};"


TRIGGERS = {
    "conversations_began": ("AFTER INSERT", "conversations", "", _noted("new", 1)),
    "conversations_stand_otherwise": (
        f"AFTER UPDATE OF {OF}",
        "conversations",
        f"WHEN (({_how('old')}) {{differs}} ({_how('new')}))",
        _noted("old", -1) + " " + _noted("new", 1),
    ),
    "conversations_gone": ("BEFORE DELETE", "conversations", "", _noted("old", -1)),
    "labels_given": ("AFTER INSERT", "conversation_labels", "", _labelled("new", 1)),
    "labels_taken": ("AFTER DELETE", "conversation_labels", "", _labelled("old", -1)),
}

BY = ", ".join(str(place) for place in range(1, 11))
WITH_LABELS = (
    "FROM conversation_labels AS l "
    f"JOIN conversations AS c ON c.id = l.conversation_id AND {_at_work('c')}"
)
COUNT = tuple(
    f"{INTO} SELECT {label}, {_how('c')}, count(*) {rows} GROUP BY {BY}"
    for label, rows in (("NULL", "FROM conversations AS c"), ("l.label_id", WITH_LABELS))
)
"""What stands there already."""


def upgrade() -> None:
    _make_table()
    make = _on_postgresql if op.get_bind().dialect.name == "postgresql" else _on_sqlite
    for name, (when, table, condition, work) in TRIGGERS.items():
        make(name, f"{when} ON {table} FOR EACH ROW", condition, work)
    for statement in COUNT:
        op.execute(statement)


def _on_sqlite(name: str, when: str, condition: str, work: str) -> None:
    condition = condition.format(differs="IS NOT")
    op.execute(f"CREATE TRIGGER {name} {when} {condition} BEGIN {work} END")


def _on_postgresql(name: str, when: str, condition: str, work: str) -> None:
    condition = condition.format(differs="IS DISTINCT FROM")
    given = "old" if when.startswith("BEFORE DELETE") else "NULL"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{work} RETURN {given}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} {when} {condition} EXECUTE FUNCTION {name}()")


def _make_table() -> None:
    counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    named = [("label_id", True), ("channel_id", False), ("team_id", True), ("assignee_id", True)]
    named += [("status", False), ("priority", False)]
    op.create_table(
        "view_counts",
        sa.Column("number", counter, nullable=False),
        *(sa.Column(name, sa.String(), nullable=null) for name, null in named),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("incoming_last", "unanswered", "closing", "unseen")
        ),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_view_counts")),
    )


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (_when, table, _condition, _work) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if on_postgresql else ""))
        if on_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("view_counts")
