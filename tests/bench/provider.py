"""Graph, as far as it takes messages and files: what it holds of a file is a piece of it."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.wire import HOST

_PIECE = 64 * 1024


@contextmanager
def provider(arrivals: dict[str, float]) -> Iterator[int]:
    """The port at which it is; it notes in ``arrivals`` when it accepted which message."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_listening(arrivals), loop).result()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _listening(arrivals: dict[str, float]) -> asyncio.Server:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                answer = await _answer(head, reader, arrivals)
                words = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                writer.write(words + str(len(answer)).encode() + b"\r\n\r\n" + answer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()  # the server stops, or we do

    return await asyncio.start_server(talk, HOST, 0)


async def _answer(head: bytes, reader: asyncio.StreamReader, arrivals: dict[str, float]) -> bytes:
    left = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
    if b"/media" in head.split(b"\r\n")[0]:
        while left:
            left -= len(await reader.read(min(left, _PIECE)))
        return json.dumps({"id": "900000000001"}).encode()
    body = json.loads(await reader.readexactly(left) or b"{}")
    message_id = body.get("biz_opaque_callback_data")
    if message_id is None:  # who asks about the number, or marks as read
        return json.dumps({"success": True}).encode()
    arrivals[message_id] = time.perf_counter()
    return json.dumps({"messages": [{"id": f"wamid.{message_id}"}]}).encode()
