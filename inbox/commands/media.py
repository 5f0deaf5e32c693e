"""``inbox media fetch``: files that nobody has fetched, as long as their provider has them."""

import asyncio
import sys
import time
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from typing import TypedDict

import msgspec
from msgspec.structs import replace

from inbox.channels.cache import ChannelCache
from inbox.commands.context import CommandContext
from inbox.commands.output import print_json
from inbox.commands.perform import Arguments, perform_all
from inbox.commands.since import since
from inbox.config import load
from inbox.conversations import file_jobs
from inbox.domain.channels import Channel
from inbox.domain.language import _, ngettext
from inbox.media import backfill
from inbox.media.backfill import BackfillChoice
from inbox.media.fetching import Fetcher
from inbox.media.store import Store
from inbox.media.worker import Worker
from inbox.server.failure import Failure

EXAMPLES = """
  inbox media fetch                       files of messages that have none yet
  inbox media fetch --failed              also those that could not be had
  inbox media fetch --failed --channel Shop --since 3d
"""

LOOK_SECONDS = 0.2
TOLD_SECONDS = 5.0
END = "end"


class FetchStep(TypedDict):
    """``left`` are still on their way, ``later`` wait for their next try."""

    after: str
    asked: int
    left: int
    later: int


async def step(context: CommandContext, *, asked: str, after: str) -> FetchStep:
    """Ask for the next few files, and at the ``END`` tell how many are still on their way.

    ``asked`` is a ``Choice`` as JSON, its channel maybe a name. The server does the fetching.
    """
    if not context.settings.media_limit:
        raise Failure(_("INBOX_MEDIA_LIMIT is 0: no file is fetched."))
    found: list[str] = []
    if after != END:
        channels = await _channels(context)
        choice = _choice(asked, channels)
        found, last = await context.database.read(
            backfill.missing, choice, channels, after, context.now()
        )
        await context.database.write(backfill.ask_for_files, found, context.now())
        after = last or END
    left, later = await context.database.read(file_jobs.left)
    return {"after": after, "asked": len(found), "left": left, "later": later}


async def step_here(context: CommandContext, *, asked: str, after: str) -> FetchStep:
    """The same where no server has the database: they are fetched here."""
    answer = await step(context, asked=asked, after=after)
    if answer["after"] == END and answer["left"]:
        left, later = await _fetched(context)
        return {**answer, "left": left, "later": later}
    return answer


async def _fetched(context: CommandContext) -> tuple[int, int]:
    """Fetch what is due, as the server would, for a while; how many are left, now and later."""
    channels = await _channels(context)
    store = Store(context.settings.media_dir)
    limit = context.settings.media_limit * 1_000_000
    fetcher = Fetcher(store, limit, context.settings.media_hosts)
    worker = Worker(context.database, lambda: channels, store, fetcher, context.now)
    work = asyncio.create_task(worker.run())
    clock = asyncio.get_running_loop().time
    until = clock() + TOLD_SECONDS
    try:
        while (found := await context.database.read(file_jobs.left))[0] and clock() < until:
            if worker.lapse:
                raise Failure(
                    _("%(lapse)s. What is left comes when the server runs.", lapse=worker.lapse)
                )
            await asyncio.sleep(LOOK_SECONDS)
        return found
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        await worker.close()


async def _channels(context: CommandContext) -> dict[str, Channel]:
    channel_cache = ChannelCache(context.database, context.sealer)
    await channel_cache.load()
    return dict(channel_cache.known)


def _choice(asked: str, channels: dict[str, Channel]) -> BackfillChoice:
    choice = msgspec.json.decode(asked, type=BackfillChoice)
    if not choice.channel_id:
        return choice
    found = [one for one in channels.values() if choice.channel_id in (one.id, one.name)]
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
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", help=_("fetch what is missing"))
    fetch.add_argument("--failed", action="store_true", help=_("also what could not be had"))
    fetch.add_argument("--channel", default="", metavar="C", help=_("only of this one: id or name"))
    fetch.add_argument(
        "--since",
        metavar="TIME",
        help=_("from then on, instead of as long as providers keep them: 2026-11-20, 12h, 3d"),
    )
    fetch.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> None:
    choice = BackfillChoice(
        failed=options.failed,
        channel_id=options.channel,
        since=since(options.since) if options.since else 0,
    )
    asked = msgspec.json.encode(choice).decode()
    progress = _Progress()

    def following(answer: FetchStep | None) -> Arguments | None:
        if answer is None:
            return {"asked": asked, "after": ""}
        progress.hear(answer)
        if answer["after"] == END and not answer["left"]:
            return None
        if answer["after"] == END:
            time.sleep(LOOK_SECONDS)  # the server fetches them
        return {"asked": asked, "after": answer["after"]}

    perform_all(load(), "media fetch", step, following, here=step_here)
    if options.json:
        print_json({"asked": progress.asked, "later": progress.later})
        return
    print(
        _(
            "%(files)s asked for. What became of each, its message says.",
            files=_files(progress.asked),
        )
    )
    if progress.later:
        print(
            _(
                "%(files)s could not be had yet: the server tries again.",
                files=_files(progress.later),
            )
        )


class _Progress:
    """A line on stderr now and then."""

    def __init__(self) -> None:
        self.asked = self.later = 0
        self._next = time.monotonic() + TOLD_SECONDS

    def hear(self, answer: FetchStep) -> None:
        self.asked += answer["asked"]
        self.later = answer["later"]
        if answer["left"] and time.monotonic() >= self._next:
            self._next = time.monotonic() + TOLD_SECONDS
            print(
                _("%(files)s on their way…", files=_files(answer["left"])),
                file=sys.stderr,
                flush=True,
            )


def _files(number: int) -> str:
    return ngettext("%(num)s file", "%(num)s files", number)
