"""Who is there is given what nobody has, one after another.

A *lane* is a team, or a channel, that gives in turn. Somebody gets no more than it lets each have
open, and of those with room it is whose last turn is longest ago. What is given: what is open,
waits, and was answered by nobody since. Several processes may do it: each conversation is taken
first, and who counts turns waits for who is at it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, cast

from msgspec import Struct, field
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, text

from inbox.access.reach import USER_COLUMNS, user_reach
from inbox.desk.arranging import put_down, take_these
from inbox.domain.notices import WishesRow, is_away
from inbox.domain.reach import Reach, Whereabouts
from inbox.domain.rows import ConversationRow
from inbox.domain.times import Micros
from inbox.storage.dialect import insert, serialise
from inbox.storage.tables import (
    channels,
    conversations,
    notice_wishes,
    team_members,
    teams,
    turns,
    users,
)

MOST: Final = 50
"""At once; the next follow without a rest."""

_row = conversations.c
_TO_BE_GIVEN: Final = and_(
    text("assignee_id IS NULL"),
    text("waiting_since IS NOT NULL AND answered_at IS NULL"),
    text("status IN ('open', 'pending')"),
    _row.status == "open",
)


class Lane(Struct, frozen=True, kw_only=True):
    """``id``: of the team, or of the channel. ``members`` None: everybody."""

    id: str
    is_team: bool
    capacity: int | None
    members: frozenset[str] | None


class Round(Struct, kw_only=True):
    """Who could be given something now."""

    lanes: Mapping[str, Lane]
    reaches: Mapping[str, Reach]
    """Of those who are there, by their id."""
    load: Counter[str] = field(default_factory=Counter)
    """How many open conversations each has."""
    last: dict[tuple[str, str], Micros] = field(default_factory=dict)
    """When whoever was last given one in a lane."""
    given: int = 0

    def lane_of(self, team_id: str | None, channel_id: str) -> Lane | None:
        return self.lanes.get(team_id or "") or self.lanes.get(channel_id)

    def free(self, lane: Lane) -> list[str]:
        """Those with room, who waits longest first."""
        there = [
            one
            for one in self.reaches
            if (lane.members is None or one in lane.members)
            and (lane.capacity is None or self.load[one] < lane.capacity)
        ]
        return sorted(there, key=lambda one: (self.last.get((lane.id, one), 0), one))

    def give(self, lane: Lane, place: Whereabouts, now: Micros) -> str | None:
        """To whom it goes, if anybody can take it."""
        for one in self.free(lane):
            if self.reaches[one].holds(place):
                self.load[one] += 1
                self.given += 1
                self.last[lane.id, one] = now + self.given  # in one moment, one after another
                return one
        return None


def to_be_given(connection: Connection, here: Collection[str], now: Micros) -> list[str]:
    """Conversations that somebody who is ``here`` has room for, who came first before."""
    around = _round(connection, here, now)
    return [] if around is None else _due(connection, around)


def give_in_turn(
    connection: Connection, ids: Collection[str], here: Collection[str], now: Micros
) -> int:
    """Give these out; how many there was somebody for."""
    rows = [row for row in take_these(connection, ids) if _is_due(row)]
    serialise(connection, ["turns"])
    around = _round(connection, here, now)
    if around is None:
        return 0
    pairs = []
    for row in sorted(rows, key=lambda row: (row["waiting_since"] or 0, row["id"])):
        lane = around.lane_of(row["team_id"], row["channel_id"])
        place = Whereabouts(row["channel_id"], row["team_id"])
        if lane and (who := around.give(lane, place, now)):
            pairs.append((row, cast("ConversationRow", {**row, "assignee_id": who})))
            _note_turn(connection, lane.id, who, around.last[lane.id, who])
    put_down(connection, pairs, None, now)
    return len(pairs)


def _is_due(row: ConversationRow) -> bool:
    waits = row["waiting_since"] is not None and row["answered_at"] is None
    return waits and row["status"] == "open" and row["assignee_id"] is None


def _round(connection: Connection, here: Collection[str], now: Micros) -> Round | None:
    """None: nothing is given in turn, or nobody is there."""
    lanes = _lanes(connection)
    reaches = _there(connection, here, now) if lanes else {}
    if not reaches:
        return None
    at_work = (_row.assignee_id.in_(reaches), text("status IN ('open', 'pending')"))
    load = select(_row.assignee_id, func.count()).where(*at_work, _row.status == "open")
    last = select(turns.c.lane, turns.c.user_id, turns.c.at)
    last = last.where(turns.c.lane.in_([lane.id for lane in lanes]))
    counted = connection.execute(load.group_by(_row.assignee_id))
    return Round(
        lanes={lane.id: lane for lane in lanes},
        reaches=reaches,
        load=Counter({row[0]: row[1] for row in counted}),
        last={(row.lane, row.user_id): row.at for row in connection.execute(last)},
    )


def _lanes(connection: Connection) -> Sequence[Lane]:
    in_turn = select(teams.c.id, teams.c.capacity).where(teams.c.in_turn.is_(True))
    of_teams = connection.execute(in_turn).all()
    wanted = channels.c.in_turn.is_(True)
    of_channels = connection.execute(
        select(channels.c.id, channels.c.capacity, channels.c.team_id).where(wanted)
    ).all()
    known = {row.id for row in of_teams} | {row.team_id for row in of_channels if row.team_id}
    members = _members(connection, known) if known else {}
    return [
        *(_team_lane(row.id, row.capacity, members) for row in of_teams),
        *(
            Lane(
                id=row.id,
                is_team=False,
                capacity=row.capacity,
                members=members.get(row.team_id, frozenset()) if row.team_id else None,
            )
            for row in of_channels
        ),
    ]


def _team_lane(team_id: str, capacity: int | None, members: Mapping[str, frozenset[str]]) -> Lane:
    return Lane(
        id=team_id, is_team=True, capacity=capacity, members=members.get(team_id, frozenset())
    )


def _members(connection: Connection, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    query = select(team_members).where(team_members.c.team_id.in_(sorted(ids)))
    for team_id, user_id in connection.execute(query):
        found.setdefault(team_id, set()).add(user_id)
    return {team_id: frozenset(those) for team_id, those in found.items()}


def _there(connection: Connection, here: Collection[str], now: Micros) -> dict[str, Reach]:
    """How far each of these sees who has an account, and has not said that they are away."""
    wishes = [notice_wishes.c[name] for name in ("away", "away_until")]
    query = select(users.c.id, *USER_COLUMNS, *wishes).outerjoin(
        notice_wishes, notice_wishes.c.user_id == users.c.id
    )
    query = query.where(users.c.id.in_(sorted(here)), users.c.disabled_at.is_(None))
    rows = connection.execute(query).mappings().all() if here else []
    return {
        row["id"]: user_reach(row)
        for row in rows
        if not (row["away"] and is_away(cast("WishesRow", row), now))
    }


def _due(connection: Connection, around: Round) -> list[str]:
    open_lanes = [lane for lane in around.lanes.values() if around.free(lane)]
    if not open_lanes:
        return []
    query = select(_row.id).where(_TO_BE_GIVEN, or_(*map(_of_lane, open_lanes)))
    query = query.order_by(_row.arrived_at, _row.id).limit(MOST)
    return list(connection.execute(query).scalars())


def _of_lane(lane: Lane) -> ColumnElement[bool]:
    return (_row.team_id if lane.is_team else _row.channel_id) == lane.id


def _note_turn(connection: Connection, lane: str, user_id: str, at: Micros) -> None:
    row = {"lane": lane, "user_id": user_id, "at": at}
    noted = insert(connection, turns).values(row)
    connection.execute(
        noted.on_conflict_do_update(index_elements=["lane", "user_id"], set_={"at": at})
    )
