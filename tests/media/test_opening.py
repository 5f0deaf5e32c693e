import asyncio
import os
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from inbox.media.opening import opened


async def test_a_file_that_nobody_waits_for_any_more_is_closed(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    os.mkfifo(slow)  # opening it takes until the other end is opened
    waiting = asyncio.ensure_future(opened(partial(slow.open, "rb")))
    await asyncio.sleep(0)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    end = await _other_end(slow)
    with pytest.raises(BrokenPipeError):
        for _ in range(1 << 15):  # until nobody can read it any more
            os.write(end, b"x")
            await asyncio.sleep(0)
    os.close(end)


async def _other_end(slow: Path) -> int:
    for _ in range(1 << 16):
        with suppress(OSError):  # nobody opens it yet
            return os.open(slow, os.O_WRONLY | os.O_NONBLOCK)
        await asyncio.sleep(0)
    raise AssertionError("nobody opened it")


async def test_who_waits_gets_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"words")
    with await opened(partial((tmp_path / "file").open, "rb")) as file:
        assert file.read() == b"words"
