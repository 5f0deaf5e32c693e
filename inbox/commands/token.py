"""``inbox token``: lasting secrets for programs that read the API and the feed."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import TypedDict

from sqlalchemy import Connection

from inbox.access import people, tokens
from inbox.access.principal import ROLES
from inbox.access.scopes import SCOPES
from inbox.access.tokens import Token
from inbox.commands.context import CommandContext
from inbox.commands.output import print_json, print_listing
from inbox.commands.perform import perform
from inbox.config import load
from inbox.domain.language import _
from inbox.domain.times import DAY, Micros, micros
from inbox.domain.tokens import NewTokenShape, TokenShape
from inbox.server.failure import Failure

EXAMPLES = """
  TOKEN=$(inbox token add crm)
  inbox token add backup --role admin --until 2027-06-30 --json
  inbox token add ana-script --owner ana@example.com
  inbox token add shop --channel 01890000-…
  inbox token add sheet --scope read --scope drafts
  inbox token list
  inbox token revoke crm
"""

LISTED = {
    "id": "ID",
    "name": "NAME",
    "role": "ROLE",
    "scopes": "SCOPES",
    "owner": "OWNER",
    "created_at": "CREATED",
    "expires_at": "ENDS",
    "last_used_at": "LAST USED",
}


class TokenListing(TypedDict):
    data: list[TokenShape]


async def add(
    context: CommandContext,
    *,
    name: str,
    role: str,
    owner: str | None = None,
    until: str | None = None,
    channels: str | None = None,
    scopes: str | None = None,
) -> NewTokenShape:
    """``owner``: the e-mail of whose it is. ``until``: its last day, or a moment.

    ``channels``: ids, with blanks between; without it the token sees all. ``scopes``: words, the
    same.
    """
    end = None if until is None else _end(until)
    seen = None if channels is None else channels.split()
    used = None if scopes is None else scopes.split()
    args = name, role, owner, end, seen, used, context.now()
    token, plain = await context.database.write(_add, *args)
    return {**token.shape, "token": plain}


def _add(
    connection: Connection,
    name: str,
    role: str,
    owner: str | None,
    end: Micros | None,
    seen: list[str] | None,
    scopes: list[str] | None,
    now: Micros,
) -> tuple[Token, str]:
    user = people.by_email(connection, owner) if owner is not None else None
    if owner is not None and (user is None or user.disabled_at is not None):
        raise Failure(_("There is no active user %(owner)s.", owner=repr(owner)))
    return tokens.add(connection, name, role, now, user.id if user else None, end, seen, scopes)


def _end(text: str) -> Micros:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(
            _(
                "%(text)s is no time: write 2027-06-30 or 2027-06-30T18:00:00Z.",
                text=repr(text[:60]),
            )
        ) from None
    whole_day = DAY if len(text) <= len("2027-06-30") else 0
    return micros(moment if moment.tzinfo else moment.replace(tzinfo=UTC)) + whole_day


async def listing(context: CommandContext) -> TokenListing:
    found = await context.database.read(tokens.listing, context.now())
    return {"data": [token.shape for token in found]}


async def revoke(context: CommandContext, *, which: str) -> TokenShape:
    """``which`` is an id, or a name that only one token has."""
    return (await context.database.write(_revoke, which, context.now())).shape


def _revoke(connection: Connection, which: str, now: Micros) -> Token:
    live = tokens.listing(connection, now)
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


def configure(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add | list | revoke")
    adding = actions.add_parser(
        "add", help=_("make a token and print it, only this once"), epilog=parser.epilog
    )
    adding.add_argument("name", metavar="NAME", help=_("of the program that will use it"))
    adding.add_argument("--role", choices=ROLES, default="agent")
    adding.add_argument(
        "--owner", metavar="EMAIL", help=_("whose it is: it ends with them, and may do no more")
    )
    adding.add_argument(
        "--channel",
        action="append",
        metavar="ID",
        help=_("see this channel alone; again for another (role agent only)"),
    )
    adding.add_argument(
        "--scope",
        action="append",
        choices=SCOPES,
        help=_("may be used for this alone; again for another"),
    )
    adding.add_argument("--until", metavar="DATE", help=_("its last day (UTC), as 2027-06-30"))
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
    channels = " ".join(options.channel) if options.channel else None
    scopes = " ".join(options.scope) if options.scope else None
    facts = {
        "owner": options.owner,
        "until": options.until,
        "channels": channels,
        "scopes": scopes,
    }
    given = {name: value for name, value in facts.items() if value is not None}
    made = perform(load(), "token add", add, name=options.name, role=options.role, **given)
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
    if options.json:
        print_json(found)
        return
    print_listing([{**one, "scopes": _words(one["scopes"])} for one in found], False, LISTED)


def _words(scopes: list[str] | None) -> str:
    return _("all") if scopes is None else " ".join(scopes)
