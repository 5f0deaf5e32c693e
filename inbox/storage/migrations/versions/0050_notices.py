"""What users want to be told of, and the browsers in which they are told with no page open."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _wishes()
    _devices()
    op.create_table(
        "push_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_state")),
    )


def _wishes() -> None:
    on, off = sa.true(), sa.false()
    op.create_table(
        "notice_wishes",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("messages", sa.String(), nullable=False, server_default="all"),
        sa.Column("mentions", sa.Boolean(), nullable=False, server_default=on),
        sa.Column("assignments", sa.Boolean(), nullable=False, server_default=on),
        sa.Column("preview", sa.Boolean(), nullable=False, server_default=on),
        sa.Column("sound", sa.String(), nullable=False, server_default="chime"),
        sa.Column("quiet_start", sa.Integer(), nullable=True),
        sa.Column("quiet_end", sa.Integer(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False, server_default="UTC"),
        sa.Column("away", sa.Boolean(), nullable=False, server_default=off),
        sa.Column("away_until", sa.BigInteger(), nullable=True),
        _belongs("notice_wishes", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_wishes")),
    )
    op.create_table(
        "muted_channels",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        _belongs("muted_channels", "user_id", "users.id"),
        _belongs("muted_channels", "channel_id", "channels.id"),
        sa.PrimaryKeyConstraint("user_id", "channel_id", name=op.f("pk_muted_channels")),
    )


def _devices() -> None:
    op.create_table(
        "push_devices",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "user_id", "session")),
        sa.Column("endpoint", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("endpoint_digest", "p256dh", "auth")
        ),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("shut_until", sa.BigInteger(), nullable=True),
        _belongs("push_devices", "user_id", "users.id"),
        _belongs("push_devices", "session", "sessions.digest"),
        sa.UniqueConstraint("endpoint_digest", name=op.f("uq_push_devices_endpoint_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_devices")),
    )
    for name in ("user_id", "session"):
        op.create_index(op.f(f"ix_push_devices_{name}"), "push_devices", [name])
    keys = ("device_id", "conversation_id", "kind")
    op.create_table(
        "pushes",
        *(sa.Column(name, sa.String(), nullable=False) for name in (*keys, "message_id")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at", "due_at")),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _belongs("pushes", "device_id", "push_devices.id"),
        sa.PrimaryKeyConstraint(*keys, name=op.f("pk_pushes")),
    )
    op.create_index("ix_pushes_device_due", "pushes", ["device_id", "due_at"])


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{to.partition('.')[0]}"
    return sa.ForeignKeyConstraint([column], [to], name=op.f(name), ondelete="CASCADE")


def downgrade() -> None:
    for table in ("pushes", "push_devices", "push_state", "muted_channels", "notice_wishes"):
        op.drop_table(table)
