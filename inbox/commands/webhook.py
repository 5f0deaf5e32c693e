"""``inbox webhook``: addresses that are told what happens, and what was posted to them."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Final, TypedDict

from sqlalchemy import Connection

from inbox.commands.context import CommandContext
from inbox.commands.output import print_facts, print_json, print_listing
from inbox.commands.perform import perform
from inbox.commands.since import since
from inbox.config import Settings, load
from inbox.domain.language import _, ngettext
from inbox.domain.shapes import decoded, encoded
from inbox.domain.webhooks import (
    EVERYTHING,
    Delivery,
    Endpoint,
    MadeEndpoint,
    Replayed,
    state_of,
)
from inbox.forwarding import deliveries, endpoints
from inbox.forwarding.endpoints import Wishes
from inbox.server.failure import Failure, Usage

EXAMPLES = """
  inbox webhook add https://example.com/inbox
  inbox webhook add https://example.com/inbox --event message:new --event message:status \\
      --channel ID --header "Authorization: Bearer …"
  inbox webhook list
  inbox webhook test ID
  inbox webhook replay ID --failed
  inbox webhook replay ID --since 2h
  inbox webhook pause ID
"""

LISTED = {
    "id": "ID",
    "url": "URL",
    "events": "EVENTS",
    "state": "STATE",
    "last_success_at": "TAKEN",
}
TEST_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 0.2


class EndpointListing(TypedDict):
    data: list[Endpoint]


async def add(context: CommandContext, *, wishes: str) -> MadeEndpoint:
    """``wishes``: JSON, as the API takes it."""
    private = context.settings.webhooks_private
    made, secret = await context.database.write(
        endpoints.add, context.sealer, decoded(wishes), context.now(), private=private
    )
    return {**made, "secret": secret}


async def listing(context: CommandContext) -> EndpointListing:
    return {"data": await context.database.read(endpoints.listing)}


async def set_active(context: CommandContext, *, endpoint: str, active: str) -> Endpoint:
    """``active``: empty pauses it."""
    private = context.settings.webhooks_private
    wishes: Wishes = {"active": bool(active)}
    return await context.database.write(
        endpoints.change, context.sealer, endpoint, wishes, context.now(), private=private
    )


async def renew_secret(context: CommandContext, *, endpoint: str) -> MadeEndpoint:
    now = context.now()
    changed, secret = await context.database.write(endpoints.rotate, context.sealer, endpoint, now)
    return {**changed, "secret": secret}


async def remove(context: CommandContext, *, endpoint: str) -> Endpoint:
    return await context.database.write(endpoints.remove, endpoint, context.now())


async def send_one_test(context: CommandContext, *, endpoint: str) -> Delivery:
    return await context.database.write(deliveries.send_test, endpoint, context.now())


async def told_delivery(context: CommandContext, *, endpoint: str, delivery: str) -> Delivery:
    return await context.database.read(_delivery, endpoint, delivery)


def _delivery(connection: Connection, endpoint_id: str, delivery_id: str) -> Delivery:
    return deliveries.by_id(connection, endpoint_id, delivery_id, "")


async def post_again(
    context: CommandContext,
    *,
    endpoint: str,
    since: str | None = None,
    delivery: str | None = None,
) -> Replayed:
    """``since``: microseconds; with neither, what failed."""
    write = context.database.write
    if delivery is not None:
        await write(deliveries.replay_one, endpoint, delivery)
        return {"number": 1}
    if since is not None:
        return {"number": await write(deliveries.replay_since, endpoint, at=int(since))}
    return {"number": await write(deliveries.replay_failed, endpoint)}


def configure(parser: ArgumentParser) -> None:
    named = "add | list | test | replay | pause | resume | rotate | remove"
    actions = parser.add_subparsers(dest="action", required=True, metavar=named)

    def action(name: str, words: str, *, takes: bool = True) -> ArgumentParser:
        made = actions.add_parser(name, help=words, epilog=parser.epilog)
        if takes:
            made.add_argument("endpoint", metavar="ID", help=_("as inbox webhook list shows it"))
        made.add_argument("--json", action="store_true", help="print JSON")
        return made

    _configure_add(action("add", _("tell an address what happens"), takes=False))
    action("list", _("show all endpoints"), takes=False)
    action("test", _("post a test, and say what came of it"))
    again = action("replay", _("post again what failed, or all since a time"))
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("--failed", action="store_true", help=_("all that was given up"))
    which.add_argument("--since", metavar="TIME", help=_("all since a time, or 2h ago"))
    which.add_argument("--delivery", metavar="ID", help=_("one, by its webhook-id"))
    action("pause", _("post nothing; what happens waits"))
    action("resume", _("post again, also to one that was switched off"))
    action("rotate", _("make a new secret; the former one signs as well for a day"))
    action("remove", _("post nothing any more, and forget its log"))


def _configure_add(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("url", metavar="URL", help=_("where your program listens"))
    add("--description", metavar="TEXT", default="", help=_("what it is for"))
    add(
        "--event",
        action="append",
        metavar="TYPE",
        help=_("only events of this type; again for another (all)"),
    )
    add(
        "--channel",
        action="append",
        metavar="ID",
        help=_("only what is of this channel; again for another (all)"),
    )
    add("--header", action="append", metavar="TEXT", help=_("sent along, as Name: value"))
    add(
        "--concurrency", type=int, default=1, metavar="N", help=_("posts at once, in any order (1)")
    )


def run(options: Namespace) -> None:
    _ACTIONS[options.action](load(), options)


def _run_add(settings: Settings, options: Namespace) -> None:
    wishes: Wishes = {
        "url": options.url,
        "description": options.description,
        "events": options.event or [EVERYTHING],
        "channel_ids": options.channel or [],
        "headers": dict(map(_header, options.header or [])),
        "concurrency": options.concurrency,
    }
    _print_secret(perform(settings, "webhook add", add, wishes=encoded(wishes)), options)


def _header(text: str) -> tuple[str, str]:
    name, _colon, value = text.partition(":")
    if not name.strip() or not value.strip():
        raise Usage(_("A header is written as Name: value."))
    return name.strip(), value.strip()


def _print_secret(made: MadeEndpoint, options: Namespace) -> None:
    if options.json:
        print_json(made)
    else:
        print_facts({"id": made["id"], "url": made["url"], "secret": made["secret"]})


def _run_list(settings: Settings, options: Namespace) -> None:
    found = perform(settings, "webhook list", listing)["data"]
    if options.json:
        print_json(found)
        return
    shown = [{**one, "events": " ".join(one["events"]), "state": state_of(one)} for one in found]
    print_listing(shown, False, LISTED)


def _run_test(settings: Settings, options: Namespace) -> None:
    """Wait for what comes of it: somebody watches, and a server that runs posts it at once."""
    made = perform(settings, "webhook test", send_one_test, endpoint=options.endpoint)
    given = {"endpoint": options.endpoint, "delivery": made["id"]}
    end = time.monotonic() + TEST_SECONDS
    while not made["tries"] and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
        made = perform(settings, "webhook delivery", told_delivery, **given)
    if options.json:
        print_json(made)
    if not made["tries"]:
        raise Failure(_("It was not posted yet: is the server running? It is, once it runs."))
    last = made["tries"][-1]
    if last["error"] is not None:
        raise Failure(_("It was not taken: %(error)s", error=last["error"]))
    if not options.json:
        words = _("Taken: it answered %(status)s after %(took)s ms.")
        print(words % {"status": last["status"], "took": last["took_ms"]})


def _run_replay(settings: Settings, options: Namespace) -> None:
    asked = {"endpoint": options.endpoint, "delivery": options.delivery}
    if options.since is not None:
        asked["since"] = str(since(options.since))
    given = {name: value for name, value in asked.items() if value is not None}
    done = perform(settings, "webhook replay", post_again, **given)
    if options.json:
        print_json(done)
    else:
        print(ngettext("%(num)s is posted again.", "%(num)s are posted again.", done["number"]))


def _run_switch(settings: Settings, options: Namespace) -> None:
    active = "yes" if options.action == "resume" else ""
    given = {"endpoint": options.endpoint, "active": active}
    _print(perform(settings, "webhook switch", set_active, **given), options)


def _run_rotate(settings: Settings, options: Namespace) -> None:
    _print_secret(
        perform(settings, "webhook rotate", renew_secret, endpoint=options.endpoint), options
    )


def _run_remove(settings: Settings, options: Namespace) -> None:
    _print(perform(settings, "webhook remove", remove, endpoint=options.endpoint), options)


def _print(endpoint: Endpoint, options: Namespace) -> None:
    if options.json:
        print_json(endpoint)
    else:
        print_facts({"id": endpoint["id"], "url": endpoint["url"], "state": state_of(endpoint)})


_ACTIONS: Final[dict[str, Callable[[Settings, Namespace], None]]] = {
    "add": _run_add,
    "list": _run_list,
    "test": _run_test,
    "replay": _run_replay,
    "pause": _run_switch,
    "resume": _run_switch,
    "rotate": _run_rotate,
    "remove": _run_remove,
}
