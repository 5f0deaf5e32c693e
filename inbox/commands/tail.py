"""``inbox tail``: the feed as one JSON per line, for as long as somebody reads it."""

import asyncio
import contextlib
import os
import random
import signal
import stat
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from inbox.access.feed_tokens import COMMAND_LINE, FeedTokens
from inbox.commands.context import key_of, sqlite_file
from inbox.commands.following import Follower
from inbox.commands.secrets_on_stdin import add_stdin_options, read_secrets
from inbox.config import Settings, load
from inbox.domain.language import _
from inbox.domain.times import now
from inbox.server.failure import Failure
from inbox.storage.lock import FileLock, Taken

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
    url = options.url or _server(settings)
    follower = Follower(_socket(url), _bearer(settings, options.token), _print, _say, random.random)
    asyncio.run(_until_told(follower, options.since))


def _server(settings: Settings) -> str:
    """The server on this machine. On SQLite it left its address with its lock."""
    if not settings.sqlite:
        return settings.local_url
    lock = FileLock(sqlite_file(settings))
    try:
        lock.take()
    except Taken as taken:
        return str(taken.holder.get("url") or settings.local_url)
    lock.release()
    raise Failure(_("No server runs on this machine: start it, or name one with --url."))


def _socket(url: str) -> str:
    parts = urlsplit(url)
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if parts.scheme not in schemes or not parts.hostname:
        raise Failure(
            _("--url is an address like https://inbox.example, not %(url)s.", url=repr(url))
        )
    path = parts.path.removesuffix("/").removesuffix("/ws")
    return urlunsplit((schemes[parts.scheme], parts.netloc, f"{path}/ws", "", ""))


def _bearer(settings: Settings, token: str | None) -> Callable[[], str]:
    """What to show at each connection. Who holds the secret key signs for themselves."""
    if token:
        return lambda: token
    signer = FeedTokens(key_of(settings))
    return lambda: signer.issue(COMMAND_LINE, now())[0]


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
