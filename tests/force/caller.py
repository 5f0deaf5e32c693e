"""HTTP/1.1 over one connection that is kept open, and cut at any byte without complaint."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self


class Cut(Exception):
    """The connection ended before the answer did: nobody knows what became of the request."""


class Caller:
    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        try:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError as error:
            raise Cut from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def post(self, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        """Status and body of the whole answer; raises ``Cut``."""
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{more}\r\n"
        )
        try:
            self._writer.write(head.encode() + body)
            return await self._answer()
        except (OSError, EOFError, ValueError) as error:
            raise Cut from error

    async def _answer(self) -> tuple[int, bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        _, _, length = head.partition(b"\r\ncontent-length:")
        body = await self._reader.readexactly(int(length.split(b"\r\n", 1)[0]))
        return int(head[9:12]), body
