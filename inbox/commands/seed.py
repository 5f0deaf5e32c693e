"""``inbox seed``: a made-up history in a channel of its own, to try Inbox at a size."""

import sys
import time
from argparse import ArgumentParser, Namespace
from typing import NotRequired, TextIO, TypedDict

import msgspec

from inbox.channels import store
from inbox.commands.context import CommandContext
from inbox.commands.output import print_facts, print_json
from inbox.commands.perform import Arguments, perform_all
from inbox.config import load
from inbox.conversations import unread
from inbox.domain.language import _, number
from inbox.domain.public import ChannelName
from inbox.domain.times import SECOND
from inbox.server.failure import Usage
from inbox.trial import filling, history
from inbox.trial.history import Plan

EXAMPLES = """
  inbox seed --conversations 200 --messages 5000         a small history, in a second or two
  inbox seed --conversations 100000 --messages 1000000   a large one, in minutes
"""

STEP_SECONDS = 1.0
"""How long one call works; then whoever waits hears how far it is."""

SEEN_AT_ONCE = 2_000
MOST = 10_000_000

TERMINAL_PAUSE, LINE_PAUSE = 0.2, 10.0


class SeedStep(TypedDict):
    """How far a plan is; the first of its steps tells the ``channel`` that it made."""

    plan: str
    done: str
    more: bool
    channel: NotRequired[ChannelName]


async def step(context: CommandContext, *, plan: str, done: str) -> SeedStep:
    """Go on with a plan where it was left; ``done`` counts pages, then conversations, up from 0.

    Those are gone through twice. An empty ``done`` begins: it makes the channel.
    """
    if not done:
        return await _begin(context, msgspec.json.decode(plan, type=dict[str, int]))
    chosen = msgspec.json.decode(plan, type=Plan)
    at, ends = int(done), time.monotonic() + STEP_SECONDS
    parts = -(-chosen.conversations // SEEN_AT_ONCE)
    last = chosen.pages + 2 * parts
    while at < last:
        if at < chosen.pages:
            await context.database.write(filling.write, history.trial_page(chosen, at))
        elif at >= chosen.pages + parts:
            await context.database.write(unread.advance_all, context.now(), SEEN_AT_ONCE)
        else:
            start = (at - chosen.pages) * SEEN_AT_ONCE
            stop = min(start + SEEN_AT_ONCE, chosen.conversations)
            await context.database.write(filling.have_read, chosen, start, stop)
        at += 1
        if time.monotonic() > ends:
            break
    if at == last:
        await context.database.write(filling.tell, chosen, context.now())
    return {"plan": plan, "done": str(at), "more": at < last}


async def _begin(context: CommandContext, asked: dict[str, int]) -> SeedStep:
    now = context.now()
    name = f"Made-up data (seed {asked['seed']})"
    facts = {"name": name, "provider": "sandbox"}
    channel = await context.database.write(store.add, context.sealer, **facts, now=now)
    plan = Plan(channel_id=channel.id, ends=now - SECOND, **asked)
    return {
        "plan": msgspec.json.encode(plan).decode(),
        "done": "0",
        "more": True,
        "channel": {"id": channel.id, "name": channel.name},
    }


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--conversations", metavar="C", type=_count, required=True)
    parser.add_argument("--messages", metavar="M", type=_count, required=True)
    parser.add_argument(
        "--seed", metavar="N", type=int, default=1, help="another number, another history (1)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _count(text: str) -> int:
    number = int(text.replace(",", "").replace("_", ""))
    if 1 <= number <= MOST:
        return number
    raise ValueError(text)


def run(options: Namespace) -> None:
    if options.messages < options.conversations:
        raise Usage(_("A conversation has at least one message: ask for more --messages."))
    if not 0 <= options.seed < 2**31:
        raise Usage(_("--seed is a number from 0 to 2147483647."))
    asked = {name: getattr(options, name) for name in ("seed", "conversations", "messages")}
    progress = ProgressLine(options.messages, sys.stderr)
    channel: ChannelName = {"id": "", "name": ""}

    def following(answer: SeedStep | None) -> Arguments | None:
        if answer is None:
            return {"plan": msgspec.json.encode(asked).decode(), "done": ""}
        if "channel" in answer:
            channel.update(answer["channel"])
        progress.tell(min(int(answer["done"]) * history.PAGE, options.messages))
        return {"plan": answer["plan"], "done": answer["done"]} if answer["more"] else None

    try:
        perform_all(load(), "seed", step, following)
    except KeyboardInterrupt:
        progress.end()
        if channel["id"]:
            print(
                _(
                    "Stopped. %(done)s messages are in the channel %(name)s; nothing "
                    "is half written.",
                    done=number(progress.done),
                    name=channel["name"],
                ),
                file=sys.stderr,
            )
        raise
    progress.end()
    facts = asked | {"seconds": round(progress.seconds, 1)}
    if options.json:
        print_json({"channel": channel, **facts})
    else:
        print_facts({"channel": channel["name"], **{n: f"{v:,}" for n, v in facts.items()}})


class ProgressLine:
    """How far it is: one line that changes on a terminal, elsewhere a line now and then."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total, self._stream = total, stream
        self._began = time.monotonic()
        self._pause = TERMINAL_PAUSE if stream.isatty() else LINE_PAUSE
        self._next = self._began + self._pause
        self._open = False
        self.done = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def tell(self, done: int) -> None:
        self.done = done
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._pause
        words = self._words()
        if self._stream.isatty():
            print(f"\r{words:<78}", end="", file=self._stream, flush=True)
            self._open = True
        else:
            print(words, file=self._stream, flush=True)

    def _words(self) -> str:
        rate = self.done / self.seconds
        said = _(
            "%(done)s of %(total)s messages, %(rate)s a second",
            done=number(self.done),
            total=number(self._total),
            rate=number(rate, 0),
        )
        if not rate:
            return said
        left = _spell((self._total - self.done) / rate)
        return _("%(said)s, %(time)s left", said=said, time=left)

    def end(self) -> None:
        if self._open:
            print(file=self._stream)


def _spell(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return _("%(minutes)s min %(rest)s s", minutes=minutes, rest=rest) if minutes else f"{rest} s"
