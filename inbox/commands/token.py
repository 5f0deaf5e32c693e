"""``inbox token``: lasting secrets for programs that read the API and the feed."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TypedDict

from sqlalchemy import Connection

from inbox.access import tokens
from inbox.access.principal import ROLES
from inbox.access.tokens import Token
from inbox.commands.context import CommandContext
from inbox.commands.output import print_json, print_listing
from inbox.commands.perform import perform
from inbox.config import load
from inbox.domain.language import _
from inbox.domain.times import Micros, iso
from inbox.server.failure import Failure

EXAMPLES = """
  TOKEN=$(inbox token add crm)
  inbox token add backup --role admin --json
  inbox token list
  inbox token revoke crm
"""

LISTED = {
    "id": "ID",
    "name": "NAME",
    "role": "ROLE",
    "created_at": "CREATED",
    "last_used_at": "LAST USED",
}


class TokenFacts(TypedDict):
    id: str
    name: str
    role: str
    created_at: str
    last_used_at: str | None


class NewToken(TokenFacts):
    token: str


class TokenListing(TypedDict):
    data: list[TokenFacts]


async def add(context: CommandContext, *, name: str, role: str) -> NewToken:
    token, plain = await context.database.write(tokens.add, name, role, context.now())
    return {**_shape(token), "token": plain}


async def listing(context: CommandContext) -> TokenListing:
    return {"data": [_shape(token) for token in await context.database.read(tokens.listing)]}


async def revoke(context: CommandContext, *, which: str) -> TokenFacts:
    """``which`` is an id, or a name that only one token has."""
    return _shape(await context.database.write(_revoke, which, context.now()))


def _revoke(connection: Connection, which: str, now: Micros) -> Token:
    live = tokens.listing(connection)
    named = [token for token in live if token.id == which]
    named = named or [token for token in live if token.name == which]
    match named:
        case [token]:
            tokens.revoke(connection, token.id, now)
            return token
        case []:
            raise Failure(
                _("There is no token %(which)s; inbox token list shows all.", which=repr(which))
            )
        case _:
            raise Failure(
                _(
                    "%(length)s tokens are named %(which)s: revoke by the id.",
                    length=len(named),
                    which=repr(which),
                )
            )


def _shape(token: Token) -> TokenFacts:
    used = token.last_used_at
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role,
        "created_at": iso(token.created_at),
        "last_used_at": None if used is None else iso(used),
    }


def configure(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add | list | revoke")
    adding = actions.add_parser(
        "add", help=_("make a token and print it, only this once"), epilog=parser.epilog
    )
    adding.add_argument("name", metavar="NAME", help=_("of the program that will use it"))
    adding.add_argument("--role", choices=ROLES, default="agent")
    adding.add_argument("--json", action="store_true", help="print JSON")
    showing = actions.add_parser("list", help=_("show the tokens that work"), epilog=parser.epilog)
    showing.add_argument("--json", action="store_true", help="print JSON")
    ending = actions.add_parser(
        "revoke", help=_("end a token, at once and for good"), epilog=parser.epilog
    )
    ending.add_argument("which", metavar="ID", help=_("its id, or a name that only one has"))
    ending.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> None:
    match options.action:
        case "add":
            _run_add(options)
        case "revoke":
            _run_revoke(options)
        case _:
            _run_list(options)


def _run_add(options: Namespace) -> None:
    made = perform(load(), "token add", add, name=options.name, role=options.role)
    if options.json:
        print_json(made)
        return
    # Alone on stdout, so that a script can take it.
    print(made["token"])
    print(_("Keep it now: it is not shown again."), file=sys.stderr)


def _run_revoke(options: Namespace) -> None:
    ended = perform(load(), "token revoke", revoke, which=options.which)
    if options.json:
        print_json(ended)
    else:
        print(_("Revoked %(name)s (%(id)s).", name=ended["name"], id=ended["id"]))


def _run_list(options: Namespace) -> None:
    found = perform(load(), "token list", listing)["data"]
    print_listing(found, options.json, LISTED)
