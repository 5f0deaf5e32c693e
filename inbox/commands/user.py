"""``inbox user``: who may sign in."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TypedDict

from sqlalchemy import Connection

from inbox.access import links, password_work, people
from inbox.access.people import User
from inbox.access.principal import ROLES
from inbox.commands.context import CommandContext
from inbox.commands.output import print_json, print_listing
from inbox.commands.perform import perform
from inbox.config import load
from inbox.domain.language import _
from inbox.domain.times import Micros, iso
from inbox.server.failure import Failure

EXAMPLES = """
  inbox user add ana@example.com --name "Ana Kowalska" --role admin
  printf %s "$PASSWORD" | inbox user add ben@example.com --name Ben --role agent --password-stdin
  inbox user list
"""

LISTED = {"email": "EMAIL", "name": "NAME", "role": "ROLE", "state": "STATE"}


class UserFacts(TypedDict):
    id: str
    email: str
    name: str
    role: str
    created_at: str


class NewUser(UserFacts):
    link: str | None
    link_expires_at: str | None


class ListedUser(UserFacts):
    state: str


class UserListing(TypedDict):
    data: list[ListedUser]


async def add(
    context: CommandContext, *, email: str, name: str, role: str, password: str | None = None
) -> NewUser:
    """A new user, with a password or with a one-time link to choose one."""
    hashed = None
    if password is not None:
        if problem := await password_work.weakness(password, email=email, name=name):
            raise Failure(problem)
        hashed = await password_work.hashed(password)
    now = context.now()
    user, token = await context.database.write(_add, email, name, role, hashed, now)
    link = f"{context.public_url}/welcome/{token}" if token else None
    expires = iso(now + links.LIFETIMES["password"]) if token else None
    return {**_shape(user), "link": link, "link_expires_at": expires}


def _add(
    connection: Connection, email: str, name: str, role: str, hashed: str | None, now: Micros
) -> tuple[User, str | None]:
    user = people.add(connection, email=email, name=name, role=role, now=now)
    if hashed is None:
        return user, links.make(connection, "password", user.id, now)
    people.set_password(connection, user.id, hashed, now)
    return user, None


async def listing(context: CommandContext) -> UserListing:
    found = await context.database.read(people.listing)
    return {"data": [{**_shape(user), "state": _state(user)} for user in found]}


def _shape(user: User) -> UserFacts:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "created_at": iso(user.created_at),
    }


def _state(user: User) -> str:
    if user.disabled_at is not None:
        return "disabled"
    return "active" if user.password_hash else "invited"


def configure(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add | list")
    adding = actions.add_parser("add", help=_("add a user"), epilog=parser.epilog)
    adding.add_argument("email", metavar="EMAIL")
    adding.add_argument("--name", required=True, help=_("as colleagues see it"))
    adding.add_argument("--role", required=True, choices=ROLES)
    adding.add_argument(
        "--password-stdin",
        action="store_true",
        help=_("read the password from standard input; without it a one-time link is printed"),
    )
    adding.add_argument("--json", action="store_true", help="print JSON")
    showing = actions.add_parser("list", help=_("show all users"), epilog=parser.epilog)
    showing.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> None:
    match options.action:
        case "add":
            _run_add(options)
        case _:
            _run_list(options)


def _run_add(options: Namespace) -> None:
    password = sys.stdin.read().removesuffix("\n") if options.password_stdin else None
    facts = {"email": options.email, "name": options.name, "role": options.role}
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
    if made["link"]:
        print(_("Give them this link to choose a password; it works once, for 7 days:"))
        print(made["link"])


def _run_list(options: Namespace) -> None:
    found = perform(load(), "user list", listing)["data"]
    print_listing(found, options.json, LISTED)
