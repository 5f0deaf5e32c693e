"""Alerts of endpoints, which are of no channel; there is still one open of each kind."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("alerts") as alerts:
        alerts.alter_column("channel_id", existing_type=sa.String(), nullable=True)
        alerts.add_column(sa.Column("endpoint_id", sa.String(), nullable=True))
    op.create_index(
        "uq_alerts_open_endpoint",
        "alerts",
        ["endpoint_id", "kind"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    told = "SELECT id FROM alerts WHERE channel_id IS NULL"
    op.execute(f"DELETE FROM alert_notices WHERE alert_id IN ({told})")  # noqa: S608 - ours
    op.execute("DELETE FROM alerts WHERE channel_id IS NULL")
    op.drop_index("uq_alerts_open_endpoint", "alerts")
    with op.batch_alter_table("alerts") as alerts:
        alerts.drop_column("endpoint_id")
        alerts.alter_column("channel_id", existing_type=sa.String(), nullable=False)
