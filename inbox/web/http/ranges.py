"""Files by ranges (RFC 9110): whole, one part, unchanged since, or no such part."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from litestar import Response
from litestar.response import Stream

from inbox.media.opening import opened

CHUNK: Final = 256 * 1024
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


class Part(NamedTuple):
    """Bytes from ``first`` to ``last``, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class NoSuchPart(LookupError):
    """It would begin behind the end."""


def ranged_answer(
    asked: Mapping[str, str], method: str, path: Path, size: int, etag: str, headers: dict[str, str]
) -> Response[Any]:
    """``asked``: the request's headers. ``headers``: what goes with every answer, in any case."""
    etag = f'"{etag}"'
    headers = headers | {"ETag": etag, "Accept-Ranges": "bytes"}
    known = asked.get("if-none-match", "")
    if known.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(None, status_code=304, headers=headers)
    asks = method == "GET" and asked.get("if-range", etag) == etag
    try:
        part = requested_range(asked.get("range"), size) if asks else None
    except NoSuchPart:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(b"", status_code=416, headers=headers)
    status = 200
    if part is None:
        part = Part(0, size - 1)
    else:
        status = 206
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    headers["Content-Length"] = str(part.size)
    media_type = headers.pop("Content-Type")
    body = pieces(path, part) if method != "HEAD" else _nothing()
    return Stream(body, status_code=status, headers=headers, media_type=media_type)


def requested_range(header: str | None, size: int) -> Part | None:
    """The one part that is asked for; None: all of it. Raises ``NoSuchPart``.

    Several parts at once may be answered by all of it, and are.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        if not length:
            raise NoSuchPart
        return Part(size - length, size - 1)
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise NoSuchPart
    return Part(start, end)


async def pieces(path: Path, part: Part) -> AsyncIterator[bytes]:
    """Read on a thread, a little at a time."""
    file = await opened(lambda: path.open("rb"))
    try:
        await asyncio.to_thread(file.seek, part.first)
        left = part.size
        while left > 0:
            piece = await asyncio.to_thread(file.read, min(CHUNK, left))
            if not piece:
                return
            left -= len(piece)
            yield piece
    finally:
        file.close()


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
