"""``inbox channel``: the connected numbers."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Final, Literal, TypedDict

from sqlalchemy import Connection

from inbox import clients
from inbox.channels import health, saving, store
from inbox.channels.health import Health
from inbox.channels.ingress_policy import FACTS, KINDS, OWN, PolicyTexts, policy_texts
from inbox.channels.shapes import number_shape
from inbox.commands.context import CommandContext
from inbox.commands.output import print_facts, print_json, print_listing
from inbox.commands.perform import perform
from inbox.commands.secrets_on_stdin import add_stdin_options, read_secrets
from inbox.config import load
from inbox.domain.channels import Channel
from inbox.domain.language import _
from inbox.domain.public import NumberShape
from inbox.domain.stored import NumberCheck
from inbox.domain.times import Micros, iso
from inbox.providers.registry import PROVIDERS, UnknownProvider, provider_named
from inbox.sending.holding import pause_channel, remove_channel, resume_channel
from inbox.server.failure import Usage
from inbox.storage.secrets import Sealer

EXAMPLES = """
  inbox channel add Trial --provider sandbox
  inbox channel add Shop --provider cloud-api --phone-number-id 109876543210987 \\
      --secret "$APP_SECRET" --access-token "$ACCESS_TOKEN"
  inbox channel set ID --secret "$NEW_SECRET" --overlap 24
  inbox channel set ID --allowed 203.0.113.0/24 --rate 200
  printf %s "$SECRET" | inbox channel set ID --secret-stdin
  inbox channel set ID --renew-address --overlap 24
  inbox channel pause ID
  inbox channel list
"""

LISTED = {
    "id": "ID",
    "name": "NAME",
    "provider": "PROVIDER",
    "phone_number_id": "PHONE NUMBER ID",
    "last_webhook_at": "LAST WEBHOOK",
}
_NAMED = (
    "channel",
    "name",
    "provider",
    "account",
    "business_account",
    "secret",
    "overlap",
    "end_former",
    "renew_address",
    "verify_token",
    "access_token",
    "api_base",
    "read_receipts",
    "agent_names",
    "direct_send",
)
_PRINTED: Final[tuple[Literal["id", "key", "webhook_url", "verify_token"], ...]] = (
    "id",
    "key",
    "webhook_url",
    "verify_token",
)


Moving = Callable[[Connection, Sealer, str, Micros], Channel]


class ChannelFacts(TypedDict):
    id: str
    name: str
    provider: str
    phone_number_id: str | None
    key: str
    webhook_url: str
    verify_token: str
    read_receipts: str
    agent_names: str
    direct_send: str
    state: str
    number: NumberShape | None


class HealthFacts(TypedDict):
    last_webhook_at: str | None
    last_error: str | None
    refusals: int
    last_refusal: str | None
    refused: dict[str, int]


class ListedChannel(ChannelFacts, PolicyTexts, HealthFacts):
    pass


class ChannelListing(TypedDict):
    data: list[ListedChannel]


async def add(context: CommandContext, **facts: str) -> ChannelFacts:
    name, provider = facts.pop("name", ""), facts.pop("provider", "")
    async with clients.http(context.settings) as http:
        channel = await saving.connect_number(
            context.database,
            context.sealer,
            http,
            context.now,
            name=name,
            provider=provider,
            **facts,
        )
    return await _told(context, channel)


async def change(context: CommandContext, *, channel: str, **facts: str) -> ChannelFacts:
    """``channel``: its id. ``end_former``: the former secret ends now."""
    own = {name: words for name, words in facts.items() if name not in _ACTS}
    async with clients.http(context.settings) as http:
        checked = await saving.checked_change(
            context.database, context.sealer, http, context.now, channel, **own
        )
    work, now = context.database.write, context.now()
    return await _told(context, await work(_change, context.sealer, channel, facts, checked, now))


_ACTS = ("end_former", "renew_address")


def _change(
    connection: Connection,
    sealer: Sealer,
    channel_id: str,
    facts: dict[str, str],
    checked: NumberCheck | None,
    now: Micros,
) -> Channel:
    if facts.pop("end_former", ""):
        store.end_previous(connection, sealer, channel_id, now)
    if facts.pop("renew_address", ""):
        hours = facts.get("overlap", "") if "secret" in facts else facts.pop("overlap", "")
        store.with_new_address(connection, sealer, channel_id, hours=hours, now=now)
    return store.change(connection, sealer, channel_id, checked, now=now, **facts)


async def pause(context: CommandContext, *, channel: str) -> ChannelFacts:
    return await _moved(context, pause_channel, channel)


async def resume(context: CommandContext, *, channel: str) -> ChannelFacts:
    return await _moved(context, resume_channel, channel)


async def disconnect(context: CommandContext, *, channel: str) -> ChannelFacts:
    return await _moved(context, remove_channel, channel)


async def _moved(context: CommandContext, work: Moving, channel: str) -> ChannelFacts:
    moved = await context.database.write(work, context.sealer, channel, context.now())
    return await _told(context, moved)


async def _told(context: CommandContext, channel: Channel) -> ChannelFacts:
    found = await context.database.read(health.of, channel.id)
    return _shape(context, channel, found)


async def listing(context: CommandContext) -> ChannelListing:
    """With the secret address of each webhook: who runs this holds the key to all."""
    channels, well = await context.database.read(_listing, context.sealer)
    shown: list[ListedChannel] = [
        {**_shape(context, each, well[each.id]), **policy_texts(each), **_health(well[each.id])}
        for each in channels
    ]
    return {"data": shown}


def _listing(connection: Connection, sealer: Sealer) -> tuple[list[Channel], dict[str, Health]]:
    well = {found.id: found for found in health.listing(connection)}
    return store.listing(connection, sealer), well


def _shape(context: CommandContext, channel: Channel, found: Health) -> ChannelFacts:
    return {
        "id": channel.id,
        "name": channel.name,
        "provider": channel.provider,
        "phone_number_id": channel.account,
        "key": channel.key,
        "webhook_url": f"{context.public_url}/webhooks/{channel.key}",
        "verify_token": channel.verify_token,
        "read_receipts": channel.read_receipts,
        "agent_names": channel.agent_names,
        "direct_send": channel.direct_send,
        "state": channel.state,
        "number": number_shape(found.checked),
    }


def _health(found: Health) -> HealthFacts:
    last = found.last_webhook_at
    return {
        "last_webhook_at": None if last is None else iso(last),
        "last_error": found.last_error,
        "refusals": found.refusals,
        "last_refusal": found.last_refusal,
        "refused": {one.kind: one.number for one in found.reasons},
    }


def configure(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="add | set | pause | resume | remove | list"
    )
    adding = actions.add_parser("add", help=_("connect a number"), epilog=parser.epilog)
    adding.add_argument("name", metavar="NAME", help=_("as agents see it"))
    adding.add_argument(
        "--provider", required=True, help=_("one of %(known)s", known=", ".join(PROVIDERS))
    )
    _facts(adding)
    setting = actions.add_parser("set", help=_("change a channel"), epilog=parser.epilog)
    setting.add_argument("channel", metavar="ID", help=_("as inbox channel list shows it"))
    setting.add_argument("--name", help=_("as agents see it"))
    setting.add_argument(
        "--overlap", metavar="HOURS", help=_("how long the former secret, or address, still counts")
    )
    setting.add_argument(
        "--end-former", action="store_const", const="yes", help=_("end the former secret now")
    )
    setting.add_argument(
        "--renew-address",
        action="store_const",
        const="yes",
        help=_("another address for its webhooks"),
    )
    _facts(setting)
    for action, words in (
        ("pause", _("take nothing in and send nothing, until it is resumed")),
        ("resume", _("use it again")),
        ("remove", _("forget its address and secrets; its conversations stay")),
    ):
        moving = actions.add_parser(action, help=words, epilog=parser.epilog)
        moving.add_argument("channel", metavar="ID", help=_("as inbox channel list shows it"))
        moving.add_argument("--json", action="store_true", help="print JSON")
    showing = actions.add_parser("list", help=_("show all channels"), epilog=parser.epilog)
    showing.add_argument("--json", action="store_true", help="print JSON")


SECRETS: Final = ("--secret", "--access-token", "--verify-token")
"""In the order of their lines, where several come by standard input."""


def _facts(parser: ArgumentParser) -> None:
    """What a channel is told; an option that is not there changes nothing."""
    add = parser.add_argument
    add("--secret", help=_("proves its webhooks (Meta: the app secret)"))
    add("--verify-token", help=_("for Meta's handshake; made if absent"))
    add("--phone-number-id", dest="account", help=_("Meta's id of the number (digits)"))
    add("--business-account", help=_("Meta's id of the account that has its templates (digits)"))
    add("--access-token", help=_("for sending: the provider's token or API key"))
    add_stdin_options(parser, *SECRETS)
    add("--api-base", metavar="URL", help=_("if not the provider's own"))
    add(
        "--read-receipts",
        metavar="on|replied|off",
        help=_("tell customers when their messages are read: once opened (on), or with an answer"),
    )
    add(
        "--agent-names",
        metavar="off|before|after",
        help=_("tell customers who writes, before or after their words (off)"),
    )
    add(
        "--direct-send",
        metavar="off|on",
        help=_("Meta has opened Direct Send to it: free text outside the 24 hours, billed (off)"),
    )
    add(
        "--scheme",
        help=_(
            "how webhooks are proved: %(own)s (the provider's), %(known)s",
            own=OWN,
            known=", ".join(KINDS),
        ),
    )
    add("--scheme-header", metavar="NAME", help=_("the header of the signature or of the secret"))
    add("--scheme-prefix", metavar="TEXT", help=_("before the signature, such as sha256="))
    add("--scheme-encoding", metavar="hex|base64", help=_("how the signature is written"))
    add("--scheme-user", metavar="NAME", help=_("for basic; the secret is the password"))
    add("--allowed", metavar="RANGES", help=_("only from these addresses (CIDR, with commas)"))
    add("--rate", metavar="N|off", help=_("webhooks a second at most"))
    add("--burst", metavar="N", help=_("webhooks at once at most"))
    add("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> None:
    match options.action:
        case "add":
            _run_add(options)
        case "pause":
            _print(perform(load(), "channel pause", pause, channel=options.channel), options)
        case "resume":
            _print(perform(load(), "channel resume", resume, channel=options.channel), options)
        case "remove":
            _print(perform(load(), "channel remove", disconnect, channel=options.channel), options)
        case "set":
            _print(perform(load(), "channel set", change, **_given(options)), options)
        case _:
            _run_list(options)


def _run_add(options: Namespace) -> None:
    try:
        provider_named(options.provider)
    except UnknownProvider as error:
        raise Usage(str(error)) from None
    _print(perform(load(), "channel add", add, **_given(options)), options)


def _given(options: Namespace) -> dict[str, str]:
    read_secrets(options, *SECRETS)
    names = (*_NAMED, *FACTS)
    found = {name: getattr(options, name, None) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _print(made: ChannelFacts, options: Namespace) -> None:
    if options.json:
        print_json(made)
        return
    print_facts({name: made[name] for name in _PRINTED} | _number_facts(made["number"]))


def _number_facts(number: NumberShape | None) -> dict[str, str]:
    """What the provider said of it, or why it did not."""
    if number is None:
        return {}
    if number["reason"]:
        return {"not checked": number["reason"]}
    told = {"number": number["phone_number"], "known as": number["name"]}
    told["quality"] = number["quality"]
    return {name: words for name, words in told.items() if words}


def _run_list(options: Namespace) -> None:
    found = perform(load(), "channel list", listing)["data"]
    print_listing(found, options.json, LISTED)
