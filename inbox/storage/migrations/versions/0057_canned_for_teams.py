"""Canned responses of a team, beside one's own and everybody's."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_TEAM = "deleted_at IS NULL AND team_id IS NOT NULL"
_SHARED = "deleted_at IS NULL AND owner_id IS NULL"


def upgrade() -> None:
    op.add_column("canned_responses", sa.Column("team_id", sa.String(), nullable=True))
    _unique("uq_canned_responses_team", ["team_id", "short_code"], _TEAM)
    op.drop_index("uq_canned_responses_shared", "canned_responses")
    _unique("uq_canned_responses_shared", ["short_code"], f"{_SHARED} AND team_id IS NULL")


def _unique(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "canned_responses",
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    op.execute("DELETE FROM canned_responses WHERE team_id IS NOT NULL")
    op.drop_index("uq_canned_responses_team", "canned_responses")
    op.drop_index("uq_canned_responses_shared", "canned_responses")
    op.drop_column("canned_responses", "team_id")
    _unique("uq_canned_responses_shared", ["short_code"], _SHARED)
