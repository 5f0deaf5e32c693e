"""Smaller leaves of SQLite's index of words, as it merges 64 of each level at once.

With leaves of 4 KB that is 30 to 40 ms, in which no webhook can be stored; with a quarter of that
it is 10, and finding takes as long as before. Leaves that are there are merged into smaller ones.
"""

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

INDEXES = ("message_words", "contact_words")
SMALL, AS_IT_WAS = 1000, 4050
"""Bytes of a leaf."""


def upgrade() -> None:
    _resize(SMALL)


def downgrade() -> None:
    _resize(AS_IT_WAS)


def _resize(size: int) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in INDEXES:
            op.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('pgsz', {size})")  # noqa: S608 - names of our own
