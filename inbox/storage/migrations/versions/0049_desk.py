"""Where a conversation stands at the desk: whose turn it is, until when it sleeps, its labels."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def _standing() -> list[sa.Column[Any]]:
    """Made anew each time: a column is of one table."""
    normal, none = sa.text("'normal'"), sa.text("'[]'")
    return [
        sa.Column("assignee_id", sa.String(), nullable=True),
        sa.Column("team_id", sa.String(), nullable=True),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.String(), nullable=False, server_default=normal),
        sa.Column("labels", sa.Text(), nullable=False, server_default=none),
        sa.Column("waiting_since", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("closing", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null)


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def _of(table: str, name: str, other: str) -> sa.ForeignKeyConstraint:
    named = op.f(f"fk_{table}_{name}_{other}")
    return sa.ForeignKeyConstraint([name], [f"{other}.id"], name=named, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "teams",
        _text("id"),
        _text("name"),
        sa.Column("in_turn", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        _time("created_at"),
        _key("teams", "id"),
    )
    op.create_table(
        "team_members",
        _text("team_id"),
        _text("user_id"),
        _of("team_members", "team_id", "teams"),
        _of("team_members", "user_id", "users"),
        _key("team_members", "team_id", "user_id"),
    )
    op.create_index(op.f("ix_team_members_user_id"), "team_members", ["user_id"])
    op.create_table(
        "labels",
        _text("id"),
        _text("name"),
        _text("folded"),
        _text("color"),
        _time("created_at"),
        _key("labels", "id"),
        sa.UniqueConstraint("folded", name=op.f("uq_labels_folded")),
    )
    op.create_table(
        "conversation_labels",
        _text("label_id"),
        _text("conversation_id"),
        _of("conversation_labels", "label_id", "labels"),
        _of("conversation_labels", "conversation_id", "conversations"),
        _key("conversation_labels", "label_id", "conversation_id"),
    )
    op.create_index(
        op.f("ix_conversation_labels_conversation_id"), "conversation_labels", ["conversation_id"]
    )
    op.create_table(
        "saved_views",
        _text("id"),
        _text("name"),
        sa.Column("filters", sa.Text(), nullable=False),
        _text("owner_id"),
        sa.Column("shared", sa.Boolean(), nullable=False),
        _time("created_at"),
        _of("saved_views", "owner_id", "users"),
        _key("saved_views", "id"),
    )
    op.create_index(op.f("ix_saved_views_owner_id"), "saved_views", ["owner_id"])
    op.create_table(
        "undos",
        _text("id"),
        sa.Column("part", sa.Integer(), nullable=False),
        _text("by"),
        _time("at"),
        sa.Column("made", sa.Text(), nullable=False),
        _key("undos", "id", "part"),
    )
    op.create_index(op.f("ix_undos_at"), "undos", ["at"])
    op.create_table(
        "turns",
        _text("lane"),
        _text("user_id"),
        _time("at"),
        _of("turns", "user_id", "users"),
        _key("turns", "lane", "user_id"),
    )
    for column in _standing():
        op.add_column("conversations", column)
    op.execute(
        "UPDATE conversations SET waiting_since = coalesce(last_inbound_at, arrived_at) "
        "WHERE last_direction = 'incoming'"
    )
    op.execute(
        "UPDATE conversations SET answered_at = arrived_at WHERE last_direction = 'outgoing'"
    )
    op.add_column("channels", _text("team_id", null=True))
    op.add_column(
        "channels", sa.Column("in_turn", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("channels", sa.Column("capacity", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("capacity", "in_turn", "team_id"):
        op.drop_column("channels", name)
    for column in reversed(_standing()):
        op.drop_column("conversations", column.name)
    for table in (
        *("turns", "undos", "saved_views", "conversation_labels", "labels"),
        *("team_members", "teams"),
    ):
        op.drop_table(table)
