"""How much is left to read, told by title and rail: also of what the list has not loaded."""

import time
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_number, new_wamid
from tests.browser.visitor import ANA
from tests.support.inhabited import Homes
from tests.support.server import Line, Server, said, serving, webhook


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Iterator[Server]:
    """A server where nothing is unread but what these tests send."""
    with serving(homes.server(tmp_path_factory.mktemp("unread"))) as server:
        yield server


def write(inbox: Server, line: Line, numbers: list[str]) -> None:
    """Each of them one message, in this order."""
    texts = [said(new_wamid(), "Hello", number, int(time.time())) for number in numbers]
    assert inbox.post_signed(line, webhook(line.account, messages=texts)).status_code == 200


def ids(inbox: Server, line: Line) -> dict[str, str]:
    """Conversations by the number they are with."""
    return {str(one["contact"]["wa_id"]): str(one["id"]) for one in inbox.conversations(line)}


def read(inbox: Server, *conversations: str) -> None:
    for each in conversations:
        answer = inbox.as_admin.post(f"/conversations/{each}/seen", data={"count": 100})
        assert answer.status_code == 204


async def says(page: Page, count: str) -> None:
    await expect(page).to_have_title(f"({count}) Inbox")
    await expect(page.locator("[data-unread-total]")).to_have_text(count)


async def test_title_and_rail_count_what_is_unread_beyond_the_loaded_rows(
    enter: Enter, inbox: Server
) -> None:
    line = inbox.add_channel()
    numbers = [new_number() for _ in range(60)]
    write(inbox, line, numbers)
    inbox.settle()
    marks = len(inbox.get("conversations", limit=100)["data"]) - 60
    known = ids(inbox, line)
    desk = await (await enter(ANA)).desk()
    await expect(desk.list.locator("> .row")).to_have_count(40)
    await says(desk.page, str(60 + marks))
    read(inbox, known[numbers[0]], known[numbers[1]])
    await says(desk.page, str(58 + marks))
    write(inbox, line, [numbers[0], numbers[2]])  # one was read, and one was not
    await says(desk.page, str(59 + marks))
    await desk.page.reload()
    await says(desk.page, str(59 + marks))
    write(inbox, line, [new_number() for _ in range(60)])
    await says(desk.page, "99+")
    read(inbox, *(known[number] for number in numbers[15:]))
    await says(desk.page, str(59 + 60 - 45 + marks))


async def test_what_is_left_unread_stays_so_on_every_page_until_they_come_to_it_again(
    enter: Enter, inbox: Server, customer: Customer
) -> None:
    customer.say("Do you have it in blue?")
    path = f"/conversations/{customer.conversation}"
    visitor = await enter(ANA)
    here, there = await visitor.desk(path), await visitor.desk(path)
    count = here.row(customer.name).locator(".unread-count")
    await here.page.bring_to_front()
    await expect(count).to_be_hidden()
    await here.thread.focus()
    await here.page.keyboard.press("Shift+U")
    await expect(here.page.locator(".undo-toast")).to_contain_text("Marked unread")
    await expect(here.page.locator(".thread-header")).to_have_count(0)
    for desk in (here, there):
        await expect(desk.row(customer.name).locator(".unread-count")).to_have_text("1")
    await there.page.bring_to_front()
    await there.thread.focus()
    customer.say("Or in green?")
    count = there.row(customer.name).locator(".unread-count")
    await expect(count).to_have_text("2")
    await here.page.bring_to_front()
    await here.page.keyboard.press("Control+z")
    await expect(count).to_have_text("1")
    await here.row(customer.name).locator("a").press("Enter")
    await expect(count).to_be_hidden()
