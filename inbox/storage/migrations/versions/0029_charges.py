"""What messages cost, and the rate card."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("currency", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "channels", sa.Column("time_zone", sa.String(), nullable=False, server_default="UTC")
    )
    op.create_table(
        "rates",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("currency", "country", "category", "from_day", "price")
        ),
        sa.PrimaryKeyConstraint(
            "currency", "country", "category", "from_day", name=op.f("pk_rates")
        ),
    )
    op.create_table(
        "charges",
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("provider_message_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("undelivered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_charges_channel_id_channels")
        ),
        sa.PrimaryKeyConstraint("channel_id", "provider_message_id", name=op.f("pk_charges")),
    )
    op.create_index(
        "ix_charges_month",
        "charges",
        ["channel_id", "at", "category", "billable", "undelivered", "model", "kind", "country"],
    )


def downgrade() -> None:
    op.drop_table("charges")
    op.drop_table("rates")
    op.drop_column("channels", "time_zone")
    op.drop_column("channels", "currency")
