"""What limits a user or a token: set here, and told, so that what is open sees no more than that.

Who is limited otherwise stays signed in: their sockets begin anew with what they may see now.
"""

from collections.abc import Collection

from sqlalchemy import Connection, Table, delete, insert, select, update

from inbox.access.principal import Role
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.feed.news import limits_changed
from inbox.storage.tables import api_tokens, channels, token_channels, user_channels, users


def limit_user(
    connection: Connection, user_id: str, channel_ids: Collection[str] | None, now: Micros
) -> None:
    """Let an agent see these channels alone; None: all. Raises ``Invalid`` or ``Missing``."""
    wanted = known_channels(connection, channel_ids or ())
    flag = select(users.c.own_channels_only).where(users.c.id == user_id)
    was = connection.execute(flag).scalar()
    kept = select(user_channels.c.channel_id).where(user_channels.c.user_id == user_id)
    if was == (channel_ids is not None) and {*connection.execute(kept).scalars()} == {*wanted}:
        return  # nobody's pages need begin anew
    this = update(users).where(users.c.id == user_id)
    found = connection.execute(this.values(own_channels_only=channel_ids is not None))
    if not found.rowcount:
        raise Missing(_("There is no such user."))
    _keep(connection, user_channels, "user_id", user_id, wanted)
    tell_limits(connection, [user_id], now)


def limit_to_teams(connection: Connection, user_id: str, only: bool, now: Micros) -> None:
    """Let an agent see the conversations of their teams alone, or those of all. Raises
    ``Missing``."""
    was = connection.execute(select(users.c.own_teams_only).where(users.c.id == user_id)).scalar()
    if was is None:
        raise Missing(_("There is no such user."))
    if was != only:
        this = update(users).where(users.c.id == user_id)
        connection.execute(this.values(own_teams_only=only))
        tell_limits(connection, [user_id], now)


def keep_token_channels(
    connection: Connection, token_id: str, role: Role, channel_ids: Collection[str] | None
) -> None:
    """What a token sees; None: all. Whoever calls sets its ``own_channels_only``, and tells who
    listens with it. Raises ``Invalid``.
    """
    if channel_ids is not None and role != "agent":
        raise Invalid("channels", _("Only a token with the role agent can be limited to channels."))
    wanted = known_channels(connection, channel_ids or ())
    _keep(connection, token_channels, "token_id", token_id, wanted)


def known_channels(connection: Connection, channel_ids: Collection[str]) -> list[str]:
    """These, each once; raises ``Invalid`` for one that there is not."""
    wanted = sorted(set(channel_ids))
    there = select(channels.c.id).where(channels.c.id.in_(wanted))
    if len(connection.execute(there).all()) < len(wanted):
        raise Invalid("channels", _("There is no such channel."))
    return wanted


def _keep(
    connection: Connection, table: Table, owner: str, identity: str, wanted: list[str]
) -> None:
    connection.execute(delete(table).where(table.c[owner] == identity))
    if wanted:
        rows = [{owner: identity, "channel_id": channel_id} for channel_id in wanted]
        connection.execute(insert(table), rows)


def tell_limits(connection: Connection, user_ids: Collection[str], now: Micros) -> None:
    """These users may see something else now, and so may the tokens that are theirs.

    For whoever changes who is in a team, or what a limit is made of, in the same transaction.
    """
    owned = select(api_tokens.c.id).where(
        api_tokens.c.owner_id.in_(user_ids), api_tokens.c.revoked_at.is_(None)
    )
    theirs = connection.execute(owned.order_by(api_tokens.c.id)).scalars().all()
    told = [limits_changed(user_id=user_id) for user_id in sorted(set(user_ids))]
    append(connection, [*told, *(limits_changed(token_id=each) for each in theirs)], now)
