"""The way of a command to the data.

On PostgreSQL it works on the database beside the servers. A SQLite file has one writer:
whoever gets the lock works on it, and while a server holds it, the command goes through the
server, which proves nothing but that both read the same secret key.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx

from inbox.commands.context import key_of, opened_context, sqlite_file
from inbox.commands.credential import signed
from inbox.commands.trouble import explained
from inbox.config import Settings
from inbox.domain.language import _
from inbox.domain.text import JsonObject
from inbox.domain.times import now
from inbox.server.failure import Failure
from inbox.storage.lock import FileLock, Taken

A = TypeVar("A", bound=Mapping[str, object])
"""What a command answers: a ``TypedDict`` of its own."""

Work = Callable[..., Awaitable[A]]
"""``(house, **arguments)``; arguments are texts, the answer is ready for JSON."""

Arguments = Mapping[str, str | None]

Following = Callable[[A | None], Arguments | None]
"""From the answer of a step (None before the first) to the arguments of the next, if any."""

_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PATIENCE = 15.0
PAUSE = 0.1


def perform(settings: Settings, command: str, work: Work[A], **arguments: str | None) -> A:
    """Do ``work`` here, or let the server do it under the name ``command``."""
    with explained(settings):
        return asyncio.run(_perform(settings, command, work, arguments))


def perform_all(
    settings: Settings,
    command: str,
    work: Work[A],
    following: Following[A],
    here: Work[A] | None = None,
) -> None:
    """Long work in steps, each one ``perform``; the database is opened once for all of them.

    A server that stops meanwhile leaves the rest to be done here: by ``here``, if that is more
    than what the server is asked for.
    """
    with explained(settings):
        asyncio.run(_perform_all(settings, command, here or work, following))


async def _perform(settings: Settings, command: str, work: Work[A], arguments: Arguments) -> A:
    answers: list[A] = []

    def following(answer: A | None) -> Arguments | None:
        if answer is None:
            return arguments
        answers.append(answer)
        return None

    await _perform_all(settings, command, work, following)
    return answers[0]


async def _perform_all(
    settings: Settings, command: str, work: Work[A], following: Following[A]
) -> None:
    arguments = following(None)
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while arguments is not None:
        with _held(settings) as taken:
            if taken is None:
                async with opened_context(settings) as context:
                    while arguments is not None:
                        arguments = following(await work(context, **arguments))
                return
        # A server that starts or stops, or another command: both are over soon.
        answer: A | None = await _ask(settings, taken.holder, command, arguments)
        if answer is not None:
            arguments = following(answer)
            deadline = asyncio.get_running_loop().time() + PATIENCE
        elif asyncio.get_running_loop().time() > deadline:
            raise Failure(str(taken))
        else:
            await asyncio.sleep(PAUSE)


@contextmanager
def _held(settings: Settings) -> Iterator[Taken | None]:
    """The database for us alone where it must be, or who has it instead."""
    if not settings.sqlite:
        yield None
        return
    lock = FileLock(sqlite_file(settings))
    try:
        lock.take()
    except Taken as taken:
        yield taken
        return
    try:
        yield None
    finally:
        lock.release()


async def _ask(settings: Settings, holder: JsonObject, command: str, arguments: Arguments) -> Any:
    """The server's answer, which is that of the same work; None when nobody listens there."""
    if not holder.get("url"):
        return None
    headers = {"Authorization": f"Bearer {signed(key_of(settings), now())}"}
    body = {"command": command, "arguments": arguments}
    address = f"{holder['url']}/internal/commands"
    try:
        # No proxy of the environment and no certificates: this stays on the machine.
        async with httpx.AsyncClient(trust_env=False, verify=_NOBODY, timeout=30) as http:
            return _result(await http.post(address, json=body, headers=headers))
    except (httpx.ConnectError, httpx.ConnectTimeout):
        return None
    except httpx.TransportError as error:
        raise Failure(
            _(
                "The server at %(url)s did not answer (%(name)s): look whether it "
                "did what was asked before you try again.",
                url=holder["url"],
                name=type(error).__name__,
            )
        ) from None


def _result(response: httpx.Response) -> Any:
    try:
        answer = response.json()
        if response.status_code == 200:
            return answer["result"]
        sentence = str(answer["detail"])
    except (ValueError, LookupError, TypeError):
        sentence = _(
            "The server answered %(status_code)s and no reason.", status_code=response.status_code
        )
    raise Failure(sentence)
