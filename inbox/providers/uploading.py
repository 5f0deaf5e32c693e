"""How a provider is given a file that a message of ours brings: for an id, or at a link."""

from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol, runtime_checkable
from uuid import uuid4

import httpx
from msgspec import Struct

from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.text import JsonObject, identifier
from inbox.domain.times import Micros
from inbox.providers.base import Ambiguous, Refused
from inbox.providers.calling import Answer, Call, Streamed, exchange

UPLOAD_SECONDS: Final = 600
"""For one file: 100 MB within it are 170 kB a second."""
_UNANSWERED: Final = Refused(
    N_("WhatsApp did not take the file"),
    N_("Nothing was sent. It is tried again by itself."),
    retry_after=15,
)
_PATIENCE: Final = httpx.Timeout(connect=10, read=60, write=60, pool=60)


class OwnFile(Struct, frozen=True, kw_only=True):
    """A file of ours on its way out. ``mime`` with its parameter; ``chunks`` may be asked anew."""

    digest: str
    mime: str
    size: int
    filename: str
    chunks: Callable[[], AsyncIterator[bytes]]


class Uploaded(Struct, frozen=True):
    """By which id the provider knows it, and how long."""

    id: str
    kept: Micros


@runtime_checkable
class TakesFiles(Protocol):
    """A provider that is given files first. Others fetch them at a link."""

    async def upload(
        self, http: httpx.AsyncClient, channel: Channel, file: OwnFile
    ) -> Uploaded | Refused:
        """One try. Done twice it does no harm, so what is in doubt is ``Refused`` for a while."""


async def uploaded(
    http: httpx.AsyncClient,
    call: Call | Refused,
    read: Callable[[Answer], JsonObject],
    judge: Callable[[Answer], object],
    kept: Micros,
) -> Uploaded | Refused:
    """``read`` finds what has the ``id`` in an answer; ``judge`` says why there is none."""
    if isinstance(call, Refused):
        return call
    answer = await exchange(http, call, _PATIENCE, UPLOAD_SECONDS)
    if not isinstance(answer, Answer):
        return _UNANSWERED if isinstance(answer, Ambiguous) else answer
    if answer.status // 100 == 2 and (found := identifier(read(answer).get("id"))):
        return Uploaded(found, kept)
    verdict = judge(answer)
    return verdict if isinstance(verdict, Refused) else _UNANSWERED


def as_form(file: OwnFile, **fields: str) -> Streamed:
    """``multipart/form-data`` with the file at its end, never in memory as a whole.

    Its name there is none of the customer's: what it is called goes with the message.
    """
    boundary = uuid4().hex
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
    head += f"Content-Type: {file.mime}\r\n\r\n"
    start, end = head.encode(), f"\r\n--{boundary}--\r\n".encode()

    async def parts() -> AsyncIterator[bytes]:
        yield start
        async for chunk in file.chunks():
            yield chunk
        yield end

    length = len(start) + file.size + len(end)
    return Streamed(f"multipart/form-data; boundary={boundary}", length, parts)


def as_it_is(file: OwnFile) -> Streamed:
    return Streamed(file.mime, file.size, file.chunks)
