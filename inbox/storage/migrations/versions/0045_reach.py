"""Which channels and teams a user or a token is limited to."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_LIMITS = (
    ("users", "own_channels_only"),
    ("users", "own_teams_only"),
    ("api_tokens", "own_channels_only"),
)


def upgrade() -> None:
    for table, name in _LIMITS:
        op.add_column(
            table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _channels_of("user_channels", "user_id", "users")
    _channels_of("token_channels", "token_id", "api_tokens")


def _channels_of(table: str, owner: str, owners: str) -> None:
    op.create_table(
        table,
        sa.Column(owner, sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        _of(table, owner, owners),
        _of(table, "channel_id", "channels"),
        sa.PrimaryKeyConstraint(owner, "channel_id", name=op.f(f"pk_{table}")),
    )


def _of(table: str, name: str, other: str) -> sa.ForeignKeyConstraint:
    named = op.f(f"fk_{table}_{name}_{other}")
    return sa.ForeignKeyConstraint([name], [f"{other}.id"], name=named, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("token_channels")
    op.drop_table("user_channels")
    for table, name in reversed(_LIMITS):
        op.drop_column(table, name)
