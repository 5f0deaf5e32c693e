"""The network between a browser and the server, which can be cut, frozen and led elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Carries bytes from ``url`` to a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._cut = self._alone = False
        self.told: asyncio.Queue[bytes] = asyncio.Queue()
        """The first line of what was answered 502."""
        self._sinks: set[asyncio.StreamWriter] = set()
        self._pouring: set[asyncio.Task[None]] = set()
        self._sockets: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self.cut()
        self._server.close()
        await asyncio.gather(*self._pouring, return_exceptions=True)
        await self._server.wait_closed()

    def cut(self) -> None:
        """Every connection breaks, and no new one is made."""
        self._cut = True
        for sink in self._sinks:
            sink.transport.abort()

    def lose_server(self) -> None:
        """Every connection breaks, and new ones are answered 502, as by a real proxy."""
        self.cut()
        self._cut, self._alone = False, True

    def restore(self) -> None:
        self._cut = self._alone = False

    def freeze(self) -> None:
        """WebSockets stay open, but nothing comes through any more; new ones work."""
        for task in self._sockets:
            task.cancel()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = b"" if self._cut else await reader.read(65536)
            if self._cut or not first:
                raise ConnectionAbortedError
            if self._alone:
                await self._answer_alone(first, writer)
                return
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.transport.abort()
            return
        up_writer.write(first)
        for source, sink in ((reader, up_writer), (up_reader, writer)):
            self._sinks.add(sink)
            task = asyncio.create_task(self._pour(source, sink))
            for tasks in (self._pouring, *([self._sockets] if first[:7] == b"GET /ws" else [])):
                tasks.add(task)
                task.add_done_callback(tasks.discard)

    async def _answer_alone(self, first: bytes, writer: asyncio.StreamWriter) -> None:
        words = b"<html><h1>502 Bad Gateway</h1></html>"
        head = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n"
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(words) + words)
        await writer.drain()
        writer.close()
        self.told.put_nowait(first.partition(b"\r\n")[0])

    async def _pour(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        self._sinks.discard(sink)
        sink.close()


@asynccontextmanager
async def between(port: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()


def of_the_network(trouble: str) -> bool:
    """Whether a browser complains of nothing else."""
    return "net::ERR_" in trouble or "WebSocket connection to" in trouble
