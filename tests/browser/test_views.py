"""Views of the list: what comes and goes there while somebody looks, and how one goes to them."""

import random
import time
from collections.abc import Callable
from typing import Any

import httpx
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.dom import equals_reloaded
from tests.browser.visitor import ANA, BEN
from tests.support.server import Line, Server

LOOKED_AT = (
    "view=open",
    "view=mine&sort=longest_waiting",
    "view=waiting&sort=window",
    "view=all&label=Parcel&sort=longest_waiting",
)
OTHERS = ("needs_reply", "unread")
"""Which the last tab goes through, by its menu."""


class Work:
    """What a colleague does with conversations, and customers meanwhile."""

    def __init__(self, inbox: Server, line: Line, count: int) -> None:
        self.ben = inbox.agent(BEN)
        self.inbox = inbox
        ana = inbox.as_admin.get("/api/v1/me").json()["id"]
        self.people = [Customer(inbox, line, f"Person {at}") for at in range(count)]
        inbox.as_admin.post("/api/v1/labels", json={"name": "Parcel", "color": "green"})
        self.wishes: list[dict[str, Any]] = [
            {"assignee_id": ana},
            {"assignee_id": None},
            {"status": "resolved"},
            {"status": "pending"},
            {"status": "snoozed", "snoozed_until": None},
            {"status": "open"},
            {"labels": ["Parcel"]},
            {"labels": []},
            {"priority": "urgent"},
        ]

    def arrange(self, who: Customer, wish: dict[str, Any]) -> None:
        answer: httpx.Response = self.ben.patch(
            f"/api/v1/conversations/{who.conversation}", json=wish
        )
        assert answer.status_code == 200, answer.text

    def answer(self, who: Customer) -> None:
        said = self.ben.post(
            f"/api/v1/conversations/{who.conversation}/messages", json={"text": "Right away"}
        )
        assert said.status_code == 201, said.text

    def something(self, luck: random.Random) -> None:
        who = luck.choice(self.people)
        does: Callable[[], None] = luck.choice(
            [
                lambda: who.say("Still there?"),
                lambda: self.answer(who),
                *[lambda: self.arrange(who, luck.choice(self.wishes))] * 4,
            ]
        )
        does()


async def test_rows_come_and_go_in_every_view_as_a_reload_would_show(
    enter: Enter, inbox: Server, line: Line
) -> None:
    work, luck = Work(inbox, line, 7), random.Random(12)
    for at, one in enumerate(work.people):
        one.say("Hello", at=time.time() - (23 - at) * 3600)
    visitor = await enter(ANA)
    desks = [await visitor.desk(f"/?{query}&channel={line.id}") for query in LOOKED_AT]
    for view in OTHERS:
        await desks[0].page.locator("#more-views").click()
        await desks[0].page.locator(f"#desk-list [data-view={view}]").click()
        await expect(desks[0].page.locator("#list-body")).to_have_attribute("data-view", view)
        await desks[0].page.mouse.move(900, 400)  # rows wait for who points at them
        for _ in range(12):
            work.something(luck)
        inbox.settle()
        for desk in desks:
            await equals_reloaded(desk.page)
