"""The list of conversations by where they stand: an index for each view and order."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

AT_WORK = "status IN ('open', 'pending')"
WAITS = "waiting_since IS NOT NULL"

INDEXES: dict[str, tuple[str, tuple[str, ...]]] = {
    "open": (AT_WORK, ("arrived_at",)),
    "turn": (AT_WORK, ("assignee_id", "arrived_at")),
    "team": (f"team_id IS NOT NULL AND {AT_WORK}", ("team_id", "arrived_at")),
    "needs_reply": (f"last_direction = 'incoming' AND {AT_WORK}", ("arrived_at",)),
    "unanswered": (f"{WAITS} AND answered_at IS NULL AND {AT_WORK}", ("arrived_at",)),
    "snoozed": ("status = 'snoozed'", ("arrived_at",)),
    "resolved": ("status = 'resolved'", ("arrived_at",)),
    "waiting": (WAITS, ("waiting_since",)),
    "turn_waiting": (f"{WAITS} AND {AT_WORK}", ("assignee_id", "waiting_since")),
    "snoozed_waiting": (f"{WAITS} AND status = 'snoozed'", ("waiting_since",)),
    "window": (WAITS, ("last_inbound_at",)),
    "turn_window": (f"{WAITS} AND {AT_WORK}", ("assignee_id", "last_inbound_at")),
    "snoozed_window": (f"{WAITS} AND status = 'snoozed'", ("last_inbound_at",)),
    "closing": ("closing", ("arrived_at",)),
    "closing_waiting": (f"closing AND {WAITS}", ("waiting_since",)),
    "closing_window": (f"closing AND {WAITS}", ("last_inbound_at",)),
    "wakes": ("status = 'snoozed' AND snoozed_until IS NOT NULL", ("snoozed_until",)),
}


def upgrade() -> None:
    op.drop_index("ix_conversations_waiting", "conversations")
    for name, (condition, columns) in INDEXES.items():
        op.create_index(
            f"ix_conversations_{name}",
            "conversations",
            [*columns, "id"],
            sqlite_where=sa.text(condition.replace("closing", "closing = 1")),
            postgresql_where=sa.text(condition),
        )


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(f"ix_conversations_{name}", "conversations")
    condition = sa.text("last_direction = 'incoming'")
    op.create_index(
        "ix_conversations_waiting",
        "conversations",
        ["arrived_at", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
