"""The process that posts to programs of others (``posting_apart.py`` begins it and talks to it).

Orders come by its standard input, what became of each goes to its standard output, in whatever
order they end: frames of four bytes that say how long it is, and so much msgpack. It ends with its
input. Signing is the parent's: no secret comes here but in the headers of a post.
"""

import asyncio
import os
import sys
import traceback
from asyncio import StreamReader, StreamReaderProtocol
from typing import Any, BinaryIO, Final, TypeVar

import httpx
import msgspec

from inbox.domain.networks import Address, is_private, is_public
from inbox.media.posting import Posted, Poster

SECONDS: Final = 15.0
"""So long a program has to take a post."""
ANSWER_LIMIT: Final = 1_024
"""Bytes that are read of an answer."""
_NICE: Final = 19
_LENGTH_BYTES: Final = 4

Shape = TypeVar("Shape")


class PostOrder(msgspec.Struct, array_like=True):
    number: int
    url: str
    body: bytes
    headers: dict[str, str]


class PostReport(msgspec.Struct, array_like=True):
    """``fault``: the traceback of what we did not foresee; then there is no ``posted``."""

    number: int
    posted: Posted | None
    fault: str = ""


def as_frame(shape: msgspec.Struct) -> bytes:
    packed = msgspec.msgpack.encode(shape)
    return len(packed).to_bytes(_LENGTH_BYTES, "big") + packed


async def next_frame(reader: StreamReader, shape: type[Shape]) -> Shape:
    """The next one. Raises ``EOFError`` (of which asyncio's is one) at the end."""
    length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
    return msgspec.msgpack.decode(await reader.readexactly(length), type=shape)


def program_poster(*, private: bool) -> Poster:
    """To any port of public addresses, and of private ones where that was allowed."""

    def reaches(address: Address) -> bool:
        return is_public(address) or (private and is_private(address))

    return Poster(
        anywhere=reaches,
        seconds=SECONDS,
        answer_limit=ANSWER_LIMIT,
        verify=httpx.create_ssl_context(),
    )


async def serve(poster: Poster, reader: StreamReader, out: BinaryIO) -> None:
    """Post what is ordered, all at once, until the orders end."""
    under_way: set[asyncio.Task[Any]] = set()
    try:
        while True:
            task = asyncio.create_task(_carry_out(poster, await next_frame(reader, PostOrder), out))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
    except EOFError:  # whoever ordered is gone, and what is under way interests nobody
        return


async def _carry_out(poster: Poster, order: PostOrder, out: BinaryIO) -> None:
    try:
        posted = await poster.post(order.url, order.body, order.headers)
        outcome = PostReport(order.number, posted)
    except Exception:  # a mistake of ours in one post: the others are well
        outcome = PostReport(order.number, None, traceback.format_exc())
    out.write(as_frame(outcome))
    out.flush()  # a full pipe halts us here: who ordered has more to do than we


async def _main(*, private: bool) -> None:
    loop = asyncio.get_running_loop()
    reader = StreamReader()
    await loop.connect_read_pipe(lambda: StreamReaderProtocol(reader), sys.stdin)
    await serve(program_poster(private=private), reader, sys.stdout.buffer)


if __name__ == "__main__":
    os.nice(_NICE)  # who receives and shows messages goes first
    asyncio.run(_main(private=sys.argv[1] == "private"))
