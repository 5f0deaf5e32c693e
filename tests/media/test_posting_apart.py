"""A process of its own posts: it tells what became of each, and its death loses none."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from inbox.media import posting_apart
from inbox.media.posting import FORBIDDEN, UNREACHED
from inbox.media.posting_apart import Lost, PosterApart
from inbox.media.posting_process import SECONDS
from tests.support.webhook_receiver import Answering, WebhookReceiver

SECRET = "whsec_" + "c2VjcmV0" * 4
BODY = b'{"a":1}'


@asynccontextmanager
async def opened(*, private: bool = True, patience: float = 60.0) -> AsyncIterator[PosterApart]:
    poster = PosterApart(private=private, patience=patience)
    try:
        yield poster
    finally:
        await poster.close()


def pid(poster: PosterApart) -> int:
    assert poster._line
    return poster._line._process.pid


async def posted(poster: PosterApart, url: str) -> tuple[int | None, str | None, bytes]:
    at = datetime.now(UTC)
    headers = {
        "content-type": "application/json",
        "webhook-id": "one",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("one", at, BODY.decode()),
    }
    found = await poster.post(url, BODY, headers)
    return found.status, found.reason, found.answer


async def test_what_is_posted_there_is_told_here_each_to_whom_it_belongs() -> None:
    with WebhookReceiver() as receiver:
        receiver.secrets = {f"/{n}": SECRET for n in range(20)}
        receiver.always = {f"/{n}": Answering(210 + n) for n in range(20)}
        async with opened() as poster:
            urls = [receiver.url + f"/{n}" for n in range(20)]
            found = await asyncio.gather(*(posted(poster, url) for url in urls))
            assert [status for status, _, _ in found] == [210 + n for n in range(20)]
            refused = await posted(poster, "http://169.254.169.254/")
            nobody = await posted(poster, "http://127.0.0.1:9/")
    assert (refused, nobody) == ((None, FORBIDDEN, b""), (None, UNREACHED, b""))
    assert [one.said for one in receiver.at("/7")] == [{"a": 1}]


async def test_it_reaches_no_private_network_unless_that_was_allowed() -> None:
    async with opened(private=False) as poster:
        assert await posted(poster, "http://127.0.0.1:9/") == (None, FORBIDDEN, b"")


async def test_when_it_is_killed_another_posts_what_was_under_way() -> None:
    with WebhookReceiver() as receiver:
        receiver.secrets["/slow"] = SECRET
        receiver.answers["/slow"] = [Answering(hang=True), Answering(202)]
        async with opened() as poster:
            posting = asyncio.create_task(posted(poster, receiver.url + "/slow"))
            await asyncio.to_thread(receiver.wait_for, lambda: len(receiver.at("/slow")) == 1)
            first = pid(poster)
            os.kill(first, signal.SIGKILL)
            assert (await posting)[0] == 202
            assert pid(poster) != first
    assert [one.webhook_id for one in receiver.at("/slow")] == ["one", "one"]


async def test_one_that_says_nothing_more_is_ended_and_that_is_no_silence() -> None:
    async with opened(patience=0.2) as poster:
        with pytest.raises(Lost):
            await posted(poster, "http://127.0.0.1:9/")


async def test_it_ends_with_whoever_began_it() -> None:
    async with opened() as poster:
        await posted(poster, "http://127.0.0.1:9/")
        there = pid(poster)
    with pytest.raises(ProcessLookupError):
        os.kill(there, 0)


def test_a_program_has_fifteen_seconds_and_our_process_longer() -> None:
    assert SECONDS == 15
    assert posting_apart.SPARE_SECONDS > 0
