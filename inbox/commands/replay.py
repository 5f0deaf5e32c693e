"""``inbox replay``: webhooks of the log, applied once more."""

import asyncio
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import deque
from contextlib import suppress
from typing import TypedDict

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from inbox.channels import store
from inbox.channels.cache import ChannelCache
from inbox.commands.context import CommandContext
from inbox.commands.output import print_json
from inbox.commands.perform import Arguments, perform, perform_all
from inbox.commands.since import since
from inbox.config import load
from inbox.domain.language import _, number
from inbox.receiving import replay, replays
from inbox.receiving.ingest import Ingest
from inbox.receiving.replay import ReplayChoice
from inbox.receiving.replays import ReplayProgress
from inbox.server.failure import Failure, Usage
from inbox.storage.secrets import Sealer

EXAMPLES = """
  inbox replay 019a7c1e-5b1f-7d7e-9b53-0f4f1d3c2b1a
  inbox replay --failed
  inbox replay --failed --channel Shop --since 2h
  inbox replay --since 2026-11-20T08:00:00Z
"""

BY = "the command line"
LOOK_SECONDS = 0.2
STANDSTILL_SECONDS = 60.0


class Counted(TypedDict):
    number: int


class _Progress(Counted):
    applied: int
    failed: int
    pending: int


class ReplayStep(_Progress):
    """How far a replay is. ``after`` is empty once there are no more to let wait again."""

    replay_id: str
    after: str
    full: bool
    done: bool


async def count(context: CommandContext, *, asked: str) -> Counted:
    """How many webhooks are meant; ``asked`` is a ``Choice`` as JSON, its channel maybe a name."""
    choice = await context.database.read(_choice, context.sealer, asked)
    return {"number": await context.database.read(replay.count, choice)}


async def step(context: CommandContext, *, asked: str, replay_id: str, after: str) -> ReplayStep:
    """Let the next few wait again, and tell how far it is; the server's ingest does the rest.

    The first step has no ``replay_id``. ``after`` is empty once there are no more. While enough
    of them wait, none are added, and ``full`` says so.
    """
    return await _step(context, asked, replay_id, after, bounded=True)


async def _step(
    context: CommandContext, asked: str, replay_id: str, after: str, *, bounded: bool
) -> ReplayStep:
    choice = await context.database.read(_choice, context.sealer, asked)
    if not replay_id:
        replay_id = await context.database.write(replay.begin, choice, BY, context.now())
    last: str | None = None
    full = bounded and await context.database.read(replays.full, replay_id)
    known = await _progress(context, replay_id)
    if full and not known.ended:
        last = after
    elif not known.ended:
        last = await context.database.write(replay.step, replay_id, choice, after, context.now())
        known = await _progress(context, replay_id)
    return {
        "replay_id": replay_id,
        "after": last or "",
        "full": full,
        "done": known.done,
        **_told(known),
    }


async def step_here(
    context: CommandContext, *, asked: str, replay_id: str, after: str
) -> ReplayStep:
    """The same where no server has the database: what waits is applied here."""
    answer = await _step(context, asked, replay_id, after, bounded=False)
    if not answer["after"] and not answer["done"]:
        known = await _applied(context, answer["replay_id"])
        return {**answer, "done": True, **_told(known)}
    return answer


def _told(known: ReplayProgress) -> _Progress:
    return {
        "number": known.number,
        "applied": known.applied,
        "failed": known.failed,
        "pending": known.pending,
    }


async def _progress(context: CommandContext, replay_id: str) -> ReplayProgress:
    known = await context.database.read(replays.progress, replay_id)
    if known is None:
        raise Failure(_("There is no replay %(replay_id)s.", replay_id=replay_id))
    return known


async def _applied(context: CommandContext, replay_id: str) -> ReplayProgress:
    """Apply all that waits, as the server would; how it ended."""
    channel_cache = ChannelCache(context.database, context.sealer)
    await channel_cache.load()

    async def at_rest() -> None:
        """No webhooks come in here that would have to go first."""

    ingest = Ingest(
        context.database,
        lambda: channel_cache.known,
        channel_cache.by_id,
        channel_cache.connected,
        at_rest,
        context.now,
    )
    work = asyncio.create_task(ingest.run())
    try:
        return await _until_done(context, replay_id, ingest)
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def _until_done(context: CommandContext, replay_id: str, ingest: Ingest) -> ReplayProgress:
    clock = asyncio.get_running_loop().time
    waiting, since = -1, clock()
    while (known := await _progress(context, replay_id)).pending:
        if known.pending != waiting:
            waiting, since = known.pending, clock()
        if clock() - since > STANDSTILL_SECONDS:
            reason = ingest.fault or "nothing moves"
            raise Failure(
                _(
                    "%(waiting)s webhooks still wait: %(reason)s. The server will apply them.",
                    waiting=waiting,
                    reason=reason,
                )
            )
        ingest.look()
        await asyncio.sleep(LOOK_SECONDS)
    return known


def _choice(connection: Connection, sealer: Sealer, asked: str) -> ReplayChoice:
    choice = msgspec.json.decode(asked, type=ReplayChoice)
    if not choice.channel_id:
        return choice
    known = store.listing(connection, sealer)
    found = [each for each in known if choice.channel_id in (each.id, each.name)]
    if len(found) == 1:
        return replace(choice, channel_id=found[0].id)
    if found:
        raise Failure(
            _(
                "%(length)s channels are named %(channel_id)s: give the id.",
                length=len(found),
                channel_id=repr(choice.channel_id),
            )
        )
    raise Failure(
        _(
            "There is no channel %(channel_id)s; inbox channel list shows all.",
            channel_id=repr(choice.channel_id),
        )
    )


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("entry", metavar="ID", nargs="?", help=_("of one webhook in the log"))
    parser.add_argument("--entry", dest="also", metavar="ID", help="the same")
    parser.add_argument("--failed", action="store_true", help=_("all that could not be applied"))
    parser.add_argument(
        "--channel", default="", metavar="C", help=_("only of this one: id or name")
    )
    parser.add_argument(
        "--since",
        metavar="TIME",
        help=_("from then on: 2026-11-20T08:00:00Z, 2026-11-20, 2h, 3d"),
    )
    parser.add_argument("--yes", action="store_true", help=_("do not ask first"))
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> None:
    choice = _wanted(options)
    asked = msgspec.json.encode(choice).decode()
    settings = load()
    number = perform(settings, "replay count", count, asked=asked)["number"]
    if choice.entry_id and not number:
        raise Failure(
            _(
                "There is no webhook %(entry_id)s in the log, or it waits anyway.",
                entry_id=choice.entry_id,
            )
        )
    if not choice.entry_id and not _agreed(options, number):
        print(_("Nothing was done."), file=sys.stderr)
        return
    steps: deque[ReplayStep] = deque(maxlen=1)

    def following(answer: ReplayStep | None) -> Arguments | None:
        if answer is None:
            return {"asked": asked, "replay_id": "", "after": ""}
        steps.append(answer)
        if answer["done"]:
            return None
        if answer["full"] or not answer["after"]:
            time.sleep(LOOK_SECONDS)  # the server applies them
        return {"asked": asked, "replay_id": answer["replay_id"], "after": answer["after"]}

    perform_all(settings, "replay", step, following, here=step_here)
    _print(options, steps[-1])


def _wanted(options: Namespace) -> ReplayChoice:
    entry = options.entry or options.also
    if entry and (options.failed or options.channel or options.since):
        raise Usage(_("Give the id of one webhook, or --failed, --channel and --since; not both."))
    if not entry and not options.failed and not options.since:
        raise Usage(_("Say which: the id of a webhook, --failed, or --since TIME."))
    return ReplayChoice(
        entry_id=entry or "",
        failed=options.failed,
        channel_id=options.channel,
        since=since(options.since) if options.since else 0,
    )


def _agreed(options: Namespace, found: int) -> bool:
    """Whoever sits at a terminal is asked; a script meant what it wrote."""
    if options.yes or options.json or not found or not sys.stdin.isatty():
        return True
    many = number(found)
    if found >= replay.MOST:
        many = _("%(number)s or more", number=many)
    print(
        _("Apply %(many)s webhooks again? What is known stays as it is. [y/N] ", many=many),
        end="",
        flush=True,
    )
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _print(options: Namespace, ended: ReplayStep) -> None:
    facts = {
        "number": ended["number"],
        "applied": ended["applied"],
        "failed": ended["failed"],
    }
    if options.json:
        print_json({"id": ended["replay_id"], **facts})
    else:
        print(
            _(
                "%(applied)s of %(number)s webhooks were applied again.",
                applied=number(facts["applied"]),
                number=number(facts["number"]),
            )
        )
    if facts["failed"]:
        raise Failure(
            _("%(failed)s failed again; the webhook log says why.", failed=number(facts["failed"]))
        )
