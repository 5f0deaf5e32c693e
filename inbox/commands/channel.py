"""``inbox channel``: the connected numbers."""

from argparse import ArgumentParser, Namespace
from typing import Any

from sqlalchemy import Connection

from inbox.channels import health, roster
from inbox.channels.health import Health
from inbox.channels.shapes import health_event
from inbox.commands.failure import Usage
from inbox.commands.house import House
from inbox.commands.output import print_facts, print_json, print_listing
from inbox.commands.perform import perform
from inbox.config import load
from inbox.domain.channels import Channel
from inbox.domain.times import Micros, iso
from inbox.feed.log import append
from inbox.feed.news import channel_changed
from inbox.providers.registry import PROVIDERS, UnknownProvider, provider_named
from inbox.storage.secrets import Sealer

EXAMPLES = """
  inbox channel add Trial --provider sandbox
  inbox channel add Shop --provider cloud-api --phone-number-id 109876543210987 \\
      --secret "$APP_SECRET" --access-token "$ACCESS_TOKEN"
  inbox channel list
"""

LISTED = {
    "id": "ID",
    "name": "NAME",
    "provider": "PROVIDER",
    "phone_number_id": "PHONE NUMBER ID",
    "last_webhook_at": "LAST WEBHOOK",
}
PRINTED = ("id", "key", "webhook_url", "verify_token")


async def add(house: House, **facts: str) -> dict[str, Any]:
    return _shape(house, await house.database.write(_add, house.sealer, facts, house.now()))


def _add(connection: Connection, sealer: Sealer, facts: dict[str, str], now: Micros) -> Channel:
    channel = roster.add(connection, sealer, now=now, **facts)
    append(connection, [channel_changed(channel.id), health_event(connection, channel)], now)
    return channel


async def listing(house: House) -> dict[str, Any]:
    """With the secret address of each webhook: who runs this holds the key to all."""
    channels, well = await house.database.read(_listing, house.sealer)
    return {"data": [{**_shape(house, each), **_health(well[each.id])} for each in channels]}


def _listing(connection: Connection, sealer: Sealer) -> tuple[list[Channel], dict[str, Health]]:
    well = {found.id: found for found in health.listing(connection)}
    return roster.listing(connection, sealer), well


def _shape(house: House, channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "provider": channel.provider,
        "phone_number_id": channel.account,
        "key": channel.key,
        "webhook_url": f"{house.public_url}/webhooks/{channel.key}",
        "verify_token": channel.verify_token,
    }


def _health(found: Health) -> dict[str, Any]:
    last = found.last_webhook_at
    return {
        "last_webhook_at": None if last is None else iso(last),
        "last_error": found.last_error,
        "refusals": found.refusals,
        "last_refusal": found.last_refusal,
    }


def configure(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add | list")
    adding = actions.add_parser("add", help="connect a number", epilog=parser.epilog)
    adding.add_argument("name", metavar="NAME", help="as agents see it")
    adding.add_argument("--provider", required=True, help=f"one of {', '.join(PROVIDERS)}")
    adding.add_argument("--secret", default="", help="signs its webhooks (Meta: the app secret)")
    adding.add_argument("--verify-token", default="", help="for Meta's handshake; made if absent")
    adding.add_argument("--phone-number-id", default="", help="Meta's id of the number (digits)")
    adding.add_argument("--access-token", default="", help="for sending")
    adding.add_argument("--api-base", default="", metavar="URL", help="if not the provider's own")
    adding.add_argument("--json", action="store_true", help="print JSON")
    showing = actions.add_parser("list", help="show all channels", epilog=parser.epilog)
    showing.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> None:
    match options.action:
        case "add":
            _run_add(options)
        case _:
            _run_list(options)


def _run_add(options: Namespace) -> None:
    try:
        provider_named(options.provider)
    except UnknownProvider as error:
        raise Usage(str(error)) from None
    made = perform(
        load(),
        "channel add",
        add,
        name=options.name,
        provider=options.provider,
        account=options.phone_number_id,
        secret=options.secret,
        verify_token=options.verify_token,
        access_token=options.access_token,
        api_base=options.api_base,
    )
    if options.json:
        print_json(made)
    else:
        print_facts({name: made[name] for name in PRINTED})


def _run_list(options: Namespace) -> None:
    found = perform(load(), "channel list", listing)["data"]
    print_listing(found, options.json, LISTED)
