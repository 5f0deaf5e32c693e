"""Reactions, edits, deletions, quotes: at once, the same after a reload, by mouse or by key."""

import time
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_number, new_wamid
from tests.browser.dom import equals_reloaded
from tests.browser.visitor import ANA, Desk, ends, remember, remembered

HOSTILE = "<img src=x onerror=alert(1)>\u202e*x*"


def change(customer: Customer, kind: str, target: str, **facts: Any) -> Any:
    """A message of Meta's that changes another one."""
    told = customer.spoken("")
    return {key: told[key] for key in ("id", "from", "timestamp")} | {"type": kind, kind: facts}


def reaction(customer: Customer, target: str, emoji: str) -> Any:
    return change(customer, "reaction", target, message_id=target, emoji=emoji)


def edit(customer: Customer, target: str, words: str) -> Any:
    message = {"type": "text", "text": {"body": words}}
    return change(customer, "edit", target, original_message_id=target, message=message)


def revoke(customer: Customer, target: str) -> Any:
    return change(customer, "revoke", target, original_message_id=target)


async def written(customer: Customer, enter: Enter, **options: Any) -> tuple[Desk, list[str]]:
    """A thread of three messages at an agent's desk, and their ids."""
    told = [customer.spoken(text, time.time() - 60 + n) for n, text in enumerate("abc")]
    for message, words in zip(told, ("The first", "The second", "The third"), strict=True):
        message["text"]["body"] = words
    customer.send(*told)
    customer.was_read()
    desk = await (await enter(ANA, **options)).desk(f"/conversations/{customer.conversation}")
    await remember(desk.page)
    return desk, [message["id"] for message in told]


async def test_what_changes_shows_at_once_and_is_the_same_after_a_reload(
    enter: Enter, customer: Customer
) -> None:
    desk, (first, second, third) = await written(customer, enter)
    customer.post(messages=[reaction(customer, first, "👍")])
    await expect(desk.message("The first").locator(".emoji")).to_have_text("👍")
    customer.post(messages=[edit(customer, second, "The second, mended")])
    await expect(desk.message("The second, mended")).to_be_visible()
    customer.post(messages=[edit(customer, third, "The third, mended")])
    await expect(desk.row("The third, mended")).to_be_visible()
    customer.post(messages=[revoke(customer, third)])
    await expect(desk.message("Deleted by the contact").locator("s")).to_have_text(
        "The third, mended"
    )
    await expect(desk.row("Deleted message")).to_be_visible()
    assert await remembered(desk.page)
    await equals_reloaded(desk.page)


async def test_what_it_said_before_is_reached_by_keyboard(enter: Enter, customer: Customer) -> None:
    desk, (first, *_) = await written(customer, enter)
    customer.post(messages=[edit(customer, first, "Mended")])
    button = desk.message("Mended").locator(".edited")
    await button.focus()
    await desk.page.keyboard.press("Enter")
    before = desk.message("Mended").locator(".previous")
    await expect(before).to_contain_text("The first")
    await expect(before).to_be_in_viewport(ratio=1)
    await desk.page.keyboard.press("Escape")
    await expect(before).to_be_hidden()
    await expect(button).to_be_focused()


async def test_hostile_changes_are_only_text(enter: Enter, customer: Customer) -> None:
    desk, (first, second, _) = await written(customer, enter)
    customer.post(messages=[reaction(customer, first, HOSTILE), edit(customer, second, HOSTILE)])
    await expect(desk.message("The first").locator(".emoji")).to_have_text(HOSTILE)
    await expect(desk.message(HOSTILE.replace("*", "")).locator(".edited")).to_be_visible()
    assert await desk.page.locator("#thread img").count() == 0


async def test_a_quote_leads_to_a_message_that_is_not_loaded(
    enter: Enter, customer: Customer
) -> None:
    opening = customer.spoken("How it began", time.time() - 900)
    customer.send(opening)
    customer.say(*(f"Line {n}" for n in range(120)), at=time.time() - 800)
    customer.send(customer.spoken("Remember?") | {"context": {"id": opening["id"]}})
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    began = desk.messages.filter(has=desk.page.locator(".words", has_text="How it began"))
    await expect(began).to_have_count(0)
    await desk.composer.fill("half a sentence")
    await desk.message("Remember?").locator(".quote").click()
    await expect(began).to_be_in_viewport(ratio=1)
    await expect(desk.composer).to_have_value("half a sentence")


async def test_an_open_conversation_follows_its_person_into_another(
    enter: Enter, customer: Customer
) -> None:
    customer.say("By number")
    kept = customer.conversation
    user_id = f"US.{new_number()}"
    alone = {"profile": {"name": customer.name}, "user_id": user_id}
    told = customer.spoken("By id") | {"from_user_id": user_id, "id": new_wamid()}
    del told["from"]
    customer.post(contacts=[alone], messages=[told])
    customer.server.settle()
    found = customer.server.conversations(customer.line)
    other = next(one["id"] for one in found if one["id"] != kept)
    desk = await (await enter(ANA)).desk(f"/conversations/{other}")
    await expect(desk.row(customer.name)).to_have_count(2)
    both = customer.spoken("By both") | {"from_user_id": user_id}
    customer.post(contacts=[alone | {"wa_id": customer.number}], messages=[both])
    await expect(desk.messages).to_have_count(3)
    await expect(desk.row(customer.name)).to_have_count(1)
    await desk.page.wait_for_url(ends(f"/conversations/{kept}"))
