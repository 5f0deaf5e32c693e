"""Settings: teams, who is of them, and how their new conversations are given."""

from typing import Final, TypedDict

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.access import people
from inbox.access.people import User
from inbox.desk import teams
from inbox.desk.clearing import remove_whole
from inbox.desk.teams import TeamPlan
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid
from inbox.domain.teams import TeamShape
from inbox.domain.text import scrub
from inbox.storage.database import Connection
from inbox.web.context import app_of, me
from inbox.web.http.guard import SUPERVISOR
from inbox.web.http.rendering import own_page, to

Request = HTMXRequest

LIST: Final = "/settings/teams"


class TeamPage(TypedDict):
    teams: list[TeamShape]
    users: dict[str, User]


def _team_page(connection: Connection) -> TeamPage:
    known = {user.id: user for user in people.listing(connection)}
    return {"teams": teams.all_teams(connection), "users": known}


@get(LIST, opt=SUPERVISOR, include_in_schema=False)
async def team_list(request: Request, deleted: FromQuery[str] = "") -> HTMXTemplate:
    """``deleted``: what the one was called that went just now."""
    found = await app_of(request).database.read(_team_page)
    channels = {one.id: one.name for one in app_of(request).channel_cache.all()}
    gone = scrub(deleted)[: teams.NAME_LIMIT]
    return own_page(request, "settings/teams.html", **found, channels=channels, gone=gone)


@get(f"{LIST}/new", opt=SUPERVISOR, include_in_schema=False)
async def new_team(request: Request) -> HTMXTemplate:
    return await _team_form(request, None, TeamPlan(name=""))


@get(f"{LIST}/{{team_id:str}}", opt=SUPERVISOR, include_in_schema=False)
async def edit_team(request: Request, team_id: FromPath[str]) -> HTMXTemplate:
    was = await app_of(request).database.read(teams.team_by_id, team_id)
    plan = TeamPlan(
        name=was["name"],
        member_ids=was["member_ids"],
        channel_ids=was["channel_ids"],
        in_turn=was["in_turn"],
        capacity=was["capacity"],
    )
    return await _team_form(request, was, plan)


async def _team_form(
    request: Request,
    team: TeamShape | None,
    plan: TeamPlan,
    problems: dict[str, str] | None = None,
) -> HTMXTemplate:
    at = app_of(request)
    found = await at.database.read(_team_page)
    taken = {
        channel_id: one["name"]
        for one in found["teams"]
        for channel_id in one["channel_ids"]
        if team is None or one["id"] != team["id"]
    }
    return own_page(
        request,
        "settings/team.html",
        422 if problems else 200,
        team=team,
        plan=plan,
        users=[user for user in found["users"].values() if _choosable(user, plan)],
        channels=[one for one in at.channel_cache.all() if one.state != "removed"],
        taken=taken,
        problems=problems or {},
        most=teams.CAPACITY_LIMIT,
    )


def _choosable(user: User, plan: TeamPlan) -> bool:
    return user.disabled_at is None or user.id in plan.member_ids


@post(LIST, opt=SUPERVISOR, status_code=200, include_in_schema=False)
async def make_team(request: Request) -> HTMXTemplate | Redirect:
    at, plan = app_of(request), await _plan(request)
    try:
        await at.database.write(teams.add_team, plan, at.now())
    except Invalid as wrong:
        return await _team_form(request, None, plan, {wrong.field: str(wrong)})
    return to(LIST)


@post(f"{LIST}/{{team_id:str}}", opt=SUPERVISOR, status_code=200, include_in_schema=False)
async def save_team(request: Request, team_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, plan = app_of(request), await _plan(request)
    was = await at.database.read(teams.team_by_id, team_id)
    try:
        await at.database.write(teams.change_team, team_id, plan, at.now())
    except Invalid as wrong:
        return await _team_form(request, was, plan, {wrong.field: str(wrong)})
    return to(LIST)


async def _plan(request: Request) -> TeamPlan:
    form = await request.form()
    return TeamPlan(
        name=scrub(str(form.get("name") or "")),
        member_ids=[scrub(str(one)) for one in form.getall("member_ids", [])],
        channel_ids=[scrub(str(one)) for one in form.getall("channel_ids", [])],
        in_turn=bool(form.get("in_turn")),
        capacity=capacity_asked(str(form.get("capacity") or "")),
    )


def capacity_asked(text: str) -> int | None:
    """Empty: no limit. What is no number is none that can be kept."""
    said = text.strip()
    if not said:
        return None
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0


@post(f"{LIST}/{{team_id:str}}/delete", opt=SUPERVISOR, status_code=303, include_in_schema=False)
async def delete_team(request: Request, team_id: FromPath[str]) -> Redirect:
    at, by = app_of(request), Writer.of(me(request))
    was = await at.database.read(teams.team_by_id, team_id)
    await remove_whole(at.database, teams.remove_team, team_id, by, at.now)
    return Redirect(LIST, status_code=303, query_params={"deleted": was["name"]})


HANDLERS = [team_list, new_team, edit_team, make_team, save_team, delete_team]
