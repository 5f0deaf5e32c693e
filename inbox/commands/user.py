"""``inbox user``: who may sign in."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TypedDict

from sqlalchemy import Connection

from inbox.access import changing, links, password_work, people, roster
from inbox.access.changing import UserChange
from inbox.access.people import User
from inbox.access.principal import ROLES
from inbox.commands.context import CommandContext
from inbox.commands.output import print_json, print_listing
from inbox.commands.perform import perform
from inbox.config import load
from inbox.desk.clearing import remove_whole
from inbox.desk.leaving import remove_user
from inbox.desk.teams import join_team
from inbox.desk.writer import Writer
from inbox.domain.language import _, ngettext
from inbox.domain.times import Micros, iso
from inbox.domain.users import UserShape
from inbox.server.failure import Failure

EXAMPLES = """
  inbox user add ana@example.com --name "Ana Kowalska" --role admin
  inbox user add ben@example.com --name Ben --role agent --channel 01890000-…
  printf %s "$PASSWORD" | inbox user add ben@example.com --name Ben --role agent --password-stdin
  inbox user list
  inbox user rename ben@example.com "Ben Okafor"
  inbox user reset ben@example.com
  inbox user disable ben@example.com
"""

LISTED = {"email": "EMAIL", "name": "NAME", "role": "ROLE", "state": "STATE", "sees": "SEES"}


class UserFacts(TypedDict):
    id: str
    email: str
    name: str
    role: str
    created_at: str


class NewUser(UserFacts):
    link: str | None
    link_expires_at: str | None


class ListedUser(UserShape):
    sees: str


class UserListing(TypedDict):
    data: list[ListedUser]


async def add(
    context: CommandContext,
    *,
    email: str,
    name: str,
    role: str,
    password: str | None = None,
    channels: str | None = None,
    teams: str | None = None,
) -> NewUser:
    """A new user, with a password or with a one-time link to choose one.

    ``channels`` and ``teams``: ids, with blanks between; without one of them they see all.
    """
    hashed = None
    if password is not None:
        if problem := await password_work.weakness(password, email=email, name=name):
            raise Failure(problem)
        hashed = await password_work.hashed(password)
    now = context.now()
    seen = None if channels is None else channels.split()
    joined = [] if teams is None else teams.split()
    facts = {"email": email, "name": name, "role": role}
    user, token = await context.database.write(_add, facts, seen, joined, hashed, now)
    return _with_link(context, user, token if hashed is None else None, now)


def _add(
    connection: Connection,
    facts: dict[str, str],
    seen: list[str] | None,
    joined: list[str],
    hashed: str | None,
    now: Micros,
) -> tuple[UserShape, str]:
    user, token = roster.invite(
        connection,
        email=facts["email"],
        name=facts["name"],
        role=facts["role"],
        channel_ids=seen,
        own_teams_only=bool(joined),
        now=now,
    )
    for team_id in joined:
        join_team(connection, team_id, user["id"], now)
    if hashed is not None:
        people.set_password(connection, user["id"], hashed, now)
    return user, token


def _with_link(context: CommandContext, user: UserShape, token: str | None, now: Micros) -> NewUser:
    return {
        "id": user["id"],
        "email": user["email"],
        "name": user["name"],
        "role": user["role"],
        "created_at": user["created_at"],
        "link": f"{context.public_url}/welcome/{token}" if token else None,
        "link_expires_at": iso(now + links.LIFETIMES["password"]) if token else None,
    }


async def listing(context: CommandContext) -> UserListing:
    found = await context.database.read(roster.roster, context.now())
    return {"data": [{**user, "sees": _sees(user)} for user in found]}


def _sees(user: UserShape) -> str:
    seen, parts = user["channel_ids"], []
    if user["role"] == "agent" and seen is not None:
        parts.append(ngettext("%(num)s channel", "%(num)s channels", len(seen)))
    if user["role"] == "agent" and user["own_teams_only"]:
        parts.append(ngettext("%(num)s team", "%(num)s teams", len(user["team_ids"])))
    return ", ".join(parts) or _("everything")


async def disable_user(context: CommandContext, *, email: str) -> UserShape:
    """They are signed out at once, and come in no more until somebody enables them."""
    return await context.database.write(_changed, email, UserChange(disabled=True), context.now())


async def enable_user(context: CommandContext, *, email: str) -> UserShape:
    return await context.database.write(_changed, email, UserChange(disabled=False), context.now())


async def rename_user(context: CommandContext, *, email: str, name: str) -> UserShape:
    return await context.database.write(_changed, email, UserChange(name=name), context.now())


async def delete(context: CommandContext, *, email: str) -> UserShape:
    """What they wrote stays under their name."""
    user = await context.database.read(_known, email, context.now())
    by = Writer(user_id=None, name=_("Command line"))
    await remove_whole(context.database, remove_user, user["id"], by, context.now)
    return user


async def reset(context: CommandContext, *, email: str) -> NewUser:
    """A new one-time link, to choose another password."""
    now = context.now()
    user, token = await context.database.write(_reset, email, now)
    return _with_link(context, user, token, now)


def _changed(connection: Connection, email: str, change: UserChange, now: Micros) -> UserShape:
    user = _named(connection, email)
    changing.change_user(connection, user.id, change, now)
    return roster.user_of(connection, user.id, now)


def _known(connection: Connection, email: str, now: Micros) -> UserShape:
    return roster.user_of(connection, _named(connection, email).id, now)


def _reset(connection: Connection, email: str, now: Micros) -> tuple[UserShape, str]:
    user = _named(connection, email)
    token = changing.link_again(connection, user.id, now)
    return roster.user_of(connection, user.id, now), token


def _named(connection: Connection, email: str) -> User:
    user = people.by_email(connection, email)
    if user is None:
        raise Failure(
            _("There is no user %(email)s; inbox user list shows all.", email=repr(email))
        )
    return user


def configure(parser: ArgumentParser) -> None:
    names = "add | list | rename | reset | disable | enable | delete"
    actions = parser.add_subparsers(dest="action", required=True, metavar=names)
    adding = actions.add_parser("add", help=_("add a user"), epilog=parser.epilog)
    adding.add_argument("email", metavar="EMAIL")
    adding.add_argument("--name", required=True, help=_("as colleagues see it"))
    adding.add_argument("--role", required=True, choices=ROLES)
    adding.add_argument(
        "--channel",
        action="append",
        metavar="ID",
        help=_("see this channel alone; again for another (agents only)"),
    )
    adding.add_argument(
        "--team",
        action="append",
        metavar="ID",
        help=_("be of this team, and see what is its alone; again for another"),
    )
    adding.add_argument(
        "--password-stdin",
        action="store_true",
        help=_("read the password from standard input; without it a one-time link is printed"),
    )
    showing = actions.add_parser("list", help=_("show all users"), epilog=parser.epilog)
    renaming = actions.add_parser("rename", help=_("call a user otherwise"), epilog=parser.epilog)
    able = [
        actions.add_parser("reset", help=_("make a new one-time link"), epilog=parser.epilog),
        actions.add_parser("disable", help=_("keep a user out for now"), epilog=parser.epilog),
        actions.add_parser("enable", help=_("let them in again"), epilog=parser.epilog),
        actions.add_parser(
            "delete",
            help=_("delete a user; what they wrote stays under their name"),
            epilog=parser.epilog,
        ),
    ]
    for one in (renaming, *able):
        one.add_argument("email", metavar="EMAIL")
    renaming.add_argument("name", metavar="NAME")
    for one in (adding, showing, renaming, *able):
        one.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> None:
    match options.action:
        case "add":
            _run_add(options)
        case "list":
            _run_list(options)
        case "reset":
            _run_reset(options)
        case _:
            _run_change(options)


def _run_add(options: Namespace) -> None:
    password = sys.stdin.read().removesuffix("\n") if options.password_stdin else None
    facts = {"email": options.email, "name": options.name, "role": options.role}
    if options.channel:
        facts["channels"] = " ".join(options.channel)
    if options.team:
        facts["teams"] = " ".join(options.team)
    made = perform(load(), "user add", add, **facts, password=password)
    if options.json:
        print_json(made)
        return
    print(
        _(
            "Added %(name)s <%(email)s> as %(role)s.",
            name=made["name"],
            email=made["email"],
            role=made["role"],
        )
    )
    _print_link(made)


def _run_reset(options: Namespace) -> None:
    made = perform(load(), "user reset", reset, email=options.email)
    if options.json:
        print_json(made)
    else:
        _print_link(made)


def _print_link(made: NewUser) -> None:
    if made["link"]:
        print(_("Give them this link to choose a password; it works once, for 7 days:"))
        print(made["link"])


def _run_change(options: Namespace) -> None:
    email = options.email
    match options.action:
        case "rename":
            user = perform(load(), "user rename", rename_user, email=email, name=options.name)
            done = _("%(email)s is called %(name)s now.", email=user["email"], name=user["name"])
        case "disable":
            user = perform(load(), "user disable", disable_user, email=email)
            done = _("%(name)s is kept out.", name=user["name"])
        case "enable":
            user = perform(load(), "user enable", enable_user, email=email)
            done = _("%(name)s may come in again.", name=user["name"])
        case _:
            user = perform(load(), "user delete", delete, email=email)
            done = _("%(name)s is deleted; what they wrote stays.", name=user["name"])
    if options.json:
        print_json(user)
    else:
        print(done)


def _run_list(options: Namespace) -> None:
    found = perform(load(), "user list", listing)["data"]
    print_listing(found, options.json, LISTED)
