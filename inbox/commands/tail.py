"""``inbox tail``: the feed as one JSON per line, for as long as somebody reads it."""

import asyncio
import contextlib
import os
import random
import signal
import stat
import sys
from argparse import ArgumentParser, Namespace

from inbox.commands.following import Follower
from inbox.commands.secrets_on_stdin import add_stdin_options, read_secrets
from inbox.commands.server_here import feed_address, feed_bearer, server_here
from inbox.config import load
from inbox.domain.language import _

EXAMPLES = """
  inbox tail                       what happens from now on
  inbox tail --since 0 | jq .type  all that is kept, and on
  printf %s "$TOKEN" | inbox tail --url https://inbox.example --token-stdin
"""


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--since", metavar="N", type=_seq, help=_("begin after this seq"))
    parser.add_argument("--url", metavar="U", help=_("of the server; else the one on this machine"))
    parser.add_argument("--token", metavar="T", help=_("an API token; not needed on this machine"))
    add_stdin_options(parser, "--token")
    parser.add_argument("--json", action="store_true", help=_("it always prints JSON"))


def _seq(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise ValueError(text)


def run(options: Namespace) -> None:
    read_secrets(options, "--token")
    settings = load()
    url, token = options.url or server_here(settings), options.token or settings.token
    bearer = feed_bearer(settings, token if options.url else options.token)
    follower = Follower(feed_address(url), bearer, _print, _say, random.random)
    asyncio.run(_until_told(follower, options.since))


async def _until_told(follower: Follower, since: int | None) -> None:
    """Until a signal, or until nobody reads what we print."""
    task = asyncio.ensure_future(follower.follow(since))
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, task.cancel)
    if stat.S_ISFIFO(os.fstat(1).st_mode):
        # The writing end of a pipe becomes "readable" when the reading end is closed.
        loop.add_reader(1, task.cancel)
    with contextlib.suppress(asyncio.CancelledError, BrokenPipeError):
        await task
    _forget_stdout()


def _forget_stdout() -> None:
    """What is still unprinted cannot be: let Python not try at its end."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
