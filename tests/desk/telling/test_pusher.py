"""Whoever sends: nothing to who is looking, in whatever process, and nothing lost by a death."""

import asyncio
import json
from collections.abc import Mapping
from functools import partial

import pytest

from inbox.desk.presence import Attendee, Presence
from inbox.desk.presence_sharing import sees_anywhere, tell_by_row
from inbox.desk.telling.devices import PushAnswer
from inbox.desk.telling.pusher import Pusher
from inbox.desk.telling.pushes import HOLD
from inbox.web.present.notices import push_words
from tests.desk.telling.conftest import SEALER, Agent, Desk


class Service:
    """Takes what it is sent; ``dies``: its sender does not live to hear that."""

    def __init__(self, *, dies: bool = False) -> None:
        self.topics: list[str] = []
        self._dies = dies

    def takes(self, endpoint: str) -> bool:
        return bool(endpoint)

    async def post(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> PushAnswer:
        self.topics.append(headers["Topic"])
        if self._dies:
            raise asyncio.CancelledError
        return PushAnswer(201)


def pusher(desk: Desk, service: Service, presence: Presence) -> Pusher:
    looks = partial(sees_anywhere, presence, desk.database, lambda: desk.clock)
    clock = partial(getattr, desk, "clock")
    return Pusher(desk.database, SEALER, service, "mailto:a@b.example", push_words, looks, clock)


async def test_who_looks_at_a_conversation_in_another_process_is_not_told(
    desk: Desk, ana: Agent, ben: Agent
) -> None:
    here, there, service = Presence(), Presence(), Service()
    where = await desk.customer_says("hello?")
    there.view("a tab", where, Attendee("Ana", ana.id))
    told = there.news() or ""
    if desk.database.shared:  # nobody listens here, so nobody follows what the others say
        await desk.database.write(tell_by_row, there.process, told, desk.clock)
    else:
        here.hear(told)
    jobs, sender = await desk.due(), pusher(desk, service, here)
    assert {job.device["user_id"] for job in jobs} == {ana.id, ben.id}
    for job in jobs:
        await sender.work(job)
    assert (len(service.topics), dict(sender.ends)) == (1, {"told": 1, "seen": 1})
    assert await desk.due(after=HOLD) == []


async def test_who_dies_after_it_was_sent_has_it_sent_once_more_in_the_place_of_the_first(
    desk: Desk, ana: Agent
) -> None:
    """Once: by the same topic a push service, and by the same tag a browser, keeps one of both."""
    dying, living = Service(dies=True), Service()
    await desk.customer_says("hello?")
    [first] = await desk.due()
    with pytest.raises(asyncio.CancelledError):
        await pusher(desk, dying, Presence()).work(first)
    assert await desk.due() == []
    [again] = await desk.due(after=HOLD)
    await pusher(desk, living, Presence()).work(again)
    assert living.topics == dying.topics
    tags = {json.loads(push_words(job))["tag"] for job in (first, again)}
    assert len(tags) == 1 and await desk.due(after=HOLD) == []
