"""People by a number that they had before: it is kept as an alias, not among their words."""

from collections.abc import Collection

from sqlalchemy import Connection, literal_column, or_, select

from inbox.storage.tables import aliases, channels

MOST = 200
"""Of one question: few ever change their number."""


def formerly(connection: Connection, digits: Collection[str]) -> set[str]:
    """Contacts of whom a former number has one of these somewhere within."""
    if not digits:
        return set()
    theirs = (
        aliases.c.channel_id.in_(select(channels.c.id)),
        aliases.c.kind == literal_column("'match_key'"),
        or_(*(aliases.c.value.contains(each) for each in digits)),
    )
    return set(
        connection.execute(select(aliases.c.contact_id).where(*theirs).limit(MOST)).scalars()
    )
