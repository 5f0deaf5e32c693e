"""``/api/v1``: teams, which everybody sees and supervisors make."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody

from inbox.desk import teams
from inbox.desk.clearing import remove_whole
from inbox.desk.teams import TeamPlan
from inbox.desk.writer import Writer
from inbox.domain.fields import says
from inbox.domain.teams import TeamShape
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_TEAM, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT, SUPERVISOR
from inbox.web.http.parameters import path_id
from inbox.web.http.scopes import SETTINGS

TeamId = Annotated[str, path_id("The team's id.")]
UNSET = msgspec.UNSET


class TeamList(Paged):
    """All teams there are."""

    data: Annotated[list[TeamShape], says("The teams, by name.")]


@get(
    "/api/v1/teams",
    opt=AGENT,
    tags=["Teams"],
    operation_id="listTeams",
    summary="List teams",
)
async def team_list(request: Request[Any, Any, Any]) -> TeamList:
    """All of them at once: there are at most 100."""
    return TeamList(data=await app_of(request).database.read(teams.all_teams), next=None)


@get(
    "/api/v1/teams/{team_id:str}",
    opt=AGENT,
    tags=["Teams"],
    operation_id="getTeam",
    summary="Get a team",
)
async def one(request: Request[Any, Any, Any], team_id: TeamId) -> TeamShape:
    """As in the list of all of them."""
    return await app_of(request).database.read(teams.team_by_id, scrub(team_id))


class NewTeam(msgspec.Struct):
    """A team to make."""

    name: Annotated[str, says("Up to 60 characters.")]
    member_ids: Annotated[list[str], says("The ids of its users.")] = []
    channel_ids: Annotated[
        list[str], says("Channels whose new conversations are with it, and with no other team.")
    ] = []
    in_turn: Annotated[
        bool, says("Whether who is there is given its new conversations, one after another.")
    ] = False
    capacity: Annotated[
        int | None,
        says("Up to how many open conversations each is given in turn; null: any number."),
    ] = None


@post(
    "/api/v1/teams",
    opt=SUPERVISOR | SETTINGS | can_fail(UNFIT_TEAM),
    status_code=201,
    tags=["Teams"],
    operation_id="addTeam",
    summary="Make a team",
)
async def add(request: Request[Any, Any, Any], data: JSONBody[NewTeam]) -> TeamShape:
    """New conversations of its channels are with it from now on."""
    at = app_of(request)
    plan = TeamPlan(
        name=data.name,
        member_ids=[scrub(one) for one in data.member_ids],
        channel_ids=[scrub(one) for one in data.channel_ids],
        in_turn=data.in_turn,
        capacity=data.capacity,
    )
    return await at.database.write(teams.add_team, plan, at.now())


class TeamChange(msgspec.Struct):
    """What is to be changed of a team; what is not named stays."""

    name: Annotated[str | msgspec.UnsetType, says("Another name.")] = UNSET
    member_ids: Annotated[list[str] | msgspec.UnsetType, says("All its users from now on.")] = UNSET
    channel_ids: Annotated[list[str] | msgspec.UnsetType, says("All its channels.")] = UNSET
    in_turn: Annotated[bool | msgspec.UnsetType, says("Whether it gives in turn.")] = UNSET
    capacity: Annotated[
        int | msgspec.UnsetType | None, says("How many each is given; null: any number.")
    ] = UNSET


@patch(
    "/api/v1/teams/{team_id:str}",
    opt=SUPERVISOR | SETTINGS | can_fail(UNFIT_TEAM),
    tags=["Teams"],
    operation_id="changeTeam",
    summary="Change a team",
)
async def change(
    request: Request[Any, Any, Any], team_id: TeamId, data: JSONBody[TeamChange]
) -> TeamShape:
    """Conversations that are with it stay so, also where a channel is taken away."""
    at = app_of(request)
    return await at.database.write(_change_team, scrub(team_id), data, at.now())


def _change_team(connection: Connection, team_id: str, asked: TeamChange, now: Micros) -> TeamShape:
    was = teams.team_by_id(connection, team_id)
    members = was["member_ids"] if asked.member_ids is UNSET else asked.member_ids
    served = was["channel_ids"] if asked.channel_ids is UNSET else asked.channel_ids
    plan = TeamPlan(
        name=was["name"] if asked.name is UNSET else asked.name,
        member_ids=[scrub(one) for one in members],
        channel_ids=[scrub(one) for one in served],
        in_turn=was["in_turn"] if asked.in_turn is UNSET else asked.in_turn,
        capacity=was["capacity"] if asked.capacity is UNSET else asked.capacity,
    )
    return teams.change_team(connection, team_id, plan, now)


@delete(
    "/api/v1/teams/{team_id:str}",
    opt=SUPERVISOR | SETTINGS,
    status_code=200,
    tags=["Teams"],
    operation_id="deleteTeam",
    summary="Delete a team",
)
async def delete_team(request: Request[Any, Any, Any], team_id: TeamId) -> TeamShape:
    """Conversations go on without it; the answer is what it was."""
    at, by = app_of(request), Writer.of(me(request))
    was = await at.database.read(teams.team_by_id, scrub(team_id))
    await remove_whole(at.database, teams.remove_team, was["id"], by, at.now)
    return was


HANDLERS = [team_list, one, add, change, delete_team]
