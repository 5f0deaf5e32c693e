"""``inbox serve``: migrate, then serve until told to stop."""

import asyncio
import json
import socket
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import uvloop
from msgspec.structs import replace

from inbox import __version__
from inbox.access import links, people
from inbox.channels.cache import ChannelCache
from inbox.commands.context import CommandContext, data_place, key_of, prepared_context, sqlite_file
from inbox.commands.credential import authorised
from inbox.commands.trouble import explained
from inbox.config import Settings, load, trusted_proxies
from inbox.domain.language import _
from inbox.domain.text import JsonObject
from inbox.server import logging
from inbox.server.failure import Failure, Usage
from inbox.server.listening_socket import listen
from inbox.server.server import Server, server
from inbox.server.workers import Lifeline, Workers, command
from inbox.storage.lock import FileLock, Taken

EXAMPLES = """
  inbox serve                            on http://127.0.0.1:8000
  inbox serve --host 0.0.0.0 --port 80   for everybody on the network
  inbox serve --trust-proxy 127.0.0.1    behind a reverse proxy on this machine
  inbox serve --workers 4                on four cores, with PostgreSQL and Redis
"""


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--host", metavar="H", help=_("address to listen on (INBOX_HOST)"))
    parser.add_argument("--port", metavar="P", type=_port, help=_("0 is a free one (INBOX_PORT)"))
    parser.add_argument(
        "--workers",
        metavar="N",
        type=_count,
        default=1,
        help=_("processes; more than one need PostgreSQL and Redis"),
    )
    parser.add_argument(
        "--trust-proxy",
        metavar="ADDRESS",
        help=_("believe X-Forwarded-For and -Proto from there (INBOX_TRUST_PROXY)"),
    )
    parser.add_argument("--inherited", type=_handles, help=SUPPRESS)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    raise ValueError(text)


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 1000:
        return int(text)
    raise ValueError(text)


def _handles(text: str) -> tuple[int, int]:
    listener, line = map(int, text.split(","))
    return listener, line


def run(options: Namespace) -> None:
    settings = load()
    proxies = trusted_proxies("--trust-proxy", options.trust_proxy or settings.trust_proxy)
    settings = replace(settings, host=options.host or settings.host, trust_proxy=proxies)
    wanted = settings.port if options.port is None else options.port
    logging.configure(settings.log_level, settings.log_format)
    logging.catch_the_rest()
    if options.workers > 1 and (settings.sqlite or not settings.redis_url):
        raise Usage(
            _(
                "Several workers need PostgreSQL and Redis: set INBOX_DATABASE_URL "
                "and INBOX_REDIS_URL, or leave --workers away. One process serves "
                "a whole team."
            )
        )
    handle, line = options.inherited or (None, None)
    inherited = None if handle is None else socket.socket(fileno=handle)
    with closing(inherited or listen(settings.host, wanted)) as listener:
        settings = replace(settings, port=listener.getsockname()[1])
        if line is not None:
            _run(_worker(settings, listener, Lifeline(line)), settings)
        elif options.workers > 1:
            _run(_parent(settings, listener, options), settings)
        else:
            with explained(settings), _held(settings):
                _run(_alone(settings, listener), settings)


@contextmanager
def _held(settings: Settings) -> Iterator[None]:
    """A SQLite file is ours alone, and says where its server is."""
    if not settings.sqlite:
        yield
        return
    lock = FileLock(sqlite_file(settings))
    try:
        lock.take(url=settings.local_url)
    except Taken as taken:
        raise Failure(str(taken)) from None
    try:
        yield
    finally:
        lock.release()


def _run(work: Coroutine[Any, Any, None], settings: Settings) -> None:
    with explained(settings), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


async def _ready(settings: Settings) -> CommandContext:
    """The database, migrated; raises ``WrongKey`` here, where it becomes one line that helps."""
    context = await prepared_context(settings)
    try:
        await ChannelCache(context.database, context.sealer).load()
    except BaseException:
        await context.database.close()
        raise
    return context


async def _alone(settings: Settings, listener: socket.socket) -> None:
    # The application closes the database itself, after its last write.
    context = await _ready(settings)
    link = await _setup_link(context)
    await _server(context, lambda: print_start(settings, link)).serve(sockets=[listener])


async def _parent(settings: Settings, listener: socket.socket, options: Namespace) -> None:
    """Migrate once and tell the set-up link once, then have others serve."""
    context = await _ready(settings)
    try:
        link = await _setup_link(context)
    finally:
        await context.database.close()
    arguments = ["--host", settings.host, "--port", str(settings.port)]
    if settings.trust_proxy:
        arguments += ["--trust-proxy", settings.trust_proxy]
    workers = Workers(command(*arguments), listener, options.workers)
    await workers.run(up=lambda: print_start(settings, link))


async def _worker(settings: Settings, listener: socket.socket, line: Lifeline) -> None:
    context = await _ready(settings)
    running = _server(context, line.say_up)
    with line.held(cut=running.end):
        await running.serve(sockets=[listener])


def _server(context: CommandContext, up: Callable[[], None]) -> Server:
    """It runs the commands of this machine as well, for whoever holds the same key."""
    return server(
        context.settings,
        context.database,
        run_command=partial(_execute, context),
        command_allowed=partial(authorised, secret_key=key_of(context.settings)),
        up=up,
    )


async def _execute(
    context: CommandContext, command: str, arguments: JsonObject
) -> Mapping[str, object]:
    from inbox.commands.registry import execute  # noqa: PLC0415 - most servers run none

    return await execute(context, command, arguments)


async def _setup_link(context: CommandContext) -> str | None:
    """The way in to a machine that has no user yet; a new one at each start."""
    if await context.database.read(people.anyone):
        return None
    token = await context.database.write(links.make, "setup", None, context.now())
    return f"{context.public_url}/setup/{token}"


def print_start(settings: Settings, setup_link: str | None) -> None:
    """On stdout: for people, or a JSON line per fact for programs that start us."""
    if settings.log_format == "json":
        _tell("starting", version=__version__, data=data_place(settings))
        _tell("listening", url=settings.local_url)
        if setup_link:
            _tell("set-up link", url=setup_link)
        return
    print(f"Inbox {__version__}")
    print(_("Data     %(place)s", place=data_place(settings)))
    print(_("Address  %(url)s", url=settings.local_url), flush=True)
    if setup_link:
        told = _("Nobody can sign in yet. Open this link, it works once, and make yourself admin:")
        print(f"\n{told}\n")
        print(f"    {setup_link}\n", flush=True)


def _tell(event: str, **facts: str) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)
