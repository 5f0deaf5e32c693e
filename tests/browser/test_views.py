"""Views of the list: what comes and goes there while somebody looks, and how one goes to them."""

import random
import re
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


async def test_views_filters_and_orders_are_chosen_by_keyboard_alone(
    enter: Enter, inbox: Server, line: Line
) -> None:
    work = Work(inbox, line, 3)
    for at, one in enumerate(work.people):
        one.say("Hello", at=time.time() - (3 - at) * 3600)
        work.arrange(one, {"labels": ["Parcel"]})
    first, second, third = (one.conversation for one in work.people)
    work.arrange(work.people[2], {"status": "pending"})
    desk = await (await enter(ANA)).desk(f"/?channel={line.id}")
    page, keys = desk.page, desk.page.keyboard
    rows, chips = desk.list.locator(".row"), page.locator("#filters .chip")
    await expect(rows).to_have_count(3)
    await page.get_by_label("Search conversations").focus()
    await keys.type("status:on")
    await expect(page.get_by_role("option")).to_have_count(1)
    await keys.press("Enter")
    await expect(rows).to_have_count(1)
    await keys.press("Backspace")
    await expect(rows).to_have_count(3)
    await keys.type("label:parc")
    await expect(page.get_by_role("option")).to_have_count(1)
    await keys.press("Enter")
    await expect(chips).to_have_count(2)
    await keys.press("Escape")
    await page.locator("#main").focus()
    await keys.press("O")
    await expect(page.get_by_role("option")).to_have_count(4)
    await keys.type("longest")
    await expect(page.get_by_role("option")).to_have_count(1)
    await keys.press("Enter")
    await expect(page.locator("#list-body")).to_have_attribute("data-order", "longest_waiting")
    ids = await rows.evaluate_all("rows => rows.map(row => row.id.slice(4))")
    assert ids == [first, second, third]
    work.answer(work.people[0])  # who waits comes before who does not
    await expect(rows.last).to_have_id(f"row-{first}")
    await keys.press("V")
    await expect(page.get_by_role("combobox", name="All views")).to_be_focused()
    await keys.type("waiting")
    await expect(page.get_by_role("option")).to_have_count(1)
    await keys.press("Enter")
    await expect(rows).to_have_count(2)
    await expect(chips).to_have_count(2)
    await expect(page).to_have_url(re.compile("view=waiting.*label=Parcel.*sort=longest_waiting"))
    await equals_reloaded(page)


async def test_a_view_is_saved_by_keyboard_for_everybody_and_deleted(
    enter: Enter, inbox: Server, line: Line
) -> None:
    work = Work(inbox, line, 1)
    work.people[0].say("Hello")
    work.arrange(work.people[0], {"labels": ["Parcel"]})
    desk = await (await enter(ANA)).desk(f"/?view=waiting&channel={line.id}&label=Parcel")
    page, keys = desk.page, desk.page.keyboard
    await expect(desk.list.locator(".row")).to_have_count(1)
    await keys.press("Control+k")
    await expect(page.get_by_role("combobox", name="Do or find anything")).to_be_focused()
    await keys.type("save this")
    await expect(page.get_by_role("option").first).to_contain_text("Save this view")
    await keys.press("Enter")
    await expect(page.get_by_label("Name")).to_be_focused()
    await keys.type(f"Parcels {line.account}")
    await keys.press("Tab")
    await keys.press("Space")
    await keys.press("Enter")
    await expect(page.get_by_role("dialog", name="Save this view")).to_have_count(0)
    ben = await (await enter(BEN)).desk()  # it is shared
    await ben.page.locator("#main").focus()
    await ben.page.keyboard.press("V")
    await expect(ben.page.get_by_role("combobox", name="All views")).to_be_focused()
    await ben.page.keyboard.type(f"Parcels {line.account}")
    await expect(ben.page.get_by_role("option")).to_have_count(1)
    await ben.page.keyboard.press("Enter")
    await expect(ben.list.locator(".row")).to_have_count(1)
    await expect(ben.page.locator("#filters .chip")).to_have_count(2)
    await page.get_by_role("button", name="Save view").click()
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("was deleted")).to_be_visible()
