"""What a user or a token may see, as questions to the database ask it.

``Principal.reach`` has it of whoever asks. A query of conversations takes ``in_reach(reach)``; one
of messages or contacts joins them, or asks ``in_reach_by_id``.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Label,
    RowMapping,
    ScalarSelect,
    Table,
    false,
    func,
    literal,
    literal_column,
    select,
)

from inbox.domain.reach import EVERYTHING, Reach
from inbox.storage.tables import (
    api_tokens,
    conversations,
    team_members,
    token_channels,
    user_channels,
    users,
)

Conditions = tuple[ColumnElement[bool], ...]


def in_reach(reach: Reach, table: Any = conversations) -> Conditions:
    """For ``where(*in_reach(reach))`` on conversations: nothing at all where there is no limit."""
    by_channel = _on_channels(reach, table.c.channel_id)
    if reach.teams is None:
        return by_channel
    return (*by_channel, _one_of(table.c.team_id, reach.teams))


def in_reach_by_id(reach: Reach, conversation_id: ColumnElement[Any]) -> Conditions:
    """The same where a query has the id of a conversation, and not its row."""
    if not reach.is_limited:
        return ()
    return (conversation_id.in_(select(conversations.c.id).where(*in_reach(reach))),)


def on_channels(reach: Reach, channel_id: ColumnElement[Any]) -> Conditions:
    """For what belongs to a channel and to no conversation."""
    return _on_channels(reach, channel_id)


def _on_channels(reach: Reach, column: ColumnElement[Any]) -> Conditions:
    if reach.channels is None:
        return ()
    if len(reach.channels) == 1:  # equality finds the index that is in the list's order
        return (column == next(iter(reach.channels)),)
    return (_one_of(column, reach.channels),)


def _one_of(column: ColumnElement[Any], ids: Collection[str]) -> ColumnElement[bool]:
    """Each with a bind of its own, as statements are prepared for a reach (``Prepared``)."""
    return _unindexed(column).in_([literal(one) for one in sorted(ids)]) if ids else false()


def _unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Of several channels a page is read in its order, each row looked at: an index of channels
    would find them all, and sort them."""
    return func.coalesce(column, "")


def reach_of(connection: Connection, user_id: str) -> Reach:
    """How far this user sees now; an unknown one sees nothing."""
    row = connection.execute(select(*USER_COLUMNS).where(users.c.id == user_id)).mappings().first()
    return Reach(frozenset()) if row is None else user_reach(row)


def user_reach(row: RowMapping | Mapping[str, Any]) -> Reach:
    """Of ``USER_COLUMNS``. Only agents are limited, whatever was chosen when they were one."""
    if row["reach_role"] != "agent":
        return EVERYTHING
    return Reach(
        _named(row["own_channels_only"], row["reach_channels"]),
        _named(row["own_teams_only"], row["reach_teams"]),
    )


def token_reach(row: RowMapping | Mapping[str, Any]) -> Reach:
    """Of ``TOKEN_COLUMNS`` and its owner's ``USER_COLUMNS``: never further than the owner sees."""
    own = Reach(_named(row["token_channels_only"], row["token_channels"]))
    return own if row["owner_id"] is None else own.and_also(user_reach(row))


def _named(limited: bool, names: str | None) -> frozenset[str] | None:
    return frozenset((names or "").split(",")) - {""} if limited else None


_COMMA: Final[Any] = literal_column("','")
"""No bind, as ``Prepared`` has none that is put into the text of each execution."""


def _all_of(
    table: Table, what: str, owner: ColumnElement[Any], of: ColumnElement[Any]
) -> ScalarSelect[Any]:
    names = func.aggregate_strings(table.c[what], _COMMA)
    return select(names).where(owner == of).correlate_except(table).scalar_subquery()


USER_COLUMNS: tuple[Label[Any], ...] = (
    users.c.role.label("reach_role"),
    users.c.own_channels_only.label("own_channels_only"),
    users.c.own_teams_only.label("own_teams_only"),
    _all_of(user_channels, "channel_id", user_channels.c.user_id, users.c.id).label(
        "reach_channels"
    ),
    _all_of(team_members, "team_id", team_members.c.user_id, users.c.id).label("reach_teams"),
)
"""For whoever asks for a user anyway: no statement of its own."""

TOKEN_COLUMNS: tuple[Label[Any], ...] = (
    api_tokens.c.own_channels_only.label("token_channels_only"),
    _all_of(token_channels, "channel_id", token_channels.c.token_id, api_tokens.c.id).label(
        "token_channels"
    ),
)
