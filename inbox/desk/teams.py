"""Teams: who is of them, and the channels whose new conversations are theirs."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, update

from inbox.access.limits import tell_limits
from inbox.desk.arranging import AT_ONCE
from inbox.desk.canned import forget_team_responses
from inbox.desk.clearing import clear
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import NewEvent, TeamsUpdated
from inbox.domain.ids import new_id
from inbox.domain.language import N_, _
from inbox.domain.standing import label_key
from inbox.domain.teams import TeamShape
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso
from inbox.feed.log import append
from inbox.feed.news import channel_changed
from inbox.storage.dialect import insert, serialise
from inbox.storage.tables import channels, conversations, team_members, teams, turns, users

NAME_LIMIT: Final = 60
MOST: Final = 100
CAPACITY_LIMIT: Final = 1_000

NOT_THERE: Final = N_("There is no such team.")


class TeamPlan(Struct, frozen=True, kw_only=True):
    """What a team is to be; ``capacity`` None: no limit."""

    name: str
    member_ids: Sequence[str] = ()
    channel_ids: Sequence[str] = ()
    in_turn: bool = False
    capacity: int | None = None


def all_teams(connection: Connection) -> list[TeamShape]:
    """By name."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for team_id, user_id in connection.execute(
        select(team_members).order_by(team_members.c.user_id)
    ):
        members[team_id].append(user_id)
    served: defaultdict[str, list[str]] = defaultdict(list)
    query = select(channels.c.team_id, channels.c.id).where(channels.c.team_id.is_not(None))
    for team_id, channel_id in connection.execute(query.order_by(channels.c.id)):
        served[team_id].append(channel_id)
    rows = connection.execute(select(teams).order_by(func.lower(teams.c.name), teams.c.id))
    return [
        {
            "id": row.id,
            "name": row.name,
            "member_ids": members[row.id],
            "channel_ids": served[row.id],
            "in_turn": row.in_turn,
            "capacity": row.capacity,
            "created_at": iso(row.created_at),
        }
        for row in rows
    ]


def team_by_id(connection: Connection, team_id: str) -> TeamShape:
    """Raises ``Missing``."""
    for team in all_teams(connection):
        if team["id"] == team_id:
            return team
    raise Missing(_(NOT_THERE))


def add_team(connection: Connection, plan: TeamPlan, now: Micros) -> TeamShape:
    """Raises ``Invalid``."""
    serialise(connection, ["teams"])
    known = all_teams(connection)
    if len(known) >= MOST:
        raise Invalid("name", _("There are %(most)s teams already: delete one first.", most=MOST))
    team_id = new_id(now)
    columns = _checked_columns(connection, plan, known, team_id)
    connection.execute(teams.insert(), {"id": team_id, "created_at": now, **columns})
    return _settled(connection, team_id, plan, (), (), now)


def change_team(connection: Connection, team_id: str, plan: TeamPlan, now: Micros) -> TeamShape:
    """Raises ``Invalid`` and ``Missing``."""
    serialise(connection, ["teams"])
    was = team_by_id(connection, team_id)
    columns = _checked_columns(connection, plan, all_teams(connection), team_id)
    connection.execute(update(teams).where(teams.c.id == team_id).values(columns))
    called = [was["name"]] if was["name"] != columns["name"] else []
    return _settled(connection, team_id, plan, was["member_ids"], was["channel_ids"], now, called)


def join_team(connection: Connection, team_id: str, user_id: str, now: Micros) -> TeamShape:
    """Have this user be of it, beside those that are. Raises ``Invalid`` and ``Missing``."""
    was = team_by_id(connection, team_id)
    plan = TeamPlan(
        name=was["name"],
        member_ids=[*dict.fromkeys([*was["member_ids"], user_id])],
        channel_ids=was["channel_ids"],
        in_turn=was["in_turn"],
        capacity=was["capacity"],
    )
    return change_team(connection, team_id, plan, now)


def remove_team(connection: Connection, team_id: str, by: Writer, now: Micros) -> bool:
    """Whether it is gone now: else some hundred conversations are with it no more, and it goes on.

    Raises ``Missing``.
    """
    was = team_by_id(connection, team_id)
    theirs = select(conversations.c.id).where(conversations.c.team_id == team_id)
    ids = list(connection.execute(theirs.limit(AT_ONCE + 1)).scalars())
    if not clear(connection, ids, lambda _row: {"team_id": None}, by, now):
        return False
    _serve(connection, team_id, ())
    forget_team_responses(connection, team_id, now)
    connection.execute(delete(turns).where(turns.c.lane == team_id))
    connection.execute(delete(teams).where(teams.c.id == team_id))
    _tell(connection, was["member_ids"], was["channel_ids"], now)
    return True


def _settled(
    connection: Connection,
    team_id: str,
    plan: TeamPlan,
    members: Collection[str],
    served: Collection[str],
    now: Micros,
    called: Sequence[str] = (),
) -> TeamShape:
    """``members``, ``served`` and ``called``: whom and what it had before, and another name."""
    wanted = set(plan.member_ids)
    gone = team_members.c.team_id == team_id, team_members.c.user_id.in_({*members} - wanted)
    connection.execute(delete(team_members).where(*gone))
    if come := [{"team_id": team_id, "user_id": one} for one in sorted(wanted - {*members})]:
        connection.execute(insert(connection, team_members).on_conflict_do_nothing(), come)
    _serve(connection, team_id, plan.channel_ids)
    _tell(connection, wanted ^ {*members}, {*plan.channel_ids} ^ {*served}, now, called)
    return team_by_id(connection, team_id)


def _serve(connection: Connection, team_id: str, channel_ids: Collection[str]) -> None:
    kept = channels.c
    rest = kept.team_id == team_id, kept.id.not_in(channel_ids)
    connection.execute(update(channels).where(*rest).values(team_id=None))
    connection.execute(update(channels).where(kept.id.in_(channel_ids)).values(team_id=team_id))


def _tell(
    connection: Connection,
    people: Collection[str],
    places: Collection[str],
    now: Micros,
    called: Sequence[str] = (),
) -> None:
    """``people`` may see something else now, and new conversations of ``places`` go elsewhere."""
    tell_limits(connection, people, now)
    events: list[NewEvent] = [channel_changed(one) for one in sorted(places)]
    events.append(TeamsUpdated({"teams": all_teams(connection), "changed": [*called]}))
    append(connection, events, now)


def _checked_columns(
    connection: Connection, plan: TeamPlan, known: Sequence[TeamShape], team_id: str
) -> dict[str, object]:
    name = " ".join(scrub(plan.name).split())
    if not 0 < len(name) <= NAME_LIMIT:
        raise Invalid(
            "name", _("A team is called something, in up to %(most)s characters.", most=NAME_LIMIT)
        )
    others = [team for team in known if team["id"] != team_id]
    if label_key(name) in {label_key(team["name"]) for team in others}:
        raise Invalid("name", _("There is a team %(name)s already.", name=name))
    capacity = checked_capacity(plan.capacity)
    _check_members(connection, plan.member_ids)
    _check_channels(connection, plan.channel_ids, others)
    return {"name": name, "in_turn": plan.in_turn, "capacity": capacity}


def checked_capacity(capacity: int | None) -> int | None:
    """Raises ``Invalid``."""
    if capacity is not None and not 1 <= capacity <= CAPACITY_LIMIT:
        raise Invalid(
            "capacity",
            _("Up to how many conversations: from 1 to %(most)s.", most=CAPACITY_LIMIT),
        )
    return capacity


def _check_members(connection: Connection, ids: Sequence[str]) -> None:
    there = select(users.c.id).where(users.c.id.in_(ids), users.c.deleted_at.is_(None))
    known = set(connection.execute(there).scalars())
    if {*ids} - known:
        raise Invalid("member_ids", _("One of these users is not there any more."))


def _check_channels(
    connection: Connection, ids: Sequence[str], others: Sequence[TeamShape]
) -> None:
    query = select(channels.c.id, channels.c.name).where(channels.c.id.in_(ids))
    known = {row.id: row.name for row in connection.execute(query)}
    if {*ids} - known.keys():
        raise Invalid("channel_ids", _("One of these channels is not there any more."))
    for team in others:
        for channel_id in {*ids} & {*team["channel_ids"]}:
            raise Invalid(
                "channel_ids",
                _(
                    "%(channel)s is with %(team)s: a channel is with one team at most.",
                    channel=known[channel_id],
                    team=team["name"],
                ),
            )
